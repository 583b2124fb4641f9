"""Every place of a document that the register speaks of, in the order of its text."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from truceline.model.article import PledgeProposal, Position, Side, Span, Statement
from truceline.model.register import Entry
from truceline.publication.reading_page import anchor_of
from truceline.publication.register_links import Links, anchor, file_name
from truceline.publication.register_said import Told
from truceline.publication.register_view import Dispute, RegisterView
from truceline.publication.register_words import SHORT_STATUS, domain_words


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the page about a document."""

    anchor: str
    """Id of the place; empty where a line before has it."""
    kind: str
    """``statement``, ``pledge``, ``position``, ``contradiction``."""
    what: str
    span: Span
    words: str
    pages: tuple[tuple[str, str], ...]
    """(page, text of the link) of what was made of it."""


def places(view: RegisterView, links: Links, told: tuple[Told, ...]) -> dict[str, list[Place]]:
    """Give the places of each document, by its name."""
    found: defaultdict[str, list[Place]] = defaultdict(list)
    groups = {r.statement.id: one.key for one in told for r in one.reports}
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in view.entries:
        for citation in entry.citations:
            entries[citation.proposal].append(entry)

    def add(doc: str, kind: str, what: str, span: Span, pages: list[tuple[str, str]]) -> None:
        words = links.words(doc, span)
        found[doc].append(Place(anchor_of(span.start), kind, what, span, words, tuple(pages)))

    for s in view.reading.statements:
        add(s.doc, "statement", _said(s), s.span, [_page("statement", groups[s.id], "compare")])
    for p in view.reading.pledges:
        own = [_page("pledge", e.id, f"entry on {e.name}") for e in entries[p.id]]
        add(p.doc, "pledge", _owed(p), p.span, own)
    for q in view.reading.positions:
        add(q.doc, "position", _stand(q), q.span, [])
    for d in view.disputes:
        for side in d.item.sides:
            page = [(f"contradictions.html#{anchor(d.id)}", "both sides")]
            add(side.doc, "contradiction", _differs(links, d, side), side.span, page)
    return {doc: _once(lines) for doc, lines in found.items()}


def _once(lines: list[Place]) -> list[Place]:
    """Sort by place; only the first line of a place carries its anchor."""
    seen: set[str] = set()
    made = []
    for line in sorted(lines, key=lambda p: (p.span.start, p.span.end, p.kind, p.what)):
        own = "" if line.anchor in seen else line.anchor
        seen.add(line.anchor)
        made.append(Place(own, line.kind, line.what, line.span, line.words, line.pages))
    return made


def _page(kind: str, key: str, text: str) -> tuple[str, str]:
    return file_name(kind, key), text


def _differs(links: Links, one: Dispute, side: Side) -> str:
    return f"{one.item.field.replace('_', ' ')}: {links.value(one.item.field, side.value)}"


def _said(s: Statement) -> str:
    role = f", called “{s.role_as_given}”" if s.role_as_given else ""
    return f"{s.speaker}{role}: {s.mode.value}"


def _owed(p: PledgeProposal) -> str:
    status = SHORT_STATUS.get(p.status, p.status)
    return f"{', '.join(p.obligor)}: {domain_words(p.types)}: read as {status}"


def _stand(q: Position) -> str:
    return f"{q.party}: {q.kind.replace('_', ' ')}"
