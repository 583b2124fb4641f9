"""What a folder of results holds for the next time: solved cells, keys, and the ids that were given."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truceline.codec.canonical import canonical
from truceline.errors import WorkspaceError
from truceline.fusion.association.arrays import Events, joined, no_events, pick
from truceline.fusion.blockwise.cells import Cell
from truceline.fusion.blockwise.solving import Cells, Solved
from truceline.pipeline.association_blocks import (
    Tables,
    in_order,
    split_by_blocks,
    stale_blocks,
    together,
)
from truceline.pipeline.association_lineage import LINEAGE, named
from truceline.pipeline.association_projection import INCIDENTS, MEMBERS

FOLDER: Final = "held"
KIND: Final = "truceline associated blocks 1"
TABLES: Final = ("incidents", "members", "lineage")
_AGAIN: Final = (
    "take another folder for --out and run without --update; ids that were cited stay in this one"
)


@dataclass(frozen=True, slots=True)
class Held:
    """Everything known from before; empty at first."""

    cells: Cells
    block_keys: Mapping[int, bytes]
    incidents: pa.Table = field(default_factory=INCIDENTS.empty_table)
    members: pa.Table = field(default_factory=MEMBERS.empty_table)
    lineage: pa.Table = field(default_factory=LINEAGE.empty_table)
    next_id: int = 0


def refuse_held(out: Path) -> None:
    """Refuse to write over incidents whose ids were given under a calibration.

    Raises:
        WorkspaceError: when the folder holds some.
    """
    if (out / FOLDER / "held.json").is_file():
        raise WorkspaceError(
            f"{out} holds incidents with ids that may have been cited; go on from them with "
            "--update, or take another folder for --out."
        )


def calibration_path(out: Path, version: str) -> Path:
    """Give the file in which a folder of results keeps a calibration that its incidents cite."""
    return out / "calibrations" / f"{version}.json"


def held_calibration(out: Path) -> str:
    """Give the version of the calibration of the last time.

    Raises:
        WorkspaceError: when there is none.
    """
    return str(_said(out)["calibration"])


def renewed(held: Held, keys: Mapping[int, bytes], fresh: Tables, at: datetime) -> tuple[Held, int]:
    """Put fresh incidents in the place of those of their blocks; ids go on.

    Args:
        held: from before.
        keys: of all blocks, now.
        fresh: incidents and members of the blocks whose key is another one now.
        at: when this is done.

    Returns:
        what is to be held, cells left as they were, and how many incidents changed.
    """
    stale = stale_blocks(keys, held.block_keys)
    old, kept = split_by_blocks((held.incidents, held.members), stale)
    found = named(old, fresh, held.next_id, at)
    incidents, members = in_order(together([kept, (found.incidents, found.members)]))
    lineage = pa.concat_tables([held.lineage, found.lineage])
    new = Held(held.cells, keys, incidents, members, lineage, found.next_id)
    return new, found.lineage.num_rows


def write_held(out: Path, held: Held, calibration: str) -> None:
    """Write the tables and what the next update needs; the list of their hashes comes last.

    Raises:
        OSError: when the folder cannot be written.
    """
    folder = out / FOLDER
    write_cells(folder, "solved", held.cells)
    tables = {name: getattr(held, name) for name in TABLES}
    tables[f"{FOLDER}/blocks"] = _keys(held.block_keys)
    for name, table in tables.items():
        pq.write_table(table, out / f"{name}.parquet.part")
    digests = {name: _digest(out / f"{name}.parquet.part") for name in tables}
    digests |= {f"{FOLDER}/{n}": _digest(folder / f"{n}.parquet") for n in cell_files("solved")}
    for name in tables:
        (out / f"{name}.parquet.part").replace(out / f"{name}.parquet")
    said = {"kind": KIND, "next_id": held.next_id, "calibration": calibration, "files": digests}
    part = folder / "held.json.part"
    part.write_bytes(canonical(said) + b"\n")
    part.replace(folder / "held.json")


def read_held(out: Path) -> Held:
    """Read what :func:`write_held` wrote.

    Raises:
        WorkspaceError: when there is nothing, or a file is missing or was changed.
    """
    said = _said(out)
    changed = [
        name for name, digest in sorted(said["files"].items())
        if not (out / f"{name}.parquet").is_file() or _digest(out / f"{name}.parquet") != digest
    ]  # fmt: skip
    if changed:
        raise WorkspaceError(
            f"{out / changed[0]}.parquet was changed or removed since it was written; put it back, "
            f"or {_AGAIN}."
        )
    tables = {name: pq.read_table(out / f"{name}.parquet") for name in TABLES}
    blocks = pq.read_table(out / FOLDER / "blocks.parquet")
    pairs: Any = zip(blocks["block"].to_pylist(), blocks["key"].to_pylist(), strict=True)
    cells = read_cells(out / FOLDER, "solved")
    return Held(cells, dict(pairs), next_id=int(said["next_id"]), **tables)


def cell_files(stem: str) -> tuple[str, str]:
    """Name the two files of some cells."""
    return f"{stem}-cells", f"{stem}-events"


def write_cells(folder: Path, stem: str, cells: Cells) -> None:
    """Write solved cells; each file is whole or not there.

    Raises:
        OSError: when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    order = sorted(cells)
    tables = _cells(cells, order), _events([cells[cell].events for cell in order])
    for name, table in zip(cell_files(stem), tables, strict=True):
        part = folder / f"{name}.parquet.{os.getpid()}"
        pq.write_table(table, part)
        part.replace(folder / f"{name}.parquet")


