"""What every phase answers: travel time, its derivative by the offset, and its spread."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Medium = TypeVar("Medium")


class Travel(NamedTuple):
    """Travel times of ``n`` paths and how they change with the offset, shape (n,) each.

    The offset leads from the source to the sensor: moving the source instead turns the signs.
    """

    time_s: Floats
    by_east: Floats
    """Derivative of the time by the offset east. Unit: s/m."""
    by_north: Floats
    """Derivative by the offset north. Unit: s/m."""
    by_depth: Floats
    """Derivative by the depth of the source below the sensor. Unit: s/m."""
    sigma_s: Floats
    """Standard error of the time from what the medium leaves open. Unit: s."""


Phase = Callable[[ArrayLike, ArrayLike, ArrayLike, Medium], Travel]
"""``phase(east_m, north_m, depth_m, medium)``; the first three broadcast."""

LEAST_M = 1e-6
"""Paths shorter than this are taken as this long, so that a direction exists. Unit: m."""


def offsets(
    east_m: ArrayLike, north_m: ArrayLike, depth_m: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Broadcast the parts of an offset against each other.

    >>> [part.tolist() for part in offsets([1.0, 2.0], 0.0, 5.0)]
    [[1.0, 2.0], [0.0, 0.0], [5.0, 5.0]]
    """
    east, north, depth = np.broadcast_arrays(
        np.asarray(east_m, float), np.asarray(north_m, float), np.asarray(depth_m, float)
    )
    return east, north, depth
