"""Workers that are killed while they record, and what must be true after each kill."""

import hashlib
import multiprocessing
import time

from truceline.errors import WorkspaceError
from truceline.evidence.log import Log
from truceline.evidence.tiles import TileReader
from truceline.pipeline import kinds
from truceline.pipeline.desk import open_desk
from truceline.pipeline.run import run
from truceline.pipeline.verify import verify
from truceline.pipeline.workflow import take_step
from truceline.store import database, logged, records
from workspaces import EASTER_2025, NOW, lines_of, take

SPAWN = multiprocessing.get_context("forkserver")  # children that have everything imported already
SPAWN.set_forkserver_preload(["killed_records"])
ROWS = 8


def recorded(desk, finding, words):
    """Record one step; the words tell it from all others."""
    return take_step(desk, finding, "dissented", "R. Example", words, NOW).log_index


def work(told, root, finding, series):
    """Record steps, take files in and run, until somebody puts an end to it."""
    try:
        with open_desk(root) as desk:
            told.send("begun")
            for n in range(10_000):
                words = f"{series}-{n}"
                told.send((words, recorded(desk, finding, words)))
                if n % 5 == 4:
                    line = 2 + (series * 7 + n) % ROWS
                    name = f"{line}.csv"
                    take(desk, "reports", lines_of(EASTER_2025 / "reports.csv", line), name)
                    told.send(name)
                if n % 15 == 14:
                    run(desk, NOW)
    except WorkspaceError:
        told.send("refused")  # the server was stopped


class Rounds:
    """Kill after kill on one workspace, with everything that was acknowledged in all of them."""

    def __init__(self, root, dice):
        self.root, self.dice = root, dice
        self.acknowledged, self.files, self.series = {}, set(), 0
        with open_desk(root) as desk, database.reading(desk.engine) as connection:
            self.finding = records.findings(connection)[0].finding_id
        self.checkpoints = []

    def kill(self, longest_s=0.4, meanwhile=None):
        """Let a worker work a little and kill it; give how much it acknowledged."""
        self.series += 1
        hears, told = SPAWN.Pipe(duplex=False)
        process = SPAWN.Process(
            target=work, args=(told, self.root, self.finding, self.series), daemon=True
        )
        process.start()
        told.close()
        assert hears.recv() == "begun"
        time.sleep(self.dice.uniform(0, longest_s))
        if meanwhile is not None:
            meanwhile()
        process.kill()
        process.join()
        count = self._hear(hears)
        hears.close()
        return count

    def _hear(self, hears):
        count = 0
        try:
            while True:
                said = hears.recv()
                if isinstance(said, tuple):
                    self.acknowledged[said[0]] = said[1]
                    count += 1
                elif said != "refused":
                    self.files.add(said)
        except (EOFError, OSError):
            return count

    def check(self, *, whole=False):
        """Do the next command, then hold the records and the log against what was acknowledged."""
        with open_desk(self.root) as desk:
            words = f"{self.series}-after"
            self.acknowledged[words] = recorded(desk, self.finding, words)
            with database.reading(desk.engine) as connection:
                rows = logged.every(connection, kinds.STEP)
                names = [one.file_name for one in records.raw_inputs(connection)]
            said = [row.reason for row in rows]
            assert len(set(said)) == len(said), "a step is recorded twice"
            held = {row.reason: row.log_index for row in rows}
            lost = {k: v for k, v in self.acknowledged.items() if held.get(k) != v}
            assert not lost, f"acknowledged and lost: {lost}"
            assert self.files <= set(names)
            entries = [e.fields["reason"] for e in desk.events() if e.type == "finding.step"]
            assert sorted(entries) == sorted(said), "log and records tell of other steps"
            self._require_no_fork(desk)
            if whole:
                for line in range(2, 2 + ROWS):  # what was cut off is done again
                    path = desk.workspace.root / "raw"
                    raw = lines_of(EASTER_2025 / "reports.csv", line)
                    if any(path.rglob(_sha256(raw))):
                        take(desk, "reports", raw, f"{line}.csv")
                run(desk, NOW)
                found = verify(desk)
                assert found.ok, found.problems

    def _require_no_fork(self, desk):
        """Each earlier checkpoint must be a beginning of the log as it is now."""
        now = Log.open(desk.workspace.root).checkpoint()
        for size, root in self.checkpoints[-5:]:
            assert size <= now.size
            assert TileReader(desk.workspace.root / "log", size).root() == root
        self.checkpoints.append((now.size, now.root))


def _sha256(raw):
    return hashlib.sha256(raw).hexdigest()
