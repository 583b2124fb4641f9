"""Reads of what is sensitive: allowed or refused, and each one that is allowed in the log.

Sensitive are sharp positions, positions of sensors and patrols, storage sites, originals in custody,
bundles for the cell, which hold all of it, and those for a party, which name persons. The read is logged before anything is shown: what
cannot be logged is not shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from truceline.access.rules import Operation, Subject
from truceline.codec.canonical import rfc3339
from truceline.model.person import Principal
from truceline.pipeline import recording
from truceline.pipeline.acting import allow, by_of
from truceline.pipeline.desk import Desk
from truceline.pipeline.people_kinds import READ
from truceline.store import database, logged
from truceline.store.people import SensitiveRead
from truceline.store.schema_people import sensitive_reads

SENSITIVE: Final = frozenset(
    {
        Operation.OPEN_POSITION,
        Operation.SEE_SENSORS,
        Operation.SEE_PATROLS,
        Operation.SEE_SITES,
        Operation.OPEN_ORIGINAL,
        Operation.BUNDLE,
        Operation.BUNDLE_PARTY,
        Operation.EXPORT,
        Operation.BACK_UP,
    }
)
"""Operations each use of which is in the log."""
_LONGEST: Final = 200
"""Of what names a subject. Unit: characters."""


def open_sensitive(
    desk: Desk,
    principal: Principal,
    operation: Operation,
    name: str,
    now: datetime,
    subject: Subject,
) -> SensitiveRead:
    """Let somebody read something sensitive, and log it first.

    Args:
        desk: the workspace; the caller holds no lock on recording.
        principal: who reads.
        operation: one of :data:`SENSITIVE`.
        name: id of what is read, as the log is to name it.
        now: UTC.
        subject: what the rules ask about it.

    Raises:
        AccessError: when who asks may not.
        ValueError: when the operation is not sensitive.
        WorkspaceError: when log or records cannot be written; then nothing may be shown.
    """
    if operation not in SENSITIVE:
        raise ValueError(f"{operation.value} is not sensitive, so its reads are not logged")
    current = allow(desk, principal, operation, now, subject)
    who = current.person
    row = SensitiveRead(
        number=0,
        operation=operation.value,
        subject=name[:_LONGEST],
        person_id=by_of(current),
        person="" if who is None else who.name,
        how=current.how,
        time=rfc3339(now),
        log_index=0,
    )
    with recording.recording(desk):
        return recording.add(desk, row)


def reads(desk: Desk, person_id: str | None = None) -> tuple[SensitiveRead, ...]:
    """Give every sensitive read, or those of one person, oldest first."""
    where = () if person_id is None else (sensitive_reads.c.person_id == person_id,)
    with database.reading(desk.engine) as connection:
        return logged.every(connection, READ, *where)


def audit_reads(
    desk: Desk, principal: Principal, now: datetime, person_id: str | None = None
) -> tuple[SensitiveRead, ...]:
    """Give the sensitive reads to who may see them: all, or those of one person.

    Raises:
        AccessError: when who asks may not.
    """
    subject = Subject() if person_id is None else Subject(owner=person_id)
    allow(desk, principal, Operation.AUDIT_READS, now, subject)
    return reads(desk, person_id)
