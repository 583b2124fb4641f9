"""In which month a statement was made, as far as its article tells; the gate of every alignment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from truceline.model.article import Document, Statement

_NAMES: Final = ("january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december")  # fmt: skip
_MONTH: Final = re.compile(
    r"\b((?:January|February|March|April|June|July|August|September|October|November|December"
    r"|May(?= \d)|(?<=[Ii]n )May)\b|(?:Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\.)"
    r"(?: \d{1,2}(?:st|nd|rd|th)?\b)?(?:,? (\d{4})\b)?"
)
_NEAR_DAYS: Final = 10
"""Events of two articles further apart than this are different events. Unit: days."""


def months_of(statement: Statement, document: Document) -> frozenset[str]:
    """Give the months (``YYYY-MM``) in which it may have been said; empty where nothing tells.

    Its own date goes first, then a month named in it or before it in its paragraph, then the
    events of the article, then the day of publication (early in a month, also the month before).
    """
    if statement.date_said:
        return frozenset({statement.date_said[:7]})
    own = events_of(document)
    named = _named(statement, document, own)
    if named:
        return named
    if document.about:
        return frozenset(day[:7] for day in document.about)
    if document.published is None:
        return frozenset()
    day = date.fromisoformat(document.published)
    before = date.fromordinal(day.toordinal() - 7)
    return frozenset({day.isoformat()[:7], before.isoformat()[:7]})


def events_of(document: Document) -> tuple[date, ...]:
    """Give the days that the article is about; the day of publication where it is not told."""
    days = document.about or ((document.published,) if document.published else ())
    return tuple(sorted(date.fromisoformat(day) for day in days))


def near(one: Sequence[date], other: Sequence[date]) -> bool:
    """Tell whether two articles with these events are, by what is known, about the same days."""
    return any(abs((a - b).days) <= _NEAR_DAYS for a in one for b in other)


def _named(statement: Statement, document: Document, events: Sequence[date]) -> frozenset[str]:
    """Give the month named in the statement, or else the last one named before in its paragraph."""
    span = statement.span
    inside = document.text[span.start : span.end]
    start = document.text.rfind("\n", 0, span.start) + 1
    for text in (inside, document.text[start : span.start]):
        found = [_month(match, events) for match in _MONTH.finditer(text)]
        if found:
            return frozenset(found) if text is inside else frozenset(found[-1:])
    return frozenset()


def _month(match: re.Match[str], events: Sequence[date]) -> str:
    """Name a month; one without a year is the latest that is not after the article's events."""
    word = match[1].lower().rstrip(".")
    number = next(n for n, name in enumerate(_NAMES, 1) if name.startswith(word))
    if match[2]:
        return f"{match[2]}-{number:02d}"
    if not events:
        return f"????-{number:02d}"
    last = events[-1]
    return f"{last.year - (number > last.month)}-{number:02d}"
