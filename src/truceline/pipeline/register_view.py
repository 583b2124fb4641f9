"""From the records to everything that the pages of the register show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from truceline.guarantees.reading.tables import shipped_tables
from truceline.guarantees.register_entries import party_ids
from truceline.guarantees.register_sources import single
from truceline.guarantees.register_time import Row, at, matrix
from truceline.guarantees.reviews import Reviewed, reviewed
from truceline.model.agreement import Agreement
from truceline.model.article import Disagreement, Reading
from truceline.model.register import Review
from truceline.pipeline import register
from truceline.pipeline.desk import Desk
from truceline.pipeline.reading import reading_of
from truceline.publication.register_view import Dispute, MatrixCell, MatrixRow, RegisterView
from truceline.store import database, reviews

NOTES = ("Proposals were read by rules; none counts as looked at until a person has confirmed it.",)


def register_view(desk: Desk, day: str, since: str | None = None) -> RegisterView:
    """Gather everything that the pages of the register show.

    Args:
        desk: the workspace.
        day: ISO day of the matrix.
        since: ISO day from which changes are shown; null: none are.

    Raises:
        WorkflowError: when a day is none, or they are in the wrong order.
        EvidenceError: when raw bytes of a document are missing or were changed.
        WorkspaceError: when the records cannot be used.
    """
    changed = () if since is None else register.changes(desk, since, day)
    entries = register.entries(desk)
    reading = reading_of(desk)
    with database.reading(desk.engine) as connection:
        said = reviews.every(connection)
    states = reviewed(reading, said)
    agreement = desk.agreement
    return RegisterView(
        title=agreement.title,
        day=day,
        agreement=agreement,
        entries=entries,
        matrix=matrix_rows(agreement, matrix(entries, day)),
        changes=changed,
        changes_since=since,
        reading=reading,
        disputes=disputes_of(states),
        reviews=said,
        events=agreement.events,
        frameworks=agreement.frameworks,
        notes=NOTES if reading.documents else (),
        speakers=_speakers(desk),
        alone=single(at(entries, day)),
        stale=frozenset(one.number for state in states for one in state.stale),
    )


def matrix_rows(agreement: Agreement, rows: Iterable[Row]) -> tuple[MatrixRow, ...]:
    """Give the rows as the pages know them, groups of states first."""
    groups = {body.name for body in shipped_tables().bodies if body.kind == "group"}
    groups |= {party.id for party in agreement.parties if groups & {party.name, *party.names}}
    made = (
        MatrixRow(
            row.obligor,
            row.name,
            row.obligor in groups,
            tuple(MatrixCell(cell.domain, cell.entries, cell.single) for cell in row.cells),
        )
        for row in rows
    )
    return tuple(sorted(made, key=lambda row: not row.group))


def disputes_of(states: Iterable[Reviewed]) -> tuple[Dispute, ...]:
    """Give the contradictions with what persons ruled, in the order of the reading."""
    return tuple(
        Dispute(state.id, state.target, state.reviews, state.ruling)
        for state in states
        if isinstance(state.target, Disagreement)
    )


def disputes(reading: Reading, said: Iterable[Review]) -> tuple[Dispute, ...]:
    """Give the contradictions of a reading with what persons ruled."""
    return disputes_of(reviewed(reading, said))


def _speakers(desk: Desk) -> Mapping[str, tuple[str, ...]]:
    """Give for each obligor who speaks for it, as far as the tables tell."""
    known = party_ids(desk.agreement)
    found: dict[str, list[str]] = defaultdict(list)
    for person in shipped_tables().persons:
        if person.party:
            found[known.get(person.party, person.party)].append(person.name)
    return {key: tuple(sorted(names)) for key, names in sorted(found.items())}
