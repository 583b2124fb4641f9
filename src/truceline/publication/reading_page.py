"""Pages of a reading of articles: who says what, who pledges what, where they differ.

Every line leads to its span: the article stands on a page of its own, its proposals marked, its
boilerplate struck out. Everything is a proposal until a person confirms it, and the page says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from truceline.model.article import (
    Document,
    PledgeProposal,
    Position,
    Proposal,
    Reading,
    Span,
    Statement,
)
from truceline.publication.html import render_page
from truceline.publication.register import DOMAINS

TYPES = {
    "true": "a true contradiction",
    "stale_or_wrong": "stale or wrong in one of them",
    "attribution": "told of two speakers",
    "translation_variant": "the same words, translated or cut differently",
    "different_facts": "different facts, no contradiction",
    "compatible": "loose wording, compatible",
}
"""Type of a disagreement to words for the reader."""
_WEAKEST_FIRST = ("ruled_out", "undecided", "considered", "conditional", "pledged")


@dataclass(frozen=True, slots=True)
class Told:
    """One statement, with every outlet that tells it."""

    first: Statement
    words: str
    others: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an article as it is shown."""

    text: str
    css: str
    """Classes: ``said``, ``owed``, ``left-out``; blank for the rest."""
    anchors: tuple[str, ...]
    """Ids of proposals that start here."""


@dataclass(frozen=True, slots=True)
class _Cell:
    status: str
    """The weakest that any article gives, so that nothing shows stronger than it is."""
    differs: bool
    pledges: tuple[PledgeProposal, ...]


def reading_pages(reading: Reading) -> dict[str, bytes]:
    """Write the pages, by file name: ``index.html`` and one page an article."""
    pages = {"index.html": _index(reading)}
    for number, document in enumerate(reading.documents):
        pages[page_of(reading, document.name)] = render_page(
            "article.html", document=document, number=number, pieces=pieces_of(reading, document)
        )
    return {name: text.encode() for name, text in pages.items()}


def page_of(reading: Reading, name: str) -> str:
    """Give the file name of an article's page: its place in the batch, never its own name."""
    return f"article-{[d.name for d in reading.documents].index(name) + 1:03d}.html"


def anchor_of(start: int) -> str:
    """Give the id of the place in an article where a span starts."""
    return f"c{start}"


def pieces_of(reading: Reading, document: Document) -> tuple[Piece, ...]:
    """Cut an article where a proposal or boilerplate starts or ends."""
    proposals: list[Proposal] = [
        p
        for p in (*reading.statements, *reading.pledges, *reading.positions)
        if p.doc == document.name
    ]
    starts = {p.span.start for p in proposals}
    starts |= {
        s.span.start for c in reading.contradictions for s in c.sides if s.doc == document.name
    }
    said = [s.span for s in proposals if isinstance(s, Statement)]
    owed = [p.span for p in proposals if isinstance(p, PledgeProposal)]
    left = [b.span for b in document.boilerplate]
    cuts = {0, len(document.text), *starts}
    for span in (*said, *owed, *left):
        cuts |= {span.start, span.end}
    edges = sorted(cut for cut in cuts if 0 <= cut <= len(document.text))
    return tuple(
        Piece(
            document.text[a:b],
            " ".join(
                css
                for css, spans in (("said", said), ("owed", owed), ("left-out", left))
                if _inside(a, spans)
            ),
            (anchor_of(a),) if a in starts else (),
        )
        for a, b in pairwise(edges)
    )


def _inside(at: int, spans: list[Span]) -> bool:
    return any(span.start <= at < span.end for span in spans)


def _index(reading: Reading) -> str:
    texts = {d.name: d.text for d in reading.documents}
    names = short_names(reading)
    pages = {d.name: page_of(reading, d.name) for d in reading.documents}

    def words(doc: str, span: Span) -> str:
        return " ".join(texts[doc][span.start : span.end].split())

    def link(doc: str, span: Span) -> str:
        return f"{pages[doc]}#{anchor_of(span.start)}"

    domains = [k for k in DOMAINS if any(k in p.types for p in reading.pledges)]
    return render_page(
        "reading.html",
        reading=reading,
        types=TYPES,
        words=words,
        link=link,
        name=names.__getitem__,
        speakers=_speakers(reading, words),
        columns=domains,
        rows=_matrix(reading, domains),
        parties=_parties(reading.positions),
    )


def short_names(reading: Reading) -> dict[str, str]:
    """Give each article a name to call it by: its outlet where known, and its place in the batch."""
    return {
        d.name: f"article {n}" + (f", {d.outlet}" if d.outlet and d.outlet != "unknown" else "")
        for n, d in enumerate(reading.documents, 1)
    }


def _speakers(reading: Reading, words: Callable[[str, Span], str]) -> list[tuple[str, list[Told]]]:
    """Group statements by speaker; what several outlets tell is one line."""
    known = {s.id: s for s in reading.statements}
    leader: dict[str, tuple[Statement, ...]] = {}
    followers: set[str] = set()
    for group in reading.alignments:
        members = tuple(known[m] for m in group.members if m in known)
        leader[members[0].id] = members[1:]
        followers |= {m.id for m in members[1:]}
    found: defaultdict[str, list[Told]] = defaultdict(list)
    for s in reading.statements:
        if s.id not in followers:
            found[s.speaker].append(Told(s, words(s.doc, s.span), leader.get(s.id, ())))
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def _matrix(reading: Reading, domains: list[str]) -> list[tuple[str, list[_Cell | None]]]:
    by_obligor: defaultdict[str, list[PledgeProposal]] = defaultdict(list)
    for p in reading.pledges:
        for who in p.obligor:
            by_obligor[who].append(p)
    return [(who, [_cell(by_obligor[who], kind) for kind in domains]) for who in sorted(by_obligor)]


def _cell(pledges: list[PledgeProposal], kind: str) -> _Cell | None:
    own = tuple(p for p in pledges if kind in p.types)
    if not own:
        return None
    statuses = {p.status for p in own}
    weakest = min(statuses, key=_WEAKEST_FIRST.index)
    return _Cell(weakest, len(statuses) > 1, own)


def _parties(positions: tuple[Position, ...]) -> list[tuple[str, list[Position]]]:
    found: defaultdict[str, list[Position]] = defaultdict(list)
    for p in positions:
        found[p.party].append(p)
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
