"""The notices of an open procedure: to whom, about what, by when; never where and when exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from truceline.model.agreement import Agreement, InsideZone, NearLine
from truceline.model.finding import Finding, Status
from truceline.model.procedure import Notice, Occurrence, OpenProcedure, Recipient, Step


def notices(opened: OpenProcedure) -> tuple[Notice, ...]:
    """Give every notice of an open procedure in the order of its steps and of whom they tell."""
    names = {one.id: one for one in opened.recipients}
    return tuple(
        _notice(opened, step, names[recipient])
        for step in opened.procedure.steps
        for recipient in step.tell
    )


def withdrawal_of(opened: OpenProcedure, notice: Notice, sent: datetime) -> Notice:
    """Give the notice that takes another one back, owed to whoever had it.

    Args:
        opened: the procedure.
        notice: the earlier notice.
        sent: when that one was sent; UTC.

    Raises:
        ValueError: when the procedure was not withdrawn.
    """
    if opened.withdrawn is None:
        raise ValueError(f"{opened.id} was not withdrawn; there is nothing to take back")
    word = _taken_back(opened.withdrawn)
    return replace(
        notice,
        id=f"{notice.id}/withdrawal",
        about=f"The finding behind the earlier notice was {word}. Nothing more is asked.",
        cause=f"the finding was {word} by {opened.withdrawn.person}",
        person=opened.withdrawn.person,
        opened=opened.withdrawn.time,
        not_before=opened.withdrawn.time,
        deadline=None,
        withdrawal=True,
        earlier_sent=sent,
    )


def _taken_back(by: Occurrence) -> str:
    """Say what a person did with the finding."""
    reopened = by.finding is not None and by.finding.status is Status.PRELIMINARY
    return "reopened on new evidence" if reopened else "rejected"


def area_of(agreement: Agreement, finding: Finding | None) -> str:
    """Name the area of the clause in question, in words; never the place of the incident."""
    clause = next(
        (one for one in agreement.clauses if finding and one.id == finding.clause_id), None
    )
    if clause is None:
        return f"area of the agreement {agreement.id}"
    labels = {one.id: one.label or one.id for one in agreement.geometry}
    if isinstance(clause.area, InsideZone):
        return f"zone: {labels.get(clause.area.zone, clause.area.zone)}"
    if isinstance(clause.area, NearLine):
        line = labels.get(clause.area.line, clause.area.line)
        return f"within {clause.area.distance_m / 1000:g} km of the line: {line}"
    return f"area of the agreement {agreement.id}"


def response_lines(agreement: Agreement) -> Iterator[str]:
    """Write the response procedures out for a person, line by line."""
    for procedure in agreement.responses:
        standing = procedure.standing.value.replace("_", " ")
        yield f"  {procedure.id}  {procedure.title} ({standing}{', drill' * procedure.drill})"
        trigger = procedure.trigger
        which = f"finding of {', '.join(trigger.clauses) or 'any clause'}"
        least = f", from grade {trigger.grade}" if trigger.grade else ""
        yield f"    opened by: {trigger.event or 'a confirmed ' + which + least}"
        for step in procedure.steps:
            within = (
                "no time stated"
                if step.within is None
                else f"within {step.within / timedelta(hours=1):g} h"
            )
            yield f"    {step.id} ({within}) tells {', '.join(step.tell)}: {step.about}"
            yield from (
                f"      NOT FULLY VERIFIED {one.figure}: {one.state}"
                + (f" ({one.note})" if one.note else "")
                for one in step.verified
                if one.state != "yes"
            )
        yield from (f"    - {note}" for note in procedure.notes)


def _notice(opened: OpenProcedure, step: Step, recipient: Recipient) -> Notice:
    start = opened.cause.time
    return Notice(
        id=f"{opened.id}/{step.id}/{recipient.id}",
        agreement=opened.agreement,
        procedure=opened.procedure.title,
        recipient=recipient,
        about=step.about,
        cause=_cause(opened),
        area=opened.area,
        grade=opened.cause.finding.grade if opened.cause.finding else "",
        opened=start,
        not_before=start + step.not_before,
        deadline=None if step.within is None else start + step.within,
        person=opened.cause.person,
        acknowledge=step.acknowledge,
        drill=opened.drill,
    )


def _cause(opened: OpenProcedure) -> str:
    """Say in words what opened the procedure."""
    finding = opened.cause.finding
    if finding is None:
        return {
            "in_force_starts": "the agreement enters into force",
            "in_force_ends": "the agreement ends",
        }.get(opened.cause.event, opened.cause.event)
    return (
        f"a breach of {finding.clause_ref} (clause {finding.clause_id}, {finding.grade}), "
        f"finding {finding.finding_id}, confirmed by {opened.cause.person}"
    )
