"""The map of incidents: centres of grid cells, circles of uncertainty, lines of the agreement."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Final

import shapely
from markupsafe import Markup

from truceline.model.agreement import Geometry
from truceline.model.place import BoundingBox
from truceline.publication.basemap import (
    Frame,
    frame_of,
    graticule,
    scale_bar,
    water_and_land,
)
from truceline.publication.chart_heat import heat_on_map
from truceline.publication.public import PublicIncident
from truceline.publication.report import Report
from truceline.publication.svg import FAMILY_WORDS, INK, MUTED, band_of, el, figure, mark, path
from truceline.publication.wording import length, plural

_WIDTH: Final = 960.0
_LABELS: Final = 16
_NAMED_WITHIN_M: Final = 30_000.0
"""A place known less well than this gives its name to no point on the map."""
_M_PER_DEG: Final = 111_000.0
_LEAST_M: Final = 400_000.0
"""So wide at least is the map of a theatre that is wider. Unit: m."""
_SHAPE: Final = 0.6
"""Least height of the map, as a share of its least width."""
Box = tuple[float, float, float, float]


def map_of(report: Report) -> Markup | None:
    """Draw the map; null where there is neither an incident with a place, heat, nor a line."""
    placed = [i for i in report.incidents if i.position is not None]
    lines = _in_window(report)
    box = _extent(report, placed, lines)
    if box is None:
        return None
    frame = frame_of(box, _WIDTH, 430.0, 720.0)
    groups = _groups(placed)
    taken: list[Box] = []
    heat = heat_on_map(frame, report)
    marks = list(_marks(frame, groups, taken))
    shapes = list(_geometry(frame, lines))
    parts = [
        *water_and_land(frame),
        *graticule(frame),
        *shapes,
        *_circles(frame, placed),
        *heat,
        *marks,
        *_shape_names(frame, lines, taken),
        *_names(frame, placed, taken),
        scale_bar(frame),
    ]
    if report.synthetic:
        parts.append(
            el("text", "SIMULATED", x=14.0, y=26.0, font_size=15, font_weight=700, fill=MUTED)
        )
    clip = el("clipPath", el("rect", width=frame.width, height=frame.height), id="map-clip")
    border = el(
        "rect",
        x=0.5,
        y=0.5,
        width=frame.width - 1.0,
        height=frame.height - 1.0,
        fill="none",
        stroke="#9aa3ab",
    )
    body = el("g", *parts, clip_path="url(#map-clip)")
    text = _told(report, placed)
    return figure([clip, body, border], frame.width, frame.height, "Map of incidents", text, "map")


def _told(report: Report, placed: list[PublicIncident]) -> str:
    kinds = Counter(i.family for i in placed)
    told = ", ".join(f"{n} {FAMILY_WORDS[name]}" for name, n in sorted(kinds.items()))
    text = f"{plural(len(placed), 'incident')} at the centres of grid cells: {told or 'none'}."
    if report.masked or report.left:
        text += (
            f" {plural(len(report.left), 'detection')} of heat left and {len(report.masked)} "
            "explained by lasting sources, which show neither violations nor compliance."
        )
    return text


def _in_window(report: Report) -> tuple[Geometry, ...]:
    """Lines and zones of which this version held at some time of the reporting window.

    What was agreed and not published cannot be drawn.
    """
    shapes = report.agreement.geometry
    return tuple(g for g in shapes if g.wkb and g.valid.overlap_s(report.window) > 0)


def _extent(
    report: Report, placed: list[PublicIncident], geometry: tuple[Geometry, ...]
) -> BoundingBox | None:
    """Box about incidents, heat and lines, wide enough to show where in the theatre it lies."""
    positions = [i.position for i in placed if i.position]
    positions += [row.position for row in (*report.masked, *report.left)]
    spots = [(p.lon, p.lat) for p in positions]
    lines = [shapely.from_wkb(g.wkb).bounds for g in geometry]
    spots += [(b[0], b[1]) for b in lines] + [(b[2], b[3]) for b in lines]
    if not spots:
        return None
    lons, lats = zip(*spots, strict=True)
    south, north = min(lats), max(lats)
    narrow = max(math.cos(math.radians((south + north) / 2)), 0.1)
    wide = (max(lons) - min(lons)) * narrow
    pad = max(0.06 * max(north - south, wide), 10_000.0 / _M_PER_DEG)
    least = _least_m(report.agreement.theatre) / _M_PER_DEG
    pad_lat = max(pad, (least * _SHAPE - (north - south)) / 2)
    pad_lon = max(pad, (least - wide) / 2) / narrow
    return BoundingBox(
        min(lons) - pad_lon,
        max(south - pad_lat, -89.0),
        max(lons) + pad_lon,
        min(north + pad_lat, 89.0),
    )


def _least_m(theatre: BoundingBox | None) -> float:
    """Least width of the map: that of the theatre, up to 400 km. Unit: m."""
    if theatre is None:
        return 0.0
    narrow = math.cos(math.radians((theatre.south + theatre.north) / 2))
    return min((theatre.east - theatre.west) * narrow * _M_PER_DEG, _LEAST_M)


Groups = dict[tuple[float, float], dict[tuple[str, int], list[PublicIncident]]]


def _groups(placed: list[PublicIncident]) -> Groups:
    """Incidents by cell, then by family and band of probability."""
    found: Groups = defaultdict(lambda: defaultdict(list))
    for i in placed:
        assert i.position is not None
        found[i.position.lon, i.position.lat][i.family, band_of(i.probability)].append(i)
    return found


def _circles(frame: Frame, placed: list[PublicIncident]) -> Iterator[Markup]:
    distinct = {
        (i.position.lon, i.position.lat, i.position.uncertainty_m) for i in placed if i.position
    }
    for lon, lat, radius_m in sorted(distinct):
        ((x, y),) = frame.place([(lon, lat)])
        r = radius_m * frame.scale
        if r > 5.0:
            yield el(
                "circle",
                cx=x,
                cy=y,
                r=r,
                fill="#47525c",
                fill_opacity=0.045,
                stroke="#47525c",
                stroke_opacity=0.28,
                stroke_width=0.7,
            )


def _marks(frame: Frame, groups: Groups, taken: list[Box]) -> Iterator[Markup]:
    for (lon, lat), kinds in sorted(groups.items()):
        ((x, y),) = frame.place([(lon, lat)])
        ordered = sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
        for k, ((family, band), found) in enumerate(ordered):
            angle = 2 * math.pi * k / len(ordered) - math.pi / 2
            away = 0.0 if len(ordered) == 1 else 7.0 + len(ordered)
            r = min(4.2 + 1.7 * math.sqrt(len(found) - 1), 12.0)
            cx, cy = x + away * math.cos(angle), y + away * math.sin(angle)
            taken.append((cx - r, cy - r, cx + r, cy + r))
            yield mark(family, cx, cy, r, band, _title(found))


def _title(found: list[PublicIncident]) -> str:
    first = found[0]
    low, high = min(i.probability for i in found), max(i.probability for i in found)
    chance = f"{low:.2f}" if low == high else f"{low:.2f} to {high:.2f}"
    where = first.place or first.area
    cell = length(first.position.cell_m) if first.position else ""
    kinds = ", ".join(sorted({i.kind_label for i in found}))
    return (
        f"{plural(len(found), 'incident')}: {kinds}; {where}; cell of {cell}; probability {chance}"
    )


def _names(frame: Frame, placed: list[PublicIncident], taken: list[Box]) -> Iterator[Markup]:
    """Write the most frequent names where they cover neither a sign nor another name."""
    counted: Counter[tuple[str, float, float]] = Counter()
    for i in placed:
        if i.place and i.position and i.position.uncertainty_m <= _NAMED_WITHIN_M:
            counted[_short(i.place), i.position.lon, i.position.lat] += 1
    written: set[str] = set()
    for (name, lon, lat), _ in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        if len(written) >= _LABELS or name in written:
            continue
        ((x, y),) = frame.place([(lon, lat)])
        for dx, dy, anchor in (
            (11.0, 4.0, "start"),
            (-11.0, 4.0, "end"),
            (0.0, -11.0, "middle"),
            (0.0, 19.0, "middle"),
        ):
            box = _text_box(name, x + dx, y + dy, anchor)
            inside = frame.holds(box[0], box[1]) and frame.holds(box[2], box[3])
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                written.add(name)
                yield _halo(name, x + dx, y + dy, anchor)
                break


def _short(name: str) -> str:
    first = name.split(",", maxsplit=1)[0].split("(", maxsplit=1)[0].strip()
    return first if len(first) <= 22 else first[:21].rstrip() + "…"


def _text_box(name: str, x: float, y: float, anchor: str) -> Box:
    wide = 6.3 * len(name)
    left = {"start": x, "end": x - wide, "middle": x - wide / 2}[anchor]
    return left, y - 10.0, left + wide, y + 3.0


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _halo(text: str, x: float, y: float, anchor: str, **style: Any) -> Markup:
    look = {
        "font_size": 11,
        "fill": INK,
        "stroke": "#ffffff",
        "stroke_width": 3,
        "stroke_opacity": 0.85,
        "paint_order": "stroke",
        **style,
    }
    return el("text", text, x=x, y=y, text_anchor=anchor, **look)


def _geometry(frame: Frame, geometry: tuple[Geometry, ...]) -> Iterator[Markup]:
    """Draw zones and lines of the agreement, disputed ones dashed."""
    for shape in _ordered(geometry):
        zone = shape.role == "zone"
        for points in _drawn(frame, shape):
            yield el(
                "path",
                el("title", _label(shape)),
                d=path(points, closed=zone),
                fill="#3d4a57" if zone else "none",
                fill_opacity=0.07 if zone else None,
                stroke="#3d4a57",
                stroke_width=1.2 if zone else 2.0,
                stroke_dasharray="7 5" if shape.disputed else None,
            )


def _ordered(geometry: tuple[Geometry, ...]) -> list[Geometry]:
    return sorted(geometry, key=lambda g: (g.role != "zone", g.id, g.valid))


def _label(shape: Geometry) -> str:
    return shape.label + (" (disputed)" if shape.disputed else "")


def _drawn(frame: Frame, shape: Geometry) -> list[list[tuple[float, float]]]:
    """The outlines of a zone or the parts of a line, projected."""
    parts = shapely.from_wkb(shape.wkb)
    rings = [
        part.exterior if part.geom_type == "Polygon" else part
        for part in getattr(parts, "geoms", [parts])
    ]
    return [frame.place([(x, y) for x, y, *_ in ring.coords]) for ring in rings]


def _shape_names(
    frame: Frame, geometry: tuple[Geometry, ...], taken: list[Box]
) -> Iterator[Markup]:
    """Name zones and lines where the name covers no sign, at the first place that is free."""
    look: dict[str, Any] = {"font_style": "italic", "fill": "#3d4a57"}
    for shape in _ordered(geometry):
        label = _label(shape)
        spots = list(_label_spots(frame, shape, label))
        free = (s for s in spots if _is_free(frame, s, label, taken))
        spot = next(free, spots[0] if spots else None)
        if spot is not None:
            taken.append(_text_box(label, *spot, "start"))
            yield _halo(label, *spot, "start", **look)


def _label_spots(frame: Frame, shape: Geometry, label: str) -> Iterator[tuple[float, float]]:
    wide = 6.3 * len(label)
    for points in _drawn(frame, shape):
        xs, ys = zip(*points, strict=True)
        if shape.role == "zone":  # below it, above it, then inside
            middle = (min(xs) + max(xs) - wide) / 2
            yield middle, max(ys) + 14.0
            yield middle, min(ys) - 6.0
            yield min(xs) + 6.0, max(ys) - 6.0
        else:
            last = len(points) - 1
            for k in (last // 2, last // 4, (3 * last) // 4, 0, last):
                for dy in (-8.0, 16.0):
                    yield points[k][0] + 6.0, points[k][1] + dy
                    yield points[k][0] - 6.0 - wide, points[k][1] + dy


def _is_free(frame: Frame, spot: tuple[float, float], label: str, taken: list[Box]) -> bool:
    box = _text_box(label, *spot, "start")
    inside = frame.holds(box[0], box[1]) and frame.holds(box[2], box[3])
    return inside and not any(_overlap(box, other) for other in taken)
