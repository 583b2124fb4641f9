"""What holds at a moment: which clause binds, what is due, written in the agreement's own zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from truceline.codec.agreement_time import OPEN_END
from truceline.model.agreement import Agreement, Clause
from truceline.model.clause_terms import Deadline, Schedule
from truceline.model.interval import Interval

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a clause stands at a moment."""

    key: str
    """``binds``, ``later``, ``ended``, ``unknown``, ``waits`` (in force, not yet due), ``partly``
    (due by some readings)."""
    words: str


def zone_of(agreement: Agreement) -> str:
    """Give the zone in which the page writes times: that of the text, else of the mission's day."""
    if agreement.in_force is not None:
        return agreement.in_force.zone
    own = (text.in_force.zone for text in agreement.texts if text.in_force is not None)
    return next(own, agreement.procedure.day_zone)


def day(when: datetime, zone: str) -> str:
    """Write a moment as a day, with its hour where that is not midnight.

    >>> day(datetime(2015, 3, 1, 22, 0, tzinfo=UTC), "Europe/Kyiv")
    '2 Mar 2015'
    >>> day(datetime(2014, 9, 19, 23, 35, tzinfo=UTC), "Europe/Kyiv")
    '20 Sep 2014, 02:35'
    """
    if when >= OPEN_END - timedelta(days=2):
        return "no stated end"
    local = when.astimezone(ZoneInfo(zone))
    clock = "" if local.hour == local.minute == 0 else f", {local:%H:%M}"
    return f"{local.day} {local:%b %Y}{clock}"


def span(time: Interval, zone: str) -> str:
    """Write a time from beginning to end."""
    if time.start == OPEN_END:
        return "at no time that is known"
    if time.end == OPEN_END:
        return f"from {day(time.start, zone)}, no stated end"
    first, last = (t.astimezone(ZoneInfo(zone)) for t in (time.start, time.end))
    if first.date() == last.date():
        return f"{day(time.start, zone)} to {last:%H:%M}"
    return f"{day(time.start, zone)} to {day(time.end, zone)}"


def schedules_of(agreement: Agreement, clause: Clause) -> tuple[tuple[Clause, Schedule], ...]:
    """Give the schedules that time a clause, each with the clause in which it stands."""
    return tuple(_timing(agreement, clause))


def _timing(agreement: Agreement, clause: Clause) -> Iterator[tuple[Clause, Schedule]]:
    for other in agreement.clauses:
        said = other.terms.schedule
        if said is None:
            continue
        if clause.id in said.clauses or (other is clause and not said.clauses):
            yield other, said


def known_at(schedule: Schedule, at: datetime) -> tuple[Deadline, ...]:
    """Give the readings that stand at a moment: those agreed last in place of those before."""
    known = [d for d in schedule.deadlines if d.since is None or d.since <= at]
    newest = max((d.since or _NEVER for d in known), default=_NEVER)
    return tuple(d for d in known if (d.since or _NEVER) == newest)


def standing(agreement: Agreement, clause: Clause, at: datetime, zone: str) -> Standing:
    """Say where a clause stands at a moment."""
    if clause.time.start == OPEN_END:
        return Standing("unknown", "no time known")
    if at < clause.time.start:
        return Standing("later", f"not yet, from {day(clause.time.start, zone)}")
    if at >= clause.time.end:
        return Standing("ended", f"ended {day(clause.time.end, zone)}")
    timed = schedules_of(agreement, clause)
    readings = [d for _, said in timed for d in known_at(said, at)]
    due = sum(d.time <= at for d in readings)
    if not readings or due == len(readings):
        return Standing("binds", "in force and due" if readings else "in force")
    if due == 0:
        first = min(d.time for d in readings)
        return Standing("waits", f"in force, not due before {day(first, zone)}")
    return Standing("partly", f"in force, due by {due} of {len(readings)} readings")
