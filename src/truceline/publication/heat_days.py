"""Heat seen from space by day and by area, with what would be usual under each assumption."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from truceline.model.interval import Interval
from truceline.publication.areas import box_name
from truceline.publication.public import PublicHeat
from truceline.publication.report import Report
from truceline.publication.wording import listed, local_date, plural

_STEPS_DEG: Final = (0.5, 1.0, 2.0, 5.0, 10.0)
_MOST_BOXES: Final = 60
PHASES: Final = {
    "before": "before",
    "partly": "partly in force",
    "during": "wholly in force",
    "after": "after",
    "": "–",
}


@dataclass(frozen=True, slots=True)
class HeatDay:
    """One local day of heat."""

    label: str
    phase: str
    """A key of ``PHASES``."""
    passes: int
    """Passes of satellites known to have looked, a lower bound."""
    raw: int
    masked: int
    left: int
    usual: tuple[float, ...]
    """How many of those left would be usual, for each assumption of the report."""


def heat_days(report: Report) -> tuple[HeatDay, ...]:
    """Give one line a day."""
    return tuple(
        HeatDay(
            local_date(day.day.start, report.zone),
            _phase(report, day.day),
            _passes(report, day.day),
            day.raw,
            day.masked,
            day.raw - day.masked,
            _usual(report, [row for row in report.left if day.day.contains(row.seen.start)]),
        )
        for day in report.heat
    )


def heat_total(report: Report, days: Sequence[HeatDay]) -> HeatDay:
    """Sum the days."""
    return HeatDay(
        "Total",
        "",
        sum(d.passes for d in days),
        sum(d.raw for d in days),
        sum(d.masked for d in days),
        sum(d.left for d in days),
        _usual(report, report.left),
    )


def _usual(report: Report, rows: Sequence[PublicHeat]) -> tuple[float, ...]:
    return tuple(math.fsum(row.usual[k] for row in rows) for k in range(len(report.assumptions)))


def _phase(report: Report, day: Interval) -> str:
    if report.agreement.in_force is None:
        return ""
    force = report.agreement.in_force.time
    if force.start <= day.start and day.end <= force.end:
        return "during"
    if day.overlap_s(force) > 0:
        return "partly"
    return "before" if day.end <= force.start else "after"


def _passes(report: Report, day: Interval) -> int:
    """Count the stretches of coverage of the sources that saw heat."""
    sources = {row.source for row in (*report.masked, *report.left)}
    return sum(c.source in sources and day.contains(c.time.start) for c in report.coverage)


def heat_sentences(report: Report) -> tuple[str, ...]:
    """Say what hangs on the assumptions, and what the counts by day are not."""
    total = heat_total(report, ())
    found = []
    if report.left and report.assumptions:
        default, *others = zip(report.assumptions, total.usual, strict=True)
        ways = listed([f"{number:.0f} {way.words}" for way, number in others])
        found.append(
            f"Of the {len(report.left)} left, burning that is usual for the area and month would "
            f"explain {default[1]:.0f} {default[0].words}, with a mean probability of "
            f"{default[1] / len(report.left):.2f}"
            + (f"; {ways}." if ways else ".")
            + " The figure hangs on the assumption, so how many of them call for another "
            "explanation stays open."
        )
    days = heat_days(report)
    if len(days) > 1:
        low, high = min(days, key=lambda d: d.raw), max(days, key=lambda d: d.raw)
        found.append(
            f"The days differ from {low.raw} ({low.label}, {plural(low.passes, 'known pass', 'known passes')}) "
            f"to {high.raw} ({high.label}, {plural(high.passes, 'known pass', 'known passes')}). Cloud, the "
            "hour and angle of each pass and the weather for burning change from day to day and are "
            "not in the rows, so a day with more is no surge of violations and a day with fewer no calm."
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class HeatArea:
    """One box of degrees with its detections of each day."""

    name: str
    left: tuple[int, ...]
    """Detections left, one a day."""
    masked: int
    """Set aside, all days together."""


def heat_areas(report: Report) -> tuple[HeatArea, ...]:
    """Count heat by boxes of degrees, most first; the boxes are wide enough for a short table."""
    rows = [*report.masked, *report.left]
    step = next((s for s in _STEPS_DEG if len(_boxes(rows, s)) <= _MOST_BOXES), _STEPS_DEG[-1])
    found = []
    for west, south in sorted(_boxes(rows, step)):
        there = [r for r in report.left if _box(r, step) == (west, south)]
        found.append(
            HeatArea(
                box_name(west, south, step),
                tuple(sum(d.day.contains(r.seen.start) for r in there) for d in report.heat),
                sum(_box(r, step) == (west, south) for r in report.masked),
            )
        )
    return tuple(sorted(found, key=lambda a: (-sum(a.left) - a.masked, a.name)))


def _boxes(rows: Sequence[PublicHeat], step: float) -> set[tuple[float, float]]:
    return {_box(row, step) for row in rows}


def _box(row: PublicHeat, step: float) -> tuple[float, float]:
    """South-western corner of the box that holds the centre of a cell."""
    return (
        math.floor(row.position.lon / step) * step,
        math.floor(row.position.lat / step) * step,
    )
