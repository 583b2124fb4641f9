"""Making the last run anew from its inputs, and comparing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from truceline.fusion.engine import canonical_order
from truceline.pipeline.calibration import current
from truceline.pipeline.desk import Desk
from truceline.pipeline.run import fused_from, inputs_of, results_digest
from truceline.store import database, records


def check_run(desk: Desk, made: Mapping[str, Any], now: datetime) -> list[str] | None:
    """Fuse and evaluate anew; say where the result is not the logged one.

    Args:
        desk: the workspace.
        made: what the log says of the run.
        now: time of the run.

    Returns:
        what is wrong; null where the inputs are no longer those of the run.
    """
    if current(desk) is None:
        return [f"{desk.workspace.root / 'calibration'}: the calibration in use is missing"]
    inputs = inputs_of(desk, now)
    if inputs.digest != made["inputs"]:
        return None
    name = desk.workspace.records_name
    problems = []
    if results_digest(desk, fused_from(desk, inputs).incidents) != made["results"]:
        problems.append(f"{name}: the logged run does not follow from its inputs")
    with database.reading(desk.engine) as connection:
        stored = records.current_incidents(connection)
    if results_digest(desk, sorted(stored, key=canonical_order)) != made["results"]:
        problems.append(f"{name}: the stored incidents are not those that follow from the inputs")
    return problems
