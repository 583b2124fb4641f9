"""Positions with error, as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Ellipses(NamedTuple):
    """Positions with their covariances, arrays of one length."""

    lon: Floats
    """Unit: deg."""
    lat: Floats
    """Unit: deg."""
    ee: Floats
    """Variance east. Unit: m²."""
    en: Floats
    """Covariance of east and north. Unit: m²."""
    nn: Floats
    """Variance north. Unit: m²."""

    @classmethod
    def of(
        cls, lon: ArrayLike, lat: ArrayLike, ee: ArrayLike, en: ArrayLike, nn: ArrayLike
    ) -> Ellipses:
        """Check positions (deg) and covariances (m²).

        Raises:
            ValueError: when lengths differ, or a covariance is none; the message names the first.
        """
        parts = [np.ascontiguousarray(part, np.float64) for part in (lon, lat, ee, en, nn)]
        if len({part.shape for part in parts}) != 1 or parts[0].ndim != 1:
            shapes = ", ".join(str(part.shape) for part in parts)
            raise ValueError(
                f"lon, lat, ee, en, nn have shapes {shapes}; give arrays of one length"
            )
        _, _, e, c, n = parts
        good = np.all(np.isfinite(parts), axis=0) & (e >= 0) & (n >= 0)
        good &= c * c <= e * n * (1 + 1e-9) + 1e-12
        for first in np.flatnonzero(~good)[:1]:
            numbers = ", ".join(f"{part[first]:g}" for part in parts)
            raise ValueError(
                f"position {first} ({numbers}) is no position with a covariance: numbers must be "
                "finite, variances not negative, and en² no more than ee times nn"
            )
        return cls(*parts)

    def part(self, start: int, end: int) -> Ellipses:
        """Give consecutive ones, without copying."""
        return Ellipses(*(part[start:end] for part in self))
