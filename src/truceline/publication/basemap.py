"""The frame of a map: local equidistant plane, coastline only, graticule, scale."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import shapely
from markupsafe import Markup

from truceline.geodesy import to_plane
from truceline.model.place import BoundingBox
from truceline.publication.svg import INK, MUTED, el, path

_STEPS_DEG: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of the plane about (``lon``, ``lat``), drawn ``width`` units wide."""

    box: BoundingBox
    """What it must hold."""
    width: float
    height: float
    scale: float
    """Units of the drawing per metre."""
    lon: float
    lat: float
    east_m: float
    """Middle of the rectangle on the plane. Unit: m."""
    north_m: float

    def place(self, points: Points) -> list[tuple[float, float]]:
        """Project lon/lat (deg) to the drawing, y downwards."""
        lon, lat = zip(*points, strict=True)
        east, north = to_plane(self.lon, self.lat, lon, lat)
        x = self.width / 2 + (east - self.east_m) * self.scale
        y = self.height / 2 - (north - self.north_m) * self.scale
        return list(zip(x.tolist(), y.tolist(), strict=True))

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a drawn point lies inside."""
        return 0.0 <= x <= self.width and 0.0 <= y <= self.height


def frame_of(box: BoundingBox, width: float, low: float, high: float) -> Frame:
    """Fit a frame about a box.

    Args:
        box: what it must hold.
        width: of the drawing.
        low: least height of the drawing.
        high: greatest height of the drawing.
    """
    lon, lat = (box.west + box.east) / 2, (box.south + box.north) / 2
    edge = np.linspace(0.0, 1.0, 9)
    lons = np.concatenate(
        [box.west + edge * (box.east - box.west)] * 2 + [np.full(9, box.west), np.full(9, box.east)]
    )
    lats = np.concatenate(
        [np.full(9, box.south), np.full(9, box.north)]
        + [box.south + edge * (box.north - box.south)] * 2
    )
    east, north = to_plane(lon, lat, lons, lats)
    wide, tall = float(np.ptp(east)), float(np.ptp(north))
    height = min(max(width * tall / max(wide, 1.0), low), high)
    scale = min(width / max(wide, 1.0), height / max(tall, 1.0))
    middle = (float(east.max() + east.min()) / 2, float(north.max() + north.min()) / 2)
    return Frame(box, width, height, scale, lon, lat, *middle)


@cache
def coastline() -> dict[str, Any]:
    """Read the coastline that ships with the package (``tools/make_coastline.py``)."""
    text = files("truceline.publication").joinpath("coastline.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def water_and_land(frame: Frame) -> Iterator[Markup]:
    """Draw water, land and coast where the coastline is known; nothing where it is not."""
    west, south, east, north = coastline()["box"]
    seen = shapely.box(-20.0, -20.0, frame.width + 20.0, frame.height + 20.0)
    edge = [(west + k * (east - west) / 24, south) for k in range(25)]
    edge += [(east - k * (east - west) / 24, north) for k in range(25)]
    known = shapely.Polygon(frame.place(edge)).intersection(seen)
    if known.is_empty:
        return
    yield el("path", d=_outlines(known), fill="#e9f0f4")
    for rings in coastline()["land"]:
        drawn = shapely.Polygon(frame.place(rings[0]), [frame.place(r) for r in rings[1:]])
        land = shapely.make_valid(drawn).intersection(seen)
        if not land.is_empty:
            yield el("path", d=_outlines(land), fill="#fbfaf6", fill_rule="evenodd")
        for ring in rings:
            for part in _coasts(ring, (west, south, east, north)):
                line = shapely.LineString(frame.place(part)).intersection(seen)
                for piece in getattr(line, "geoms", [line]):
                    if not piece.is_empty and piece.geom_type == "LineString":
                        yield el(
                            "path",
                            d=path(list(piece.coords)),
                            fill="none",
                            stroke="#8fa3b0",
                            stroke_width=0.9,
                        )


def _outlines(area: Any) -> str:
    polygons = [g for g in getattr(area, "geoms", [area]) if g.geom_type == "Polygon"]
    rings = [ring for g in polygons for ring in (g.exterior, *g.interiors)]
    return "".join(path(list(ring.coords)[:-1], closed=True) for ring in rings)


def _coasts(ring: Points, box: Sequence[float]) -> Iterator[list[tuple[float, float]]]:
    """Yield the parts of a ring that are coast, not the edge of the clipped data."""
    west, south, east, north = box
    run: list[tuple[float, float]] = []
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        cut = (x0 == x1 and x0 in (west, east)) or (y0 == y1 and y0 in (south, north))
        if cut:
            if len(run) > 1:
                yield run
            run = []
        else:
            run = run or [(x0, y0)]
            run.append((x1, y1))
    if len(run) > 1:
        yield run


def graticule(frame: Frame) -> Iterator[Markup]:
    """Draw meridians and parallels with their degrees at the edge."""
    box = frame.box
    span = max(box.east - box.west, 1.4 * (box.north - box.south))
    step = next((s for s in _STEPS_DEG if span / s <= 8), _STEPS_DEG[-1])
    margin = 0.6 * span
    for lon in _multiples(box.west - margin, box.east + margin, step):
        points = frame.place(
            [
                (lon, lat)
                for lat in np.linspace(
                    max(box.south - margin, -89), min(box.north + margin, 89), 60
                )
            ]
        )
        yield from _grid_line(frame, points, _degrees(lon, step, "E", "W"), bottom=True)
    for lat in _multiples(max(box.south - margin, -89), min(box.north + margin, 89), step):
        points = frame.place(
            [(lon, lat) for lon in np.linspace(box.west - margin, box.east + margin, 60)]
        )
        yield from _grid_line(frame, points, _degrees(lat, step, "N", "S"), bottom=False)


def _grid_line(frame: Frame, points: Points, label: str, *, bottom: bool) -> Iterator[Markup]:
    yield el("path", d=path(points), fill="none", stroke="#b9c2c8", stroke_width=0.5)
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        edge = frame.height - 4.0 if bottom else 4.0
        a, b = (y0, y1) if bottom else (x0, x1)
        if min(a, b) <= edge < max(a, b):
            share = (edge - a) / (b - a)
            x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            if frame.holds(x, y) and (not bottom or 40 < x < frame.width * 0.78):
                yield el(
                    "text",
                    label,
                    x=x + (3.0 if bottom else 0.0),
                    y=y - (0.0 if bottom else 3.0),
                    font_size=10,
                    fill=MUTED,
                )
            return


def _multiples(low: float, high: float, step: float) -> Iterator[float]:
    for k in range(math.ceil(low / step), math.floor(high / step) + 1):
        yield round(k * step, 6)


def _degrees(value: float, step: float, positive: str, negative: str) -> str:
    places = 0 if step >= 1 else 1 if step >= 0.1 else 2
    if positive == "E":  # longitudes run on across the antimeridian
        value = (value + 180.0) % 360.0 - 180.0
    return f"{abs(value):.{places}f}° {positive if value >= 0 else negative}"


def scale_bar(frame: Frame) -> Markup:
    """Draw a bar of a round length at the lower right; distances hold near the middle."""
    target = frame.width / 6 / frame.scale
    power = 10.0 ** math.floor(math.log10(target))
    metres = max(m * power for m in (1.0, 2.0, 5.0) if m * power <= target)
    long = metres * frame.scale
    x, y = frame.width - long - 18.0, frame.height - 16.0
    text = f"{metres / 1000:g} km"
    return el(
        "g",
        el(
            "rect",
            x=x - 8.0,
            y=y - 18.0,
            width=long + 16.0,
            height=27.0,
            fill="#ffffff",
            fill_opacity=0.85,
        ),
        el(
            "path",
            d=f"M{x:.1f} {y - 4:.1f}V{y:.1f}H{x + long:.1f}V{y - 4:.1f}",
            fill="none",
            stroke=INK,
            stroke_width=1.2,
        ),
        el("text", text, x=x + long / 2, y=y - 6.0, font_size=11, text_anchor="middle", fill=INK),
    )
