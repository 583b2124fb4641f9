"""A uniform grid over polygons: which lie all over a cell, and which have an edge in it.

Kernels of :mod:`truceline.geodesy.polygons`. Inside an *edge cell* a position is compared only with
the edges in that cell. Let ``h(p)`` of an edge be: does the edge cross the ray from p to the west,
plus how many of its ends that lie west of the cell are higher than p, modulo 2. Within the cell
``h`` changes only across the edge itself (where a ray passes an end west of the cell, both terms
change; an end inside the cell belongs to a second edge that is listed too). So the sum over the
edges in the cell, plus one bit kept from its centre, is the parity of the whole polygon: no walk
along a path, no special case for vertices and level edges, and exact since :func:`side` is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from truceline.geodesy.exact import side
from truceline.geodesy.kernel import kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]


@kernel
def crosses_west(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> bool:
    """Tell whether an edge, half-open at its upper end, crosses the ray from p to the west."""
    up = by > py
    if (ay > py) == up or px < min(ax, bx):
        return False
    if px > max(ax, bx):
        return True
    return bool(side(ax, ay, bx, by, px, py) == (-1 if up else 1))


@kernel
def _columns(edge: Floats, low: float, high: float, frame: Floats, shape: Ints) -> tuple[int, int]:
    """Give first and last column in which an edge may lie between two heights."""
    ax, ay, bx, by = edge
    start, end = 0.0, 1.0
    if ay != by:
        one, two = (low - ay) / (by - ay), (high - ay) / (by - ay)
        start, end = max(min(one, two), 0.0), min(max(one, two), 1.0)
    one, two = ax + start * (bx - ax), ax + end * (bx - ax)
    x0, dx, slack = frame[0], frame[2], 2.0 * frame[4]
    first = int(np.floor((min(one, two) - slack - x0) / dx))
    last = int(np.floor((max(one, two) + slack - x0) / dx))
    return max(first, 0), min(last, shape[0] - 1)


@kernel
def _rows(edge: Floats, frame: Floats, shape: Ints) -> tuple[int, int]:
    y0, dy, slack = frame[1], frame[3], 2.0 * frame[5]
    first = int(np.floor((min(edge[1], edge[3]) - slack - y0) / dy))
    last = int(np.floor((max(edge[1], edge[3]) + slack - y0) / dy))
    return max(first, 0), min(last, shape[1] - 1)


@kernel
def count_cells(edges: Floats, frame: Floats, shape: Ints, most: int) -> tuple[int, Ints]:
    """Count the edges of each cell.

    Args:
        edges: ax, ay, bx, by; shape (n, 4). Unit: deg.
        frame: west and south border, width and height of a cell, tolerance east and north.
        shape: columns and rows.
        most: stop when there are more edges in cells than this.

    Returns:
        how many edges in cells there are, and a running sum, cell by cell, that starts with 0.
    """
    starts = np.zeros(shape[0] * shape[1] + 1, np.int32)
    total = 0
    for e in range(len(edges)):
        first, last = _rows(edges[e], frame, shape)
        for row in range(first, last + 1):
            low = frame[1] + row * frame[3] - 2.0 * frame[5]
            west, east = _columns(edges[e], low, low + frame[3] + 4.0 * frame[5], frame, shape)
            total += east - west + 1
            for cell in range(row * shape[0] + west, row * shape[0] + east + 1):
                starts[cell + 1] += 1
        if total > most:
            break
    for cell in range(len(starts) - 1):
        starts[cell + 1] += starts[cell]
    return total, starts


@kernel
def list_cells(edges: Floats, frame: Floats, shape: Ints, starts: Ints) -> Ints:
    """List the edges of each cell, in order; arguments as of :func:`count_cells`."""
    listed = np.empty(starts[-1], np.int32)
    at = starts[:-1].copy()
    for e in range(len(edges)):
        first, last = _rows(edges[e], frame, shape)
        for row in range(first, last + 1):
            low = frame[1] + row * frame[3] - 2.0 * frame[5]
            west, east = _columns(edges[e], low, low + frame[3] + 4.0 * frame[5], frame, shape)
            for cell in range(row * shape[0] + west, row * shape[0] + east + 1):
                listed[at[cell]] = e
                at[cell] += 1
    return listed
