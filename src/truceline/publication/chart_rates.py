"""Bars of one series of counts around a truce, with the median and the range of its other days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

from truceline.model.coverage import DailyCount
from truceline.model.interval import Interval
from truceline.model.rate import RateComparison
from truceline.publication.svg import IN_FORCE, INK, bar, figure, rule, step_of, words

_WIDTH: Final = 960.0
_HEIGHT: Final = 190.0
_LEFT: Final = 46.0
_RIGHT: Final = _WIDTH - 150.0
_TOP: Final = 20.0
_BOTTOM: Final = 160.0
_LINE: Final = 13.0
_FILLS: Final = {"other": "#8a949e", "during": "#0b5c8c", "partly": "#dfe6ec"}
_SAID: Final = {
    "other": "",
    "during": ", wholly in force",
    "partly": ", partly in force, counted nowhere",
}


def rate_chart(
    rate: RateComparison, counts: tuple[DailyCount, ...], in_force: Interval, zone: str, key: str
) -> Markup:
    """Draw the figures of one metric of one series in the period of its comparison."""
    rows = [
        c
        for c in counts
        if (c.series, c.metric, c.unit) == (rate.series, rate.metric, rate.unit)
        and rate.period.start <= c.time.start
        and c.time.end <= rate.period.end
    ]
    most = max([*(_per_day(row) for row in rows), rate.day_high or 0.0, 1.0])
    scale = (_BOTTOM - _TOP) / most
    parts = [
        *_range(rate, scale),
        *(part for row in rows for part in _bar(row, rate.period, in_force, zone, scale)),
        *_axis(most, scale),
    ]
    metric = rate.metric.replace("_", " ")
    text = f"{len(rows)} windows of {metric}; those wholly in force are dark."
    parts.append(words("a day", _LEFT - 6.0, 11.0, anchor="end"))
    return figure(parts, _WIDTH, _HEIGHT, f"{rate.series}: {metric} per day", text, key)


def _per_day(row: DailyCount) -> float:
    return row.value / (row.time.seconds / 86400.0)


def _range(rate: RateComparison, scale: float) -> Iterator[Markup]:
    median_y = None
    if rate.baseline.median_per_day is not None:
        median_y = _BOTTOM - rate.baseline.median_per_day * scale
    if rate.day_low is not None and rate.day_high is not None:
        top = _BOTTOM - rate.day_high * scale
        tall = (rate.day_high - rate.day_low) * scale
        yield bar(_LEFT, top, _RIGHT - _LEFT, tall, IN_FORCE, fill_opacity=0.8)
        label = top + 10.0
        if median_y is not None and abs(label - median_y - 3.5) < _LINE:
            label = max(median_y + 3.5 - _LINE, 10.0)  # above the median's own label
        text = f"90 % of other days: {rate.day_low:.0f}–{rate.day_high:.0f}"
        yield words(text, _RIGHT + 6.0, label, fill="#3b5a70")
    if median_y is not None:
        yield rule(_LEFT, median_y, _RIGHT, median_y, INK, 1.0, "4 3")
        text = f"median {rate.baseline.median_per_day:g}"
        yield words(text, _RIGHT + 6.0, median_y + 3.5, fill=INK)


def _bar(
    row: DailyCount, period: Interval, in_force: Interval, zone: str, scale: float
) -> Iterator[Markup]:
    whole = period.end - period.start
    left = _LEFT + (_RIGHT - _LEFT) * ((row.time.start - period.start) / whole)
    wide = (_RIGHT - _LEFT) * ((row.time.end - row.time.start) / whole)
    phase, value = _phase(row.time, in_force), _per_day(row)
    local = row.time.start.astimezone(ZoneInfo(zone))
    date = f"{local.day} {local:%b}"
    edge = {"stroke": "#5c7384", "stroke_dasharray": "2 2"} if phase == "partly" else {}
    top, middle = _BOTTOM - value * scale, left + wide / 2
    title = f"{date}: {row.value}{_SAID[phase]}"
    yield bar(left + 1.0, top, max(wide - 2.0, 1.0), value * scale, _FILLS[phase], title, **edge)
    if phase == "during":
        yield words(
            f"{value:.0f}", middle, top - 4.0, size=11, bold=True, anchor="middle", fill=INK
        )
    if local.day == 1 or (local.day % 5 == 0 and local.day < 30):
        yield words(date, middle, _BOTTOM + 15.0, anchor="middle")


def _phase(time: Interval, in_force: Interval) -> str:
    if in_force.start <= time.start and time.end <= in_force.end:
        return "during"
    return "partly" if time.overlap_s(in_force) > 0 else "other"


def _axis(most: float, scale: float) -> Iterator[Markup]:
    for value in range(0, int(most) + 1, step_of(most, 5)):
        y = _BOTTOM - value * scale
        yield words(str(value), _LEFT - 6.0, y + 3.5, anchor="end")
        yield rule(_LEFT - 3.0, y, _LEFT, y)
    yield rule(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, INK, 1.0)
