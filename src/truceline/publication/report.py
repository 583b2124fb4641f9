"""The report: one model behind the page and the open data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from truceline.model.agreement import Agreement
from truceline.model.coverage import DailyCount
from truceline.model.interval import Interval
from truceline.model.rate import RateComparison
from truceline.publication.coarsen import Coarsener, cutoff
from truceline.publication.inputs import HeatAssumption, HeatSummary, ReportInputs, SourceNote
from truceline.publication.public import (
    PublicClaim,
    PublicContradiction,
    PublicCoverage,
    PublicHeat,
    PublicIncident,
    PublicRejected,
    PublicSilence,
)
from truceline.publication.totals import Totals, reconcile, reconcile_heat, totals_of


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one report says. Holds nothing sharp."""

    agreement: Agreement
    """Without its exemptions and cases."""
    window: Interval
    window_label: str
    zone: str
    complete_until: datetime
    """What happened later than this is not in the report. UTC."""
    incidents: tuple[PublicIncident, ...]
    totals: Totals
    claims: tuple[PublicClaim, ...]
    silences: tuple[PublicSilence, ...]
    leads: int
    coverage: tuple[PublicCoverage, ...]
    counts: tuple[DailyCount, ...]
    rates: tuple[RateComparison, ...]
    contradictions: tuple[PublicContradiction, ...]
    rejected: tuple[PublicRejected, ...]
    heat: tuple[HeatSummary, ...]
    masked: tuple[PublicHeat, ...]
    """Detections of the days of ``heat`` that were set aside."""
    left: tuple[PublicHeat, ...]
    """The other detections of these days."""
    assumptions: tuple[HeatAssumption, ...]
    sources: tuple[SourceNote, ...]
    notes: tuple[str, ...]
    calibration: str
    checkpoint: str
    code_version: str
    made: datetime
    synthetic: bool

    def party(self, party_id: str) -> str:
        """Name a party; what is no party's id is its own name.

        >>> Report.party.__name__
        'party'
        """
        names = {party.id: party.name for party in self.agreement.parties}
        return names.get(party_id, party_id)


def build_report(inputs: ReportInputs) -> Report:
    """Coarsen the inputs and count what is left.

    Raises:
        WorkflowError: when totals by kind, area, hour and word do not come to the same count, or
            the detections of a day of heat not to that day's.
        ValueError: when a position or a time of the inputs is impossible.
        zoneinfo.ZoneInfoNotFoundError: when the zone is unknown.
    """
    coarsener = Coarsener(inputs)
    incidents = coarsener.incidents()
    until = cutoff(inputs)
    heat = tuple(h for h in inputs.heat if h.day.end <= until)
    report = Report(
        agreement=replace(inputs.agreement, exemptions=(), cases=()),
        window=inputs.window,
        window_label=inputs.window_label,
        zone=inputs.zone,
        complete_until=min(until, inputs.window.end),
        incidents=incidents,
        totals=totals_of(incidents, inputs.window, inputs.zone),
        claims=coarsener.claims(),
        silences=coarsener.silences(),
        leads=inputs.leads,
        coverage=coarsener.coverage(),
        counts=tuple(sorted(inputs.counts, key=lambda c: (c.series, c.metric, c.unit, c.time))),
        rates=inputs.rates,
        contradictions=coarsener.contradictions(),
        rejected=coarsener.rejected(),
        heat=heat,
        masked=_of_days(coarsener.masked(), heat),
        left=_of_days(coarsener.left(), heat),
        assumptions=inputs.assumptions,
        sources=coarsener.sources(),
        notes=coarsener.notes(),
        calibration=inputs.calibration,
        checkpoint=inputs.checkpoint,
        code_version=inputs.code_version,
        made=inputs.now,
        synthetic=inputs.synthetic,
    )
    reconcile(report.totals, report.incidents)
    reconcile_heat(report.heat, report.masked, report.left)
    return report


def _of_days(rows: tuple[PublicHeat, ...], days: tuple[HeatSummary, ...]) -> tuple[PublicHeat, ...]:
    """Leave out the rows of a day that is not yet told whole."""
    return tuple(row for row in rows if any(d.day.contains(row.seen.start) for d in days))
