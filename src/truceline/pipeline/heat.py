"""The table of persistent heat of a workspace, and its word on each thermal detection."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truceline.codec.heat_table import read_table, write_table
from truceline.errors import EvidenceError
from truceline.fusion.background_explain import Explanation, OtherFire, explain
from truceline.fusion.background_learn import learn
from truceline.fusion.background_posterior import Background, posterior
from truceline.fusion.engine import HeatView
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import last
from truceline.pipeline.ingest import parse
from truceline.pipeline.shipped import shipped
from truceline.store import archive
from truceline.store.workspace import write_durably


def table_path(desk: Desk) -> Path:
    """Where the workspace keeps its table of persistent heat."""
    return desk.workspace.root / "calibration" / "persistent_heat.csv"


def use_shipped(desk: Desk) -> None:
    """Give a new workspace the table that ships with the project."""
    _use(desk, _shipped(), "shipped with the project", [])


def _shipped() -> bytes:
    return (shipped("data") / "background" / "persistent_heat.csv").read_bytes()


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
    hashes = sorted(archive.sha256_of(raw) for _, raw in files)
    _use(desk, write_table(background.table), f"learned from {names}", hashes)
    return background


def background_of(desk: Desk) -> tuple[Background, str]:
    """Give the workspace's background and the hash of its table.

    Raises:
        EvidenceError: when it is not the table that was logged last.
    """
    raw = _table(desk)
    return posterior(read_table(raw)), archive.sha256_of(raw)


def background_digest(desk: Desk) -> str:
    """Give the hash of the workspace's table.

    Raises:
        EvidenceError: when it is not the table that was logged last.
    """
    return archive.sha256_of(_table(desk))


def _table(desk: Desk) -> bytes:
    """Read the table in use; a new workspace is given the shipped one."""
    path, logged = table_path(desk), last(desk.events(), "background.set")
    of_ours = logged is not None and logged.fields["sha256"] == archive.sha256_of(_shipped())
    if logged is None or (of_ours and not path.is_file()):  # new, or stopped before it was written
        use_shipped(desk)
        logged = last(desk.events(), "background.set")
    raw = path.read_bytes() if path.is_file() else b""
    if logged is None or logged.fields["sha256"] != archive.sha256_of(raw):
        raise EvidenceError(
            f"{path} is not the table that was logged last: it was changed, or `truceline "
            "background` was cut off; put back a copy, or do `truceline background` again."
        )
    return raw


def heat_view(background: Background, table: pa.Table) -> HeatView:
    """Ask the background about every thermal detection of a table of observations."""
    rows = table.filter(pc.equal(table["measurement"], pa.scalar("footprint")))
    if rows.num_rows == 0:
        return HeatView({}, {})
    said = explained(background, rows)
    keys = [str(key) for key in rows["observation_id"].to_pylist()]
    masked = {keys[i]: said.sentence[i] for i in np.flatnonzero(said.masked).tolist()}
    return HeatView(dict(zip(keys, said.explained.tolist(), strict=True)), masked)


def explained(
    background: Background,
    rows: pa.Table,
    *,
    other: OtherFire = OtherFire(),  # noqa: B008 - frozen
    usual_share: float = 1.0,
) -> Explanation:
    """Ask the background about rows that are all thermal detections, at least one.

    Raises:
        SourceError: when a row holds a place or a pixel size that cannot be.
        ValueError: when ``usual_share`` is not above 0 and at most 1.
    """
    return explain(
        background,
        _floats(rows, "lon"),
        _floats(rows, "lat"),
        _days(rows),
        np.nan_to_num(_floats(rows, "scan_m"), nan=1000.0),
        np.nan_to_num(_floats(rows, "track_m"), nan=1000.0),
        other=other,
        usual_share=usual_share,
    )


def _use(desk: Desk, raw: bytes, basis: str, learned_from: list[str]) -> None:
    """Log a table, then put it in place: one that was never logged is never in use."""
    digest, logged = archive.sha256_of(raw), last(desk.events(), "background.set")
    if logged is None or logged.fields["sha256"] != digest:
        event = {"type": "background.set", "sha256": digest, "basis": basis}
        desk.log([{**event, "learned_from": learned_from}])
    path = table_path(desk)
    if not path.is_file() or path.read_bytes() != raw:
        write_durably(path, raw)


def _floats(table: pa.Table, column: str) -> np.ndarray:
    return table[column].to_numpy(zero_copy_only=False).astype(float)


def _days(table: pa.Table) -> np.ndarray:
    return table["phenomenon_end"].to_numpy(zero_copy_only=False).astype("datetime64[D]")
