"""Two events within a second of one another: which sensor heard which, decided for both at once.

Events that choose their members one by one keep what they took first. Here the detections of both are
pooled, parted anew, both are fitted, and the parting is repeated until it rests; it stands where both
together are likelier than before.
"""

from __future__ import annotations

import math
from typing import Final

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
from truceline.fusion.association.fitting import UNKNOWNS, fit
from truceline.fusion.association.likelihood import arrival_log, first_from
from truceline.fusion.association.refining import air_at, keep, refined
from truceline.geodesy.kernel import kernel

_APART_S: Final = 1.5
_APART_M: Final = 1200.0
_MOST: Final = 192
"""Detections of a pool."""
_REACH_M: Final = 16_000.0
_WINDOW_S: Final = 0.6
_TURNS: Final = 5
_LEAST: Final = -4.0
"""Log ratio below which a detection is of neither."""
_GAIN: Final = 0.5


@kernel
def untangled(
    by_time: Longs,
    plane: Floats,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    air: Air,
    model: Model,
    taken: Bytes,
    owner: Longs,
    least: float,
    homes: Floats,
    events: Events,
    alive: Bytes,
    awake: Bytes,
    touched: Bytes,
) -> int:
    """Part the members of each two events that are close in time and place.

    Args:
        by_time: rows of events, by time.
        plane: their places on a common plane, shape (e, 2). Unit: m.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        air: speed and wind at the sensors.
        model: what is assumed of sound.
        taken: 1 for detections that serve an event; brought up to date.
        owner: row of the event that each detection serves, -1: none; brought up to date.
        least: log-odds below which an event is given up.
        homes: where the salvo of each event is, shape (e, 3); brought up to date.
        events: changed in place.
        alive: 1 for the events that stand; brought up to date.
        awake: 1 for the events that are asked.
        touched: receives 1 for the events that changed.

    Returns:
        how many pairs changed.
    """
    changed = 0
    for i in range(by_time.shape[0]):
        one = by_time[i]
        for j in range(i + 1, by_time.shape[0]):
            other = by_time[j]
            if events.time_s[other] - events.time_s[one] > _APART_S:
                break
            if not (alive[one] and alive[other] and (awake[one] or awake[other])):
                continue
            if (
                abs(plane[one, 0] - plane[other, 0]) > _APART_M
                or abs(plane[one, 1] - plane[other, 1]) > _APART_M
            ):
                continue
            if _parted(
                one, other, sensors, heard, near, air, model, taken, owner, least, homes, events,
                alive,
            ):  # fmt: skip
                touched[one] = touched[other] = 1
                changed += 1
    return changed


