"""The calibration of a workspace: learned once, cited by every incident, renewed on request."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from truceline.codec.canonical import canonical, rfc3339
from truceline.codec.taxonomy import taxonomy
from truceline.errors import WorkspaceError
from truceline.fusion.arrays import fusable
from truceline.fusion.calibrate import Acoustics, Calibration, as_plain, from_plain, learn
from truceline.fusion.engine import Standards, learnable
from truceline.fusion.sounds import taught_by
from truceline.pipeline.desk import Desk
from truceline.pipeline.holdings import Holdings
from truceline.store.workspace import Workspace, write_durably

ACOUSTICS = Acoustics()
"""Figures of hearing with the scale learned on simulated days (``docs/calibration.md``)."""


def standards_of(desk: Desk) -> Standards:
    """Give the figures of the procedure that belief rests on."""
    procedure = desk.agreement.procedure
    return Standards(
        procedure.prior_odds,
        procedure.reliability_log_lr,
        procedure.credibility_log_lr,
        procedure.same_side_discount,
    )


def pointer_path(workspace: Workspace) -> Path:
    """Where the version of the calibration in use is written."""
    return workspace.root / "calibration" / "current"


def current(desk: Desk) -> Calibration | None:
    """Give the calibration in use; None before the first.

    Raises:
        WorkspaceError: when its file is missing or was changed.
    """
    pointer = pointer_path(desk.workspace)
    if not pointer.exists():
        return None
    version = pointer.read_bytes().decode("ascii", errors="replace")
    try:
        text = desk.workspace.calibration_path(version).read_text(encoding="utf-8")
        calibration = from_plain(json.loads(text))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise WorkspaceError(
            f"calibration {version} cannot be read ({error}); make a new one with "
            f"`truceline calibrate {desk.workspace.root}`."
        ) from None
    if calibration.version != version:
        raise WorkspaceError(
            f"calibration {version} was changed: its content gives {calibration.version}; make a "
            f"new one with `truceline calibrate {desk.workspace.root}`."
        )
    return calibration


def calibrate(desk: Desk, held: Holdings, background: str, now: datetime) -> Calibration:
    """Learn a calibration from what is known now, and use it from now on."""
    observations = learnable(held.table, taxonomy(), standards_of(desk))
    arrivals = fusable(held.table, taxonomy())
    taught = taught_by(arrivals, ACOUSTICS, held.coverage, held.network)
    network, learned = taught if taught is not None else (None, False)
    made = learn(observations, ACOUSTICS, background)
    calibration = _exact(replace(made, network=network, network_learned=learned))
    try:
        before = current(desk)
    except WorkspaceError:  # a new one is what its message asks for
        before = None
    if before is not None and before.version == calibration.version:
        return before
    data = canonical(as_plain(calibration))
    write_durably(desk.workspace.calibration_path(calibration.version), data)
    desk.log(
        [
            {
                "type": "calibration.made",
                "version": calibration.version,
                "basis": calibration.basis,
                "time": rfc3339(now),
            }
        ]
    )
    # the pointer last: a calibration that was never logged is never in use
    write_durably(pointer_path(desk.workspace), calibration.version.encode())
    return calibration


def _exact(calibration: Calibration) -> Calibration:
    """Round to what the file can hold, so that the first run uses what every later one reads."""
    return from_plain(json.loads(canonical(as_plain(calibration))))
