"""What each outlet alone says, what was left out of its articles, which files could not be read."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from truceline.model.article import Document, Reading
from truceline.model.register import Entry
from truceline.publication.register_front import alone
from truceline.publication.register_said import Told
from truceline.publication.register_view import RegisterView


@dataclass(frozen=True, slots=True)
class OutletPart:
    """What one independent voice says that no other does."""

    group: str
    outlets: tuple[str, ...]
    """Those of the group that publish under another name, sorted."""
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """One document with what is only told there and what was left out of it."""

    document: Document
    only_here: tuple[Told, ...]
    """Statements that no other document tells."""
    shared: int
    """Statements that other documents tell as well."""
    removed: tuple[tuple[str, int], ...]
    """(kind of boilerplate, number of stretches), sorted."""
    removed_share: float
    """Share of the file's characters that was left out, 0..1."""


def outlet_parts(view: RegisterView) -> tuple[OutletPart, ...]:
    """Give each voice with the entries that it alone tells, by name."""
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in alone(view):
        for group in entry.groups:
            found[group].append(entry)
    return tuple(
        OutletPart(group, _outlets(group, entries), tuple(entries))
        for group, entries in sorted(found.items())
    )


def _outlets(group: str, entries: list[Entry]) -> tuple[str, ...]:
    told = {c.outlet for e in entries for c in e.citations if c.group == group}
    return tuple(sorted(told - {group}))


def document_parts(reading: Reading, told: tuple[Told, ...]) -> tuple[DocumentPart, ...]:
    """Give each document, in the order of the reading."""
    single: defaultdict[str, list[Told]] = defaultdict(list)
    shared: Counter[str] = Counter()
    for one in told:
        docs = {r.statement.doc for r in one.reports}
        if len(docs) == 1:
            single[next(iter(docs))].append(one)
        else:
            shared.update(docs)
    return tuple(_part(d, tuple(single[d.name]), shared[d.name]) for d in reading.documents)


def _part(document: Document, only_here: tuple[Told, ...], shared: int) -> DocumentPart:
    kinds = Counter(b.kind for b in document.boilerplate)
    left = sum(b.span.end - b.span.start for b in document.boilerplate)
    share = left / len(document.text) if document.text else 0.0
    return DocumentPart(document, only_here, shared, tuple(sorted(kinds.items())), share)
