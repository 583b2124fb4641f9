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


def catch_up(desk: Desk) -> bool:
    """Record the documents and reviews that were logged and not recorded; say whether any was.

    The reading is left to the caller, who makes it anew.

    Raises:
        WorkspaceError: when the records cannot be used.
    """
    logged = [e for e in desk.events() if e.type in _TYPES]
    with database.writing(desk.engine) as connection:
        known = _recorded(connection)
        missing = [e for e in logged if (e.type, e.index) not in known]
        for event in missing:
            if event.type == "document.received":
                documents.add_document(connection, held_of(event))
            elif event.type == "review.made":
                reviews.add(connection, review_of(event), event.index)
    return bool(missing)


def _recorded(connection: Connection) -> set[tuple[str, int]]:
    found = {("document.received", item.log_index) for item in documents.versions(connection)}
    found |= {("reading.made", at) for at in documents.readings_at(connection)}
    return found | {("review.made", at) for at in reviews.logged_at(connection)}


def put_reading(desk: Desk, received: Sequence[Event], made: Event, reading: Reading) -> None:
    """Record documents, a reading, and the register that follows, all together.

    Raises:
        WorkspaceError: when the records cannot be used.
    """
    row = ReadingRow(
        made=made.fields["time"],
        code=made.fields["code"],
        documents=made.fields["documents"],
        result=made.fields["result"],
        content=content_of(reading),
        log_index=made.index,
    )
    rows = proposals.rows_of(reading, disagreement_ids(reading))
    with database.writing(desk.engine) as connection:
        for event in received:
            documents.add_document(connection, held_of(event))
        if row.log_index not in documents.readings_at(connection):
            documents.add_reading(connection, row)
        proposals.replace(connection, rows)
        put_register(desk, connection, reading, reviews.every(connection))


def put_register(
    desk: Desk, connection: Connection, reading: Reading, said: Iterable[Review]
) -> None:
    """Derive the register anew and put it in place of the one before."""
    register.replace(connection, entries(desk.agreement, reading, tuple(said)), STRENGTH)
