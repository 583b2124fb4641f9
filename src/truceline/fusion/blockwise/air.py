"""Weather at the sensors on whole hours: the table, and what a calibration adds to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from truceline.fusion.association.arrays import Air, Floats, Longs
from truceline.fusion.association.weather import STEP_S, still_air, weights_of

HOUR_NS: Final = int(STEP_S * 1e9)
_KEPT: Final = 64
"""Moments of weather whose spread over the sensors is kept."""


@dataclass(frozen=True, slots=True)
class Weather:
    """A table of weather, sorted by time and place; each moment is spread over the sensors once."""

    time_ns: Longs
    lon: Floats
    lat: Floats
    values: Floats
    """Sound speed, wind east, wind north of each row, shape (r, 3). Unit: m/s."""
    at_lon: Floats
    """Of the sensors."""
    at_lat: Floats
    moments_ns: Longs
    _spread: dict[int, Floats] = field(default_factory=dict)
    _weights: dict[bytes, Floats] = field(default_factory=dict)

    def rows(self, number: int) -> slice:
        """Give the rows of one of the moments."""
        moment = self.moments_ns[number]
        low, high = (np.searchsorted(self.time_ns, moment, side) for side in ("left", "right"))
        return slice(int(low), int(high))

    def at(self, number: int) -> Floats:
        """Give the values at all sensors at one of the moments, shape (3, n)."""
        known = self._spread.get(number)
        if known is not None:
            return known
        rows = self.rows(number)
        places = np.concatenate((self.lon[rows], self.lat[rows])).tobytes()
        if places not in self._weights:  # most tables keep their places from moment to moment
            self._weights[places] = weights_of(
                self.lon[rows], self.lat[rows], self.at_lon, self.at_lat
            )
        spread = np.asarray(self.values[rows].T @ self._weights[places], float)
        if len(self._spread) >= _KEPT:
            self._spread.pop(next(iter(self._spread)), None)
        self._spread[number] = spread
        return spread

    def digest(self, first_hour: int, rows: int) -> bytes:
        """Give the hash of all rows that :func:`hourly` uses for some hours."""
        before, after = self.moments_about(first_hour, rows)
        digest = hashlib.blake2b(digest_size=16)
        for number in np.unique(np.concatenate((before, after))):
            here = self.rows(int(number))
            for column in (self.time_ns, self.lon, self.lat, self.values):
                digest.update(np.ascontiguousarray(column[here]).tobytes())
        return digest.digest()

    def moments_about(self, first_hour: int, rows: int) -> tuple[Longs, Longs]:
        """Give the numbers of the moments before and after each hour; the same at the ends."""
        hours = (first_hour + np.arange(rows)) * HOUR_NS
        last = len(self.moments_ns) - 1
        after = np.searchsorted(self.moments_ns, hours)
        before = np.searchsorted(self.moments_ns, hours, "right") - 1
        return np.clip(before, 0, last), np.clip(after, 0, last)


def weather_of(
    time_ns: Longs, lon: Floats, lat: Floats, values: Floats, at_lon: Floats, at_lat: Floats
) -> Weather:
    """Sort a table, so that the order of its rows is moot.

    Args:
        time_ns: of each row, shape (r,). Unit: ns since 1970.
        lon: shape (r,). Unit: deg.
        lat: shape (r,). Unit: deg.
        values: sound speed, wind east, wind north, shape (r, 3). Unit: m/s.
        at_lon: of the sensors. Unit: deg.
        at_lat: of the sensors. Unit: deg.
    """
    order = np.lexsort((values[:, 2], values[:, 1], values[:, 0], lat, lon, time_ns))
    moments = np.unique(time_ns)
    return Weather(time_ns[order], lon[order], lat[order], values[order], at_lon, at_lat, moments)


def hourly(weather: Weather | None, first_hour: int, rows: int, sensors: int) -> Floats:
    """Give speed and wind at the sensors on whole hours, shape (rows, 3, n). Unit: m/s.

    Linear between the moments of the table, and held before the first and after the last.

    Args:
        weather: null where there is no table: still air.
        first_hour: hours since 1970, UTC.
        rows: how many hours.
        sensors: how many sensors.
    """
    if weather is None:
        still = still_air(0.0, STEP_S * (rows - 1), sensors)
        return np.stack([part[:rows] for part in still[2:]], axis=1)
    hours = (first_hour + np.arange(rows)) * HOUR_NS
    moments = weather.moments_ns
    before, after = weather.moments_about(first_hour, rows)
    grid = np.empty((rows, 3, sensors))
    for row in range(rows):
        one, other = int(before[row]), int(after[row])
        span = float(moments[other] - moments[one])
        share = float(hours[row] - moments[one]) / span if span else 0.0
        grid[row] = weather.at(one) * (1.0 - share) + weather.at(other) * share
    return grid


def air_from(grid: Floats, first_hour: int, origin_ns: int) -> Air:
    """Give hourly values as the engine takes them, its times counted from an instant.

    Args:
        grid: shape (rows, 3, n). Unit: m/s.
        first_hour: of the grid. Unit: hours since 1970.
        origin_ns: the instant. Unit: ns since 1970.
    """
    parts = [np.ascontiguousarray(grid[:, part]) for part in range(3)]
    return Air((first_hour * HOUR_NS - origin_ns) / 1e9, STEP_S, *parts)


def hours_about(start_ns: int, end_ns: int) -> tuple[int, int]:
    """Give the first whole hour not after a span of time, and how many hours hold it.

    >>> hours_about(1, 2 * 3600 * 10**9 + 1)
    (0, 4)
    """
    first = start_ns // HOUR_NS
    return first, -(-end_ns // HOUR_NS) - first + 1
