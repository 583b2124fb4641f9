"""What a run decides, as the log tells it, and what becomes of a run that was cut off.

A run is logged before it is recorded. Where the machine stops in between, the next run finds the
entries: the same inputs give the same decisions, so it takes them up; other inputs make a new run,
which gives no id and no revision that the cut-off one has given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from truceline.codec.canonical import canonical, plain
from truceline.codec.nouns import finding_to_plain, incident_to_plain
from truceline.fusion.identity import Lineage
from truceline.model.finding import Finding
from truceline.model.incident import Incident
from truceline.pipeline.events import Event, LoggedRun, runs
from truceline.store import records

Fields = Mapping[str, Any]


def decisions(
    changed: Iterable[Incident], lineage: Iterable[Lineage], findings: Iterable[Finding]
) -> list[dict[str, Any]]:
    """Give the log's records of what a run decided."""
    return [
        *(_incident(incident) for incident in changed),
        *(_lineage(step) for step in lineage),
        *(_finding(finding) for finding in findings),
    ]


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "type": "incident.revised",
        "incident_id": incident.incident_id,
        "revision": incident.revision,
        "sha256": hashlib.sha256(canonical(incident_to_plain(incident))).hexdigest(),
    }


def _lineage(step: Lineage) -> dict[str, Any]:
    return {
        "type": "incident.lineage",
        "incident_id": step.incident_id,
        "relation": step.relation,
        "other": step.other,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "type": "finding.made",
        "finding_id": finding.finding_id,
        "incident_revision": finding.incident_revision,
        "sha256": hashlib.sha256(canonical(finding_to_plain(finding))).hexdigest(),
    }


@dataclass(frozen=True, slots=True)
class CutOff:
    """What runs that were cut off have logged and not recorded."""

    same: LoggedRun | None
    """The newest of them, where it rested on the same inputs and records."""
    next_number: int
    """First incident number that none of the others has given."""
    revisions: Mapping[str, int]
    """Highest revision that the others have made, by incident."""


def cut_off(events: Iterable[Event], last: Fields | None, inputs: str) -> CutOff:
    """Find what was logged after the last recorded run.

    Args:
        events: of the log.
        last: the last run of the records; null: none.
        inputs: digest of what the coming run rests on.
    """
    previous = None if last is None else int(last["log_index"])
    left = [r for r in runs(events) if previous is None or r.made.index > previous]
    same = left[-1] if left else None
    if same is not None:
        made = same.made.fields
        same = same if (made["inputs"], made["previous"]) == (inputs, previous) else None
    others = left[:-1] if same is not None else left
    revisions: dict[str, int] = {}
    for event in (e for run in others for e in run.of_type("incident.revised")):
        key, revision = str(event.fields["incident_id"]), int(event.fields["revision"])
        revisions[key] = max(revision, revisions.get(key, 0))
    top = max((records.number_of(key) for key in revisions), default=0)
    return CutOff(same, top + 1, revisions)


def taken_up(same: LoggedRun | None, made: Fields, decided: Sequence[Fields]) -> Event | None:
    """Give the entry of a cut-off run, if it decided the very same."""
    if same is None:
        return None
    now = [{**plain(dict(made)), "time": same.made.fields["time"]}, *map(plain, map(dict, decided))]
    then = [dict(same.made.fields), *(dict(event.fields) for event in same.decided)]
    return same.made if now == then else None
