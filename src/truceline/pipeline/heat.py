"""The table of persistent heat of a workspace, and its word on each thermal detection."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truceline.codec.heat_table import read_table, write_table
from truceline.fusion.background_explain import explain
from truceline.fusion.background_learn import learn
from truceline.fusion.background_posterior import Background, posterior
from truceline.fusion.engine import HeatView
from truceline.pipeline.desk import Desk
from truceline.pipeline.ingest import parse
from truceline.pipeline.shipped import shipped
from truceline.store import archive
from truceline.store.workspace import write_durably


def table_path(desk: Desk) -> Path:
    """Where the workspace keeps its table of persistent heat."""
    return desk.workspace.root / "calibration" / "persistent_heat.csv"


def use_shipped(desk: Desk) -> None:
    """Give a new workspace the table that ships with the project."""
    raw = (shipped("data") / "background" / "persistent_heat.csv").read_bytes()
    _use(desk, raw, "shipped with the project")


def use_learned(desk: Desk, files: list[tuple[str, bytes]]) -> Background:
    """Learn the table anew from files of past satellite fires, and use it from now on.

    The rows are no observations of this workspace: they teach what heat is usual.

    Args:
        desk: the workspace.
        files: name and bytes of FIRMS files.

    Raises:
        WrongKindOfFile: when one is not a FIRMS file.
        SourceError: when there is no row.
    """
    tables = [
        parse(desk, "firms", raw, archive.sha256_of(raw), name).observations for name, raw in files
    ]
    rows = pa.concat_tables(tables)
    background = learn(
        _floats(rows, "lon"),
        _floats(rows, "lat"),
        _days(rows),
        about={"source": "NASA FIRMS", "files": str(len(files))},
    )
    names = ", ".join(name for name, _ in files)
    _use(desk, write_table(background.table), f"learned from {names}")
    return background


def background_of(desk: Desk) -> tuple[Background, str]:
    """Give the workspace's background and the hash of its table.

    Raises:
        WrongKindOfFile: when the table was damaged.
    """
    path = table_path(desk)
    if not path.exists():
        use_shipped(desk)
    raw = path.read_bytes()
    return posterior(read_table(raw)), archive.sha256_of(raw)


def heat_view(background: Background, table: pa.Table) -> HeatView:
    """Ask the background about every thermal detection of a table of observations."""
    rows = table.filter(pc.equal(table["measurement"], pa.scalar("footprint")))
    if rows.num_rows == 0:
        return HeatView({}, {})
    said = explain(
        background,
        _floats(rows, "lon"),
        _floats(rows, "lat"),
        _days(rows),
        np.nan_to_num(_floats(rows, "scan_m"), nan=1000.0),
        np.nan_to_num(_floats(rows, "track_m"), nan=1000.0),
    )
    keys = [str(key) for key in rows["observation_id"].to_pylist()]
    masked = {keys[i]: said.sentence[i] for i in np.flatnonzero(said.masked).tolist()}
    return HeatView(dict(zip(keys, said.explained.tolist(), strict=True)), masked)


def _use(desk: Desk, raw: bytes, basis: str) -> None:
    path = table_path(desk)
    if path.exists() and path.read_bytes() == raw:
        return
    write_durably(path, raw)
    desk.log([{"type": "background.set", "sha256": archive.sha256_of(raw), "basis": basis}])


def _floats(table: pa.Table, column: str) -> np.ndarray:
    return table[column].to_numpy(zero_copy_only=False).astype(float)


def _days(table: pa.Table) -> np.ndarray:
    return table["phenomenon_end"].to_numpy(zero_copy_only=False).astype("datetime64[D]")
