"""Which points of one set lie near which of another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from scipy.spatial import cKDTree

from truceline.simulation.network.numbers import Floats, Ints


def near(points: Floats, places: Floats, within_m: float) -> tuple[Ints, Ints]:
    """Give rows of points and of places that lie within a distance, by place and then by point.

    >>> points, places = np.array([[0.0, 0.0], [9.0, 0.0]]), np.array([[8.0, 0.0], [50.0, 0.0]])
    >>> near(points, places, 5.0)
    (array([1]), array([0]))
    >>> [len(rows) for rows in near(points, np.zeros((0, 2)), 5.0)]
    [0, 0]
    """
    if not len(points) or not len(places):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    found = cKDTree(points).query_ball_point(places, within_m, return_sorted=True)
    lists = [np.array(rows, dtype=np.int64) for rows in cast("Sequence[list[int]]", found)]
    return np.concatenate(lists), np.repeat(np.arange(len(places)), [len(rows) for rows in lists])
