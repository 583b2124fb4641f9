"""Does the running total of a report equal the earlier one plus what was counted since?

The mission published, beside each day's violations, the total since the ceasefire of 27 July 2020.
Where both were read independently, they check one another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from truceline.adapters.smm_counts_day import Day

TOTAL_STARTS: Final = datetime(2020, 7, 26, 21, 1, tzinfo=UTC)
"""27 July 2020, 00:01 in Kyiv. The column names the day; the minute is that of the measures to
strengthen the ceasefire, which entered into force at 00:01."""


class Verdict(StrEnum):
    """What the arithmetic says of one row."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    NO_TOTAL = "gives no running total"
    MISSING_REPORT = "a report before it is missing"
    CIRCULAR = "holds, but one number was derived from another"
    NO_FIGURE = "a figure on the way is missing or of another window"


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict on one row, with the numbers."""

    report: str
    verdict: Verdict
    reason: str
    """One sentence with both numbers where there are two."""

    @property
    def checked(self) -> bool:
        """True where the numbers could be compared."""
        return self.verdict in {Verdict.CONSISTENT, Verdict.INCONSISTENT}


@dataclass(frozen=True, slots=True)
class _Link:
    """A way from an earlier total to this one."""

    base: int
    start: str
    """Where the base comes from."""
    figures: tuple[Day, ...]
    """The days added on the way, this one last."""
    derived: bool
    """True where the base was itself derived."""

    @property
    def from_start(self) -> bool:
        """True where the way begins with the period that holds the start of the total."""
        return starts_total(self.figures[0])

    @property
    def sum(self) -> int:
        """What the running total should be."""
        return self.base + sum(day.violations or 0 for day in self.figures)


def starts_total(day: Day) -> bool:
    """Tell whether the period of this report holds the start of the running total."""
    return TOTAL_STARTS < day.end <= TOTAL_STARTS + timedelta(hours=24)


def _broken(day: Day, before: Day | None) -> tuple[Verdict, str] | None:
    """Say why ``day`` cannot be added on the way from ``before``; null where it can."""
    if day.violations is None:
        return Verdict.NO_FIGURE, f"{day.name} does not give both regions"
    if starts_total(day):
        return None
    if before is None:
        what = f"report {day.number - 1}/{day.year}, before {day.name}, is not among the rows"
        return Verdict.MISSING_REPORT, what
    if day.last_24_h or (day.from_comparison and day.several_evenings(before)):
        return Verdict.NO_FIGURE, f"{day.name} may give the last 24 h of its period only"
    return None


def _link(days: Sequence[Day], index: int, *, derived: bool) -> _Link | tuple[Verdict, str]:
    """Walk back to the nearest total, over reports of which none is missing.

    Args:
        days: in the order of their periods.
        index: the day whose total is checked.
        derived: whether a derived total will do as the base.
    """
    figures: list[Day] = []
    for at in range(index, -1, -1):
        day = days[at]
        before = days[at - 1] if at and day.follows(days[at - 1]) else None
        if broken := _broken(day, before):
            return broken
        figures.insert(0, day)
        if starts_total(day):
            return _Link(0, "nothing before its start", tuple(figures), derived=False)
        assert before is not None
        if before.total is not None and (derived or not before.total_derived):
            return _Link(before.total, before.name, tuple(figures), before.total_derived)
    raise AssertionError("the first day has no day before it, so the walk has ended")


def _judge(days: Sequence[Day], index: int) -> Check:
    day = days[index]
    if day.total is None:
        return Check(day.name, Verdict.NO_TOTAL, "the row gives no running total")
    earlier = next((d for d in reversed(days[:index]) if d.total is not None), None)
    if earlier is not None and earlier.total is not None and earlier.total > day.total:
        why = f"{earlier.total} ({earlier.name}) came before, the row says {day.total}: it fell"
        return Check(day.name, Verdict.INCONSISTENT, why)
    link = _link(days, index, derived=False)
    if not isinstance(link, _Link):
        second = _link(days, index, derived=True)
        if not isinstance(second, _Link):
            return Check(day.name, second[0], second[1])
        link = second
    added = " + ".join(str(d.violations) for d in link.figures)
    sentence = f"{link.base} ({link.start}) + {added} = {link.sum}, the row says {day.total}"
    if link.from_start and link.sum > day.total:
        why = f"{sentence}; the first period may hold hours before the total's start"
        return Check(day.name, Verdict.NO_FIGURE, why)
    if link.sum != day.total:
        return Check(day.name, Verdict.INCONSISTENT, sentence)
    circular = link.derived or day.total_derived or any(d.figure_derived for d in link.figures)
    verdict = Verdict.CIRCULAR if circular else Verdict.CONSISTENT
    return Check(day.name, verdict, sentence)


def check_running_totals(days: Sequence[Day]) -> tuple[Check, ...]:
    """Check every row against the nearest earlier total.

    Args:
        days: in the order of their periods.

    >>> check_running_totals([])
    ()
    """
    return tuple(_judge(days, index) for index in range(len(days)))


def summary(checks: Sequence[Check]) -> tuple[str, ...]:
    """Say in words how the check went; one more sentence for each row that fails.

    >>> summary([])
    ()
    """
    if not checks:
        return ()
    n = Counter(check.verdict for check in checks)
    done = n[Verdict.CONSISTENT] + n[Verdict.INCONSISTENT]
    rest = [f"{n[verdict]} because {why}" for verdict, why in _WHY.items() if n[verdict]]
    sentence = (
        f"Running totals: {done} of {len(checks)} rows checked, {n[Verdict.CONSISTENT]} consistent, "
        f"{n[Verdict.INCONSISTENT]} inconsistent, {len(checks) - done} not checkable"
    )
    failed = [
        f"Running total of report {check.report} is inconsistent: {check.reason}."
        for check in checks
        if check.verdict is Verdict.INCONSISTENT
    ]
    return (sentence + (f" ({'; '.join(rest)})." if rest else "."), *failed)


_WHY: Final = {
    Verdict.NO_TOTAL: "the row gives no running total",
    Verdict.MISSING_REPORT: "a report before it is not among the rows",
    Verdict.CIRCULAR: "the sum holds but one of its numbers was derived from the others",
    Verdict.NO_FIGURE: "a figure on the way is missing or is of the last 24 h only",
}
