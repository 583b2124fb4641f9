"""Everything of one state or group: its entries by domain, its positions, what is said for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from truceline.model.article import Position, RoleFinding
from truceline.model.register import Entry
from truceline.publication.register import DOMAINS
from truceline.publication.register_said import Told
from truceline.publication.register_view import MatrixCell, RegisterView

_SHORT: Final = 22
"""Longest remark in brackets that is part of a name, in characters."""


@dataclass(frozen=True, slots=True)
class PartyPage:
    """What the page of one party shows."""

    key: str
    """Obligor of its entries, else its canonical name."""
    name: str
    """Without what stands in brackets."""
    full: str
    group: bool
    now: tuple[MatrixCell, ...]
    """Its cells of the matrix; none where it has no row."""
    history: tuple[tuple[str, tuple[Entry, ...]], ...]
    """(domain, entries, latest first), rejected ones left out; domains in the register's order."""
    positions: tuple[Position, ...]
    told: tuple[Told, ...]
    findings: tuple[RoleFinding, ...]


def party_pages(view: RegisterView, told: Iterable[Told]) -> tuple[PartyPage, ...]:
    """Give a page for everybody of whom an entry or a position speaks: groups first, then by name.

    Parties of the matrix keep its order and stand before the others.
    """
    names = party_names(view)
    own: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in view.shown:
        own[entry.obligor].append(entry)
    positions: defaultdict[str, list[Position]] = defaultdict(list)
    for position in view.reading.positions:
        positions[party_key(names, position.party)].append(position)
    spoken = list(told)
    groups = {row.obligor for row in view.matrix if row.group}
    first = [row.obligor for row in view.matrix]
    rest = sorted({*(e.obligor for e in view.entries), *positions} - set(first))
    return tuple(
        _page(view, key, names, own[key], positions[key], spoken, group=key in groups)
        for key in (*first, *rest)
    )


def party_names(view: RegisterView) -> dict[str, tuple[str, ...]]:
    """Give every name of each party, the one to show first: of the agreement, of its entries."""
    found: dict[str, list[str]] = {}
    if view.agreement is not None:
        for party in view.agreement.parties:
            found[party.id] = [party.name, *party.names]
    for entry in view.entries:
        found.setdefault(entry.obligor, []).append(entry.name)
    return {key: tuple(dict.fromkeys(names)) for key, names in found.items()}


def party_key(names: dict[str, tuple[str, ...]], name: str) -> str:
    """Give the obligor that a canonical name stands for; a stranger is its own key."""
    if name in names:
        return name
    return next((key for key, known in names.items() if name in known), name)


def brief(name: str) -> str:
    """Name a party without a long remark in brackets; a short one tells groups apart and stays.

    >>> brief("The 26 states (not named one by one in the sources)"), brief("allies (unspecified)")
    ('The 26 states', 'allies (unspecified)')
    """
    head, mark, rest = name.partition(" (")
    return head if mark and head and len(rest) > _SHORT else name


def newest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Sort entries: latest first, by day or else by the last month it may be of; by id within one.

    What has neither stands last.
    """
    ordered = sorted(entries, key=lambda e: e.id)
    return tuple(sorted(ordered, key=_latest, reverse=True))


def _latest(entry: Entry) -> str:
    """Give the last time that an entry may be of; ISO text sorts by time."""
    return entry.date or (entry.months[-1] if entry.months else entry.known_by or "")


def _page(
    view: RegisterView,
    key: str,
    names: dict[str, tuple[str, ...]],
    own: list[Entry],
    positions: list[Position],
    told: list[Told],
    *,
    group: bool,
) -> PartyPage:
    full = names.get(key, (key,))[0]
    voices = {key, full, *names.get(key, ()), *view.speakers.get(key, ())}
    history = ((kind, newest_first(e for e in own if kind in e.types)) for kind in DOMAINS)
    return PartyPage(
        key,
        brief(full),
        full,
        group,
        next((row.cells for row in view.matrix if row.obligor == key), ()),
        tuple((kind, entries) for kind, entries in history if entries),
        tuple(positions),
        tuple(one for one in told if one.speaker in voices),
        tuple(f for f in view.reading.findings if f.person in voices),
    )
