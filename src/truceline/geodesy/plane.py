"""The plane about a position, and geodesic distances. WGS 84.

A *plane* is the ellipsoidal azimuthal equidistant projection about a centre (distances and
directions from the centre are exact), in metres east and north.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

Floats = NDArray[np.float64]
_WGS84: Final = Geod(ellps="WGS84")


def to_plane(lon0: float, lat0: float, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Project positions to the plane about (lon0, lat0).

    Args:
        lon0: centre. Unit: deg.
        lat0: centre. Unit: deg.
        lon: positions, shape (n,). Unit: deg.
        lat: positions, shape (n,). Unit: deg.

    Returns:
        east and north, each of shape (n,). Unit: m.

    Source: azimuthal equidistant projection from the geodesic inverse problem (Karney 2013).

    >>> east, north = to_plane(30.0, 50.0, [30.0], [50.0])
    >>> float(abs(east[0]) + abs(north[0]))
    0.0
    """
    lon, lat = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
    azimuth, _, distance = _WGS84.inv(np.full_like(lon, lon0), np.full_like(lat, lat0), lon, lat)
    radians = np.deg2rad(azimuth)
    return distance * np.sin(radians), distance * np.cos(radians)


def from_plane(
    lon0: float, lat0: float, east: ArrayLike, north: ArrayLike
) -> tuple[Floats, Floats]:
    """Give longitudes and latitudes (deg, shape (n,)) of positions on the plane (m, shape (n,))."""
    east, north = np.atleast_1d(np.asarray(east, float)), np.atleast_1d(np.asarray(north, float))
    azimuth = np.rad2deg(np.arctan2(east, north))
    lon, lat, _ = _WGS84.fwd(
        np.full_like(east, lon0), np.full_like(east, lat0), azimuth, np.hypot(east, north)
    )
    return np.asarray(lon), np.asarray(lat)


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Give the geodesic distance of two positions. Unit: m.

    >>> round(distance_m(30.0, 50.0, 30.0, 50.0))
    0
    """
    return float(_WGS84.inv(lon1, lat1, lon2, lat2)[2])


def distance_to_m(geometry: shapely.Geometry, lon: float, lat: float) -> float:
    """Give the geodesic distance from a position to a geometry in lon/lat; 0 inside. Unit: m."""
    local = on_plane(geometry, lon, lat)
    return float(shapely.distance(local, shapely.Point(0.0, 0.0)))


def on_plane(geometry: shapely.Geometry, lon: float, lat: float) -> shapely.Geometry:
    """Project a geometry in lon/lat; long edges are split first, since they are no straight lines."""
    dense = shapely.segmentize(geometry, 0.02)
    return shapely.transform(
        dense, lambda xy: np.column_stack(to_plane(lon, lat, xy[:, 0], xy[:, 1]))
    )
