"""What a run of ``truceline evidence append`` does to the disk before it tells anybody."""

import pytest

from log_audit import Audit, traced
from truceline.evidence.folder import begin, private_of


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log of its own"
    assert begin(path, "evidence.example/log", bytes(32))
    return path


def test_whatever_was_told_was_on_the_disk(log):
    lines = b"".join(b'{"n":%d}\n' % n for n in range(300))
    before = {str(p) for p in [log, private_of(log), *log.rglob("*"), *private_of(log).rglob("*")]}
    trace, done = traced(log, lines)
    assert done.returncode == 0
    audit = Audit(log, before).read(trace)
    assert audit.faults == []
    assert audit.told >= 1
    assert audit.forced >= 8


SLOPPY = """
import os, sys
from pathlib import Path
from truceline.cli.evidence_log import follow
from truceline.evidence.appender import Appender
from truceline.evidence.durable import Disk
from truceline.evidence.folder import private_of

log, skipped = Path(sys.argv[1]), sys.argv[2]

class Sloppy(Disk):
    def sync(self, path):
        if not str(path).endswith(skipped):
            super().sync(path)

source, keep = os.pipe()
appender = Appender(log, private_of(log), disk=Sloppy())
for line in sys.stdin.buffer.read().splitlines():
    (told,) = appender.append([line])
    os.write(1, b"%d\\n" % told.index)
"""


@pytest.mark.parametrize(
    "skipped",
    ["000000000.jsonl", "/openings", "0/000.p", ".checkpoint.tmp", " own"],
)
def test_the_audit_finds_a_single_request_that_is_missing(log, skipped):
    """Else it would prove nothing."""
    trace, done = traced(log, b"1\n2\n3\n", SLOPPY, [skipped])
    assert done.returncode == 0, done.stderr
    assert Audit(log, {str(log)}).read(trace).faults
