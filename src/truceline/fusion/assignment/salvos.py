"""Which incidents are rounds of one salvo: near one another in place and time, link by link."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from scipy.special import gammainc

from truceline.fusion.assignment.evidence import Floats, Incidents, Longs
from truceline.fusion.assignment.places import in_space_m

NEAR_M: Final = 500.0
"""Half of the ground that a battery's position takes up, and the errors of two places. A judgement."""
NEAR_S: Final = 60.0
"""Pause after which firing is called another salvo. A judgement; the reports that name one are written
to the minute."""

ENOUGH: Final = 4
"""Arrivals from which a round is found as a rule: four unknowns of place, time and loudness."""
USUAL: Final = 8.0
"""Arrivals of a usual round, worth one observation. A judgement."""


def salvos_of(incidents: Incidents) -> Longs:
    """Number the salvos from 0 in the order of their first rounds; shape (n,).

    Args:
        incidents: in any order.

    >>> at = np.array([0.0, 20.0, 400.0])
    >>> one = np.ones(3)
    >>> salvos_of(Incidents(at, one, 30 * one, 50 * one, np.ones((3, 3)), one, one)).tolist()
    [0, 0, 1]
    """
    count = len(incidents.time_s)
    if not count:
        return np.zeros(0, np.int64)
    at = np.column_stack(
        (in_space_m(incidents.lon, incidents.lat) / NEAR_M, incidents.time_s / NEAR_S)
    )
    pairs = cKDTree(at).query_pairs(1.0, p=np.inf, output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    _, label = connected_components(links, directed=False)
    first = np.full(label.max() + 1, np.inf)
    np.minimum.at(first, label, incidents.time_s)
    place = np.full(len(first), np.inf)
    np.minimum.at(place, label, incidents.lon)
    rank = np.empty(len(first), np.int64)
    rank[np.lexsort((place, first))] = np.arange(len(first))
    return rank[label]


def missed_share(incidents: Incidents, of: Longs) -> Floats:
    """Give for each salvo the share of its rounds that is not among the incidents.

    A round is found when enough sensors hear it. Where the found ones rest on few arrivals, many
    others fell below: the arrivals of a round are taken as Poisson, cut off below ``ENOUGH``.

    Args:
        incidents: all; where the arrivals are not given, the usual number is taken.
        of: the salvo of each.

    >>> one = np.ones(2)
    >>> rows = Incidents(one, one, one, one, np.ones((2, 3)), one, np.array([4.0, 20.0]))
    >>> missed_share(rows, np.array([0, 1])).round(1).tolist()
    [0.3, 0.0]
    """
    heard = np.where(np.isnan(incidents.heard), USUAL, incidents.heard)
    count = int(of.max(initial=-1)) + 1
    total = np.bincount(of, heard, count) + USUAL
    mean = total / (np.bincount(of, minlength=count) + 1.0)
    # bisection of the mean of a Poisson variable given that it is at least ENOUGH
    low, high = np.zeros(count), np.maximum(mean, 1.0)
    for _ in range(40):
        middle = (low + high) / 2
        given = middle * gammainc(ENOUGH - 1, middle) / gammainc(ENOUGH, np.maximum(middle, 1e-9))
        low, high = np.where(given < mean, middle, low), np.where(given < mean, high, middle)
    return np.asarray(1.0 - gammainc(ENOUGH, low), float)
