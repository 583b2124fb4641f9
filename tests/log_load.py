"""Writers that are killed while they append, and the audit of what they have left."""

import contextlib
import random
import subprocess
import sys
import threading
import time

from log_audit import APPEND
from truceline.evidence import Log, verify_log
from truceline.evidence.checkpoint import open_checkpoint
from truceline.evidence.folder import private_of, vkey_file
from truceline.evidence.merkle import consistency_proof, verify_consistency
from truceline.evidence.note import parse_vkey
from truceline.evidence.tiles import TileReader


class Writer:
    """One process that appends, fed by a thread, heard by another."""

    def __init__(self, log, name, rng):
        self.name, self.rng = name, random.Random(rng.random())  # noqa: S311 - for tests
        self.sent = []
        self.told = []
        self.process = subprocess.Popen(
            [sys.executable, "-c", APPEND, str(log)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.threads = [threading.Thread(target=self._feed), threading.Thread(target=self._hear)]
        for thread in self.threads:
            thread.start()

    def _feed(self):
        """Batches of up to 400 lines and single ones, never far ahead of what was told."""
        with contextlib.suppress(BrokenPipeError, ValueError):
            for _ in range(60):
                if self.process.poll() is not None:
                    return
                count = self.rng.choice((1, 1, 1, 2, 9, self.rng.randrange(400)))
                lines = [b'{"%s":%d}' % (self.name, len(self.sent) + n) for n in range(count)]
                self.sent += lines
                self.process.stdin.write(b"".join(line + b"\n" for line in lines))
                self.process.stdin.flush()
                while len(self.sent) - len(self.told) > 500 and self.process.poll() is None:
                    time.sleep(0.001)

    def _hear(self):
        for line in self.process.stdout:
            if line.endswith(b"\n"):  # a line that was cut off told nobody anything
                index, leaf = line.split()
                self.told.append((int(index), bytes.fromhex(leaf.decode())))

    def kill(self):
        self.process.kill()
        self.process.wait()
        for thread in self.threads:
            thread.join()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()


class Trial:
    """A log under load that is killed again and again."""

    def __init__(self, log, seed):
        self.log, self.rng = log, random.Random(seed)  # noqa: S311 - for tests
        self.told = {}
        self.sent = set()
        self.seen = []
        self.kills = 0

    def round(self):
        """Let one or two writers work, kill them at a random moment, look at what they left."""
        count = self.rng.choice((1, 1, 2))
        names = [b"w%d.%d" % (self.kills, n) for n in range(count)]
        writers = [Writer(self.log, name, self.rng) for name in names]
        if self.rng.random() < 0.75:  # else it is killed while it starts
            until = time.monotonic() + 20
            while not any(w.told for w in writers) and time.monotonic() < until:
                time.sleep(0.002)
            time.sleep(self.rng.random() * 0.35)
        else:
            time.sleep(0.1 + self.rng.random() * 0.4)
        for writer in writers:
            writer.kill()
            self.kills += 1
        for writer in writers:
            for index, leaf in writer.told:
                assert index not in self.told, f"entry {index} was told twice"
                self.told[index] = leaf
            self.sent |= set(writer.sent)
        self.audit()

    def audit(self):
        if not (self.log / "checkpoint").exists():
            assert not self.told
            return
        root = private_of(self.log)
        vkey = vkey_file(self.log).read_text().strip()
        report = verify_log(self.log, root / "openings", vkey)
        assert report.problems == ()
        assert report.complete
        log = Log.open(root, log_dir=self.log)
        checkpoint, _ = open_checkpoint(log.checkpoint_text().encode(), parse_vkey(vkey))
        reader = TileReader(self.log, checkpoint.size)
        leaves = [h for n in range(-(-checkpoint.size // 256)) for h in reader.hashes(0, n)]
        for index, leaf in self.told.items():
            assert leaves[index] == leaf, f"entry {index} that was told is not in the log"
        records = [record for _, record in log.records()]
        assert len(records) == len(set(records)), "an entry was doubled"
        assert set(records) <= self.sent
        assert len(set(leaves)) == len(leaves)
        for old in self.seen:
            if old.size:
                proof = consistency_proof(old.size, checkpoint.size, reader.subtree)
                sizes = old.size, checkpoint.size
                assert verify_consistency(*sizes, proof, old.root, checkpoint.root), "a fork"
        self.seen.append(checkpoint)
