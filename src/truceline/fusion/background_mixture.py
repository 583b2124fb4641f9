"""Which cells are persistently hot: a mixture of three beta-binomials over weeks.

A cell that was hot at all was hot in ``k`` of ``n`` weeks. Weeks are counted, not days, so that one
fire that burns for days counts once or twice. Cells are of three classes: *occasional* (a field, a
stubble fire), *recurrent* (hot in several weeks: a dump, a peat bog, the rim of a source, but also
a village or a forest that was shelled for months) and *persistent* (a steel works, a flare). In
each, the share of hot weeks varies from cell to cell as a Beta, so ``k`` is beta-binomial. Cells
never hot are not in the data, therefore all three are truncated at zero. Only the third class is
ever a reason to mask.

The classes are ordered, ``a`` rising and ``b`` falling: then each likelihood ratio of the third
class to another never falls as ``k`` grows, and one more hot week never makes a cell look less
persistent.

The parameters maximise the posterior by L-BFGS; the slope of the mixture is the slope of each class
weighted by the probability of the class, the identity on which EM rests.

Source: beta-binomial likelihood, Skellam (1948); identity of slopes, Fisher, in Dempster, Laird and
Rubin (1977), section 2. The monotone ratio is shown in docs/background.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its optimize is loaded when it is used: that takes half a second
from numpy.typing import NDArray
from scipy.special import betaln, digamma, logsumexp, softmax

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_START = {
    2: (np.array([0.3, 1.5]), np.array([42.0, 2.0]), np.array([0.99, 0.01])),
    3: (np.array([0.3, 1.0, 4.0]), np.array([60.0, 8.0, 2.0]), np.array([0.98, 0.015, 0.005])),
}
"""a, b and shares of each class at the start; also the centre of their weak priors."""

_WEAK_SD = 1.5
"""Spread of the prior on the logarithms of the steps in a and b: a factor of 12 either way at 90
per cent. It decides only where there are almost no cells."""

_PSEUDO_CELLS = 100.0
"""Weight of the starting shares, in cells."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """Truncated beta-binomials, from the least to the most persistent class."""

    share: tuple[float, ...]
    """Share of each class among cells ever hot; sums to 1."""
    a: tuple[float, ...]
    """First parameter of each class's Beta of the share of hot weeks; does not fall."""
    b: tuple[float, ...]
    """Second parameter; does not rise."""


def fit(weeks_hot: Ints, weeks_looked: int, classes: int = 3) -> Mixture:
    """Fit the mixture to the cells that were hot in at least one week.

    Args:
        weeks_hot: weeks in which each cell was hot, 1..weeks_looked.
        weeks_looked: weeks in which the region was looked at.
        classes: 3; or 2 (occasional, persistent) for comparison.

    Raises:
        ValueError: when a count lies outside 1..weeks_looked.

    >>> fit(np.array([1] * 500 + [2] * 20 + [28, 30, 33]), 37).share[2] < 0.05
    True
    """
    if weeks_hot.size and not (weeks_hot.min() >= 1 and weeks_hot.max() <= weeks_looked):
        raise ValueError(f"hot weeks must lie in 1..{weeks_looked} (the weeks looked at)")
    values, counts = np.unique(weeks_hot, return_counts=True)
    start = _START[classes]
    first = np.concatenate([_steps_of(start[0], start[1]), np.log(start[2])])
    spread = 6 * _WEAK_SD
    found = scipy.optimize.minimize(
        _loss,
        first,
        args=(first, values, counts.astype(np.float64), weeks_looked),
        jac=True,
        method="L-BFGS-B",
        bounds=[(value - spread, value + spread) for value in first],
        options={"ftol": 1e-14, "gtol": 1e-7, "maxiter": 1000},
    ).x
    return _mixture(found)


def classes_of(mixture: Mixture, weeks_hot: Ints, weeks_looked: int) -> Floats:
    """Give the probability of each class for cells hot in so many weeks, shape (classes, cells)."""
    parts = _joint(mixture, np.maximum(weeks_hot, 1), weeks_looked)
    member: Floats = np.exp(parts - logsumexp(parts, axis=0))
    return member


