"""Two real workers on this machine: the same result, also when one is killed while it works."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from scale_world import a_history
from truceline.scale.history import associate_history, cluster
from truceline.scale.work import Job, cells_at

AT = datetime(2026, 6, 1, tzinfo=UTC)
TABLES = ("incidents", "members", "lineage")
LIMIT_S = 60.0


@pytest.fixture(name="root", scope="module")
def _root(tmp_path_factory):
    root = tmp_path_factory.mktemp("history")
    a_history(root, hours=30.0, events=150)
    associate_history(job(root, root / "alone"), AT, blocks=4)
    return root


def job(root, out):
    return Job(str(root / "by-day"), str(root / "c.json"), str(out))


def tables(out: Path):
    return [pq.read_table(out / f"{name}.parquet") for name in TABLES]


def kill_at_work(pid, folder, parts, done):
    """Kill a process once some parts are there; note how many were."""
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        there = len(list(folder.glob("*-cells.parquet"))) if folder.is_dir() else 0
        if there >= parts:
            os.kill(pid, signal.SIGKILL)
            done.append(there)
            return
        time.sleep(0.002)


def test_two_workers_give_what_one_process_gives_and_so_does_one_that_is_left(root, tmp_path):
    every = len(list(cells_at(job(root, root / "alone")).glob("*-cells.parquet")))
    with cluster(2) as client:
        assert all(address.startswith("tcp://127.0.0.1:") for address in client.run(os.getpid))
        own = job(root, tmp_path / "two")
        victim, other = sorted(client.run(os.getpid).values())
        done = []
        killer = threading.Thread(target=kill_at_work, args=(victim, cells_at(own), 4, done))
        killer.start()
        found = associate_history(own, AT, client, blocks=4)
        killer.join()
        assert done, "the worker was not killed in time"
        assert done[0] < every
        assert victim not in client.run(os.getpid).values()
        assert other in found.workers
        assert tables(tmp_path / "two") == tables(root / "alone")
        calm = associate_history(job(root, tmp_path / "calm"), AT, client, blocks=4)
        assert len(calm.workers) == 2
        assert tables(tmp_path / "calm") == tables(root / "alone")
