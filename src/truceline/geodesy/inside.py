"""Compare positions with the cells of a grid, and in edge cells with the edges there."""

from __future__ import annotations

import numpy as np

from truceline.geodesy.exact import side
from truceline.geodesy.grid import Floats, Ints, Longs
from truceline.geodesy.kernel import kernel
from truceline.geodesy.sweep import Cells


@kernel
def _cell_of(x: float, y: float, c: Cells) -> tuple[int, float]:
    """Give the cell of a position, -1 outside of all, and its longitude in the polygons' turn."""
    if not abs(x) < 1e6:
        return -1, x
    if x < c.bounds[0] or x > c.bounds[2]:
        x -= 360.0 * np.floor((x - c.bounds[0]) / 360.0)
    if not (c.bounds[0] <= x <= c.bounds[2] and c.bounds[1] <= y <= c.bounds[3]):
        return -1, x
    column = min(int((x - c.frame[0]) / c.frame[2]), c.shape[0] - 1)
    row = min(int((y - c.frame[1]) / c.frame[3]), c.shape[1] - 1)
    return row * c.shape[0] + column, x


@kernel
def _inside(x: float, y: float, cell: int, group: int, c: Cells, edge_inside: bool) -> bool:
    """Tell whether a position in an edge cell is inside the polygon of one of its groups."""
    cap = c.frame[0] + (cell % c.shape[0]) * c.frame[2] - c.frame[4]
    odd = c.group_bit[group] == 1
    for k in range(c.group_start[group], c.group_start[group + 1]):
        e = c.listed[k]
        ax, ay, bx, by = c.edges[e, 0], c.edges[e, 1], c.edges[e, 2], c.edges[e, 3]
        up = by > y
        odd ^= ax <= cap and ay > y
        odd ^= bx <= cap and up
        if (ay > y) != up:
            if x > max(ax, bx):
                odd = not odd
            elif x >= min(ax, bx):
                where = side(ax, ay, bx, by, x, y)
                if where == 0:
                    return edge_inside
                odd ^= where == (-1 if up else 1)
        elif _on_level(ax, ay, bx, by, x, y):
            return edge_inside
    return bool(odd)


@kernel
def _on_level(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> bool:
    """Tell whether a position lies on an edge that does not rise above it, as on its upper end."""
    if ay == y and by == y:
        return min(ax, bx) <= x <= max(ax, bx)
    return (ay == y and ax == x) or (by == y and bx == x)


@kernel
def count_inside(x: Floats, y: Floats, c: Cells, polygons: int, edge_inside: bool) -> Longs:
    """Count the positions inside each polygon."""
    per_set = np.zeros(len(c.set_start) - 1, np.int64)
    counts = np.zeros(polygons, np.int64)
    for i in range(len(x)):
        cell, xi = _cell_of(x[i], y[i], c)
        if cell < 0:
            continue
        known = c.cells[cell]
        if known >= 0:
            per_set[known] += 1
            continue
        here = -1 - known
        per_set[c.cell_set[here]] += 1
        for group in range(c.cell_group[here], c.cell_group[here + 1]):
            counts[c.group_polygon[group]] += _inside(xi, y[i], cell, group, c, edge_inside)
    for known in range(len(per_set)):
        for one in c.members[c.set_start[known] : c.set_start[known + 1]]:
            counts[one] += per_set[known]
    return counts


@kernel
def how_many_around(x: Floats, y: Floats, c: Cells, edge_inside: bool, out: Longs) -> None:
    """Write how many polygons are around each position."""
    for i in range(len(x)):
        out[i] = 0
        cell, xi = _cell_of(x[i], y[i], c)
        if cell < 0:
            continue
        known = c.cells[cell]
        if known < 0:
            here = -1 - known
            known = c.cell_set[here]
            for group in range(c.cell_group[here], c.cell_group[here + 1]):
                out[i] += _inside(xi, y[i], cell, group, c, edge_inside)
        out[i] += c.set_start[known + 1] - c.set_start[known]


@kernel
def which_around(
    x: Floats, y: Floats, c: Cells, edge_inside: bool, starts: Longs, out: Ints
) -> None:
    """Write the polygons around each position, ascending, from ``starts`` on."""
    for i in range(len(x)):
        cell, xi = _cell_of(x[i], y[i], c)
        if cell < 0:
            continue
        at, known = starts[i], c.cells[cell]
        group, end = 0, 0
        if known < 0:
            here = -1 - known
            known = c.cell_set[here]
            group, end = c.cell_group[here], c.cell_group[here + 1]
        for k in range(c.set_start[known], c.set_start[known + 1]):
            while group < end and c.group_polygon[group] < c.members[k]:
                if _inside(xi, y[i], cell, group, c, edge_inside):
                    out[at] = c.group_polygon[group]
                    at += 1
                group += 1
            out[at] = c.members[k]
            at += 1
        for g in range(group, end):
            if _inside(xi, y[i], cell, g, c, edge_inside):
                out[at] = c.group_polygon[g]
                at += 1


@kernel
def first_inside(x: Floats, y: Floats, c: Cells, edge_inside: bool, out: Ints) -> None:
    """Write the lowest number of a polygon around each position, or -1."""
    for i in range(len(x)):
        out[i] = -1
        cell, xi = _cell_of(x[i], y[i], c)
        if cell < 0:
            continue
        known = c.cells[cell]
        group, end = 0, 0
        if known < 0:
            here = -1 - known
            known = c.cell_set[here]
            group, end = c.cell_group[here], c.cell_group[here + 1]
        if c.set_start[known] < c.set_start[known + 1]:
            out[i] = c.members[c.set_start[known]]
        for g in range(group, end):
            if 0 <= out[i] < c.group_polygon[g]:
                break
            if _inside(xi, y[i], cell, g, c, edge_inside):
                out[i] = c.group_polygon[g]
                break
