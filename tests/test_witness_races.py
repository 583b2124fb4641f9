"""Two histories and hundreds of requests at once: a witness never goes back and signs one alone."""

import random
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from truceline.errors import EvidenceError
from truceline.evidence.durable import Disk
from truceline.evidence.note import open_note
from truceline.evidence.witness import open_witness
from truceline.evidence.witness_request import size_stated
from witness_world import NAME, NOW, ORIGIN, MemoryLog, seed, witness_in

LOG = MemoryLog()
LIE = MemoryLog(history="lie", fork_at=2)
TOP = 40


def climb(witness, log, top, rng):
    """Send checkpoints until the top is reached; give each size with the moment it was cosigned."""
    old, cosigned = 0, []
    for _ in range(10_000):
        new = min(top, max(old, 1) + rng.randrange(3))
        answer = witness.add_checkpoint(log.request(old, new), NOW)
        if answer.granted:
            cosigned.append(new)
            old = new
        elif answer.status == 409:
            old = size_stated(answer)
        if answer.status == 422 or old >= top:
            return cosigned
    return None


def test_hundreds_of_requests_in_threads_leave_one_history(tmp_path):
    witness = witness_in(tmp_path)
    sizes = []
    stopped = threading.Event()

    def watch():
        while not stopped.is_set():
            seen = witness.seen(ORIGIN)
            if seen is not None:
                sizes.append(seen.checkpoint.size)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(12) as pool:
        runs = [
            pool.submit(climb, witness, log, TOP, random.Random(n))  # noqa: S311 - an order, no secret
            for n, log in enumerate([LOG, LIE] * 6)
        ]
        climbs = [run.result() for run in runs]
    stopped.set()
    watcher.join()
    assert None not in climbs
    assert sizes == sorted(sizes)
    assert_one_history(witness)
    assert sum(map(len, climbs)) > 20


def assert_one_history(witness):
    seen = witness.seen(ORIGIN).checkpoint
    assert seen.size == TOP
    assert seen.root in (LOG.subtree(0, TOP), LIE.subtree(0, TOP))


PROCESS = """
import random, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_witness_races import LIE, LOG, TOP, climb
from witness_world import witness_in
log = LIE if int(sys.argv[3]) % 2 else LOG
print(climb(witness_in(sys.argv[2]), log, TOP, random.Random(int(sys.argv[3]))))
"""


def test_processes_on_one_state_leave_one_history(tmp_path):
    here = str(Path(__file__).parent)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, here, str(tmp_path / "w"), str(n)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    said = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    # the first start of four at once made one key
    assert_one_history(witness_in(tmp_path / "w", key="another"))


class Stop(Exception):  # noqa: N818 - it stands for a power cut
    """The machine stops here."""


class Failing(Disk):
    """Stops before its n-th step, for good."""

    def __init__(self, steps):
        self.left = steps

    def _step(self):
        if self.left == 0:
            raise Stop
        self.left -= 1

    def make_folder(self, folder, mode):
        self._step()
        super().make_folder(folder, mode)

    def write(self, path, data, mode):
        self._step()
        super().write(path, data[: len(data) // 2], mode)
        self._step()
        super().write(path, data, mode)

    def sync(self, path):
        self._step()
        super().sync(path)

    def rename(self, old, new):
        self._step()
        super().rename(old, new)


def test_stopped_after_any_step_it_is_at_the_old_or_the_new_checkpoint(tmp_path):
    outcomes = set()
    for steps in range(40):
        folder = tmp_path / str(steps)
        witness_in(folder).add_checkpoint(LOG.request(0, 5), NOW)
        answer = None
        try:
            stopped = open_witness(folder, NAME, [LOG.verifier], bytes(32), Failing(steps))
            answer = stopped.add_checkpoint(LOG.request(5, 9), NOW)
        except Stop:
            pass
        size = witness_in(folder).seen(ORIGIN).checkpoint.size
        outcomes.add((answer is not None, size))
        again = witness_in(folder).add_checkpoint(LOG.request(size, 12), NOW)
        assert again.granted
        if answer is not None:
            break
    assert outcomes == {(False, 5), (False, 9), (True, 9)}


def test_stopped_while_it_is_made_it_is_made_anew(tmp_path):
    for steps in range(40):
        folder = tmp_path / str(steps)
        try:
            open_witness(folder, NAME, [LOG.verifier], seed("first"), Failing(steps))
        except Stop:
            assert witness_in(folder).add_checkpoint(LOG.request(0, 5), NOW).granted
        else:
            break
    else:
        pytest.fail("it was never made whole")


def test_stopped_at_its_first_cosignature_it_goes_on_and_once_given_it_is_remembered(tmp_path):
    outcomes = set()
    for steps in range(40):
        folder = tmp_path / str(steps)
        witness_in(folder)
        answer = None
        with suppress(Stop):
            stopped = open_witness(folder, NAME, [LOG.verifier], bytes(32), Failing(steps))
            answer = stopped.add_checkpoint(LOG.request(0, 5), NOW)
        again = witness_in(folder)
        seen = again.seen(ORIGIN)
        size = 0 if seen is None else seen.checkpoint.size
        outcomes.add((answer is not None, size))
        assert again.add_checkpoint(LOG.request(size, 12), NOW).granted
        shutil.rmtree(again.folder(ORIGIN))
        with pytest.raises(EvidenceError, match="has lost"):
            witness_in(folder).add_checkpoint(LOG.request(0, 12), NOW)
        if answer is not None:
            break
    assert outcomes == {(False, 0), (False, 5), (True, 5)}


def test_the_state_is_on_the_disk_before_the_answer(tmp_path):
    """The order of the steps: forced bytes, rename, forced folder, and only then the answer."""
    steps = []

    class Watched(Disk):
        def write(self, path, data, mode):
            steps.append(("write", path.name))
            super().write(path, data, mode)

        def sync(self, path):
            steps.append(("sync", path.name))
            super().sync(path)

        def rename(self, old, new):
            steps.append(("rename", new.name))
            super().rename(old, new)

    witness_in(tmp_path)
    witness = open_witness(tmp_path, NAME, [LOG.verifier], bytes(32), Watched())
    folder = witness.folder(ORIGIN)
    steps.clear()
    answer = witness.add_checkpoint(LOG.request(0, 5), NOW)
    assert steps == [
        ("write", ".checkpoint.tmp"),
        ("sync", ".checkpoint.tmp"),
        ("rename", "checkpoint"),
        ("sync", f".{folder.name}.tmp"),
        ("rename", folder.name),
        ("sync", "logs"),
        ("write", ".cosigned.tmp"),
        ("sync", ".cosigned.tmp"),
        ("rename", "cosigned"),
        ("sync", tmp_path.name),
    ]
    steps.clear()
    assert witness.add_checkpoint(LOG.request(5, 9), NOW).granted
    assert steps == [
        ("write", ".checkpoint.tmp"),
        ("sync", ".checkpoint.tmp"),
        ("rename", "checkpoint"),
        ("sync", folder.name),
    ]
    answer = witness.add_checkpoint(LOG.request(9, 9), NOW)
    note = open_note((folder / "checkpoint").read_bytes(), [witness.cosigner.verifier])
    assert answer.body == note.signatures[0].line


def test_killed_under_load_it_signs_one_history(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "tools"))
    from acceptance_witness import witness_kills

    lines = witness_kills(6, most_s=0.1)
    assert lines[0].startswith("6 kills by SIGKILL under load: ")
    assert lines[0].endswith("of one history; nothing forgotten")
