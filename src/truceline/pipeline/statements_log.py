"""What the log says of documents, readings and reviews, and making the records say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy.engine import Connection

from truceline.codec.register_plain import review_from_plain
from truceline.guarantees.register import STRENGTH
from truceline.guarantees.register_entries import entries
from truceline.model.article import Reading
from truceline.model.register import Review
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event
from truceline.pipeline.reading import content_of, disagreement_ids
from truceline.store import database, documents, proposals, register, reviews
from truceline.store.documents import Held, ReadingRow

_TYPES: Final = ("document.received", "reading.made", "review.made")


def held_of(event: Event) -> Held:
    """Give the record of a document as its entry of the log tells it."""
    names = ("name", "sha256", "size", "sidecar", "received")
    return Held(log_index=event.index, **{name: event.fields[name] for name in names})


def review_of(event: Event) -> Review:
    """Give a review as its entry of the log tells it."""
    return review_from_plain(event.fields)


def cut_off(desk: Desk) -> tuple[Event, ...]:
    """Give the documents, readings and reviews that were logged and not recorded.

    Raises:
        WorkspaceError: when the records cannot be used.
    """
    with database.reading(desk.engine) as connection:
        known = _recorded(connection)
    return tuple(e for e in desk.events() if e.type in _TYPES and (e.type, e.index) not in known)


def _recorded(connection: Connection) -> set[tuple[str, int]]:
    found = {("document.received", item.log_index) for item in documents.versions(connection)}
    found |= {("reading.made", at) for at in documents.readings_at(connection)}
    return found | {("review.made", at) for at in reviews.logged_at(connection)}


def put_reading(desk: Desk, logged: Sequence[Event], made: Event, reading: Reading) -> None:
    """Record documents, a reading, and the register that follows, all together.

    Args:
        desk: the workspace.
        logged: entries of the log that are to be recorded besides.
        made: entry of the reading.
        reading: what was read.

    Raises:
        WorkspaceError: when the records cannot be used.
    """
    rows = proposals.rows_of(reading, disagreement_ids(reading))
    with database.writing(desk.engine) as connection:
        for event in logged:
            _put(connection, event)
        if made.index not in documents.readings_at(connection):
            _put(connection, made)
        documents.set_content(connection, made.index, content_of(reading))
        proposals.replace(connection, rows)
        put_register(desk, connection, reading, reviews.every(connection))


def _put(connection: Connection, event: Event) -> None:
    """Record what an entry of the log tells; the content of a reading is set where it is known."""
    if event.type == "document.received":
        documents.add_document(connection, held_of(event))
    elif event.type == "review.made":
        reviews.add(connection, review_of(event), event.index)
    else:
        documents.add_reading(connection, reading_row(event))


def reading_row(event: Event) -> ReadingRow:
    """Give the record of a reading as its entry of the log tells it, without its content."""
    fields = event.fields
    return ReadingRow(
        made=fields["time"],
        code=fields["code"],
        documents=fields["documents"],
        result=fields["result"],
        content="",
        log_index=event.index,
    )


def put_register(
    desk: Desk, connection: Connection, reading: Reading, said: Iterable[Review]
) -> None:
    """Derive the register anew and put it in place of the one before."""
    register.replace(connection, entries(desk.agreement, reading, tuple(said)), STRENGTH)
