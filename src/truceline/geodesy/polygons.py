"""Many positions against many polygons, exactly.

Edges are straight in longitude and latitude, as GeoJSON (RFC 7946) says, and longitudes are angles:
a polygon across the antimeridian is cut in two, or runs on past 180 degrees, or jumps from 179 to
-179. A position on an edge or corner, of a hole too, counts as inside (shapely's ``covers``), or
with ``edge_inside=False`` as outside (shapely's ``contains``).

>>> from shapely import box
>>> index = PolygonIndex.build([box(30, 50, 31, 51), box(30.5, 50, 32, 51)])
>>> index.count(np.array([30.0, 30.7, 40.0]), np.array([50.5, 50.5, 50.5])).tolist()
[2, 1]
>>> index.first(np.array([30.7, 31.5, 40.0]), np.array([50.5, 50.5, 50.5])).tolist()
[0, 1, -1]
>>> PolygonIndex.build([]).count(np.array([30.0]), np.array([50.0])).tolist()
[]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import ArrayLike

from truceline.geodesy.grid import Floats, Ints, Longs, count_cells, list_cells
from truceline.geodesy.inside import count_inside, first_inside, how_many_around, which_around
from truceline.geodesy.kernel import BLOCK, THREADS, in_threads
from truceline.geodesy.rings import checked, edges_of, positions
from truceline.geodesy.sets import scattered
from truceline.geodesy.sweep import Cells, sweep

_CELLS: Final = (1 << 10, 1 << 22)
"""Fewest and most cells."""
_CELLS_PER_EDGE: Final = 32
_LISTED: Final = 1 << 24
"""Most edges in cells, before the grid is made coarser."""


@dataclass(frozen=True, slots=True)
class PolygonIndex:
    """Polygons prepared for millions of positions; see the module for what inside means."""

    polygons: int
    """How many there are; in results they are numbered from 0."""
    edge_inside: bool
    _cells: Cells

    @classmethod
    def build(
        cls, polygons: Sequence[shapely.Geometry], *, edge_inside: bool = True
    ) -> PolygonIndex:
        """Prepare polygons and multipolygons in lon/lat; they may overlap, touch or be empty.

        Raises:
            ValueError: when one is no polygon or not valid; the message names which and where.
        """
        given = checked(polygons)
        edges, owner = edges_of(given)
        return cls(len(given), edge_inside, _prepared(edges, owner, len(given)))

    def count(self, lon: ArrayLike, lat: ArrayLike, *, threads: int = THREADS) -> Longs:
        """Count the positions (deg, shape (n,)) inside each polygon."""
        x, y = positions(lon, lat)
        block = max(-(-len(x) // threads), BLOCK)
        parts = in_threads(
            lambda i, j: count_inside(x[i:j], y[i:j], self._cells, self.polygons, self.edge_inside),
            len(x),
            threads,
            block,
        )
        return np.sum(parts, axis=0, dtype=np.int64) if parts else np.zeros(self.polygons, np.int64)

    def membership(
        self, lon: ArrayLike, lat: ArrayLike, *, threads: int = THREADS
    ) -> tuple[Longs, Ints]:
        """Give the polygons around each position, as compressed rows.

        Returns:
            ``starts``, shape (n + 1,), and ``polygons``: those of position i, ascending, are
            ``polygons[starts[i] : starts[i + 1]]``.
        """
        x, y = positions(lon, lat)
        starts = np.zeros(len(x) + 1, np.int64)
        inside = self.edge_inside
        in_threads(
            lambda i, j: how_many_around(
                x[i:j], y[i:j], self._cells, inside, starts[i + 1 : j + 1]
            ),
            len(x),
            threads,
        )
        np.cumsum(starts, out=starts)
        found = np.empty(int(starts[-1]), np.int32)
        in_threads(
            lambda i, j: which_around(
                x[i:j], y[i:j], self._cells, inside, starts[i : j + 1], found
            ),
            len(x),
            threads,
        )
        return starts, found

    def first(self, lon: ArrayLike, lat: ArrayLike, *, threads: int = THREADS) -> Ints:
        """Give the lowest number of a polygon around each position, or -1."""
        x, y = positions(lon, lat)
        found = np.empty(len(x), np.int32)
        in_threads(
            lambda i, j: first_inside(x[i:j], y[i:j], self._cells, self.edge_inside, found[i:j]),
            len(x),
            threads,
        )
        return found


def _prepared(edges: Floats, owner: Ints, polygons: int) -> Cells:
    if len(edges) == 0:
        edges = np.empty((0, 4))
        low, high = np.zeros(2), np.full(2, -1.0)  # a box that holds nothing
    else:
        corners = edges.reshape(-1, 2)
        low, high = corners.min(axis=0), corners.max(axis=0)
    bounds = np.array([low[0], low[1], high[0], high[1]])
    size = np.maximum(high - low, 1e-9)
    cells = float(np.clip(_CELLS_PER_EDGE * len(edges), *_CELLS))
    while True:
        shape = np.maximum(np.sqrt(cells * size / size[::-1]), 1.0)
        shape = np.minimum(shape, cells).astype(np.int32)
        step = size * (1 + 1e-12) / shape
        slack = 1e-6 * step + 1e-12 * np.maximum(np.maximum(abs(low), abs(high)), 1.0)
        frame = np.concatenate([low, step, slack])
        total, starts = count_cells(edges, frame, shape, _LISTED)
        if total <= _LISTED or cells <= _CELLS[0]:
            break
        cells /= 4
    listed = list_cells(edges, frame, shape, starts)
    return sweep(edges, owner, scattered(polygons), frame, bounds, shape, starts, listed)
