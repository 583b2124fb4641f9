"""The chance that enough sensors hear an event, exactly, for many places and times."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from truceline.fusion.association.arrays import Air, Floats, Ints, Sensors
from truceline.fusion.association.likelihood import works
from truceline.fusion.coverage.hearing import Hearing
from truceline.geodesy.kernel import kernel
from truceline.geodesy.space import scales

_NONE_LEFT: Final = 1e-10
"""Chance of too few below which no further sensor is asked."""


@kernel
def ways(lon: float, lat: float, near: Ints, sensors: Sensors, out: Floats) -> int:
    """Give the way from a place to the sensors about it.

    Args:
        lon: of the place. Unit: deg.
        lat: of the place. Unit: deg.
        near: sensors about it, nearest first; -1 beyond the last.
        sensors: all.
        out: receives distance (m) and direction east and north (unit vector), shape (k, 3).

    Returns:
        how many sensors there are.
    """
    for k in range(len(near)):
        if near[k] < 0:
            return k
        j = near[k]
        per_east, per_north = scales(math.radians((lat + sensors.lat[j]) / 2.0))
        turn = (sensors.lon[j] - lon + 180.0) % 360.0 - 180.0
        east, north = per_east * math.radians(turn), per_north * math.radians(sensors.lat[j] - lat)
        away = max(math.sqrt(east * east + north * north), 1.0)
        out[k, 0], out[k, 1], out[k, 2] = away, east / away, north / away
    return len(near)


@kernel
def wind_at(air: Air, sensor: int, time_s: float) -> tuple[float, float]:
    """Give the wind (m/s, east and north) at a sensor, linear between the hours."""
    rows = air.east_m_s.shape[0]
    share = (time_s - air.origin_s) / air.step_s
    row = min(max(math.floor(share), 0), max(rows - 2, 0))
    after = min(row + 1, rows - 1)
    share = min(max(share - row, 0.0), 1.0)
    east = (1.0 - share) * air.east_m_s[row, sensor] + share * air.east_m_s[after, sensor]
    north = (1.0 - share) * air.north_m_s[row, sensor] + share * air.north_m_s[after, sensor]
    return east, north


@kernel
def step_of(away_m: float, along_m_s: float, hearing: Hearing) -> int:
    """Give the row of the table of hearing for a distance, with the wind along the way."""
    blown = along_m_s / (abs(along_m_s) + hearing.half_wind_m_s)
    lean = hearing.down if blown > 0.0 else hearing.up
    step = int(away_m * (1.0 - lean * blown) / hearing.step_m)
    return min(step, len(hearing.heard) - 1)


@kernel
def edges_within(
    start_s: float, end_s: float, near: Ints, known: int, sensors: Sensors, edges: Floats
) -> int:
    """Collect the times within a window at which an outage begins or ends; window's ends included.

    Args:
        start_s: of the window.
        end_s: of the window.
        near: sensors about the place.
        known: how many.
        sensors: all.
        edges: receives the times in order; must have room for all outages of these sensors.

    Returns:
        how many times there are.
    """
    edges[0], edges[1] = start_s, end_s
    count = 2
    for k in range(known):
        j = near[k]
        for at in range(sensors.outage_at[j], sensors.outage_at[j + 1]):
            for edge in (sensors.outage_start_s[at], sensors.outage_end_s[at]):
                if start_s < edge < end_s:
                    edges[count] = edge
                    count += 1
    edges[:count].sort()
    return count


@kernel
def room_for_edges(near: Ints, sensors: Sensors) -> int:
    """Give how many times :func:`edges_within` may find at a place."""
    room = 2
    for j in near:
        if j >= 0:
            room += 2 * (sensors.outage_at[j + 1] - sensors.outage_at[j])
    return room


@kernel
def counts(
    time_s: float,
    near: Ints,
    known: int,
    way: Floats,
    sensors: Sensors,
    air: Air,
    hearing: Hearing,
    out: Floats,
) -> None:
    """Give the distribution of how many sensors hear an event, for each class of loudness.

    A sensor hears it when it is in no known outage, happens to be at work (its uptime), and the sound
    is above its threshold; given the class, sensors are independent.

    Args:
        time_s: of the event.
        near: sensors about the place.
        known: how many.
        way: to them, of :func:`ways`.
        sensors: all.
        air: wind at the sensors.
        hearing: chance to hear.
        out: receives the chance of 0, 1, ..., n - 1, and n or more; shape (n + 1, g).

    Source: the Poisson-binomial distribution by recursion over its trials (Barlow and Heidtmann
    1984, IEEE Trans. Reliability R-33), with the last state absorbing.
    """
    last, kinds = out.shape[0] - 1, out.shape[1]
    p = np.empty(kinds)
    out[:] = 0.0
    out[0] = 1.0
    if known == 0:
        return
    east, north = wind_at(air, near[0], time_s)
    for k in range(known):
        j = near[k]
        if sensors.uptime[j] <= 0.0 or not works(sensors, j, time_s):
            continue
        step = step_of(way[k, 0], east * way[k, 1] + north * way[k, 2], hearing)
        for g in range(kinds):
            p[g] = sensors.uptime[j] * hearing.heard[step, g]
            out[last, g] += out[last - 1, g] * p[g]
        for n in range(last - 1, 0, -1):
            for g in range(kinds):
                out[n, g] += (out[n - 1, g] - out[n, g]) * p[g]
        enough = 1.0
        for g in range(kinds):
            out[0, g] *= 1.0 - p[g]
            enough = min(enough, out[last, g])
        if 1.0 - enough < _NONE_LEFT:
            return


@kernel
def over_window(
    start_s: float,
    end_s: float,
    near: Ints,
    known: int,
    way: Floats,
    sensors: Sensors,
    air: Air,
    hearing: Hearing,
    edges: Floats,
    scratch: Floats,
    out: Floats,
) -> None:
    """Give the distribution of :func:`counts` as a mean over a window, exact across outages.

    The wind is that of the middle of each part between two edges of outages.

    Args:
        start_s: of the window.
        end_s: of the window; may be the start: an instant.
        near: sensors about the place.
        known: how many.
        way: to them.
        sensors: all.
        air: wind at the sensors.
        hearing: chance to hear.
        edges: room for times of outages.
        scratch: as ``out``.
        out: receives the means, shape (n + 1, g).
    """
    if end_s <= start_s:
        counts(start_s, near, known, way, sensors, air, hearing, out)
        return
    parts = edges_within(start_s, end_s, near, known, sensors, edges)
    out[:] = 0.0
    for part in range(parts - 1):
        low, high = edges[part], edges[part + 1]
        if high > low:
            counts((low + high) / 2.0, near, known, way, sensors, air, hearing, scratch)
            out += scratch * ((high - low) / (end_s - start_s))
