"""How lines, zones and the strips of parties look, so that every map of an agreement looks alike."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import shapely
from markupsafe import Markup

from truceline.model.agreement import Agreement
from truceline.publication.basemap import Frame
from truceline.publication.svg import INK, el

LINES: Final = ("#1d2126", "#7a3d7d", "#0b5c8c", "#7a5200")
"""Colours of lines, by their place among the lines of the agreement."""
ZONE: Final = "#2f5d3e"
SIDES: Final = ("#0b5c8c", "#a65a00", "#7a3d7d", "#2f6d6a")
"""Colours of parties, by their place in the agreement; hatched apart as well."""
_ANGLES: Final = (45, 135, 0, 90)
Box = tuple[float, float, float, float]


def line_colour(agreement: Agreement, line_id: str) -> str:
    """Give the colour of a line."""
    ids = list(dict.fromkeys(g.id for g in agreement.geometry if g.role == "line"))
    return LINES[ids.index(line_id) % len(LINES)] if line_id in ids else INK


def side_number(agreement: Agreement, party: str) -> int:
    """Give the place of a party among the colours."""
    ids = [p.id for p in agreement.parties]
    return (ids.index(party) if party in ids else len(ids)) % len(SIDES)


def hatches(key: str) -> Markup:
    """Define one hatching a party; ``key`` keeps the names of several drawings apart."""
    made = [
        el(
            "pattern",
            el("rect", width=7, height=7, fill=colour, fill_opacity=0.12),
            el("path", d="M0 0V7", stroke=colour, stroke_width=1.6, stroke_opacity=0.55),
            id=f"{key}-side-{k}",
            width=7,
            height=7,
            patternUnits="userSpaceOnUse",
            patternTransform=f"rotate({_ANGLES[k]})",
        )
        for k, colour in enumerate(SIDES)
    ]
    return el("defs", *made)


def wrapped(text: str, width: int = 24) -> list[str]:
    """Break a label into lines of at most so many letters, where it has spaces.

    >>> wrapped("Line of contact of 19 September 2014")
    ['Line of contact of 19', 'September 2014']
    """
    rows = [""]
    for word in text.split():
        longer = f"{rows[-1]} {word}".strip()
        if len(longer) <= width or not rows[-1]:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def label(
    text: str, x: float, y: float, anchor: str, size: float, fill: str, **more: Any
) -> Markup:
    """Write a label of several lines with a halo; ``y`` is the foot of the first."""
    step = 1.2 * size
    parts = [el("tspan", row, x=x, y=y + k * step) for k, row in enumerate(wrapped(text))]
    look = {"stroke": "#ffffff", "stroke_width": 3.5, "paint_order": "stroke", **more}
    return el("text", *parts, text_anchor=anchor, font_size=size, fill=fill, **look)


def label_line(text: str, x: float, y: float, anchor: str) -> Markup:
    """Write one line with a halo."""
    look = {"stroke": "#ffffff", "stroke_width": 3, "paint_order": "stroke"}
    return el("text", text, x=x, y=y, text_anchor=anchor, font_size=12, fill=INK, **look)


def _box(text: str, x: float, y: float, anchor: str, size: float) -> Box:
    rows = wrapped(text)
    wide = 0.56 * size * max(len(row) for row in rows)
    left = {"start": x, "end": x - wide, "middle": x - wide / 2}[anchor]
    return left - 2.0, y - size, left + wide + 2.0, y + 1.2 * size * (len(rows) - 1) + 0.3 * size


def place(
    text: str,
    spots: Iterable[tuple[float, float, str]],
    taken: list[Box],
    ink: Sequence[shapely.Geometry],
    frame: Frame,
    size: float,
) -> tuple[float, float, str] | None:
    """Choose where a label covers least, and take that place; null without a spot.

    Args:
        text: the label.
        spots: places to try, best first.
        taken: what other labels cover; the choice is added to it.
        ink: drawn lines that a label should not cover.
        frame: the drawing.
        size: of the letters.
    """
    rated = [
        (_cost(_box(text, *spot, size), taken, ink, frame), k, spot) for k, spot in enumerate(spots)
    ]
    if not rated:
        return None
    spot = min(rated)[2]
    taken.append(_box(text, *spot, size))
    return spot


def _cost(box: Box, taken: list[Box], ink: Sequence[shapely.Geometry], frame: Frame) -> float:
    edge = 6.0
    outside = max(
        edge - box[0], box[2] - frame.width + edge, edge - box[1], box[3] - frame.height + edge, 0.0
    )
    shape = shapely.box(*box)
    covered = sum(shape.intersection(shapely.box(*other)).area for other in taken)
    crossed = sum(shape.intersection(one).length for one in ink)
    return float(50.0 * outside + 2.0 * covered + crossed)


def around(shape: shapely.Geometry, size: float, rows: int) -> Iterator[tuple[float, float, str]]:
    """Give places for a label beside a drawn zone: right, left, below, above."""
    west, north, east, south = shape.bounds
    x, y, tall = (west + east) / 2, (north + south) / 2, 1.2 * size * (rows - 1)
    yield from (
        (east + 7.0, y + 0.35 * size - tall / 2, "start"),
        (west - 7.0, y + 0.35 * size - tall / 2, "end"),
        (x, south + 1.2 * size, "middle"),
        (x, north - 0.5 * size - tall, "middle"),
        (x, y + 0.35 * size - tall / 2, "middle"),
        (east + 5.0, south + size, "start"),
        (west - 5.0, north - tall, "end"),
        (east + 5.0, north - tall, "start"),
        (west - 5.0, south + size, "end"),
    )


def along(shape: shapely.Geometry, size: float, rows: int) -> Iterator[tuple[float, float, str]]:
    """Give places for a label beside a drawn line, from its middle outwards."""
    tall = 1.2 * size * (rows - 1)
    longest = max(getattr(shape, "geoms", [shape]), key=lambda part: part.length)
    shares = (0.5, 0.35, 0.65, 0.2, 0.8, 0.08, 0.92)
    for share, away in itertools.product(shares, (9.0, 22.0, 44.0)):
        point = longest.interpolate(share, normalized=True)
        yield point.x + away, point.y - tall / 2 + 0.35 * size, "start"
        yield point.x - away, point.y - tall / 2 + 0.35 * size, "end"
        yield point.x, point.y - away - tall, "middle"
        yield point.x, point.y + away + size, "middle"
