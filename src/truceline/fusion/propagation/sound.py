"""Sound in moving air over a few kilometres: a straight way, faster with the wind than against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from truceline.fusion.propagation.travel import LEAST_M, Floats, Travel, offsets


@dataclass(frozen=True, slots=True)
class MovingAir:
    """Air of one temperature and wind along each path; numbers or arrays of shape (n,)."""

    speed_m_s: ArrayLike
    """Of sound in air at rest. Unit: m/s."""
    wind_east_m_s: ArrayLike = 0.0
    """Blowing towards east. Unit: m/s."""
    wind_north_m_s: ArrayLike = 0.0
    speed_sigma_m_s: float = 0.0
    """Standard error of the effective speed along a path. Unit: m/s."""


def speed_of_sound_m_s(temperature_c: ArrayLike) -> Floats:
    """Give the speed of sound in dry air.

    Args:
        temperature_c: Unit: degrees Celsius.

    Source: ideal gas, c = sqrt(1.4 · 287.05 · T).

    >>> float(speed_of_sound_m_s(20.0).round(1))
    343.2
    """
    return np.sqrt(1.4 * 287.05 * (np.asarray(temperature_c, float) + 273.15))


def effective_speed_m_s(bearing_deg: ArrayLike, air: MovingAir) -> Floats:
    """Give the speed of an arrival over ground towards a bearing.

    Args:
        bearing_deg: from source to sensor, clockwise from true north. Unit: deg.
        air: slower than sound.

    Source: Ostashev & Wilson (2015), Acoustics in Moving Inhomogeneous Media, ch. 3: along the way
    w·n + sqrt(c² - w² + (w·n)²).

    >>> float(effective_speed_m_s(90.0, MovingAir(340.0, 10.0, 0.0)).round(6))
    350.0
    """
    angle = np.deg2rad(np.asarray(bearing_deg, float))
    east, north = np.asarray(air.wind_east_m_s, float), np.asarray(air.wind_north_m_s, float)
    along = east * np.sin(angle) + north * np.cos(angle)
    across = np.asarray(air.speed_m_s, float) ** 2 - east**2 - north**2 + along**2
    return np.asarray(along + np.sqrt(across), float)


def acoustic(east_m: ArrayLike, north_m: ArrayLike, depth_m: ArrayLike, air: MovingAir) -> Travel:
    """Give travel times of sound through uniformly moving air.

    Args:
        east_m: offset from source to sensor. Unit: m.
        north_m: the same.
        depth_m: of the source below the sensor. Unit: m.
        air: along each path.

    Raises:
        ValueError: when the wind is as fast as sound.

    Source: wave fronts are spheres carried along, (d - w t)² = c² t²; its derivative is
    (d - w t) / (w·(d - w t) + c² t).

    >>> acoustic(3400.0, 0.0, 0.0, MovingAir(340.0)).time_s.round(9).tolist()
    10.0
    """
    east, north, depth = offsets(east_m, north_m, depth_m)
    speed = np.asarray(air.speed_m_s, float)
    wind_e, wind_n = np.asarray(air.wind_east_m_s, float), np.asarray(air.wind_north_m_s, float)
    slack = speed**2 - wind_e**2 - wind_n**2
    if np.any(slack <= 0):
        raise ValueError("a wind as fast as sound: check the units of the weather table (m/s)")
    square = np.maximum(east**2 + north**2 + depth**2, LEAST_M**2)
    along = east * wind_e + north * wind_n
    time = (np.sqrt(along**2 + slack * square) - along) / slack
    left_e, left_n = east - wind_e * time, north - wind_n * time
    below = wind_e * left_e + wind_n * left_n + speed**2 * time
    sigma = time * air.speed_sigma_m_s / (np.sqrt(square) / time)
    return Travel(time, left_e / below, left_n / below, depth / below, sigma)
