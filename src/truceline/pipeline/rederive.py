"""Making the last run anew, and holding the records against the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from truceline.codec.canonical import canonical
from truceline.codec.nouns import finding_to_plain, incident_to_plain
from truceline.fusion.engine import canonical_order
from truceline.pipeline.calibration import current
from truceline.pipeline.desk import Desk
from truceline.pipeline.run import fused_from, inputs_of, results_digest
from truceline.store import records


def check_run(desk: Desk, event: Mapping[str, Any], now: datetime) -> Iterator[str]:
    """Fuse and evaluate anew; say where the result is not the logged one."""
    database = desk.workspace.database_url
    if current(desk) is None:
        yield f"{desk.workspace.root / 'calibration'}: the calibration in use is missing"
        return
    inputs = inputs_of(desk, now)
    if inputs.digest != event["inputs"]:
        return  # more was taken in since; the next run will say what follows from it
    if results_digest(desk, fused_from(desk, inputs).incidents) != event["results"]:
        yield f"{database}: the logged run does not follow from its inputs"
    with desk.engine.connect() as connection:
        stored = records.current_incidents(connection)
    if results_digest(desk, sorted(stored, key=canonical_order)) != event["results"]:
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