def read_cells(folder: Path, stem: str) -> dict[Cell, Solved]:
    """Read what :func:`write_cells` wrote; nothing where there is nothing."""
    files = [folder / f"{name}.parquet" for name in cell_files(stem)]
    if not all(file.is_file() for file in files):
        return {}
    return _cells_in(*(pq.read_table(file) for file in files))


def _cells(known: Cells, cells: list[Cell]) -> pa.Table:
    columns: dict[str, Any] = {
        "block": pa.array([cell.block for cell in cells], pa.int64()),
        "region": pa.array([cell.region for cell in cells], pa.int64()),
        "key": pa.array([known[cell].key for cell in cells], pa.binary(16)),
        "events": pa.array([len(known[cell].events.anchor) for cell in cells], pa.int64()),
    }
    return pa.table(columns)


def _keys(block_keys: Mapping[int, bytes]) -> pa.Table:
    blocks = sorted(block_keys)
    columns: dict[str, Any] = {
        "block": pa.array(blocks, pa.int64()),
        "key": pa.array([block_keys[block] for block in blocks], pa.binary(16)),
    }
    return pa.table(columns)


def _events(parts: list[Events]) -> pa.Table:
    """Give events as a table; what has more than one number each is a list of fixed size."""
    columns: dict[str, Any] = {}
    for name, column in joined(parts)._asdict().items():
        flat = pa.array(column.reshape(-1))
        each = int(np.prod(column.shape[1:]))
        columns[name] = pa.FixedSizeListArray.from_arrays(flat, each) if column.ndim > 1 else flat
    return pa.table(columns)


def _cells_in(cells: pa.Table, table: pa.Table) -> dict[Cell, Solved]:
    events = Events._make(
        _column(table[name].combine_chunks(), like) for name, like in no_events()._asdict().items()
    )
    count = cells["events"].to_numpy()
    start = np.concatenate(([0], np.cumsum(count)))
    rows: Any = zip(
        cells["block"].to_pylist(), cells["region"].to_pylist(), cells["key"].to_pylist(),
        strict=True,
    )  # fmt: skip
    return {
        Cell(block, region): Solved(key, pick(events, np.arange(start[at], start[at + 1])))
        for at, (block, region, key) in enumerate(rows)
    }


def _column(column: Any, like: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    flat = column.flatten() if like.ndim > 1 else column
    values = np.array(flat.to_numpy(zero_copy_only=False), like.dtype)
    return values.reshape(-1, *like.shape[1:])


def _said(out: Path) -> dict[str, Any]:
    """Read the list of what a folder holds.

    Raises:
        WorkspaceError: when it is missing, broken or of another version.
    """
    path = out / FOLDER / "held.json"
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkspaceError(
            f"{path} is missing, so there is nothing to update; run once without --update, with "
            "--calibrate FILE or --calibration FILE."
        ) from None
    except (OSError, ValueError) as error:
        raise WorkspaceError(f"{path} cannot be read ({error}); {_AGAIN}.") from None
    if not isinstance(said, dict) or said.get("kind") != KIND:
        raise WorkspaceError(f"{path} is not of this version of Truceline; {_AGAIN}.")
    return said


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
