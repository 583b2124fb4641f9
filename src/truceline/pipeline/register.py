"""The register of a desk: on a day, between two days, of one obligor; answered from the records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from truceline.errors import WorkflowError
from truceline.guarantees.register import DOMAINS
from truceline.guarantees.register_entries import party_ids
from truceline.guarantees.register_time import turn_between
from truceline.model.register import Change, Entry, Origin
from truceline.pipeline.desk import Desk
from truceline.pipeline.reading import NOTHING
from truceline.pipeline.reviewing import nearest
from truceline.pipeline.statements_log import put_register
from truceline.store import database, documents
from truceline.store import register as store
from truceline.store.register import Head


@dataclass(frozen=True, slots=True)
class Choice:
    """Which lines of the register are asked for; an empty field asks for all."""

    obligor: str = ""
    """Key of the register."""
    domain: str = ""
    single: bool = False
    """Only what one independent voice alone tells."""


ALL = Choice()


def ensure(desk: Desk) -> None:
    """Derive the register of a workspace in which nothing was read yet, from its agreement alone.

    Raises:
        WorkspaceError: when the records cannot be used.
    """
    with database.reading(desk.engine) as connection:
        if documents.readings_at(connection) or store.obligors(connection):
            return
    if desk.agreement.pledges:
        with database.writing(desk.engine) as connection:
            put_register(desk, connection, NOTHING, ())


def lines(desk: Desk, day: str | None, choice: Choice = ALL) -> tuple[Head, ...]:
    """Give what heads each cell of the register on a day, in the order of the agreement's parties.

    The word of people stands first: where a later or weaker proposal heads a cell, what people wrote
    or confirmed stands before it; of each kind, what heads the cell of that kind alone.

    Args:
        desk: the workspace.
        day: ISO day; null: everything known.
        choice: which lines.

    Raises:
        WorkflowError: when the day or the domain is none.
        WorkspaceError: when the records cannot be used.
    """
    _check(day, choice)
    ensure(desk)
    with database.reading(desk.engine) as connection:
        whose = choice.obligor or None
        found = store.heads(connection, day, obligor=whose)
        of_people = store.heads(connection, day, obligor=whose, people=True)
    place = _places(desk)
    kept = (
        one
        for one in (*of_people, *(h for h in found if h.entry.origin is Origin.PROPOSED))
        if choice.domain in {"", one.domain} and (one.single or not choice.single)
    )
    return tuple(sorted(kept, key=lambda one: (*place(one.entry), DOMAINS.index(one.domain))))


def changes(desk: Desk, first: str, last: str, choice: Choice = ALL) -> tuple[Change, ...]:
    """Give what became of each undertaking between two days.

    What people wrote or confirmed is held against what people wrote or confirmed before, so that no
    proposal hides a change of it; a proposal, against whatever stood there.

    Raises:
        WorkflowError: when a day or the domain is none, or the days are in the wrong order.
        WorkspaceError: when the records cannot be used.
    """
    _check(first, choice)
    _check(last, choice)
    if last < first:
        raise WorkflowError(f"{last} is before {first}; give the earlier day first.")
    ensure(desk)
    with database.reading(desk.engine) as connection:
        whose = choice.obligor or None
        of_people = store.moves(connection, first, last, obligor=whose, people=True)
        every = store.moves(connection, first, last, obligor=whose)
    proposed = (one for one in every if one[2].origin is Origin.PROPOSED)
    moved = (*of_people, *proposed)
    found = [
        Change(after.obligor, after.name, domain, turn, before, after)
        for domain, before, after in moved
        if choice.domain in {"", domain} and (turn := turn_between(before, after)) is not None
    ]
    place = _places(desk)
    found.sort(key=lambda one: (*place(one.after), DOMAINS.index(one.domain)))
    return tuple(found)


def entries(desk: Desk, obligor: str = "") -> tuple[Entry, ...]:
    """Give every entry of the register, or those of one obligor, rejected ones too.

    Raises:
        WorkspaceError: when the records cannot be used.
    """
    ensure(desk)
    with database.reading(desk.engine) as connection:
        return store.of_obligor(connection, obligor) if obligor else store.every(connection)


def obligor_of(desk: Desk, name: str) -> str:
    """Give the key of an obligor by its name, or one of its other names, in any case.

    Raises:
        WorkflowError: when the register knows nobody of that name.
        WorkspaceError: when the records cannot be used.
    """
    ensure(desk)
    with database.reading(desk.engine) as connection:
        keys = store.obligors(connection)
    known = {key.casefold(): key for key in keys}
    known |= {
        other.casefold(): key for other, key in party_ids(desk.agreement).items() if key in keys
    }
    if name.casefold() not in known:
        raise WorkflowError(
            f"the register knows no {name}; {nearest(name.casefold(), _spelled(known))}"
        )
    return known[name.casefold()]


def _spelled(known: Iterable[str]) -> tuple[str, ...]:
    return tuple(known)


def _places(desk: Desk) -> _Place:
    return _Place({party.id: number for number, party in enumerate(desk.agreement.parties)})


@dataclass(frozen=True, slots=True)
class _Place:
    """Order of obligors: as the agreement names them, the others after them by name."""

    order: dict[str, int]

    def __call__(self, entry: Entry) -> tuple[int, str]:
        return self.order.get(entry.obligor, len(self.order)), entry.obligor


def _check(day: str | None, choice: Choice) -> None:
    if day is not None:
        try:
            same = date.fromisoformat(day).isoformat() == day
        except ValueError:
            same = False
        if not same:
            raise WorkflowError(f"{day!r} is no day; write it as 2026-01-06.")
    if choice.domain and choice.domain not in DOMAINS:
        raise WorkflowError(
            f"{choice.domain!r} is no domain of the register; one of {', '.join(DOMAINS)}."
        )
