"""The work on one part: files in, files out, so that it can be done anywhere and done again.

A part that was done before is done at once: what is solved stands in files under the key of all that
it rests on.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truceline.fusion.association.arrays import Longs
from truceline.fusion.blockwise.cells import Cell, span_of
from truceline.fusion.blockwise.finishing import span_about
from truceline.fusion.blockwise.network import Network
from truceline.fusion.blockwise.recorded import BLOCK_NS, between
from truceline.fusion.blockwise.regions import regions_of
from truceline.fusion.blockwise.solving import solved
from truceline.pipeline.association_blocks import engine_digest, finish_blocks
from truceline.pipeline.association_calibration import check_weather, read_calibration
from truceline.pipeline.association_cells import read_cells, write_cells
from truceline.pipeline.association_files import AssociationInput
from truceline.pipeline.association_held import FOLDER
from truceline.pipeline.association_network import network_in, recorded_in, weather_in
from truceline.scale.folder import History, history_in, input_between, static_input
from truceline.scale.parts import Part, groups_of

TABLES = ("incidents", "members")


@dataclass(frozen=True, slots=True)
class Job:
    """A history and where its results go; all that a worker is told."""

    folder: str
    """Of the history; every worker sees it under this name."""
    calibration: str
    """Its file."""
    out: str
    """Folder of the results; every worker sees it under this name."""


@dataclass(frozen=True, slots=True)
class SolvedPart:
    """What solving a part came to."""

    keys: dict[Cell, bytes]
    solved: int
    """Cells that were not known before."""
    detections: int
    """Without those of the halo."""
    remarks: tuple[str, ...]
    worker: int
    """Process that did it."""


def solve_part(job: Job, part: Part, group: int) -> SolvedPart:
    """Solve the cells of a part and a group of sensors, and write them.

    Args:
        job: what is worked on.
        part: which blocks.
        group: number of the group of :func:`~truceline.scale.parts.groups_of`.

    Raises:
        SourceError: when a file cannot be read.
        OSError: when the results cannot be written.
    """
    ready = _ready(job)
    wanted = frozenset(ready.groups[group])
    network, given = _between(ready, span_of(part.first)[0], span_of(part.last)[1])
    recorded = recorded_in(given.detections, list(network.sensor_ids))
    folder, stem = cells_at(job), stem_of(part, group)
    held = read_cells(folder, stem)
    blocks = range(part.first, part.last + 1)
    found = solved(network, recorded, held, ready.engine, 1, blocks, wanted)
    anew = sum(held.get(cell) is not one for cell, one in found.items())
    if anew or len(held) != len(found):
        write_cells(folder, stem, found)
    keys = {cell: one.key for cell, one in found.items()}
    own = between(recorded, part.first * BLOCK_NS, (part.last + 1) * BLOCK_NS)
    count = int(np.isin(ready.region[own.sensor], list(wanted)).sum())
    return SolvedPart(keys, anew, count, given.remarks, os.getpid())


def finish_part(job: Job, parts: Sequence[Part], at: int, blocks: Sequence[int]) -> Part:
    """Write the incidents of some blocks of a part, from its cells and those beside it.

    Args:
        job: what is worked on.
        parts: of the history, in order.
        at: number of the part.
        blocks: of the part.

    Raises:
        SourceError: when a file cannot be read.
        OSError: when the results cannot be written.
    """
    ready, part = _ready(job), parts[at]
    near = [one for one in parts[max(at - 1, 0) : at + 2] if _beside(one, part)]
    cells = {
        cell: one
        for other in near
        for group in range(len(ready.groups))
        for cell, one in read_cells(cells_at(job), stem_of(other, group)).items()
        if part.first - 1 <= cell.block <= part.last + 1
    }
    network, given = _between(ready, span_about(part.first)[0], span_about(part.last)[1])
    recorded = recorded_in(given.detections, list(network.sensor_ids))
    tables = finish_blocks(network, recorded, cells, blocks, 1)
    for name, table in zip(TABLES, tables, strict=True):
        path = table_at(job, part, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        written = path.with_name(f"{path.name}.{os.getpid()}")
        pq.write_table(table, written)
        written.replace(path)
    return part


def read_part(job: Job, part: Part) -> tuple[pa.Table, pa.Table]:
    """Read the incidents and members that :func:`finish_part` wrote."""
    incidents, members = (pq.read_table(table_at(job, part, name)) for name in TABLES)
    return incidents, members


def cells_at(job: Job) -> Path:
    """Give the folder of the solved cells."""
    return Path(job.out) / FOLDER / "parts"


def table_at(job: Job, part: Part, name: str) -> Path:
    """Give the file of a table of a part."""
    return Path(job.out) / FOLDER / "finished" / f"{part.name}-{name}.parquet"


def stem_of(part: Part, group: int) -> str:
    """Name the files of the cells of a part and group."""
    return f"{part.name}-{group:03d}"


def groups_in(job: Job) -> int:
    """Give how many groups of sensors there are."""
    return len(_ready(job).groups)


def remarks_of(job: Job) -> tuple[str, ...]:
    """Give what is to be said of the sensors."""
    return _ready(job).remarks


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a worker keeps from one part to the next."""

    history: History
    static: AssociationInput
    network: Network
    region: Longs
    groups: list[tuple[int, ...]]
    engine: bytes
    remarks: tuple[str, ...]


@lru_cache(maxsize=1)
def _ready(job: Job) -> _Ready:
    history = history_in(Path(job.folder))
    static = static_input(history)
    calibration = read_calibration(Path(job.calibration))
    if not history.weather_days:
        check_weather(static, calibration)
    network, remarks = network_in(static, calibration)
    region = regions_of(network.near)
    said = static.remarks + remarks
    return _Ready(history, static, network, region, groups_of(region), engine_digest(), said)


def _between(ready: _Ready, start_ns: int, end_ns: int) -> tuple[Network, AssociationInput]:
    given = input_between(ready.history, ready.static, start_ns, end_ns)
    if not ready.history.weather_days:
        return ready.network, given
    check_weather(given, ready.network.calibration)
    return replace(ready.network, weather=weather_in(given, ready.network.sensors)), given


def _beside(one: Part, other: Part) -> bool:
    return one.first <= other.last + 1 and one.last >= other.first - 1