@kernel
def _parted(  # noqa: C901, PLR0912, PLR0915 - the steps share their rooms
    one: int,
    other: int,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    air: Air,
    model: Model,
    taken: Bytes,
    owner: Longs,
    least: float,
    homes: Floats,
    events: Events,
    alive: Bytes,
) -> bool:
    anchor = events.anchor[one]
    shift = _neighbour(anchor, events.anchor[other], near)
    if shift < 0:
        return False
    member = np.empty((4, MOST_MEMBERS), np.int64)
    which = np.empty((4, MOST_MEMBERS), np.int64)
    size, odds = np.zeros(4, np.int64), np.zeros(4)
    at, start = np.zeros((4, UNKNOWNS)), np.zeros((2, UNKNOWNS))
    cov = np.empty((4, UNKNOWNS, UNKNOWNS))
    hit, number = np.empty(_MOST, np.int64), np.empty(_MOST, np.int64)
    side = np.empty(_MOST, np.int64)
    wind, home = np.empty(3), np.empty((2, 3))
    home[0], home[1] = homes[one], homes[other]
    loudness = np.empty(model.log_loudness.shape[0])
    air_at(air, anchor, events.time_s[one], wind)
    for s in range(2):
        row = one if s == 0 else other
        start[s, 0], start[s, 1] = events.east_m[row], events.north_m[row]
        start[s, 2] = events.time_s[row]
        start[s, 3:] = events.drift[row]
    start[1, 0] += near.east_m[anchor, shift]
    start[1, 1] += near.north_m[anchor, shift]
    home[1, 0] += near.east_m[anchor, shift]
    home[1, 1] += near.north_m[anchor, shift]
    count = _pool(anchor, start, wind, one, other, sensors, heard, near, taken, owner, hit, number)
    before = 0.0
    for s in range(2):
        row = one if s == 0 else other
        before += events.log_odds[row]
        for m in range(events.size[row]):
            taken[events.member[row, m]] = 0
    best, kept = before + _GAIN, -1
    for turn in range(2):
        base = 2 * turn
        at[base], at[base + 1] = start[0], start[1]
        if turn == 0:
            _part(anchor, at[base:], wind, count, hit, number, sensors, heard, near, model, side)
        else:
            _part_by_time(anchor, start, wind, count, hit, number, heard, near, side)
        for _again in range(_TURNS):
            for s in range(2):
                size[base + s] = _members(
                    s, count, hit, number, side, member[base + s], which[base + s]
                )
                if size[base + s] >= 3:
                    fit(
                        anchor, at[base + s], size[base + s], member[base + s], which[base + s], wind,
                        home[s], 2, sensors, heard, near, model, cov[base + s],
                    )  # fmt: skip
            if not _part(
                anchor, at[base:], wind, count, hit, number, sensors, heard, near, model, side
            ):
                break
        total = 0.0
        for s in range(2):
            size[base + s] = _members(
                s, count, hit, number, side, member[base + s], which[base + s]
            )
        first = 0 if size[base] >= size[base + 1] else 1
        for turn2 in range(2):
            s = first if turn2 == 0 else 1 - first
            # what the parting gives to the other is not free
            for m in range(size[base + 1 - s]):
                taken[member[base + 1 - s, m]] = 1
            odds[base + s], count_s = refined(
                anchor, at[base + s], wind, home[s], 1, sensors, heard, near, model, taken,
                member[base + s], which[base + s], loudness, cov[base + s],
            )  # fmt: skip
            for m in range(size[base + 1 - s]):
                taken[member[base + 1 - s, m]] = 0
            size[base + s] = count_s
            row = one if s == 0 else other
            if odds[base + s] + events.company[row] < least:
                odds[base + s], size[base + s] = -events.company[row], 0
            total += odds[base + s]
        if total > best:
            best, kept = total, base
    if kept >= 0:
        for s in range(2):
            row = one if s == 0 else other
            for m in range(events.size[row]):
                owner[events.member[row, m]] = -1
        for s in range(2):
            row = one if s == 0 else other
            if size[kept + s] == 0:
                alive[row] = 0
                events.size[row] = 0
                events.member[row, :] = -1
                continue
            keep(
                events, row, anchor, at[kept + s], odds[kept + s], size[kept + s],
                member[kept + s], which[kept + s], wind, heard, near, cov[kept + s],
            )  # fmt: skip
            homes[row] = home[s]
    for s in range(2):
        row = one if s == 0 else other
        for m in range(events.size[row]):
            taken[events.member[row, m]] = 1
            owner[events.member[row, m]] = row
    return kept >= 0


@kernel
def _neighbour(anchor: int, sensor: int, near: Near) -> int:
    """Give the neighbour number of a sensor; -1 where it is none."""
    for k in range(near.known[anchor]):
        if near.sensor[anchor, k] == sensor:
            return k
    return -1


@kernel
def _expected(
    anchor: int, k: int, at: Floats, wind: Floats, near: Near
) -> tuple[float, float, float]:
    """Give travel time (s), and east and north (m) from the event to a neighbour."""
    dx, dy = near.east_m[anchor, k] - at[0], near.north_m[anchor, k] - at[1]
    distance = max(math.sqrt(dx * dx + dy * dy), 1.0)
    pace = wind[0] + at[3] + ((wind[1] + at[4]) * dx + (wind[2] + at[5]) * dy) / distance
    return distance / pace, dx, dy


@kernel
def _pool(
    anchor: int,
    at: Floats,
    wind: Floats,
    one: int,
    other: int,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    taken: Bytes,
    owner: Longs,
    hit: Longs,
    number: Longs,
) -> int:
    """List what either of two events may have made: free detections, and those of the two."""
    count = 0
    for k in range(near.known[anchor]):
        travel, dx, dy = _expected(anchor, k, at[0], wind, near)
        if dx * dx + dy * dy > _REACH_M * _REACH_M:
            continue
        travel_2, _dx, _dy = _expected(anchor, k, at[1], wind, near)
        j = near.sensor[anchor, k]
        slack = _WINDOW_S + 4.0 * sensors.time_sigma_s[j]
        low = min(at[0, 2] + travel, at[1, 2] + travel_2) - slack
        high = max(at[0, 2] + travel, at[1, 2] + travel_2) + slack
        i = first_from(heard.time_s, heard.at[j], heard.at[j + 1], low)
        while i < heard.at[j + 1] and heard.time_s[i] <= high:
            if (taken[i] == 0 or owner[i] in (one, other)) and count < hit.shape[0]:
                hit[count], number[count] = i, k
                count += 1
            i += 1
    return count


