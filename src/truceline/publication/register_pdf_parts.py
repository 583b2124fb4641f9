"""The parts of the register's PDF as plain data: entries, contradictions, events."""

from __future__ import annotations

from typing import Any, Final

from truceline.model.register import Citation, DiplomaticEvent, Entry, Framework, Origin, Review
from truceline.publication import register_words as w
from truceline.publication.reading_page import TYPES
from truceline.publication.register_links import Links
from truceline.publication.register_parties import brief
from truceline.publication.register_view import Dispute, RegisterView
from truceline.publication.tables import figure_words
from truceline.publication.wording import capital

_MOST_WORDS: Final = 220


def origin_data(one: Origin) -> dict[str, Any]:
    """Give the word of an origin, and whether a person stands behind it."""
    return {"word": w.ORIGIN_WORDS[one], "firm": firm(one)}


def firm(one: Origin) -> bool:
    """Tell whether a person stands behind an entry."""
    return one in {Origin.CODED, Origin.CONFIRMED}


def chip_data(entry: Entry) -> dict[str, Any]:
    """Give status and origin, each with its sign or word."""
    return {
        "key": entry.status,
        "sign": w.sign_of(entry),
        "status": w.SHORT_STATUS.get(entry.status, entry.status),
        "origin": origin_data(entry.origin),
    }


def entry_data(entry: Entry, view: RegisterView, links: Links) -> dict[str, Any]:
    """Give one entry with who tells of it."""
    return {
        **chip_data(entry),
        "id": entry.id,
        "domains": capital(w.domain_words(entry.types)),
        "role": w.role_words(entry),
        "summary": entry.summary,
        "condition": capital(entry.condition or "no condition stated"),
        "limits": entry.limits,
        "size": entry.size,
        "said": capital(w.said_words(entry)),
        "sources": [_source(c, links) for c in entry.citations],
        "single": entry.single,
        "unsure": [
            f"{capital(figure_words(v.figure))}: "
            + {"partly": "partly verified", "no": "not verified"}.get(v.state, v.state)
            + (f" ({v.note})" if v.note else "")
            for v in entry.verified
            if v.state != "yes"
        ],
        "reviews": [_review(view, r) for r in entry.reviews],
    }


def _source(c: Citation, links: Links) -> dict[str, str]:
    if links.document(c.source) is None:
        name = c.source if c.outlet == c.source else f"{c.source} ({links.outlet(c.outlet)})"
        return {"name": name, "words": ""}
    place = f", {c.span.start}–{c.span.end}" if c.span else ""
    words = _cut(links.words(c.source, c.span)) if c.span else ""
    return {"name": links.outlet(c.source) + place, "words": words}


def _review(view: RegisterView, review: Review) -> str:
    stale = "; the words have changed since" if review.number in view.stale else ""
    day = w.day_words(review.time.date().isoformat())
    return f"{review.person} {w.ruling_words(review)}, {day}: {review.reason}{stale}"


def dispute_data(one: Dispute, view: RegisterView, links: Links) -> dict[str, Any]:
    """Give one contradiction with all its sides and what persons ruled."""
    item = one.item
    field = capital(item.field.replace("_", " "))
    return {
        "id": one.id,
        "title": f"{field}: {TYPES.get(item.type, item.type)}",
        "sides": [
            {
                "name": links.outlet(s.doc),
                "value": links.value(item.field, s.value),
                "words": _cut(links.words(s.doc, s.span)),
            }
            for s in item.sides
        ],
        "rulings": [_review(view, r) for r in one.rulings],
        "open": one.open,
    }


def event_data(one: DiplomaticEvent, names: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """Give one event, with who took part as each source counts them."""
    counted = []
    for p in one.participants:
        number = f"{p.count} {p.of}" if p.count is not None else f"{p.of}, no number"
        named = ", ".join(brief(names.get(n, (n,))[0]) for n in p.named)
        counted.append(f"By {p.source}: {number}" + (f" ({named})" if named else ""))
    place = f", {one.place}" if one.place else ""
    return {
        "name": one.name,
        "when": f"{capital(one.kind)}{place}; {w.span_words(one.start, one.end)}; {one.id}",
        "summary": one.summary,
        "participants": counted,
        "sources": f"Sources: {', '.join(one.sources) or 'none'}",
    }


def framework_data(one: Framework) -> dict[str, Any]:
    """Give one earlier text."""
    status = w.FRAMEWORK_WORDS.get(one.status, one.status)
    return {
        "name": one.title,
        "when": f"{w.day_words(one.date)}; {status}; {one.id}",
        "terms": list(one.terms),
        "relied": list(one.relied_on_by),
        "sources": f"Sources: {', '.join(one.sources) or 'none'}",
    }


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_WORDS else text[: _MOST_WORDS - 1].rstrip() + "…"
