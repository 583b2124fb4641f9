"""When a coded report says that it happened: four precisions, checked against their UTC bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from truceline.adapters.coded import day, local_moment, moment, one_of
from truceline.errors import RejectedRow
from truceline.model.interval import Interval, local_day
from truceline.model.observation import TimePrecision

PRECISIONS: Final = ("minute", "approx", "window", "day")

LEAST_SIGMA_S: Final = 60.0
"""Standard error of a time given to the minute: clocks and memories are not better. Unit: s."""


@dataclass(frozen=True, slots=True)
class When:
    """The phenomenon time of one report."""

    time: Interval
    """An instant where the source names a time, else the window. UTC."""
    sigma_s: float
    """Standard error of an instant, 0 for a window. Unit: s."""
    precision: TimePrecision
    bounds: Interval
    """The interval that the row itself gives in UTC."""


def when(values: Mapping[str, str]) -> When:
    """Read the time of a row.

    A row says its time twice: as the source gives it (local, with zone) and as bounds in UTC. They
    must agree. An instant is the named time (the middle of a named range); the farther of its
    bounds is taken as two standard errors, with :data:`LEAST_SIGMA_S` as the least.

    Raises:
        RejectedRow: when a time or zone cannot be read, the end lies before the start, or the
            local and the UTC columns disagree.
    """
    precision = one_of(values, "time_precision", PRECISIONS)
    start, end = moment(values, "start_utc"), moment(values, "end_utc")
    if end < start:
        raise RejectedRow(f"end_utc {end:%FT%RZ} lies before start_utc {start:%FT%RZ}")
    bounds = Interval(start, end)
    if precision == "day":
        return _whole_day(values, bounds)
    if precision == "window":
        return _window(values, bounds)
    return _instant(values, bounds)


def _whole_day(values: Mapping[str, str], bounds: Interval) -> When:
    local_moment(values, "phenomenon_start", "time_zone")  # refuses a bad zone by name
    named = local_day(day(values, "phenomenon_start"), values["time_zone"].strip())
    if named != bounds:
        raise _disagree("the local day", named, bounds)
    return When(bounds, 0.0, TimePrecision.DAY, bounds)


def _window(values: Mapping[str, str], bounds: Interval) -> When:
    named = _named(values, "phenomenon_end")
    if named != bounds:
        raise _disagree("the local window", named, bounds)
    if named.start == named.end:
        raise RejectedRow("a window of no length; give its end, or time_precision minute")
    return When(bounds, 0.0, TimePrecision.WINDOW, bounds)


def _instant(values: Mapping[str, str], bounds: Interval) -> When:
    last = "phenomenon_end" if values["phenomenon_end"].strip() else "phenomenon_start"
    named = _named(values, last)
    if named.start < bounds.start or named.end > bounds.end:
        raise _disagree("the local time", named, bounds)
    middle = named.start + (named.end - named.start) / 2
    far_s = max((middle - bounds.start).total_seconds(), (bounds.end - middle).total_seconds())
    sigma_s = max(far_s / 2, LEAST_SIGMA_S)
    return When(Interval(middle, middle), sigma_s, TimePrecision.INSTANT, bounds)


def _named(values: Mapping[str, str], last_column: str) -> Interval:
    first = local_moment(values, "phenomenon_start", "time_zone")
    last = local_moment(values, last_column, "time_zone")
    if last < first:
        raise RejectedRow(f"phenomenon_end {values[last_column]} lies before phenomenon_start")
    return Interval(first, last)


def _disagree(what: str, named: Interval, bounds: Interval) -> RejectedRow:
    return RejectedRow(
        f"{what} is {_text(named.start)}..{_text(named.end)} in UTC, but the UTC columns say "
        f"{_text(bounds.start)}..{_text(bounds.end)}; one of them is wrong"
    )


def _text(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%MZ}"
