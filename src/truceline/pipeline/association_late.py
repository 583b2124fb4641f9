"""Association under a calibration, and its update: only what new, corrected or withdrawn rows touch."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truceline.fusion.blockwise.finishing import span_about
from truceline.fusion.blockwise.network import Network
from truceline.fusion.blockwise.recorded import BLOCK_NS, Recorded, between
from truceline.fusion.blockwise.solving import Cells, block_keys, finish, in_threads, solved
from truceline.fusion.calibration_network.content import NetworkCalibration
from truceline.pipeline.association import AssociationResult
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
    write_held,
)
from truceline.pipeline.association_joining import JOINED, joined
from truceline.pipeline.association_lineage import named
from truceline.pipeline.association_network import network_in, recorded_in
from truceline.pipeline.association_projection import INCIDENTS, MEMBERS, tables_of

Tables = tuple[pa.Table, pa.Table]
"""Incidents and members."""
_ENGINE = ("truceline.fusion.association", "truceline.fusion.blockwise")


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
    keys = block_keys(cells)
    stale = sorted(
        block for block in keys.keys() | held.block_keys.keys()
        if keys.get(block) != held.block_keys.get(block)
    )  # fmt: skip
    there = [block for block in stale if block in keys]
    fresh = finish_blocks(network, recorded, cells, there, threads)
    old, kept = split_by_blocks((held.incidents, held.members), stale)
    found = named(old, fresh, held.next_id, at)
    incidents, members = in_order(together([kept, (found.incidents, found.members)]))
    new = Held(
        cells,
        keys,
        incidents,
        members,
        pa.concat_tables([held.lineage, found.lineage]),
        found.next_id,
    )
    result = AssociationResult(
        incidents, members, sick_table(calibration), joined(given, incidents),
        given.remarks + remarks,
    )  # fmt: skip
    anew = sum(cell not in held.cells or held.cells[cell] is not cells[cell] for cell in cells)
    touched = Touched(len(cells), anew, found.lineage.num_rows)
    return LateResult(result, new, touched, calibration.version)


def finish_blocks(
    network: Network, recorded: Recorded, cells: Cells, blocks: Sequence[int], threads: int
) -> Tables:
    """Give the incidents of some blocks, numbered from 0."""

    def one(block: int) -> Tables:
        near = {cell: cells[cell] for cell in cells if abs(cell.block - block) <= 1}
        here = between(recorded, *span_about(block))
        return tables_of(finish(network, recorded, near, block), here, network.version, 0)

    parts = in_threads(one, blocks, threads)
    numbered = []
    first = 0
    for part in parts:
        numbered.append(renumbered(part, first))
        first += part[0].num_rows
    return together(numbered)


def renumbered(part: Tables, first: int) -> Tables:
    """Move the ids of a part."""
    return _moved(part[0], first), _moved(part[1], first)


def together(parts: Sequence[Tables]) -> Tables:
    """Put parts together."""
    every = [_none(), *parts]
    return pa.concat_tables([p[0] for p in every]), pa.concat_tables([p[1] for p in every])


def in_order(tables: Tables) -> Tables:
    """Order incidents by time and place, and members by their incident in that order."""
    incidents = tables[0].sort_by([(n, "ascending") for n in ("time", "lon", "lat", "incident_id")])
    rank = np.empty(int(np.max(incidents["incident_id"].to_numpy(), initial=-1)) + 1, np.int64)
    rank[incidents["incident_id"].to_numpy()] = np.arange(incidents.num_rows)
    own, key = (tables[1][name].to_numpy() for name in ("incident_id", "detection_id"))
    return incidents, tables[1].take(np.lexsort((key, rank[own])))


def split_by_blocks(tables: Tables, blocks: Sequence[int]) -> tuple[Tables, Tables]:
    """Give the incidents of some blocks of time, and the others."""
    own = tables[0]["time"].cast(pa.int64()).to_numpy() // BLOCK_NS
    inside = np.isin(own, np.array(blocks, np.int64))
    ids = tables[0]["incident_id"].to_numpy()[inside]
    theirs = np.isin(tables[1]["incident_id"].to_numpy(), ids)
    one = tables[0].filter(pa.array(inside)), tables[1].filter(pa.array(theirs))
    return one, (tables[0].filter(pa.array(~inside)), tables[1].filter(pa.array(~theirs)))


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


def engine_digest() -> bytes:
    """Give the hash of the engine's own text, so that nothing solved by another one is taken."""
    digest = hashlib.blake2b(digest_size=16)
    for package in _ENGINE:
        for file in sorted(resources.files(package).iterdir(), key=lambda one: one.name):
            if file.name.endswith(".py"):
                digest.update(file.name.encode() + file.read_bytes())
    return digest.digest()


def _moved(table: pa.Table, first: int) -> pa.Table:
    moved = pa.array(table["incident_id"].to_numpy() + first, pa.int64())
    return table.set_column(table.column_names.index("incident_id"), "incident_id", moved)


def _none() -> Tables:
    return INCIDENTS.empty_table(), MEMBERS.empty_table()
