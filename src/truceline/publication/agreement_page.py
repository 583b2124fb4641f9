"""The page of an agreement: what it says, where and when, and what of it is not verified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Final

from markupsafe import Markup

from truceline.codec.agreement import unverified_figures
from truceline.codec.taxonomy import taxonomy
from truceline.model.agreement import Agreement, Clause, Geometry
from truceline.model.clause_terms import Text
from truceline.publication import agreement_words as w
from truceline.publication import tables, wording
from truceline.publication.agreement_flags import open_flags, said_of
from truceline.publication.agreement_look import SIDES, ZONE, line_colour, side_number
from truceline.publication.agreement_map import map_of
from truceline.publication.agreement_moment import Standing, day, span, standing, zone_of
from truceline.publication.agreement_multiples import distance_maps, zone_maps
from truceline.publication.agreement_shapes import as_of, holding
from truceline.publication.agreement_timeline import overview, panels
from truceline.publication.basemap import coastline
from truceline.publication.html import render_page
from truceline.publication.register import STATUS_SIGNS, STATUS_WORDS, domains_of

_SIGNS: Final = {"partly": "≈", "no": "?"}
_STATES: Final = {"partly": "partly verified", "no": "not verified"}


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause with everything that the page says about it."""

    clause: Clause
    rows: tuple[w.Row, ...]
    standing: Standing
    of_text: tuple[str, ...]
    """Figures of its text that are not fully verified and that it hangs on, in words."""


@dataclass(frozen=True, slots=True)
class Group:
    """Clauses of one text, by kind."""

    text: Text | None
    """Null: the agreement's own."""
    kinds: tuple[tuple[str, tuple[ClauseView, ...]], ...]


def agreement_page(agreement: Agreement, at: datetime) -> bytes:
    """Write the page.

    Args:
        agreement: any agreement, with or without lines, clauses or pledges.
        at: the moment whose versions of lines are drawn and whose duties are said. Aware.
    """
    zone = zone_of(agreement)
    now = as_of(agreement, at)
    views = tuple(_view(now, clause, at, zone) for clause in agreement.clauses)
    far = distance_maps(agreement, at)
    text = render_page(
        "agreement_page.html",
        style=_style(agreement),
        agreement=agreement,
        at=day(at, zone),
        zone=wording.zone_words(at, zone),
        groups=_groups(agreement, views),
        counts=_counts(views),
        map=map_of(agreement, at),
        there=holding(agreement.geometry, at),
        unpublished=[g for g in agreement.geometry if not g.wkb],
        not_now=_not_now(agreement, at),
        far=far,
        own_map={c.id: f"far-{w.slug(one.clauses[0].id)}-map" for one in far for c in one.clauses},
        near=zone_maps(agreement, at),
        when=overview(agreement, at, zone),
        plans=panels(agreement, at, zone),
        precedence=[(c, p) for c in agreement.clauses for p in c.terms.prevails],
        said=said_of(agreement),
        flags=open_flags(agreement),
        bodies=[(b, _tasks(agreement, b.id)) for b in agreement.bodies],
        users=_users(agreement),
        sides=[(p, SIDES[side_number(agreement, p.id)]) for p in agreement.parties],
        sources=list(agreement.sources.items()),
        acts=lambda codes: ", ".join(taxonomy().acts[c].label for c in codes),
        names=lambda ids: w.names(agreement, ids),
        shape=lambda one: w.shape_link(now, one),
        colour=lambda g: line_colour(agreement, g.id) if g.role == "line" else ZONE,
        day=lambda when: day(when, zone),
        span=lambda time: span(time, zone),
        w=w,
        domains=domains_of,
        signs=STATUS_SIGNS,
        statuses=STATUS_WORDS,
        coast_source=coastline()["source"],
        link=lambda text: text if text.startswith(("https://", "http://")) else "",
    )
    return text.encode("utf-8", "replace")


def style_of(*more: str) -> Markup:
    """Give the style of pages of an agreement, with further rules."""
    own = files("truceline.publication").joinpath("templates/agreement_page.css")
    return Markup("\n".join([own.read_text(encoding="utf-8"), *more]))  # noqa: S704 - our own file


def _style(agreement: Agreement) -> Markup:
    """Add the rules by which a chosen clause shows its strip, its lines and its zones."""
    rules = []
    for clause in agreement.clauses:
        key = w.slug(clause.id)
        if clause.terms.keep_back is not None:
            rules.append(f"body:has(#c-{key}:target) #strip-{key} {{ display: inline; }}")
        for shape in _shapes_of(clause):
            on = w.slug(shape)
            rules.append(f"body:has(#c-{key}:target) .shape.on-{on} {{ stroke-width: 4px; }}")
    return style_of(*rules)


def _view(agreement: Agreement, clause: Clause, at: datetime, zone: str) -> ClauseView:
    own = {flag.figure for flag in clause.verified}
    hung = (figure.partition(": ") for figure in unverified_figures(agreement, clause))
    of_text = tuple(
        f"{_SIGNS[state.split()[0]]} {tables.figure_words(name)} of its text: {_STATES[state.split()[0]]}"
        for name, _, state in hung
        if name not in own
    )
    return ClauseView(
        clause, w.rows(agreement, clause, zone), standing(agreement, clause, at, zone), of_text
    )


def _groups(agreement: Agreement, views: tuple[ClauseView, ...]) -> tuple[Group, ...]:
    texts: list[Text | None] = [None, *agreement.texts]
    made = []
    for text in texts:
        own = [v for v in views if v.clause.text == (text.id if text else "")]
        kinds = dict.fromkeys(v.clause.kind for v in own)
        grouped = tuple((k, tuple(v for v in own if v.clause.kind == k)) for k in kinds)
        if own:
            made.append(Group(text, grouped))
    return tuple(made)


def _counts(views: tuple[ClauseView, ...]) -> dict[str, int]:
    found = {"binds": 0, "waits": 0, "partly": 0, "later": 0, "ended": 0, "unknown": 0}
    for one in views:
        found[one.standing.key] += 1
    return found


def _shapes_of(clause: Clause) -> tuple[str, ...]:
    """Give the lines and zones that a clause speaks of."""
    found = [getattr(clause.area, "zone", ""), *getattr(clause.area, "others", ())]
    found.append(getattr(clause.area, "line", ""))
    terms = clause.terms
    if terms.keep_back is not None:
        found += [line for lines in terms.keep_back.baselines.values() for line in lines]
    found += [one.zone for one in (terms.quiet, terms.cap) if one is not None]
    found += [terms.storage.site_zone] if terms.storage is not None else []
    found += [s.zone for s in terms.schedule.stages] if terms.schedule is not None else []
    return tuple(dict.fromkeys(one for one in found if one))


def _users(agreement: Agreement) -> dict[str, list[str]]:
    """Give the clauses that speak of each line and zone."""
    found: dict[str, list[str]] = {g.id: [] for g in agreement.geometry}
    for clause in agreement.clauses:
        for shape in _shapes_of(clause):
            found.setdefault(shape, []).append(clause.id)
    return found


def _not_now(agreement: Agreement, at: datetime) -> list[Geometry]:
    """Give what has a place and does not hold at the moment."""
    return [g for g in agreement.geometry if g.wkb and not g.valid.contains(at)]


def _tasks(agreement: Agreement, body: str) -> list[Clause]:
    return [c for c in agreement.clauses if c.terms.body == body or body in c.binds]
