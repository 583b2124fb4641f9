"""Seismic P and S: through ground of one speed, and through layers by a table of first arrivals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from truceline.fusion.propagation.tables import FirstArrivals, look_up_all
from truceline.fusion.propagation.travel import LEAST_M, Travel, offsets


@dataclass(frozen=True, slots=True)
class Ground:
    """Ground of one speed for one phase."""

    speed_m_s: float
    speed_relative_sigma: float = 0.03
    """Standard error of the speed along a path, as a share of it."""


def uniform(east_m: ArrayLike, north_m: ArrayLike, depth_m: ArrayLike, ground: Ground) -> Travel:
    """Give travel times along straight rays.

    Args:
        east_m: offset from source to sensor. Unit: m.
        north_m: the same.
        depth_m: of the source below the sensor. Unit: m.
        ground: for the phase.

    >>> uniform(3000.0, 0.0, 4000.0, Ground(5000.0)).time_s.tolist()
    1.0
    """
    east, north, depth = offsets(east_m, north_m, depth_m)
    way = np.maximum(np.sqrt(east**2 + north**2 + depth**2), LEAST_M)
    time = way / ground.speed_m_s
    per = 1.0 / (way * ground.speed_m_s)
    return Travel(time, east * per, north * per, depth * per, time * ground.speed_relative_sigma)


def layered(
    east_m: ArrayLike, north_m: ArrayLike, depth_m: ArrayLike, table: FirstArrivals
) -> Travel:
    """Give first arrivals through layers, looked up in a table.

    Args:
        east_m: offset from source to sensor. Unit: m.
        north_m: the same.
        depth_m: of the source below the sensor. Unit: m.
        table: for the phase; beyond its edges it goes on at the slowness of the edge.
    """
    east, north, depth = offsets(east_m, north_m, depth_m)
    ground = np.maximum(np.hypot(east, north), LEAST_M)
    time, along, down = look_up_all(
        np.ascontiguousarray(ground.ravel()), np.ascontiguousarray(depth.ravel()), table
    )
    shape = ground.shape
    time, along, down = time.reshape(shape), along.reshape(shape), down.reshape(shape)
    return Travel(
        time, along * east / ground, along * north / ground, down, time * table.relative_sigma
    )
