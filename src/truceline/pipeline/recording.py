"""Log first, then record: rows taken up where a crash came between their entry and their record.

Whoever records takes up first what is in the log and not in the records, and holds a lock
meanwhile: so whatever was cut off lies behind the last entry that is recorded. A record and its
entry are thus durable together: a record is never without its entry, and an entry whose record is
missing gets it before anything else is recorded.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeVar

from truceline.errors import WorkspaceError
from truceline.evidence.log import BATCH, Log
from truceline.evidence.openings import file_name
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event, read_events
from truceline.pipeline.kinds import KINDS, SEEN, STEP, kind_of
from truceline.pipeline.turns import turn
from truceline.store import database, logged
from truceline.store.logged import LoggedRow

_PATIENCE_S: Final = 15.0
"""How long to wait for others. Unit: s."""
_PAUSE_S: Final = 0.002
"""How long to wait before asking again whether another process is done. Unit: s."""
R = TypeVar("R", bound=LoggedRow)


def event_of(row: LoggedRow) -> dict[str, Any]:
    """Give the entry of the log for a row."""
    kind = kind_of(type(row))
    return {"type": kind.event, **kind.to_event(row)}


def events_of(row: LoggedRow) -> list[dict[str, Any]]:
    """Give what is logged for a row: its entry, and what stands beside it."""
    kind = kind_of(type(row))
    return [event_of(row)] if kind.beside is None else [event_of(row), kind.beside(row)]


def whole(events: Iterable[Event]) -> Iterator[Event]:
    """Give events, each entry of a row together with what stands beside it.

    A step whose companion is missing, or binds something else, stays without the finding.
    """
    for event, behind in pairwise((*events, None)):
        assert event is not None
        if (
            event.type == STEP.event
            and behind is not None
            and (behind.type, behind.index) == (SEEN, event.index + 1)
            and behind.fields["sha256"] == event.fields["sha256"]
        ):
            yield replace(event, fields={"finding": behind.fields["finding"], **event.fields})
        else:
            yield event


def row_of(event: Event) -> LoggedRow:
    """Give the row that a whole entry of the log tells of.

    Raises:
        KeyError: when a step lacks the finding as it was seen.
    """
    row: LoggedRow = KINDS[event.type].row_of(event.fields, event.index)
    return row


def add(desk: Desk, row: R) -> R:
    """Log a row and record it under the next number.

    Args:
        desk: the workspace; the caller holds :func:`recording`.
        row: its number and index of the log are given here.

    Raises:
        WorkspaceError: when log or records cannot be written; if the log holds it, the next
            command that records takes it up.
    """
    kind = kind_of(type(row))
    with database.reading(desk.engine) as connection:
        numbered = replace(row, number=logged.next_number(connection, kind))
    made = replace(numbered, log_index=desk.log(events_of(numbered))[0])
    with database.writing(desk.engine) as connection:
        logged.add(connection, kind, made)
    return made


@contextmanager
def recording(desk: Desk) -> Iterator[tuple[LoggedRow, ...]]:
    """Keep other processes from recording meanwhile, and give what was taken up.

    Raises:
        WorkspaceError: when another process holds the records too long.
    """
    with alone(desk.workspace.root / "openings", "recording a step or a notice"):
        yield take_up(desk)


def lacking(event: Event) -> str:
    """Say what a row's entry lacks, so that no row can be made of it; empty where nothing."""
    if event.type == STEP.event and "finding" not in event.fields:
        return "the finding as its person saw it does not stand beside it"
    return ""


def take_up(desk: Desk) -> tuple[LoggedRow, ...]:
    """Record what was logged before the machine stopped; the caller holds the lock."""
    with database.reading(desk.engine) as connection:
        since = logged.last_index(connection, KINDS.values()) + 1
    size = Log.open(desk.workspace.root).size
    openings = desk.workspace.root / "openings"
    if not _anything(openings, since, size):
        return ()
    events = read_events(openings, size, since=since)
    rows = tuple(
        row_of(event)
        for event in whole(events)
        if event.type in KINDS and event.index >= since and lacking(event) == ""
    )
    if rows:
        with database.writing(desk.engine) as connection:
            for row in rows:
                logged.add(connection, kind_of(type(row)), row)
    return rows


def _anything(openings: Path, since: int, size: int) -> bool:
    """Tell whether a batch begins at or after an index, without looking at the others.

    Each batch of a workspace is filled up to a multiple of ``BATCH``, so it begins at one.
    """
    if size % BATCH:
        return True
    first = -(-since // BATCH) * BATCH
    return any((openings / file_name(at)).exists() for at in range(first, size, BATCH))


@contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """Keep others out of one kind of work on a workspace; wait for them in the order of coming.

    Threads of one process stand in a line; the first of it asks for the lock between processes.

    Raises:
        WorkspaceError: when another process, or another thread, does not come to its end.
    """
    busy = f"{folder}: another process is {what}; wait for it and do the same again."
    with turn(folder, _PATIENCE_S, busy):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            for left in range(_tries(), -1, -1):
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if not left:
                        raise WorkspaceError(busy) from None
                    time.sleep(_PAUSE_S)
            yield
        finally:
            os.close(descriptor)


def _tries() -> int:
    return round(_PATIENCE_S / _PAUSE_S)
