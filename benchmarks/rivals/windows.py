"""First baseline: a window of time over neighbouring sensors, then least squares of time differences.

Each detection is taken as the first arrival. What its neighbours noted no later than sound needs to get
to them is its cluster. The place is fitted, the worst arrival left out, and so on until all are within a
tolerance; then all sensors in reach are asked again at that place. Clusters are taken by size, the smaller
misfit first, each detection once; those that lost a detection are tried again.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rivals.interchange import Floats, Found, Given, Longs
from rivals.multilateration import MOST, Heard, first_after, gathered, heard_of, nearest, trimmed
from truceline.geodesy.kernel import kernel

_ROUNDS: Final = 6


class WindowSettings(NamedTuple):
    """Chosen on the training sets of ``association_tuning.py``."""

    reach_m: float = 18_000.0
    tolerance_s: float = 0.9
    least: int = 7
    """Fewest arrivals of an event."""


SETTINGS: Final = WindowSettings()


def run_windows(given: Given, settings: WindowSettings = SETTINGS) -> Found:
    """Cluster and locate."""
    heard = heard_of(given)
    near = nearest(heard.x_m, heard.y_m, heard, settings.reach_m)
    count = len(heard.time_s)
    free = np.ones(count, np.bool_)
    todo = np.arange(count)
    places, owners, members = [], [], []
    taken = 0
    for _ in range(_ROUNDS):
        place, size, misfit, member = _tried(
            heard, near, free, todo, settings.tolerance_s, settings.least
        )
        good = np.flatnonzero(size)
        if not len(good):
            break
        order = good[np.lexsort([todo[good], misfit[good], -size[good]])]
        chosen = _taken(member, size, order, free)
        kept = order[chosen[order]]
        places.append(place[kept])
        owners.append(np.repeat(np.arange(taken, taken + len(kept)), size[kept]))
        members += [member[row, : size[row]] for row in kept]
        taken += len(kept)
        todo = todo[good[~chosen[good]]]
        todo = todo[free[todo]]
    return found_of(heard, places, owners, members)


def found_of(
    heard: Heard, places: list[Floats], owners: list[Longs], members: list[Longs]
) -> Found:
    """Put the parts together."""
    place = np.concatenate([np.zeros((0, 3)), *places])
    owner = np.concatenate([np.zeros(0, np.int64), *owners])
    member = np.concatenate([np.zeros(0, np.int64), *members])
    return Found(place[:, 0], place[:, 1], place[:, 2], owner, heard.row[member])


@kernel
def _tried(
    heard: Heard,
    near: Longs,
    free: NDArray[np.bool_],
    todo: Longs,
    tolerance_s: float,
    least: int,
) -> tuple[Floats, Longs, Floats, Longs]:
    """Make a cluster of each detection in ``todo``; size 0 where none is left."""
    place, size = np.zeros((len(todo), 3)), np.zeros(len(todo), np.int64)
    misfit, member = np.zeros(len(todo)), np.zeros((len(todo), MOST), np.int64)
    own = np.zeros(MOST, np.int64)
    at = np.zeros(3)
    for number in range(len(todo)):
        first = todo[number]
        if not free[first]:
            continue
        sensor, moment = heard.sensor[first], heard.time_s[first]
        count = _window(heard, near[sensor], free, sensor, moment, first, tolerance_s, own)
        at[0], at[1], at[2] = heard.x_m[sensor], heard.y_m[sensor] + 1.0, moment
        count = trimmed(heard, own, count, least, tolerance_s, at)
        if count:
            count = gathered(heard, near[sensor], free, at, tolerance_s, own)
            count = trimmed(heard, own, count, least, tolerance_s, at)
        if count:
            size[number] = count
            place[number] = at
            member[number, :count] = own[:count]
            misfit[number] = _rms(heard, own, count, at)
    return place, size, misfit, member


@kernel
def _window(
    heard: Heard,
    near: Longs,
    free: NDArray[np.bool_],
    sensor: int,
    moment: float,
    first: int,
    slack_s: float,
    own: Longs,
) -> int:
    """Fill ``own`` with the first arrival and what can follow it, one for each neighbour."""
    own[0] = first
    count = 1
    for other in near:
        if other < 0:
            break
        if other == sensor:
            continue
        away = np.hypot(heard.x_m[other] - heard.x_m[sensor], heard.y_m[other] - heard.y_m[sensor])
        end = heard.at[other + 1]
        row = first_after(heard.time_s, heard.at[other], end, moment)
        while row < end and not free[row]:
            row += 1
        if row < end and heard.time_s[row] <= moment + away / heard.speed_m_s + slack_s:
            own[count] = row
            count += 1
            if count == MOST:
                break
    return count


@kernel
def _rms(heard: Heard, own: Longs, count: int, at: Floats) -> float:
    total = 0.0
    for k in range(count):
        sensor = heard.sensor[own[k]]
        away = np.hypot(heard.x_m[sensor] - at[0], heard.y_m[sensor] - at[1])
        total += (heard.time_s[own[k]] - at[2] - away / heard.speed_m_s) ** 2
    return float(np.sqrt(total / count))


@kernel
def _taken(member: Longs, size: Longs, order: Longs, free: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Take clusters in order while all their detections are free; mark those as used."""
    chosen = np.zeros(len(size), np.bool_)
    for row in order:
        whole = True
        for k in range(size[row]):
            whole = whole and free[member[row, k]]
        if whole:
            chosen[row] = True
            for k in range(size[row]):
                free[member[row, k]] = False
    return chosen
