"""Lines and zones of an agreement on the plane of a drawing: versions of a day, bands, strips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np
import shapely
import shapely.ops

from truceline.model.agreement import Agreement, Geometry
from truceline.model.place import BoundingBox
from truceline.publication.basemap import Frame
from truceline.publication.svg import path

_DENSE_DEG: Final = 0.05
_M_PER_DEG: Final = 111_000.0
_FINE: Final = 0.08
"""What a drawn outline may be off by, in units of the drawing."""


def holding(geometry: Sequence[Geometry], at: datetime) -> tuple[Geometry, ...]:
    """Give the versions that hold at a moment, lines after zones, in the order of their ids."""
    there = [g for g in geometry if g.valid.contains(at)]
    return tuple(sorted(there, key=lambda g: (g.role != "zone", g.id, g.valid)))


def as_of(agreement: Agreement, at: datetime) -> Agreement:
    """Leave of each line and zone the version of a moment; all where none holds then."""
    now = {g.id for g in agreement.geometry if g.valid.contains(at)}
    kept = [g for g in agreement.geometry if g.id not in now or g.valid.contains(at)]
    return replace(agreement, geometry=tuple(kept))


def box_about(
    shapes: Iterable[shapely.Geometry], least_m: float, extra_m: float = 0.0
) -> BoundingBox | None:
    """Give a box about shapes in lon/lat that is some way wider than they; null without any.

    Args:
        shapes: their longitudes may run on past 180 degrees; each is moved next to the first.
        least_m: least width and height. Unit: m.
        extra_m: room to leave on each side, beside a small share of the width. Unit: m.
    """
    bounds = [shape.bounds for shape in shapes if not shape.is_empty]
    if not bounds:
        return None
    first = bounds[0][0]
    moved = [(b[0] + _turn(first, b[0]), b[1], b[2] + _turn(first, b[0]), b[3]) for b in bounds]
    west, south = min(b[0] for b in moved), min(b[1] for b in moved)
    east, north = max(b[2] for b in moved), max(b[3] for b in moved)
    narrow = max(float(np.cos(np.radians((south + north) / 2))), 0.1)
    wide, tall = (east - west) * narrow, north - south
    pad = extra_m / _M_PER_DEG + 0.06 * max(wide, tall)
    pad_lon = max(pad, (least_m / _M_PER_DEG - wide) / 2) / narrow
    pad_lat = max(pad, (least_m / _M_PER_DEG - tall) / 2)
    return BoundingBox(
        west - pad_lon, max(south - pad_lat, -89.0), east + pad_lon, min(north + pad_lat, 89.0)
    )


def _turn(first: float, lon: float) -> float:
    """Give the whole turns that bring a longitude next to another. Unit: deg."""
    return 360.0 * round((first - lon) / 360.0)


def shape_of(one: Geometry) -> shapely.Geometry:
    """Give the shape in lon/lat; empty where its place is not published."""
    return shapely.from_wkb(one.wkb) if one.wkb else shapely.Point()


def drawn(frame: Frame, shape: shapely.Geometry) -> shapely.Geometry:
    """Project a shape to the drawing; long edges are split first, since they are no straight lines."""
    if shape.is_empty:
        return shape
    dense = shapely.segmentize(shape, _DENSE_DEG)
    return shapely.transform(dense, lambda xy: np.asarray(frame.place([(x, y) for x, y in xy])))


def seen(frame: Frame, shape: shapely.Geometry) -> shapely.Geometry:
    """Cut a drawn shape to the frame and thin it so that no eye sees it."""
    window = shapely.box(-30.0, -30.0, frame.width + 30.0, frame.height + 30.0)
    whole = shape if shape.is_valid else shapely.make_valid(shape)
    return shapely.simplify(whole.intersection(window), _FINE)


def outline(shape: shapely.Geometry) -> str:
    """Write the ``d`` of a path through every ring and line of a drawn shape."""
    written = []
    for part in getattr(shape, "geoms", [shape]):
        if part.geom_type == "Polygon":
            rings = (part.exterior, *part.interiors)
            written += [path(list(ring.coords)[:-1], closed=True) for ring in rings]
        elif part.geom_type == "LineString":
            written.append(path(list(part.coords)))
        elif part.geom_type.startswith(("Multi", "Geometry")):
            written.append(outline(part))
    return "".join(written)


def band(shape: shapely.Geometry, half: float) -> shapely.Geometry:
    """Give what lies within a drawn width of a line, or of the edge of a zone."""
    edge = shape.boundary if shape.geom_type.endswith("Polygon") else shape
    return edge.buffer(half, quad_segs=8)


def side_strip(line: shapely.Geometry, side: str, width: float) -> shapely.Geometry:
    """Give the points of one side of a line that are nearer to it than a width.

    Args:
        line: drawn, y downwards.
        side: ``left`` or ``right`` in the direction of its vertices, as one looks at the map.
        width: in units of the drawing.
    """
    parts = [_half(part, side, width) for part in getattr(line, "geoms", [line])]
    return shapely.union_all(parts)


def _half(line: shapely.LineString, side: str, width: float) -> shapely.Geometry:
    whole = line.buffer(width, quad_segs=16)
    longer = _longer(line, 1.2 * width + 1.0)
    pieces = shapely.ops.split(whole, longer).geoms
    kept = [p for p in pieces if _side_of(longer, p.representative_point()) == side]
    return shapely.union_all(kept)


def _longer(line: shapely.LineString, by: float) -> shapely.LineString:
    """Run a line on at both ends, straight on."""
    xy = np.asarray(line.coords)
    start, end = xy[0] - xy[1], xy[-1] - xy[-2]
    first = xy[0] + by * start / max(float(np.hypot(*start)), 1e-9)
    last = xy[-1] + by * end / max(float(np.hypot(*end)), 1e-9)
    return shapely.LineString([first, *xy, last])


def _side_of(line: shapely.LineString, point: shapely.Point) -> str:
    at = line.project(point)
    step = max(line.length * 1e-6, 1e-6)
    a, b = line.interpolate(max(at - step, 0.0)), line.interpolate(at + step)
    turn = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
    return "left" if turn < 0 else "right"  # y runs downwards
