"""Which incidents are rounds of one salvo, and how large salvos are."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from truceline.fusion.association.arrays import Floats, Longs
from truceline.geodesy.space import all_in_space

APART_M: Final = 1000.0
"""Two rounds of one salvo are no farther apart: the frontage of a battery (FM 6-50 gives 400 m in
open order), and the error of two places."""
PAUSE_S: Final = 120.0
"""And follow one another within this, at the slow rhythm of a howitzer's sustained fire (one round
in a minute, FM 6-50) with one round unheard."""
_ANSWER_M: Final = 15_000.0
"""Range of the guns that may answer (howitzers of 152 and 155 mm)."""
_ANSWER_S: Final = 300.0
"""Time within which they do."""
_LATER_S: Final = (600.0, 2400.0)
"""Time after which salvos are no answers: what chance alone puts side by side."""
_USUAL: Final = 4.0
"""Rounds of the one salvo that is thought in before any is seen."""


class Sizes(NamedTuple):
    """How many rounds salvos have."""

    mean: float
    """Rounds of a salvo."""
    dispersion: float
    """Mean square over mean: rounds of the salvo that a round is of; 1 for single shots."""
    answered: float = 1.0
    """Factor on the variance of numbers, since salvos are answered by others; 1: not at all."""


def salvo_of(lon: Floats, lat: Floats, time_s: Floats) -> Longs:
    """Number the salvo of each incident from 0, in the order in which they are given.

    >>> salvo_of(np.full(3, 37.5), np.full(3, 48.2), np.array([0.0, 100.0, 900.0])).tolist()
    [0, 0, 1]
    >>> salvo_of(np.zeros(0), np.zeros(0), np.zeros(0)).tolist()
    []
    """
    if not len(lon):
        return np.zeros(0, np.int64)
    place = all_in_space(np.deg2rad(lon), np.deg2rad(lat)) / APART_M
    points = np.column_stack((place, time_s / PAUSE_S))
    near = cKDTree(points[:, :3]).query_pairs(1.0, output_type="ndarray")
    close = np.abs(points[near[:, 0], 3] - points[near[:, 1], 3]) <= 1.0
    a, b = near[close].T
    links = coo_array((np.ones(len(a)), (a, b)), shape=(len(lon), len(lon)))
    return np.asarray(connected_components(links, directed=False)[1], np.int64)


def sizes_of(salvo: Longs, weight: Floats) -> Sizes:
    """Estimate how large salvos are, one of four rounds thought in.

    Args:
        salvo: of each incident.
        weight: probability of each incident.

    >>> sizes_of(np.zeros(0, np.int64), np.zeros(0))
    Sizes(mean=4.0, dispersion=4.0, answered=1.0)
    """
    each = np.bincount(salvo, weight) if len(salvo) else np.zeros(0)
    total = float(each.sum()) + _USUAL
    chance = np.minimum(each, 1.0)  # a lone incident of probability p is a salvo with chance p
    return Sizes(
        mean=max(total / (float(chance.sum()) + 1.0), 1.0),
        dispersion=max((float(np.sum(each**2)) + _USUAL**2) / total, 1.0),
    )


def answered(lon: Floats, lat: Floats, time_s: Floats, salvo: Longs, weight: Floats) -> float:
    """Give how much larger the variance of numbers is because fire draws fire.

    Pairs of salvos that begin within minutes of one another and within range are compared with the
    pairs of the next forty minutes; the excess adds to the variance of a total as the pairs of
    rounds within a salvo do.

    Args:
        lon: of the incidents, in order of time. Unit: deg.
        lat: likewise.
        time_s: likewise.
        salvo: of each.
        weight: events that each stands for.

    Source: the variance of a count by the pair correlation (Daley and Vere-Jones 2003, An
    Introduction to the Theory of Point Processes I, eq. 5.4.9).

    >>> answered(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, np.int64), np.zeros(0))
    1.0
    """
    size = np.bincount(salvo, weight) if len(salvo) else np.zeros(0)
    if len(size) < 2:
        return 1.0
    first = np.unique(salvo, return_index=True)[1]
    place = all_in_space(np.deg2rad(lon[first]), np.deg2rad(lat[first]))
    row, other = cKDTree(place).query_pairs(_ANSWER_M, output_type="ndarray").T
    lag = np.abs(time_s[first[row]] - time_s[first[other]])
    product = size[row] * size[other]
    low, high = _LATER_S
    chance = float(product[(lag >= low) & (lag < high)].sum()) * _ANSWER_S / (high - low)
    excess = 2.0 * (float(product[lag < _ANSWER_S].sum()) - chance)
    return 1.0 + max(excess, 0.0) / float(np.sum(size**2))
