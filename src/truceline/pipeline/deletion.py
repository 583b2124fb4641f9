"""Lawful deletion: the decision is logged first, then what it is about is taken away for good.

What stays is the entry itself, a salted hash: it proves that something stood in this place, and
nobody can open it any more. Where the machine stops between decision and deletion, the verification
says so, and the same command goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from truceline.access.rules import Operation
from truceline.codec.canonical import rfc3339
from truceline.errors import WorkflowError
from truceline.evidence.deletion import DECISION, Decision, forget
from truceline.evidence.layout import FULL
from truceline.evidence.lock import locked
from truceline.evidence.log import Log
from truceline.evidence.openings import first_index, header_of, read_openings
from truceline.evidence.report import LogReport
from truceline.evidence.tiles import TileReader
from truceline.model.person import Principal
from truceline.pipeline import recording
from truceline.pipeline.acting import allow, by_of
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event
from truceline.pipeline.holdings import holdings
from truceline.pipeline.raw_places import raw_places
from truceline.pipeline.steps import said
from truceline.store import database, lookup, records, schema
from truceline.store.workspace import sync_folder

DELETABLE: Final = frozenset({"raw.received"})
"""Types of entries that may be deleted: what came in from outside. All others say what the mission
itself did, which stays."""
_PATIENCE_S: Final = 10.0
_HOLDING: Final = frozenset({"raw.received", "document.received", "custody.received"})
"""Types of entries that speak of raw bytes."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted."""

    index: int
    """Leaf index of the entry."""
    decision: int
    """Leaf index of the decision."""
    kept_for: tuple[int, ...]
    """Entries that speak of the same raw bytes, which are therefore still here."""


def delete_entry(
    desk: Desk,
    principal: Principal,
    index: int,
    authority: str,
    reason: str,
    now: datetime,
    *,
    by: str = "",
) -> Deleted:
    """Log the decision to delete an entry, then delete it; go on where that was cut off.

    Args:
        desk: the workspace.
        principal: who acts.
        index: leaf index of the entry.
        authority: by which law, order or request.
        reason: why.
        now: UTC.
        by: name of who acts, at a desk.

    Raises:
        AccessError: when they may not.
        WorkflowError: when there is no such entry, it may not be deleted or is deleted already, or
            a name, authority or reason is missing.
        WorkspaceError: when log or records cannot be written.
        EvidenceError: when the log or its openings are damaged.
        OSError: when the disk refuses; the same call then goes on.
    """
    current = allow(desk, principal, Operation.DELETE_ENTRY, now)
    name = current.person.name if current.person is not None else said(by, "who acts", "--by")
    words = said(authority, "by which authority", "--authority"), said(reason, "why", "--why")
    with recording.recording(desk):
        events = desk.events()
        first = _file_of(desk, index)
        target = _target(desk, events, index, first)
        decision = _begun(events, index)
        if decision is None:
            decision = Decision(-1, index, _digest(desk, index))
            event = {
                "type": DECISION,
                "index": index,
                "entry_sha256": decision.entry_sha256,
                "authority": words[0],
                "person": name,
                "person_id": by_of(current),
                "reason": words[1],
                "time": rfc3339(now),
            }
            decision = Decision(desk.log([event])[0], index, decision.entry_sha256)
        kept_for = _take_away(desk, events, target)
        with locked(desk.workspace.root / "log", _PATIENCE_S):
            forget(desk.workspace.root / "openings", first, decision)
    return Deleted(index, decision.at, kept_for)


def unfinished(root: Path, log: LogReport) -> Iterator[str]:
    """Say which deletions were cut off between the decision and the deletion."""
    for decision in log.undone:
        yield (
            f"entry {decision.index} was to be deleted (decision at entry {decision.at}) and can "
            f"still be opened: the deletion was cut off; `truceline evidence delete {root} "
            f"{decision.index}` goes on; until then the records are not checked"
        )


def without_undone(
    events: tuple[Event, ...], log: LogReport
) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
    """Part the events that stay from those whose deletion was decided and is not done."""
    going = {decision.index for decision in log.undone}
    stay = tuple(event for event in events if event.index not in going)
    return stay, tuple(event for event in events if event.index in going)


