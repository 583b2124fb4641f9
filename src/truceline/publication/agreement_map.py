"""The map of an agreement at a moment: lines with their error, zones, whose side is which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import shapely
from markupsafe import Markup

from truceline.model.agreement import Agreement, Clause, Geometry
from truceline.publication import agreement_look as look
from truceline.publication.agreement_shapes import (
    band,
    box_about,
    drawn,
    holding,
    outline,
    seen,
    shape_of,
    side_strip,
)
from truceline.publication.agreement_words import names, slug
from truceline.publication.basemap import Frame, frame_of, graticule, scale_bar, water_and_land
from truceline.publication.svg import el, figure
from truceline.publication.wording import length, plural

WIDTH: Final = 720.0
_SIZE: Final = 13.0
_LEAST_M: Final = 12_000.0
_SMALL: Final = 16.0
"""A zone drawn smaller than this is marked by a sign and drawn once more on a map of its own."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One version of a line or zone on the drawing."""

    of: Geometry
    shape: shapely.Geometry
    """Projected and cut to the frame; y downwards."""
    whole: shapely.Geometry
    """Projected, uncut."""

    @property
    def small(self) -> bool:
        """Tell whether it is too small to be seen."""
        west, north, east, south = self.whole.bounds
        return self.of.role == "zone" and max(east - west, south - north) < _SMALL


def drawings(frame: Frame, geometry: tuple[Geometry, ...]) -> tuple[Drawn, ...]:
    """Project what has a place."""
    made = []
    for one in geometry:
        whole = drawn(frame, shape_of(one))
        if not whole.is_empty:
            made.append(Drawn(one, seen(frame, whole), whole))
    return tuple(d for d in made if not d.shape.is_empty)


def map_of(agreement: Agreement, at: datetime) -> Markup | None:
    """Draw the map; null where no line and no zone with a place holds at the moment."""
    there = holding(agreement.geometry, at)
    box = box_about([shape_of(g) for g in there], _LEAST_M)
    if box is None:
        return None
    frame = frame_of(box, WIDTH, 420.0, 760.0)
    shapes = drawings(frame, there)
    parts = [
        look.hatches("map"),
        *water_and_land(frame),
        *graticule(frame),
        *errors(frame, shapes, agreement),
        *_strips(frame, shapes, agreement),
        *bodies(shapes, agreement),
        *labels(frame, shapes, agreement, _SIZE),
        scale_bar(frame),
    ]
    return framed(frame, parts, "Map of lines and zones", told(agreement, shapes), "map")


def told(agreement: Agreement, shapes: tuple[Drawn, ...]) -> str:
    """Say what is on a map, for those who cannot see it."""
    lines = [d for d in shapes if d.of.role == "line"]
    zones = [d for d in shapes if d.of.role == "zone"]
    said = [f"{plural(len(lines), 'line')} and {plural(len(zones), 'zone')}."]
    for one in shapes:
        sides = ""
        if one.of.sides:
            left, right = (names(agreement, [s]) for s in one.of.sides)
            sides = f", {left} to the left and {right} to the right of its direction"
        said.append(f"{one.of.label}{sides}, stated error {length(one.of.sigma_m)}.")
    return " ".join(said)


def framed(frame: Frame, parts: list[Markup], title: str, text: str, key: str) -> Markup:
    """Cut a map to its frame and put a border about it."""
    clip = el("clipPath", el("rect", width=frame.width, height=frame.height), id=f"{key}-clip")
    border = el(
        "rect",
        x=0.5,
        y=0.5,
        width=frame.width - 1.0,
        height=frame.height - 1.0,
        fill="none",
        stroke="#9aa3ab",
    )
    body = el("g", *parts, clip_path=f"url(#{key}-clip)")
    return figure([clip, body, border], frame.width, frame.height, title, text, key)


def errors(frame: Frame, shapes: tuple[Drawn, ...], agreement: Agreement) -> Iterator[Markup]:
    """Draw the stated error of each line and of the edge of each zone as a band."""
    for one in shapes:
        if one.of.sigma_m <= 0:
            continue
        wide = seen(frame, band(one.whole, one.of.sigma_m * frame.scale))
        colour = _colour(agreement, one.of)
        yield el(
            "path",
            el("title", f"{one.of.label}: stated error {length(one.of.sigma_m)}, one sigma"),
            d=outline(wide),
            fill=colour,
            fill_opacity=0.13,
            fill_rule="evenodd",
            class_=f"band on-{slug(one.of.id)}",
        )


def _colour(agreement: Agreement, one: Geometry) -> str:
    return look.line_colour(agreement, one.id) if one.role == "line" else look.ZONE


