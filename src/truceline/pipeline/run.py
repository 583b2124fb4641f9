"""From the archive to incidents and findings. The same inputs twice change nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from truceline import __version__
from truceline.codec.canonical import canonical, rfc3339
from truceline.codec.nouns import projection
from truceline.codec.taxonomy import taxonomy
from truceline.fusion.background_posterior import Background
from truceline.fusion.calibrate import Calibration
from truceline.fusion.engine import Fused, fuse
from truceline.fusion.identity import Assignment, assign
from truceline.model.finding import Finding
from truceline.model.incident import Incident
from truceline.pipeline.calibration import calibrate, current, standards_of
from truceline.pipeline.decisions import cut_off, decisions, taken_up
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event, LoggedRun
from truceline.pipeline.heat import background_of, heat_view
from truceline.pipeline.holdings import Holdings, holdings
from truceline.pipeline.raw_places import raw_places
from truceline.store import database, lookup, records
from truceline.verification.clauses import evaluate


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run gave."""

    run_id: int
    incidents: tuple[Incident, ...]
    findings: tuple[Finding, ...]
    revised: int
    """Revisions made: new incidents and changed ones."""
    again: bool
    """True where the inputs are those of the last run; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a run rests on."""

    held: Holdings
    calibration: Calibration
    background: Background
    digest: str
    """Hash of all of it."""


def run(desk: Desk, now: datetime) -> RunResult:
    """Fuse everything the workspace holds and evaluate it under its agreement.

    Raises:
        EvidenceError: when an archive segment is missing or was changed.
        WorkspaceError: when the calibration was damaged.
        KeyError: when the agreement names a zone that it does not have.
    """
    inputs = inputs_of(desk, now)
    with database.reading(desk.engine) as connection:
        before = records.current_incidents(connection)
        last = records.last_run(connection)
        if last is not None and last["inputs"] == inputs.digest:
            found = records.findings(connection)
            return RunResult(int(last["run_id"]), before, found, 0, again=True)
        number = records.next_incident_number(connection)
    after = cut_off(desk.events(), last, inputs.digest)
    fused = fused_from(desk, inputs)
    assignment = _assign(before, fused.incidents, max(number, after.next_number))
    incidents, changed = _revised(before, fused.incidents, assignment, after.revisions)
    findings = evaluate_all(desk, incidents)
    outcome = _Outcome(incidents, changed, findings, assignment, raw_places(inputs.held, incidents))
    made = {
        **_summary(desk, inputs, fused),
        "previous": None if last is None else int(last["log_index"]),
        "time": rfc3339(now),
    }
    run_id = _record(desk, fused, outcome, made, after.same)
    return RunResult(run_id, incidents, findings, len(changed), again=False)


def inputs_of(desk: Desk, now: datetime) -> Inputs:
    """Gather what a run rests on; calibrates first where nothing was calibrated yet."""
    held = holdings(desk)
    background, background_sha256 = background_of(desk)
    calibration = current(desk) or calibrate(desk, held, background_sha256, now)
    digest = inputs_digest(desk, held, calibration.version, background_sha256)
    return Inputs(held, calibration, background, digest)


def fused_from(desk: Desk, inputs: Inputs) -> Fused:
    """Make incidents, still without ids, out of the inputs."""
    return fuse(
        inputs.held.table,
        taxonomy(),
        standards_of(desk),
        inputs.calibration,
        heat_view(inputs.background, inputs.held.table),
        inputs.held.coverage,
        inputs.held.network,
    )


def inputs_digest(desk: Desk, held: Holdings, calibration: str, background: str) -> str:
    """Hash everything that a run rests on."""
    inputs = {
        "raw": sorted([r.source, r.sha256, r.adapter_version] for r in held.raw),
        "agreement": desk.agreement_digest,
        "calibration": calibration,
        "background": background,
        "code": __version__,
    }
    return hashlib.sha256(canonical(inputs)).hexdigest()


def results_digest(desk: Desk, incidents: Sequence[Incident]) -> str:
    """Hash the canonical projection of incidents and what the clauses say of them."""
    total = hashlib.sha256()
    for incident in incidents:
        total.update(canonical(projection(incident)))
        for clause in desk.agreement.clauses:
            finding = evaluate(desk.agreement, clause, incident, taxonomy())
            if finding is not None:
                total.update(canonical([clause.id, finding.outcome.value, finding.probability]))
    return total.hexdigest()


