"""Cases as a report tells of them: persons by role and nationality, never by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.engine import Connection

from truceline.model.case import CaseStep
from truceline.model.finding import Finding
from truceline.model.person import Person
from truceline.pipeline.case import Case, cases_on
from truceline.pipeline.case_party import role_of
from truceline.pipeline.desk import Desk
from truceline.pipeline.registered import people
from truceline.pipeline.step_rows import content_of, sha256_of
from truceline.publication.inputs import CaseRow, SaidRow


def case_rows(
    desk: Desk, connection: Connection, findings: Iterable[Finding], now: datetime
) -> tuple[CaseRow, ...]:
    """Give where each finding stands on which somebody has taken a step.

    Args:
        desk: the workspace.
        connection: to the records.
        findings: of the report.
        now: UTC.
    """
    found = cases_on(connection, desk.agreement, findings, now)
    known = people(desk) if found else {}
    return tuple(_row(one, known) for _, one in sorted(found.items()))


def _row(one: Case, known: Mapping[str, Person]) -> CaseRow:
    state = one.state
    now_sha256 = sha256_of(content_of(one.finding))
    return CaseRow(
        finding_id=one.finding.finding_id,
        status=state.status.value,
        case_revision=state.case_revision,
        grade=state.grade,
        attribution=state.attribution,
        confirmed_by=tuple((_role(one, s, known), s.nationality) for s in state.confirmations),
        told=tuple((told.party, told.reply_by) for told in state.told),
        said=tuple(
            SaidRow(
                what=step.kind.value,
                role=_role(one, step, known),
                nationality=step.nationality,
                party=str(step.detail.get("party", "")),
                time=step.time,
                text=step.reason,
            )
            for step in sorted((*state.replies, *state.dissents), key=lambda s: s.number)
        ),
        changed=bool(state.sha256) and state.sha256 != now_sha256,
        one_word=one.rules is None,
    )


def _role(one: Case, step: CaseStep, known: Mapping[str, Person]) -> str:
    """Give the role in which somebody acted."""
    return role_of(known.get(step.person_id), step.kind, one.rules)
