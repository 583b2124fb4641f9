"""Which window of a series counts as before, during or after a truce, and what follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from truceline.model.coverage import DailyCount
from truceline.model.interval import Interval
from truceline.model.rate import PhaseRate, RateComparison, Ratio
from truceline.verification.rates import (
    MIN_BASELINE,
    FloatArray,
    day_range,
    dispersion,
    mean_ratio,
    phase_rate,
    ratio,
    tail_for,
)

_PARTLY = "Windows only partly in force count neither as before nor as during: {n} here."
_FEW = "Fewer than {n} baseline windows: no interval can be given."
_ONE = (
    "Windows wholly in force: {n}. Days of the week, holidays and the habits of reporters are not "
    "modelled: a low count on a holiday may mean fewer reporters as well as fewer events."
)


def compare_counts(
    counts: Iterable[DailyCount], in_force: Interval, period: Interval
) -> tuple[RateComparison, ...]:
    """Compare each metric of each series before, during and after a truce.

    Series, metrics and units are never mixed. A window belongs to *during* when it lies wholly in
    force, to *before* or *after* when it does not touch the truce, else nowhere.

    Args:
        counts: figures of any series.
        in_force: when the truce binds. UTC.
        period: from which windows are taken, e.g. :func:`month_around`. UTC.

    Returns:
        Sorted by series, metric, unit; those without any window in ``period`` are left out.
    """
    groups: defaultdict[tuple[str, str, str], list[DailyCount]] = defaultdict(list)
    for count in counts:
        if period.start <= count.time.start and count.time.end <= period.end:
            groups[count.series, count.metric, count.unit].append(count)
    return tuple(_compare(groups[key], in_force, period) for key in sorted(groups))


def month_around(in_force: Interval, zone: str) -> Interval:
    """Give the local calendar month or months that a truce touches, as a baseline period.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: when the zone is unknown.

    >>> truce = Interval(datetime(2025, 4, 19, 15, tzinfo=UTC), datetime(2025, 4, 20, 21, tzinfo=UTC))
    >>> month_around(truce, "Europe/Kyiv").start.isoformat()
    '2025-03-31T21:00:00+00:00'
    """
    tz = ZoneInfo(zone)
    first = in_force.start.astimezone(tz)
    last = (in_force.end - timedelta(microseconds=1)).astimezone(tz)
    start = datetime(first.year, first.month, 1, tzinfo=tz)
    end = datetime(last.year + last.month // 12, last.month % 12 + 1, 1, tzinfo=tz)
    return Interval(start.astimezone(UTC), end.astimezone(UTC))


def phase_of(time: Interval, in_force: Interval) -> str:
    """Tell where a window lies: ``before``, ``during``, ``after`` or ``partly``."""
    if time.end <= in_force.start:
        return "before"
    if time.start >= in_force.end:
        return "after"
    if in_force.start <= time.start and time.end <= in_force.end:
        return "during"
    return "partly"


def _compare(rows: Sequence[DailyCount], in_force: Interval, period: Interval) -> RateComparison:
    phases: dict[str, list[DailyCount]] = {"before": [], "during": [], "after": [], "partly": []}
    for row in sorted(rows, key=lambda r: (r.time, r.value)):
        phases[phase_of(row.time, in_force)].append(row)
    base, base_days = _arrays([*phases["before"], *phases["after"]])
    enough = len(base) >= MIN_BASELINE
    alpha = dispersion(base, base_days) if enough else None
    tail = tail_for(len(base)) if enough else 0.05
    low, high = day_range(base, base_days) if enough else (None, None)
    rates = {
        name: phase_rate(name, *_arrays(phases[name]), alpha, tail)
        for name in ("before", "during", "after")
    }
    baseline = phase_rate("baseline", base, base_days, alpha, tail)
    rows_of = {**phases, "baseline": [*phases["before"], *phases["after"]]}

    def against(name: str, reference: PhaseRate) -> Ratio | None:
        return _ratio(rows_of[name], rates[name], rows_of[reference.phase], reference, alpha)

    return RateComparison(
        series=rows[0].series,
        metric=rows[0].metric,
        unit=rows[0].unit,
        period=period,
        baseline=baseline,
        before=rates["before"],
        during=rates["during"],
        after=rates["after"],
        partly=len(phases["partly"]),
        dispersion=alpha,
        day_low=low,
        day_high=high,
        during_over_baseline=against("during", baseline),
        during_over_before=against("during", rates["before"]),
        after_over_before=against("after", rates["before"]),
        caveats=_caveats(rows, phases, enough=enough),
    )


def _ratio(
    rows: Sequence[DailyCount],
    phase: PhaseRate,
    reference_rows: Sequence[DailyCount],
    reference: PhaseRate,
    alpha: float | None,
) -> Ratio | None:
    """One window goes against the median of the reference, several against its mean."""
    if alpha is None or not rows:
        return None
    if len(rows) > 1:
        return mean_ratio(phase, reference)
    days = rows[0].time.seconds / 86400.0
    return ratio(rows[0].value, days, *_arrays(reference_rows), alpha)


def _arrays(rows: Sequence[DailyCount]) -> tuple[FloatArray, FloatArray]:
    counts = np.array([row.value for row in rows], dtype=np.float64)
    return counts, np.array([row.time.seconds / 86400.0 for row in rows], dtype=np.float64)


def _caveats(
    rows: Sequence[DailyCount], phases: dict[str, list[DailyCount]], *, enough: bool
) -> tuple[str, ...]:
    said = list(dict.fromkeys(row.caveat for row in rows if row.caveat))
    if phases["partly"]:
        said.append(_PARTLY.format(n=len(phases["partly"])))
    if not enough:
        said.append(_FEW.format(n=MIN_BASELINE))
    if phases["during"]:
        said.append(_ONE.format(n=len(phases["during"])))
    return tuple(said)
