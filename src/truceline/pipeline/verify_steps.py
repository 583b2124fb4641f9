"""Every step on a finding in the log: signed by whom it names, and allowed by the rules of then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from truceline.access.signatures import signature_of, statement, wrong
from truceline.errors import WorkflowError
from truceline.model.agreement import Agreement
from truceline.model.case import CaseState, CaseStep, Matter, Proposed
from truceline.model.finding import Status
from truceline.model.person import Person, PersonKey
from truceline.model.review_rules import StepKind
from truceline.pipeline.case_access import bound_by
from truceline.pipeline.events import Event
from truceline.pipeline.people_kinds import PERSON
from truceline.pipeline.recording import row_of, whole
from truceline.pipeline.step_chain import FOLLOWS, digest_of
from truceline.pipeline.step_rows import case_step
from truceline.store.notices import FindingStep
from truceline.store.people import person_of
from truceline.verification.workflow import states
from truceline.verification.workflow_refusal import Asked, refusal


@dataclass(slots=True)
class _Known:
    """What the log has said before the entry that is looked at."""

    people: dict[str, Person] = field(default_factory=dict)
    desk_key: PersonKey | None = None
    signed: bool = False
    """Whether any step was signed: from then on each is."""
    steps: dict[str, list[CaseStep]] = field(default_factory=dict)
    last: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Record of the last step on each finding."""


def check_steps(agreement: Agreement, events: Sequence[Event]) -> Iterator[str]:
    """Say which steps are not signed by whom they name, or were not allowed.

    Args:
        agreement: with its rules of review.
        events: of the log.
    """
    known = _Known()
    for event in whole(events):
        if event.type == PERSON.event:
            yield from _learn(known, event)
        elif event.type == "finding.step":
            where = f"entry {event.index} of the log, step of {event.fields['person']}"
            for problem in _step(agreement, known, event):
                yield f"{where}: {problem}"


def _learn(known: _Known, event: Event) -> Iterator[str]:
    try:
        person = person_of(PERSON.row_of(event.fields, event.index))
    except (ValueError, KeyError, TypeError) as error:
        yield f"entry {event.index} of the log: no version of a person can be read ({error!r})"
        return
    known.people[person.person_id] = person


def _step(agreement: Agreement, known: _Known, event: Event) -> Iterator[str]:
    try:
        row = row_of(event)
        assert isinstance(row, FindingStep)
        step = case_step(row)
    except (ValueError, KeyError, TypeError) as error:
        yield f"it cannot be read ({error!r})"
        return
    yield from _signature(known, event)
    yield from _follows(known, row, event.fields)
    before = known.steps.setdefault(row.finding_id, [])
    person = known.people.get(step.person_id) or Person("", step.person, step.nationality, ())
    yield from _allowed(agreement, before, row, step, person)
    before.append(step)


def _follows(known: _Known, row: FindingStep, fields: Mapping[str, Any]) -> Iterator[str]:
    """Hold the digest of the step before it, on the same finding, against that step."""
    last = known.last.get(row.finding_id)
    known.last[row.finding_id] = fields
    if "signature" not in fields or (last is not None and "signature" not in last):
        return  # of a version that signed nothing
    named = (fields.get("detail") or {}).get(FOLLOWS)
    if named != (None if last is None else digest_of(last)):
        yield "it does not name the step before it on its finding"


def _signature(known: _Known, event: Event) -> Iterator[str]:
    """Hold a signature against the key that its person had at the time."""
    fields = event.fields
    if "signature" not in fields:
        if known.signed or known.people:
            yield "it is not signed, and each step before it was"
        return
    known.signed = True
    try:
        signature = signature_of(fields["signature"])
    except WorkflowError as error:
        yield str(error)
        return
    person_id = str(fields.get("person_id", ""))
    yield from _whose(known, person_id, fields, signature.key)
    problem = wrong(signature, statement(fields))
    if problem:
        yield f"its signature does not stand: {problem}"


def _whose(
    known: _Known, person_id: str, fields: Mapping[str, Any], key: PersonKey
) -> Iterator[str]:
    """Say why a key is not that of the person whom a step names."""
    if not person_id:
        if known.people:
            yield "it names nobody who is registered, though people were registered by then"
        known.desk_key = known.desk_key or key
        if key != known.desk_key:
            yield "it is signed with another key than the steps at this desk before it"
        return
    person = known.people.get(person_id)
    if person is None:
        yield f"{person_id} was not registered by then"
    elif person.disabled:
        yield f"{person_id} was disabled by then"
    elif key != person.key:
        yield f"it is signed with another key than the one that {person_id} had then"
    elif (person.name, person.nationality) != (fields.get("person"), fields.get("nationality")):
        yield f"it gives {person_id} another name or nationality than the one on record then"


def _allowed(
    agreement: Agreement,
    before: Iterable[CaseStep],
    row: FindingStep,
    step: CaseStep,
    person: Person,
) -> Iterator[str]:
    """Ask the rules again, as they were asked when the step was taken."""
    rules = agreement.procedure.review
    state = CaseState()
    for _, state in states(before, rules):  # noqa: B007 - the last one is wanted
        pass
    reopens = step.kind is StepKind.REOPENED
    if row.case_revision != state.case_revision + reopens:
        yield (
            f"it is of revision {row.case_revision} of its case, which then was at "
            f"{state.case_revision}"
        )
    if state.last is not None and step.time < state.last.time:
        yield "it bears an earlier time than the step before it"
    if rules is None and state.status is not Status.FINAL:
        return  # one person's word was enough, in whatever order
    matter = Matter(
        finding_id=row.finding_id,
        incident_revision=step.incident_revision,
        sha256=step.sha256,
        parties=tuple(party.id for party in agreement.parties),
        bound=bound_by(agreement, row.finding_id.partition("/")[2]),
        grades=agreement.procedure.grades,
    )
    asked = Asked(state, Proposed(step.kind, step.detail), person, rules, step.time, matter)
    problem = refusal(asked)
    if problem:
        yield f"{step.kind.value} was not allowed: {problem}"
