"""Taking a step on a finding: who may, what it rests on, signed, logged and recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from truceline.access.rules import Operation, require
from truceline.access.signatures import signature_plain, statement
from truceline.codec.canonical import canonical, rfc3339
from truceline.codec.nouns import finding_from_plain
from truceline.errors import WorkflowError
from truceline.model.case import Attribution, CaseState, CaseStep, Matter, Proposed
from truceline.model.finding import Finding, Status
from truceline.model.person import Person, Principal, Role, Signature
from truceline.model.review_rules import StepKind
from truceline.pipeline import recording
from truceline.pipeline.acting import AT_DESK, still
from truceline.pipeline.case import matter_of
from truceline.pipeline.case_access import OPERATIONS, subject_of
from truceline.pipeline.desk import Desk
from truceline.pipeline.kinds import STEP
from truceline.pipeline.registered import person
from truceline.pipeline.signing import signed
from truceline.pipeline.step_chain import FOLLOWS, following
from truceline.pipeline.step_rows import GONE, case_step, content_of, moment_of, said
from truceline.store import cases, database, records
from truceline.store.logged import LoggedRow
from truceline.store.notices import FindingStep
from truceline.verification.workflow import DESK_LOCK, DESK_REPLY, at, states
from truceline.verification.workflow_refusal import Asked, refusal

OLDEST_STATEMENT: Final = timedelta(hours=24)
"""How long after the time in it a statement that a person signed may be handed in."""
_CLOCKS: Final = timedelta(minutes=1)
"""How far a statement's time may lie ahead of the clock here."""
_ONCE: Final = frozenset(StepKind) - {StepKind.ASSIGNED, StepKind.RELEASED}
"""Steps that nobody takes twice with the same words on the same finding."""
_OF_TIME: Final = ("until", "reply_by", FOLLOWS)
"""What a step's detail says that follows from its time and place."""

Sign = Callable[[bytes], Signature]
"""Gives a person's own signature under a statement."""


@dataclass(frozen=True, slots=True)
class Request:
    """A step that somebody asks for."""

    finding_id: str
    """Such as ``INC-000001/R-2``."""
    kind: StepKind
    reason: str
    """Why; never empty."""
    grade: str = ""
    """For ``graded``."""
    attribution: Attribution = ()
    """For ``attributed``."""
    party: str = ""
    """For ``notified``, ``replied`` and a liaison's ``dissented``."""
    refers_to: int = 0
    """For ``dissented``: number of the step; 0 for the one by which the status came about."""
    seen_revision: int = 0
    """Revision of the incident that the person saw; 0 where they do not say."""
    to: str = ""
    """For ``assigned``: id of another person who gets it, at a desk a name; empty: who acts."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A step that no rule forbids, not yet signed."""

    row: FindingStep
    person: Person
    before: tuple[FindingStep, ...]
    """Steps on the same finding."""

    @property
    def statement(self) -> bytes:
        """What is signed."""
        return statement(STEP.to_event(self.row))


def take_step(
    desk: Desk,
    finding_id: str,
    step: StepKind | Status | str,
    person: str,
    reason: str,
    now: datetime,
    *,
    principal: Principal | None = None,
    **more: Any,
) -> FindingStep:
    """Take a step with everything that it says given one by one; see :func:`act`.

    Args:
        desk: the workspace.
        finding_id: such as ``INC-000001/R-2``.
        step: what is done.
        person: name, where nobody is registered; else the principal's own is taken.
        reason: why; never empty.
        now: UTC.
        principal: who acts, where people are registered.
        more: further fields of :class:`Request`.

    Raises:
        WorkflowError: when it is no step, something is missing, or a rule forbids it.
        WorkspaceError: when log or records cannot be written.
        TypeError: for a field that no request has.
    """
    try:
        kind = StepKind(str(step))
    except ValueError:
        names = ", ".join(StepKind)
        raise WorkflowError(f"{str(step)!r} is no step of a person; one of {names}.") from None
    return act(desk, Request(finding_id, kind, reason, **more), now, principal, by=person)


