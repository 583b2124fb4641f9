"""The publication grid: cells never narrower than the procedure says, nested by powers of two."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

_POLAR_DEGREE_M: Final = 110_574.0
"""Shortest degree of latitude (at the equator), so that no cell is lower than asked. Unit: m."""
_RADIUS_M: Final = 6_378_137.0
"""Equatorial radius: a parallel is never shorter than that of a sphere of this size. Unit: m."""
TOP_LEVEL: Final = 6
"""Cells of level L are 2**L cells wide and high; 64 at the top."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One cell of the grid."""

    level: int
    """0 is the finest."""
    row: int
    column: int
    lon: float
    """Centre. Unit: deg."""
    lat: float
    """Centre. Unit: deg."""
    size_m: float
    """Nominal width and height, which no cell falls short of. Unit: m."""


def cell_of(lon: float, lat: float, grid_m: float, level: int = 0) -> Cell:
    """Give the cell that holds a point.

    Rows run from the south pole. Within a band of 64 rows all columns are alike, so that cells of
    a coarser level hold whole cells of a finer one. Within 64 cells of a pole, columns may be
    narrower than ``grid_m``.

    Args:
        lon: any longitude. Unit: deg.
        lat: -90..90. Unit: deg.
        grid_m: width of a cell of level 0, more than 0. Unit: m.
        level: 0..``TOP_LEVEL``.

    Raises:
        ValueError: when the position or the grid is impossible.

    >>> cell = cell_of(37.8, 48.0, 1000.0)
    >>> cell_of(cell.lon, cell.lat, 1000.0) == cell
    True
    """
    if not -90.0 <= lat <= 90.0 or not math.isfinite(lon):
        raise ValueError(f"no such position: lon {lon}, lat {lat}")
    if not grid_m > 0.0 or not 0 <= level <= TOP_LEVEL:
        raise ValueError(f"a grid of {grid_m} m at level {level} is impossible")
    step_lat = grid_m / _POLAR_DEGREE_M
    row = int((lat + 90.0) / step_lat) >> level
    step_lon = 360.0 / _columns(row >> (TOP_LEVEL - level), step_lat, grid_m)
    column = int(((lon + 180.0) % 360.0) / step_lon) >> level
    span = 2**level
    return Cell(
        level,
        row,
        column,
        (column + 0.5) * span * step_lon - 180.0,
        min((row + 0.5) * span * step_lat - 90.0, 90.0),
        grid_m * span,
    )


def _columns(band: int, step_lat: float, grid_m: float) -> int:
    """How many cells of level 0 go round in a band of rows: a multiple of the top cell's."""
    span = 2**TOP_LEVEL
    edges = (band * span * step_lat - 90.0, (band + 1) * span * step_lat - 90.0)
    poleward = min(max(abs(edge) for edge in edges), 89.9)
    around_m = 2.0 * math.pi * _RADIUS_M * math.cos(math.radians(poleward))
    return max(int(around_m / grid_m) // span, 1) * span


def told_apart(
    positions: dict[str, tuple[float, float]], grid_m: float, least: int
) -> dict[str, Cell | None]:
    """Choose for each incident the finest cell in which at least ``least`` are published alike.

    From the finest level up: those of a cell that holds too few wait for the next level, where
    they join those who wait beside them. Whoever subtracts the finer cells from a coarser one is
    left with at least ``least`` incidents, so differencing tells nothing more. Those who still
    wait at the top get no cell.

    Args:
        positions: lon, lat by incident. Unit: deg.
        grid_m: width of a cell of level 0. Unit: m.
        least: of the procedure; 0 and 1 suppress nothing.

    Raises:
        ValueError: when a position or the grid is impossible.

    >>> told_apart({}, 1000.0, 3)
    {}
    """
    result: dict[str, Cell | None] = {}
    waiting = sorted(positions)
    for level in range(TOP_LEVEL + 1):
        together: dict[Cell, list[str]] = {}
        for key in waiting:
            together.setdefault(cell_of(*positions[key], grid_m, level), []).append(key)
        waiting = []
        for cell, keys in together.items():
            if len(keys) >= least:
                result.update(dict.fromkeys(keys, cell))
            else:
                waiting.extend(keys)
    result.update(dict.fromkeys(waiting))
    return result
