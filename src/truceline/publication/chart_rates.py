"""Bars of one series of counts around a truce, with the median and the range of its other days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

from truceline.model.coverage import DailyCount
from truceline.model.interval import Interval
from truceline.model.rate import RateComparison
from truceline.publication.svg import IN_FORCE, INK, MUTED, RULE, el, figure

_WIDTH: Final = 960.0
_LEFT: Final = 46.0
_HEIGHT: Final = 190.0
_TOP: Final = 20.0
_BOTTOM: Final = 160.0
_FILLS: Final = {"other": "#b9c0c7", "during": "#0b5c8c", "partly": "#dfe6ec"}


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
    per_day = [row.value / (row.time.seconds / 86400.0) for row in rows]
    most = max([*per_day, rate.day_high or 0.0, 1.0])
    scale = (_BOTTOM - _TOP) / most
    parts = [
        *_range(rate, scale),
        *_bars(rows, per_day, rate, in_force, zone, scale),
        *_axis(most, scale),
    ]
    text = (
        f"{len(rows)} windows of {rate.metric.replace('_', ' ')}; those wholly in force are dark."
    )
    return figure(
        parts, _WIDTH, _HEIGHT, f"{rate.series}: {rate.metric.replace('_', ' ')} per day", text, key
    )


def _x(share: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - 150.0) * share


def _range(rate: RateComparison, scale: float) -> Iterator[Markup]:
    right = _x(1.0)
    if rate.day_low is not None and rate.day_high is not None:
        top = _BOTTOM - rate.day_high * scale
        tall = (rate.day_high - rate.day_low) * scale
        yield el(
            "rect",
            x=_LEFT,
            y=top,
            width=right - _LEFT,
            height=tall,
            fill=IN_FORCE,
            fill_opacity=0.8,
        )
        yield el(
            "text",
            f"90 % of other days: {rate.day_low:.0f}–{rate.day_high:.0f}",
            x=right + 6.0,
            y=top + 10.0,
            font_size=10,
            fill="#3b5a70",
        )
    if rate.baseline.median_per_day is not None:
        y = _BOTTOM - rate.baseline.median_per_day * scale
        yield el(
            "path",
            d=f"M{_LEFT:.1f} {y:.1f}H{right:.1f}",
            stroke=INK,
            stroke_width=1,
            stroke_dasharray="4 3",
            fill="none",
        )
        yield el(
            "text",
            f"median {rate.baseline.median_per_day:g}",
            x=right + 6.0,
            y=y + 3.5,
            font_size=10,
            fill=INK,
        )


def _bars(
    rows: list[DailyCount],
    per_day: list[float],
    rate: RateComparison,
    in_force: Interval,
    zone: str,
    scale: float,
) -> Iterator[Markup]:
    whole = rate.period.end - rate.period.start
    for row, value in zip(rows, per_day, strict=True):
        left = _x((row.time.start - rate.period.start) / whole)
        wide = _x((row.time.end - rate.period.start) / whole) - left
        phase = _phase(row.time, in_force)
        local = row.time.start.astimezone(ZoneInfo(zone))
        title = f"{local.day} {local:%b}: {row.value}" + {
            "during": ", wholly in force",
            "partly": ", partly in force, counted nowhere",
        }.get(phase, "")
        dash = "2 2" if phase == "partly" else None
        yield el(
            "rect",
            el("title", title),
            x=left + 1.0,
            y=_BOTTOM - value * scale,
            width=max(wide - 2.0, 1.0),
            height=value * scale,
            fill=_FILLS[phase],
            stroke="#5c7384" if dash else None,
            stroke_dasharray=dash,
        )
        if phase == "during":
            yield el(
                "text",
                f"{value:.0f}",
                x=left + wide / 2,
                y=_BOTTOM - value * scale - 4.0,
                font_size=11,
                font_weight=700,
                text_anchor="middle",
                fill=_FILLS["during"],
            )
        if local.day == 1 or local.day % 5 == 0:
            yield el(
                "text",
                f"{local.day} {local:%b}",
                x=left + wide / 2,
                y=_BOTTOM + 15.0,
                font_size=10,
                text_anchor="middle",
                fill=MUTED,
            )


def _phase(time: Interval, in_force: Interval) -> str:
    if in_force.start <= time.start and time.end <= in_force.end:
        return "during"
    return "partly" if time.overlap_s(in_force) > 0 else "other"


def _axis(most: float, scale: float) -> Iterator[Markup]:
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10**9) if most / s <= 5)
    for value in range(0, int(most) + 1, step):
        y = _BOTTOM - value * scale
        yield el(
            "text",
            str(value),
            x=_LEFT - 6.0,
            y=y + 3.5,
            font_size=10,
            text_anchor="end",
            fill=MUTED,
        )
        yield el(
            "path",
            d=f"M{_LEFT - 3.0:.1f} {y:.1f}H{_LEFT:.1f}",
            stroke=RULE,
            stroke_width=0.8,
            fill="none",
        )
    yield el(
        "path",
        d=f"M{_LEFT:.1f} {_BOTTOM:.1f}H{_WIDTH - 150.0:.1f}",
        stroke=INK,
        stroke_width=1,
        fill="none",
    )
