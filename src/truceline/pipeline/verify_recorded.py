"""Rows that have an entry of their own (steps, notices, people, ...) against the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy.engine import Connection

from truceline.codec.canonical import canonical
from truceline.pipeline.events import Event
from truceline.pipeline.kinds import KINDS
from truceline.pipeline.recording import lacking, row_of, whole
from truceline.store import logged
from truceline.store.logged import LoggedRow


def check_recorded(name: str, connection: Connection, events: Sequence[Event]) -> Iterator[str]:
    """Say which rows are not those of the log, and which entries do not hold together.

    Args:
        name: of the records, for the message.
        connection: to the records.
        events: of the log.

    Raises:
        WorkspaceError: when the records cannot be read.
    """
    wanted: dict[tuple[int, str], LoggedRow] = {}
    broken: set[tuple[int, str]] = set()
    for event in (one for one in whole(events) if one.type in KINDS):
        key = (event.index, KINDS[event.type].name)
        if lacks := lacking(event):
            yield f"entry {event.index} of the log: {lacks}"
            broken.add(key)
            continue
        if event.type == "finding.step" and not _holds_together(event):
            yield f"entry {event.index} of the log: the finding in it is not that of its digest"
        wanted[key] = row_of(event)
    held: dict[tuple[int, str], LoggedRow] = {
        (row.log_index, kind.name): row
        for kind in KINDS.values()
        for row in logged.every(connection, kind)
    }
    for key in sorted((held.keys() | wanted.keys()) - broken):
        what = f"{key[1]} of entry {key[0]}"
        if key not in held:
            yield (
                f"{name}: {what} is in the log and not in the records; if recording it was cut off, "
                "do the same again, or `truceline notices send`"
            )
        elif key not in wanted:
            yield f"{name}: {what} is in the records and not in the log"
        elif held[key] != wanted[key]:
            yield f"{name}: {what} is not what was logged"


def _holds_together(event: Event) -> bool:
    content = canonical(event.fields["finding"])
    return bool(hashlib.sha256(content).hexdigest() == event.fields["sha256"])
