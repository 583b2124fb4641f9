"""A tree over the globe whose leaves list the segments that may be nearest to what lies in them.

Let c be the centre of a cell of half-size h, and q the point of the line nearest to c. A segment at
distance d from c whose points are at most e from q is nearest nowhere in the cell if d² - |q - c|² >
2 h e: of two points, the difference of squared distances is linear in the position, and changes over
the cell by at most 2 h times the distance between them. The four quarters of a cell choose among
those of the cell, so that the tree is built quickly. A cell that is small beside its distance from
the line is not split.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from truceline.geodesy.grid import Floats, Ints
from truceline.geodesy.kernel import kernel
from truceline.geodesy.space import LARGEST_RADIUS_M, in_space

_DEPTH: Final = 18
_SHORT: Final = 4
"""A list no longer than this is not split."""
_SMALL: Final = 0.03
"""A cell whose half-size is less than this part of its distance is not split."""


class Tree(NamedTuple):
    """Cells of equal steps in longitude and latitude, halved again and again."""

    west: float
    """Longitude at which the first cell starts. Unit: deg."""
    child: Ints
    """Of each cell the first of its four quarters (row by row from the south west), or -1 - leaf."""
    start: Ints
    listed: Ints
    """Of each leaf its segments: ``listed[start[leaf] : start[leaf + 1]]``."""


@kernel
def chord_distance2(x: float, y: float, z: float, chord: Floats) -> tuple[float, float]:
    """Give the squared distance (m²) to a chord in space, and the nearest part of it, 0..1."""
    wx, wy, wz = x - chord[0], y - chord[1], z - chord[2]
    t = (wx * chord[3] + wy * chord[4] + wz * chord[5]) * chord[6]
    t = min(max(t, 0.0), 1.0)
    wx, wy, wz = wx - t * chord[3], wy - t * chord[4], wz - t * chord[5]
    return wx * wx + wy * wy + wz * wz, t


@kernel
def leaf_of(lon: float, lat: float, tree: Tree) -> int:
    """Give the leaf in which a position (deg) lies."""
    turn = (lon - tree.west) / 360.0
    x = int((turn - math.floor(turn)) * (1 << _DEPTH))
    y = int((lat + 90.0) / 180.0 * (1 << _DEPTH))
    last = (1 << _DEPTH) - 1
    x, y = min(max(x, 0), last), min(max(y, 0), last)
    node, level = 0, _DEPTH
    while tree.child[node] >= 0:
        level -= 1
        node = tree.child[node] + 2 * ((y >> level) & 1) + ((x >> level) & 1)
    return int(-1 - tree.child[node])


@kernel
def grow(chords: Floats, west: float, slack_m: float) -> Tree:
    """Build the tree.

    Args:
        chords: of :class:`~truceline.geodesy.segments.Segments`.
        west: half a turn from the middle of the line. Unit: deg.
        slack_m: twice the distance of a chord from its line. Unit: m.
    """
    child = np.empty(1 << 16, np.int32)
    start, listed = np.zeros(1 << 16, np.int32), np.empty(1 << 18, np.int32)
    queue = np.empty((1 << 16, 5), np.int64)  # node, column, row, first and last of its list
    queue[0] = 0, 0, 0, 0, len(chords)
    pool = np.arange(len(chords)).astype(np.int32)
    nodes, leaves, cells, level = 1, 0, 1, 0
    away = np.empty(len(chords))
    while cells:
        level_queue = np.empty((max(4 * cells, 4), 5), np.int64)
        level_pool = np.empty(max(4 * len(pool), 16), np.int32)
        below, used = 0, 0
        for q in range(cells):
            node, column, row = queue[q, 0], queue[q, 1], queue[q, 2]
            some = pool[queue[q, 3] : queue[q, 4]]
            if used + len(some) > len(level_pool):
                level_pool = _larger(level_pool, used + len(some))
            end, nearest, half = _choose(
                chords, some, west, level, column, row, slack_m, away, level_pool[used:]
            )
            if nodes + 4 > len(child):
                child = _larger(child, nodes + 4)
            if end <= _SHORT or level == _DEPTH or half < _SMALL * nearest:
                if leaves + 2 > len(start):
                    start = _larger(start, leaves + 2)
                if start[leaves] + end > len(listed):
                    listed = _larger(listed, start[leaves] + end)
                listed[start[leaves] : start[leaves] + end] = level_pool[used : used + end]
                start[leaves + 1] = start[leaves] + end
                child[node] = -1 - leaves
                leaves += 1
                continue
            child[node] = nodes
            for quarter in range(4):
                level_queue[below] = (
                    nodes + quarter,
                    2 * column + quarter % 2,
                    2 * row + quarter // 2,
                    used,
                    used + end,
                )
                below += 1
            nodes += 4
            used += end
        queue, pool, cells, level = level_queue, level_pool[:used], below, level + 1
    return Tree(
        west, child[:nodes].copy(), start[: leaves + 1].copy(), listed[: start[leaves]].copy()
    )


@kernel
def _choose(
    chords: Floats,
    some: Ints,
    west: float,
    level: int,
    column: int,
    row: int,
    slack_m: float,
    away: Floats,
    out: Ints,
) -> tuple[int, float, float]:
    """Write the segments that may be nearest within a cell.

    Returns:
        how many they are, the distance of the nearest from the centre, and the half-size. Unit: m.
    """
    wide, high = 360.0 / (1 << level), 180.0 / (1 << level)
    lon, lat = west + (column + 0.5) * wide, -90.0 + (row + 0.5) * high
    x, y, z = in_space(math.radians(lon), math.radians(lat))
    nearest_to_equator = max(abs(lat) - high / 2, 0.0)
    half = LARGEST_RADIUS_M * math.hypot(
        math.radians(high / 2),
        min(math.radians(wide / 2), 2.0) * math.cos(math.radians(nearest_to_equator)),
    )
    nearest, best, part = np.inf, 0, 0.0
    for k in range(len(some)):
        square, t = chord_distance2(x, y, z, chords[some[k]])
        away[k] = square
        if square < nearest:
            nearest, best, part = square, some[k], t
    foot = chords[best, :3] + part * chords[best, 3:6]
    count, distance = 0, math.sqrt(nearest)
    for k in range(len(some)):
        gain = away[k] - nearest
        reach = 2.0 * half * _farther_end(foot, chords[some[k]])
        if gain <= reach + slack_m * (math.sqrt(away[k]) + distance):
            out[count] = some[k]
            count += 1
    return count, distance, half


@kernel
def _farther_end(foot: Floats, chord: Floats) -> float:
    one, two = 0.0, 0.0
    for k in range(3):
        step = chord[k] - foot[k]
        one += step * step
        two += (step + chord[3 + k]) * (step + chord[3 + k])
    return math.sqrt(max(one, two))


@kernel
def _larger(array: Ints, need: int) -> Ints:
    larger = np.empty(max(need, 2 * len(array)), np.int32)
    larger[: len(array)] = array
    return larger
