"""Log first, then record: persons' steps, drills and notices, taken up where a crash came between.

Whoever records takes up first what is in the log and not in the records, and holds a lock
meanwhile: so whatever was cut off lies behind the last entry that is recorded.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from truceline.codec.canonical import canonical
from truceline.errors import WorkspaceError
from truceline.evidence.log import Log
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event, read_events
from truceline.store import database
from truceline.store import notices as store
from truceline.store.notices import Drill, FindingStep, NoticeRecord, Row

KINDS: Final[Mapping[str, type[Row]]] = {
    "finding.step": FindingStep,
    "drill.begun": Drill,
    "notice.recorded": NoticeRecord,
}
"""Type of an event to what it records."""
_TYPES: Final = {kind: name for name, kind in KINDS.items()}
_PATIENCE_S: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""How long to wait for another process, try by try. Unit: s."""
_R = TypeVar("_R", FindingStep, Drill, NoticeRecord)


def event_of(row: Row) -> dict[str, Any]:
    """Give the entry of the log for a row; of a finding, its content and digest too."""
    values: dict[str, Any] = {
        field.name: getattr(row, field.name) for field in fields(row) if field.name != "log_index"
    }
    if isinstance(row, FindingStep):
        content = values.pop("content").encode()
        values["sha256"] = hashlib.sha256(content).hexdigest()
        values["finding"] = json.loads(content)
    return {"type": _TYPES[type(row)], **values}


def row_of(event: Event) -> Row:
    """Give the row that an entry of the log tells of."""
    kind = KINDS[event.type]
    values: dict[str, Any] = {f.name: event.fields.get(f.name) for f in fields(kind)}
    values["log_index"] = event.index
    if kind is FindingStep:
        values["content"] = canonical(event.fields["finding"]).decode()
    return kind(**values)


def add(desk: Desk, row: _R) -> _R:
    """Log a row and record it under the next number.

    Args:
        desk: the workspace; the caller holds :func:`recording`.
        row: its number and index of the log are given here.

    Raises:
        WorkspaceError: when log or records cannot be written; if the log holds it, the next
            command that records takes it up.
    """
    with database.reading(desk.engine) as connection:
        row = replace(row, number=store.next_number(connection, type(row)))
    row = replace(row, log_index=_append(desk, event_of(row)))
    with database.writing(desk.engine) as connection:
        store.add(connection, row)
    return row


@contextmanager
def recording(desk: Desk) -> Iterator[tuple[Row, ...]]:
    """Keep other processes from recording meanwhile, and give what was taken up.

    Raises:
        WorkspaceError: when another process holds the records too long.
    """
    with alone(desk.workspace.root / "openings", "recording a step or a notice"):
        yield take_up(desk)


def take_up(desk: Desk) -> tuple[Row, ...]:
    """Record what was logged before the machine stopped; the caller holds the lock."""
    with database.reading(desk.engine) as connection:
        since = store.last_index(connection) + 1
    size = Log.open(desk.workspace.root).size
    events = read_events(desk.workspace.root / "openings", size, since=since)
    rows = tuple(row_of(event) for event in events if event.type in KINDS)
    if rows:
        with database.writing(desk.engine) as connection:
            for row in rows:
                store.add(connection, row)
    return rows


@contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """Keep other processes out of one kind of work on a workspace; wait for them a little.

    Raises:
        WorkspaceError: when another process does not come to its end.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        for pause in (*_PATIENCE_S, None):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if pause is None:
                    raise WorkspaceError(
                        f"{folder}: another process is {what}; wait for it and do the same again."
                    ) from None
                time.sleep(pause)
        yield
    finally:
        os.close(descriptor)


def _append(desk: Desk, event: Mapping[str, Any]) -> int:
    """Append one event; another process may be appending something else just now.

    Raises:
        WorkspaceError: when the log cannot be written.
    """
    for pause in _PATIENCE_S:
        try:
            return desk.log([event])[0]
        except WorkspaceError:
            time.sleep(pause)
    return desk.log([event])[0]