def act(
    desk: Desk,
    request: Request,
    now: datetime,
    principal: Principal | None = None,
    *,
    by: str = "",
    time: datetime | None = None,
    sign: Sign | None = None,
) -> FindingStep:
    """Log and record what a person does with a finding as it stands now.

    Args:
        desk: the workspace.
        request: what is done.
        now: UTC.
        principal: who acts; null at a desk.
        by: name of who acts, at a desk.
        time: that stands in a statement which the person has signed; null: ``now``.
        sign: gives the person's own signature; null where the system signs.

    Raises:
        WorkflowError: when something is missing or a rule forbids it; the message names the rule.
        AccessError: when it is not for this person.
        WorkspaceError: when log, records or keys cannot be read or written.
        OSError: when the disk refuses.
    """
    _in_time(time, now)
    moment = time or now
    with recording.recording(desk) as taken:
        who = _actor(desk, principal, by, now)
        found = _look(desk, request.finding_id)
        again = _cut_off(found, taken, request, who.person)
        if again is not None:
            return again  # this very step was cut off, and has just been taken up
        made = _prepared(desk, request, found, who, moment)
        message = made.statement
        own = sign(message) if sign is not None else None
        under = signed(desk.workspace.root, who.person, message, own)
        text = canonical(signature_plain(under)).decode()
        return recording.add(desk, replace(made.row, signature=text))


def prepare(
    desk: Desk, request: Request, now: datetime, principal: Principal | None, *, by: str = ""
) -> Prepared:
    """Give a step with the statement that its person would sign; nothing is recorded.

    Args:
        desk: the workspace.
        request: what would be done.
        now: UTC; stands in the statement.
        principal: who would act; null at a desk.
        by: name of who would act, at a desk.

    Raises:
        WorkflowError: as :func:`act`.
        AccessError: as :func:`act`.
    """
    who = _actor(desk, principal, by, now)
    return _prepared(desk, request, _look(desk, request.finding_id), who, now)


@dataclass(frozen=True, slots=True)
class _Found:
    """A finding and its steps, as they stand."""

    finding: Finding
    """As of now; as the last person saw it where it is no more."""
    gone: str
    steps: tuple[FindingStep, ...]
    content: str


def _look(desk: Desk, finding_id: str) -> _Found:
    """Read one finding and its steps.

    Raises:
        WorkflowError: when there is no such finding and never was one on which somebody acted.
    """
    with database.reading(desk.engine) as connection:
        finding = records.finding(connection, finding_id)
        rows = cases.steps_of(connection, finding_id)
        if finding is None and not rows:
            others = [f.finding_id for f in records.findings(connection, [_incident(finding_id)])]
            raise WorkflowError(
                f"no finding is called {finding_id}; "
                + (
                    f"there are {', '.join(others)}."
                    if others
                    else "`truceline findings list WS` names all."
                )
            )
    if finding is None:
        return _Found(
            finding_from_plain(json.loads(rows[-1].content)), GONE, rows, rows[-1].content
        )
    return _Found(finding, "", rows, content_of(finding))


def _incident(finding_id: str) -> str:
    return finding_id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class _Actor:
    """Who acts, as the newest version says."""

    principal: Principal
    person: Person
    """At a desk a name without an id."""


def _actor(desk: Desk, principal: Principal | None, by: str, now: datetime) -> _Actor:
    """Give who acts, and refuse a name alone where the agreement asks who it is.

    Raises:
        WorkflowError: when nobody is named, or nobody is registered and the agreement has rules.
        AccessError: when people are registered and nobody proved who they are.
    """
    current = still(desk, principal or AT_DESK, now)
    if current.person is not None:
        return _Actor(current, current.person)
    if current.how != AT_DESK.how:
        require(current, Operation.REVIEW)
    name = said(by, "who acts", "--by")
    if desk.agreement.procedure.review is not None:
        raise WorkflowError(
            f"{desk.agreement.id} has rules of review (procedure.yaml, review): roles and "
            "nationalities count, and nobody is registered here. Register people with `truceline "
            f"people add {desk.workspace.root.name}`, beginning with an administrator."
        )
    return _Actor(current, Person("", name, "", ()))


