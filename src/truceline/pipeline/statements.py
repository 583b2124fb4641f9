"""Taking in articles: stored by hash, logged, read together with all others. Twice is once.

Documents and the reading made of them enter the log as one batch, then the records. Where the
machine stops in between, the next call finds the entries in the log and takes them up
(``pipeline.statements_log``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from truceline.codec.canonical import rfc3339
from truceline.errors import WrongKindOfFile
from truceline.guarantees.reading.documents import opened
from truceline.model.article import Reading
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event
from truceline.pipeline.reading import (
    documents_digest,
    known_besides,
    read_held,
    reading_of,
    result_digest,
    rules,
)
from truceline.pipeline.recording import alone
from truceline.pipeline.statements_log import cut_off, held_of, put_reading
from truceline.store import archive, database, documents
from truceline.store.documents import Held


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of some files."""

    reading: Reading
    """Of all documents that the desk holds now."""
    new: tuple[str, ...]
    """Names of documents that were not held before, or with other bytes or another sidecar."""
    refused: tuple[tuple[str, str], ...]
    """(file name, why) of the given files that were not kept."""
    again: bool
    """Nothing was changed."""


def take_in(
    desk: Desk,
    files: Mapping[str, bytes],
    sidecar: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> TakenIn:
    """Take in articles and read them together with all that the desk holds.

    A document of a known name with other bytes supersedes the earlier one, which is kept. A file
    that cannot be read is refused with its reason, and the rest goes on.

    Args:
        desk: the workspace.
        files: bytes by file name without folder.
        sidecar: what is known of each file besides its text, by file name; a file that it does
            not name keeps what was known of the same bytes.
        now: time of the entries.

    Raises:
        EvidenceError: when raw bytes of a document are missing or were changed.
        WorkspaceError: when the records cannot be used.
    """
    with alone(desk.workspace.root / "openings", "reading or reviewing"):
        return _take_in(desk, files, sidecar, now, missing=cut_off(desk))


def take_up(desk: Desk, now: datetime) -> None:
    """Finish what was cut off between log and records; the caller holds the lock of ``take_in``.

    Raises:
        EvidenceError: when raw bytes of a document are missing or were changed.
        WorkspaceError: when the records cannot be used.
    """
    missing = cut_off(desk)
    if missing:
        _take_in(desk, {}, {}, now, missing=missing)


def _take_in(
    desk: Desk,
    files: Mapping[str, bytes],
    sidecar: Mapping[str, Mapping[str, Any]],
    now: datetime,
    *,
    missing: Sequence[Event],
) -> TakenIn:
    with database.reading(desk.engine) as connection:
        held = {item.name: item for item in documents.current(connection)}
        last = documents.last_reading(connection)
    held |= {e.fields["name"]: held_of(e) for e in missing if e.type == "document.received"}
    readable, refused = _parted(_changed(files, sidecar, held), sidecar)
    events = [_event(name, raw, sidecar, now) for name, raw in readable.items()]
    now_held = {**held, **{e["name"]: held_of(Event(-1, e["type"], e)) for e in events}}
    digest = documents_digest(now_held.values())
    as_read = last is not None and (last.documents, last.code) == (digest, rules())
    if not now_held or (as_read and not missing):
        return TakenIn(reading_of(desk), (), refused, again=True)
    for event in events:
        archive.keep_raw(desk.workspace, readable[event["name"]])
    reading = read_held(desk, now_held.values())
    made = {
        "type": "reading.made",
        "documents": digest,
        "result": result_digest(reading),
        "code": rules(),
        "time": rfc3339(now),
    }
    _record(desk, missing, events, made, reading)
    return TakenIn(reading, tuple(e["name"] for e in events), refused, again=False)


def _changed(
    files: Mapping[str, bytes],
    sidecar: Mapping[str, Mapping[str, Any]],
    held: Mapping[str, Held],
) -> dict[str, bytes]:
    """Give those files that are not held just so, by name."""
    found = {}
    for name in sorted(files):
        before, known = held.get(name), known_besides(sidecar.get(name))
        same = before is not None and before.sha256 == archive.sha256_of(files[name])
        if before is None or not same or known not in ({}, dict(before.sidecar)):
            found[name] = files[name]
    return found


def _parted(
    files: Mapping[str, bytes], sidecar: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, bytes], tuple[tuple[str, str], ...]]:
    """Part what can be opened from what cannot, with the reason."""
    readable: dict[str, bytes] = {}
    refused = []
    for name, raw in files.items():
        try:
            opened(name, raw, known_besides(sidecar.get(name)))
        except WrongKindOfFile as error:
            refused.append((name, str(error)))
        except Exception as error:  # noqa: BLE001 - a fault of ours in one file must not stop the rest
            why = f"a fault of the reader ({type(error).__name__}: {error}); please report it"
            refused.append((name, f"{name}: {why} with the file. The others were read."))
        else:
            readable[name] = raw
    return readable, tuple(refused)


def _event(
    name: str, raw: bytes, sidecar: Mapping[str, Mapping[str, Any]], now: datetime
) -> dict[str, Any]:
    return {
        "type": "document.received",
        "name": name,
        "sha256": archive.sha256_of(raw),
        "size": len(raw),
        "sidecar": known_besides(sidecar.get(name)),
        "received": rfc3339(now),
    }


def _record(
    desk: Desk,
    missing: Sequence[Event],
    events: Sequence[Mapping[str, Any]],
    made: Mapping[str, Any],
    reading: Reading,
) -> None:
    """Log first, then record in one transaction, with what was logged and not recorded before.

    A reading that a call which was cut off has logged already is not logged again.
    """
    known = None if events else _logged(desk, made)
    places = range(0) if known is not None else desk.log([*events, made])
    entry = known or Event(places[-1], "reading.made", made)
    received = [
        Event(at, "document.received", event) for at, event in zip(places, events, strict=False)
    ]
    left = [event for event in missing if event.index != entry.index]
    put_reading(desk, [*left, *received], entry, reading)


def _logged(desk: Desk, made: Mapping[str, Any]) -> Event | None:
    names = ("documents", "result", "code")
    for event in reversed(desk.events()):
        if event.type == "reading.made":
            same = all(event.fields[name] == made[name] for name in names)
            return event if same else None
    return None
