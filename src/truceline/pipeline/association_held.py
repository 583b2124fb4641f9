"""What a folder of results holds for the next time: solved cells, keys, and the ids that were given."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from truceline.codec.canonical import canonical
from truceline.errors import WorkspaceError
from truceline.fusion.blockwise.solving import Cells
from truceline.pipeline.association_blocks import (
    Tables,
    in_order,
    split_by_blocks,
    stale_blocks,
    together,
)
from truceline.pipeline.association_cells import cell_files, cell_tables, read_cells
from truceline.pipeline.association_lineage import LINEAGE, named
from truceline.pipeline.association_projection import INCIDENTS, MEMBERS

FOLDER: Final = "held"
KIND: Final = "truceline associated blocks 1"
TABLES: Final = ("incidents", "members", "lineage")
SOLVED: Final = "solved"
_PART: Final = ".parquet.part"
_LIST: Final = f"{FOLDER}/held.json"
_NEXT: Final = f"{FOLDER}/next.json"
"""The list of files that are written whole and not all in their places yet."""
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
    _completed(out)
    if (out / _LIST).is_file():
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
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    tables = {name: getattr(held, name) for name in TABLES}
    tables[f"{FOLDER}/blocks"] = _keys(held.block_keys)
    cells = zip(cell_files(SOLVED), cell_tables(held.cells), strict=True)
    tables |= {f"{FOLDER}/{name}": table for name, table in cells}
    for name, table in tables.items():
        pq.write_table(table, out / f"{name}{_PART}")
    digests = {name: _digest(out / f"{name}{_PART}") for name in tables}
    said = {"kind": KIND, "next_id": held.next_id, "calibration": calibration, "files": digests}
    part = out / f"{_NEXT}.part"
    part.write_bytes(canonical(said) + b"\n")
    part.replace(out / _NEXT)  # from here on the new files are the ones that count
    _completed(out)


def _completed(out: Path) -> None:
    """Put files that were written whole into their places, if that was broken off or is to be done."""
    if not (out / _NEXT).is_file():
        return
    for part in [*out.glob(f"*{_PART}"), *(out / FOLDER).glob(f"*{_PART}")]:
        part.replace(part.with_name(part.name.removesuffix(".part")))
    (out / _NEXT).replace(out / _LIST)


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
    cells = read_cells(out / FOLDER, SOLVED)
    return Held(cells, dict(pairs), next_id=int(said["next_id"]), **tables)


def _keys(block_keys: Mapping[int, bytes]) -> pa.Table:
    blocks = sorted(block_keys)
    columns: dict[str, Any] = {
        "block": pa.array(blocks, pa.int64()),
        "key": pa.array([block_keys[block] for block in blocks], pa.binary(16)),
    }
    return pa.table(columns)


def _said(out: Path) -> dict[str, Any]:
    """Read the list of what a folder holds.

    Raises:
        WorkspaceError: when it is missing, broken or of another version.
    """
    _completed(out)
    path = out / _LIST
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
