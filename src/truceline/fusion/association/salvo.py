"""Rounds of one salvo: at the place of a sound event, the other times at which something was heard.

Rounds that follow one another within seconds are easily mixed when each is located alone. Where one
is located well, what all sensors heard is taken back to that place by the travel times; the rounds
stand out as times at which many sensors agree.
"""

from __future__ import annotations

import math

import numpy as np

from truceline.fusion.association.arrays import (
    MOST_MEMBERS,
    Air,
    Bytes,
    Events,
    Floats,
    Heard,
    Longs,
    Model,
    Near,
    Sensors,
)
from truceline.fusion.association.fitting import UNKNOWNS
from truceline.fusion.association.likelihood import first_from
from truceline.fusion.association.seeding import air_at, keep, refined
from truceline.geodesy.kernel import kernel

_ROOM = 6000  # detections about one place
_WITHIN_S = 60.0  # before and after the event
_REACH_M = 12_000.0
_WINDOW_S = 0.5  # within which origins are of one round
_AGREE = 3  # sensors that must agree
_ROUGH_S = 0.4
_USED_M, _USED_S = 120.0, 30.0  # another event so near has asked already


@kernel
def rounds_beside(
    order: Longs,
    seeds: Events,
    place: Floats,
    least: float,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    air: Air,
    model: Model,
    taken: Bytes,
    events: Events,
) -> int:
    """Make hypotheses at the places of events, at other times.

    Args:
        order: rows of ``seeds``, best first.
        seeds: events that are located well.
        place: their places on a common plane, shape (e, 2). Unit: m.
        least: log-odds below which a hypothesis is dropped.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        air: speed and wind at the sensors.
        model: what is assumed of sound.
        taken: 1 for detections that serve another event.
        events: receives the hypotheses; those beyond its room are dropped.

    Returns:
        how many there are.
    """
    member = np.empty(MOST_MEMBERS, np.int64)
    which = np.empty(MOST_MEMBERS, np.int64)
    loudness = np.empty(model.log_loudness.shape[0])
    wind, at = np.empty(3), np.empty(UNKNOWNS)
    cov = np.empty((UNKNOWNS, UNKNOWNS))
    origin = np.empty(_ROOM)
    used = np.empty(order.shape[0], np.int64)
    made, asked, room = 0, 0, events.anchor.shape[0]
    for o in range(order.shape[0]):
        row = order[o]
        time = seeds.time_s[row]
        if _was_asked(used, asked, place, seeds.time_s, row):
            continue
        used[asked] = row
        asked += 1
        anchor = seeds.anchor[row]
        air_at(air, anchor, time, wind)
        count = origins(row, seeds, wind, sensors, heard, near, taken, origin)
        times = np.sort(origin[:count])
        last = 0
        for i in range(count):
            high = first_from(times, i, count, times[i] + _WINDOW_S)
            if high - i < _AGREE or not _peak(times, i, high, last):
                continue
            last = high
            middle = times[(i + high) // 2]
            if abs(middle - time) < 0.2:
                continue
            at[0], at[1], at[2] = seeds.east_m[row], seeds.north_m[row], middle
            at[3:] = seeds.drift[row]
            odds, size = refined(
                anchor, at, wind, 2, sensors, heard, near, model, taken, member, which, loudness,
                cov,
            )  # fmt: skip
            if odds < least or made >= room:
                continue
            keep(events, made, anchor, at, odds, size, member, which, wind, heard, near, cov)
            made += 1
    return made


@kernel
def origins(
    row: int,
    seeds: Events,
    wind: Floats,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    taken: Bytes,
    origin: Floats,
) -> int:
    """Write the times at which an event at this place would have made what was heard about it."""
    anchor, time = seeds.anchor[row], seeds.time_s[row]
    count = 0
    for k in range(near.known[anchor]):
        j = near.sensor[anchor, k]
        dx = near.east_m[anchor, k] - seeds.east_m[row]
        dy = near.north_m[anchor, k] - seeds.north_m[row]
        distance = max(math.sqrt(dx * dx + dy * dy), 1.0)
        if distance > _REACH_M or sensors.time_sigma_s[j] > _ROUGH_S:
            continue
        blow = (wind[1] + seeds.drift[row, 1]) * dx + (wind[2] + seeds.drift[row, 2]) * dy
        travel = distance / (wind[0] + seeds.drift[row, 0] + blow / distance)
        at = first_from(heard.time_s, heard.at[j], heard.at[j + 1], time + travel - _WITHIN_S)
        while at < heard.at[j + 1] and heard.time_s[at] < time + travel + _WITHIN_S:
            if taken[at] == 0 and count < origin.shape[0]:
                origin[count] = heard.time_s[at] - travel
                count += 1
            at += 1
    return count


@kernel
def _peak(times: Floats, low: int, high: int, last: int) -> bool:
    """Tell whether no window that begins within this one holds more."""
    here = high - low
    at, end = low + 1, high
    while at < times.shape[0] and times[at] < times[low] + _WINDOW_S / 2:
        while end < times.shape[0] and times[end] < times[at] + _WINDOW_S:
            end += 1
        if end - at > here:
            return False
        at += 1
    return high - max(low, last) >= 2


@kernel
def _was_asked(used: Longs, asked: int, place: Floats, time: Floats, row: int) -> bool:
    for u in range(asked):
        other = used[u]
        if (
            abs(time[other] - time[row]) < _USED_S
            and abs(place[other, 0] - place[row, 0]) < _USED_M
            and abs(place[other, 1] - place[row, 1]) < _USED_M
        ):
            return True
    return False
