"""On which days an article's own news lies, as far as it tells: its sidecar, its dateline, its words.

Nothing is guessed. Where a year is not told, a day is a day of any year, and two documents meet on
it only where both name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from truceline.guarantees.reading.dates import WHEN, month_number, resolve
from truceline.model.article import Document

NEAR_DAYS: Final = 10
"""Days of two articles further apart than this are of different events. Unit: days."""
_LEAD_LINES: Final = 3
"""Lines of prose, behind a headline, in which an article says what its news is."""
_LINE: Final = 60
"""Characters from which a line is prose and no headline."""
_DEADLINE: Final = re.compile(
    r"\b(?:by|until|till|before|since|from|than|next|every)\s+(?:the\s+)?$", re.IGNORECASE
)

MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """What an article tells of the days of its news."""

    days: tuple[date, ...]
    """Events of the sidecar, else the day of publication; empty where neither is known."""
    months: frozenset[str]
    """Months (``YYYY-MM``, ``????-MM``) that a statement without a date may be of; one is sure."""
    named: frozenset[MonthDay]
    """Month and day of the days that it tells of."""


NOTHING: Final = Told((), frozenset(), frozenset())


def told_by(document: Document) -> Told:
    """Say what an article tells of its own days.

    An article that the sidecar ties to events is of their months, and also of that of its
    publication where it came out long after them and so has news of its own. One with a day of publication is
    of that month, unless it is so early in the month that it may tell of the month before and no
    day that it names says otherwise. One with neither is of the month of the days that its
    dateline and lead name, if they lie close together.
    """
    if document.about:
        days = tuple(sorted(map(date.fromisoformat, document.about)))
        months = frozenset(day.isoformat()[:7] for day in days) | _later(document, days[-1])
        return Told(days, months, _month_days(days))
    if document.published:
        return _published(document, date.fromisoformat(document.published))
    return _by_its_lead(document)


def _later(document: Document, last: date) -> frozenset[str]:
    """Give the month of publication where it lies further behind the events than events are wide."""
    if not document.published:
        return frozenset()
    gone = date.fromisoformat(document.published) - last
    return frozenset({document.published[:7]}) if gone > timedelta(days=NEAR_DAYS) else frozenset()


def near(one: Told, other: Told) -> bool:
    """Tell whether two articles are, by what is known, about the same days."""
    if one.days and other.days:
        return any(abs((a - b).days) <= NEAR_DAYS for a in one.days for b in other.days)
    return bool(one.named & other.named)


def _published(document: Document, day: date) -> Told:
    """Take the month of publication where every day that the article names says so."""
    found = [resolve(match, day.isoformat(), ()) for match in _days_in(_prose(document))]
    told = {date.fromisoformat(one.day) for one in found if one}
    told = {one for one in told if timedelta(0) <= day - one <= timedelta(days=NEAR_DAYS)}
    before = day - timedelta(days=7)
    months = {one.isoformat()[:7] for one in (day, before)}
    if told and all(one.month == day.month for one in told):
        months = {day.isoformat()[:7]}
    return Told((day,), frozenset(months), _month_days((day, *told)))


def _by_its_lead(document: Document) -> Told:
    text = _prose(document)
    lead = _lead(text)
    found = [_parts(match) for match in _days_in(lead) if not match["w"]]
    if not found or not _close([one[1:] for one in found]):
        return NOTHING
    years = {year for year, _, _ in found if year}
    year = years.pop() if len(years) == 1 else "????"
    months = frozenset(f"{year}-{month:02d}" for _, month, _ in found)
    here = [(month, day) for _, month, day in found]
    every = (_parts(match)[1:] for match in _days_in(text) if not match["w"])
    named = frozenset(here) | {one for one in every if _close([*here, one])}
    return Told((), months, named)


def _prose(document: Document) -> str:
    """Give the text without its boilerplate, where other articles' days stand."""
    parts, at = [], 0
    for one in document.boilerplate:
        parts.append(document.text[at : max(one.span.start, at)])
        at = max(one.span.end, at)
    return "\n".join((*parts, document.text[at:]))


def _lead(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    long = [number for number, line in enumerate(lines) if len(line) >= _LINE]
    return "\n".join(lines[: long[:_LEAD_LINES][-1] + 1]) if long else ""


def _days_in(text: str) -> Iterator[re.Match[str]]:
    for match in WHEN.finditer(text):
        if not _DEADLINE.search(text, max(match.start() - 16, 0), match.start()):
            yield match


def _parts(match: re.Match[str]) -> tuple[str, int, int]:
    """Give year (empty where none stands there), month and day."""
    month = month_number(match["m"] or match["m2"])
    return match["y"] or match["y2"] or "", month, int(match["d"] or match["d2"])


def _month_days(days: tuple[date, ...]) -> frozenset[MonthDay]:
    return frozenset((day.month, day.day) for day in days)


def _close(days: list[MonthDay]) -> bool:
    """Tell whether days lie close together in one year; a day that no year has lies nowhere."""
    try:
        # 2028 is a leap year: it has every day that a year can have.
        ordinals = [date(2028, month, day).toordinal() for month, day in days]
    except ValueError:
        return False
    return max(ordinals) - min(ordinals) <= NEAR_DAYS
