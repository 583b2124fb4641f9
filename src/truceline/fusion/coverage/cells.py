"""The cells of a grid that some sensor is within reach of, and the sensors about a place."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from truceline.fusion.association.arrays import Floats, Ints, Longs
from truceline.geodesy.space import all_in_space

DEGREE_M: Final = 111_195.0
"""A degree of latitude on a ball of the earth's size; cells are that much larger or smaller than
stated as the ellipsoid is there (0.6 % at most). Unit: m."""
EARSHOT_M: Final = 20_000.0
"""Sensors beyond hear nothing, as the engine has it. Unit: m."""


class Cells(NamedTuple):
    """Cells in order of row, then column; shape (c,)."""

    row: Longs
    """Counted from the equator to the north."""
    column: Longs
    """Counted from the meridian of Greenwich to the east, in each row by its own width."""
    lon: Floats
    """Of the middle. Unit: deg."""
    lat: Floats


def cell_at(lon: Floats, lat: Floats, size_m: float) -> tuple[Longs, Longs]:
    """Give row and column of the cell that each place lies in.

    >>> row, column = cell_at(np.array([37.5]), np.array([48.2]), 1000.0)
    >>> int(row[0]), int(column[0])
    (5359, 2779)
    """
    step = size_m / DEGREE_M
    row = np.floor(np.asarray(lat, float) / step).astype(np.int64)
    return row, np.floor(np.asarray(lon, float) / _width_deg(row, step)).astype(np.int64)


def middle_of(row: Longs, column: Longs, size_m: float) -> tuple[Floats, Floats]:
    """Give longitude and latitude of the middle of cells. Unit: deg."""
    step = size_m / DEGREE_M
    lat = np.minimum(np.maximum((row + 0.5) * step, -90.0), 90.0)
    return np.asarray((column + 0.5) * _width_deg(row, step), float), lat


def cells_within(lon: Floats, lat: Floats, size_m: float, reach_m: float) -> Cells:
    """Give the cells whose middle is within reach of a place.

    Args:
        lon: of the sensors, shape (n,). Unit: deg.
        lat: shape (n,). Unit: deg.
        size_m: length of a side.
        reach_m: farthest sensor of a cell.

    >>> len(cells_within(np.array([37.5]), np.array([48.2]), 1000.0, 2000.0).lon)
    13
    >>> len(cells_within(np.zeros(0), np.zeros(0), 1000.0, 2000.0).lon)
    0
    """
    row, _ = cell_at(lon, lat, size_m)
    far = int(np.ceil(reach_m / size_m)) + 1
    found: list[Longs] = []
    for up in range(-far, far + 1):
        at = row + up
        width = _width_deg(at, size_m / DEGREE_M)
        middle = np.floor(lon / width).astype(np.int64)
        spread = (middle[:, None] + np.arange(-far, far + 1)).ravel()
        found.append(np.unique(np.column_stack((np.repeat(at, 2 * far + 1), spread)), axis=0))
    pairs = np.unique(np.concatenate(found), axis=0)
    at_lon, at_lat = middle_of(pairs[:, 0], pairs[:, 1], size_m)
    inside = np.abs(at_lon) <= 180.0
    if len(lon):
        tree = cKDTree(_in_space(lon, lat))
        away, _ = tree.query(_in_space(at_lon, at_lat))
        inside &= np.asarray(away) <= reach_m
    return Cells(pairs[inside, 0], pairs[inside, 1], at_lon[inside], at_lat[inside])


def sensors_about(lon: Floats, lat: Floats, at_lon: Floats, at_lat: Floats) -> Ints:
    """Give the sensors within earshot of places, nearest first, shape (c, k); -1 beyond the last.

    Args:
        lon: of the sensors, shape (n,). Unit: deg.
        lat: shape (n,). Unit: deg.
        at_lon: of the places, shape (c,). Unit: deg.
        at_lat: shape (c,). Unit: deg.
    """
    if not len(lon) or not len(at_lon):
        return np.full((len(at_lon), 1), -1, np.int32)
    tree, asked = cKDTree(_in_space(lon, lat)), _in_space(at_lon, at_lat)
    counts = np.asarray(tree.query_ball_point(asked, EARSHOT_M, return_length=True))
    most = max(int(counts.max()), 1)
    _, found = tree.query(asked, k=[*range(1, most + 1)], distance_upper_bound=EARSHOT_M)
    return np.where(np.asarray(found) < len(lon), found, -1).astype(np.int32)


def _width_deg(row: Longs, step: float) -> Floats:
    """Give the width of the cells of a row, so that they are about square. Unit: deg."""
    lat = np.minimum(np.abs((row + 0.5) * step), 89.9)
    return np.asarray(step / np.cos(np.deg2rad(lat)), float)


def _in_space(lon: Floats, lat: Floats) -> Floats:
    """Give positions in metres, where no meridian is special."""
    return all_in_space(np.deg2rad(lon), np.deg2rad(lat))
