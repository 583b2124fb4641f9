"""A case as persons see it: where it stands, every revision and step, and what is waiting."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy.engine import Connection

from truceline.access.rules import Operation, forbidden
from truceline.access.signatures import signature_of
from truceline.codec.canonical import rfc3339
from truceline.codec.nouns import finding_from_plain
from truceline.errors import WorkflowError
from truceline.model.agreement import Agreement
from truceline.model.case import NOBODY, Attribution, CaseState, Matter
from truceline.model.finding import Finding, Outcome, Status
from truceline.model.person import Principal
from truceline.model.review_rules import ReviewRules
from truceline.pipeline.acting import AT_DESK, allow, still
from truceline.pipeline.case_access import bound_by, subject_of
from truceline.pipeline.case_party import is_party, party_view
from truceline.pipeline.desk import Desk
from truceline.pipeline.signing import how_signed
from truceline.pipeline.step_rows import GONE, case_step, content_of, sha256_of
from truceline.store import cases, database, records
from truceline.store.notices import FindingStep
from truceline.verification.workflow import state_of

WITHOUT_RULES: Final = (
    "the agreement has no rules of review: one person's word confirms or rejects a finding"
)
WAITING: Final = (Outcome.VIOLATED.value, Outcome.UNDETERMINED.value)
"""Outcomes of a finding of the machine that wait for a person."""
_LOOKED_AT: Final = 2000
"""Findings that are looked through for somebody who may see only some of them."""


@dataclass(frozen=True, slots=True)
class Case:
    """One finding with everything that persons have done with it."""

    finding: Finding
    """As it stands now; as the last person saw it where it is no more."""
    gone: str
    """Why there is no such finding any more; empty while there is."""
    state: CaseState
    rules: ReviewRules | None
    steps: tuple[FindingStep, ...]
    """Of all revisions, oldest first."""
    for_party: bool = False
    """Whether a party reads it: persons by role and nationality alone, no inner reasons."""

    @property
    def grade(self) -> str:
        """Give the grade that holds: of persons, else the one that the machine proposes."""
        return self.state.grade or self.finding.grade


@dataclass(frozen=True, slots=True)
class Waiting:
    """A finding on which nobody has taken a step."""

    finding_id: str
    probability: float


@dataclass(frozen=True, slots=True)
class Queue:
    """What is to be done."""

    cases: tuple[Case, ...]
    """With a person's step and not at their end: those nearest to it first, then by due time."""
    ended: int
    """Final or rejected."""
    waiting: tuple[Waiting, ...]
    """The most probable breach first; not more than were asked for."""
    left: int | None
    """How many more wait; null where somebody sees only some, and the others are not counted."""


def open_case(desk: Desk, finding_id: str, now: datetime, principal: Principal = AT_DESK) -> Case:
    """Open a case.

    Args:
        desk: the workspace.
        finding_id: such as ``INC-000001/R-2``.
        now: UTC.
        principal: who reads.

    Raises:
        WorkflowError: when there is no such finding.
        AccessError: when it is not for this person.
        WorkspaceError: when the records cannot be read.
    """
    made = look(desk, finding_id, now)
    with database.reading(desk.engine) as connection:
        subject = subject_of(
            connection, desk.agreement, made.finding, made.state.attribution, principal.person
        )
    allow(desk, principal, Operation.OPEN_CASE, now, subject)
    with database.reading(desk.engine) as connection:
        return shown_to(connection, desk.agreement, made, principal)


def shown_to(connection: Connection, agreement: Agreement, one: Case, principal: Principal) -> Case:
    """Give a case as somebody may read it who may open it: a party sees no persons of the mission.

    Args:
        connection: to the records.
        agreement: with its rules.
        one: the whole case.
        principal: who reads.
    """
    reader = principal.person
    if reader is None or not is_party(reader):
        return one
    view = party_view(connection, agreement, one.finding.incident_id, reader)
    steps = tuple(map(view.row, one.steps))
    return replace(one, state=view.state(one.state), steps=steps, for_party=True)


def look(desk: Desk, finding_id: str, now: datetime) -> Case:
    """Read a case for the program itself; whoever shows it to somebody asks first.

    Raises:
        WorkflowError: when there is no such finding.
        WorkspaceError: when the records cannot be read.
    """
    with database.reading(desk.engine) as connection:
        finding = records.finding(connection, finding_id)
        rows = cases.steps_of(connection, finding_id)
    if finding is None and not rows:
        raise WorkflowError(
            f"no finding is called {finding_id}; `truceline findings list WS` names all."
        )
    return case_of(desk.agreement, finding, rows, now)


def case_of(
    agreement: Agreement, finding: Finding | None, rows: Sequence[FindingStep], now: datetime
) -> Case:
    """Put a case together.

    Args:
        agreement: with its rules.
        finding: as it stands now; null where it is no more, and then somebody has taken a step.
        rows: steps on it, oldest first.
        now: UTC.
    """
    shown = finding if finding is not None else finding_from_plain(json.loads(rows[-1].content))
    gone = "" if finding is not None else GONE
    rules = agreement.procedure.review
    matter = matter_of(agreement, shown, gone)
    return Case(shown, gone, state_of(map(case_step, rows), rules, now, matter), rules, tuple(rows))


def matter_of(agreement: Agreement, finding: Finding, gone: str) -> Matter:
    """Give a finding as the workflow reads it."""
    return Matter(
        finding_id=finding.finding_id,
        incident_revision=finding.incident_revision,
        sha256=sha256_of(content_of(finding)),
        parties=tuple(party.id for party in agreement.parties),
        bound=bound_by(agreement, finding.clause_id),
        grades=agreement.procedure.grades,
        gone=gone,
    )


