"""Which area a published incident is counted in. It never tells more than its cell does."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

import shapely

from truceline.model.agreement import Geometry
from truceline.publication.grid import Cell
from truceline.publication.inputs import ObservationFact

NOWHERE: Final = "not told apart"
_BOX_DEG: Final = 0.5
_BOX_M: Final = 30_000.0
"""A larger cell may reach over several boxes of half a degree, so it is counted in none."""


def area_of(
    cell: Cell | None, facts: Sequence[ObservationFact], geometry: Sequence[Geometry]
) -> str:
    """Name the area of a cell: a zone of the agreement, the sources' district, or half a degree.

    The zone is that of the cell's centre, not of the sharp position.

    Args:
        cell: the published cell; null where the incident is not told apart.
        facts: its observations; empty where their words would be sharper than the cell.
        geometry: of the agreement.
    """
    if cell is None:
        return NOWHERE
    point = shapely.Point(cell.lon, cell.lat)
    drawn = (g for g in geometry if g.role == "zone" and g.wkb)  # a place not published is nowhere
    for zone in sorted(drawn, key=lambda g: g.id):
        if shapely.from_wkb(zone.wkb).covers(point):
            return zone.label or zone.id
    named = Counter(fact.area for fact in facts if fact.area)
    if named:
        return min(named, key=lambda name: (-named[name], name))
    return _box(cell) if cell.size_m <= _BOX_M else NOWHERE


def _box(cell: Cell) -> str:
    west = math.floor(cell.lon / _BOX_DEG) * _BOX_DEG
    south = math.floor(cell.lat / _BOX_DEG) * _BOX_DEG
    return box_name(west, south, _BOX_DEG)


def box_name(west: float, south: float, step: float) -> str:
    """Name a box of degrees by its edges.

    >>> box_name(-28.0, 47.0, 0.5)
    '47.0-47.5 N, 27.5-28.0 W'
    """
    return f"{_side(south, step, 'N', 'S')}, {_side(west, step, 'E', 'W')}"


def _side(low: float, step: float, positive: str, negative: str) -> str:
    """Write the two edges of a side, the one nearer to zero first."""
    high, places = low + step, 1 if step < 1 else 0
    if low < 0:
        return f"{-high:.{places}f}-{-low:.{places}f} {negative}"
    return f"{low:.{places}f}-{high:.{places}f} {positive}"