def bodies(shapes: tuple[Drawn, ...], agreement: Agreement) -> Iterator[Markup]:
    """Draw zones and lines, disputed ones dashed; small zones as a sign."""
    dashes = 0
    for one in shapes:
        colour, zone = _colour(agreement, one.of), one.of.role == "zone"
        title = one.of.label + (" (disputed)" if one.of.disputed else "")
        css = f"shape on-{slug(one.of.id)}"
        if one.small:
            centre = one.whole.centroid
            yield el(
                "circle",
                el("title", title),
                cx=centre.x,
                cy=centre.y,
                r=6.0,
                fill="#ffffff",
                stroke=colour,
                stroke_width=2.4,
                class_=css,
            )
            continue
        yield el(
            "path",
            el("title", title),
            d=outline(one.shape),
            fill=colour if zone else "none",
            fill_opacity=0.14 if zone else None,
            fill_rule="evenodd",
            stroke=colour,
            stroke_width=1.4 if zone else 2.4,
            stroke_dasharray="10 8" if one.of.disputed else None,
            stroke_dashoffset=9 * dashes if one.of.disputed else None,
            stroke_linejoin="round",
            class_=css,
        )
        dashes += one.of.disputed and not zone


def labels(
    frame: Frame, shapes: tuple[Drawn, ...], agreement: Agreement, size: float
) -> Iterator[Markup]:
    """Name lines and zones, and each side of a line by its party."""
    taken: list[look.Box] = []
    ink = [d.shape.boundary if d.of.role == "zone" else d.shape for d in shapes]
    yield from _side_names(frame, shapes, agreement, taken, size)
    for one in sorted(shapes, key=lambda d: d.of.role != "line"):
        rows = len(look.wrapped(one.of.label))
        spots = look.along if one.of.role == "line" else look.around
        spot = look.place(one.of.label, spots(one.shape, size, rows), taken, ink, frame, size)
        if spot is not None:
            colour = _colour(agreement, one.of)
            yield look.label(one.of.label, *spot, size, colour, font_style="italic")


def _side_names(
    frame: Frame,
    shapes: tuple[Drawn, ...],
    agreement: Agreement,
    taken: list[look.Box],
    size: float,
) -> Iterator[Markup]:
    """Write each party's name once, deep on its own side of the first line that tells sides."""
    line = next((d for d in shapes if d.of.sides and d.of.role == "line"), None)
    if line is None:
        return
    window = shapely.box(0.0, 0.0, frame.width, frame.height)
    for side, party in zip(("left", "right"), line.of.sides, strict=True):
        room = side_strip(line.whole, side, 0.35 * frame.width).intersection(window)
        room = room.difference(shapely.union_all([d.shape.buffer(14.0) for d in shapes]))
        if room.is_empty:
            continue
        spot = _middle(room)
        text = names(agreement, [party]).partition(" (")[0]
        fill = look.SIDES[look.side_number(agreement, party)]
        rows = len(look.wrapped(text))
        around = look.around(spot.buffer(1.0), size, rows)
        chosen = look.place(text, around, taken, [d.shape for d in shapes], frame, size)
        if chosen is not None:
            yield look.label(text, *chosen, size, fill, font_weight=600)


def _middle(room: shapely.Geometry) -> shapely.Point:
    """Give the middle of the widest place."""
    largest = max(getattr(room, "geoms", [room]), key=lambda part: part.area)
    return shapely.Point(shapely.maximum_inscribed_circle(largest).coords[0])


def _strips(frame: Frame, shapes: tuple[Drawn, ...], agreement: Agreement) -> Iterator[Markup]:
    """Draw, hidden until its clause is chosen, where a clause lets no weapon stand."""
    for clause in agreement.clauses:
        parts = list(strips_of(frame, shapes, agreement, clause, "map"))
        if parts:
            yield el("g", *parts, class_="strip", id=f"strip-{slug(clause.id)}")


def strips_of(
    frame: Frame, shapes: tuple[Drawn, ...], agreement: Agreement, clause: Clause, key: str
) -> Iterator[Markup]:
    """Draw for each party how far back it must stay, on its own side of its own baseline."""
    said = clause.terms.keep_back
    if said is None:
        return
    lines = {d.of.id: d for d in shapes if d.of.role == "line"}
    for party, baselines in said.baselines.items():
        known = [lines[one] for one in baselines if one in lines and party in lines[one].of.sides]
        for one in known:
            side = ("left", "right")[one.of.sides.index(party)]
            for k, distance in enumerate(distances_of(clause)):
                strip = seen(frame, side_strip(one.whole, side, distance * frame.scale))
                hatch = "none" if k else f"url(#{key}-side-{look.side_number(agreement, party)})"
                yield _strip(strip, agreement, party, distance, hatch, alone=len(known) == 1)


def _strip(
    strip: shapely.Geometry,
    agreement: Agreement,
    party: str,
    distance: float,
    hatch: str,
    *,
    alone: bool,
) -> Markup:
    return el(
        "path",
        el("title", f"{names(agreement, [party])}: {length(distance)} from its baseline"),
        d=outline(strip),
        fill=hatch,
        stroke=look.SIDES[look.side_number(agreement, party)],
        stroke_width=1.2,
        stroke_dasharray=None if alone else "2 3",
    )


def distances_of(clause: Clause) -> tuple[float, ...]:
    """Give the distances that a clause names, greatest first. Unit: m."""
    said = clause.terms.keep_back
    if said is None:
        return ()
    found = {row.distance_m for row in said.systems}
    found |= {said.distance_m} if said.distance_m > 0 else set()
    return tuple(sorted(found, reverse=True))
