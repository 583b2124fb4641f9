"""The points of the search, and travel times from each of them to each channel."""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.fusion.phases.arrays import Floats, Ground, Nodes, Stations
from truceline.fusion.propagation.tables import FirstArrivals, look_up_all

_NEAREST: Final = 12
_FIRST: Final = 4
"""A point is tried for the P picks of this many stations, those that hear it first."""
_BLUR: Final = 0.4
"""Error between points, as a share of the step: that of a place even within half a step."""


def nodes_of(
    stations: Stations, ground: Ground, margin_m: float, step_m: float, depths_m: Floats
) -> Nodes:
    """Lay a grid about the stations.

    Args:
        stations: all.
        ground: travel times.
        margin_m: how far it goes beyond the outermost stations.
        step_m: between points.
        depths_m: of points.
    """
    east = _steps(stations.east_m, margin_m, step_m)
    north = _steps(stations.north_m, margin_m, step_m)
    place = np.stack(np.meshgrid(east, north, depths_m, indexing="ij"), axis=-1).reshape(-1, 3)
    time = times_from(place, stations, ground)
    order = np.argsort(time[:, ::2], axis=1, kind="stable")
    hears = [np.flatnonzero((order[:, :_FIRST] == s).any(axis=1)) for s in range(order.shape[1])]
    at = np.cumsum([0, *(len(rows) for rows in hears)])
    slow = np.array([table[0].mean() for table in ground.slowness_s_m])
    return Nodes(
        place, time, np.ascontiguousarray(order[:, :_NEAREST]), np.concatenate(hears), at,
        _BLUR * step_m * slow,
    )  # fmt: skip


def _steps(at_m: Floats, margin_m: float, step_m: float) -> Floats:
    return np.arange(at_m.min() - margin_m, at_m.max() + margin_m + step_m, step_m)


def times_from(place_m: Floats, stations: Stations, ground: Ground) -> Floats:
    """Give travel times from points (n, 3) to channels, shape (n, 2 s). Unit: s."""
    east = place_m[:, :1] - stations.east_m
    north = place_m[:, 1:2] - stations.north_m
    distance = np.maximum(np.hypot(east, north), 1.0)
    depth = np.broadcast_to(place_m[:, 2:], distance.shape)
    out = np.empty((len(place_m), 2 * len(stations.east_m)))
    for phase in range(2):
        table = FirstArrivals(
            ground.slowness_s_m[phase], ground.distance_step_m, ground.depth_step_m, 0.0
        )
        time, _, _ = look_up_all(distance.ravel(), np.ascontiguousarray(depth).ravel(), table)
        out[:, phase::2] = time.reshape(distance.shape)
    return out
