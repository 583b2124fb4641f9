"""What is due, sent, acknowledged and overdue. Time is an argument; records are only added to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from truceline.errors import WorkflowError
from truceline.guarantees.procedure_notices import notices, withdrawal_of
from truceline.model.procedure import Notice, OpenProcedure, Overdue, Record, Step

Records = tuple[Record, ...]


def due(opened: OpenProcedure, records: Sequence[Record], now: datetime) -> tuple[Notice, ...]:
    """Give the notices to be sent now, in their order.

    A step waits for its time, and for the steps that it names: their notices sent, and
    acknowledged or overdue where they ask for it. One that was tried and could not be brought
    by its own deadline is waited for no longer: a mailbox that is shut must not stop the others from
    being told. Once a procedure is withdrawn, only those who
    had a notice get another one, which takes it back.
    """
    went = {one.notice: one.time for one in records if one.what == "sent"}
    if opened.withdrawn is not None:
        had = (one for one in notices(opened) if one.id in went)
        back = (withdrawal_of(opened, one, went[one.id]) for one in had)
        return tuple(one for one in back if one.id not in went and one.not_before <= now)
    ready = {step.id for step in opened.procedure.steps if _ready(opened, step, records, now)}
    return tuple(
        one for one in notices(opened) if one.id not in went and _step_of(opened, one).id in ready
    )


def sent(
    opened: OpenProcedure, records: Sequence[Record], notice: str, by: str, now: datetime
) -> Records:
    """Record that a notice was sent.

    Args:
        opened: the procedure.
        records: what happened so far.
        notice: id of the notice.
        by: who, or which carrier, sent it.
        now: UTC.

    Raises:
        WorkflowError: when the notice is not due, or was sent already.
    """
    if _find(records, notice, "sent"):
        raise WorkflowError(f"the notice {notice} was sent already; nothing is sent twice")
    if notice not in {one.id for one in due(opened, records, now)}:
        waiting = sorted(one.id for one in due(opened, records, now))
        raise WorkflowError(
            f"the notice {notice} is not due at {now.isoformat()}; due now: "
            + (", ".join(waiting) or "nothing")
        )
    return (*records, Record(notice, "sent", by, now))


def acknowledge(
    opened: OpenProcedure, records: Sequence[Record], notice: str, by: str, now: datetime
) -> Records:
    """Record that a person acknowledged a notice for its recipient. It answers, and decides nothing.

    Raises:
        WorkflowError: when the notice is not of this procedure, was not sent before, was
            acknowledged already, or no person is named.
    """
    known = {one.id for one in notices(opened)}
    if notice.removesuffix("/withdrawal") not in known:
        raise WorkflowError(f"{opened.id} has no notice {notice}; its notices: {sorted(known)}")
    if not by.strip():
        raise WorkflowError(f"nobody is named who acknowledges {notice}; a person must")
    before = _find(records, notice, "sent")
    if before is None or now < before.time:
        raise WorkflowError(f"the notice {notice} was not sent before {now.isoformat()}; send it")
    if (answer := _find(records, notice, "acknowledged")) is not None:
        raise WorkflowError(
            f"the notice {notice} was acknowledged by {answer.by} at {answer.time.isoformat()}"
        )
    return (*records, Record(notice, "acknowledged", by, now))


def overdue(opened: OpenProcedure, records: Sequence[Record], now: datetime) -> tuple[Overdue, ...]:
    """Give what is late: notices not sent by their time, notices not acknowledged by theirs."""
    late: list[Overdue] = []
    for notice in notices(opened):
        out = _find(records, notice.id, "sent")
        if out is None:
            stopped = opened.withdrawn is not None
            if notice.deadline is not None and notice.deadline < now and not stopped:
                late.append(Overdue(notice, "sending", notice.deadline))
        elif notice.acknowledge is not None and not _find(records, notice.id, "acknowledged"):
            until = out.time + notice.acknowledge
            if until < now and opened.withdrawn is None:
                late.append(Overdue(notice, "acknowledgement", until))
    return tuple(late)


def progress(
    opened: OpenProcedure, records: Sequence[Record], now: datetime
) -> tuple[tuple[Notice, str], ...]:
    """Give every notice with where it stands.

    One of waiting, due, not sent in time, sent, not acknowledged in time, acknowledged, withdrawn.
    """
    ready = {one.id for one in due(opened, records, now)}
    late = {one.notice.id: one.what for one in overdue(opened, records, now)}
    return tuple((one, _state(opened, one, records, ready, late)) for one in notices(opened))


def _state(
    opened: OpenProcedure,
    notice: Notice,
    records: Sequence[Record],
    ready: set[str],
    late: dict[str, str],
) -> str:
    if notice.id in late:
        return f"not {'sent' if late[notice.id] == 'sending' else 'acknowledged'} in time"
    if _find(records, notice.id, "acknowledged"):
        return "acknowledged"
    if _find(records, notice.id, "sent"):
        return "sent"
    if opened.withdrawn is not None:
        return "withdrawn"
    return "due" if notice.id in ready else "waiting"


def _ready(opened: OpenProcedure, step: Step, records: Sequence[Record], now: datetime) -> bool:
    """Tell whether a step's time has come and what it waits for has happened."""
    if now < opened.cause.time + step.not_before:
        return False
    before = [one for one in notices(opened) if _step_of(opened, one).id in step.after]
    return all(_done(one, records, now) for one in before)


def _done(notice: Notice, records: Sequence[Record], now: datetime) -> bool:
    out = _find(records, notice.id, "sent")
    if out is None:
        tried = _find(records, notice.id, "tried") is not None
        return tried and notice.deadline is not None and notice.deadline < now
    if notice.acknowledge is None or _find(records, notice.id, "acknowledged"):
        return True
    return out.time + notice.acknowledge < now


def _step_of(opened: OpenProcedure, notice: Notice) -> Step:
    own = notice.id.removeprefix(f"{opened.id}/").removesuffix(f"/{notice.recipient.id}")
    return next(step for step in opened.procedure.steps if step.id == own)


def _find(records: Sequence[Record], notice: str, what: str) -> Record | None:
    return next((one for one in records if one.notice == notice and one.what == what), None)
