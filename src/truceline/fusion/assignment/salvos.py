"""Which incidents are rounds of one salvo: near one another in place and time, link by link."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from truceline.fusion.assignment.evidence import Incidents, Longs
from truceline.fusion.assignment.places import in_space_m

NEAR_M: Final = 500.0
"""Half of the ground that a battery's position takes up, and the errors of two places. A judgement."""
NEAR_S: Final = 60.0
"""Pause after which firing is called another salvo. A judgement; the reports that name one are written
to the minute."""


def salvos_of(incidents: Incidents) -> Longs:
    """Number the salvos from 0 in the order of their first rounds; shape (n,).

    Args:
        incidents: in any order.

    >>> at = np.array([0.0, 20.0, 400.0])
    >>> one = np.ones(3)
    >>> salvos_of(Incidents(at, one, 30 * one, 50 * one, np.ones((3, 3)), one)).tolist()
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
