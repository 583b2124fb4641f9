"""One page of the register: its template, with what every page needs beside its own values."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Final

from markupsafe import Markup

from truceline.model.register import Origin
from truceline.publication import register_words as w
from truceline.publication.html import render_page
from truceline.publication.reading_page import TYPES
from truceline.publication.register import DOMAINS
from truceline.publication.register_front import lines_of
from truceline.publication.register_links import Links, anchor, file_name
from truceline.publication.register_parties import brief, party_names
from truceline.publication.register_view import RegisterView

NAVIGATION: Final = (
    ("index.html", "Overview"),
    ("matrix.html", "Matrix and pledges"),
    ("timeline.html", "Time line"),
    ("contradictions.html", "Contradictions"),
    ("events.html", "Events"),
    ("statements.html", "Statements"),
    ("sources.html", "Sources"),
    ("reviews.html", "Reviews"),
)
"""Page of each menu entry and its words."""
Render = Callable[..., bytes]


def renderer(view: RegisterView, links: Links) -> Render:
    """Give a function that fills a template with what every page needs."""
    names = party_names(view)
    style = files("truceline.publication").joinpath("templates/register_pages.css")
    shared = {
        "view": view,
        "links": links,
        "style": Markup(style.read_text(encoding="utf-8")),  # noqa: S704 - our own file
        "navigation": NAVIGATION,
        "page": file_name,
        "anchor": anchor,
        "brief": brief,
        "party_name": lambda key: brief(names.get(key, (key,))[0]),
        "lines_of": lines_of,
        "columns": _columns(view),
        "types": TYPES,
        "w": w,
        "origins": Origin,
        "safe_link": lambda text: text if text.startswith(("https://", "http://")) else "",
        "sources": view.agreement.sources if view.agreement else {},
    }

    def render(template: str, title: str, **values: object) -> bytes:
        text = render_page(f"register_{template}.html", title=title, **shared, **values)
        return text.encode("utf-8", "replace")

    return render


def _columns(view: RegisterView) -> tuple[str, ...]:
    there = {cell.domain for row in view.matrix for cell in row.cells}
    return tuple(kind for kind in DOMAINS if kind in there)
