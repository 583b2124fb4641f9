"""Making the last run anew, and holding the records against the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from truceline.codec.canonical import canonical
from truceline.codec.nouns import finding_to_plain, incident_to_plain
from truceline.codec.taxonomy import taxonomy
from truceline.fusion.engine import fuse
from truceline.pipeline.calibration import current, standards_of
from truceline.pipeline.desk import Desk
from truceline.pipeline.heat import background_of, heat_view
from truceline.pipeline.holdings import Holdings
from truceline.pipeline.run import inputs_digest, results_digest
from truceline.store import records


def check_run(desk: Desk, held: Holdings, event: Mapping[str, Any]) -> Iterator[str]:
    """Fuse and evaluate anew; say where the result is not the logged one."""
    database = desk.workspace.database_url
    calibration = current(desk)
    background, background_sha256 = background_of(desk)
    if calibration is None:
        yield f"{desk.workspace.root / 'calibration'}: the calibration in use is missing"
        return
    inputs = inputs_digest(desk, held, calibration.version, background_sha256)
    if inputs != event["inputs"]:
        return  # more was taken in since; the next run will say what follows from it
    coverage = tuple(c for rest in held.rests for c in rest.coverage)
    heat = heat_view(background, held.table)
    fused = fuse(held.table, taxonomy(), standards_of(desk), calibration, heat, coverage)
    if results_digest(desk, fused.incidents) != event["results"]:
        yield f"{database}: the logged run does not follow from its inputs"
    with desk.engine.connect() as connection:
        stored = records.current_incidents(connection)
    if results_digest(desk, stored) != event["results"]:
        yield f"{database}: the stored incidents are not those that follow from the inputs"


def check_records(desk: Desk, events: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Hold each current incident and finding against its newest entry of the log."""
    incidents = {
        (e["incident_id"], e["revision"]): e["sha256"]
        for e in events
        if e["type"] == "incident.revised"
    }
    findings = {e["finding_id"]: e["sha256"] for e in events if e["type"] == "finding.made"}
    database = desk.workspace.database_url
    with desk.engine.connect() as connection:
        for incident in records.current_incidents(connection):
            digest = _sha256(incident_to_plain(incident))
            if incidents.get((incident.incident_id, incident.revision)) != digest:
                yield f"{database}: incident {incident.incident_id} is not what was logged"
        for finding in records.findings(connection):
            if findings.get(finding.finding_id) != _sha256(finding_to_plain(finding)):
                yield f"{database}: finding {finding.finding_id} is not what was logged"


def _sha256(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(dict(values))).hexdigest()
