"""The air as it truly was, and the way of sound through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.simulation.network.numbers import Floats, Streams
from truceline.simulation.network.plane import to_xy
from truceline.simulation.network.waves import Waves, waves

SCALES: Final = (
    # length m, time s, sound speed m/s, wind m/s (each component)
    (250e3, 10 * 3600.0, 0.9, 2.2),
    (60e3, 3.5 * 3600.0, 0.4, 1.2),
    (9e3, 2400.0, 0.15, 0.55),
)
"""Synoptic, mesoscale and local variation. Orders of a windy day over plains: the spectrum of wind
falls steeply from days to minutes (Van der Hoven 1957, fig. 1)."""
LARGE: Final = 2
"""So many of SCALES are seen by a model of the weather; the rest is smaller than its grid."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(5)


@dataclass(frozen=True, slots=True)
class Air:
    """Sound speed and wind everywhere, at the height where sound near the ground travels."""

    celsius: float
    daily_celsius: float
    """Half of the difference between afternoon and dawn. Unit: K."""
    wind_m_s: Floats
    """Mean wind, blowing towards east and north. Unit: m/s."""
    scales: tuple[Waves, ...]

    def at(
        self, x_m: Floats, y_m: Floats, time_s: Floats, scales: int = len(SCALES)
    ) -> tuple[Floats, Floats, Floats]:
        """Give sound speed, wind towards east, wind towards north. Unit: m/s.

        Source: speed of sound in dry air, c = 331.3 sqrt(1 + T / 273.15) m/s, T in deg Celsius;
        the day's warmth as a sine with its top at 12:00 UTC (15 h local).
        """
        fields = np.zeros((len(x_m), 3))
        for one in self.scales[:scales]:
            fields += one.at(x_m, y_m, time_s)
        warmth = self.daily_celsius * np.cos(2 * np.pi * (time_s / 86400.0 - 0.5))
        still = 331.3 * np.sqrt(1.0 + (self.celsius + warmth) / 273.15)
        return (
            still + fields[:, 0],
            self.wind_m_s[0] + fields[:, 1],
            self.wind_m_s[1] + fields[:, 2],
        )


def air_of(streams: Streams) -> Air:
    """Draw the weather of the days: spring or autumn, wind of any direction."""
    rng = streams.of("air")
    celsius, daily = float(rng.normal(11.0, 5.0)), float(rng.uniform(1.5, 5.0))
    mean = rng.normal(0.0, 3.0, 2)
    fields = [
        waves(rng, np.array([sound, wind, wind]), length, time)
        for length, time, sound, wind in SCALES
    ]
    return Air(celsius, daily, mean, tuple(fields))


@dataclass(frozen=True, slots=True)
class Ways:
    """How sound went from sources to receivers."""

    travel_s: Floats
    sound_speed_m_s: Floats
    """Mean over the way."""
    wind_east_m_s: Floats
    """Mean over the way."""
    wind_north_m_s: Floats
    """Mean over the way."""


def trace(
    air: Air,
    start: tuple[Floats, Floats, Floats],
    lonlat: tuple[Floats, Floats],
    way: tuple[Floats, Floats, Floats],
) -> Ways:
    """Follow straight ways through moving air: the integral of 1 / effective speed.

    Args:
        air: the truth.
        start: longitude, latitude, time (s) of each source.
        lonlat: longitude, latitude of each receiver.
        way: true east, north and up (m) from source to receiver.

    Source: Ostashev and Wilson 2015, Acoustics in Moving Inhomogeneous Media, section 3.1: along a
    direction e the speed is w.e + sqrt(c^2 - |w - (w.e) e|^2). Gauss-Legendre, five nodes.
    """
    x_a, y_a = to_xy(start[0], start[1])
    x_b, y_b = to_xy(*lonlat)
    length = np.sqrt(way[0] ** 2 + way[1] ** 2 + way[2] ** 2)
    unit_east, unit_north = way[0] / length, way[1] / length
    sums = np.zeros((4, len(length)))
    for node, weight in zip((_NODES + 1) / 2, _WEIGHTS / 2, strict=True):
        when = start[2] + node * length / 340.0
        sound, east, north = air.at(x_a + node * (x_b - x_a), y_a + node * (y_b - y_a), when)
        along = east * unit_east + north * unit_north
        across = east**2 + north**2 - along**2
        speed = along + np.sqrt(sound**2 - across)
        sums += weight * np.stack([1.0 / speed, sound, east, north])
    return Ways(sums[0] * length, sums[1], sums[2], sums[3])
