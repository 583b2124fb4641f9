"""Did it happen while the clause bound, and was the duty due?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from truceline.geodesy import interval_mass
from truceline.model.agreement import Clause
from truceline.model.clause_terms import Deadline
from truceline.verification.question import Question
from truceline.verification.weighed import Weighed

_FOREVER = 9999  # year of an open end


def time(clause: Clause, schedules: Sequence[Clause], question: Question) -> Weighed:
    """Weigh the time in force, then the deadlines of the schedules that time the clause."""
    if clause.time.start.year >= _FOREVER:
        return Weighed.unknown("time", f"{clause.id} is in force at no time that is known")
    if not question.dated:
        return Weighed.unknown("time", "when it happened is not stated")
    own = _in_force(clause, question)
    if own.factor.probability == 0.0:
        return own
    for schedule in schedules:
        due = _due(schedule, question.time.start)
        if (due is not None and due.high < 1.0) or (due is not None and not due.factor.known):
            return due
    return own


def _in_force(clause: Clause, question: Question) -> Weighed:
    high = math.inf if clause.time.end.year >= _FOREVER else clause.time.end.timestamp()
    low = clause.time.start.timestamp()
    start, end = question.time.start.timestamp(), question.time.end.timestamp()
    mass = interval_mass(start, end, low, high, question.time_sigma_s)
    if not question.window_only or mass in (0.0, 1.0):
        where = {0.0: "outside", 1.0: "inside"}.get(mass, "near an edge of")
        return Weighed.sure("time", mass, f"it happened {where} the time in force")
    share = f"{mass:.0%} of the window in which it happened lies in the time in force"
    return Weighed.unknown("time", share + "; when inside it happened is not known", mass)


def standing(schedule: Clause, moment: datetime) -> tuple[Deadline, ...]:
    """Give the readings of the deadline that stand at a moment: the newest amendment's, or all."""
    said = schedule.terms.schedule
    if said is None:
        return ()
    known = [one for one in said.deadlines if one.since is None or one.since <= moment]
    newest = max((one.since for one in known if one.since is not None), default=None)
    return tuple(one for one in known if one.since == newest)


def _due(schedule: Clause, moment: datetime) -> Weighed | None:
    """Weigh whether a scheduled duty was owed; null where no deadline is stated."""
    deadlines = standing(schedule, moment)
    if not deadlines:
        return None
    owed = [one for one in deadlines if one.time <= moment]
    if not owed:
        first = min(one.time for one in deadlines)
        reason = f"{schedule.id}: not yet due, the earliest deadline is {first:%Y-%m-%d %H:%M}Z"
        return Weighed.sure("time", 0.0, reason)
    if len(owed) < len(deadlines):
        past = ", ".join(one.reading for one in owed)
        still = ", ".join(one.reading for one in deadlines if one not in owed)
        reason = f"{schedule.id}: due by the reading {past}, not yet by {still}"
        return Weighed.unknown("time", reason)
    return Weighed.sure("time", 1.0, f"{schedule.id}: every reading of the deadline has passed")
