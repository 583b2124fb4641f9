"""Response procedures: what a person confirmed, or an agreement's event, opens a round of notices.

The program keeps time and record; people decide. No step does anything but notify. A finding of the
machine opens nothing, nor does one that a person has reviewed and not confirmed; a procedure that is
only reported or proposed opens in drills alone, and everything that follows from a drill is marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from truceline.guarantees.procedure_clock import acknowledge, due, overdue, sent
from truceline.guarantees.procedure_notices import area_of, notices
from truceline.model.agreement import Agreement
from truceline.model.finding import Finding, Mode, Outcome, Status
from truceline.model.procedure import (
    Occurrence,
    OpenProcedure,
    ResponseProcedure,
    Standing,
    Trigger,
)

__all__ = [
    "acknowledge",
    "agreement_occurrences",
    "due",
    "notices",
    "open_procedures",
    "overdue",
    "sent",
]


def open_procedures(
    agreement: Agreement, occurrences: Iterable[Occurrence], now: datetime
) -> tuple[OpenProcedure, ...]:
    """Give the procedures that are open at ``now``, those of the earliest cause first.

    A finding opens a procedure once, however often it is confirmed; where a person rejects or
    reopens it afterwards, the procedure is withdrawn, and who confirms it after that opens it anew.

    Args:
        agreement: with its response procedures.
        occurrences: in any order; those after ``now`` have not happened yet.
        now: UTC.

    Raises:
        ValueError: when a time has no zone, or an id is given twice.
    """
    happened = _happened(occurrences, now)
    found: list[OpenProcedure] = []
    for procedure in agreement.responses:
        opened: set[str] = set()
        for cause in happened:
            about = cause.finding.finding_id if cause.finding else cause.id
            if takes_back(cause):
                opened.discard(about)
            elif about not in opened and _opens(agreement, procedure, cause):
                opened.add(about)
                found.append(_open(agreement, procedure, cause, happened))
    return tuple(sorted(found, key=lambda one: (one.cause.time, one.id)))


def agreement_occurrences(agreement: Agreement) -> tuple[Occurrence, ...]:
    """Give the events of the agreement itself: entry into force, and end where one is stated."""
    own = agreement.in_force
    if own is None:
        return ()
    times = {"in_force_starts": own.time.start}
    if own.local_end is not None:
        times["in_force_ends"] = own.time.end
    return tuple(
        Occurrence(f"{agreement.id}:{event}", time, "", event=event)
        for event, time in times.items()
    )


def _happened(occurrences: Iterable[Occurrence], now: datetime) -> list[Occurrence]:
    given = list(occurrences)
    for moment in (now, *(one.time for one in given)):
        if moment.utcoffset() is None:
            raise ValueError(f"{moment.isoformat()} has no time zone; give UTC")
    names = [one.id for one in given]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"the occurrences {twice} are given twice; ids are never reused")
    return sorted((one for one in given if one.time <= now), key=lambda one: (one.time, one.id))


def _opens(agreement: Agreement, procedure: ResponseProcedure, cause: Occurrence) -> bool:
    """Tell whether an occurrence opens a procedure."""
    if not cause.drill and (procedure.drill or procedure.standing is not Standing.IN_USE):
        return False
    trigger = procedure.trigger
    if cause.finding is None:
        return bool(trigger.event) and trigger.event == cause.event
    return not trigger.event and confirmed(cause) and _counts(agreement, trigger, cause.finding)


def confirmed(cause: Occurrence) -> bool:
    """Tell whether a person, named, has confirmed that the finding is a breach."""
    finding = cause.finding
    return (
        finding is not None
        and finding.mode is Mode.MANUAL
        and finding.status in (Status.CONFIRMED, Status.FINAL)
        and finding.outcome is Outcome.VIOLATED
        and bool(cause.person.strip())
    )


def _counts(agreement: Agreement, trigger: Trigger, finding: Finding) -> bool:
    """Tell whether clause and grade of a finding are those that a trigger asks for."""
    if trigger.clauses and finding.clause_id not in trigger.clauses:
        return False
    grades = agreement.procedure.grades
    if not trigger.grade:
        return True
    return finding.grade in grades and grades.index(finding.grade) >= grades.index(trigger.grade)


def _open(
    agreement: Agreement,
    procedure: ResponseProcedure,
    cause: Occurrence,
    happened: Sequence[Occurrence],
) -> OpenProcedure:
    return OpenProcedure(
        id=f"{procedure.id}/{cause.id}",
        agreement=agreement.id,
        procedure=procedure,
        cause=cause,
        area=area_of(agreement, cause.finding),
        drill=cause.drill,
        recipients=agreement.recipients,
        withdrawn=next((one for one in happened if _rejects(one, cause)), None),
    )


def _rejects(later: Occurrence, cause: Occurrence) -> bool:
    """Tell whether a person took back afterwards the finding that opened a procedure."""
    if later.finding is None or cause.finding is None:
        return False
    if (later.time, later.id) < (cause.time, cause.id):
        return False
    same = later.finding.finding_id == cause.finding.finding_id
    return same and takes_back(later)


def takes_back(cause: Occurrence) -> bool:
    """Tell whether a person, named, has rejected a finding, or reopened it on new evidence."""
    finding = cause.finding
    return (
        finding is not None
        and finding.mode is Mode.MANUAL
        and finding.status in (Status.REJECTED, Status.PRELIMINARY)
        and bool(cause.person.strip())
    )
