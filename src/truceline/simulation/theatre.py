"""The fictional theatre *Riverline*: where the line runs, and what stands beside it.

Open North Atlantic, where nobody lives, so that no place here can be taken for a real one. The
simulator measures on the ellipsoid with pyproj and not with the project's own kernels: whatever
tests them must not share their mistakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from truceline.model.place import BoundingBox

Floats = npt.NDArray[np.float64]

ZONE: Final = "Atlantic/Azores"
"""IANA zone of the local day; UTC+0 in summer."""
BOX: Final = BoundingBox(-28.6, 46.8, -27.4, 47.6)
"""The theatre."""
LINE: Final = (
    (-28.6, 47.18),
    (-28.4, 47.21),
    (-28.2, 47.17),
    (-28.0, 47.25),
    (-27.8, 47.24),
    (-27.6, 47.19),
    (-27.4, 47.22),
)
"""Line of contact from 10 May 2026 as the agreement draws it, west to east, (lon, lat). Unit: deg."""
NORTH: Final = "NOR"
"""Party on the north bank."""
SOUTH: Final = "SOU"
"""Party on the south bank."""
DEMINING: Final = (-28.05, 47.25)
"""(lon, lat) of the notified controlled explosion. Unit: deg."""
DEMINING_HOURS: Final = (10, 12)
"""Local hours of the notified exemption, half-open."""
WORKS: Final = (("Ferrow steel works", -28.31, 47.43), ("Kelmouth kiln", -27.72, 47.01))
"""Persistent sources of heat: (name, lon, lat)."""

_WGS84: Final = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Settlement:
    """A fictional settlement that press reports name."""

    name: str
    bank: str
    lon: float
    lat: float
    sigma_m: float
    """Extent, 1 sigma. Unit: m."""


SETTLEMENTS: Final = (
    Settlement("Ferrow", "North bank", -28.38, 47.27, 1500.0),
    Settlement("Sillmark", "South bank", -28.22, 47.14, 1200.0),
    Settlement("Undstrand", "North bank", -27.98, 47.29, 1800.0),
    Settlement("Brackholm", "South bank", -27.84, 47.16, 1400.0),
    Settlement("Ostrey", "North bank", -27.60, 47.26, 1200.0),
    Settlement("Kelmouth", "South bank", -27.70, 47.02, 2000.0),
)


def line_latitude(lon: float) -> float:
    """Latitude of the line of contact at a longitude. Unit: deg.

    >>> line_latitude(-28.4)
    47.21
    """
    lons, lats = zip(*LINE, strict=True)
    return float(np.interp(lon, lons, lats))


def moved(lon: float, lat: float, east_m: float, north_m: float) -> tuple[float, float]:
    """Go from a point by metres to the east and to the north; rounded to 1e-6 deg.

    >>> moved(-28.0, 47.0, 0.0, 0.0)
    (-28.0, 47.0)
    """
    azimuth = float(np.degrees(np.arctan2(east_m, north_m)))
    lon2, lat2, _ = _WGS84.fwd(lon, lat, azimuth, float(np.hypot(east_m, north_m)))
    return round(float(lon2), 6), round(float(lat2), 6)


def measured(
    from_lon: npt.ArrayLike, from_lat: npt.ArrayLike, to_lon: npt.ArrayLike, to_lat: npt.ArrayLike
) -> tuple[Floats, Floats]:
    """Geodesic distance (m) and azimuth at the start (deg, 0..360, clockwise from true north).

    The four arrays are broadcast against one another.
    """
    arrays = np.broadcast_arrays(
        *(np.asarray(a, dtype=np.float64) for a in (from_lon, from_lat, to_lon, to_lat))
    )
    lon1, lat1, lon2, lat2 = (array.copy() for array in arrays)  # inv wants them writable
    azimuth, _, distance = _WGS84.inv(lon1, lat1, lon2, lat2)
    return np.asarray(distance, np.float64), np.asarray(azimuth, np.float64) % 360.0
