"""A copy that nobody may change can be checked: who holds a workspace can recompute it."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from truceline.errors import WorkspaceError
from truceline.pipeline.desk import open_desk, start
from truceline.pipeline.ingest import ingest
from truceline.pipeline.run import run
from truceline.pipeline.verify import verify
from truceline.store import database

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 5, 20, tzinfo=UTC)


@pytest.fixture(name="copied")
def _copied(tmp_path, monkeypatch):
    """A workspace whose files the system says may not be written; as root no bit would say so."""
    kept = tmp_path / "kept with a blank and Ж"
    desk = start(kept, ROOT / "agreements" / "easter-2025", bytes(32), NOW)
    raw = (ROOT / "data" / "easter-2025" / "reports.csv").read_bytes()
    ingest(desk, "reports", raw, "reports.csv", NOW)
    run(desk, NOW)
    desk.close()
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and allowed(path, mode))
    return kept


def _bytes(folder):
    return {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_it_is_verified_and_nothing_is_written(copied):
    before = _bytes(copied)
    desk = open_desk(copied)
    found = verify(desk)
    desk.close()
    assert found.ok, found.problems
    assert _bytes(copied) == before


def test_a_change_of_it_is_told_with_what_to_do(copied):
    desk = open_desk(copied)
    with (
        pytest.raises(WorkspaceError, match="copy the workspace to a folder"),
        database.writing(desk.engine) as connection,
    ):
        connection.exec_driver_sql("DELETE FROM findings")
    desk.close()


def test_records_that_were_not_closed_are_told(copied):
    (copied / "truceline.db-wal").write_bytes(b"left")
    with pytest.raises(WorkspaceError, match="not closed before they were copied"):
        open_desk(copied)


def test_records_of_another_version_are_told(copied, tmp_path, monkeypatch):
    other = tmp_path / "other"
    shutil.copytree(copied, other)
    monkeypatch.undo()
    desk = open_desk(other)
    with database.writing(desk.engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    desk.close()
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    with pytest.raises(WorkspaceError, match="of version older"):
        open_desk(other)
