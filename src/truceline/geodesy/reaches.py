"""The ground within given distances of a line, with outlines at exactly that distance.

The region is first drawn on the plane about the middle of the line, where distances are a little
wrong; then each vertex is moved to where the distance is right.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Final

import numpy as np
import shapely

from truceline.geodesy.lines import LineIndex
from truceline.geodesy.outlines import (
    TOLERANCES_M,
    Floats,
    Outlines,
    longest_m,
    outlines_of,
)
from truceline.geodesy.plane import to_plane
from truceline.geodesy.rings import running_on
from truceline.geodesy.space import RADIUS_M, all_scales

_FINEST: Final = 2
"""Tolerances from this one on are used; the edge is moved to the exact distance where it is used."""
_STEP_M: Final = 1.0


def reach_regions(line: shapely.Geometry, index: LineIndex, reaches_m: Floats) -> Outlines:
    """Give the outlines of the ground within each distance (m) of a line in lon/lat."""
    tolerances = TOLERANCES_M[_FINEST:]
    parts = [_running(part) for part in shapely.get_parts(line)]
    run = shapely.GeometryCollection(parts)
    west, south, east, north = run.bounds
    centre = (west + east) / 2, (south + north) / 2
    longest = longest_m(tolerances[0], min(max(abs(south), abs(north)), 89.0))
    dense = shapely.segmentize(run, math.degrees(longest / RADIUS_M))
    plane = shapely.transform(
        dense, lambda xy: np.column_stack(to_plane(*centre, xy[:, 0], xy[:, 1]))
    )
    # the ground around a point within a few metres is round for sharp positions too
    regions = [_drawn(plane, float(r), min(tolerances[0], r / 2000)) for r in reaches_m]
    moved = [partial(_moved, index, float(reach)) for reach in reaches_m]
    return outlines_of(regions, centre, tolerances, moved)


def _running(part: shapely.Geometry) -> shapely.Geometry:
    xy = shapely.get_coordinates(part)
    run = np.column_stack([running_on(xy[:, 0]), xy[:, 1]])
    return shapely.Point(run[0]) if len(run) == 1 else shapely.LineString(run)


def _drawn(plane: shapely.Geometry, reach_m: float, tolerance: float) -> shapely.Geometry:
    """Draw around a line; a chord of a quarter circle with n parts is off by r (pi / n)² / 32."""
    if reach_m == 0.0:
        return shapely.Polygon()
    parts = math.ceil(math.pi * math.sqrt(reach_m / (32 * tolerance)))
    return shapely.buffer(plane, reach_m, quad_segs=min(max(parts, 8), 4096))


def _moved(index: LineIndex, reach_m: float, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Move vertices straight away from the line, or towards it, until the distance is right."""
    scale = all_scales(np.deg2rad(lat))
    east, north = np.rad2deg(_STEP_M / scale[:, 0]), np.rad2deg(_STEP_M / scale[:, 1])
    away_e = index.distance_m(lon + east, lat) - index.distance_m(lon - east, lat)
    away_n = index.distance_m(lon, lat + north) - index.distance_m(lon, lat - north)
    length = np.maximum(np.hypot(away_e, away_n), 1e-9)
    for _ in range(2):
        missing = (reach_m - index.distance_m(lon, lat)) / _STEP_M
        lon = lon + missing * away_e / length * east
        lat = lat + missing * away_n / length * north
    return lon, lat
