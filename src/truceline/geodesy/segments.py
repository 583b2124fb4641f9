"""Lines cut into segments so short that a chord in space is as good as the line."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from truceline.geodesy.rings import running_on
from truceline.geodesy.space import RADIUS_M, all_in_space, all_scales

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
SAG_M: Final = 0.5
"""How far a chord may lie from its line, below it or beside it. Unit: m."""
_MOST_PIECES: Final = 1 << 14
_LINES: Final = ("Point", "LineString", "LinearRing", "MultiLineString", "MultiPoint")


class Segments(NamedTuple):
    """Short pieces of lines that are straight in lon/lat."""

    ends: Floats
    """Longitude and latitude of the start, steps to the end; shape (n, 4). Unit: rad."""
    chords: Floats
    """Start in space, step to the end (m), and 1 / length² of the step; shape (n, 7)."""
    normals: Floats
    """To the left of the start and of the end, east and north, length 0 to 2; shape (n, 4)."""
    of: Ints
    """Number of the segment as given, counted through all parts."""


def segments_of(line: shapely.Geometry, sag_m: float = SAG_M) -> Segments:
    """Cut a (multi)line or point in lon/lat (deg).

    Args:
        line: straight in lon/lat between its vertices; a step of more than 180 deg of longitude is
            taken to cross the antimeridian.
        sag_m: how far a chord may lie from the line. Unit: m.

    Raises:
        ValueError: when it is no line, or empty.
    """
    kind = getattr(line, "geom_type", type(line).__name__)
    if kind not in _LINES or line.is_empty:
        what = f"an empty {kind}" if kind in _LINES else f"a {kind}"
        raise ValueError(f"distances are asked to {what}; give a LineString or MultiLineString")
    parts, first = [], 0
    for part in shapely.get_parts(line):
        xy = shapely.get_coordinates(part)
        parts.append(_part(np.column_stack([running_on(xy[:, 0]), xy[:, 1]]), sag_m, first))
        first += max(len(xy) - 1, 1)
    return Segments(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _part(xy: Floats, sag_m: float, first: int) -> Segments:
    kept = np.concatenate([[True], np.any(xy[1:] != xy[:-1], axis=1)])
    vertices = np.deg2rad(xy[kept])
    if len(vertices) == 1:
        vertices = np.repeat(vertices, 2, axis=0)
    start, step = vertices[:-1], np.diff(vertices, axis=0)
    pieces = np.array([_pieces(a, d, sag_m) for a, d in zip(start, step, strict=True)])
    of = np.repeat(np.arange(len(start)), pieces)
    rank = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = (rank / pieces[of])[:, None]
    begin = start[of] + share * step[of]
    ends = np.column_stack([begin, step[of] / pieces[of][:, None]])
    following = begin + ends[:, 2:]
    following[:-1] = np.where((of[:-1] == of[1:])[:, None], begin[1:], start[of[1:]])
    following[-1] = vertices[-1]
    chord_from = all_in_space(begin[:, 0].copy(), begin[:, 1].copy())
    chord = all_in_space(following[:, 0].copy(), following[:, 1].copy()) - chord_from
    square = np.einsum("ij,ij->i", chord, chord)[:, None]
    inverse = np.divide(1.0, square, out=np.zeros_like(square), where=square > 0)
    return Segments(
        ends,
        np.column_stack([chord_from, chord, inverse]),
        _normals(ends, following, closed=bool(np.all(xy[0] == xy[-1])) and len(begin) > 1),
        (_as_given(kept, len(start))[of] + first).astype(np.int32),
    )


def _as_given(kept: NDArray[np.bool_], segments: int) -> Ints:
    """Give the number, before repeated vertices were dropped, of each segment that is left."""
    if segments == 1 and kept.sum() == 1:
        return np.zeros(1, np.int32)
    return (np.flatnonzero(kept)[1:] - 1).astype(np.int32)


def _pieces(start: Floats, step: Floats, sag_m: float) -> int:
    """Give into how many pieces a segment is cut; it bends most at its end nearer to a pole."""
    high = min(max(abs(start[1]), abs(start[1] + step[1])), math.radians(89.9))
    low = min(abs(start[1]), abs(start[1] + step[1]))
    length = math.hypot(step[0] * math.cos(low), step[1]) * RADIUS_M
    longest = math.sqrt(8 * RADIUS_M * sag_m / (1 + math.tan(high)))
    return min(max(math.ceil(length / longest), 1), _MOST_PIECES)


def _normals(ends: Floats, following: Floats, *, closed: bool) -> Floats:
    """Give the sum of the left normals of both segments at each vertex, of one at a loose end."""
    at_start, at_end = _left(ends, ends[:, 1]), _left(ends, following[:, 1])
    start, end = at_start.copy(), at_end.copy()
    start[1:] += at_end[:-1]
    end[:-1] += at_start[1:]
    if closed:
        start[0] += at_end[-1]
        end[-1] += at_start[0]
    return np.column_stack([start, end])


def _left(ends: Floats, lat: Floats) -> Floats:
    """Give the unit vectors, east and north, to the left of segments at a latitude (rad)."""
    scale = all_scales(lat.copy())
    east, north = ends[:, 2] * scale[:, 0], ends[:, 3] * scale[:, 1]
    length = np.hypot(east, north)
    length[length == 0] = np.inf
    return np.column_stack([-north / length, east / length])