def _file_of(desk: Desk, index: int) -> int:
    """Give the first index of the file of openings that speaks of an entry.

    Raises:
        WorkflowError: when the log has no such entry, or no file speaks of it.
    """
    size = Log.open(desk.workspace.root).size
    if not 0 <= index < size:
        raise WorkflowError(f"the log has no entry {index}; its {size} entries count from 0.")
    folder = desk.workspace.root / "openings"
    below = (f for p in folder.iterdir() if (f := first_index(p.name)) is not None and f <= index)
    first = max(below, default=None)
    if first is not None:
        path = folder / f"{first:09d}.jsonl"
        header = header_of(path.read_bytes())
        if header is not None and header[1] == first and index < first + header[0]:
            return first
    raise WorkflowError(f"no file of openings speaks of entry {index}: it is sealed in this copy.")


def _target(desk: Desk, events: tuple[Event, ...], index: int, first: int) -> Event:
    """Give the entry that is to be deleted.

    Raises:
        WorkflowError: when it is deleted already, or may not be.
    """
    target = next((event for event in events if event.index == index), None)
    if target is None:
        path = desk.workspace.root / "openings" / f"{first:09d}.jsonl"
        content = read_openings(path.read_bytes(), first)
        if index in content.deleted:
            raise WorkflowError(
                f"entry {index} is deleted already, under the decision at entry "
                f"{content.deleted[index]}."
            )
        raise WorkflowError(f"entry {index} holds no record of the mission: it fills a batch.")
    if target.type not in DELETABLE:
        raise WorkflowError(
            f"entry {index} is {target.type}, which says what the mission did: it stays for ever. "
            f"What came in may be deleted: {', '.join(sorted(DELETABLE))}."
        )
    for other in events:
        if other.index < index and other.type == target.type and _key(other) == _key(target):
            raise WorkflowError(
                f"entry {other.index} is an earlier one of the same file; delete that first."
            )
    return target


def _begun(events: tuple[Event, ...], index: int) -> Decision | None:
    """Give the decision about an entry, where one was logged and not carried out."""
    for event in events:
        if event.type == DECISION and event.fields["index"] == index:
            return Decision(event.index, index, str(event.fields["entry_sha256"]))
    return None


def _digest(desk: Desk, index: int) -> str:
    log = Log.open(desk.workspace.root)
    bundle = TileReader(log.log_dir, log.size).bundle(index // FULL)
    return hashlib.sha256(bundle[index % FULL]).hexdigest()


def _key(event: Event) -> tuple[str, str]:
    return str(event.fields["source"]), str(event.fields["sha256"])


def _take_away(desk: Desk, events: tuple[Event, ...], target: Event) -> tuple[int, ...]:
    """Remove the record of a raw file, its archive and its bytes; doing it again changes nothing."""
    source, sha256 = _key(target)
    others = [
        event
        for event in events
        if event.type in _HOLDING
        and event.index != target.index
        and event.fields["sha256"] == sha256
    ]
    if not any(e.type == target.type and _key(e) == _key(target) for e in others):
        _forget_row(desk, source, sha256)
        for suffix in (".parquet", ".json"):
            _remove(desk.workspace.archive_path(source, sha256, suffix))
        _look_up_again(desk, sha256)
    if not others:
        _remove(desk.workspace.raw_path(sha256))
    return tuple(event.index for event in others)


def _forget_row(desk: Desk, source: str, sha256: str) -> None:
    """Delete the row of a raw file, in SQLite with its bytes in the file of the database."""
    table = schema.raw_inputs
    with database.writing(desk.engine) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(sa.text("PRAGMA secure_delete = ON"))
        connection.execute(
            sa.delete(table).where(table.c.source == source, table.c.sha256 == sha256)
        )


def _look_up_again(desk: Desk, sha256: str) -> None:
    """Let members that rested on rows of the file rest on equal rows of others, or on none here."""
    members = schema.members
    gone = members.c.raw_sha256 == sha256
    with database.reading(desk.engine) as connection:
        if not lookup.is_filled(connection):
            return
        columns = (members.c.observation_id, members.c.incident_id)
        keys = {(str(a), str(b)) for a, b in connection.execute(sa.select(*columns).where(gone))}
        current = records.current_incidents(connection)
    raw = raw_places(holdings(desk), current)
    left = {
        (m.observation_id, i.incident_id): raw[m.observation_id, m.version]
        for i in current
        for m in i.members
        if (m.observation_id, i.incident_id) in keys and (m.observation_id, m.version) in raw
    }
    with database.writing(desk.engine) as connection:
        connection.execute(sa.update(members).where(gone).values(lookup.columns(None)))
        lookup.fill(connection, {}, {}, left)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        sync_folder(path.parent)
