"""The pages of the register: matrix, pledges, states, statements, time, contradictions, sources.

Each line leads to its place in the article. Coded, confirmed and proposed entries carry a sign and a
word each; the sign of a proposal stands in brackets.
"""

from __future__ import annotations

from collections import defaultdict

from truceline.errors import WorkflowError
from truceline.model.register import Entry, Origin
from truceline.publication import register_words as w
from truceline.publication.reading_page import reading_pages
from truceline.publication.register_front import front
from truceline.publication.register_links import READING, Links, anchor, file_name
from truceline.publication.register_moments import Moment, moments
from truceline.publication.register_outlets import document_parts, outlet_parts
from truceline.publication.register_parties import (
    brief,
    newest_first,
    party_pages,
)
from truceline.publication.register_places import places
from truceline.publication.register_render import Render, renderer
from truceline.publication.register_said import Told, rows_of, told
from truceline.publication.register_timeline import tall, wide
from truceline.publication.register_view import RegisterView


def register_pages(view: RegisterView) -> dict[str, bytes]:
    """Write the pages, by relative file name; ``index.html`` is the first to read.

    The pages of the reading lie under ``reading/``; they are left out, with every word of the
    articles, where ``view.words`` is false.

    Raises:
        WorkflowError: when the matrix holds a rejected entry, or one that was not known by its day.
    """
    check(view)
    links = Links(view.reading, words=view.words)
    spoken = told(view.reading, links)
    render = renderer(view, links)
    pages = {
        **_overviews(view, spoken, render),
        **_of_entries(view, render),
        **_of_parties(view, spoken, render),
        **_of_statements(spoken, render),
        **_of_documents(view, links, spoken, render),
    }
    if view.words:
        pages |= {READING + name: data for name, data in reading_pages(view.reading).items()}
    return dict(sorted(pages.items()))


def check(view: RegisterView) -> None:
    """See that nothing is shown that must not be.

    Raises:
        WorkflowError: when the matrix holds a rejected entry, or one that was not known by its day.
    """
    for row in view.matrix:
        for cell in row.cells:
            for entry in cell.entries:
                _check(view, entry)


def _check(view: RegisterView, entry: Entry) -> None:
    if entry.origin is Origin.REJECTED:
        raise WorkflowError(
            f"{entry.id} was rejected and stands in the matrix; build the matrix without rejected "
            "entries."
        )
    if entry.known_by is not None and entry.known_by[:10] > view.day:
        raise WorkflowError(
            f"{entry.id} is known since {entry.known_by} and stands in the matrix of {view.day}; "
            "build the matrix for that day."
        )


def _overviews(view: RegisterView, spoken: tuple[Told, ...], render: Render) -> dict[str, bytes]:
    by_day = moments(view, spoken)
    return {
        "index.html": render("index", "Overview", front=front(view)),
        "matrix.html": render("matrix", "Matrix and pledges", entries=_by_row(view)),
        "timeline.html": render("timeline", "Time line", moments=by_day, **_drawn(by_day)),
        "contradictions.html": render("contradictions", "Contradictions"),
        "events.html": render("events", "Events and frameworks"),
        "statements.html": render("statements", "Statements", speakers=_speakers(spoken)),
        "sources.html": render(
            "sources",
            "Sources",
            outlets=outlet_parts(view),
            documents=document_parts(view.reading, spoken),
        ),
        "reviews.html": render(
            "reviews",
            "Reviews",
            rejected=[e for e in view.entries if e.origin is Origin.REJECTED],
            targets=_targets(view),
        ),
    }


def _drawn(by_day: tuple[Moment, ...]) -> dict[str, object]:
    known = [m for m in by_day if m.key]
    return {"wide": wide(known) if known else "", "tall": tall(known) if known else ""}


def _of_entries(view: RegisterView, render: Render) -> dict[str, bytes]:
    pages = {}
    own: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in view.entries:
        own[entry.obligor].append(entry)
    for entry in view.entries:
        related = [e for e in own[entry.obligor] if set(e.types) & set(entry.types)]
        title = f"{brief(entry.name)}: {w.domain_words(entry.types)}"
        pages[file_name("pledge", entry.id)] = render(
            "pledge", title, entry=entry, related=newest_first(related)
        )
    return pages


def _of_parties(view: RegisterView, spoken: tuple[Told, ...], render: Render) -> dict[str, bytes]:
    return {
        file_name("party", one.key): render("party", one.name, party=one)
        for one in party_pages(view, spoken)
    }


def _of_statements(spoken: tuple[Told, ...], render: Render) -> dict[str, bytes]:
    return {
        file_name("statement", one.key): render(
            "statement", f"Statement of {one.speaker}", told=one, rows=rows_of(one)
        )
        for one in spoken
    }


def _of_documents(
    view: RegisterView, links: Links, spoken: tuple[Told, ...], render: Render
) -> dict[str, bytes]:
    lines = places(view, links, spoken)
    return {
        file_name("document", part.document.name): render(
            "document",
            links.outlet(part.document.name),
            part=part,
            places=lines.get(part.document.name, []),
        )
        for part in document_parts(view.reading, spoken)
    }


def _by_row(view: RegisterView) -> list[tuple[str, tuple[Entry, ...]]]:
    """Give the entries that count under their obligors, in the order of the matrix."""
    own: dict[str, list[Entry]] = {row.obligor: [] for row in view.matrix}
    for entry in view.shown:
        own.setdefault(entry.obligor, []).append(entry)
    return [(key, newest_first(entries)) for key, entries in own.items() if entries]


def _speakers(spoken: tuple[Told, ...]) -> list[tuple[str, list[Told]]]:
    found: dict[str, list[Told]] = {}
    for one in spoken:
        found.setdefault(one.speaker, []).append(one)
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def _targets(view: RegisterView) -> dict[str, tuple[str, str]]:
    """Give the page and the name of everything that a review may speak of."""
    found = {
        d.id: (f"contradictions.html#{anchor(d.id)}", "a contradiction") for d in view.disputes
    }
    for entry in view.entries:
        page = file_name("pledge", entry.id)
        name = f"{brief(entry.name)}: {w.domain_words(entry.types)}"
        found[entry.id] = (page, name)
        found.update((c.proposal, (page, name)) for c in entry.citations if c.proposal)
    return found
