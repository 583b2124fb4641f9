"""Persons' steps, drills and notices in the records against the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy.engine import Connection

from truceline.codec.canonical import canonical
from truceline.pipeline.events import Event
from truceline.pipeline.notice_log import KINDS, row_of
from truceline.store import notices as store
from truceline.store.notices import Drill, FindingStep, NoticeRecord, Row

_NAMES = {FindingStep: "step of a person", Drill: "drill", NoticeRecord: "record of a notice"}


def check_notices(name: str, connection: Connection, events: Sequence[Event]) -> Iterator[str]:
    """Say which rows are not those of the log, and which entries do not hold together.

    Args:
        name: of the records, for the message.
        connection: to the records.
        events: of the log.

    Raises:
        WorkspaceError: when the records cannot be read.
    """
    logged: dict[tuple[int, str], Row] = {}
    for event in (one for one in events if one.type in KINDS):
        if event.type == "finding.step" and not _holds_together(event):
            yield f"entry {event.index} of the log: the finding in it is not that of its digest"
        logged[event.index, _NAMES[KINDS[event.type]]] = row_of(event)
    held: dict[tuple[int, str], Row] = {
        (row.log_index, _NAMES[type(row)]): row
        for rows in (
            store.every(connection, FindingStep),
            store.every(connection, Drill),
            store.every(connection, NoticeRecord),
        )
        for row in rows
    }
    for key in sorted(held.keys() | logged.keys()):
        what = f"{key[1]} of entry {key[0]}"
        if key not in held:
            yield (
                f"{name}: {what} is in the log and not in the records; if recording it was cut off, "
                "do the same again, or `truceline notices send`"
            )
        elif key not in logged:
            yield f"{name}: {what} is in the records and not in the log"
        elif held[key] != logged[key]:
            yield f"{name}: {what} is not what was logged"


def _holds_together(event: Event) -> bool:
    content = canonical(event.fields["finding"])
    return bool(hashlib.sha256(content).hexdigest() == event.fields["sha256"])
