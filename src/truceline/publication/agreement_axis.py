"""An axis of time from hours to decades, with ticks at round local times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

from truceline.publication.svg import INK, MUTED, RULE, rule, words

_STEPS: Final = (
    ("hours", 1),
    ("hours", 3),
    ("hours", 6),
    ("hours", 12),
    ("days", 1),
    ("days", 2),
    ("days", 5),
    ("days", 10),
    ("months", 1),
    ("months", 2),
    ("months", 3),
    ("months", 6),
    ("years", 1),
    ("years", 2),
    ("years", 5),
    ("years", 10),
    ("years", 50),
)
_LONG_S: Final = {"hours": 3600.0, "days": 86400.0, "months": 2629800.0, "years": 31557600.0}


class Axis:
    """A stretch of time along a drawing."""

    def __init__(
        self, start: datetime, end: datetime, zone: str, left: float, right: float
    ) -> None:
        self.start, self.end = start, max(end, start + timedelta(hours=1))
        self.zone, self.left, self.right = zone, left, right

    def x(self, when: datetime) -> float:
        """Place a moment, kept inside the drawing."""
        share = (when - self.start) / (self.end - self.start)
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)

    def ticks(self, most: int = 8) -> Iterator[tuple[datetime, str]]:
        """Yield at most so many round local moments, each with its words."""
        long_s = (self.end - self.start).total_seconds()
        unit, count = next(
            (s for s in _STEPS if long_s / (_LONG_S[s[0]] * s[1]) <= most), _STEPS[-1]
        )
        for local in self._round(unit, count):
            when = local.replace(tzinfo=ZoneInfo(self.zone))
            if self.start <= when <= self.end:
                yield when, _written(local, unit)

    def _round(self, unit: str, count: int) -> Iterator[datetime]:
        tz = ZoneInfo(self.zone)
        first, last = (t.astimezone(tz).replace(tzinfo=None) for t in (self.start, self.end))
        if unit in {"hours", "days"}:
            step = timedelta(hours=count) if unit == "hours" else timedelta(days=count)
            local = datetime(first.year, first.month, first.day)  # noqa: DTZ001 - a local wall clock
            while local <= last:
                yield local
                local += step
            return
        months = count * (12 if unit == "years" else 1)
        at = (first.year * 12 + first.month - 1) // months * months
        while at <= last.year * 12 + last.month - 1:
            yield datetime(at // 12, at % 12 + 1, 1)  # noqa: DTZ001 - the same
            at += months


def _written(local: datetime, unit: str) -> str:
    if unit == "years":
        return f"{local.year}"
    if unit == "months":
        return f"{local:%b %Y}"
    if unit == "hours" and local.hour:
        return f"{local:%H:%M}"
    return f"{local.day} {local:%b}"


def draw(axis: Axis, top: float, bottom: float, most: int = 8) -> Iterator[Markup]:
    """Draw the axis at the top, its ticks through everything."""
    for when, text in axis.ticks(most):
        x = axis.x(when)
        yield rule(x, top + 5.0, x, bottom, RULE, 0.6)
        if x < axis.right - 24.0:
            yield words(text, x + 3.0, top, size=11, fill=MUTED)
    yield rule(axis.left, top + 5.0, axis.right, top + 5.0, INK, 1.0)
