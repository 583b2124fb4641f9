"""From the store to a report: gathers the inputs, writes the files, logs what was published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from truceline import __version__
from truceline.codec.canonical import rfc3339
from truceline.errors import WorkspaceError
from truceline.evidence.log import Log
from truceline.model.interval import Interval, local_day
from truceline.pipeline.calibration import current
from truceline.pipeline.case_report import case_rows
from truceline.pipeline.desk import Desk
from truceline.pipeline.gather import Gathered, gather
from truceline.pipeline.heat import background_digest
from truceline.pipeline.heat_seen import heat_seen
from truceline.pipeline.holdings import Holdings, holdings
from truceline.pipeline.run import inputs_digest
from truceline.pipeline.sources import ADAPTERS
from truceline.publication.inputs import RejectedRow, ReportInputs, SourceNote
from truceline.publication.open_data import files
from truceline.publication.report import build_report
from truceline.store import archive, database, records
from truceline.store.workspace import write_durably
from truceline.verification.comparison import compare_counts, month_around

LONGEST_DAYS = 3660
"""Days that one report covers at most: ten years."""
_SENSITIVE = frozenset({"patrol", "stations"})
"""Sources whose people or sensors must not be found from what is published."""


def report_window(desk: Desk, first: date, last: date) -> Interval:
    """Give the reporting window from the cut of the first day to that of the day after the last.

    Raises:
        WorkspaceError: when the days lie at an end of the calendar, or span more than ten years.
    """
    procedure = desk.agreement.procedure
    if first.year < 2 or last.year > 9998:
        raise WorkspaceError(f"no report can be made for {first}..{last}; check the year.")
    if (last - first).days >= LONGEST_DAYS:
        raise WorkspaceError(
            f"{first}..{last} are {(last - first).days + 1} days and a report, which counts by the "
            f"hour, covers {LONGEST_DAYS} at most; check the years."
        )
    if procedure.day_cut == "00:00":
        return Interval(
            local_day(first, procedure.day_zone).start, local_day(last, procedure.day_zone).end
        )
    cut = time.fromisoformat(procedure.day_cut)
    zone = ZoneInfo(procedure.day_zone)
    start = datetime.combine(first - timedelta(days=1), cut, zone)
    return Interval(start.astimezone(UTC), datetime.combine(last, cut, zone).astimezone(UTC))


def write_report(desk: Desk, days: tuple[date, date], now: datetime) -> tuple[Path, ...]:
    """Write the report of some days under ``out/`` and log the hashes of its files.

    Raises:
        WorkspaceError: when nothing was run yet, or not since something was taken in.
        EvidenceError: when the archive is damaged.
    """
    folder = days[0].isoformat() if days[0] == days[1] else f"{days[0]}_{days[1]}"
    made = files(build_report(report_inputs(desk, days, now)))
    hashes = {f"{folder}/{name}": archive.sha256_of(data) for name, data in made.items()}
    desk.log([{"type": "report.published", "files": hashes, "time": rfc3339(now)}])
    for name, data in made.items():
        write_durably(desk.workspace.out / folder / name, data)
    return tuple(desk.workspace.out / name for name in sorted(hashes))


def report_inputs(desk: Desk, days: tuple[date, date], now: datetime) -> ReportInputs:
    """Gather everything that the report of some days is made of.

    Raises:
        WorkspaceError: when nothing was run yet, or not since something was taken in.
        EvidenceError: when the archive is damaged.
    """
    window = report_window(desk, *days)
    held = holdings(desk)
    with database.reading(desk.engine) as connection:
        last = records.last_run(connection)
        if last is None:
            raise WorkspaceError(
                f"nothing was fused in {desk.workspace.root} yet; do "
                f"`truceline run {desk.workspace.root}` first."
            )
        _require_current(desk, held, last)
        incidents = records.current_incidents(connection, window)
        findings = records.findings(connection, (i.incident_id for i in incidents))
        cases = case_rows(desk, connection, findings, now)
    gathered = gather(held, incidents, window)
    heat = heat_seen(desk, held, window)
    counts = tuple(c for rest in held.rests for c in rest.counts)
    in_force = desk.agreement.in_force
    zone = desk.agreement.procedure.day_zone
    rates = (
        compare_counts(counts, in_force.time, month_around(in_force.time, zone))
        if in_force and in_force.time.end.year < 9999
        else ()
    )
    return ReportInputs(
        agreement=desk.agreement,
        window=window,
        window_label=_label(days),
        zone=zone,
        incidents=incidents,
        findings=findings,
        facts=gathered.facts,
        claims=gathered.claims,
        silences=gathered.silences,
        leads=gathered.leads,
        coverage=_touching(held, window),
        counts=counts,
        rates=rates,
        contradictions=gathered.contradictions,
        rejected=_rejected(held),
        heat=heat.days,
        masked=heat.masked,
        left=heat.left,
        assumptions=heat.assumptions,
        sources=_sources(held),
        notes=_notes(held, gathered),
        calibration=str(last["calibration"]),
        checkpoint=Log.open(desk.workspace.root).checkpoint_text(),
        code_version=__version__,
        now=now,
        synthetic=desk.agreement.id == "riverline",
        cases=cases,
    )


def _require_current(desk: Desk, held: Holdings, last: Mapping[str, Any]) -> None:
    """Refuse to mix what was fused with what has come in since.

    Raises:
        WorkspaceError: when the last run did not rest on what is held now.
    """
    calibration = current(desk)
    version = "" if calibration is None else calibration.version
    if inputs_digest(desk, held, version, background_digest(desk)) != last["inputs"]:
        raise WorkspaceError(
            f"raw files, agreement, background, calibration or the program have changed since run "
            f"{last['run_id']}, so a report would mix old and new; do `truceline run "
            f"{desk.workspace.root}` first."
        )


def _label(days: tuple[date, date]) -> str:
    if days[0] == days[1]:
        return f"{days[0].day} {days[0]:%B %Y}"
    return f"{days[0].day} {days[0]:%B} to {days[1].day} {days[1]:%B %Y}"


def _touching(held: Holdings, window: Interval) -> tuple:  # type: ignore[type-arg]
    """Give the coverage that touches the window; an instant of looking counts where it falls."""
    found = [
        c
        for rest in held.rests
        for c in rest.coverage
        if c.time.overlap_s(window) > 0 or window.contains(c.time.start)
    ]
    return tuple(sorted(set(found), key=lambda c: (c.source, c.datastream, c.time)))


def _rejected(held: Holdings) -> tuple[RejectedRow, ...]:
    return tuple(
        RejectedRow(raw.source, raw.sha256, line, reason)
        for raw, rest in zip(held.raw, held.rests, strict=True)
        for line, reason in rest.rejected
    )


def _sources(held: Holdings) -> tuple[SourceNote, ...]:
    names = sorted({raw.source for raw in held.raw})
    return tuple(_note(name) for name in names)


def _note(name: str) -> SourceNote:
    card = ADAPTERS[name].card
    return SourceNote(
        name=card.name,
        title=card.title,
        publisher=card.publisher,
        licence=card.licence,
        citation=card.citation,
        republish=card.republish,
        position_error=card.position_error,
        delay=card.delay,
        independence=card.independence,
        sensitive=card.name in _SENSITIVE,
    )


def _notes(held: Holdings, gathered: Gathered) -> tuple[str, ...]:
    notes = list(dict.fromkeys(note for rest in held.rests for note in rest.notes))
    if held.ambiguous:
        notes.append(
            f"{held.ambiguous} observation(s) are held with two contents of equal rank; the choice "
            "between them is arbitrary, the same everywhere, and can be settled by a revision."
        )
    if gathered.unresolved:
        notes.append(
            f"{gathered.unresolved} side(s) of contradictions name a report that is not held."
        )
    return tuple(notes)
