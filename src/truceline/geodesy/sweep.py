"""Walk the rows of a grid from west to east and note which polygons lie all over each cell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.geodesy.grid import Bytes, Floats, Ints, crosses_west
from truceline.geodesy.kernel import kernel
from truceline.geodesy.sets import no_sets, number_of


class Cells(NamedTuple):
    """What is known of each cell."""

    edges: Floats
    """ax, ay, bx, by; shape (n, 4). Unit: deg."""
    frame: Floats
    """West and south border, width and height of a cell, tolerance east and north. Unit: deg."""
    bounds: Floats
    """West, south, east and north end of all edges. Unit: deg."""
    shape: Ints
    """Columns and rows."""
    listed: Ints
    """Edges of each cell."""
    cells: Ints
    """Of each cell the number of its set, or -1 - k for the k-th edge cell."""
    set_start: Ints
    members: Ints
    """Polygons of each set, ascending."""
    cell_set: Ints
    """Of each edge cell the set of those that lie all over it."""
    cell_group: Ints
    """Of each edge cell its first group; a group is a polygon with edges in the cell."""
    group_polygon: Ints
    group_start: Ints
    """Of each group its first edge in ``listed``."""
    group_bit: Bytes
    """Of each group whether its centre is inside, plus h of its edges there, modulo 2."""


@kernel
def sweep(
    edges: Floats,
    owner: Ints,
    codes: NDArray[np.uint64],
    frame: Floats,
    bounds: Floats,
    shape: Ints,
    starts: Ints,
    listed: Ints,
) -> Cells:
    """Fill the cells.

    Args:
        edges: as in :class:`Cells`.
        owner: polygon of each edge, in ascending order.
        codes: of each polygon, from :func:`~.sets.scattered`.
        frame: as in :class:`Cells`.
        bounds: the same.
        shape: the same.
        starts: where the edges of each cell start, from :func:`~.grid.count_cells`.
        listed: from :func:`~.grid.list_cells`.
    """
    cells = np.empty(shape[0] * shape[1], np.int32)
    edge_cells, groups = _sizes(owner, starts, listed)
    cell_set, cell_group = np.empty(edge_cells, np.int32), np.zeros(edge_cells + 1, np.int32)
    group_polygon, group_start = np.empty(groups, np.int32), np.empty(groups + 1, np.int32)
    group_bit = np.empty(groups, np.uint8)
    sets, here, group, count, current = no_sets(codes), 0, 0, 0, 0
    inside = np.zeros(len(codes), np.bool_)
    active, some = np.empty(len(codes), np.int32), np.empty(len(codes), np.int32)
    for cell in range(len(cells)):
        if cell % shape[0] == 0:
            inside[:] = False
            count, current = 0, 0
        if starts[cell] == starts[cell + 1]:
            if current < 0:
                current, sets = number_of(active[:count], sets)
            cells[cell] = current
            continue
        cells[cell], cell_group[here] = -1 - here, group
        changed = False
        k = starts[cell]
        while k < starts[cell + 1]:
            polygon, group_start[group] = owner[listed[k]], k
            while k < starts[cell + 1] and owner[listed[k]] == polygon:
                k += 1
            some_edges = listed[group_start[group] : k]
            bit, toggled = _group(edges, some_edges, cell, frame, shape, inside[polygon])
            group_polygon[group], group_bit[group] = polygon, bit
            inside[polygon] ^= toggled
            changed |= toggled
            group += 1
        in_cell = group_polygon[cell_group[here] : group]
        left = _without(active[:count], in_cell, some)
        cell_set[here], sets = number_of(some[:left], sets)
        if changed:
            current, count = -1, _merged(active, some[:left], in_cell, inside)
        here += 1
    cell_group[here], group_start[group] = group, len(listed)
    start, members = sets.start[: sets.size + 1], sets.members[: sets.start[sets.size]]
    return Cells(
        edges,
        frame,
        bounds,
        shape,
        listed,
        cells,
        start.copy(),
        members.copy(),
        cell_set,
        cell_group,
        group_polygon,
        group_start,
        group_bit,
    )


@kernel
def _sizes(owner: Ints, starts: Ints, listed: Ints) -> tuple[int, int]:
    """Give the numbers of edge cells and of groups in them."""
    edge_cells, groups = 0, 0
    for cell in range(len(starts) - 1):
        edge_cells += starts[cell + 1] > starts[cell]
        for k in range(starts[cell], starts[cell + 1]):
            groups += k == starts[cell] or owner[listed[k]] != owner[listed[k - 1]]
    return edge_cells, groups


@kernel
def _group(
    edges: Floats, some: Ints, cell: int, frame: Floats, shape: Ints, west_inside: bool
) -> tuple[bool, bool]:
    """Give the bit of a polygon's edges in a cell, and whether they toggle it along the row.

    Args:
        edges: all edges.
        some: those of the polygon in the cell.
        cell: its number.
        frame: as in :class:`Cells`.
        shape: the same.
        west_inside: whether the polygon is inside where the row enters the cell.
    """
    column = cell % shape[0]
    x = frame[0] + (column + 0.5) * frame[2]
    y = frame[1] + (cell // shape[0] + 0.5) * frame[3]
    cap = frame[0] + column * frame[2] - frame[4]
    bit, toggled = west_inside, False
    for e in some:
        ax, ay, bx, by = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
        crossed = crosses_west(ax, ay, bx, by, x, y)
        # each crossing of the row is counted in one cell; of the others it is known to be far
        if (ay > y) != (by > y):
            at = int(np.floor((ax + (y - ay) / (by - ay) * (bx - ax) - frame[0]) / frame[2]))
            if min(max(at, 0), shape[0] - 1) == column:
                toggled = not toggled
                bit ^= crossed
        bit ^= crossed ^ (ax <= cap and ay > y) ^ (bx <= cap and by > y)
    return bit, toggled


@kernel
def _without(active: Ints, in_cell: Ints, out: Ints) -> int:
    """Write the active polygons that have no edge in the cell, and give their number."""
    count, g = 0, 0
    for one in active:
        while g < len(in_cell) and in_cell[g] < one:
            g += 1
        if g == len(in_cell) or in_cell[g] != one:
            out[count] = one
            count += 1
    return count


@kernel
def _merged(active: Ints, all_over: Ints, in_cell: Ints, inside: NDArray[np.bool_]) -> int:
    """Write the polygons that are active east of a cell, ascending, and give their number."""
    count, g = 0, 0
    for one in all_over:
        while g < len(in_cell) and in_cell[g] < one:
            if inside[in_cell[g]]:
                active[count] = in_cell[g]
                count += 1
            g += 1
        active[count] = one
        count += 1
    for one in in_cell[g:]:
        if inside[one]:
            active[count] = one
            count += 1
    return count
