"""Second baseline: back-projection onto a grid of places, peaks taken greedily.

For each place of a grid the detections of the sensors in reach are shifted by their travel times; where
many sensors agree within a short window is a peak. Peaks are taken by the number of sensors; the place is
refined by least squares, all sensors in reach are asked again there, and what belongs to it is removed.

Source: the idea of Kao and Shan (2004), "The Source-Scanning Algorithm", Geophysical Journal
International 157(2), 589-594, with detections in place of amplitudes.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from rivals.interchange import Floats, Found, Given, Longs
from rivals.multilateration import MOST, Heard, gathered, heard_of, nearest, trimmed
from rivals.windows import found_of
from truceline.geodesy.kernel import kernel


class StackSettings(NamedTuple):
    """Chosen on the training sets of ``association_tuning.py``."""

    step_m: float = 500.0
    """Of the grid."""
    reach_m: float = 14_000.0
    window_s: float = 1.2
    """Within which the shifted times of a peak lie."""
    tolerance_s: float = 0.6
    least: int = 7
    """Fewest sensors of an event."""


SETTINGS: Final = StackSettings()


def run_stacking(given: Given, settings: StackSettings = SETTINGS) -> Found:
    """Stack, take peaks, locate."""
    heard = heard_of(given)
    grid = grid_of(heard, settings.step_m, settings.reach_m / 2)
    near = nearest(grid[:, 0], grid[:, 1], heard, settings.reach_m)
    cell, time, count = _peaks(heard, grid, near, settings.window_s, settings.least)
    order = np.lexsort([cell, time, -count])
    place, size, member = _greedy(
        heard, grid, near, cell[order], time[order], settings.window_s, settings.tolerance_s,
        settings.least,
    )  # fmt: skip
    owner = np.repeat(np.arange(len(size)), size)
    return found_of(heard, [place], [owner], [member])


def grid_of(heard: Heard, step_m: float, beyond_m: float) -> Floats:
    """Give the places of a square grid that have a sensor within a distance."""
    edges = [
        np.arange(axis.min() - beyond_m, axis.max() + beyond_m + step_m, step_m)
        for axis in (heard.x_m, heard.y_m)
    ]
    x, y = (axis.ravel() for axis in np.meshgrid(*edges, indexing="ij"))
    tree = cKDTree(np.column_stack([heard.x_m, heard.y_m]))
    away, _ = tree.query(np.column_stack([x, y]), distance_upper_bound=beyond_m)
    inside = np.isfinite(away)
    return np.column_stack([x[inside], y[inside]])


@kernel
def _peaks(
    heard: Heard, grid: Floats, near: Longs, window_s: float, least: int
) -> tuple[Longs, Floats, Longs]:
    """Find the moments at which many sensors agree, for each place of the grid."""
    cells, times, counts = [0], [0.0], [0]
    for place in range(len(grid)):
        shifted, whose = _shifted(heard, grid[place], near[place])
        said = np.zeros(MOST, np.int64)
        low = sensors = before = 0
        best = -1.0
        for high in range(len(shifted)):
            said[whose[high]] += 1
            sensors += said[whose[high]] == 1
            while shifted[high] - shifted[low] > window_s:
                said[whose[low]] -= 1
                sensors -= said[whose[low]] == 0
                low += 1
            if sensors > before:
                best = 0.5 * (shifted[low] + shifted[high])
            elif sensors < before and before >= least and best >= 0.0:
                cells.append(place)
                times.append(best)
                counts.append(before)
                best = -1.0
            before = sensors
        if before >= least and best >= 0.0:
            cells.append(place)
            times.append(best)
            counts.append(before)
    return np.array(cells)[1:], np.array(times)[1:], np.array(counts)[1:]


@kernel
def _shifted(heard: Heard, place: Floats, near: Longs) -> tuple[Floats, Longs]:
    """Give all times of the sensors in reach, less the way from a place, sorted, and whose they are."""
    count = 0
    for sensor in near:
        if sensor < 0:
            break
        count += heard.at[sensor + 1] - heard.at[sensor]
    shifted, whose = np.empty(count), np.empty(count, np.int64)
    at = 0
    for k in range(MOST):
        sensor = near[k]
        if sensor < 0:
            break
        away = np.sqrt((heard.x_m[sensor] - place[0]) ** 2 + (heard.y_m[sensor] - place[1]) ** 2)
        for row in range(heard.at[sensor], heard.at[sensor + 1]):
            shifted[at] = heard.time_s[row] - away / heard.speed_m_s
            whose[at] = k
            at += 1
    order = np.argsort(shifted)
    return shifted[order], whose[order]


@kernel
def _greedy(
    heard: Heard,
    grid: Floats,
    near: Longs,
    cell: Longs,
    time_s: Floats,
    window_s: float,
    tolerance_s: float,
    least: int,
) -> tuple[Floats, Longs, Longs]:
    """Take peaks in their order, from the detections that are still free."""
    free = np.ones(len(heard.time_s), np.bool_)
    place, size = np.empty((len(cell), 3)), np.empty(len(cell), np.int64)
    member = np.empty(len(heard.time_s), np.int64)
    own, at = np.empty(MOST, np.int64), np.empty(3)
    taken = used = 0
    for peak in range(len(cell)):
        here = near[cell[peak]]
        at[0], at[1], at[2] = grid[cell[peak], 0], grid[cell[peak], 1], time_s[peak]
        count = _tried(heard, here, free, at, window_s, tolerance_s, least, own)
        if count == 0:
            continue
        for k in range(count):
            free[own[k]] = False
            member[used + k] = own[k]
        place[taken], size[taken] = at, count
        taken += 1
        used += count
    return place[:taken], size[:taken], member[:used]


@kernel
def _tried(
    heard: Heard,
    near: Longs,
    free: NDArray[np.bool_],
    at: Floats,
    window_s: float,
    tolerance_s: float,
    least: int,
    own: Longs,
) -> int:
    """Refine one peak; give the number of its arrivals, 0 when it is none."""
    count = gathered(heard, near, free, at, 0.5 * window_s, own)
    count = trimmed(heard, own, count, least, tolerance_s, at)
    if count:
        count = gathered(heard, near, free, at, tolerance_s, own)
        count = trimmed(heard, own, count, least, tolerance_s, at)
    return count
