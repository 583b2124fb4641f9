"""That access was given or taken back, in the log: never a secret, always whose and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from truceline.access.rules import Operation, Subject
from truceline.codec.canonical import canonical, rfc3339
from truceline.model.person import Principal
from truceline.pipeline import recording
from truceline.pipeline.acting import allow
from truceline.pipeline.desk import Desk
from truceline.pipeline.people_kinds import ACCESS
from truceline.store import database, logged
from truceline.store.people import AccessChange
from truceline.store.schema_people import access_changes


def note(
    desk: Desk, what: str, person_id: str, by: str, now: datetime, detail: Mapping[str, Any]
) -> AccessChange:
    """Log and record a change of access; the caller holds ``recording``.

    Raises:
        WorkspaceError: when log or records cannot be written.
    """
    text = canonical(dict(detail)).decode()
    return recording.add(desk, AccessChange(0, what, person_id, by, text, rfc3339(now), 0))


def changes(desk: Desk, person_id: str | None = None) -> tuple[AccessChange, ...]:
    """Give every change of access, or those of one person's, oldest first."""
    where = () if person_id is None else (access_changes.c.person_id == person_id,)
    with database.reading(desk.engine) as connection:
        return logged.every(connection, ACCESS, *where)


def audit_access(
    desk: Desk, principal: Principal, now: datetime, person_id: str | None = None
) -> tuple[AccessChange, ...]:
    """Give the changes of access to who may read them: all, or those of one person's.

    Raises:
        AccessError: when who asks may not.
    """
    subject = Subject() if person_id is None else Subject(owner=person_id)
    allow(desk, principal, Operation.AUDIT_ACCESS, now, subject)
    return changes(desk, person_id)
