"""Heat on the map: two small quiet signs, run together where they would cover one another."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from markupsafe import Markup

from truceline.publication.basemap import Frame
from truceline.publication.grid import TOP_LEVEL, cell_of
from truceline.publication.public import PublicHeat
from truceline.publication.report import Report
from truceline.publication.svg import el, path
from truceline.publication.wording import plural

_APART: Final = 9.0
"""Signs closer than this many units of the drawing are run together."""
_LEFT: Final = "#6b5f4a"
_ASIDE: Final = "#7d8790"
_WORDS: Final = {
    "left": "heat seen from space, left after lasting sources are set aside",
    "aside": "heat of lasting sources, set aside",
}


def heat_on_map(frame: Frame, report: Report) -> Iterator[Markup]:
    """Draw the detections at centres of cells: those set aside below those that are left."""
    grid_m = report.agreement.procedure.publication_grid_m
    level = next((k for k in range(TOP_LEVEL) if grid_m * 2**k * frame.scale >= _APART), TOP_LEVEL)
    for name, rows in (("aside", report.masked), ("left", report.left)):
        for (lon, lat), n in sorted(_cells(rows, grid_m, level).items()):
            ((x, y),) = frame.place([(lon, lat)])
            yield _sign(name, x, y, n, f"{plural(n, 'detection')}: {_WORDS[name]}")


def _cells(rows: Iterable[PublicHeat], grid_m: float, level: int) -> Counter[tuple[float, float]]:
    """Count detections by a cell that holds whole cells of the publication grid."""
    found: Counter[tuple[float, float]] = Counter()
    for row in rows:
        cell = cell_of(row.position.lon, row.position.lat, grid_m, level)
        found[cell.lon, cell.lat] += 1
    return found


def _sign(name: str, x: float, y: float, count: int, title: str = "") -> Markup:
    r = min(2.4 + 0.6 * math.sqrt(count - 1), 4.5)
    inside = [el("title", title)] if title else []
    if name == "aside":
        return el(
            "circle", *inside, cx=x, cy=y, r=0.75 * r, fill="none", stroke=_ASIDE, stroke_width=0.9
        )
    cross = path([(x - r, y), (x + r, y)]) + path([(x, y - r), (x, y + r)])
    return el("path", *inside, d=cross, fill="none", stroke=_LEFT, stroke_width=1.3)


def heat_legend(report: Report) -> list[tuple[Markup, str]]:
    """Give sign and words of what :func:`heat_on_map` draws; empty where it draws nothing."""
    there = {"left": report.left, "aside": report.masked}
    return [
        (
            el(
                "svg",
                _sign(name, 8.0, 8.0, 4),
                viewBox="0 0 16 16",
                width=14,
                height=14,
                aria_hidden="true",
                class_="sign",
            ),
            words,
        )
        for name, words in _WORDS.items()
        if there[name]
    ]
