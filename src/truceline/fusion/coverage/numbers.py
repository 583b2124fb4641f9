"""How many events there were, and how many were not heard, with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy.special import gammaincinv

from truceline.fusion.association.arrays import Floats, Longs
from truceline.fusion.coverage.salvos import Sizes
from truceline.fusion.coverage.variances import within_salvos

LEVEL: Final = 0.90
"""Of the intervals; each end is a limit that holds with 95 %."""
_TAIL: Final = (1.0 - LEVEL) / 2.0
_LENT: Final = 3.0
"""Salvos of the usual size that a group borrows from all."""
_DOUBTS: Final = 1.645
"""Standard errors below the sum of probabilities that are surely events, with 95 %."""


class Counted(NamedTuple):
    """Incidents in cells and hours that are not blind, shape (e,)."""

    weight: Floats
    """Probability of each."""
    chance: Floats
    """Of an event at its place and time to be counted."""
    by_class: Floats
    """The same by class of loudness, shape (e, g)."""
    salvo: Longs
    replicates: Floats
    """``chance`` as other shares of the classes would have it, shape (e, r); see :func:`spread_of`."""
    found_error: float
    """Relative standard error of what share of the heard events is found."""
    hearing_error: float
    """Relative standard error of the number of the unheard, beyond that of the shares."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of events of groups of cells and hours; all of shape (n,)."""

    observed: Floats
    """Sum of the probabilities of incidents."""
    unobserved: Floats
    """Expected number that was not counted."""
    low: Floats
    """Of the true number, 90 % interval; infinity: unbounded."""
    high: Floats
    rate_low: Floats
    """Of the number expected at the same rate of fire, 90 % interval. ``rate_high`` where nothing was
    heard is the largest that silence is consistent with."""
    rate_high: Floats
    size: Floats
    """Events that come as one, in effect."""


def tally(
    counted: Counted, share: Floats, sizes: Sizes, group: Longs, chance: Floats, groups: int
) -> Tally:
    """Estimate the events of groups of cells and hours.

    The unheard are a gamma variable of the mean and variance that Horvitz and Thompson give, with
    half a salvo more at the mean chance of the group, as after Jeffreys' prior; the rate is that of
    a compound Poisson process, whose variance is the sum of the squares of its salvos.

    Args:
        counted: incidents.
        share: of the classes, shape (g,).
        sizes: of salvos.
        group: of each incident, 0..groups - 1.
        chance: mean chance of being counted in each group, by space and time; 0: blind.
        groups: how many there are.
    """

    def total(values: Floats) -> Floats:
        return np.asarray(np.bincount(group, values, groups), float)

    order = np.lexsort((np.arange(len(group)), counted.salvo)).astype(np.int64)
    parts = within_salvos(
        order, counted.salvo, counted.weight, counted.chance, counted.by_class, share
    )
    observed = total(counted.weight)
    events = total(counted.weight / counted.chance)
    learned = spread_of(counted, group, groups)
    learned += (counted.found_error * events) ** 2 + (
        counted.hearing_error * (events - observed)
    ) ** 2
    doubt = np.sqrt(np.maximum(total(counted.weight * (1.0 - counted.weight)), 0.0))
    unobserved = events - observed
    low, high = _of_number(observed, doubt, unobserved, total(parts) + learned, sizes, chance)
    size = _size(counted, sizes, group, groups, events, learned)
    size = np.where(events > 0, size, sizes.mean / _shown(chance))
    rate_low, rate_high = _of_rate(events, size, chance)
    return Tally(observed, unobserved, low, high, rate_low, rate_high, size)


def spread_of(counted: Counted, group: Longs, groups: int) -> Floats:
    """Give the variance that comes from the shares of the classes, by the jackknife, shape (n,).

    Source: Efron 1982, The Jackknife, eq. 3.1.
    """
    turns = counted.replicates.shape[1]
    if turns < 2 or not len(group):
        return np.zeros(groups)
    each = np.array([np.bincount(group, counted.weight / r, groups) for r in counted.replicates.T])
    return np.asarray((turns - 1) * each.var(axis=0), float)


def salvos_of(counted: Counted, group: Longs) -> tuple[Longs, Floats]:
    """Give group and size of each part of a salvo that lies in one group, as large as it stands for."""
    pair, at = np.unique(np.column_stack((group, counted.salvo)), axis=0, return_inverse=True)
    each = np.bincount(at.ravel(), counted.weight / counted.chance)
    return pair[:, 0], np.asarray(each, float)


def _size(
    counted: Counted, sizes: Sizes, group: Longs, groups: int, events: Floats, learned: Floats
) -> Floats:
    """Give the size of salvos that explains the variance of each group, shape (n,).

    The salvos of a group say it, and three of those of all groups, since a group with few salvos
    that are small by chance would seem sure.
    """
    if not len(group):
        return np.full(groups, sizes.dispersion)
    _, every = salvos_of(counted, np.zeros(len(group), np.int64))
    usual = float(np.sum(every**2) * sizes.answered + sizes.mean**2)
    usual /= float(every.sum() + sizes.mean)
    own, each = salvos_of(counted, group)
    squares = np.bincount(own, each**2, groups) * sizes.answered + learned
    size = (squares + _LENT * usual**2) / (events + _LENT * usual)
    return np.asarray(np.maximum(size, 1.0), float)


def _of_number(
    observed: Floats,
    doubt: Floats,
    unobserved: Floats,
    variance: Floats,
    sizes: Sizes,
    chance: Floats,
) -> tuple[Floats, Floats]:
    """Give the interval of the true number: what is surely observed, and a gamma variable more.

    The ends are whole numbers away from what is observed, since events are.
    """
    shown = _shown(chance)
    sure = np.maximum(observed - _DOUBTS * doubt, 0.0)
    mean = observed - sure + unobserved + 0.5 * sizes.mean * (1.0 - shown) / shown
    spread = variance + 0.5 * sizes.mean * sizes.dispersion * (1.0 - shown) / shown**2
    shape = np.maximum(mean**2 / np.maximum(spread, 1e-12), 1e-3)
    scale = mean / shape
    low = sure + np.floor(scale * gammaincinv(shape, _TAIL))
    high = sure + np.ceil(scale * gammaincinv(shape, 1.0 - _TAIL))
    return np.where(chance > 0, low, observed), np.where(chance > 0, high, np.inf)


def _of_rate(events: Floats, size: Floats, chance: Floats) -> tuple[Floats, Floats]:
    """Give the interval of the expected number.

    Source: Garwood 1936, Biometrika 28, for a Poisson count, here of salvos of one effective size.
    """
    count = events / size
    low = np.where(count > 0, size * gammaincinv(np.maximum(count, 1e-9), _TAIL), 0.0)
    high = size * gammaincinv(count + 1.0, 1.0 - _TAIL)
    return low, np.where(chance > 0, high, np.inf)


def _shown(chance: Floats) -> Floats:
    return np.where(chance > 0, chance, 1.0)
