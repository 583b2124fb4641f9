"""What a finding is about, as far as the rules of access ask: which parties, which zones."""

from __future__ import annotations

from typing import Final

from sqlalchemy.engine import Connection

from truceline.access.rules import Operation, Subject
from truceline.model.agreement import Agreement
from truceline.model.case import Attribution
from truceline.model.finding import Finding
from truceline.model.person import Person
from truceline.model.review_rules import UNDETERMINED, StepKind
from truceline.pipeline.subjects import areas_of
from truceline.store import records

OPERATIONS: Final = {
    StepKind.ASSIGNED: Operation.ASSIGN,
    StepKind.RELEASED: Operation.ASSIGN,
    StepKind.REVIEWED: Operation.REVIEW,
    StepKind.CONFIRMED: Operation.CONFIRM,
    StepKind.REJECTED: Operation.REJECT,
    StepKind.FINAL: Operation.FINALISE,
    StepKind.GRADED: Operation.GRADE,
    StepKind.ATTRIBUTED: Operation.ATTRIBUTE,
    StepKind.NOTIFIED: Operation.NOTIFY,
    StepKind.REPLIED: Operation.REPLY,
    StepKind.DISSENTED: Operation.DISSENT,
    StepKind.REOPENED: Operation.REOPEN,
}
"""Step to the operation of the table of access that allows it at all."""


def bound_by(agreement: Agreement, clause_id: str) -> tuple[str, ...]:
    """Give the parties whom a clause binds; all where there is no such clause."""
    clause = next((one for one in agreement.clauses if one.id == clause_id), None)
    if clause is not None and clause.binds:
        return clause.binds
    return tuple(one.id for one in agreement.parties if one.role != "third_party")


def subject_of(
    connection: Connection,
    agreement: Agreement,
    finding: Finding,
    attribution: Attribution,
    person: Person | None,
) -> Subject:
    """Give what a finding is about.

    Args:
        connection: to the records.
        agreement: with its clauses and zones.
        finding: which one.
        attribution: as persons have said so far; it concerns those and all whom the clause binds.
        person: who asks; zones are looked up only for somebody who is limited to some.
    """
    named = tuple(who for who, _ in attribution if who != UNDETERMINED)
    parties = tuple(dict.fromkeys((*named, *bound_by(agreement, finding.clause_id))))
    limited = person is not None and any(grant.areas for grant in person.grants)
    areas = _zones(connection, agreement, finding) if limited else ()
    return Subject(side=parties[0] if parties else "", others=parties[1:], areas=areas)


def _zones(connection: Connection, agreement: Agreement, finding: Finding) -> tuple[str, ...]:
    """Give the zones of the agreement in which the incident of a finding lies."""
    history = records.incident_history(connection, finding.incident_id)
    if not history:
        return ()
    return areas_of(agreement, history[-1])