def evaluate_all(desk: Desk, incidents: Sequence[Incident]) -> tuple[Finding, ...]:
    """Evaluate incidents under every clause, by finding id."""
    found = [
        finding
        for incident in incidents
        for clause in desk.agreement.clauses
        if (finding := evaluate(desk.agreement, clause, incident, taxonomy())) is not None
    ]
    return tuple(sorted(found, key=lambda f: f.finding_id))


def _assign(before: Sequence[Incident], drafts: Sequence[Incident], number: int) -> Assignment:
    previous = {i.incident_id: frozenset(m.observation_id for m in i.members) for i in before}
    members = [frozenset(m.observation_id for m in draft.members) for draft in drafts]
    return assign(previous, members, number)


def _revised(
    before: Sequence[Incident],
    drafts: Sequence[Incident],
    assignment: Assignment,
    taken: Mapping[str, int],
) -> tuple[tuple[Incident, ...], tuple[Incident, ...]]:
    """Give all incidents with id and revision, and those of them that are new or changed."""
    known = {i.incident_id: i for i in before}
    every, changed = [], []
    for incident_id, draft in zip(assignment.ids, drafts, strict=True):
        old = known.get(incident_id)
        if old is not None and canonical(projection(old)) == canonical(projection(draft)):
            every.append(old)
            continue
        # a revision that a run which was cut off has logged is not made again with other content
        revision = 1 if old is None else max(old.revision, taken.get(incident_id, 0)) + 1
        why = "" if old is None else _why(old, draft)
        new = replace(draft, incident_id=incident_id, revision=revision, revised=why)
        every.append(new)
        changed.append(new)
    return tuple(every), tuple(changed)


def _why(old: Incident, new: Incident) -> str:
    """Say what changed between two revisions, in a few words."""
    a = {(m.observation_id, m.version) for m in old.members}
    b = {(m.observation_id, m.version) for m in new.members}
    if a != b:
        return f"{len(b - a)} observation(s) came or changed, {len(a - b)} went"
    if old.calibration != new.calibration:
        return f"calibration {old.calibration} replaced by {new.calibration}"
    return "the procedure or the method changed"


@dataclass(frozen=True, slots=True)
class _Outcome:
    incidents: tuple[Incident, ...]
    changed: tuple[Incident, ...]
    findings: tuple[Finding, ...]
    assignment: Assignment
    raw: Mapping[lookup.Key, lookup.RawPlace]
    """Where the raw rows lie, by observation and version."""


def _summary(desk: Desk, inputs: Inputs, fused: Fused) -> dict[str, Any]:
    """Give what a run rested on and what it gave, for the log."""
    return {
        "type": "run.made",
        "inputs": inputs.digest,
        "results": results_digest(desk, fused.incidents),
        "calibration": inputs.calibration.version,
        "code": __version__,
        "content_sha256": hashlib.sha256(_content(fused)).hexdigest(),
    }


def _content(fused: Fused) -> bytes:
    return canonical({"lone_heat": list(fused.lone_heat), "lone_arrivals": fused.lone_arrivals})


def _record(
    desk: Desk, fused: Fused, outcome: _Outcome, made: Mapping[str, Any], same: LoggedRun | None
) -> int:
    """Log what was decided, then record it in one transaction."""
    decided = decisions(outcome.changed, outcome.assignment.lineage, outcome.findings)
    entry = taken_up(same, made, decided)
    if entry is None:
        entry = Event(desk.log([made, *decided])[0], "run.made", made)
    names = ("calibration", "inputs", "results")
    with database.writing(desk.engine) as connection:
        run_id = records.add_run(
            connection,
            {
                "made": entry.fields["time"],
                **{name: entry.fields[name] for name in names},
                "content": _content(fused).decode(),
                "log_index": entry.index,
            },
        )
        # the run is the first of its batch; what it decided follows in the order of `decided`
        records.put_revisions(connection, outcome.changed, run_id, entry.index + 1)
        for step in outcome.assignment.lineage:
            records.close_incident(connection, run_id, step.incident_id, step.relation, step.other)
        records.replace_members(connection, outcome.incidents, outcome.raw)
        first = entry.index + 1 + len(decided) - len(outcome.findings)
        records.replace_findings(connection, outcome.findings, first)
    return run_id
