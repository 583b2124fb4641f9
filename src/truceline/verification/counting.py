"""Counts of breaches within a time, and full days without one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def count_within(breaches: Iterable[datetime], moment: datetime, window: timedelta) -> int:
    """Count the breaches in ``(moment - window, moment]``.

    >>> from datetime import datetime, timedelta
    >>> days = [datetime(2026, 5, d, tzinfo=UTC) for d in (1, 4, 8)]
    >>> count_within(days, days[-1], timedelta(days=7))
    2
    """
    return sum(moment - window < one <= moment for one in breaches)


def most_within(breaches: Iterable[datetime], window: timedelta) -> int:
    """Give the most breaches that ever lay in one window that ends with a breach."""
    times = sorted(breaches)
    return max((count_within(times, one, window) for one in times), default=0)


def quiet_days(last_breach: datetime | None, moment: datetime, zone: str) -> int | None:
    """Count the full local days without a breach before a moment.

    The day of the last breach does not count, nor does the day that is still running.

    Returns:
        null where no breach is known, since the count then has no start.

    >>> from datetime import datetime
    >>> quiet_days(datetime(2018, 4, 30, 12, tzinfo=UTC), datetime(2018, 5, 7, 21, tzinfo=UTC), "Europe/Kyiv")
    7
    """
    if last_breach is None:
        return None
    local = ZoneInfo(zone)
    first = last_breach.astimezone(local).date()
    today = moment.astimezone(local).date()
    return max((today - first).days - 1, 0)
