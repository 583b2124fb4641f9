"""Persons' steps on findings, drills, and what became of notices, in the records."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from truceline.store import schema_notices as schema


@dataclass(frozen=True, slots=True)
class FindingStep:
    """What a person did with a finding."""

    number: int
    """1, 2, ...; never reused."""
    finding_id: str
    incident_revision: int
    """Of the incident, as the person saw it."""
    case_revision: int
    """Of the case; goes up by one each time it is reopened."""
    step: str
    """One of ``truceline.model.review_rules.StepKind``."""
    person: str
    """Name, as shown."""
    person_id: str
    """Empty where nobody is registered."""
    nationality: str
    """ISO 3166-1 alpha-2; empty where it is not told."""
    reason: str
    time: str
    """RFC 3339, UTC."""
    detail: str
    """Canonical JSON of what the step says besides, such as a grade."""
    content: str
    """Canonical JSON of the finding as the person saw it."""
    signature: str
    """Canonical JSON of the signature; empty for a step that was recorded before steps were signed."""
    log_index: int


@dataclass(frozen=True, slots=True)
class Drill:
    """A procedure that a person opened for practice."""

    number: int
    procedure: str
    """Id of the procedure."""
    person: str
    time: str
    """RFC 3339, UTC."""
    log_index: int


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """What became of a notice."""

    number: int
    notice_id: str
    what: str
    """``sent``, ``acknowledged`` or ``failed``."""
    by: str
    """Who acknowledged; ``truceline`` where the program sent it."""
    carrier: str
    """Such as ``mail-1``, ``hook``, ``cap-file``; empty for an acknowledgement."""
    time: str
    """RFC 3339, UTC."""
    detail: str
    """Of what was sent, the date that the message bears; of a failure, its code. No address."""
    log_index: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """How far sending a notice by one carrier has come."""

    notice_id: str
    carrier: str
    state: str
    """``begun``, ``unsure`` (it may have gone out), ``later``, ``failed`` or ``sent``."""
    first: str
    """When it was tried first; the message bears this date each time. RFC 3339, UTC."""
    tries: int
    next_try: str
    """Not before. RFC 3339, UTC."""
    destination: str
    """SHA-256 of where it goes, so that a corrected address is tried at once."""
    said: str
    """Code of the last try, such as ``SMTP 451 4.2.1``. No address."""


def attempts(connection: Connection) -> dict[tuple[str, str], Attempt]:
    """Give every attempt by notice and carrier."""
    rows = connection.execute(sa.select(schema.notice_attempts)).mappings()
    return {(row["notice_id"], row["carrier"]): Attempt(**row) for row in rows}


def put_attempt(connection: Connection, attempt: Attempt) -> None:
    """Write down how far an attempt has come, over what stood there."""
    table = schema.notice_attempts
    values: dict[str, Any] = {f.name: getattr(attempt, f.name) for f in fields(attempt)}
    key = (table.c.notice_id == attempt.notice_id) & (table.c.carrier == attempt.carrier)
    connection.execute(sa.delete(table).where(key))
    connection.execute(sa.insert(table).values(values))
