"""Reporting days of the OSCE Special Monitoring Mission: counts, their windows, running totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final

from truceline.adapters.coded import settle
from truceline.adapters.interface import ParseContext, Parsed, Rejected, SourceCard
from truceline.adapters.rows import ObservationBuilder, Record, csv_records
from truceline.adapters.smm_counts_day import COLUMNS, Day, read_day
from truceline.adapters.smm_counts_totals import (
    TOTAL_STARTS,
    Check,
    check_running_totals,
    starts_total,
    summary,
)
from truceline.errors import RejectedRow
from truceline.model.coverage import DailyCount
from truceline.model.interval import Interval

SERIES: Final = "osce-smm"
"""Figures of reports whose window is known."""
SERIES_UNKNOWN: Final = "osce-smm:window-start-unknown"
"""Figures of reports whose window has a known end only; an interval of no length, no rate."""
SERIES_TOTAL: Final = "osce-smm:running-total"
"""Differences of running totals over gaps between the rows."""

_EXPECTED: Final = "a table of coded SMM reporting days (daily_counts.csv of osce-smm)"
_SEEN: Final = "Violations that the mission's patrols and cameras noticed, not all that happened"

_CARD: Final = SourceCard(
    name="smm_counts",
    title="Ceasefire violations per reporting day, OSCE Special Monitoring Mission to Ukraine",
    publisher="Truceline, coded from the reports named on each row",
    licence="ODbL 1.0 (facts in own words; no text of the mission is copied)",
    citation="OSCE Special Monitoring Mission to Ukraine, daily reports, coded by Truceline",
    republish="yes, with this credit",
    position_error="none: the counts are of a whole region",
    delay="one day; three after a weekend",
    independence="one group: the mission",
    formats=(f"CSV with header, UTF-8: {', '.join(COLUMNS)}",),
)


@dataclass(frozen=True, slots=True)
class Window:
    """What stretch of time the figures of one report cover."""

    time: Interval
    known: bool
    """False where only the end is known; the interval then has no length."""
    said: str
    """One sentence; empty for an ordinary day."""


def window(day: Day, previous: Day | None) -> Window:
    """Find the window of a report's figures; nothing is guessed.

    Args:
        day: the report.
        previous: the row before it in time, whichever report that is.
    """
    if day.last_24_h:
        start = day.end - timedelta(hours=24)
        return Window(
            Interval(start, day.end), True, "the last 24 h of a longer period, as the row says"
        )
    if previous is not None and day.follows(previous):
        said = ""
        if day.several_evenings(previous):
            evenings = round((day.end - previous.end) / timedelta(hours=24))
            said = f"the period covers {evenings} evenings, never one day"
            if day.from_comparison:
                said += "; the row does not say whether the figures are of its last 24 h only"
        return Window(Interval(previous.end, day.end), True, said)
    if starts_total(day) and day.total is not None and day.total == day.violations:
        said = (
            "the figure equals the running total, so all of it lies after the total's start, "
            "27 July 2020 00:01 local: less than a full day"
        )
        return Window(Interval(TOTAL_STARTS, day.end), True, said)
    said = (
        f"start of the window unknown: report {day.number - 1}/{day.year} is not among the rows; "
        "only its end is given"
    )
    return Window(Interval(day.end, day.end), False, said)


def _figures(day: Day, stretch: Window, check: Check) -> Iterator[DailyCount]:
    series = SERIES if stretch.known else SERIES_UNKNOWN
    verdict = check.verdict.value if check.checked else f"not checkable ({check.verdict.value})"
    caveat = "; ".join(
        part
        for part in (
            f"{_SEEN}; report {day.name}, basis: {day.basis}",
            stretch.said,
            f"running total: {verdict}, {check.reason}",
        )
        if part
    )
    for suffix, metric, value in (
        ("", "violations", day.violations),
        ("", "explosions", day.explosions),
        (":donetsk", "violations", day.donetsk),
        (":donetsk", "explosions", day.donetsk_explosions),
        (":luhansk", "violations", day.luhansk),
        (":luhansk", "explosions", day.luhansk_explosions),
    ):
        if value is not None:
            unit = "ceasefire violations" if metric == "violations" else "explosions"
            if not stretch.known:
                unit += " in a window of unknown start"
            yield DailyCount(series + suffix, metric, stretch.time, value, unit, caveat + ".")


def _gaps(days: Sequence[Day]) -> Iterator[DailyCount]:
    """Give what the running totals say of stretches whose days are not all among the rows."""
    with_total = [day for day in days if day.total is not None]
    for before, after in pairwise(with_total):
        assert before.total is not None
        assert after.total is not None
        plain = after.follows(before) and not after.several_evenings(before)
        if plain or after.total < before.total:
            continue
        derived = [day.name for day in (before, after) if day.total_derived]
        yield DailyCount(
            SERIES_TOTAL,
            "violations",
            Interval(before.end, after.end),
            after.total - before.total,
            "ceasefire violations over the whole gap",
            f"{_SEEN}; difference of the running totals {before.total} ({before.name}) and "
            f"{after.total} ({after.name})"
            + (
                f"; the total of {', '.join(derived)} was derived by the coder." if derived else "."
            ),
        )


def _window_notes(windows: Sequence[tuple[Day, Window]]) -> Iterator[str]:
    unknown = [day.name for day, stretch in windows if not stretch.known]
    if unknown:
        yield (
            f"{len(unknown)} of {len(windows)} reports have a window of unknown start, because the "
            f"report before is not among the rows; no rate is made of them: {', '.join(unknown)}."
        )
    for day, stretch in windows:
        if stretch.known and stretch.said:
            yield f"Report {day.name}: {stretch.said}."


@dataclass(frozen=True, slots=True)
class SmmCountsAdapter:
    """Reads ``daily_counts.csv`` of the folder osce-smm."""

    card: SourceCard = _CARD
    version: str = "1"

    def parse(self, raw: bytes, context: ParseContext) -> Parsed:
        """Read one whole table of reporting days; it yields no observations.

        Raises:
            WrongKindOfFile: when a column is missing.
        """
        read: list[tuple[Record, str, Day]] = []
        rejected: list[Rejected] = []
        for record in csv_records(raw, COLUMNS, _EXPECTED):
            try:
                day = read_day(record)
                read.append((record, day.name, day))
            except RejectedRow as error:
                rejected.append(Rejected(record.line, record.offset, record.length, str(error)))
        kept, repeated = settle(read, "report")
        days = sorted(kept.values(), key=lambda day: (day.end, day.year, day.number))
        checks = check_running_totals(days)
        windows = [(day, window(day, days[i - 1] if i else None)) for i, day in enumerate(days)]
        counts = [
            figure
            for (day, stretch), check in zip(windows, checks, strict=True)
            for figure in _figures(day, stretch, check)
        ]
        return Parsed(
            ObservationBuilder(context.raw_sha256).table(),
            tuple(sorted(rejected + repeated, key=lambda r: r.offset)),
            counts=(*counts, *_gaps(days)),
            notes=(*summary(checks), *_window_notes(windows)),
        )


ADAPTER = SmmCountsAdapter()
