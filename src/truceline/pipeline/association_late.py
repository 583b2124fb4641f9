"""Association under a calibration, and its update: only what new, corrected or withdrawn rows touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from truceline.fusion.blockwise.solving import block_keys, solved
from truceline.fusion.calibration_network.content import NetworkCalibration
from truceline.pipeline.association import AssociationResult
from truceline.pipeline.association_blocks import engine_digest, finish_blocks, stale_blocks
from truceline.pipeline.association_calibration import (
    calibrated,
    check_weather,
    read_calibration,
    write_calibration,
)
from truceline.pipeline.association_files import AssociationInput, read_input
from truceline.pipeline.association_held import (
    Held,
    calibration_path,
    held_calibration,
    read_held,
    refuse_held,
    renewed,
    write_held,
)
from truceline.pipeline.association_joining import JOINED, joined
from truceline.pipeline.association_network import network_in, recorded_in


@dataclass(frozen=True, slots=True)
class Touched:
    """What an update worked on."""

    cells: int
    """Blocks of time (by part of the network) that there are."""
    solved: int
    """Of those, solved anew."""
    changed: int
    """Incidents that are new, revised, merged or withdrawn."""


@dataclass(frozen=True, slots=True)
class LateResult:
    """What came out, and how much was worked on."""

    result: AssociationResult
    held: Held
    touched: Touched
    calibration: str
    """Its version."""


@dataclass(frozen=True, slots=True)
class How:
    """By what a set is associated; at least one is given."""

    calibrate: Path | None = None
    """File that receives what this set teaches."""
    calibration: Path | None = None
    """File of what was learned before; without either, that of the last time."""
    update: bool = False
    """Go on from what the folder of results holds."""


def associate_late(
    paths: Mapping[str, Path], out: Path, how: How, at: datetime, threads: int
) -> LateResult:
    """Find the incidents of a set under a calibration, or bring those of before up to date.

    Args:
        paths: table to file; all that is known now.
        out: folder of the results.
        how: under which calibration, and whether from what ``out`` holds.
        at: when this is done, for the lineage.
        threads: how many blocks are worked on at once.

    Raises:
        SourceError: when a file is missing or cannot be read.
        WorkspaceError: when there is nothing to update, or something that would be lost.
        OSError: when the folder cannot be written.
    """
    if not how.update:
        refuse_held(out)
    held = read_held(out) if how.update else Held({}, {})
    given = read_input(paths)
    calibration = _calibration(given, out, how, threads)
    late = brought_up(given, held, calibration, at, threads)
    if not calibration_path(out, calibration.version).exists():
        write_calibration(calibration, calibration_path(out, calibration.version))
    pq.write_table(late.result.sick_sensors, out / "sick_sensors.parquet")
    for name in JOINED:
        pq.write_table(getattr(late.result.joined, name), out / f"{name}.parquet")
    write_held(out, late.held, calibration.version)
    return late


def _calibration(given: AssociationInput, out: Path, how: How, threads: int) -> NetworkCalibration:
    if how.calibrate is not None:
        calibration = calibrated(given, threads)
        write_calibration(calibration, how.calibrate)
        return calibration
    if how.calibration is not None:
        return read_calibration(how.calibration)
    return read_calibration(calibration_path(out, held_calibration(out)))


def brought_up(
    given: AssociationInput,
    held: Held,
    calibration: NetworkCalibration,
    at: datetime,
    threads: int,
) -> LateResult:
    """Give the incidents of all that is known now, solving only what is not held."""
    check_weather(given, calibration)
    network, remarks = network_in(given, calibration)
    recorded = recorded_in(given.detections, list(network.sensor_ids))
    cells = solved(network, recorded, held.cells, engine_digest(), threads)
    keys = block_keys({cell: cells[cell].key for cell in cells})
    there = [block for block in stale_blocks(keys, held.block_keys) if block in keys]
    fresh = finish_blocks(network, recorded, cells, there, threads)
    new, changed = renewed(held, keys, fresh, at)
    result = AssociationResult(
        new.incidents, new.members, sick_table(calibration), joined(given, new.incidents),
        given.remarks + remarks,
    )  # fmt: skip
    anew = sum(cell not in held.cells or held.cells[cell] is not cells[cell] for cell in cells)
    touched = Touched(len(cells), anew, changed)
    return LateResult(result, replace(new, cells=cells), touched, calibration.version)


def sick_table(calibration: NetworkCalibration) -> pa.Table:
    """Give the sick sensors of the calibration."""
    names = ("sensor_id", "kind", "size", "sigma")
    columns: dict[str, Any] = {
        name: pa.array(
            [getattr(one, name) for one in calibration.sick],
            pa.string() if name in names[:2] else pa.float64(),
        )
        for name in names
    }
    return pa.table(columns)