def cases_on(
    connection: Connection, agreement: Agreement, findings: Iterable[Finding], now: datetime
) -> dict[str, Case]:
    """Give the cases of those findings on which somebody has taken a step, by id."""
    by_id = {finding.finding_id: finding for finding in findings}
    taken = cases.steps_on(connection, by_id)
    return {key: case_of(agreement, by_id[key], rows, now) for key, rows in taken.items()}


def queue(desk: Desk, now: datetime, limit: int, principal: Principal = AT_DESK) -> Queue:
    """Give what is to be done: cases that are open, then findings that nobody has looked at.

    Args:
        desk: the workspace.
        now: UTC.
        limit: how many findings without a step to give at most.
        principal: who reads; of what is not for them nothing is given.

    Raises:
        AccessError: when people are registered and nobody proved who they are.
        WorkspaceError: when the records cannot be read.
    """
    current = still(desk, principal, now)
    with database.reading(desk.engine) as connection:
        taken = cases.steps_on(connection, cases.touched(connection))
        alive = {
            one.finding_id: one
            for one in records.findings(connection, {key.partition("/")[0] for key in taken})
        }
        every = [case_of(desk.agreement, alive.get(key), rows, now) for key, rows in taken.items()]
        seen = [
            shown_to(connection, desk.agreement, one, current)
            for one in every
            if may_see(connection, desk.agreement, one.finding, one.state.attribution, current)
        ]
        waiting, left = _waiting(connection, desk.agreement, limit, current)
    live = [one for one in seen if one.state.status not in (Status.FINAL, Status.REJECTED)]
    live.sort(key=_urgency)
    return Queue(tuple(live), len(seen) - len(live), waiting, left)


def _waiting(
    connection: Connection, agreement: Agreement, limit: int, principal: Principal
) -> tuple[tuple[Waiting, ...], int | None]:
    """Give the findings that wait, and count the others where somebody may see all of them."""
    if not forbidden(principal, Operation.LIST_FINDINGS):
        found = cases.untouched(connection, WAITING, limit)
        total = cases.count_untouched(connection, WAITING)
        return tuple(Waiting(*one) for one in found), total - len(found)
    mine = (
        Waiting(key, probability)
        for key, probability in cases.untouched(connection, WAITING, _LOOKED_AT)
        if (finding := records.finding(connection, key)) is not None
        and may_see(connection, agreement, finding, NOBODY, principal)
    )
    return tuple(islice(mine, limit)), None


def may_see(
    connection: Connection,
    agreement: Agreement,
    finding: Finding,
    attribution: Attribution,
    principal: Principal,
) -> bool:
    """Tell whether somebody may know that a finding is there.

    Args:
        connection: to the records.
        agreement: with its clauses and zones.
        finding: which one.
        attribution: as persons have said so far.
        principal: who asks, as the newest version says.
    """
    subject = subject_of(connection, agreement, finding, attribution, principal.person)
    return not forbidden(principal, Operation.LIST_FINDINGS, subject)


def _urgency(one: Case) -> tuple[int, str, str]:
    """Put what is nearest to its end first, and among these what is due first."""
    order = (Status.CONFIRMED, Status.REVIEWED, Status.PRELIMINARY)
    due = one.state.reply_by
    return order.index(one.state.status), rfc3339(due) if due else "", one.finding.finding_id


def case_plain(one: Case) -> dict[str, Any]:
    """Give a case as JSON-able values."""
    state = one.state
    lock = state.lock
    return {
        "finding_id": one.finding.finding_id,
        "clause": one.finding.clause_id,
        "outcome": one.finding.outcome.value,
        "probability": one.finding.probability,
        "words": one.finding.words,
        "gone": one.gone,
        "status": state.status.value,
        "case_revision": state.case_revision,
        "incident_revision": one.finding.incident_revision,
        "rests_on_incident_revision": state.incident_revision,
        "grade": one.grade,
        "graded": bool(state.grade),
        "attribution": [list(part) for part in state.attribution],
        "lock": None if lock is None else {"person": lock.person, "until": rfc3339(lock.until)},
        "confirmations": [step.number for step in state.confirmations],
        "told": [
            {"party": t.party, "time": rfc3339(t.time), "reply_by": rfc3339(t.reply_by)}
            for t in state.told
        ],
        "replies": [step.number for step in state.replies],
        "dissents": [step.number for step in state.dissents],
        "reply_by": None if state.reply_by is None else rfc3339(state.reply_by),
        "missing": state.missing,
        "rules": "procedure.yaml, review" if one.rules is not None else WITHOUT_RULES,
        "steps": list(map(_for_party if one.for_party else dict, _steps_plain(one.steps))),
    }


def _steps_plain(rows: Iterable[FindingStep]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            "number": row.number,
            "case_revision": row.case_revision,
            "incident_revision": row.incident_revision,
            "step": row.step,
            "person": row.person,
            "person_id": row.person_id,
            "nationality": row.nationality,
            "reason": row.reason,
            "time": row.time,
            "detail": json.loads(row.detail),
            "signature": json.loads(row.signature) if row.signature else None,
            "proves": proves(row),
            "log_index": row.log_index,
        }


def _for_party(step: dict[str, Any]) -> dict[str, Any]:
    """Leave out of a step by which one could tell persons apart: id and public key."""
    given = step["signature"]
    kinds = None if given is None else {name: given[name] for name in ("kind", "kept_by")}
    return {**{k: v for k, v in step.items() if k != "person_id"}, "signature": kinds}


def proves(row: FindingStep) -> str:
    """Say in words what stands under a step."""
    if not row.signature:
        return "not signed: recorded before steps were signed"
    return how_signed(signature_of(json.loads(row.signature)).key, row.person_id)
