"""Positions of the ellipsoid WGS 84 in space, where no meridian and no pole is special.

A straight chord between two positions is shorter than the geodesic by a part of (chord / radius)² /
24, 4e-5 at 200 km. The radius of curvature differs by up to 0.5 % between north and east, so one
radius gives that back to 4e-7.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.geodesy.kernel import kernel

Floats = NDArray[np.float64]
A_M: Final = 6_378_137.0
E2: Final = 0.006694379990141317
"""Half the longer axis (m) and the squared eccentricity of WGS 84."""
RADIUS_M: Final = 6_371_008.8
"""Mean radius. Unit: m."""
LARGEST_RADIUS_M: Final = 6_400_000.0
"""No radius of curvature is larger. Unit: m."""


@kernel
def in_space(lon: float, lat: float) -> tuple[float, float, float]:
    """Give x, y, z (m) of a position (rad).

    Source: Torge and Müller (2012), Geodesy, eq. 4.27, at height 0.
    """
    sin, cos = math.sin(lat), math.cos(lat)
    n = A_M / math.sqrt(1.0 - E2 * sin * sin)
    return n * cos * math.cos(lon), n * cos * math.sin(lon), n * (1.0 - E2) * sin


@kernel
def all_in_space(lon: Floats, lat: Floats) -> Floats:
    """Give x, y, z (m), shape (n, 3), of positions (rad)."""
    xyz = np.empty((len(lon), 3))
    for i in range(len(lon)):
        xyz[i, 0], xyz[i, 1], xyz[i, 2] = in_space(lon[i], lat[i])
    return xyz


@kernel
def scales(lat: float) -> tuple[float, float]:
    """Give metres east of a radian of longitude and metres north of one of latitude, at lat (rad).

    Source: Torge and Müller (2012), Geodesy, eq. 4.12 to 4.18: N cos(lat) and M.
    """
    sin = math.sin(lat)
    w2 = 1.0 - E2 * sin * sin
    n = A_M / math.sqrt(w2)
    return n * math.cos(lat), n * (1.0 - E2) / w2


@kernel
def all_scales(lat: Floats) -> Floats:
    """Give the same for many latitudes (rad), shape (n, 2)."""
    found = np.empty((len(lat), 2))
    for i in range(len(lat)):
        found[i, 0], found[i, 1] = scales(lat[i])
    return found


@kernel
def arc_m(chord: float, radius: float) -> float:
    """Give the length along the ground of a chord (m), for a radius of curvature (m).

    >>> round(arc_m(200_000.0, 6_371_008.8), 2)
    200008.21
    """
    return 2.0 * radius * math.asin(min(0.5 * chord / radius, 1.0))
