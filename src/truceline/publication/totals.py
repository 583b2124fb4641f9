"""Totals by kind, area, hour and word: each must come to the same count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from truceline.errors import WorkflowError
from truceline.model.finding import Outcome
from truceline.model.interval import Interval
from truceline.publication.blunt import local_hour
from truceline.publication.corroboration import CLASSES
from truceline.publication.inputs import HeatSummary
from truceline.publication.public import PublicHeat, PublicIncident


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of the published incidents and their findings."""

    incidents: int
    by_kind: tuple[tuple[str, int], ...]
    """Label of the most probable kind; most frequent first."""
    by_area: tuple[tuple[str, int], ...]
    by_hour: tuple[tuple[datetime, int], ...]
    """Every local hour of the reporting window, also those with none. UTC."""
    without_hour: int
    """Incidents whose hour is not known, or lies outside the window; never spread over hours."""
    by_corroboration: tuple[tuple[str, int], ...]
    """All classes, from the strongest to the weakest."""
    by_phase: tuple[tuple[str, int], ...]
    findings: int
    by_outcome: tuple[tuple[str, int], ...]
    by_clause: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    """Clause id to outcomes."""


def totals_of(incidents: Sequence[PublicIncident], window: Interval, zone: str) -> Totals:
    """Count.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: when the zone is unknown.
    """
    hours = Counter(i.time.hour for i in incidents)
    in_window = {hour: hours[hour] for hour in hours_of(window, zone)}
    findings = [finding for i in incidents for finding in i.findings]
    phases = Counter(i.time.phase for i in incidents)
    words = Counter(i.corroboration for i in incidents)
    return Totals(
        incidents=len(incidents),
        by_kind=_most_first(i.kind_label for i in incidents),
        by_area=_most_first(i.area for i in incidents),
        by_hour=tuple(in_window.items()),
        without_hour=len(incidents) - sum(in_window.values()),
        by_corroboration=tuple((name, words[name]) for name in CLASSES),
        by_phase=tuple(
            (name, phases[name])
            for name in ("before", "straddles", "during", "after", "no window")
            if phases[name]
        ),
        findings=len(findings),
        by_outcome=_outcomes(f.outcome for f in findings),
        by_clause=tuple(
            (clause, _outcomes(f.outcome for f in findings if f.clause_id == clause))
            for clause in sorted({f.clause_id for f in findings})
        ),
    )


def hours_of(window: Interval, zone: str) -> tuple[datetime, ...]:
    """Give the start of every local hour that touches a window, in UTC.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: when the zone is unknown.
    """
    hour = local_hour(window.start, zone)
    found = [hour]
    while (hour := hour + timedelta(hours=1)) < window.end:
        found.append(hour)
    return tuple(found)


def reconcile(totals: Totals, incidents: Sequence[PublicIncident]) -> None:
    """Check that every way of counting comes to the same number.

    Raises:
        WorkflowError: when one does not; nothing may then be rendered or released.
    """
    expected = len(incidents)
    sums = {
        "incidents": totals.incidents,
        "kind": sum(n for _, n in totals.by_kind),
        "area": sum(n for _, n in totals.by_area),
        "hour": sum(n for _, n in totals.by_hour) + totals.without_hour,
        "word": sum(n for _, n in totals.by_corroboration),
        "phase": sum(n for _, n in totals.by_phase),
    }
    findings = sum(len(i.findings) for i in incidents)
    outcomes = sum(n for _, n in totals.by_outcome)
    clauses = sum(n for _, found in totals.by_clause for _, n in found)
    wrong = [f"by {name}: {n}, not {expected}" for name, n in sums.items() if n != expected]
    if not outcomes == clauses == totals.findings == findings:
        wrong.append(f"findings: {outcomes} by outcome, {clauses} by clause, not {findings}")
    _refuse(wrong)


def reconcile_heat(
    days: Sequence[HeatSummary], masked: Sequence[PublicHeat], left: Sequence[PublicHeat]
) -> None:
    """Check that the detections of heat that are told one by one come to each day's counts.

    Raises:
        WorkflowError: when they do not; nothing may then be rendered or released.
    """
    wrong = []
    for day in days:
        aside = sum(day.day.contains(row.seen.start) for row in masked)
        rest = sum(day.day.contains(row.seen.start) for row in left)
        if (aside, rest) != (day.masked, day.raw - day.masked):
            wrong.append(
                f"heat of {day.label}: {aside} set aside and {rest} left, not {day.masked} and "
                f"{day.raw - day.masked}"
            )
    _refuse(wrong)


def _refuse(wrong: Sequence[str]) -> None:
    if wrong:
        raise WorkflowError(
            "the report is not released: its totals do not reconcile "
            f"({'; '.join(wrong)}). This is a fault of the program or of a changed report; "
            "build the report again from the workspace and file the fault if it stays."
        )


def _most_first(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counted = Counter(names)
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _outcomes(found: Iterable[Hashable]) -> tuple[tuple[str, int], ...]:
    counted = Counter(found)
    order = (Outcome.VIOLATED, Outcome.UNDETERMINED, Outcome.PERMITTED)
    return tuple((outcome.value, counted[outcome.value]) for outcome in order)
