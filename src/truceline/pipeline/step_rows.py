"""Persons' steps as they are recorded, and as the workflow reads them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from truceline.codec.canonical import canonical
from truceline.codec.nouns import finding_from_plain, finding_to_plain
from truceline.errors import WorkflowError
from truceline.model.case import CaseState, CaseStep
from truceline.model.finding import Finding, Mode, Status
from truceline.model.procedure import Occurrence
from truceline.model.review_rules import ReviewRules, StepKind
from truceline.pipeline import kinds
from truceline.pipeline.desk import Desk
from truceline.store import database, logged
from truceline.store.notices import FindingStep
from truceline.verification.workflow import states

_LONGEST: Final = 2000
"""Of a name or a reason. Unit: characters."""
_DECIDES: Final = frozenset(
    {StepKind.REVIEWED, StepKind.CONFIRMED, StepKind.REJECTED, StepKind.FINAL, StepKind.REOPENED}
)


def steps(desk: Desk) -> tuple[FindingStep, ...]:
    """Give every step that is recorded, oldest first."""
    with database.reading(desk.engine) as connection:
        return logged.every(connection, kinds.STEP)


def case_step(row: FindingStep) -> CaseStep:
    """Give a recorded step as the workflow reads it."""
    return CaseStep(
        number=row.number,
        kind=StepKind(row.step),
        person=row.person,
        person_id=row.person_id,
        nationality=row.nationality,
        reason=row.reason,
        time=moment_of(row.time),
        incident_revision=row.incident_revision,
        sha256=sha256_of(row.content),
        detail=json.loads(row.detail),
    )


def content_of(finding: Finding) -> str:
    """Give the canonical JSON of a finding, as a person's step keeps it."""
    return canonical(finding_to_plain(finding)).decode()


def sha256_of(content: str) -> str:
    """Give the digest of a finding's content, as a step names it."""
    return hashlib.sha256(content.encode()).hexdigest()


def changed_since(step: FindingStep, findings: Iterable[Finding]) -> str:
    """Say how a finding has changed since a person's step; empty where it has not.

    Args:
        step: what the person did.
        findings: those of now.
    """
    now = next((one for one in findings if one.finding_id == step.finding_id), None)
    if now is None:
        return GONE
    if content_of(now) == step.content:
        return ""
    if now.incident_revision == step.incident_revision:
        return "the finding was evaluated anew since, look again"
    return (
        f"revised since: this was incident revision {step.incident_revision}, now it is "
        f"{now.incident_revision}; look again"
    )


GONE: Final = "the finding is no more: its incident was merged, retired or is another now"
"""What is said of a finding that the newest run did not make."""


def occurrences_of(
    taken: Sequence[FindingStep], rules: ReviewRules | None = None
) -> tuple[Occurrence, ...]:
    """Give what persons decided as what may open, or take back, a procedure.

    A confirmation is one from the signature with which the rules are met, of all who signed. A case
    that is reopened is preliminary, and takes back what was opened, until it is confirmed again.

    Args:
        taken: steps on any findings, oldest first.
        rules: of the agreement; null where it has none.
    """
    by_finding: dict[str, list[FindingStep]] = {}
    for row in taken:
        by_finding.setdefault(row.finding_id, []).append(row)
    found = [one for rows in by_finding.values() for one in _occurrences(rows, rules)]
    return tuple(sorted(found, key=lambda one: one.id))


def _occurrences(rows: Sequence[FindingStep], rules: ReviewRules | None) -> list[Occurrence]:
    found, before = [], CaseState()
    read = [case_step(row) for row in rows]
    for row, (step, state) in zip(rows, states(read, rules), strict=True):
        graded = state.grade != before.grade and state.status is Status.CONFIRMED
        if step.kind in _DECIDES or graded:
            found.append(_occurrence(row, step, state))
        before = state
    return found


def _occurrence(row: FindingStep, step: CaseStep, state: CaseState) -> Occurrence:
    """Give what a step left as what may open a procedure, or take one back."""
    finding = finding_from_plain(json.loads(row.content))
    reopened = step.kind is StepKind.REOPENED
    signed = tuple(dict.fromkeys(one.person for one in state.confirmations))
    by_all = state.status is Status.CONFIRMED and len(signed) > 1
    return Occurrence(
        id=id_of(row),
        time=step.time,
        person=" and ".join(signed) if by_all else row.person,
        finding=replace(
            finding,
            status=Status.PRELIMINARY if reopened else state.status,
            mode=Mode.MANUAL,
            grade=state.grade or finding.grade,
        ),
    )


def id_of(row: FindingStep) -> str:
    """Give the id by which a step opens a procedure."""
    return f"STEP-{row.number:06d}"


def moment_of(text: str) -> datetime:
    """Read a time of the records."""
    return datetime.fromisoformat(text)


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
