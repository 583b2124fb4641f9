"""Persons' steps on findings: who confirmed or rejected what, and why. A finding is never changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from truceline.codec.canonical import canonical, rfc3339
from truceline.codec.nouns import finding_from_plain, finding_to_plain
from truceline.errors import WorkflowError
from truceline.model.finding import Finding, Mode, Status
from truceline.model.procedure import Occurrence
from truceline.pipeline import kinds, recording
from truceline.pipeline.desk import Desk
from truceline.store import database, logged, records
from truceline.store.notices import FindingStep

STEPS: Final = (Status.REVIEWED, Status.CONFIRMED, Status.REJECTED)
"""What a person may do with a finding."""
_LONGEST: Final = 2000
"""Of a name or a reason. Unit: characters."""


def take_step(
    desk: Desk, finding_id: str, step: Status, person: str, reason: str, now: datetime
) -> FindingStep:
    """Log and record what a person does with a finding as it stands now.

    Args:
        desk: the workspace.
        finding_id: such as ``INC-000001/R-2``.
        step: one of :data:`STEPS`.
        person: who acts; a name, no role alone.
        reason: why; never empty.
        now: UTC.

    Raises:
        WorkflowError: when name or reason is missing, there is no such finding, the same person did
            the same before, or the clock stands before the last step.
        WorkspaceError: when log or records cannot be written.
    """
    if step not in STEPS:
        raise WorkflowError(f"{step.value!r} is no step of a person; one of {_names()}")
    person, reason = said(person, "who acts", "--by"), said(reason, "why", "--why")
    with recording.recording(desk) as taken:
        finding = _finding(desk, finding_id)
        row = FindingStep(
            number=0,
            finding_id=finding_id,
            incident_revision=finding.incident_revision,
            step=step.value,
            person=person,
            reason=reason,
            time=rfc3339(now),
            content=content_of(finding),
            log_index=0,
        )
        before = [one for one in steps(desk) if one.finding_id == finding_id]
        if before and _same(before[-1], row):
            if before[-1] in taken:
                return before[-1]  # this very step was cut off, and has just been taken up
            raise WorkflowError(
                f"{person} has {step.value} {finding_id} already, at {before[-1].time}; nothing "
                "has changed since."
            )
        if before and moment_of(before[-1].time) > now:
            raise WorkflowError(
                f"{finding_id} was {before[-1].step} at {before[-1].time}, which is after "
                f"{row.time}; set the clock right."
            )
        return recording.add(desk, row)


def steps(desk: Desk) -> tuple[FindingStep, ...]:
    """Give every step that is recorded, oldest first."""
    with database.reading(desk.engine) as connection:
        return logged.every(connection, kinds.STEP)


def content_of(finding: Finding) -> str:
    """Give the canonical JSON of a finding, as a person's step keeps it."""
    return canonical(finding_to_plain(finding)).decode()


def changed_since(step: FindingStep, findings: Iterable[Finding]) -> str:
    """Say how a finding has changed since a person's step; empty where it has not.

    Args:
        step: what the person did.
        findings: those of now.
    """
    now = next((one for one in findings if one.finding_id == step.finding_id), None)
    if now is None:
        return "the finding is no more: its incident was merged, retired or is another now"
    if content_of(now) == step.content:
        return ""
    if now.incident_revision == step.incident_revision:
        return "the finding was evaluated anew since, look again"
    return (
        f"revised since: this was incident revision {step.incident_revision}, now it is "
        f"{now.incident_revision}; look again"
    )


def occurrences_of(taken: Sequence[FindingStep]) -> tuple[Occurrence, ...]:
    """Give persons' steps as what may open, or take back, a procedure."""
    return tuple(
        Occurrence(
            id=f"STEP-{one.number:06d}",
            time=moment_of(one.time),
            person=one.person,
            finding=replace(
                finding_from_plain(json.loads(one.content)),
                status=Status(one.step),
                mode=Mode.MANUAL,
            ),
        )
        for one in taken
    )


def moment_of(text: str) -> datetime:
    """Read a time of the records."""
    return datetime.fromisoformat(text)


def _finding(desk: Desk, finding_id: str) -> Finding:
    with database.reading(desk.engine) as connection:
        found = records.findings(connection, [finding_id.split("/", 1)[0]])
    for finding in found:
        if finding.finding_id == finding_id:
            return finding
    others = ", ".join(one.finding_id for one in found)
    raise WorkflowError(
        f"no finding is called {finding_id}; "
        + (f"there are {others}." if others else "`truceline findings list WS` names all.")
    )


def _same(one: FindingStep, other: FindingStep) -> bool:
    names = ("finding_id", "step", "person", "content")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def said(text: str, what: str, option: str) -> str:
    """Take a name or a reason as one line.

    Raises:
        WorkflowError: when it is empty or far too long.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not line:
        raise WorkflowError(f"nobody is told {what}: give {option}; a step without it counts not.")
    if len(line) > _LONGEST:
        raise WorkflowError(f"{option} has {len(line)} characters; give at most {_LONGEST}.")
    return line


def _names() -> str:
    return ", ".join(step.value for step in STEPS)
