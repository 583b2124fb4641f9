"""The map of an amendment: the old course dashed and grey, the new one drawn through, the area between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from truceline.model.agreement import Geometry
from truceline.publication import agreement_look as look
from truceline.publication.agreement_map import WIDTH, framed
from truceline.publication.agreement_moves import Move, between
from truceline.publication.agreement_shapes import box_about, drawn, outline, seen, shape_of
from truceline.publication.basemap import Frame, frame_of, graticule, scale_bar, water_and_land
from truceline.publication.svg import el

OLD: Final = "#767d84"
NEW: Final = "#1f4d2e"
MOVED: Final = "#c98a00"
_SIZE: Final = 13.0


def moved_map(moves: tuple[Move, ...], around: tuple[Geometry, ...]) -> Markup | None:
    """Draw the map; null where nothing that has a place differs.

    Args:
        moves: what differs.
        around: what stays as it was, drawn pale for orientation.
    """
    shapes = [shape_of(g) for one in moves for g in (one.before, one.after) if g is not None]
    box = box_about(shapes, 12_000.0)
    if box is None:
        return None
    frame = frame_of(box, WIDTH, 380.0, 700.0)
    parts = [
        *water_and_land(frame),
        *graticule(frame),
        *_around(frame, around),
        *(part for one in moves for part in _move(frame, one)),
        *_names(frame, moves),
        scale_bar(frame),
    ]
    told = [f"{one.label}: {words(one)}." for one in moves]
    return framed(frame, parts, "Map of what moves", " ".join(told), "moved")


def words(one: Move) -> str:
    """Say what happens to a line or zone."""
    if one.before is None:
        return "new"
    if one.after is None:
        return "removed"
    if not one.before.wkb or not one.after.wkb:
        return "its place is published" if one.after.wkb else "its place is no longer published"
    return f"moved; {one.area_km2:,.1f} km² lie between the two courses"


def _around(frame: Frame, around: tuple[Geometry, ...]) -> Iterator[Markup]:
    for one in around:
        shape = seen(frame, drawn(frame, shape_of(one))) if one.wkb else None
        if shape is not None and not shape.is_empty:
            yield el(
                "path",
                el("title", f"{one.label} (as it was)"),
                d=outline(shape),
                fill="none",
                stroke="#b4bac0",
                stroke_width=1.2,
                stroke_dasharray="8 6" if one.disputed else None,
            )


def _move(frame: Frame, one: Move) -> Iterator[Markup]:
    before, after = (drawn(frame, shape_of(g)) if g else None for g in (one.before, one.after))
    if before is not None and after is not None:
        area = seen(frame, between(before, after))
        if not area.is_empty:
            yield el(
                "path",
                el("title", f"{one.label}: moved area"),
                d=outline(area),
                fill=MOVED,
                fill_opacity=0.28,
                fill_rule="evenodd",
                class_="moved-area",
            )
    for shape, colour, dash, wide, name in (
        (before, OLD, "6 5", 2.4, "before"),
        (after, NEW, None, 2.6, "after"),
    ):
        if shape is not None and not shape.is_empty:
            yield el(
                "path",
                el("title", f"{one.label}, {name}"),
                d=outline(seen(frame, shape)),
                fill="none",
                stroke=colour,
                stroke_width=wide,
                stroke_dasharray=dash,
                stroke_linejoin="round",
                class_=f"course-{name}",
            )


def _names(frame: Frame, moves: tuple[Move, ...]) -> Iterator[Markup]:
    taken: list[look.Box] = []
    named = [(one, _named(one)) for one in moves]
    drawn_ = [(one, g, seen(frame, drawn(frame, shape_of(g)))) for one, g in named if g is not None]
    ink = [shape.boundary if g.role == "zone" else shape for _, g, shape in drawn_]
    for one, g, shape in drawn_:
        if shape.is_empty:
            continue
        rows = len(look.wrapped(g.label))
        spots = (look.along if g.role == "line" else look.around)(shape, _SIZE, rows)
        spot = look.place(g.label, spots, taken, ink, frame, _SIZE)
        if spot is not None:
            colour = OLD if one.after is None else NEW
            yield look.label(g.label, *spot, _SIZE, colour, font_style="italic")


def _named(one: Move) -> Geometry | None:
    """Give the version by which a move is named: the new one where it has a place."""
    return one.after if one.after is not None and one.after.wkb else one.before
