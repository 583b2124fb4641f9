"""The time line: incidents by hour, those without an hour apart, and who was looking."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from markupsafe import Markup

from truceline.model.interval import Interval
from truceline.publication.chart_axis import LEFT, RIGHT, WIDTH, TimeAxis, draw_axis, draw_in_force
from truceline.publication.coarsen import FAMILIES
from truceline.publication.public import PublicCoverage
from truceline.publication.report import Report
from truceline.publication.svg import (
    COLOURS,
    FAMILY_WORDS,
    INK,
    bar,
    figure,
    rule,
    step_of,
    words,
)
from truceline.publication.wording import plural, span

_BARS: Final = 190.0
_NO_BARS: Final = 44.0
_ROW: Final = 17.0
_MOST_ROWS: Final = 20
_HEADING: Final = 26.0
LooseRow = tuple[Interval | None, str, int]
LookedRow = tuple[str, list[Interval], str]


def time_line(report: Report) -> Markup:
    """Draw bars by hour, rows of incidents without an hour, and rows of coverage."""
    axis = TimeAxis(report.window, report.zone)
    loose, looked = _without_hour(report), _looked(report.coverage)
    tall = _BARS if any(n for _, n in report.totals.by_hour) else _NO_BARS
    top, bottom = 34.0, 34.0 + tall
    below = bottom + 44.0
    rows_end = below + (_ROW * len(loose) + _HEADING if loose else 0.0)
    height = rows_end + (_ROW * len(looked) + _HEADING if looked else 0.0) + 4.0
    in_force = report.agreement.in_force
    parts = [
        *(draw_in_force(in_force.time, axis, top, height - 4.0) if in_force else ()),
        *draw_axis(axis, top, bottom, height - 4.0),
        *_bars(report, axis, top, bottom),
        *_loose_rows(loose, axis, below),
        *_looked_rows(looked, axis, rows_end),
    ]
    text = (
        f"{report.totals.incidents - report.totals.without_hour} incidents by local hour; "
        f"{report.totals.without_hour} without an hour are shown in rows of their own."
    )
    title = "Time line of incidents and of who was looking"
    return figure(parts, WIDTH, height, title, text, "time")


def _bars(report: Report, axis: TimeAxis, top: float, bottom: float) -> Iterator[Markup]:
    counted = _by_bar(report, axis)
    most = max((sum(c.values()) for c in counted.values()), default=0)
    if not most:
        text = "no incident has a known hour in this window"
        yield words(text, LEFT + 8.0, bottom - 10.0, size=11, fill=INK)
    step = step_of(most, 6)
    scale = (bottom - top) / max(most, step)
    unit = "hour" if axis.per_bar == 1 else f"{axis.per_bar} hours"
    for k, text in enumerate(("Incidents per", f"local {unit}")):
        yield words(
            text, LEFT - 42.0, top + 12.0 + 14.0 * k, size=11, bold=True, anchor="end", fill=INK
        )
    for value in range(0, most + 1, step):
        y = bottom - value * scale
        yield words(str(value), LEFT - 6.0, y + 3.5, anchor="end")
        yield rule(LEFT, y, RIGHT, y)
    for index, families in sorted(counted.items()):
        start = axis.start + index * timedelta(hours=axis.per_bar)
        yield from _stack(
            families,
            Interval(start, min(start + timedelta(hours=axis.per_bar), axis.end)),
            axis,
            bottom,
            scale,
        )


def _by_bar(report: Report, axis: TimeAxis) -> dict[int, Counter[str]]:
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for i in report.incidents:
        if i.time.hour is not None and axis.start <= i.time.hour < axis.end:
            index = int((i.time.hour - axis.start) / timedelta(hours=axis.per_bar))
            counted[index][i.family] += 1
    return counted


def _stack(
    families: Counter[str], time: Interval, axis: TimeAxis, bottom: float, scale: float
) -> Iterator[Markup]:
    x, wide, y = axis.x(time.start) + 1.0, axis.x(time.end) - axis.x(time.start) - 2.0, bottom
    for family in FAMILIES:
        tall = families[family] * scale
        y -= tall
        if tall:
            title = f"{span(time, axis.zone)}: {families[family]} {FAMILY_WORDS[family]}"
            yield bar(x, y, wide, tall, COLOURS[family], title, stroke="#ffffff", stroke_width=0.7)


def _without_hour(report: Report) -> list[LooseRow]:
    """Windows of incidents without an hour, with their count; the rarest are run together."""
    bins = {hour for hour, _ in report.totals.by_hour}
    counted = Counter(i.time.window for i in report.incidents if i.time.hour not in bins)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    kept, rest = ordered[:_MOST_ROWS], ordered[_MOST_ROWS:]
    rows: list[LooseRow] = [(time, span(time, report.zone), n) for time, n in sorted(kept)]
    if rest:
        rows.append((None, plural(len(rest), "other window"), sum(n for _, n in rest)))
    return rows


def _loose_rows(rows: list[LooseRow], axis: TimeAxis, top: float) -> Iterator[Markup]:
    if not rows:
        return
    head = "Incidents without an hour: somewhere inside these windows"
    yield words(head, LEFT, top + 8.0, size=11, bold=True, fill=INK)
    for k, (time, label, count) in enumerate(rows):
        y = top + 16.0 + k * _ROW
        yield words(label, LEFT - 6.0, y + 10.0, anchor="end")
        left = LEFT
        if time is not None:
            left, wide = axis.x(time.start), axis.x(time.end) - axis.x(time.start)
            yield bar(
                left,
                y + 2.0,
                max(wide, 3.0),
                10.0,
                "#ffffff",
                stroke=INK,
                stroke_width=0.8,
                stroke_dasharray="3 2",
                fill_opacity=0.8,
            )
        yield words(str(count), left + 4.0, y + 10.8, bold=True, fill=INK)


def _looked(coverage: tuple[PublicCoverage, ...]) -> list[LookedRow]:
    """Rows of coverage: label, windows, basis."""
    rows: dict[tuple[str, str], list[Interval]] = defaultdict(list)
    for row in coverage:
        name = row.label.removeprefix(row.source).lstrip(":/")
        rows[f"{row.source} {name}".strip(), row.basis].append(row.time)
    return [(label, times, basis) for (label, basis), times in sorted(rows.items())][:_MOST_ROWS]


def _looked_rows(rows: list[LookedRow], axis: TimeAxis, top: float) -> Iterator[Markup]:
    if not rows:
        return
    head = "Who was looking (what each cannot tell stands in the table below)"
    yield words(head, LEFT, top + 8.0, size=11, bold=True, fill=INK)
    for k, (label, times, basis) in enumerate(rows):
        y = top + 16.0 + k * _ROW
        short = label if len(label) <= 34 else label[:33] + "…"
        yield words(short, LEFT - 6.0, y + 10.0, anchor="end")
        for time in times:
            if time.end > axis.start and time.start < axis.end:
                left = axis.x(time.start)
                title = f"{label}: {span(time, axis.zone)} ({basis})"
                shade = 0.75 if basis == "stated" else 0.45
                wide = max(axis.x(time.end) - left, 2.0)
                yield bar(left, y + 3.0, wide, 8.0, "#5c7384", title, fill_opacity=shade)
