"""Rounds of one salvo: at the place of a sound event, the other times at which something was heard.

Rounds that follow one another within seconds are easily mixed when each is located alone. Where one
is located well, what all sensors heard is taken back to that place by the travel times; the rounds
stand out as times at which many sensors agree. Where there are many rounds, the place at which the
times agree best is looked for first: all rounds together say more of it than one.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from truceline.fusion.association.arrays import Bytes, Floats, Heard, Longs, Near, Sensors
from truceline.fusion.association.likelihood import first_from
from truceline.fusion.association.partners import ROUGH_S
from truceline.geodesy.kernel import kernel

MOST_ABOUT: Final = 2000
"""Detections about one place."""
MOST_ROUNDS: Final = 64
WITHIN_S: Final = 45.0
"""Before and after the event. Unit: s."""
BATTERY_M: Final = 150.0
"""Spread of the rounds of one position."""
_REACH_M: Final = 12_000.0
_WINDOW_S: Final = 0.4  # within which origins are of one round
_AGREE: Final = 3  # sensors that must agree
_MANY: Final = 4  # rounds from which the place is looked for anew
_BIN_S: Final = 0.12
BINS: Final = 760
_STEPS_M: Final = (300.0, 150.0, 75.0, 35.0)
_MOVES: Final = 4


@kernel
def about(
    anchor: int,
    at: Floats,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    taken: Bytes,
    hit: Longs,
    number: Longs,
) -> int:
    """List what was heard around an event in place and time.

    Args:
        anchor: sensor about whose plane the place is given.
        at: east, north (m), time (s) of the event.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        taken: 1 for detections that serve another event.
        hit: receives detections.
        number: receives their neighbour numbers.

    Returns:
        how many there are.
    """
    count = 0
    for k in range(near.known[anchor]):
        j = near.sensor[anchor, k]
        dx, dy = near.east_m[anchor, k] - at[0], near.north_m[anchor, k] - at[1]
        square = dx * dx + dy * dy
        if square > _REACH_M * _REACH_M or sensors.time_sigma_s[j] > ROUGH_S:
            continue
        middle = at[2] + math.sqrt(square) / 340.0
        i = first_from(heard.time_s, heard.at[j], heard.at[j + 1], middle - WITHIN_S)
        while i < heard.at[j + 1] and heard.time_s[i] < middle + WITHIN_S:
            if taken[i] == 0 and count < hit.shape[0]:
                hit[count], number[count] = i, k
                count += 1
            i += 1
    return count


@kernel
def origins(
    anchor: int,
    east: float,
    north: float,
    count: int,
    hit: Longs,
    number: Longs,
    air: Floats,
    heard: Heard,
    near: Near,
    origin: Floats,
) -> None:
    """Write the times at which an event at a place would have made what was heard about it."""
    last, travel = -1, 0.0
    for i in range(count):
        k = number[i]
        if k != last:
            dx, dy = near.east_m[anchor, k] - east, near.north_m[anchor, k] - north
            distance = max(math.sqrt(dx * dx + dy * dy), 1.0)
            travel = distance / (air[0] + (air[1] * dx + air[2] * dy) / distance)
            last = k
        origin[i] = heard.time_s[hit[i]] - travel


@kernel
def agreement(count: int, origin: Floats, start: float, bins: Floats) -> float:
    """Give how much origins agree: the sum of squares of a histogram with shared edges."""
    bins[:] = 0.0
    for i in range(count):
        share = (origin[i] - start) / _BIN_S
        b = int(share)
        if share < 0.0 or b + 1 >= bins.shape[0]:
            continue
        share -= b
        bins[b] += 1.0 - share
        bins[b + 1] += share
    total = 0.0
    for b in range(bins.shape[0]):
        total += bins[b] * bins[b]
    return total


@kernel
def best_agreed(
    anchor: int,
    at: Floats,
    count: int,
    hit: Longs,
    number: Longs,
    air: Floats,
    heard: Heard,
    near: Near,
    origin: Floats,
    bins: Floats,
) -> None:
    """Move a place to where the origins of all that was heard about it agree best.

    Args:
        anchor: sensor about whose plane the place is given.
        at: east, north (m), time (s) of the event; the place is changed.
        count: how many detections there are about it.
        hit: those detections.
        number: their neighbour numbers.
        air: speed, wind east, wind north. Unit: m/s.
        heard: all detections.
        near: neighbours of each sensor.
        origin: working room.
        bins: working room.
    """
    start = at[2] - WITHIN_S
    origins(anchor, at[0], at[1], count, hit, number, air, heard, near, origin)
    best = agreement(count, origin, start, bins)
    for step in _STEPS_M:
        for _move in range(_MOVES):
            east, north, better = at[0], at[1], best
            for turn in range(8):
                dx, dy = step * math.cos(turn * math.pi / 4), step * math.sin(turn * math.pi / 4)
                origins(
                    anchor, at[0] + dx, at[1] + dy, count, hit, number, air, heard, near, origin
                )
                value = agreement(count, origin, start, bins)
                if value > better:
                    east, north, better = at[0] + dx, at[1] + dy, value
            if not better > best:
                break
            at[0], at[1], best = east, north, better


@kernel
def peaks(count: int, origin: Floats, number: Longs, order: Longs, found: Floats) -> int:
    """Write the times at which several sensors agree, one for each round.

    Args:
        count: of origins.
        origin: their times. Unit: s.
        number: neighbour number of each.
        order: what sorts the origins.
        found: receives the middle of each peak. Unit: s.

    Returns:
        how many there are.
    """
    rounds, high, last = 0, 0, -1e18
    for i in range(count):
        low = origin[order[i]]
        high = max(high, i)
        while high < count and origin[order[high]] < low + _WINDOW_S:
            high += 1
        if high - i < _AGREE or low < last:
            continue
        if not _highest(i, high, count, origin, order):
            continue
        if _sensors_in(i, high, number, order) < _AGREE or rounds >= found.shape[0]:
            continue
        found[rounds] = origin[order[(i + high) // 2]]
        last = origin[order[high - 1]]
        rounds += 1
    return rounds


@kernel
def _highest(low: int, high: int, count: int, origin: Floats, order: Longs) -> bool:
    """Tell whether no window that begins soon after this one holds more."""
    here, end = high - low, high
    at = low + 1
    while at < count and origin[order[at]] < origin[order[low]] + _WINDOW_S / 2:
        while end < count and origin[order[end]] < origin[order[at]] + _WINDOW_S:
            end += 1
        if end - at > here:
            return False
        at += 1
    return True


@kernel
def _sensors_in(low: int, high: int, number: Longs, order: Longs) -> int:
    seen = 0
    for a in range(low, high):
        fresh = True
        for b in range(low, a):
            if number[order[a]] == number[order[b]]:
                fresh = False
                break
        seen += fresh
    return seen


@kernel
def rounds_at(
    anchor: int,
    at: Floats,
    air: Floats,
    sensors: Sensors,
    heard: Heard,
    near: Near,
    taken: Bytes,
    hit: Longs,
    number: Longs,
    origin: Floats,
    bins: Floats,
    found: Floats,
) -> int:
    """Find the rounds that were fired from the place of an event.

    Args:
        anchor: sensor about whose plane the place is given.
        at: east, north (m), time (s) of the event; the place moves where there are many rounds.
        air: speed, wind east, wind north. Unit: m/s.
        sensors: all.
        heard: all detections.
        near: neighbours of each sensor.
        taken: 1 for detections that serve another event.
        hit: working room.
        number: working room.
        origin: working room.
        bins: working room.
        found: receives their times. Unit: s.

    Returns:
        how many there are, the event itself among them.
    """
    count = about(anchor, at, sensors, heard, near, taken, hit, number)
    origins(anchor, at[0], at[1], count, hit, number, air, heard, near, origin)
    rounds = peaks(count, origin, number, np.argsort(origin[:count]), found)
    if rounds < _MANY:
        return rounds
    best_agreed(anchor, at, count, hit, number, air, heard, near, origin, bins)
    origins(anchor, at[0], at[1], count, hit, number, air, heard, near, origin)
    return peaks(count, origin, number, np.argsort(origin[:count]), found)
