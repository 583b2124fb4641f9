"""Inline SVG: escaped elements, numbers cut to tenths, the report's palette."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape

COLOURS: Final = {
    "fire": "#b2432f",
    "strike": "#0b5c8c",
    "explosion": "#b57b00",
    "assault": "#7a4a86",
    "heat": "#8f8a80",
    "other": "#4d7a5b",
}
"""Family to colour: apart for the three common kinds of colour blindness, and in grey with shape."""
FAMILY_WORDS: Final = {
    "fire": "fire of weapons",
    "strike": "strikes from the air",
    "explosion": "explosions of undetermined origin",
    "assault": "assaults and other violence",
    "heat": "heat seen from space",
    "other": "anything else",
}
INK: Final = "#1d2126"
MUTED: Final = "#5d646d"
RULE: Final = "#c9cdd2"
IN_FORCE: Final = "#e4ecf2"


def el(name: str, *children: Markup | str, **attributes: object) -> Markup:
    """Make one element; text and attribute values are escaped, ``_`` in names becomes ``-``.

    >>> el("text", "a < b", x=1.26, font_size=9)
    Markup('<text x="1.3" font-size="9">a &lt; b</text>')
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_number(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(escape(child) for child in children)
    if not children:
        return Markup(f"<{name}{written}/>")  # noqa: S704 - each part was escaped above
    return Markup(f"<{name}{written}>{inside}</{name}>")  # noqa: S704 - the same


def words(
    text: str,
    x: float,
    y: float,
    *,
    size: int = 10,
    bold: bool = False,
    anchor: str | None = None,
    fill: str = MUTED,
) -> Markup:
    """Write a text; ``anchor`` is ``middle`` or ``end``, else it starts at ``x``."""
    weight = 600 if bold else None
    return el(
        "text", text, x=x, y=y, font_size=size, font_weight=weight, text_anchor=anchor, fill=fill
    )


def rule(
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    stroke: str = RULE,
    width: float = 0.5,
    dash: str | None = None,
) -> Markup:
    """Draw a straight line."""
    return el(
        "path",
        d=path([(x0, y0), (x1, y1)]),
        fill="none",
        stroke=stroke,
        stroke_width=width,
        stroke_dasharray=dash,
    )


def bar(
    x: float, y: float, width: float, height: float, fill: str, title: str = "", **style: object
) -> Markup:
    """Draw a rectangle."""
    inside = [el("title", title)] if title else []
    return el("rect", *inside, x=x, y=y, width=width, height=height, fill=fill, **style)


def step_of(most: float, ticks: int) -> int:
    """Choose a round step so that at most ``ticks`` of it reach ``most``.

    >>> step_of(23, 6)
    5
    """
    return next(
        s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10**9) if most / s <= ticks
    )


def path(points: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    """Write the ``d`` of a path through points, in tenths of a unit.

    >>> path([(0, 0), (1.26, 2)], closed=True)
    'M0 0L1.3 2Z'
    """
    text = "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    return f"M{text}" + ("Z" if closed else "")


def figure(
    children: Iterable[Markup | str], width: float, height: float, title: str, text: str, key: str
) -> Markup:
    """Wrap children as an image with a title and a description for those who cannot see it."""
    return el(
        "svg",
        el("title", title, id=f"{key}-title"),
        el("desc", text, id=f"{key}-desc"),
        *children,
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        preserveAspectRatio="xMidYMid meet",
        style=f"min-width:{min(width, 560.0):.0f}px",
    )


def mark(family: str, x: float, y: float, radius: float, band: int, title: str = "") -> Markup:
    """Draw one sign: shape and colour by family, filling by probability.

    Args:
        family: of ``COLOURS``.
        x: centre.
        y: centre.
        radius: half the width.
        band: 0 hollow (below 55 %), 1 pale (below 80 %), 2 full.
        title: what a pointer that rests on it is told.
    """
    colour = COLOURS[family]
    look = {
        "fill": ("#ffffff", colour, colour)[band],
        "fill_opacity": (0.85, 0.35, 0.9)[band],
        "stroke": colour,
        "stroke_width": 1.4,
    }
    inside = [el("title", title)] if title else []
    r = radius
    shapes = {
        "strike": [(x, y - 1.15 * r), (x + 1.1 * r, y + 0.85 * r), (x - 1.1 * r, y + 0.85 * r)],
        "explosion": [(x, y - 1.25 * r), (x + 1.25 * r, y), (x, y + 1.25 * r), (x - 1.25 * r, y)],
        "assault": [(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)],
        "other": [(x - 1.1 * r, y - 0.85 * r), (x + 1.1 * r, y - 0.85 * r), (x, y + 1.15 * r)],
    }
    if family in shapes:
        return el("path", *inside, d=path(shapes[family], closed=True), **look)
    return el("circle", *inside, cx=x, cy=y, r=r, **look)


def band_of(probability: float) -> int:
    """Give the band of a probability for :func:`mark`."""
    return 2 if probability >= 0.8 else 1 if probability >= 0.55 else 0


def _number(value: object) -> str:
    if isinstance(value, float):
        rounded = round(value, 1) + 0.0
        return f"{rounded:g}" if abs(rounded) < 1e5 else f"{rounded:.0f}"
    return str(value)