def _cut_off(
    found: _Found, taken: Sequence[LoggedRow], request: Request, who: Person
) -> FindingStep | None:
    """Give the last step, where it was cut off, was just taken up, and is the one asked for."""
    last = found.steps[-1] if found.steps else None
    if last is None or last not in taken:
        return None
    same = (last.step, last.person_id, last.person, last.content, last.reason) == (
        request.kind.value,
        who.person_id,
        who.name,
        found.content,
        said(request.reason, "why", "--why"),  # other words are another step
    )
    detail = json.loads(last.detail)
    given = (
        detail.get("grade", "") == request.grade
        and (not request.party or detail.get("party") == request.party)
        and detail.get("to", "") in (request.to, request.to.casefold())
        and [list(part) for part in request.attribution] == detail.get("attribution", [])
    )
    return last if same and given else None


def _prepared(
    desk: Desk,
    request: Request,
    found: _Found,
    who: _Actor,
    now: datetime,
) -> Prepared:
    reason = said(request.reason, "why", "--why")
    rules = desk.agreement.procedure.review
    matter = matter_of(desk.agreement, found.finding, found.gone)
    folded = CaseState()
    read = [case_step(row) for row in found.steps]
    for _, folded in states(read, rules):  # noqa: B007 - the last one is wanted
        pass
    state = at(folded, rules, now, matter)
    _allow(desk, request, found, state, who.principal)
    actor = who.person
    detail = _detail(desk, request, state, read, actor, matter, now)
    _seen(request, matter)
    _after_the_last(found, now)
    row = _row(request, found, state, actor, reason, now, detail)
    _not_twice(found.steps, row)
    sentence = refusal(Asked(state, Proposed(request.kind, detail), actor, rules, now, matter))
    if sentence:
        raise WorkflowError(f"{request.kind.value} is refused: {sentence}")
    return Prepared(following(row, found.steps), actor, found.steps)


def _allow(
    desk: Desk, request: Request, found: _Found, state: CaseState, principal: Principal
) -> None:
    """Ask the table of access.

    Raises:
        AccessError: when it does not allow it.
    """
    with database.reading(desk.engine) as connection:
        subject = subject_of(
            connection, desk.agreement, found.finding, state.attribution, principal.person
        )
    require(principal, OPERATIONS[request.kind], subject)


def _detail(
    desk: Desk,
    request: Request,
    state: CaseState,
    read: Sequence[CaseStep],
    who: Person,
    matter: Matter,
    now: datetime,
) -> dict[str, Any]:
    """Give what a step says besides, with what follows from the rules filled in."""
    rules, kind = desk.agreement.procedure.review, request.kind
    if kind is StepKind.ASSIGNED:
        until = {"until": rfc3339(now + (DESK_LOCK if rules is None else rules.lock))}
        return until | _given_to(desk, request.to, who)
    if kind is StepKind.GRADED:
        return {"grade": request.grade}
    if kind is StepKind.ATTRIBUTED:
        return {"attribution": [list(part) for part in request.attribution]}
    if kind is StepKind.NOTIFIED:
        reply_by = now + (DESK_REPLY if rules is None else rules.reply)
        return {"party": _accused(request, state), "reply_by": rfc3339(reply_by)}
    if kind is StepKind.REPLIED:
        return {"party": request.party or _side(who)}
    if kind is StepKind.DISSENTED:
        return _dissent(request, state, read, who)
    if kind is StepKind.REOPENED:
        return {"incident_revision": request.seen_revision or matter.incident_revision}
    return {}


def _given_to(desk: Desk, to: str, who: Person) -> dict[str, Any]:
    """Name the other person to whom a finding is given.

    Raises:
        WorkflowError: when nobody of that id is registered, or may act no more.
    """
    if to in ("", who.person_id or who.name):
        return {}
    if not who.person_id:
        return {"to": said(to, "who gets it", "--to").casefold(), "name": said(to, "", "--to")}
    other = person(desk, to)
    if other.disabled:
        raise WorkflowError(f"{to} is disabled and can have nothing in progress.")
    return {"to": other.person_id, "name": other.name}


