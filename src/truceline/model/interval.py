"""Intervals of time: aware UTC, half-open ``[start, end)``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A half-open interval of time. An instant has ``start == end``.

    Raises:
        ValueError: when an end is naive or lies before the start.
    """

    start: datetime
    """Aware, UTC."""
    end: datetime
    """Aware, UTC, not before ``start``; not itself inside unless equal to ``start``."""

    def __post_init__(self) -> None:
        for name, value in (("start", self.start), ("end", self.end)):
            if value.tzinfo is None:
                raise ValueError(f"{name} of an interval needs a time zone: {value.isoformat()}")
        if self.end < self.start:
            raise ValueError(f"interval ends ({self.end}) before it starts ({self.start})")

    @property
    def seconds(self) -> float:
        """Length. Unit: s."""
        return (self.end - self.start).total_seconds()

    def contains(self, moment: datetime) -> bool:
        """Tell whether ``moment`` lies in ``[start, end)``, or equals an instant."""
        return self.start <= moment < self.end or moment == self.start == self.end

    def overlap_s(self, other: Interval) -> float:
        """Length of the common part, 0 when there is none. Unit: s."""
        common = min(self.end, other.end) - max(self.start, other.start)
        return max(common.total_seconds(), 0.0)


def local_day(day: date, zone: str) -> Interval:
    """Give the interval of a calendar day in a zone, 23 to 25 hours long in UTC.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: when the zone is unknown.

    >>> local_day(date(2025, 4, 20), "Europe/Kyiv").start.isoformat()
    '2025-04-19T21:00:00+00:00'
    """
    tz = ZoneInfo(zone)
    start = datetime.combine(day, time(0), tz).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(0), tz).astimezone(UTC)
    return Interval(start, end)
