"""Places on WGS 84. Order is always longitude, latitude; bearings clockwise from true north."""

from __future__ import annotations

import math
from dataclasses import dataclass

CHI2_90 = 4.605170185988092
"""Quantile 0.9 of chi-square with 2 degrees of freedom, ``-2 ln 0.1``."""


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """A box of longitudes and latitudes, edges included.

    Across the antimeridian longitudes run on: from ``west`` 170 to ``east`` 190.
    """

    west: float
    """Unit: deg, -180..180."""
    south: float
    """Unit: deg, -90..90."""
    east: float
    """Unit: deg, not below ``west``; above 180 where the box crosses the antimeridian."""
    north: float
    """Unit: deg, not below ``south``."""

    def contains(self, lon: float, lat: float) -> bool:
        """Tell whether the point lies in the box or on its edge.

        >>> BoundingBox(22.0, 44.0, 41.0, 53.0).contains(37.8, 48.0)
        True
        >>> BoundingBox(170.0, 70.0, 190.0, 80.0).contains(-175.0, 75.0)
        True
        """
        if not self.south <= lat <= self.north:
            return False
        return any(self.west <= turned <= self.east for turned in (lon - 360.0, lon, lon + 360.0))


@dataclass(frozen=True, slots=True)
class Ellipse:
    """A confidence ellipse about an origin (QuakeML ``OriginUncertainty``)."""

    semi_major_m: float
    """Unit: m."""
    semi_minor_m: float
    """Unit: m, not above ``semi_major_m``."""
    azimuth_deg: float
    """Direction of the major axis, clockwise from true north, 0 <= azimuth < 180. Unit: deg."""
    confidence_level: float = 0.9
    """Probability mass inside, 0..1."""


def ellipse_of(ee_m2: float, en_m2: float, nn_m2: float, level: float = 0.9) -> Ellipse:
    """Turn a local east/north covariance into its confidence ellipse.

    Args:
        ee_m2: variance to the east. Unit: m².
        en_m2: covariance of east and north. Unit: m².
        nn_m2: variance to the north. Unit: m².
        level: probability mass inside the ellipse, 0 < level < 1.

    Raises:
        ValueError: when the matrix is not finite and positive semi-definite, or ``level`` is out of
            range.

    Source: semi-axes are sqrt(chi2 * eigenvalue) of the 2x2 covariance, chi2 = -2 ln(1 - level).

    >>> ellipse_of(100.0, 0.0, 400.0).azimuth_deg
    0.0
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"confidence level must lie between 0 and 1, not {level}")
    mean = (ee_m2 + nn_m2) / 2
    spread = math.hypot((ee_m2 - nn_m2) / 2, en_m2)
    small, large = mean - spread, mean + spread
    if not -1e-9 * max(large, 1.0) <= small <= large < math.inf:  # also refuses nan
        raise ValueError("covariance is not positive semi-definite")
    chi2 = -2 * math.log(1 - level)
    azimuth = math.degrees(0.5 * math.atan2(2 * en_m2, nn_m2 - ee_m2)) % 180.0
    azimuth = 0.0 if azimuth == 180.0 else azimuth  # what the remainder makes of -1e-20
    return Ellipse(
        math.sqrt(chi2 * max(large, 0.0)),
        math.sqrt(chi2 * max(small, 0.0)),
        azimuth,
        confidence_level=level,
    )
