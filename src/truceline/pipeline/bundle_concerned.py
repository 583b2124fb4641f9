"""What of a workspace concerns one finding: entries of the log, contents, raw files, rows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from truceline.codec.agreement import agreement_files
from truceline.codec.canonical import canonical
from truceline.codec.nouns import finding_from_plain, finding_to_plain, incident_to_plain
from truceline.errors import WorkflowError, WorkspaceError
from truceline.model.finding import Finding
from truceline.model.incident import Incident
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event, recorded, runs
from truceline.pipeline.holdings import holdings
from truceline.pipeline.kinds import SEEN
from truceline.pipeline.raw_places import raw_places
from truceline.pipeline.reporting import report_window
from truceline.store import cases, database, records
from truceline.store.records import RawInput

_FOLDER: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:_(\d{4}-\d\d-\d\d))?/")
"""Folder of a report: its day, or its first and last."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Everything about one finding."""

    finding: Finding
    """As the last run left it."""
    incident: Incident
    """Its latest revision."""
    events: tuple[Event, ...]
    """Entries of the log that concern it, in order."""
    raw: tuple[RawInput, ...]
    """Raw files behind any revision, in the order of the log."""
    rows: tuple[dict[str, Any], ...]
    """Where each member's row lies in them."""
    contents: tuple[tuple[str, bytes], ...]
    """Name and bytes of what entries bind by hash alone."""
    deleted: tuple[int, ...]
    """Leaf indices of receipts that were lawfully deleted, where members have lost their rows."""

    def of(self, *types: str) -> tuple[Event, ...]:
        """Give the entries of some types."""
        return tuple(event for event in self.events if event.type in types)


def concerned(desk: Desk, finding_id: str) -> Concerned:
    """Gather what concerns a finding.

    Raises:
        WorkflowError: when there is no such finding.
        EvidenceError: when the archive is damaged.
        WorkspaceError: when the records cannot be read.
    """
    incident_id = finding_id.partition("/")[0]
    if not (finding_id.isascii() and finding_id.isprintable()):
        raise WorkflowError(f"{finding_id[:60]!a} is no id of a finding")
    with database.reading(desk.engine) as connection:
        history = records.incident_history(connection, incident_id)
        findings = records.findings(connection, [incident_id])
        inputs = records.raw_inputs(connection)
        signed = cases.steps_of(connection, finding_id)
    finding = next((one for one in findings if one.finding_id == finding_id), None)
    if finding is None and signed:  # merged or retired since; what was signed stays
        finding = finding_from_plain(json.loads(signed[-1].content))
    if finding is None or not history:
        raise WorkflowError(
            f"no finding is called {finding_id}; `truceline findings list WS` names all."
        )
    events = desk.events()
    rows = _rows(desk, history)
    behind = {row["raw_sha256"] for row in rows}
    raw = tuple(item for item in inputs if item.sha256 in behind)
    chosen = [*_decided(events, finding_id, incident_id), *_people(events, finding_id)]
    chosen += _around(desk, events, history[-1], {finding_id, incident_id}, behind)
    return Concerned(
        finding,
        history[-1],
        tuple(sorted({event.index: event for event in chosen}.values(), key=lambda e: e.index)),
        raw,
        rows,
        tuple(_contents(desk, history, finding, chosen)),
        tuple(_deleted(events, history, rows)),
    )


def _deleted(
    events: Sequence[Event], history: Sequence[Incident], rows: Sequence[dict[str, Any]]
) -> Iterator[int]:
    """Give what was deleted, where some member's row is gone: one of these held it."""
    held = {(row["observation_id"], row["version"]) for row in rows}
    members = {(m.observation_id, m.version) for one in history for m in one.members}
    for event in events if members - held else ():
        if event.type == "entry.deleted":
            yield int(event.fields["index"])


