"""Sound along the ground: when it arrives, and whether it is heard. Pure functions of arrays."""

from __future__ import annotations

import numpy as np

from truceline.fusion.arrays import Floats
from truceline.fusion.calibrate import Acoustics


def travel_s(distance_m: Floats, acoustics: Acoustics) -> Floats:
    """Give the travel time of sound over a distance. Unit: s."""
    return distance_m / acoustics.speed_m_s


def travel_sigma_s(distance_m: Floats, acoustics: Acoustics) -> Floats:
    """Give its standard error from wind and temperature that nobody measured. Unit: s."""
    return distance_m / acoustics.speed_m_s * acoustics.speed_relative_sigma


def hearing(distance_m: Floats, acoustics: Acoustics) -> Floats:
    """Give the probability that a station hears an event at a distance, 0..1.

    A Gaussian fall-off with distance, a stated form: level falls with distance and is cut by a
    threshold under scatter of several dB.
    """
    heard = acoustics.hearing_best * np.exp(-((distance_m / acoustics.hearing_range_m) ** 2))
    return np.where(distance_m <= acoustics.earshot_m, heard, 0.0)
