"""What happened, was pledged and was said, day by day: the data of the time line and of its table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from truceline.model.register import DiplomaticEvent, Entry, Origin
from truceline.publication.register_said import Told
from truceline.publication.register_view import RegisterView


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything of one day; a month or a year stands at its first day."""

    key: str
    """As exact as the sources: ISO day, month or year; empty where the day is not known."""
    events: tuple[DiplomaticEvent, ...]
    entries: tuple[Entry, ...]
    told: tuple[Told, ...]

    @property
    def start(self) -> date:
        """First day that it may be.

        Raises:
            ValueError: when the day is not known.
        """
        return first_day(self.key)

    def with_status(self, status: str, *, proposed: bool) -> tuple[Entry, ...]:
        """Give the entries of one status, those of people or those proposed."""
        return tuple(
            e
            for e in self.entries
            if e.status == status and (e.origin is Origin.PROPOSED) is proposed
        )


def moments(view: RegisterView, told: Iterable[Told]) -> tuple[Moment, ...]:
    """Arrange everything by day, earliest first; what has no day comes last, under an empty key."""
    events: defaultdict[str, list[DiplomaticEvent]] = defaultdict(list)
    for event in view.events:
        events[dated(event.start)].append(event)
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in view.shown:
        entries[_day(entry)].append(entry)
    said: defaultdict[str, list[Told]] = defaultdict(list)
    for one in told:
        said[dated(one.days[0] if one.days else None)].append(one)
    keys = {*events, *entries, *said}
    known = sorted((k for k in keys if k), key=lambda k: (first_day(k), k))
    return tuple(
        Moment(k, tuple(events[k]), tuple(entries[k]), tuple(said[k]))
        for k in (*known, *([""] if "" in keys else []))
    )


def _day(entry: Entry) -> str:
    """Give the day of an entry, else the only month it may be of, else the day it was reported by."""
    month = entry.months[0] if len(entry.months) == 1 else None
    return dated(entry.date or month or entry.known_by)


def dated(text: str | None) -> str:
    """Give an ISO day, month or year as it is, and nothing for anything else.

    >>> dated("2026-01-06"), dated("2022-03"), dated("unknown"), dated(None), dated("2026-02-31")
    ('2026-01-06', '2022-03', '', '', '')
    """
    try:
        first_day(text or "")
    except ValueError:
        return ""
    return text or ""


def first_day(key: str) -> date:
    """Give the first day of an ISO day, month or year.

    Raises:
        ValueError: when it is none of them.

    >>> first_day("2022-03")
    datetime.date(2022, 3, 1)
    """
    if len(key) not in {4, 7, 10}:
        raise ValueError(f"{key!r} is no ISO day, month or year")
    return date.fromisoformat(key + "-01-01"[len(key) - 4 :] if len(key) < 10 else key)
