"""Each sensor's neighbours with their places on the plane about it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from truceline.fusion.association.arrays import REACH_M, Floats, Near

_A: Final = 6378137.0  # WGS 84, semi-major axis, m
_E2: Final = 6.69437999014e-3  # WGS 84, first eccentricity squared
MOST: Final = 64
"""Most neighbours of a sensor, itself included."""


def neighbours(lon: Floats, lat: Floats, reach_m: float = REACH_M, most: int = MOST) -> Near:
    """Find the neighbours of each sensor, nearest first, itself as the first.

    Args:
        lon: shape (n,). Unit: deg.
        lat: shape (n,). Unit: deg.
        reach_m: farthest neighbour. Unit: m.
        most: most neighbours of one sensor, itself included.
    """
    n = len(lon)
    k = min(most, n)
    tree = cKDTree(_on_ball(lon, lat))
    ranks = [*range(1, k + 1)]
    asked = tree.query(_on_ball(lon, lat), k=ranks, distance_upper_bound=reach_m * 1.01)
    found: NDArray[np.int64] = np.asarray(asked[1], np.int64)
    there = found < n
    other = np.where(there, found, np.arange(n)[:, None])
    east, north, turn = offset_m(lon[:, None], lat[:, None], lon[other], lat[other])
    distance = np.where(there, np.hypot(east, north), np.inf)
    distance[np.arange(n), :1] = np.where(
        found[:, :1] == np.arange(n)[:, None], 0.0, distance[:, :1]
    )
    order = np.lexsort((other, distance), axis=1)
    rows = np.arange(n)[:, None]
    sorted_m = distance[rows, order]
    count = np.sum(sorted_m <= reach_m, axis=1)
    gone = np.arange(k)[None, :] >= count[:, None]
    return Near(
        sensor=np.where(gone, -1, other[rows, order]).astype(np.int32),
        east_m=np.where(gone, 0.0, east[rows, order]),
        north_m=np.where(gone, 0.0, north[rows, order]),
        distance_m=np.where(gone, np.inf, sorted_m),
        turn_deg=np.where(gone, 0.0, turn[rows, order]),
        known=count.astype(np.int32),
    )


def offset_m(lon0: Floats, lat0: Floats, lon: Floats, lat: Floats) -> tuple[Floats, Floats, Floats]:
    """Give places on the plane about others, and what to add to a bearing there.

    Returns:
        east and north (m; within 1 cm of the geodesic over 20 km), and the turn of true north (deg).

    Source: Gauss's mid-latitude formulas, first terms.
    """
    mid = np.deg2rad((lat + lat0) / 2)
    step = np.deg2rad((lon - lon0 + 180.0) % 360.0 - 180.0)
    root = 1.0 - _E2 * np.sin(mid) ** 2
    along = _A * (1.0 - _E2) / root**1.5 * np.deg2rad(lat - lat0)
    across = _A / np.sqrt(root) * np.cos(mid) * step
    half = step * np.sin(mid) / 2
    east = across * np.cos(half) - along * np.sin(half)
    north = along * np.cos(half) + across * np.sin(half)
    return east, north, np.rad2deg(2 * half)


def place_of(lon0: Floats, lat0: Floats, east: Floats, north: Floats) -> tuple[Floats, Floats]:
    """Give longitude and latitude of places on planes (the inverse of :func:`offset_m`)."""
    lon, lat = np.array(lon0, float), np.array(lat0, float)
    for _ in range(6):  # each turn gains three digits or more; near the poles the fewest
        at_east, at_north, _turn = offset_m(lon0, lat0, lon, lat)
        root = 1.0 - _E2 * np.sin(np.deg2rad(lat)) ** 2
        lat = lat + np.rad2deg((north - at_north) * root**1.5 / (_A * (1.0 - _E2)))
        per = np.sqrt(root) / (_A * np.cos(np.deg2rad(lat)))
        lon = lon + np.rad2deg((east - at_east) * per)
    return (lon + 180.0) % 360.0 - 180.0, lat


def _on_ball(lon: Floats, lat: Floats) -> Floats:
    """Give positions in space, so that a tree finds neighbours also across the antimeridian."""
    phi, lam = np.deg2rad(lat), np.deg2rad(lon)
    flat = np.cos(phi)
    return 6_371_000.0 * np.column_stack((flat * np.cos(lam), flat * np.sin(lam), np.sin(phi)))
