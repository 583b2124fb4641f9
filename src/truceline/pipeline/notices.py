"""Procedures that are open in a workspace: what is due, who answered, what is late, and drills.

Everything follows from the agreement, the persons' steps, the drills and the records of notices.
Nothing here sends; see :mod:`truceline.pipeline.notice_sending`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from truceline.codec.canonical import rfc3339
from truceline.errors import WorkflowError
from truceline.guarantees import procedure_clock as clock
from truceline.guarantees.procedure_notices import notices, withdrawal_of
from truceline.guarantees.procedures import agreement_occurrences, open_procedures
from truceline.model.agreement import Agreement
from truceline.model.finding import Finding, Mode, Outcome, Status
from truceline.model.procedure import Notice, Occurrence, OpenProcedure, Overdue, Record
from truceline.model.procedure import ResponseProcedure as Procedure
from truceline.pipeline import kinds, recording
from truceline.pipeline.desk import Desk
from truceline.pipeline.step_rows import changed_since, id_of, moment_of, occurrences_of, said
from truceline.store import cases, database, logged
from truceline.store import notices as store
from truceline.store import records as store_records
from truceline.store.notices import Attempt, Drill, NoticeRecord
from truceline.transport.settings import read_settings


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one notice stands."""

    notice: Notice
    state: str
    """As in ``procedure_clock.progress``; ``due`` or ``sent`` too for one that takes another back."""
    records: tuple[NoticeRecord, ...]
    attempts: tuple[Attempt, ...]


def open_now(desk: Desk, now: datetime) -> tuple[OpenProcedure, ...]:
    """Give the procedures that are open, drills among them, those of the earliest cause first.

    Events of the agreement open something from the day on which the notices were set up.

    Raises:
        WorkspaceError: when records or ``notices.toml`` cannot be read.
    """
    agreement = desk.agreement
    settings = read_settings(desk.workspace.root, agreement.recipients)
    with database.reading(desk.engine) as connection:
        steps = logged.every(connection, kinds.STEP)
        drills = logged.every(connection, kinds.DRILL)
    rules = agreement.procedure.review
    events = agreement_occurrences(agreement) if settings is not None else ()
    if settings is not None and settings.begins is not None:
        events = tuple(one for one in events if one.time >= settings.begins)
    found = list(open_procedures(agreement, (*occurrences_of(steps, rules), *events), now))
    for one in drills:
        cause = _simulated(agreement, one)
        opened = open_procedures(agreement, [cause], now) if cause is not None else ()
        found += [o for o in opened if o.procedure.id == one.procedure]
    return tuple(sorted(found, key=lambda one: (one.cause.time, one.id)))


def due_now(desk: Desk, now: datetime) -> tuple[Notice, ...]:
    """Give the notices to be sent now that have gone out by no way yet, in their order.

    Raises:
        WorkspaceError: when records or ``notices.toml`` cannot be read.
    """
    records = _clock(desk)
    return tuple(n for opened in open_now(desk, now) for n in clock.due(opened, records, now))


def overdue_now(desk: Desk, now: datetime) -> tuple[Overdue, ...]:
    """Give what is late: not sent by its time, or not acknowledged by its time.

    Raises:
        WorkspaceError: when records or ``notices.toml`` cannot be read.
    """
    records = _clock(desk)
    return tuple(n for opened in open_now(desk, now) for n in clock.overdue(opened, records, now))


def standings(desk: Desk, now: datetime) -> tuple[tuple[OpenProcedure, tuple[Standing, ...]], ...]:
    """Give every open procedure with where each of its notices stands.

    Raises:
        WorkspaceError: when records or ``notices.toml`` cannot be read.
    """
    rows, tried = records_of(desk), attempts_of(desk)
    return tuple((one, _standings(one, rows, tried, now)) for one in open_now(desk, now))


def changed(desk: Desk, opened: OpenProcedure) -> str:
    """Say how the finding that opened a procedure has changed since; empty where it has not.

    Raises:
        WorkspaceError: when the records cannot be read.
    """
    if opened.drill or opened.cause.finding is None:
        return ""
    with database.reading(desk.engine) as connection:
        taken = cases.steps_of(connection, opened.cause.finding.finding_id)
        found = store_records.finding(connection, opened.cause.finding.finding_id)
    step = next(one for one in taken if id_of(one) == opened.cause.id)
    return changed_since(step, () if found is None else (found,))


def acknowledge(desk: Desk, notice: str, by: str, now: datetime) -> NoticeRecord:
    """Log and record that a person acknowledges a notice for its recipient.

    Args:
        desk: the workspace.
        notice: id of a notice that was sent.
        by: name of the person.
        now: UTC.

    Raises:
        WorkflowError: when there is no such notice, nobody is named, it was not sent before, or
            was acknowledged already.
        WorkspaceError: when log or records cannot be written.
    """
    by = said(by, "who acknowledges", "--by")
    with recording.recording(desk) as taken:
        for one in taken:
            if isinstance(one, NoticeRecord) and (one.notice_id, one.what, one.by) == (
                notice,
                "acknowledged",
                by,
            ):
                return one  # it was cut off, and has just been taken up
        opened = next((o for o in open_now(desk, now) if notice.startswith(f"{o.id}/")), None)
        if opened is None:
            raise WorkflowError(
                f"no open procedure has a notice {notice}; `truceline notices list WS` names all."
            )
        clock.acknowledge(opened, _clock(desk), notice, by, now)
        return recording.add(
            desk, NoticeRecord(0, notice, "acknowledged", by, "", rfc3339(now), "", 0)
        )


