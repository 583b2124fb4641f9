"""What a desk officer needs first: who leads, hosts, refused; one voice; undecided; open questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from truceline.model.register import Entry, Origin
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
    counts: tuple[tuple[Origin, int], ...]


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
    people = [e for e in cell.entries if e.origin is not Origin.PROPOSED]
    proposed = [e for e in cell.entries if e.origin is Origin.PROPOSED]
    shown = people[:1]
    shown += [e for e in proposed[:1] if not people or e.status != people[0].status]
    return tuple(shown)


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
