"""Betas for shares of days: priors fitted to many cells, intervals that hold their mean."""

from __future__ import annotations

import numpy as np
import scipy  # its optimize is loaded when it is used: that takes half a second
from numpy.typing import NDArray
from scipy.special import betaincinv, betaln

from truceline.fusion.background_mixture import rounded

Floats = NDArray[np.float64]

_CENTRE = np.log(np.array([0.5, 5.0]))
_WEAK_SD = 1.5
_CONCENTRATION_CENTRE = np.log(10.0)


def fit_beta(hot: Floats, looked: Floats, weight: Floats) -> tuple[float, float]:
    """Fit the Beta from which the cells' shares of hot days were drawn.

    Args:
        hot: hot days of each cell.
        looked: days looked at.
        weight: how much each cell counts, 0..1.

    Source: maximum of the beta-binomial likelihood with a weak prior on log a and log b.

    >>> fit_beta(np.zeros(0), np.zeros(0), np.zeros(0))
    (0.5, 5.0)
    """

    def loss(theta: Floats) -> float:
        a, b = np.exp(theta)
        gain = weight @ (betaln(hot + a, looked - hot + b) - betaln(a, b))
        return float(-gain + np.sum((theta - _CENTRE) ** 2) / (2 * _WEAK_SD**2))

    found = scipy.optimize.minimize(loss, _CENTRE, method="L-BFGS-B", bounds=[(-7.0, 7.0)] * 2).x
    return rounded(float(np.exp(found[0]))), rounded(float(np.exp(found[1])))


def fit_concentration(hot: Floats, looked: Floats, mean: Floats, weight: Floats) -> float:
    """Fit how closely shares keep to the means foretold for them, as the weight of a Beta in days.

    Args:
        hot: hot days of each case (a cell in a season).
        looked: days looked at.
        mean: the share foretold from other seasons, inside 0..1.
        weight: how much each case counts, 0..1.

    Source: maximum of the beta-binomial likelihood with a weak prior on the logarithm.

    >>> fit_concentration(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0))
    10.0
    """

    def loss(theta: Floats) -> float:
        a, b = np.exp(theta[0]) * mean, np.exp(theta[0]) * (1 - mean)
        gain = weight @ (betaln(hot + a, looked - hot + b) - betaln(a, b))
        return float(-gain + (theta[0] - _CONCENTRATION_CENTRE) ** 2 / (2 * _WEAK_SD**2))

    start = np.array([_CONCENTRATION_CENTRE])
    found = scipy.optimize.minimize(loss, start, method="L-BFGS-B", bounds=[(-3.0, 7.0)]).x
    return rounded(float(np.exp(found[0])))


def interval_90(alpha: Floats, beta: Floats) -> tuple[Floats, Floats]:
    """Give the central 90 per cent interval of a Beta, widened where its mean lies outside.

    A Beta that hugs 0 or 1 can have its mean beyond its 95 per cent quantile; then the interval is
    drawn out to the mean and holds more than 90 per cent.
    """
    mean = alpha / (alpha + beta)
    lower = np.minimum(betaincinv(alpha, beta, 0.05), mean)
    upper = np.maximum(betaincinv(alpha, beta, 0.95), mean)
    return lower, upper