def persistence(mixture: Mixture, weeks_hot: Ints, weeks_looked: int) -> Floats:
    """Give the probability that a cell hot in so many weeks is of the most persistent class.

    A cell never hot has probability 0: nothing was seen there, and the truncated model is about
    cells where something was.

    >>> m = Mixture((0.99, 0.01), (0.3, 1.5), (42.0, 2.0))
    >>> persistence(m, np.array([0, 1, 30]), 37).round(3).tolist()
    [0.0, 0.0, 1.0]
    """
    return np.where(weeks_hot > 0, classes_of(mixture, weeks_hot, weeks_looked)[-1], 0.0)


def log_likelihood(mixture: Mixture, weeks_hot: Ints, weeks_looked: int) -> float:
    """Give the log-likelihood of the counts (without binomial coefficients), to compare fits."""
    return float(logsumexp(_joint(mixture, weeks_hot, weeks_looked), axis=0).sum())


def rounded(value: float) -> float:
    """Round a fitted number to 4 significant digits.

    More would say nothing of the data, and would let another processor write another table.
    """
    return float(f"{value:.4g}")


def _joint(mixture: Mixture, k: Ints, n: int) -> Floats:
    """Log of share times truncated likelihood, shape (classes, cells)."""
    return np.stack(
        [
            np.log(share) + _log_truncated(k, n, a, b)
            for share, a, b in zip(mixture.share, mixture.a, mixture.b, strict=True)
        ]
    )


def _log_truncated(k: Ints, n: int, a: float, b: float) -> Floats:
    """Log of the beta-binomial at k, given k >= 1, without the binomial coefficient."""
    log_zero = betaln(a, n + b) - betaln(a, b)
    value: Floats = betaln(k + a, n - k + b) - betaln(a, b) - np.log(-np.expm1(log_zero))
    return value


def _steps_of(a: Floats, b: Floats) -> Floats:
    """Logarithms of the first a and its rises, then of the last b and its rises backwards."""
    steps = np.concatenate([np.diff(a, prepend=0.0), np.diff(b[::-1], prepend=0.0)])
    logarithms: Floats = np.log(steps)
    return logarithms


def _betas(theta: Floats) -> tuple[Floats, Floats]:
    a_steps, b_steps = np.split(np.exp(theta), 2)
    return np.cumsum(a_steps), np.cumsum(b_steps)[::-1]


def _mixture(x: Floats) -> Mixture:
    steps, logits = np.split(x, [2 * len(x) // 3])
    a, b = _betas(steps)
    return Mixture(*(tuple(rounded(value) for value in part) for part in (softmax(logits), a, b)))


def _loss(x: Floats, first: Floats, k: Ints, weight: Floats, n: int) -> tuple[float, Floats]:
    """Give minus the log posterior and its slope."""
    classes = len(x) // 3
    steps, logits = np.split(x, [2 * classes])
    (a, b), share = _betas(steps), softmax(logits)
    joint = np.stack([np.log(share[c]) + _log_truncated(k, n, a[c], b[c]) for c in range(classes)])
    evidence = logsumexp(joint, axis=0)
    member = weight * np.exp(joint - evidence)
    pseudo = _PSEUDO_CELLS * softmax(first[2 * classes :])
    away = steps - first[: 2 * classes]
    gain = weight @ evidence + pseudo @ np.log(share) - np.sum(away**2) / (2 * _WEAK_SD**2)
    by_a, by_b = zip(*(_slopes(member[c], k, n, a[c], b[c]) for c in range(classes)), strict=True)
    chain = np.concatenate([np.cumsum(by_a[::-1])[::-1], np.cumsum(by_b)[::-1]])
    cells = member.sum(axis=1) + pseudo
    slope = np.concatenate(
        [np.exp(steps) * chain - away / _WEAK_SD**2, cells - cells.sum() * share]
    )
    return float(-gain), -slope


def _slopes(weight: Floats, k: Ints, n: int, a: float, b: float) -> tuple[float, float]:
    """Give the weighted slopes of ``_log_truncated`` by a and by b."""
    both = digamma(a + b) - digamma(n + a + b)
    zero = np.exp(betaln(a, n + b) - betaln(a, b))
    odds_zero = zero / (1 - zero)
    by_a = digamma(k + a) - digamma(a) + both + odds_zero * both
    zero_by_b = digamma(n + b) - digamma(b) + both
    by_b = digamma(n - k + b) - digamma(b) + both + odds_zero * zero_by_b
    return float(weight @ by_a), float(weight @ by_b)
