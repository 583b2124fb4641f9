"""The time line: incidents by hour, those without an hour apart, and who was looking."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

from truceline.model.interval import Interval
from truceline.publication.coarsen import FAMILIES
from truceline.publication.public import PublicCoverage
from truceline.publication.report import Report
from truceline.publication.svg import COLOURS, IN_FORCE, INK, MUTED, RULE, el, figure
from truceline.publication.totals import hours_of
from truceline.publication.wording import plural, span

_WIDTH: Final = 960.0
_LEFT: Final = 190.0
_BARS: Final = 190.0
_ROW: Final = 17.0
_MOST_ROWS: Final = 14


class TimeAxis:
    """Hours of the reporting window along the drawing."""

    def __init__(self, window: Interval, zone: str) -> None:
        hours = hours_of(window, zone)
        self.start = hours[0]
        self.end = hours[-1] + timedelta(hours=1)
        self.zone = zone
        self.hours = len(hours)
        self.per_bar = next((k for k in (1, 2, 3, 6, 12, 24) if len(hours) / k <= 96), 24)

    def x(self, moment: datetime) -> float:
        """Place a moment, kept inside the drawing."""
        share = (moment - self.start) / (self.end - self.start)
        return _LEFT + (_WIDTH - _LEFT - 8.0) * min(max(share, 0.0), 1.0)

    def ticks(self) -> Iterator[tuple[datetime, str, str]]:
        """Yield moments of round local hours, with their hour and, at midnight, the date."""
        every = next(k for k in (1, 2, 3, 6, 12, 24, 48, 96, 10_000) if self.hours / k <= 16)
        moment = self.start
        while moment <= self.end:
            local = moment.astimezone(ZoneInfo(self.zone))
            if local.hour % min(every, 24) == 0 and (
                every <= 24 or (local.toordinal() % (every // 24)) == 0
            ):
                yield moment, f"{local:%H:%M}", f"{local.day} {local:%b}" if local.hour == 0 else ""
            moment += timedelta(hours=1)


def time_line(report: Report) -> Markup:
    """Draw bars by hour, rows of incidents without an hour, and rows of coverage."""
    axis = TimeAxis(report.window, report.zone)
    loose = _without_hour(report)
    looked = _looked(report.coverage)
    top, bottom = 34.0, 34.0 + _BARS
    below = bottom + 44.0
    rows_end = below + (_ROW * len(loose) + 26.0 if loose else 0.0)
    height = rows_end + (_ROW * len(looked) + 26.0 if looked else 0.0) + 4.0
    parts = [
        *_in_force(report, axis, top, height - 4.0),
        *_axis(axis, top, bottom, height - 4.0),
        *_bars(report, axis, top, bottom),
        *_loose_rows(loose, axis, below),
        *_coverage_rows(looked, axis, rows_end),
    ]
    text = (
        f"{report.totals.incidents - report.totals.without_hour} incidents by local hour; "
        f"{report.totals.without_hour} without an hour are shown in rows of their own."
    )
    return figure(
        parts, _WIDTH, height, "Time line of incidents and of who was looking", text, "time"
    )


def _in_force(report: Report, axis: TimeAxis, top: float, bottom: float) -> Iterator[Markup]:
    if report.agreement.in_force is None:
        return
    time = report.agreement.in_force.time
    left, right = axis.x(time.start), axis.x(time.end)
    if right > left:
        yield el(
            "rect",
            x=left,
            y=top - 16.0,
            width=right - left,
            height=bottom - top + 16.0,
            fill=IN_FORCE,
        )
        yield el(
            "text",
            "in force",
            x=left + 5.0,
            y=top - 4.0,
            font_size=11,
            fill="#3b5a70",
            font_weight=600,
        )


def _axis(axis: TimeAxis, top: float, bottom: float, end: float) -> Iterator[Markup]:
    for moment, hour, day in axis.ticks():
        x = axis.x(moment)
        yield el(
            "path",
            d=f"M{x:.1f} {top:.1f}V{end:.1f}",
            stroke=MUTED if day else RULE,
            stroke_width=0.9 if day else 0.5,
            stroke_opacity=0.7,
            fill="none",
        )
        yield el("text", hour, x=x, y=bottom + 14.0, font_size=10, text_anchor="middle", fill=MUTED)
        if day:
            yield el(
                "text", day, x=x + 4.0, y=bottom + 27.0, font_size=11, font_weight=600, fill=INK
            )
    yield el(
        "path",
        d=f"M{_LEFT:.1f} {bottom:.1f}H{_WIDTH - 8.0:.1f}",
        stroke=INK,
        stroke_width=1,
        fill="none",
    )


def _bars(report: Report, axis: TimeAxis, top: float, bottom: float) -> Iterator[Markup]:
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for i in report.incidents:
        if i.time.hour is not None and axis.start <= i.time.hour < axis.end:
            index = int((i.time.hour - axis.start) / timedelta(hours=axis.per_bar))
            counted[index][i.family] += 1
    most = max((sum(c.values()) for c in counted.values()), default=0)
    unit = "hour" if axis.per_bar == 1 else f"{axis.per_bar} hours"
    yield el(
        "text",
        "Incidents per",
        x=_LEFT - 42.0,
        y=top + 12.0,
        font_size=11,
        text_anchor="end",
        fill=INK,
        font_weight=600,
    )
    yield el(
        "text",
        f"local {unit}",
        x=_LEFT - 42.0,
        y=top + 26.0,
        font_size=11,
        text_anchor="end",
        fill=INK,
        font_weight=600,
    )
    step = _step(most)
    scale = (bottom - top) / max(most, step)
    for value in range(0, most + 1, step):
        y = bottom - value * scale
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
            d=f"M{_LEFT:.1f} {y:.1f}H{_WIDTH - 8.0:.1f}",
            stroke=RULE,
            stroke_width=0.5,
            fill="none",
        )
    for index, families in sorted(counted.items()):
        start = axis.start + index * timedelta(hours=axis.per_bar)
        end = min(start + timedelta(hours=axis.per_bar), axis.end)
        x, wide = axis.x(start) + 1.0, axis.x(end) - axis.x(start) - 2.0
        y = bottom
        for family in FAMILIES:
            tall = families[family] * scale
            y -= tall
            if tall:
                title = f"{span(Interval(start, end), axis.zone)}: {families[family]} {family}"
                yield el(
                    "rect",
                    el("title", title),
                    x=x,
                    y=y,
                    width=wide,
                    height=tall,
                    fill=COLOURS[family],
                    stroke="#ffffff",
                    stroke_width=0.7,
                )


def _step(most: int) -> int:
    return next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**9) if most / s <= 6)


def _without_hour(report: Report) -> list[tuple[Interval, str, int]]:
    """Windows of incidents without an hour, with their count; the rarest are run together."""
    bins = {hour for hour, _ in report.totals.by_hour}
    counted = Counter(i.time.window for i in report.incidents if i.time.hour not in bins)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    kept, rest = ordered[:_MOST_ROWS], ordered[_MOST_ROWS:]
    rows = [(time, span(time, report.zone), n) for time, n in sorted(kept)]
    if rest:
        hull = Interval(min(t.start for t, _ in rest), max(t.end for t, _ in rest))
        rows.append((hull, plural(len(rest), "other window"), sum(n for _, n in rest)))
    return rows


def _loose_rows(
    rows: list[tuple[Interval, str, int]], axis: TimeAxis, top: float
) -> Iterator[Markup]:
    if not rows:
        return
    yield el(
        "text",
        "Incidents without an hour: somewhere inside",
        x=_LEFT,
        y=top + 8.0,
        font_size=11,
        fill=INK,
        font_weight=600,
    )
    for k, (time, label, count) in enumerate(rows):
        y = top + 16.0 + k * _ROW
        left, right = axis.x(time.start), axis.x(time.end)
        yield el(
            "text", label, x=_LEFT - 6.0, y=y + 10.0, font_size=10, text_anchor="end", fill=MUTED
        )
        yield el(
            "rect",
            x=left,
            y=y + 2.0,
            width=max(right - left, 3.0),
            height=10.0,
            fill="#ffffff",
            stroke=INK,
            stroke_width=0.8,
            stroke_dasharray="3 2",
            fill_opacity=0.8,
        )
        yield el(
            "text", str(count), x=left + 4.0, y=y + 10.8, font_size=10, fill=INK, font_weight=600
        )


def _looked(coverage: tuple[PublicCoverage, ...]) -> list[tuple[str, list[Interval], str]]:
    """Rows of coverage: label, windows, basis."""
    rows: dict[tuple[str, str], list[Interval]] = defaultdict(list)
    for row in coverage:
        label = f"{row.source} {row.label}".strip()
        rows[label, row.basis].append(row.time)
    found = [(label, times, basis) for (label, basis), times in sorted(rows.items())]
    return found[:_MOST_ROWS]


def _coverage_rows(
    rows: list[tuple[str, list[Interval], str]], axis: TimeAxis, top: float
) -> Iterator[Markup]:
    if not rows:
        return
    yield el(
        "text",
        "Who was looking (each source's limits stand in the table below)",
        x=_LEFT,
        y=top + 8.0,
        font_size=11,
        fill=INK,
        font_weight=600,
    )
    for k, (label, times, basis) in enumerate(rows):
        y = top + 16.0 + k * _ROW
        short = label if len(label) <= 30 else label[:29] + "…"
        yield el(
            "text", short, x=_LEFT - 6.0, y=y + 10.0, font_size=10, text_anchor="end", fill=MUTED
        )
        for time in times:
            if time.end <= axis.start or time.start >= axis.end:
                continue
            left, right = axis.x(time.start), axis.x(time.end)
            yield el(
                "rect",
                el("title", f"{label}: {span(time, axis.zone)} ({basis})"),
                x=left,
                y=y + 3.0,
                width=max(right - left, 2.0),
                height=8.0,
                fill="#5c7384",
                fill_opacity=0.75 if basis == "stated" else 0.45,
            )
