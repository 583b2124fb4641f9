"""Infrasound over tens to thousands of kilometres: distance over time, by the duct that carried it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from truceline.fusion.propagation.travel import LEAST_M, Travel, offsets


@dataclass(frozen=True, slots=True)
class Celerity:
    """One way through the atmosphere: ground distance over travel time.

    The spread stands on the slowness, since it is travel time that is uncertain at a distance.
    """

    name: str
    slowness_s_m: float
    """Mean of the inverse celerity. Unit: s/m."""
    sigma_s_m: float
    """Standard deviation of the inverse celerity. Unit: s/m."""


def between(name: str, slow_m_s: float, fast_m_s: float) -> Celerity:
    """Give the way whose celerities lie between two bounds, taken as 1.645 sigma either side.

    >>> round(1 / between("stratospheric", 280.0, 310.0).slowness_s_m)
    294
    """
    slowest, fastest = 1.0 / slow_m_s, 1.0 / fast_m_s
    return Celerity(name, (slowest + fastest) / 2, (slowest - fastest) / 2 / 1.645)


TROPOSPHERIC: Final = between("tropospheric", 320.0, 345.0)
"""In the lowest kilometres; lost beyond some 500 km."""
STRATOSPHERIC: Final = between("stratospheric", 280.0, 315.0)
"""Turned near 50 km of height."""
THERMOSPHERIC: Final = between("thermospheric", 220.0, 270.0)
"""Turned above 100 km of height."""
WAYS: Final = (TROPOSPHERIC, STRATOSPHERIC, THERMOSPHERIC)
"""Ranges as they are commonly used to name phases: Brachet et al. (2010), in Infrasound Monitoring
for Atmospheric Studies, ch. 3; Negraru, Golden & Herrin (2010), Seismol. Res. Lett. 81, 615; Blom et
al. (2015), Geophys. J. Int. 203, 1682."""


def infrasound(
    east_m: ArrayLike, north_m: ArrayLike, depth_m: ArrayLike, celerity: Celerity
) -> Travel:
    """Give travel times of infrasound along one way.

    Args:
        east_m: offset from source to sensor. Unit: m.
        north_m: the same.
        depth_m: has no say: the way over ground is what a celerity measures.
        celerity: of the way.

    >>> round(float(infrasound(300e3, 0.0, 0.0, STRATOSPHERIC).time_s))
    1012
    """
    east, north, depth = offsets(east_m, north_m, depth_m)
    ground = np.maximum(np.hypot(east, north), LEAST_M)
    slow = celerity.slowness_s_m
    return Travel(
        ground * slow,
        slow * east / ground,
        slow * north / ground,
        np.zeros_like(depth),
        ground * celerity.sigma_s_m,
    )
