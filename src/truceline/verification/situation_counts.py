"""Moments of breaches, and the count or the quiet days that the words of a case ask for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Final
from zoneinfo import ZoneInfo

from truceline.codec.case_words import WordsRead
from truceline.model.clause_terms import Count

LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Day 0 of a case that counts days from a start of its own."""
_ASKS: Final = (
    "condition", "violation", "finding", "serious", "breach", "full day", "quiet", "silence",
)  # fmt: skip
_NO_YEAR: Final = 1


def breaches_in(
    words: WordsRead, text: str, zone: str, moment: datetime | None
) -> tuple[datetime, ...]:
    """Give the moments of breaches, where the words ask for a count or a condition.

    Args:
        words: what was read.
        text: the words themselves.
        zone: IANA zone of the case, in which its days begin.
        moment: the time of the case; a date without a year is taken for the last one before it.
    """
    if not any(word in text.casefold() for word in _ASKS):
        return ()
    figures = words.figures
    if figures.offsets:
        return tuple(LONG_AGO + offset for offset in figures.offsets)
    days = [one for one in (_with_year(day, moment) for day in figures.dates) if one is not None]
    if not days and figures.quiet_days is not None and moment is not None:
        today = moment.astimezone(ZoneInfo(zone)).date()
        days = [today - timedelta(days=figures.quiet_days + 1)]
    noon = clock(12, tzinfo=ZoneInfo(zone))
    return tuple(datetime.combine(day, noon).astimezone(UTC) for day in days)


def count_in(words: WordsRead) -> Count | None:
    """Give the count that the words themselves set, as in *3 serious in 7 days*."""
    said = words.figures.count
    return None if said is None else Count(said[0], said[1])


def _with_year(day: date, moment: datetime | None) -> date | None:
    if day.year != _NO_YEAR:
        return day
    if moment is None:
        return None
    this = day.replace(year=moment.year)
    return this if this <= moment.date() else day.replace(year=moment.year - 1)
