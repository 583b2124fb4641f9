"""Taking in raw files: stored by hash before they are parsed, archived, logged. Twice is once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from truceline.access.rules import Operation
from truceline.adapters.interface import ParseContext, Parsed
from truceline.codec.canonical import canonical, rfc3339
from truceline.codec.rest import rest_to_plain
from truceline.custody.names import name_as_data
from truceline.model.person import Principal
from truceline.pipeline.acting import AT_DESK, allow
from truceline.pipeline.custody import Upload, hand_in
from truceline.pipeline.custody_items import items
from truceline.pipeline.custody_said import Offer
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event, received
from truceline.pipeline.sources import adapter_of
from truceline.pipeline.steps import said
from truceline.store import archive, database, records
from truceline.store.workspace import write_durably


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one file."""

    source: str
    sha256: str
    rows: int
    rejected: tuple[str, ...]
    """``line N: reason`` of each record that could not be read."""
    again: bool
    """True where these bytes were taken in before; nothing was changed."""


def ingest(
    desk: Desk,
    source: str,
    raw: bytes,
    file_name: str,
    now: datetime,
    *,
    handed_in_by: str = "",
    principal: Principal | None = None,
) -> Ingested:
    """Take in one raw file.

    Args:
        desk: the workspace.
        source: name of the adapter.
        raw: the bytes.
        file_name: as given; never used as a path.
        now: UTC.
        handed_in_by: who gave it to the mission, for its chain of custody; if empty the person who
            takes it in, and at a desk nobody.
        principal: who takes it in; null: the system itself.

    Raises:
        AccessError: when they may not.
        SourceError: when no source has that name.
        WrongKindOfFile: when the file is not of a layout the source has; nothing was kept.
    """
    if principal is not None:
        principal = allow(desk, principal, Operation.INGEST, now)
    name = name_as_data(file_name)
    done = _ingest(desk, source, raw, name, now)
    person = None if principal is None else principal.person
    giver = handed_in_by or ("" if person is None else person.name)
    if giver:
        _hand_in_once(desk, principal or AT_DESK, Upload(name, [raw]), giver, done.sha256, now)
    return done


def _hand_in_once(
    desk: Desk, principal: Principal, what: Upload, giver: str, sha256: str, now: datetime
) -> None:
    """Record who handed in a raw file, unless that is known."""
    known = (row.handed_in_by for one in items(desk, sha256) for row in one.hand_ins)
    if said(giver, "who handed it in", "--handed-in-by") not in known:
        hand_in(desk, principal, what, Offer(giver), now, by=giver)


def _ingest(desk: Desk, source: str, raw: bytes, file_name: str, now: datetime) -> Ingested:
    adapter = adapter_of(source)
    sha256 = archive.sha256_of(raw)
    with database.reading(desk.engine) as connection:
        known = [
            r for r in records.raw_inputs(connection) if (r.source, r.sha256) == (source, sha256)
        ]
    parsed = parse(desk, source, raw, sha256, file_name)
    rejected = tuple(f"line {r.line}: {r.reason}" for r in parsed.rejected)
    rows = parsed.observations.num_rows
    if known:
        return Ingested(source, sha256, rows, rejected, again=True)
    archive.keep_raw(desk.workspace, raw)
    segment = archive.segment_bytes(parsed.observations)
    rest = canonical(rest_to_plain(parsed))
    write_durably(desk.workspace.archive_path(source, sha256, ".parquet"), segment)
    write_durably(desk.workspace.archive_path(source, sha256, ".json"), rest)
    event = _event(source, sha256, raw, file_name, now, adapter.version, parsed, segment, rest)
    item = raw_input(_logged(desk, event))
    with database.writing(desk.engine) as connection:
        records.add_raw_input(connection, item)
    return Ingested(source, sha256, rows, rejected, again=False)


def parse(desk: Desk, source: str, raw: bytes, sha256: str, file_name: str) -> Parsed:
    """Parse a raw file as this workspace does.

    Raises:
        SourceError: when no source has that name.
        WrongKindOfFile: when the file is not of a layout the source has.
    """
    context = ParseContext(sha256, file_name, desk.agreement.theatre)
    return adapter_of(source).parse(raw, context)


def _event(
    source: str,
    sha256: str,
    raw: bytes,
    file_name: str,
    now: datetime,
    version: str,
    parsed: Parsed,
    segment: bytes,
    rest: bytes,
) -> dict[str, Any]:
    return {
        "type": "raw.received",
        "source": source,
        "sha256": sha256,
        "size": len(raw),
        "file_name": file_name,
        "received": rfc3339(now),
        "adapter_version": version,
        "rows": parsed.observations.num_rows,
        "rejected": len(parsed.rejected),
        "segment_sha256": archive.sha256_of(segment),
        "rest_sha256": archive.sha256_of(rest),
    }


def _logged(desk: Desk, event: Mapping[str, Any]) -> Event:
    """Append the event, unless a crash left it in the log without its record."""
    known = received(desk.events()).get((event["source"], event["sha256"]))
    if known is not None and all(
        known.fields[name] == event[name] for name in event.keys() - {"file_name", "received"}
    ):
        return known
    return Event(desk.log([event])[0], "raw.received", event)


def raw_input(event: Event) -> records.RawInput:
    """Give the record of a raw file as its entry of the log tells it."""
    names = set(records.RawInput.__slots__) - {"log_index"}
    return records.RawInput(**{n: event.fields[n] for n in names}, log_index=event.index)
