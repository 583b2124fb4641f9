"""Outlines of regions on the ground, at several finenesses, in runs that are skipped when far.

A wide ellipse does not feel a metre of the outline. So each outline is kept at several tolerances,
and an ellipse is compared with the coarsest that is still 400 times finer than its smaller standard
error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from truceline.geodesy.plane import from_plane, to_plane
from truceline.geodesy.space import RADIUS_M, all_in_space

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
TOLERANCES_M: Final = (0.001, 0.02, 0.1, 0.5, 2.0, 6.0, 16.0, 45.0, 120.0, 500.0)
_RUN: Final = 8
Moved = Callable[[Floats, Floats], tuple[Floats, Floats]]


class Outlines(NamedTuple):
    """Outlines of several regions; outline and tolerance make a row of ``first_run``."""

    edges: Floats
    """Start and end in space, the region on the left; shape (n, 6). Unit: m."""
    runs: Floats
    """Middle and radius of a ball around consecutive edges; shape (k, 4). Unit: m."""
    run_start: Ints
    """First edge of each run, and the end of the last one."""
    first_run: Ints
    """First run of region times tolerances plus tolerance, and the end of the last one."""
    tolerances: Floats
    """In ascending order. Unit: m."""


def stay(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Leave vertices where they are."""
    return lon, lat


def outlines_of(
    regions: Sequence[shapely.Geometry],
    centre: tuple[float, float],
    tolerances: Sequence[float],
    moved: Sequence[Moved],
) -> Outlines:
    """Prepare outlines.

    Args:
        regions: valid (multi)polygons on the plane about ``centre`` (m), as fine as the finest
            tolerance.
        centre: longitude and latitude. Unit: deg.
        tolerances: in ascending order. Unit: m.
        moved: for each region, where its vertices (deg) belong.
    """
    edges: list[Floats] = []
    run_start, first_run, count = [0], [0], 0
    for region, move in zip(regions, moved, strict=True):
        oriented = shapely.orient_polygons(region)
        rings = shapely.get_rings(shapely.get_parts(oriented))
        for tolerance in tolerances:
            as_drawn = tolerance == tolerances[0]
            found = [_ring_in_space(ring, centre, tolerance, move, as_drawn) for ring in rings]
            for ring in found:
                ends = [*range(_RUN, len(ring), _RUN), len(ring)] if len(ring) else []
                run_start += [count + end for end in ends]
                count += len(ring)
            edges += found
            first_run.append(len(run_start) - 1)
    every = np.concatenate(edges) if edges else np.empty((0, 6))
    starts = np.array(run_start, np.int32)
    return Outlines(
        every, _balls(every, starts), starts, np.array(first_run, np.int32), np.array(tolerances)
    )


def on_plane_of(polygon: shapely.Geometry, centre: tuple[float, float]) -> shapely.Geometry:
    """Project a (multi)polygon in lon/lat, as fine as the finest tolerance, to the plane."""
    high = min(float(np.abs(shapely.get_coordinates(polygon)[:, 1]).max(initial=0.0)), 89.0)
    longest = longest_m(TOLERANCES_M[0], high)
    dense = shapely.segmentize(polygon, math.degrees(longest / RADIUS_M))
    return shapely.transform(
        dense, lambda xy: np.column_stack(to_plane(*centre, xy[:, 0], xy[:, 1]))
    )


def longest_m(tolerance: float, lat: float) -> float:
    """Give the length of an edge, straight in lon/lat, that bends by a tolerance. Unit: m."""
    return math.sqrt(8 * RADIUS_M * tolerance / (1 + math.tan(math.radians(abs(lat)))))


def _ring_in_space(
    ring: shapely.Geometry,
    centre: tuple[float, float],
    tolerance: float,
    move: Moved,
    as_drawn: bool,
) -> Floats:
    line = shapely.LineString(shapely.get_coordinates(ring))
    if not as_drawn:
        line = shapely.simplify(line, tolerance / 2, preserve_topology=False)
    if shapely.get_num_points(line) < 4:  # nothing of it is left at this tolerance
        return np.empty((0, 6))
    line = shapely.segmentize(line, longest_m(tolerance, 45.0))
    xy = shapely.get_coordinates(line)
    lon, lat = move(*from_plane(*centre, xy[:, 0], xy[:, 1]))
    space = all_in_space(np.deg2rad(lon), np.deg2rad(lat))
    return np.column_stack([space[:-1], space[1:]])


def _balls(edges: Floats, starts: Ints) -> Floats:
    runs = np.empty((len(starts) - 1, 4))
    for run, (first, last) in enumerate(pairwise(starts)):
        ends = edges[first:last].reshape(-1, 3)
        middle = (ends.min(axis=0) + ends.max(axis=0)) / 2
        runs[run, :3] = middle
        runs[run, 3] = np.sqrt(np.max(np.sum((ends - middle) ** 2, axis=1)))
    return runs
