"""A log held in memory, so that a test can show any history of any size, and its witnesses."""

import base64
import hashlib
import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from truceline.evidence import merkle
from truceline.evidence.checkpoint import Checkpoint
from truceline.evidence.note import Signer
from truceline.evidence.witness import open_witness
from truceline.evidence.witness_request import format_request

ORIGIN = "evidence.example/log"
NAME = "party-a.example/witness"
TRUCELINE = (sys.executable, "-c", "from truceline.cli import main; main()")
PORT = ("--listen", "127.0.0.1:0")
NOW = datetime(2026, 5, 13, 8, tzinfo=UTC)


def seed(text):
    return hashlib.sha256(text.encode()).digest()


class MemoryLog:
    """Signs whatever history it is told to."""

    def __init__(self, origin=ORIGIN, key="seed log", history="main", fork_at=None):
        self.signer = Signer(origin, seed(key))
        self.history, self.fork_at = history, fork_at

    @property
    def verifier(self):
        return self.signer.verifier

    def leaf(self, index):
        told = self.history if self.fork_at is None or index >= self.fork_at else "main"
        return merkle.leaf_hash(f"{told} {index}".encode())

    def subtree(self, low, high):
        return merkle.root([self.leaf(i) for i in range(low, high)])

    def text(self, size):
        return Checkpoint(self.signer.name, size, self.subtree(0, size)).text

    def note(self, size):
        return self.signer.sign(self.text(size))

    def proof(self, old, new):
        return merkle.consistency_proof(old, new, self.subtree) if old else []

    def request(self, old, new):
        return format_request(old, self.proof(old, new) if old <= new else [], self.note(new))


def witness_in(folder, *logs, name=NAME, key="seed a"):
    keys = [log.verifier for log in logs] or [MemoryLog().verifier]
    return open_witness(Path(folder), name, keys, seed(key))


def later(seconds):
    return NOW + timedelta(seconds=seconds)


def line_of(name, key_id, value):
    return f"\u2014 {name} {base64.b64encode(key_id + value).decode()}\n".encode()


@contextmanager
def running(folder, *logs, name=NAME):
    """Run a witness as its own process; give its address and its process."""
    vkeys = [part for log in logs for part in ("--log", log.verifier.vkey)]
    process = subprocess.Popen(
        [*TRUCELINE, "evidence", "witness", str(folder), "--name", name, *vkeys, *PORT],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        process.vkey = process.stdout.readline().strip()
        found = re.fullmatch(r"listening on (http://\S+)\n", process.stdout.readline())
        assert found, process.stderr.read()
        yield found[1], process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()
