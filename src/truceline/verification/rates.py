"""Rates before, during and after a truce, from counts per window: pure, arrays in.

Counts of reports vary from day to day far more than Poisson counts do, so each window is read as
negative binomial with mean ``rate * t`` and size ``t / alpha`` (``t`` in days): variance
``mean + alpha * mean**2`` for a day, and sums of days stay in the family. ``alpha`` comes from the
baseline windows by winsorised moments, so that one day of a massed strike does not widen every
interval. Intervals of a rate invert the mid-P distribution function; ratios join the error of both
sides on the log scale (MOVER).

Source: negative binomial with quadratic variance: Hilbe, *Negative Binomial Regression* (2nd ed.,
2011), ch. 8; mid-P inversion: Berry & Armitage, *The Statistician* 44 (1995) 417; MOVER for
ratios: Donner & Zou, *Stat. Methods Med. Res.* 21 (2012) 347; winsorised variance: Wilcox,
*Introduction to Robust Estimation* (4th ed., 2017), sec. 3.3.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import scipy  # its stats and optimize are loaded when they are used: that takes a second
from numpy.typing import NDArray
from scipy import special

from truceline.model.rate import PhaseRate, Ratio

FloatArray = NDArray[np.floating[Any]]

LEVEL: Final = 0.90
"""Probability that an interval aims to hold."""
MIN_BASELINE: Final = 5
"""Fewer baseline windows give no dispersion, so no interval."""
_LARGEST_LOG = 600.0
"""Natural log of a mean beyond which nobody looks; a float holds no more than 709."""
_POISSON: Final = 1e-9
"""A dispersion this small is none."""
_WINSOR: Final = 0.10
_MEDIAN_EFFICIENCY: Final = math.sqrt(math.pi / 2)
"""Standard error of a median over that of a mean, for a normal sample."""


def dispersion(counts: FloatArray, exposure_days: FloatArray) -> float:
    """Estimate ``alpha`` of the negative binomial from baseline windows, robustly.

    The tenth of the rates at each end is pulled in to the next one; the variance is then divided
    by what that does to a normal sample, and the Poisson part is taken off.

    Args:
        counts: one count a window.
        exposure_days: length of each window. Unit: d.

    Raises:
        ValueError: when there are fewer than ``MIN_BASELINE`` windows, or shapes or values are
            impossible.

    >>> dispersion(np.array([100.0, 90, 110, 80, 120, 100]), np.ones(6)) < 0.02
    True
    """
    _check(counts, exposure_days)
    n = len(counts)
    if n < MIN_BASELINE:
        raise ValueError(
            f"{n} baseline windows are too few for a dispersion ({MIN_BASELINE} at least)"
        )
    cut = int(_WINSOR * n)
    rates = np.sort(counts / exposure_days)
    rates[:cut] = rates[cut]
    rates[n - cut :] = rates[n - cut - 1]
    mean = float(rates.mean())
    if mean == 0.0:
        return 0.0
    variance = float(rates.var(ddof=1)) / _winsorised_normal_variance(cut / n)
    poisson = mean * float(np.mean(1.0 / exposure_days))
    return max(0.0, (variance - poisson) / mean**2)


def _winsorised_normal_variance(share: float) -> float:
    """Variance of a standard normal after winsorising ``share`` of it at each end."""
    if share == 0.0:
        return 1.0
    edge = float(scipy.stats.norm.isf(share))
    inner = 1.0 - 2.0 * share - 2.0 * edge * float(scipy.stats.norm.pdf(edge))
    return inner + 2.0 * share * edge**2


def mean_interval(
    count: int, exposure_days: float, alpha: float, tail: float
) -> tuple[float, float]:
    """Give the interval of the mean count behind one sum, by inverting its mid-P function.

    Args:
        count: the sum, 0 or more.
        exposure_days: over how long. Unit: d.
        alpha: dispersion of one day.
        tail: probability left out at each end, 0 < tail < 0.5.

    >>> low, high = mean_interval(10, 1.0, 0.0, 0.05)
    >>> round(low, 1), round(high, 1)
    (5.7, 16.4)
    """

    def gap(log_mean: float, target: float) -> float:
        return _mid_p(count, math.exp(log_mean), exposure_days, alpha) - target

    def solve(target: float) -> float:
        low, high = -30.0, math.log(count + 1.0) + 30.0
        while gap(high, target) > 0.0 and high < _LARGEST_LOG:  # a baseline that says nothing
            high += 50.0
        if gap(high, target) > 0.0:
            return math.exp(high)
        return math.exp(float(scipy.optimize.brentq(gap, low, high, args=(target,), xtol=1e-10)))

    lower = solve(1.0 - tail) if count else 0.0
    return lower, solve(tail)


def _mid_p(count: int, mean: float, exposure_days: float, alpha: float) -> float:
    """Probability of fewer than ``count`` plus half that of exactly ``count``."""
    at_most = _at_most(count, mean, exposure_days, alpha)
    below = _at_most(count - 1, mean, exposure_days, alpha) if count else 0.0
    return 0.5 * (at_most + below)


def _at_most(count: int, mean: float, exposure_days: float, alpha: float) -> float:
    """Distribution function, by the incomplete gamma (Poisson) or beta function."""
    if alpha <= _POISSON:
        return float(special.gammaincc(count + 1.0, mean))
    size = exposure_days / alpha
    return float(special.betainc(size, count + 1.0, size / (size + mean)))


def day_range(baseline: FloatArray, exposure_days: FloatArray) -> tuple[float, float]:
    """Give the range that holds 90 % of single days like the baseline (predictive).

    Raises:
        ValueError: as :func:`dispersion` does.
    """
    alpha = dispersion(baseline, exposure_days)
    mean = _level(baseline, exposure_days, alpha)
    if mean == 0.0:
        return 0.0, 0.0
    tail = tail_for(len(baseline))
    if alpha <= _POISSON:
        return float(scipy.stats.poisson.ppf(tail, mean)), float(
            scipy.stats.poisson.isf(tail, mean)
        )
    size = 1.0 / alpha
    share = size / (size + mean)
    return float(scipy.stats.nbinom.ppf(tail, size, share)), float(
        scipy.stats.nbinom.isf(tail, size, share)
    )


def phase_rate(
    phase: str, counts: FloatArray, exposure_days: FloatArray, alpha: float | None, tail: float
) -> PhaseRate:
    """Sum up one phase: counts, median, rate and its interval.

    Args:
        phase: its name.
        counts: one count a window; may be empty.
        exposure_days: length of each window. Unit: d.
        alpha: dispersion of the baseline; null gives no interval.
        tail: probability left out at each end.

    Raises:
        ValueError: when shapes or values are impossible.
    """
    _check(counts, exposure_days)
    if not len(counts):
        return PhaseRate(phase, 0, 0, 0.0, None, None, None, None)
    total, days = int(counts.sum()), float(exposure_days.sum())
    median = float(np.median(counts / exposure_days))
    if alpha is None:
        return PhaseRate(phase, len(counts), total, days, median, total / days, None, None)
    low, high = mean_interval(total, days, alpha, tail)
    return PhaseRate(phase, len(counts), total, days, median, total / days, low / days, high / days)


def ratio(
    count: int,
    exposure_days: float,
    reference: FloatArray,
    reference_days: FloatArray,
    alpha: float,
) -> Ratio | None:
    """Compare one window with the median of reference windows, with a 90 % interval.

    The value is ``(count / exposure_days) / median``, which anybody can check by hand. The
    interval is that of the ratio of the two levels: the mid-P interval of the count, and the error
    of the median, joined on the log scale.

    Args:
        count: of the window compared.
        exposure_days: its length. Unit: d.
        reference: counts of the reference windows.
        reference_days: their lengths. Unit: d.
        alpha: dispersion of one day.

    Returns:
        Null where the median of the reference is 0 or it has fewer than ``MIN_BASELINE`` windows.

    Raises:
        ValueError: when shapes or values are impossible.
    """
    _check(reference, reference_days)
    if len(reference) < MIN_BASELINE or exposure_days <= 0.0:
        return None
    median = float(np.median(reference / reference_days))
    if median == 0.0:
        return None
    level = _level(reference, reference_days, alpha)
    tail = tail_for(len(reference))
    per_day = float(np.mean(1.0 / reference_days)) / level + alpha
    error = (
        float(scipy.stats.norm.isf(tail)) * _MEDIAN_EFFICIENCY * math.sqrt(per_day / len(reference))
    )
    low, high = mean_interval(count, exposure_days, alpha, tail)
    # centre of the log interval: the count itself, or half a unit where it is 0
    centre = max(count, 0.5) * (1.0 + alpha / (3.0 * exposure_days))
    scale = centre / exposure_days / level
    lower = scale * math.exp(-math.hypot(math.log(centre / low), error)) if low > 0.0 else 0.0
    upper = scale * math.exp(math.hypot(max(math.log(high / centre), 0.0), error))
    return Ratio(count / exposure_days / median, lower, upper)


def mean_ratio(compared: PhaseRate, reference: PhaseRate) -> Ratio | None:
    """Compare the mean rates of two phases of several windows, with a 90 % interval.

    Args:
        compared: the phase above.
        reference: the phase below.

    Returns:
        Null where either has no interval, or the reference counts nothing.
    """
    a, b = compared, reference
    if a.rate_per_day is None or not b.rate_per_day:
        return None
    if a.low is None or a.high is None or not b.low or b.high is None:
        return None
    above = max(a.rate_per_day, 0.5 / a.exposure_days)
    value = above / b.rate_per_day
    up = math.hypot(math.log(max(a.high / above, 1.0)), math.log(b.rate_per_day / b.low))
    high = value * math.exp(up)
    if not a.low:
        return Ratio(a.rate_per_day / b.rate_per_day, 0.0, high)
    down = math.hypot(math.log(above / a.low), math.log(b.high / b.rate_per_day))
    return Ratio(value, value * math.exp(-down), high)


def _level(counts: FloatArray, exposure_days: FloatArray, alpha: float) -> float:
    """Mean rate of a day behind the median: a gamma's median lies about ``1/(3 size)`` below."""
    return float(np.median(counts / exposure_days)) * (1.0 + alpha / 3.0)


def tail_for(windows: int) -> float:
    """Give the probability to leave out at each end of a 90 % interval.

    It lies as far out as Student's t, because the dispersion comes from few windows.

    Args:
        windows: of the baseline, from which the dispersion was estimated; at least 2.

    >>> 0.04 < tail_for(28) < 0.05
    True
    """
    quantile = scipy.stats.t.ppf(0.5 + LEVEL / 2, windows - 1)
    return float(scipy.stats.norm.sf(quantile))


def _check(counts: FloatArray, exposure_days: FloatArray) -> None:
    if counts.shape != exposure_days.shape or counts.ndim != 1:
        raise ValueError(f"one exposure a count: {exposure_days.shape} for {counts.shape}")
    if len(counts) and (float(counts.min()) < 0 or float(exposure_days.min()) <= 0):
        raise ValueError("counts are 0 or more and exposures longer than 0")