def drill(desk: Desk, procedure: str, now: datetime, by: str) -> OpenProcedure:
    """Open a procedure for practice; everything that follows from it is marked as a drill.

    Args:
        desk: the workspace.
        procedure: its id; one that is proposed or reported only may be practised too.
        now: UTC.
        by: name of the person who opens it.

    Raises:
        WorkflowError: when there is no such procedure, or nobody is named.
        WorkspaceError: when log or records cannot be written.
    """
    by = said(by, "who opens the drill", "--by")
    known = [one.id for one in desk.agreement.responses]
    if procedure not in known:
        raise WorkflowError(
            f"{desk.agreement.id} has no procedure {procedure}; "
            + (f"it has {', '.join(known)}." if known else "its folder has no procedures.yaml.")
        )
    with recording.recording(desk) as taken:
        cut_off = [
            one
            for one in taken
            if isinstance(one, Drill) and (one.procedure, one.person) == (procedure, by)
        ]
        row = Drill(0, procedure, by, rfc3339(now), 0)
        made = cut_off[-1] if cut_off else recording.add(desk, row)
    wanted = f"{procedure}/{_drill_id(made)}"
    return next(one for one in open_now(desk, now) if one.id == wanted)


def records_of(desk: Desk) -> tuple[NoticeRecord, ...]:
    """Give what became of notices, oldest first."""
    with database.reading(desk.engine) as connection:
        return logged.every(connection, kinds.NOTICE)


def attempts_of(desk: Desk) -> dict[tuple[str, str], Attempt]:
    """Give how far sending has come, by notice and carrier."""
    with database.reading(desk.engine) as connection:
        return store.attempts(connection)


def clock_records(rows: Iterable[NoticeRecord], tried: Iterable[Attempt]) -> tuple[Record, ...]:
    """Give records as the clock of procedures reads them: sent once, by whatever came first."""
    found = {
        (one.notice_id, "tried"): Record(one.notice_id, "tried", one.carrier, moment_of(one.first))
        for one in tried
        if one.tries
    }
    for one in rows:
        if one.what != "failed":
            record = Record(one.notice_id, one.what, one.by, moment_of(one.time))
            before = found.setdefault((one.notice_id, one.what), record)
            if record.time < before.time:
                found[one.notice_id, one.what] = record
    return tuple(found.values())


def _clock(desk: Desk) -> tuple[Record, ...]:
    return clock_records(records_of(desk), attempts_of(desk).values())


def taken_back(opened: OpenProcedure, records: Sequence[Record]) -> tuple[Notice, ...]:
    """Give the notices that take others back, whether they were sent or not."""
    if opened.withdrawn is None:
        return ()
    went = {one.notice: one.time for one in records if one.what == "sent"}
    return tuple(
        withdrawal_of(opened, one, went[one.id]) for one in notices(opened) if one.id in went
    )


def _standings(
    opened: OpenProcedure,
    rows: Sequence[NoticeRecord],
    tried: dict[tuple[str, str], Attempt],
    now: datetime,
) -> tuple[Standing, ...]:
    records = clock_records(rows, tried.values())
    states = list(clock.progress(opened, records, now))
    done = {(one.notice, one.what) for one in records}
    for back in taken_back(opened, records):
        state = "sent" if (back.id, "sent") in done else "due"
        states.append((back, "acknowledged" if (back.id, "acknowledged") in done else state))
    return tuple(
        Standing(
            notice,
            state,
            tuple(one for one in rows if one.notice_id == notice.id),
            tuple(one for key, one in sorted(tried.items()) if key[0] == notice.id),
        )
        for notice, state in states
    )


def _drill_id(one: Drill) -> str:
    return f"DRILL-{one.number:06d}"


def _simulated(agreement: Agreement, one: Drill) -> Occurrence | None:
    """Make up what opens a procedure in a drill; null where the agreement no longer has it."""
    procedure = next((p for p in agreement.responses if p.id == one.procedure), None)
    if procedure is None:
        return None
    return Occurrence(
        id=_drill_id(one),
        time=moment_of(one.time),
        person=one.person,
        finding=None if procedure.trigger.event else _made_up(agreement, procedure, one),
        event=procedure.trigger.event,
        drill=True,
    )


def _made_up(agreement: Agreement, procedure: Procedure, one: Drill) -> Finding:
    """Give a finding of nothing that has happened, such as the procedure asks for."""
    trigger = procedure.trigger
    grade = trigger.grade or agreement.procedure.grades[-1]
    fitting = [c for c in agreement.clauses if not trigger.clauses or c.id in trigger.clauses]
    clause = next((c for c in fitting if c.grade == grade), None)
    clause = clause or next(iter(fitting), None)
    clause_id = clause.id if clause is not None else "none"
    return Finding(
        finding_id=f"{_drill_id(one)}/{clause_id}",
        incident_id=_drill_id(one),
        incident_revision=0,
        clause_id=clause_id,
        clause_ref=clause.ref if clause is not None else "no clause",
        probability=0.0,
        factors=(),
        outcome=Outcome.VIOLATED,
        grade=grade,
        words="simulated",
        attribution=(("undetermined", 1.0),),
        unverified=(),
        status=Status.CONFIRMED,
        mode=Mode.MANUAL,
    )
