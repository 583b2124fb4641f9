"""In which month a statement was made, as far as its article tells; the gate of every alignment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from truceline.guarantees.align_days import NEAR_DAYS, Told, told_by
from truceline.model.article import Document, Statement

_NAMES: Final = ("january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december")  # fmt: skip
_MONTH: Final = re.compile(
    r"\b((?:January|February|March|April|June|July|August|September|October|November|December"
    r"|May(?= \d)|(?<=[Ii]n )May)\b|(?:Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\.)"
    r"(?: \d{1,2}(?:st|nd|rd|th)?\b)?(?:,? (\d{4})\b)?"
)


_SAID_IN: Final = re.compile(
    rf"^(?:(?:[Bb]ack|[Ee]arly|[Ll]ate) )?(?:[Ii]n|[Oo]n|[Ll]ast) (?:month\b|{_MONTH.pattern})"
    rf"|\b(?:in|on|last) (?:month\b|{_MONTH.pattern})(?: last year)? (?:said|had|called|told|warned|promised)\b"
)
_LAST_MONTH: Final = re.compile(r"[Ll]ast month\b")


def _month_before(day: str) -> str:
    """Give the month before that of a day.

    >>> _month_before("2031-01-15")
    '2030-12'
    """
    year, month = int(day[:4]), int(day[5:7])
    return f"{year}-{month - 1:02d}" if month > 1 else f"{year - 1}-12"


def months_of(statement: Statement, document: Document, told: Told | None = None) -> frozenset[str]:
    """Give the months (``YYYY-MM``) in which it may have been said; empty where nothing tells.

    Its own date goes first, then a month named in it or before it in its paragraph, then what the
    article tells of its own days.

    Args:
        statement: of the document.
        document: with what is known of its days.
        told: what ``told_by`` gives for the document, where that was asked already.
    """
    if statement.date_said:
        return frozenset({statement.date_said[:7]})
    named = _named(statement, document, events_of(document))
    return named or (told or told_by(document)).months


def tells_its_month(statement: Statement, document: Document) -> bool:
    """Tell whether its own words or date say in which month it was made: it may look back.

    Only a month that opens it, or stands before its verb, is when it was said; others may be of
    what is told (``the paper signed in January is void``).
    """
    words = document.text[statement.span.start : statement.span.end]
    return bool(statement.date_said or _SAID_IN.search(words))


def events_of(document: Document) -> tuple[date, ...]:
    """Give the days that the article is about; the day of publication where it is not told."""
    days = document.about or ((document.published,) if document.published else ())
    return tuple(sorted(date.fromisoformat(day) for day in days))


def near(one: Sequence[date], other: Sequence[date]) -> bool:
    """Tell whether two articles with these events are, by what is known, about the same days."""
    return any(abs((a - b).days) <= NEAR_DAYS for a in one for b in other)


def _without_quotes(statement: Statement, document: Document) -> str:
    """Give the words of a statement outside its quotations: a month in those is of what is told."""
    parts, at = [], statement.span.start
    for quote in statement.quotes:
        parts.append(document.text[at : max(quote.start, at)])
        at = max(quote.end, at)
    return " ".join((*parts, document.text[at : statement.span.end]))


def _named(statement: Statement, document: Document, events: Sequence[date]) -> frozenset[str]:
    """Give the month named in the statement, or else the last one named before in its paragraph."""
    span = statement.span
    inside = _without_quotes(statement, document)
    start = document.text.rfind("\n", 0, span.start) + 1
    for text in (inside, document.text[start : span.start]):
        found = [_month(match, events) for match in _MONTH.finditer(text)]
        if text is inside and not found and document.published and _LAST_MONTH.match(text):
            found = [_month_before(document.published)]
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
