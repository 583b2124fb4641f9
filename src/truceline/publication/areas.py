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
    for zone in sorted(geometry, key=lambda g: g.id):
        if zone.role == "zone" and shapely.from_wkb(zone.wkb).covers(point):
            return zone.label or zone.id
    named = Counter(fact.area for fact in facts if fact.area)
    if named:
        return min(named, key=lambda name: (-named[name], name))
    return _box(cell) if cell.size_m <= _BOX_M else NOWHERE


def _box(cell: Cell) -> str:
    west = math.floor(cell.lon / _BOX_DEG) * _BOX_DEG
    south = math.floor(cell.lat / _BOX_DEG) * _BOX_DEG
    return f"{_side(south, 'N', 'S')}, {_side(west, 'E', 'W')}"


def _side(low: float, positive: str, negative: str) -> str:
    """Write the two edges of half a degree, the one nearer to zero first."""
    high = low + _BOX_DEG
    if low < 0:
        return f"{-high:.1f}-{-low:.1f} {negative}"
    return f"{low:.1f}-{high:.1f} {positive}"
