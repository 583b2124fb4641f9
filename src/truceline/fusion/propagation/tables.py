"""Tables of first arrivals by distance and depth, and how they are read between their points."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from truceline.fusion.propagation.layers import Floats, Layers, first_arrivals
from truceline.geodesy.kernel import kernel


class FirstArrivals(NamedTuple):
    """First arrivals of one phase at the surface.

    Kept as time over straight distance, which changes little and has no kink at the source: between
    points that is linear, and for ground of one speed it is exact.
    """

    slowness_s_m: Floats
    """Time over straight distance, shape (distances, depths). Unit: s/m."""
    distance_step_m: float
    depth_step_m: float
    relative_sigma: float
    """Standard error of a time as a share of it."""


def table_of(
    layers: Layers,
    farthest_m: float,
    deepest_m: float,
    distance_step_m: float,
    depth_step_m: float,
    relative_sigma: float = 0.03,
) -> FirstArrivals:
    """Trace rays for a grid of distances and depths.

    Args:
        layers: of one phase.
        farthest_m: distance over ground that the table must reach.
        deepest_m: depth that it must reach.
        distance_step_m: between points.
        depth_step_m: between points.
        relative_sigma: standard error of a time as a share of it.

    Raises:
        ValueError: when a reach or a step is not positive.
    """
    if not min(farthest_m, deepest_m, distance_step_m, depth_step_m) > 0:
        raise ValueError("a table of travel times: reach and steps must be positive lengths in m")
    distance = np.arange(0.0, farthest_m + 2 * distance_step_m, distance_step_m)
    depth = np.arange(0.0, deepest_m + 2 * depth_step_m, depth_step_m)
    return FirstArrivals(
        traced(distance, depth, layers), distance_step_m, depth_step_m, relative_sigma
    )


@kernel
def traced(distance_m: Floats, depth_m: Floats, layers: Layers) -> Floats:
    """Give time over straight distance for each distance (rows) and depth (columns). Unit: s/m."""
    out = np.empty((distance_m.shape[0], depth_m.shape[0]))
    for j in range(depth_m.shape[0]):
        time = first_arrivals(distance_m, depth_m[j], layers)
        for i in range(distance_m.shape[0]):
            way = np.sqrt(distance_m[i] ** 2 + depth_m[j] ** 2)
            out[i, j] = time[i] / way if way > 0.0 else 1.0 / layers.speed_m_s[0]
    return out


@kernel
def look_up(
    distance_m: float, depth_m: float, table: Floats, distance_step_m: float, depth_step_m: float
) -> tuple[float, float, float]:
    """Give time (s), its derivative by distance and by depth (s/m).

    Beyond the edges of the table the slowness of the edge goes on.

    Args:
        distance_m: over ground, above 0.
        depth_m: of the source, 0 or more.
        table: time over straight distance.
        distance_step_m: between rows.
        depth_step_m: between columns.
    """
    rows, columns = table.shape
    x, y = distance_m / distance_step_m, depth_m / depth_step_m
    in_x, in_y = x < rows - 1, 0.0 <= y < columns - 1
    x, y = min(x, rows - 1.0), min(max(y, 0.0), columns - 1.0)
    i, j = min(int(x), rows - 2), min(int(y), columns - 2)
    a, b = x - i, y - j
    low = table[i, j] * (1 - a) + table[i + 1, j] * a
    high = table[i, j + 1] * (1 - a) + table[i + 1, j + 1] * a
    slow = low * (1 - b) + high * b
    by_x = 0.0
    if in_x:
        left, right = table[i + 1, j] - table[i, j], table[i + 1, j + 1] - table[i, j + 1]
        by_x = (left * (1 - b) + right * b) / distance_step_m
    by_y = (high - low) / depth_step_m if in_y else 0.0
    way = np.sqrt(distance_m * distance_m + depth_m * depth_m)
    return (
        slow * way,
        slow * distance_m / way + by_x * way,
        slow * depth_m / way + by_y * way,
    )


@kernel
def look_up_all(
    distance_m: Floats, depth_m: Floats, table: FirstArrivals
) -> tuple[Floats, Floats, Floats]:
    """Read a table for many paths, shape (n,); see :func:`look_up`."""
    n = distance_m.shape[0]
    time, along, down = np.empty(n), np.empty(n), np.empty(n)
    for i in range(n):
        time[i], along[i], down[i] = look_up(
            distance_m[i], depth_m[i], table.slowness_s_m, table.distance_step_m, table.depth_step_m
        )
    return time, along, down
