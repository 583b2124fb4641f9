"""A first look at a place: what the sensors about it heard or missed, without bearings and levels."""

from __future__ import annotations

import math
from typing import Final

from truceline.fusion.association.arrays import STEP_M, Bytes, Floats, Heard, Model, Near, Sensors
from truceline.fusion.association.likelihood import first_from, works
from truceline.geodesy.kernel import kernel

_REACH_M: Final = 13_000.0
_WINDOW: Final = 4.0
_LOG_ROOT_2PI: Final = 0.9189385332046727


@kernel
def quick_ratio(  # noqa: C901 - one loop, since each call costs as much as its work
    anchor: int,
    east: float,
    north: float,
    time: float,
    wind: Floats,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    model: Model,
    taken: Bytes,
    loudness: Floats,
) -> float:
    """Score a place against the hypothesis that all is clutter, by times and misses only.

    Args:
        anchor: sensor about whose plane the place is given.
        east: place. Unit: m.
        north: place. Unit: m.
        time: of the event. Unit: s.
        wind: speed, wind east, wind north. Unit: m/s.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        model: what is assumed of sound.
        taken: 1 for detections that serve another event.
        loudness: working room.
    """
    kinds = model.log_loudness.shape[0]
    for g in range(kinds):
        loudness[g] = model.log_loudness[g]
    total = 0.0
    for k in range(near.known[anchor]):
        dx, dy = near.east_m[anchor, k] - east, near.north_m[anchor, k] - north
        square = dx * dx + dy * dy
        if square > _REACH_M * _REACH_M:
            continue
        j = near.sensor[anchor, k]
        distance = math.sqrt(square) + 1e-3
        travel = distance / (wind[0] + (wind[1] * dx + wind[2] * dy) / distance)
        sigma = sensors.time_sigma_s[j] + model.search_sigma_m_s * travel / wind[0] + 0.01
        at, high = heard.at[j], heard.at[j + 1]
        arrival = time + travel
        at = first_from(heard.time_s, at, high, arrival - _WINDOW * sigma)
        best = _WINDOW * sigma
        while at < high and heard.time_s[at] - arrival < best:
            if taken[at] == 0:
                best = abs(heard.time_s[at] - arrival)
            at += 1
        step = int(distance / STEP_M)
        if best < _WINDOW * sigma:
            scaled = best / sigma
            total -= 0.5 * scaled * scaled + math.log(sigma) + _LOG_ROOT_2PI
            total -= sensors.log_clutter[j]
            for g in range(kinds):
                loudness[g] += model.log_heard[step, g]
        elif sensors.outage_at[j] == sensors.outage_at[j + 1] or works(sensors, j, arrival):
            for g in range(kinds):
                loudness[g] += model.log_missed[step, g]
    most = loudness[0]
    for g in range(1, kinds):
        most = max(most, loudness[g])
    return float(total + most)