@kernel
def _part(  # noqa: C901 - one loop, since each call costs as much as its work
    anchor: int,
    at: Floats,
    wind: Floats,
    count: int,
    hit: Longs,
    number: Longs,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    model: Model,
    side: Longs,
) -> bool:
    """Give each sensor's detections to the two events in the likeliest way; tell whether any moved.

    Args:
        anchor: sensor about whose plane places are given.
        at: the two events, shape (2, 6).
        wind: speed and wind of the table. Unit: m/s.
        count: of detections.
        hit: those detections, by neighbour number.
        number: their neighbour numbers.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        model: what is assumed of sound.
        side: which event each goes to, -1: to none; read and written.
    """
    gain = np.empty((2, 16))
    moved, i = False, 0
    while i < count:
        k, end = number[i], i + 1
        while end < count and number[end] == k and end - i < gain.shape[1]:
            end += 1
        j = near.sensor[anchor, k]
        for s in range(2):
            travel, dx, dy = _expected(anchor, k, at[s], wind, near)
            spread = model.path_sigma_m_s * travel * travel / math.sqrt(dx * dx + dy * dy + 1.0)
            sigma = math.sqrt(sensors.time_sigma_s[j] ** 2 + spread * spread + 1e-4)
            for m in range(i, end):
                late = heard.time_s[hit[m]] - at[s, 2] - travel
                gain[s, m - i] = -1e9
                if abs(late) < 4.0 * sigma:
                    gain[s, m - i] = arrival_log(
                        hit[m], k, anchor, j, dx, dy, late, sigma, sensors, heard, near, model
                    )
        best, a, b = 0.0, -1, -1
        for m in range(-1, end - i):
            value = 0.0 if m < 0 else gain[0, m] - _LEAST
            if value < 0.0:
                continue
            for n in range(-1, end - i):
                if n == m and n >= 0:
                    continue
                both = value + (0.0 if n < 0 else gain[1, n] - _LEAST)
                if both > best:
                    best, a, b = both, m, n
        for m in range(i, end):
            now = 0 if m - i == a else (1 if m - i == b else -1)
            moved = moved or now != side[m]
            side[m] = now
        i = end
    return moved


@kernel
def _part_by_time(  # noqa: C901, PLR0912 - the steps share their rooms
    anchor: int,
    at: Floats,
    wind: Floats,
    count: int,
    hit: Longs,
    number: Longs,
    heard: Heard,
    near: Near,
    side: Longs,
) -> None:
    """Part detections into an early and a late round at the place between the two events."""
    middle, origin = at[0].copy(), np.empty(count)
    for i in range(2):
        middle[i] = (at[0, i] + at[1, i]) / 2
    for i in range(3, 6):
        middle[i] = (at[0, i] + at[1, i]) / 2
    for i in range(count):
        travel, _dx, _dy = _expected(anchor, number[i], middle, wind, near)
        origin[i] = heard.time_s[hit[i]] - travel
    early, late = min(at[0, 2], at[1, 2]), max(at[0, 2], at[1, 2])
    if late - early < 0.1:
        early, late = early - 0.15, late + 0.15
    for _turn in range(4):
        sums, counts = np.zeros(2), np.zeros(2)
        for i in range(count):
            s = 0 if abs(origin[i] - early) <= abs(origin[i] - late) else 1
            side[i] = s if min(abs(origin[i] - early), abs(origin[i] - late)) < 1.0 else -1
            if side[i] >= 0:
                sums[s] += origin[i]
                counts[s] += 1
        if counts[0] < 1 or counts[1] < 1:
            return
        early, late = sums[0] / counts[0], sums[1] / counts[1]
    for i in range(1, count):  # one sensor hears each round once: the nearer one
        for m in range(i - 1, -1, -1):
            if number[m] != number[i]:
                break
            if side[m] == side[i] and side[i] >= 0:
                goal = early if side[i] == 0 else late
                if abs(origin[m] - goal) <= abs(origin[i] - goal):
                    side[i] = -1
                else:
                    side[m] = -1


@kernel
def _members(
    s: int, count: int, hit: Longs, number: Longs, side: Longs, member: Longs, which: Longs
) -> int:
    size = 0
    for i in range(count):
        if side[i] == s and size < member.shape[0]:
            member[size], which[size] = hit[i], number[i]
            size += 1
    return size
