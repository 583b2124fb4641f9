"""Documents, readings, reviews and the register against the log, and against a fresh reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from truceline.errors import TrucelineError
from truceline.guarantees.register import STRENGTH
from truceline.guarantees.register_entries import entries
from truceline.model.article import Reading
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event
from truceline.pipeline.reading import (
    NOTHING,
    content_of,
    disagreement_ids,
    documents_digest,
    read_held,
    reading_of,
    result_digest,
    rules,
)
from truceline.pipeline.statements_log import held_of, reading_row, review_of
from truceline.store import database, documents, proposals, records, register, reviews
from truceline.store import schema_statements as schema
from truceline.store.documents import ReadingRow

_AGAIN: Final = "if that was cut off, do `truceline statements read` with the same files again"
_Rows = Mapping[tuple[Any, ...], Mapping[str, Any]]


def check_statements(name: str, connection: Connection, events: Sequence[Event]) -> Iterator[str]:
    """Say which documents, readings and reviews in the records are not those of the log.

    Args:
        name: of the records, for the message.
        connection: to the records.
        events: of the log.

    Raises:
        WorkspaceError: when the records cannot be read.
    """
    of_type: dict[str, list[Event]] = {}
    for event in events:
        of_type.setdefault(event.type, []).append(event)
    received = [
        documents.document_row(held_of(event)) for event in of_type.get("document.received", ())
    ]
    made = [
        _reading_row(number, event)
        for number, event in enumerate(of_type.get("reading.made", ()), 1)
    ]
    said = [
        reviews.review_row(review_of(event), event.index)
        for event in of_type.get("review.made", ())
    ]
    for table, key, logged in (
        (schema.documents, "log_index", received),
        (schema.readings, "log_index", made),
        (schema.reviews, "log_index", said),
    ):
        held = {row[key]: row for row in records.rows(connection, table)}
        wanted = {row[key]: row for row in logged}
        for at in sorted(held.keys() | wanted.keys()):
            what = f"{table.name[:-1]} of entry {at}"
            if at not in held:
                yield f"{name}: {what} is in the log and not in the records; {_AGAIN}"
            elif at not in wanted:
                yield f"{name}: {what} is in the records and not in the log"
            elif any(held[at][column] != value for column, value in wanted[at].items()):
                yield f"{name}: {what} is not what was logged"


def _reading_row(number: int, event: Event) -> dict[str, Any]:
    row = reading_row(event)
    known = {name: getattr(row, name) for name in ReadingRow.__slots__ if name != "content"}
    return known | {"reading_id": number}


def check_reading(desk: Desk, events: Sequence[Event], remarks: list[str]) -> Iterator[str]:
    """Read all documents anew and hold what comes out against the log and the records.

    Args:
        desk: the workspace; its documents, readings and reviews are those of the log.
        events: of the log.
        remarks: takes what could not be checked and why.
    """
    last = next((e for e in reversed(events) if e.type == "reading.made"), None)
    name = desk.workspace.records_name
    try:
        if last is None:
            yield from _register(desk, NOTHING)
        elif last.fields["code"] != rules():
            remarks.append(
                f"the last reading was made by rules {last.fields['code']}, these are {rules()}: "
                "articles were not read anew; `truceline statements read` with any of them does it"
            )
            yield from _as_stored(desk, last)
        else:
            yield from _anew(desk, last)
    except (TrucelineError, ValueError, KeyError, TypeError) as error:
        yield f"{name}: what was read cannot be checked ({error}); put back a copy"


def _as_stored(desk: Desk, last: Event) -> Iterator[str]:
    """Hold the stored reading against its logged digest, where it cannot be made anew."""
    if result_digest(reading_of(desk)) != last.fields["result"]:
        yield (
            f"{desk.workspace.records_name}: the reading of entry {last.index} is not what was "
            "logged; put back a copy"
        )


def _anew(desk: Desk, last: Event) -> Iterator[str]:
    with database.reading(desk.engine) as connection:
        held = documents.current(connection)
    reading = read_held(desk, held)
    what = f"entry {last.index} of the log: its reading"
    if documents_digest(held) != last.fields["documents"]:
        yield f"{what} rests on other documents than are held"
    elif result_digest(reading) != last.fields["result"]:
        yield f"{what} is not what the raw bytes give"
    else:
        yield from _proposals(desk, reading)
        yield from _register(desk, reading)


def _proposals(desk: Desk, reading: Reading) -> Iterator[str]:
    wanted = proposals.rows_of(reading, disagreement_ids(reading))
    with database.reading(desk.engine) as connection:
        row = documents.last_reading(connection)
        if row is None or row.content != content_of(reading):
            yield f"{desk.workspace.records_name}: the last reading is not what the raw bytes give"
        for table in proposals.TABLES:
            yield from _derived(desk, connection, table, wanted[table])


def _register(desk: Desk, reading: Reading) -> Iterator[str]:
    with database.reading(desk.engine) as connection:
        if reading is NOTHING and not register.obligors(connection):
            return  # nobody has asked for the register yet
        made = entries(desk.agreement, reading, reviews.every(connection))
        for table, rows in (
            (schema.register_entries, register.entry_rows(made)),
            (schema.register_cells, register.cell_rows(made, STRENGTH)),
        ):
            yield from _derived(desk, connection, table, rows)


def _derived(
    desk: Desk, connection: Connection, table: sa.Table, wanted: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    held, due = _keyed(table, records.rows(connection, table)), _keyed(table, wanted)
    for key in sorted(held.keys() | due.keys(), key=str):
        if held.get(key) != due.get(key):
            yield (
                f"{desk.workspace.records_name}: {' '.join(map(str, key))} in {table.name} is not "
                "what follows from the raw bytes and reviews; put back a copy"
            )


def _keyed(table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> _Rows:
    names = [column.name for column in table.primary_key]
    return {tuple(row[name] for name in names): dict(row) for row in rows}
