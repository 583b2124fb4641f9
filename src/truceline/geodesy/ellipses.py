"""Probability that positions with error lie in a zone, or within a distance of a line.

Each position is a Gaussian on the plane about its mean; the stated error of a zone's edge or of a
line is added in quadrature. Answers differ by less than 0.002 from :func:`~truceline.geodesy.zone_mass`
and :func:`~truceline.geodesy.near_line_mass`, which answer for one.

>>> from shapely import LineString, box
>>> at = Ellipses.of([37.0], [48.0], [1e6], [0.0], [1e6])
>>> ZoneField.build(box(37.0, 47.0, 39.0, 49.0)).mass(at).round(3).tolist()
[0.5]
>>> LineField.build(LineString([(37.0, 47.0), (37.0, 49.0)]), [500.0, 9000.0]).within(at).round(2).tolist()
[[0.38, 1.0]]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike

from truceline.geodesy.gaussians import Ellipses
from truceline.geodesy.grid import Floats
from truceline.geodesy.kernel import THREADS, in_threads
from truceline.geodesy.lines import LineIndex
from truceline.geodesy.outlines import (
    TOLERANCES_M,
    Outlines,
    on_plane_of,
    outlines_of,
    stay,
)
from truceline.geodesy.overlap import line_masses, zone_masses
from truceline.geodesy.polygons import PolygonIndex
from truceline.geodesy.reaches import reach_regions
from truceline.geodesy.rings import checked

__all__ = ["Ellipses", "LineField", "ZoneField"]


@dataclass(frozen=True, slots=True)
class ZoneField:
    """A zone prepared for many ellipses."""

    index: PolygonIndex
    outlines: Outlines

    @classmethod
    def build(cls, zone: shapely.Geometry) -> ZoneField:
        """Prepare a (multi)polygon in lon/lat.

        Raises:
            ValueError: when it is no polygon or not valid; the message says where.
        """
        (given,) = checked([zone])
        west, south, east, north = given.bounds if not given.is_empty else (0.0, 0.0, 0.0, 0.0)
        centre = (west + east) / 2, (south + north) / 2
        plane = on_plane_of(given, centre)
        return cls(PolygonIndex.build([given]), outlines_of([plane], centre, TOLERANCES_M, [stay]))

    def mass(
        self, ellipses: Ellipses, sigma_m: ArrayLike = 0.0, *, threads: int = THREADS
    ) -> Floats:
        """Give the probability that each position lies in the zone, shape (n,).

        Args:
            ellipses: the positions.
            sigma_m: standard error of the zone's edge, one or as many as positions. Unit: m.
            threads: 1 or more.
        """
        e = ellipses
        inside = self.index.first(e.lon, e.lat, threads=threads)
        variance = np.broadcast_to(np.asarray(sigma_m, float) ** 2, e.lon.shape)
        out = np.empty(len(e.lon))
        in_threads(
            lambda i, j: zone_masses(
                e.part(i, j),
                variance[i:j],
                inside[i:j],
                self.outlines,
                out[i:j],
            ),
            len(out),
            threads,
        )
        return out


@dataclass(frozen=True, slots=True)
class LineField:
    """A line and distances from it, prepared for many ellipses."""

    index: LineIndex
    reaches_m: Floats
    outlines: Outlines

    @classmethod
    def build(cls, line: shapely.Geometry, reaches_m: Sequence[float]) -> LineField:
        """Prepare a (multi)line or a point in lon/lat, and distances (m) that are asked about.

        Raises:
            ValueError: when it is no line, or a distance is negative or no number.
        """
        reaches = np.array(reaches_m, np.float64)
        for bad in reaches[~(np.isfinite(reaches) & (reaches >= 0))]:
            raise ValueError(f"a distance of {bad} m from a line is none; give 0 or more")
        index = LineIndex.build(line)
        return cls(index, reaches, reach_regions(line, index, reaches))

    def within(
        self, ellipses: Ellipses, sigma_m: ArrayLike = 0.0, *, threads: int = THREADS
    ) -> Floats:
        """Give the probability that each position lies within each distance; shape (n, distances).

        Args:
            ellipses: the positions.
            sigma_m: standard error of the line, one or as many as positions. Unit: m.
            threads: 1 or more.
        """
        e = ellipses
        variance = np.broadcast_to(np.asarray(sigma_m, float) ** 2, e.lon.shape)
        out = np.empty((len(e.lon), len(self.reaches_m)))
        in_threads(
            lambda i, j: line_masses(
                e.part(i, j),
                variance[i:j],
                self.index.segments,
                self.index.tree,
                self.reaches_m,
                self.outlines,
                out[i:j],
            ),
            len(out),
            threads,
        )
        return out

    def beyond(
        self, ellipses: Ellipses, sigma_m: ArrayLike = 0.0, *, threads: int = THREADS
    ) -> Floats:
        """Give the probability of lying farther away; arguments as of :meth:`within`."""
        return 1.0 - self.within(ellipses, sigma_m, threads=threads)