def _decided(events: Sequence[Event], finding_id: str, incident_id: str) -> Iterator[Event]:
    """Give what runs have decided about it, with each such run and its calibration.

    Every run makes every finding anew; entries that repeat the one before are left out.
    """
    said = ""
    made = {e.fields["version"]: e for e in events if e.type == "calibration.made"}
    chain = recorded(runs(events))
    for place, run in enumerate(chain):
        found = [e for e in run.decided if _is_about(e, finding_id, incident_id)]
        digest = next((e.fields["sha256"] for e in found if e.type == "finding.made"), said)
        news = digest != said or any(e.type != "finding.made" for e in found)
        if found and (news or place == len(chain) - 1):
            yield run.made
            yield from found
            if run.made.fields["calibration"] in made:
                yield made[run.made.fields["calibration"]]
        said = digest


def _is_about(event: Event, finding_id: str, incident_id: str) -> bool:
    if event.type == "finding.made":
        return bool(event.fields["finding_id"] == finding_id)
    return incident_id in (event.fields["incident_id"], event.fields.get("other"))


def _people(events: Sequence[Event], finding_id: str) -> Iterator[Event]:
    """Give the steps on it, and what was recorded of those who took them."""
    steps = [e for e in events if e.type == "finding.step" and e.fields["finding_id"] == finding_id]
    signed = {e.fields.get("person_id") for e in steps} - {None, ""}
    yield from steps
    seen = {e.index + 1 for e in steps}
    for event in events:
        if event.type == SEEN and event.index in seen:
            yield event
        if event.type == "person.recorded" and event.fields["person_id"] in signed:
            yield event


def _around(
    desk: Desk, events: Sequence[Event], incident: Incident, about: set[str], raw: set[str]
) -> Iterator[Event]:
    """Give how the log began, raw files and items received, and reports of its day."""
    items = {
        e.fields["sha256"]
        for e in events
        if e.type.startswith("custody.") and e.fields.get("about") in about
    }
    for event in events:
        fields = event.fields
        if (
            event.type == "workspace.created"
            or (event.type == "raw.received" and fields["sha256"] in raw)
            or (event.type.startswith("custody.") and fields["sha256"] in raw | items)
            or (event.type == "report.published" and _covers(desk, fields, incident.time.start))
        ):
            yield event


def _covers(desk: Desk, published: Any, moment: datetime) -> bool:
    """Tell whether a report is of days that hold a moment."""
    for name in published["files"]:
        days = _FOLDER.match(name)
        if days is not None:
            first = date.fromisoformat(days[1])
            last = date.fromisoformat(days[2] or days[1])
            try:
                window = report_window(desk, first, last)
            except WorkspaceError:
                return False
            return window.contains(moment)
    return False


def _rows(desk: Desk, history: Sequence[Incident]) -> tuple[dict[str, Any], ...]:
    """Say where the row of each member of each revision lies."""
    places = raw_places(holdings(desk), history)
    return tuple(
        {
            "observation_id": key[0],
            "version": key[1],
            "raw_sha256": row.raw_sha256,
            "line": row.raw_line,
            "offset": row.raw_offset,
            "length": row.raw_length,
        }
        for key, row in sorted(places.items(), key=lambda pair: pair[0])
    )


def _contents(
    desk: Desk, history: Sequence[Incident], finding: Finding, chosen: Sequence[Event]
) -> Iterator[tuple[str, bytes]]:
    """Give the contents that the chosen entries bind and that are still held."""
    logged = {e.fields.get("sha256") for e in chosen}
    candidates = [
        (f"{one.incident_id} revision {one.revision}", canonical(incident_to_plain(one)))
        for one in history
    ]
    candidates.append((finding.finding_id, canonical(finding_to_plain(finding))))
    for name, data in candidates:
        if hashlib.sha256(data).hexdigest() in logged:
            yield name, data
    begun = next(e for e in chosen if e.type == "workspace.created")
    bound = begun.fields["agreement_files"]
    for name, data in agreement_files(desk.workspace.agreement_folder).items():
        if hashlib.sha256(data).hexdigest() == bound.get(name):
            yield f"agreement/{name}", data
    for version in sorted({e.fields["version"] for e in chosen if e.type == "calibration.made"}):
        path = desk.workspace.calibration_path(version)
        if path.exists():
            yield f"calibration/{version}", path.read_bytes()
