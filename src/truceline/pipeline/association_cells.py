"""Solved cells as files: what they rest on, and their events to the last bit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truceline.fusion.association.arrays import Events, joined, no_events, pick
from truceline.fusion.blockwise.cells import Cell
from truceline.fusion.blockwise.solving import Cells, Solved


def cell_files(stem: str) -> tuple[str, str]:
    """Name the two files of some cells."""
    return f"{stem}-cells", f"{stem}-events"


def cell_tables(cells: Cells) -> tuple[pa.Table, pa.Table]:
    """Give the contents of the two files: cells with their keys, and events in the order of cells."""
    order = sorted(cells)
    return _cells(cells, order), _events([cells[cell].events for cell in order])


def write_cells(folder: Path, stem: str, cells: Cells) -> None:
    """Write solved cells; each file is whole or not there.

    Raises:
        OSError: when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in zip(cell_files(stem), cell_tables(cells), strict=True):
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
