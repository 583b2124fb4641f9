"""The axis of time that bars and rows share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

from truceline.model.interval import Interval
from truceline.publication.svg import IN_FORCE, INK, MUTED, RULE, bar, rule, words
from truceline.publication.totals import hours_of

WIDTH: Final = 960.0
LEFT: Final = 190.0
RIGHT: Final = WIDTH - 10.0
_EVERY: Final = (1, 2, 3, 6, 12, 24)


class TimeAxis:
    """Local hours of the reporting window along the drawing."""

    def __init__(self, window: Interval, zone: str) -> None:
        hours = hours_of(window, zone)
        self.start = hours[0]
        self.end = hours[-1] + timedelta(hours=1)
        self.zone = zone
        self.hours = len(hours)
        self.per_bar = next((k for k in _EVERY if len(hours) / k <= 96), 24)

    def x(self, moment: datetime) -> float:
        """Place a moment, kept inside the drawing."""
        share = (moment - self.start) / (self.end - self.start)
        return LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0)

    def ticks(self) -> Iterator[tuple[datetime, str, str]]:
        """Yield moments of round local hours: moment, hour, and the date at midnight."""
        every = next((k for k in _EVERY if self.hours / k <= 16), 24)
        days = max(1, -(-self.hours // (24 * 16)))
        moment = self.start
        while moment <= self.end:
            local = moment.astimezone(ZoneInfo(self.zone))
            if local.hour % every == 0 and (every < 24 or local.toordinal() % days == 0):
                yield moment, f"{local:%H:%M}", f"{local.day} {local:%b}" if local.hour == 0 else ""
            moment += timedelta(hours=1)


def draw_axis(axis: TimeAxis, top: float, bottom: float, end: float) -> Iterator[Markup]:
    """Draw hours and days under the bars, and lines through everything."""
    for moment, hour, day in axis.ticks():
        x = axis.x(moment)
        yield rule(x, top, x, end, MUTED if day else RULE, 0.8 if day else 0.5)
        if x < RIGHT - 12.0:  # the last one would run out of the drawing
            yield words(hour, x, bottom + 14.0, anchor="middle")
        if day and x < RIGHT - 30.0:
            yield words(day, x + 4.0, bottom + 28.0, size=11, bold=True, fill=INK)
    yield rule(LEFT, bottom, RIGHT, bottom, INK, 1.0)


def draw_in_force(time: Interval, axis: TimeAxis, top: float, bottom: float) -> Iterator[Markup]:
    """Shade the time in force, where it touches the window."""
    left, right = axis.x(time.start), axis.x(time.end)
    if right > left:
        yield bar(left, top - 16.0, right - left, bottom - top + 16.0, IN_FORCE)
        yield words("in force", left + 5.0, top - 4.0, size=11, bold=True, fill="#3b5a70")
