"""Who must be told when a condition is met. A step tells somebody; it can do nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from truceline.model.finding import Finding
from truceline.model.verified import Verified


class Standing(StrEnum):
    """How far a response procedure is agreed."""

    IN_USE = "in_use"
    """Adopted by the mission; only such a procedure opens outside drills."""
    PROPOSED = "proposed"
    REPORTED = "reported_not_agreed"
    """Known from reports of others only."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A body that must be told. Addresses are the mission's own and stand in no agreement."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """The condition; exactly one of ``event`` and the finding's fields is meant."""

    event: str
    """``in_force_starts`` or ``in_force_ends``; empty where a finding opens the procedure."""
    clauses: tuple[str, ...]
    """Clauses that count, sorted; empty for every clause."""
    grade: str
    """Lightest grade that counts; empty for every grade."""


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody to be told."""

    id: str
    tell: tuple[str, ...]
    """Recipient ids, in the order in which they are told."""
    about: str
    """What the notice says is asked of them, in words; people decide."""
    not_before: timedelta
    """Counted from the opening."""
    within: timedelta | None
    """Latest, counted from the opening; null where no time is stated."""
    after: tuple[str, ...]
    """Steps whose notices must have gone out before; where they ask for acknowledgement it must have
    come, or be overdue, since silence must not stop what follows."""
    acknowledge: timedelta | None
    """How long after it was sent a notice must be acknowledged; null where it need not."""
    verified: tuple[Verified, ...] = ()


@dataclass(frozen=True, slots=True)
class ResponseProcedure:
    """What follows, in notices, when a condition is met."""

    id: str
    title: str
    standing: Standing
    trigger: Trigger
    steps: tuple[Step, ...]
    drill: bool = False
    """Only ever for drills."""
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that may open a procedure: a person's step on a finding, or an agreement's event."""

    id: str
    """Stable, never reused."""
    time: datetime
    """When the person acted, or the event came. UTC."""
    person: str
    """Who acted; may be empty for an event of the agreement."""
    finding: Finding | None = None
    """The finding as it stood after the person's step."""
    event: str = ""
    """As in ``Trigger.event``; empty for a finding."""
    drill: bool = False
    """Simulated: everything that follows is marked as a drill."""


@dataclass(frozen=True, slots=True)
class OpenProcedure:
    """A procedure that a condition has opened."""

    id: str
    """``<procedure id>/<occurrence id>``."""
    agreement: str
    procedure: ResponseProcedure
    cause: Occurrence
    area: str
    """Coarse, in words: the clause's own area. Never a position."""
    drill: bool
    recipients: tuple[Recipient, ...]
    withdrawn: Occurrence | None = None
    """The person's step that rejected or reopened the finding afterwards."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message owed to a body because a condition is met."""

    id: str
    """``<open procedure id>/<step id>/<recipient id>``."""
    agreement: str
    procedure: str
    """Title of the procedure."""
    recipient: Recipient
    about: str
    cause: str
    """What opened the procedure, in words, without place and time of the incident."""
    area: str
    """Coarse, in words. Never a position."""
    grade: str
    """Of the finding; empty for an event of the agreement."""
    opened: datetime
    """UTC."""
    not_before: datetime
    """UTC."""
    deadline: datetime | None
    """Latest moment of sending, UTC; null where no time is stated."""
    person: str
    """Whose act opened the procedure; empty for an event of the agreement."""
    acknowledge: timedelta | None
    drill: bool
    withdrawal: bool = False
    """Takes back an earlier notice, whose id is its own without the last part ``/withdrawal``."""
    earlier_sent: datetime | None = None
    """When the notice that is taken back was sent. UTC."""


@dataclass(frozen=True, slots=True)
class Record:
    """What happened to a notice."""

    notice: str
    """Id of the notice."""
    what: str
    """``sent``, ``acknowledged``, or ``tried``: it was to go out, and the other side was not there."""
    by: str
    """Who sent or tried it, or who acknowledged it for the recipient."""
    time: datetime
    """UTC."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A notice that is late."""

    notice: Notice
    what: str
    """``sending`` or ``acknowledgement``."""
    since: datetime
    """Deadline that passed. UTC."""
