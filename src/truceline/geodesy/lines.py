"""Distance to a line and side of it, for millions of positions.

A line is straight in longitude and latitude between its vertices, as GeoJSON (RFC 7946) says; where
a step is wider than 180 degrees it crosses the antimeridian. Distances are those along the geodesic
to the nearest point of the line, to a millionth of their length up to 200 km. Left and right are in the
direction of the vertices. Where a vertex is nearest, the side is that of the mean of its two
segments' normals, the one choice that is right for sharp bends; beyond a loose end it is that of
the last segment drawn on.

>>> from shapely import LineString
>>> index = LineIndex.build(LineString([(30, 50), (31, 50)]))
>>> [round(float(d)) for d in index.signed_m(np.array([30.5, 30.5]), np.array([50.1, 49.9]))]
[11123, -11123]
>>> index.distance_m(np.array([]), np.array([])).tolist()
[]
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from truceline.geodesy.grid import Floats, Ints
from truceline.geodesy.kernel import THREADS, in_threads, kernel
from truceline.geodesy.nearest import Tree, chord_distance2, grow, leaf_of
from truceline.geodesy.rings import positions
from truceline.geodesy.segments import SAG_M, Segments, segments_of
from truceline.geodesy.space import A_M, E2, arc_m, in_space

_CLOSE_M: Final = 10_000.0
"""Nearer than this, segments that seem equally near are compared by the line itself. Unit: m."""


@dataclass(frozen=True, slots=True)
class LineIndex:
    """A line prepared for millions of positions."""

    segments: Segments
    tree: Tree

    @classmethod
    def build(cls, line: shapely.Geometry) -> LineIndex:
        """Prepare a (multi)line or a point in lon/lat.

        Raises:
            ValueError: when it is no line, or empty.
        """
        cut = segments_of(line)
        lon = cut.ends[:, 0]
        middle = math.degrees(float(lon.min() + lon.max()) / 2)
        return cls(cut, grow(cut.chords, middle - 180.0, 2 * SAG_M))

    def distance_m(self, lon: ArrayLike, lat: ArrayLike, *, threads: int = THREADS) -> Floats:
        """Give the distances of positions (deg, shape (n,)). Unit: m."""
        return self.nearest(lon, lat, threads=threads)[0]

    def signed_m(self, lon: ArrayLike, lat: ArrayLike, *, threads: int = THREADS) -> Floats:
        """Give the distances of positions (deg), negative to the right of the line. Unit: m."""
        distance, side, _ = self.nearest(lon, lat, threads=threads)
        return np.copysign(distance, side)

    def nearest(
        self, lon: ArrayLike, lat: ArrayLike, *, threads: int = THREADS
    ) -> tuple[Floats, NDArray[np.int8], Ints]:
        """Give distance (m), side and nearest segment of positions (deg, shape (n,)).

        Returns:
            distances; 1 left, -1 right, 0 on the line or straight beyond its end; and the number of
            the segment, counted through all parts of the line.
        """
        x, y = positions(lon, lat)
        distance, side = np.empty(len(x)), np.empty(len(x), np.int8)
        segment = np.empty(len(x), np.int32)
        in_threads(
            lambda i, j: _nearest(
                x[i:j], y[i:j], self.segments, self.tree, distance[i:j], side[i:j], segment[i:j]
            ),
            len(x),
            threads,
        )
        return distance, side, segment


@kernel
def _nearest(
    lon: Floats,
    lat: Floats,
    segments: Segments,
    tree: Tree,
    distance: Floats,
    sides: NDArray[np.int8],
    of: Ints,
) -> None:
    for i in range(len(lon)):
        found, left, segment = nearest_to(lon[i], lat[i], segments, tree)
        distance[i], of[i] = found, segments.of[segment]
        sides[i] = 1 if left > 0.0 else (-1 if left < 0.0 else 0)


@kernel
def nearest_to(lon: float, lat: float, segments: Segments, tree: Tree) -> tuple[float, float, int]:
    """Give distance (m), a number whose sign is the side, and the piece nearest to a position."""
    x, y, z = in_space(math.radians(lon), math.radians(lat))
    leaf = leaf_of(lon, lat, tree)
    first, last = tree.start[leaf], tree.start[leaf + 1]
    least, part, segment = np.inf, 0.0, tree.listed[first]
    for k in range(first, last):
        square, t = chord_distance2(x, y, z, segments.chords[tree.listed[k]])
        if square < least:
            least, part, segment = square, t, tree.listed[k]
    least = math.sqrt(least)
    away, left = _refined(x, y, z, segments, segment, part)
    if least < _CLOSE_M:
        most = (least + 2.0 * SAG_M) ** 2
        for k in range(first, last):
            other = tree.listed[k]
            square, t = chord_distance2(x, y, z, segments.chords[other])
            if square <= most and other != segment:
                near, near_left = _refined(x, y, z, segments, other, t)
                if near < away:
                    away, left, segment = near, near_left, other
    return away, left, segment


@kernel
def _refined(
    x: float, y: float, z: float, segments: Segments, segment: int, part: float
) -> tuple[float, float]:
    """Give the distance (m) of a position in space to a piece of the line itself, and the side.

    The foot is sought along the line by Newton's method from the foot on the chord; one step
    is enough but close to the line.
    """
    lon, lat, step_lon, step_lat = segments.ends[segment]
    chord, left, radius = 0.0, 0.0, A_M
    for _ in range(8):
        sin, cos = math.sin(lat + part * step_lat), math.cos(lat + part * step_lat)
        sin_lon, cos_lon = math.sin(lon + part * step_lon), math.cos(lon + part * step_lon)
        w2 = 1.0 - E2 * sin * sin
        n = A_M / math.sqrt(w2)
        radius = n * math.sqrt((1.0 - E2) / w2)
        dx, dy, dz = x - n * cos * cos_lon, y - n * cos * sin_lon, z - n * (1.0 - E2) * sin
        east = dy * cos_lon - dx * sin_lon
        north = dz * cos - sin * (dx * cos_lon + dy * sin_lon)
        along_e, along_n = n * cos * step_lon, n * (1.0 - E2) / w2 * step_lat
        square = along_e * along_e + along_n * along_n
        chord = math.sqrt(dx * dx + dy * dy + dz * dz)
        if part <= 0.0:
            left = segments.normals[segment, 0] * east + segments.normals[segment, 1] * north
        elif part >= 1.0:
            left = segments.normals[segment, 2] * east + segments.normals[segment, 3] * north
        else:
            left = along_e * north - along_n * east
        if square == 0.0:
            break
        step = (east * along_e + north * along_n) / square
        move = min(max(part + step, 0.0), 1.0) - part
        if move * move * square <= 1e-6 * chord * chord:
            # so little is left to the foot that the ground between is flat
            chord = math.sqrt(max(chord * chord - move * (2.0 * step - move) * square, 0.0))
            break
        part += move
    return arc_m(chord, radius), left
