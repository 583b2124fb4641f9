"""Sound along the ground: when it arrives, and whether it is heard. Pure functions of arrays."""

from __future__ import annotations

import numpy as np

from truceline.fusion.arrays import Floats
from truceline.fusion.calibrate import Acoustics


def travel_s(distance_m: Floats, acoustics: Acoustics) -> Floats:
    """Give the travel time of sound over a distance in still air. Unit: s."""
    return distance_m / acoustics.speed_m_s


def travel_sigma_s(distance_m: Floats, acoustics: Acoustics) -> Floats:
    """Give its standard error from wind and temperature that nobody measured. Unit: s."""
    wind = acoustics.wind_sigma_m_s / acoustics.speed_m_s
    share = np.hypot(np.hypot(acoustics.speed_relative_sigma, wind), acoustics.local_relative_sigma)
    return np.asarray(travel_s(distance_m, acoustics) * share, float)


def hearing(distance_m: Floats, acoustics: Acoustics, *, quiet: bool = False) -> Floats:
    """Give the probability that a station hears an event at a distance, 0..1.

    Level falls with distance and is cut by a threshold under scatter of several dB: a logistic
    fall around the distance at which half is heard, a form stated here and fitted to
    simulated days.

    Args:
        distance_m: from the event to the station.
        acoustics: how far stations hear.
        quiet: whether the event is one of small arms.
    """
    half = acoustics.quiet_range_m if quiet else acoustics.hearing_range_m
    beyond = np.minimum((np.asarray(distance_m, float) / half - 1) / acoustics.hearing_width, 50.0)
    heard = acoustics.hearing_best / (1 + np.exp(beyond))
    return np.where(distance_m <= acoustics.earshot_m, heard, 0.0)
