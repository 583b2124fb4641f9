"""The typed events of a workspace's evidence log, and the runs among them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from truceline.evidence.log import BATCH
from truceline.evidence.openings import file_name, first_index, header_of, read_openings

NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "workspace.created": frozenset({"agreement", "agreement_sha256", "agreement_files"}),
    "raw.received": frozenset(
        {"source", "sha256", "size", "file_name", "received", "adapter_version", "rows",
         "rejected", "segment_sha256", "rest_sha256"}
    ),
    "background.set": frozenset({"sha256", "basis"}),
    "calibration.made": frozenset({"version", "basis"}),
    "run.made": frozenset(
        {"inputs", "results", "calibration", "code", "time", "previous", "content_sha256"}
    ),
    "incident.revised": frozenset({"incident_id", "revision", "sha256"}),
    "incident.lineage": frozenset({"incident_id", "relation", "other"}),
    "finding.made": frozenset({"finding_id", "incident_revision", "sha256"}),
    "report.published": frozenset({"files", "time"}),
    "position.opened": frozenset({"incident_id", "time"}),
    "document.received": frozenset({"name", "sha256", "size", "sidecar", "received"}),
    "reading.made": frozenset({"documents", "result", "code", "time"}),
    "review.made": frozenset(
        {"number", "verdict", "target", "target_sha256", "person", "time", "reason", "values"}
    ),
    "finding.step": frozenset(
        {"number", "finding_id", "incident_revision", "step", "person", "reason", "time", "sha256"}
    ),
    "finding.seen": frozenset({"sha256", "finding"}),
    "finding.released": frozenset(
        {"finding_id", "case_revision", "case", "public", "steps", "time"}
    ),
    "drill.begun": frozenset({"number", "procedure", "person", "time"}),
    "notice.recorded": frozenset(
        {"number", "notice_id", "what", "by", "carrier", "time", "detail"}
    ),
    "person.recorded": frozenset(
        {"number", "person_id", "name", "nationality", "grants", "key", "disabled", "by", "time"}
    ),
    "access.changed": frozenset({"number", "what", "person_id", "by", "detail", "time"}),
    "read.sensitive": frozenset(
        {"number", "operation", "subject", "person_id", "person", "how", "time"}
    ),
    "custody.received": frozenset(
        {"number", "sha256", "size", "media_type", "name", "handed_in_by", "side", "areas", "taken",
         "note", "about", "derived_from", "papers", "person", "person_id", "time"}
    ),
    "custody.step": frozenset(
        {"number", "sha256", "step", "recipient", "about", "reason", "person", "person_id", "time"}
    ),
    "custody.copied": frozenset({"number", "sha256", "reason", "person", "person_id", "time"}),
    "custody.checked": frozenset(
        {"number", "sha256", "paper", "paper_sha256", "checker", "roots_sha256", "outcome", "report",
         "time"}
    ),
    "custody.fields": frozenset(
        {"number", "sha256", "fields", "root", "person", "person_id", "time"}
    ),
    "entry.deleted": frozenset(
        {"index", "entry_sha256", "authority", "person", "person_id", "reason", "time"}
    ),
    "log.padded": frozenset({"time", "multiple"}),
}  # fmt: skip
"""Type of an event to the fields that it has."""

_HEADER_BYTES: Final = 80
_OF_A_RUN: Final = frozenset({"incident.revised", "incident.lineage", "finding.made"})


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log whose record is open here."""

    index: int
    """Leaf index."""
    type: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """A run as the log tells it: what it rested on, and everything that it decided."""

    made: Event
    decided: tuple[Event, ...]
    """Revisions, lineage and findings, in the order of the log."""

    def of_type(self, name: str) -> Iterator[Event]:
        """Give its events of one type."""
        return (event for event in self.decided if event.type == name)


def read_events(
    openings: Path, size: int, without: Collection[int] = (), since: int = 0
) -> tuple[Event, ...]:
    """Read the events of a log, in its order.

    What cannot be read, or is not whole, is left out: the verification of the log names it.

    Args:
        openings: folder of the openings.
        size: entries that the checkpoint covers; what lies beyond is no part of the log.
        without: leaf indices that are not to be believed.
        since: entries before this leaf index are left out, and most of their files not read.
    """
    return tuple(
        event
        for first, path in opening_files(openings, size, since)
        for opening in read_openings(path.read_bytes(), first).openings
        if since <= opening.index < size and opening.index not in without
        if (event := event_of_record(opening.index, opening.record)) is not None
    )


def opening_files(openings: Path, size: int, since: int) -> Iterator[tuple[int, Path]]:
    """Give the files that open the entries from an index on, each with its first index, in order.

    A file whose entries an earlier one opens as well was joined into that one.

    Args:
        openings: folder of the openings of a workspace.
        size: files that begin at or after this leaf index are left out.
        since: the first file is the one that opens this entry.
    """
    end = 0
    for first in _near(openings, size, since) if since else _every(openings):
        path = openings / file_name(first)
        if end <= first < size and path.is_file():
            yield first, path
            with path.open("rb") as file:
                header = header_of(file.readline(_HEADER_BYTES))
            end = first + header[0] if header is not None else first


def _every(openings: Path) -> list[int]:
    found = openings.iterdir() if openings.is_dir() else ()
    return sorted(first for path in found if (first := first_index(path.name)) is not None)


def _near(openings: Path, size: int, since: int) -> Iterator[int]:
    """Give first indices from the file on that opens an entry, without listing the folder.

    Each batch of a workspace is filled up to a multiple of ``BATCH``, so files begin at such.
    """
    start = min(since, size) // BATCH * BATCH
    while start > 0 and not (openings / file_name(start)).exists():
        start -= BATCH
    yield from range(start, size, BATCH)


def event_of_record(index: int, record: bytes) -> Event | None:
    """Read a record as an event; ``None`` when it is padding, or lacks what its type needs."""
    try:
        fields = json.loads(record)
        needed = NEEDED[fields["type"]]
    except (ValueError, KeyError, TypeError):
        return None  # padding, or a change that the verification of the log names
    return Event(index, fields["type"], fields) if needed <= fields.keys() else None


def received(events: Iterable[Event]) -> dict[tuple[str, str], Event]:
    """Give the entry of each raw file by source and hash; the newest where there are several."""
    return {
        (str(e.fields["source"]), str(e.fields["sha256"])): e
        for e in events
        if e.type == "raw.received"
    }


def last(events: Iterable[Event], name: str) -> Event | None:
    """Give the newest event of a type."""
    return next((e for e in reversed(tuple(events)) if e.type == name), None)


def runs(events: Iterable[Event]) -> tuple[LoggedRun, ...]:
    """Give the runs of a log; each was appended with its decisions as one batch."""
    found: list[tuple[Event, list[Event]]] = []
    following = -1
    for event in events:
        if event.type == "run.made":
            found.append((event, []))
        elif found and event.type in _OF_A_RUN and event.index == following:
            found[-1][1].append(event)
        following = event.index + 1
    return tuple(LoggedRun(made, tuple(decided)) for made, decided in found)


def recorded(logged: Iterable[LoggedRun]) -> tuple[LoggedRun, ...]:
    """Give the runs that count, oldest first: the newest, and those on which it built.

    A run that was cut off between log and records has no successor that names it.
    """
    by_index = {run.made.index: run for run in logged}
    chain: list[LoggedRun] = []
    at = max(by_index, default=None)
    while at is not None and at in by_index:
        chain.append(by_index.pop(at))
        previous = chain[-1].made.fields["previous"]
        at = previous if isinstance(previous, int) else None
    return tuple(reversed(chain))
