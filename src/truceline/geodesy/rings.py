"""Edges of checked polygons, with longitudes that run on across the antimeridian."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
_POLYGONS = (int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON))


def checked(polygons: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
    """Give the polygons as an array, each valid once its longitudes run on.

    Raises:
        ValueError: when one is no polygon or not valid; the message names which and where.
    """
    given = np.empty(len(polygons), object)
    given[:] = list(polygons)
    kinds = shapely.get_type_id(given)
    for number in np.flatnonzero(~np.isin(kinds, _POLYGONS)):
        what = getattr(given[number], "geom_type", type(given[number]).__name__)
        raise ValueError(f"polygon {number} is a {what}; give polygons or multipolygons in lon/lat")
    for number in np.flatnonzero(_jumps(given)):
        given[number] = _running_on(given[number])
    for number in np.flatnonzero(~shapely.is_valid(given)):
        reason = shapely.is_valid_reason(given[number])
        raise ValueError(
            f"polygon {number} is not valid: {reason} (lon lat); move or remove that point"
        )
    return given


def edges_of(polygons: NDArray[np.object_]) -> tuple[Floats, Ints]:
    """Give ax, ay, bx, by of all edges of positive length, shape (n, 4), and whose they are."""
    parts, of_part = shapely.get_parts(polygons, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    xy, of_point = shapely.get_coordinates(rings, return_index=True)
    edges = np.column_stack([xy[:-1], xy[1:]]) if len(xy) else np.empty((0, 4))
    keep = (of_point[:-1] == of_point[1:]) & np.any(edges[:, :2] != edges[:, 2:], axis=1)
    owner = of_part[of_ring[of_point[:-1]]].astype(np.int32)
    return np.ascontiguousarray(edges[keep]), owner[keep]


def positions(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Give longitudes and latitudes (deg) as two arrays of one length.

    Raises:
        ValueError: when they are none.
    """
    x, y = np.ascontiguousarray(lon, np.float64), np.ascontiguousarray(lat, np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(
            f"longitudes of shape {x.shape} and latitudes of shape {y.shape} are no list of "
            "positions; give two arrays of one length"
        )
    return x, y


def running_on(lon: Floats) -> Floats:
    """Let longitudes run on past 180 where they jump by more than half a turn and less than one.

    >>> running_on(np.array([179.0, -179.0, 178.0])).tolist()
    [179.0, 181.0, 178.0]
    """
    if len(lon) == 0:
        return lon
    turns = np.cumsum(-np.sign(np.diff(lon)) * _jump(lon))
    run: Floats = lon + 360.0 * np.concatenate([[0.0], turns])
    return run


def _jumps(polygons: NDArray[np.object_]) -> NDArray[np.bool_]:
    xy, of = shapely.get_coordinates(polygons, return_index=True)
    wide = np.zeros(len(polygons), bool)
    wide[of[:-1][_jump(xy[:, 0]) & (of[:-1] == of[1:])]] = True
    return wide


def _jump(lon: Floats) -> NDArray[np.bool_]:
    step = np.abs(np.diff(lon))
    return (step > 180.0) & (step < 360.0)


def _running_on(polygon: shapely.Geometry) -> shapely.Geometry:
    """Let each ring run on; one that goes around a pole stays as it was given."""
    parts = []
    for part in shapely.get_parts(polygon):
        rings = [_ring(shapely.get_coordinates(ring)) for ring in (part.exterior, *part.interiors)]
        middle = float(np.mean(rings[0][:, 0]))
        for hole in rings[1:]:  # in the same turn as the ring that it is in
            hole[:, 0] += 360.0 * np.round((middle - float(np.mean(hole[:, 0]))) / 360.0)
        parts.append(shapely.Polygon(rings[0], rings[1:]))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _ring(xy: Floats) -> Floats:
    run = running_on(xy[:, 0])
    return np.column_stack([run if run[0] == run[-1] else xy[:, 0], xy[:, 1]])