def _accused(request: Request, state: CaseState) -> str:
    """Give the party that is told: the one that is named, or the only one accused."""
    accused = [party for party, _ in state.attribution]
    return request.party or (accused[0] if len(accused) == 1 else "")


def _dissent(
    request: Request, state: CaseState, read: Sequence[CaseStep], who: Person
) -> dict[str, Any]:
    """Say from which step somebody dissents, and for which party where they speak for one.

    Raises:
        WorkflowError: when there is no such step of this finding.
    """
    default = state.decided or (read[-1] if read else None)
    number = request.refers_to or (default.number if default is not None else 0)
    if request.refers_to and request.refers_to not in {step.number for step in read}:
        raise WorkflowError(
            f"step {request.refers_to} is none of {request.finding_id}; `truceline findings case` "
            "gives their numbers."
        )
    party = request.party or _side(who)
    return {"refers_to": number, **({"party": party} if party else {})}


def _side(who: Person) -> str:
    sides = {grant.side for grant in who.grants if grant.role is Role.LIAISON}
    return next(iter(sides)) if len(sides) == 1 else ""


def _seen(request: Request, matter: Matter) -> None:
    """Refuse a step on what is no longer there as the person saw it.

    Raises:
        WorkflowError: when the incident has been revised since.
    """
    if request.seen_revision and request.seen_revision != matter.incident_revision:
        raise WorkflowError(
            f"{matter.finding_id} was revised since you looked: you saw incident revision "
            f"{request.seen_revision}, now it is {matter.incident_revision}; look again."
        )


def _in_time(time: datetime | None, now: datetime) -> None:
    """Refuse a statement of another day.

    Raises:
        WorkflowError: when its time lies ahead, or too far back.
    """
    if time is not None and not now - OLDEST_STATEMENT <= time <= now + _CLOCKS:
        raise WorkflowError(
            f"the statement is of {rfc3339(time)}, and now it is {rfc3339(now)}: a statement is "
            "handed in within 24 hours; print it again and sign it anew."
        )


def _after_the_last(found: _Found, now: datetime) -> None:
    """Refuse a step before the one before it.

    Raises:
        WorkflowError: when the clock is wrong, or somebody acted since a statement was printed.
    """
    last = found.steps[-1] if found.steps else None
    if last is not None and moment_of(last.time) > now:
        raise WorkflowError(
            f"{last.finding_id} was {last.step} at {last.time}, which is after {rfc3339(now)}; "
            "set the clock right, or sign a new statement."
        )


def _not_twice(before: Sequence[FindingStep], row: FindingStep) -> None:
    """Refuse what the same person did last, with nothing changed since.

    Raises:
        WorkflowError: when it is the same.
    """
    if not before or StepKind(row.step) not in _ONCE:
        return
    last = before[-1]
    names = ("step", "person", "person_id", "content")
    if all(getattr(last, n) == getattr(row, n) for n in names) and _words(last) == _words(row):
        raise WorkflowError(
            f"{row.person} has {row.step} {row.finding_id} already, at {last.time}; nothing "
            "has changed since."
        )


def _words(row: FindingStep) -> tuple[Any, ...]:
    """Give what tells two steps of one kind apart: a second reply is another one by its words."""
    detail: Mapping[str, Any] = json.loads(row.detail)
    spoken = row.reason if StepKind(row.step) in (StepKind.REPLIED, StepKind.DISSENTED) else ""
    return spoken, {name: value for name, value in detail.items() if name not in _OF_TIME}


def _row(
    request: Request,
    found: _Found,
    state: CaseState,
    who: Person,
    reason: str,
    now: datetime,
    detail: Mapping[str, Any],
) -> FindingStep:
    reopens = request.kind is StepKind.REOPENED
    return FindingStep(
        number=0,
        finding_id=request.finding_id,
        incident_revision=found.finding.incident_revision,
        case_revision=state.case_revision + reopens,
        step=request.kind.value,
        person=who.name,
        person_id=who.person_id,
        nationality=who.nationality,
        reason=reason,
        time=rfc3339(now),
        detail=canonical(dict(detail)).decode(),
        content=found.content,
        signature="",
        log_index=0,
    )
