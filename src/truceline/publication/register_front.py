"""What a desk officer needs first: who leads, hosts, refused; one voice; undecided; open questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from truceline.model.register import Change, Entry, Origin
from truceline.publication.register import DOMAINS
from truceline.publication.register_parties import brief
from truceline.publication.register_view import Dispute, MatrixCell, RegisterView
from truceline.publication.register_words import ORIGINS

_STRONGEST_FIRST = ("pledged", "conditional", "considered", "undecided", "ruled_out")


@dataclass(frozen=True, slots=True)
class Line:
    """Entries of one obligor that have one status and one origin, as one line."""

    name: str
    obligor: str
    entries: tuple[Entry, ...]
    types: tuple[str, ...]
    """Their domains, in the order of the register."""
    disputed: bool
    """Another entry about the same obligor and domain has another status."""

    @property
    def head(self) -> Entry:
        """The entry whose status and origin the line shows."""
        return self.entries[0]


@dataclass(frozen=True, slots=True)
class Front:
    """The first page in numbers and lines."""

    leads: tuple[Line, ...]
    hosts: tuple[Line, ...]
    refused: tuple[Line, ...]
    open_minded: tuple[Line, ...]
    """Undecided, then only considered."""
    alone: tuple[Line, ...]
    """What one voice alone says, refusals and pledges before the rest."""
    disputes: tuple[Dispute, ...]
    """Open ones that are differences: looser wordings and different facts are left out."""
    changes: tuple[ChangeLine, ...]
    counts: tuple[tuple[Origin, int], ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change, with every domain in which the same entry brought it about."""

    first: Change
    types: tuple[str, ...]


def change_lines(changes: Iterable[Change]) -> tuple[ChangeLine, ...]:
    """Join changes of one obligor that one entry brought about in several domains."""
    found: dict[tuple[str, str, str, str], list[Change]] = {}
    for c in changes:
        before = c.before.id if c.before else ""
        found.setdefault((c.obligor, c.turn.value, before, c.after.id), []).append(c)
    return tuple(ChangeLine(own[0], tuple(c.domain for c in own)) for own in found.values())


def front(view: RegisterView) -> Front:
    """Arrange the first page."""
    at = entries_at(view)
    order = {row.obligor: place for place, row in enumerate(view.matrix)}

    def lines(chosen: Iterable[Entry]) -> tuple[Line, ...]:
        return _lines(list(chosen), at, order)

    return Front(
        leads=lines(e for e in at if e.role == "lead" and e.status != "ruled_out"),
        hosts=lines(e for e in at if e.role == "host" and e.status != "ruled_out"),
        refused=lines(e for e in at if e.status == "ruled_out"),
        open_minded=lines(e for e in at if e.status in {"undecided", "considered"}),
        alone=lines(alone(view)),
        disputes=tuple(
            d
            for d in view.disputes
            if d.open and d.item.type not in {"different_facts", "compatible"}
        ),
        changes=change_lines(view.changes),
        counts=tuple((origin, sum(e.origin is origin for e in view.entries)) for origin in ORIGINS),
    )


def entries_at(view: RegisterView) -> tuple[Entry, ...]:
    """Give the entries that count at the day shown; one without a day counts at every day."""
    return tuple(e for e in view.shown if e.known_by is None or e.known_by[:10] <= view.day)


def alone(view: RegisterView) -> tuple[Entry, ...]:
    """Give the entries of the day of which one voice alone tells."""
    if view.alone is not None:
        return view.alone
    return tuple(e for e in entries_at(view) if e.single)


def lines_of(cell: MatrixCell) -> tuple[Entry, ...]:
    """Choose what a cell shows: the word of people first, and a proposal that says otherwise."""
    people = _heading(cell, [e for e in cell.entries if e.origin is not Origin.PROPOSED])
    proposed = _heading(cell, [e for e in cell.entries if e.origin is Origin.PROPOSED])
    if people is None or (proposed is not None and proposed.status != people.status):
        return tuple(e for e in (people, proposed) if e is not None)
    return (people,)


def _heading(cell: MatrixCell, entries: list[Entry]) -> Entry | None:
    """Choose the head of the cell, else the weakest entry that no other is certainly later than."""
    if not entries or cell.head in entries:
        return cell.head if entries else None
    newest = max(_span(e)[0] for e in entries)
    maybe = [e for e in entries if _span(e)[1] >= newest]
    return max(maybe, key=lambda e: _STRONGEST_FIRST.index(e.status))


def _span(entry: Entry) -> tuple[str, str]:
    """First and last day on which it may have been said; nothing known is older than everything."""
    if entry.date or not entry.months:
        return entry.date or "", entry.date or ""
    return f"{entry.months[0]}-01", f"{entry.months[-1]}-31"


def _lines(chosen: list[Entry], at: tuple[Entry, ...], order: dict[str, int]) -> tuple[Line, ...]:
    grouped: dict[tuple[str, str, Origin], list[Entry]] = {}
    for entry in chosen:
        grouped.setdefault((entry.obligor, entry.status, entry.origin), []).append(entry)
    made = [_line(entries, at) for entries in grouped.values()]
    made.sort(key=lambda line: _rank(line.head, order))
    return tuple(made)


def _rank(entry: Entry, order: dict[str, int]) -> tuple[int, int, int, str]:
    return (
        ORIGINS.index(entry.origin),
        _STRONGEST_FIRST.index(entry.status),
        order.get(entry.obligor, len(order)),
        entry.name,
    )


def _line(entries: list[Entry], at: tuple[Entry, ...]) -> Line:
    types = {kind for entry in entries for kind in entry.types}
    first = entries[0]
    return Line(
        brief(first.name),
        first.obligor,
        tuple(entries),
        tuple(kind for kind in DOMAINS if kind in types),
        any(
            e.obligor == first.obligor and e.status != first.status and types & set(e.types)
            for e in at
        ),
    )
