"""SIGKILL at any moment of init, ingest and run: the same work again gives the same results.

Twelve kills by default. ``TRUCELINE_KILLS=300 pytest tests/test_kill.py`` does more.
"""

import multiprocessing
import os
import random
import shutil
import time

import pytest

import workspaces
from truceline.pipeline.desk import open_desk
from truceline.pipeline.verify import verify_workspace
from truceline.store import database, records
from workspaces import begin, small_files

KILLS = int(os.environ.get("TRUCELINE_KILLS", "12"))
SPAWN = multiprocessing.get_context("forkserver")  # children that have everything imported already
SPAWN.set_forkserver_preload(["truceline.pipeline.reporting", "truceline.pipeline.verify"])


class Child:
    """A process that works until it is done or killed."""

    def __init__(self, work, *arguments):
        self.hears, told = SPAWN.Pipe(duplex=False)
        self.process = SPAWN.Process(target=work, args=(told, *arguments), daemon=True)
        self.process.start()
        told.close()
        assert self.hears.recv() == "begun"
        self.begun = time.monotonic()

    def finish(self):
        """Wait for the end and say how long it took. Unit: s."""
        assert self.hears.recv() == "done"
        took = time.monotonic() - self.begun
        self.process.join()
        assert self.process.exitcode == 0
        self.hears.close()
        return took

    def kill(self, seconds):
        """Kill it so long after it began; say whether that stopped it."""
        time.sleep(seconds)
        self.process.kill()
        self.process.join()
        stopped = not self.hears.poll() or self.hears_the_end()
        self.hears.close()
        return stopped

    def hears_the_end(self):
        try:
            return self.hears.recv() != "done"
        except EOFError:
            return True


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """The files to take in, in order."""
    folder = tmp_path_factory.mktemp("raw")
    for n, (source, name, data) in enumerate(small_files()):
        (folder / f"{n}-{source}-{name}").write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    desk = begin(tmp_path_factory.mktemp("empty") / "ws")
    desk.close()
    return desk.workspace.root


def results(root):
    with open_desk(root) as desk, database.reading(desk.engine) as connection:
        return records.last_run(connection)["results"]


@pytest.fixture(scope="module")
def undisturbed(empty, raw, tmp_path_factory):
    """Results of the work left alone, and how long it takes. Unit: s."""
    root = tmp_path_factory.mktemp("undisturbed") / "ws"
    shutil.copytree(empty, root)
    took = Child(workspaces.work, root, raw).finish()
    return results(root), took


def test_killed_again_and_again_the_work_ends_with_the_same_results(
    empty, raw, undisturbed, tmp_path
):
    """Each workspace is killed three times at random moments, then the work is done to its end."""
    wanted, took = undisturbed
    dice = random.Random(20250419)  # noqa: S311 - moments, no secret
    stopped = 0
    for at in range(-(-KILLS // 3)):
        root = tmp_path / str(at)
        shutil.copytree(empty, root)
        for _ in range(3):
            stopped += Child(workspaces.work, root, raw).kill(dice.uniform(0, took))
            left = verify_workspace(root).problems
            assert all("again" in problem for problem in left), left
        Child(workspaces.work, root, raw).finish()
        assert results(root) == wanted
        assert verify_workspace(root).problems == ()
        assert not list(root.rglob("*.part"))
        shutil.rmtree(root)
    assert stopped > KILLS // 3  # most fell into the work, not behind it


def test_a_killed_start_can_be_done_again(tmp_path):
    dice = random.Random(7)  # noqa: S311 - moments, no secret
    took = Child(workspaces.make, tmp_path / "whole").finish()
    for at in range(KILLS // 2):
        root = tmp_path / str(at)
        Child(workspaces.make, root).kill(dice.uniform(0, took))
        if not (root / "truceline.toml").exists():
            begin(root).close()
        assert verify_workspace(root).problems == ()
