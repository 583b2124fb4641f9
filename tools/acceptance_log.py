"""The long trials of the evidence log: 200 kills under load, and whole runs watched by strace.

    python tools/acceptance_log.py [--kills 200]

Prints what was found; the first thing that is not as it must be ends it with a traceback.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from log_audit import Audit, traced  # what the tests do in small
from log_load import Trial

RUNS = {
    "a file of 5,000 lines": b"".join(b'{"n":%d}\n' % n for n in range(5000)),
    "long lines": b"".join(b'"%s"\n' % (b"a" * (n * 650)) for n in range(100)),
}


def killed(folder: Path, kills: int) -> list[str]:
    """Kill writers at random under load, with a new log after every forty."""
    started, told, rounds, done = time.monotonic(), 0, 0, 0
    while done < kills:
        trial = Trial(folder / f"killed-{done}", seed=done)
        while trial.kills < min(40, kills - done):
            trial.round()
            rounds += 1
        done += trial.kills
        told += len(trial.told)
    took_s = time.monotonic() - started
    return [
        f"{done} writers killed in {rounds} rounds ({took_s:.0f} s): {told} entries told, none lost,",
        "none doubled; every checkpoint continues all earlier ones; every log verifies",
    ]


def watched(folder: Path) -> list[str]:
    """Run the command under strace; nothing that was told may have been unsynced."""
    lines = []
    for name, text in RUNS.items():
        log = folder / f"watched {len(lines)}"
        trace, done = traced(log, text)
        if done.returncode:
            raise SystemExit(done.stderr.decode())
        audit = Audit(log).read(trace)
        if audit.faults:
            raise SystemExit("\n".join(audit.faults))
        lines.append(
            f"strace, {name}: {done.stdout.count(10)} entries told in {audit.told} writes, "
            f"{audit.forced} requests to the disk, none late"
        )
    return lines + one_by_one(folder)


def one_by_one(folder: Path) -> list[str]:
    """Three bundles of 256, entry by entry: tiles fill up, files of openings are joined."""
    log = folder / "watched one by one"
    program = (
        "import os, sys, pathlib\n"
        "from truceline.evidence.appender import Appender\n"
        "from truceline.evidence.folder import begin, private_of\n"
        "log = pathlib.Path(sys.argv[1])\n"
        "begin(log, 'evidence.example/log', bytes(32))\n"
        "appender = Appender(log, private_of(log))\n"
        "for line in sys.stdin.buffer.read().splitlines():\n"
        "    os.write(1, b'%d ' % appender.append([line])[0].index)\n"
        "appender.close()\n"
    )
    trace, done = traced(log, b"".join(b"%d\n" % n for n in range(800)), program)
    audit = Audit(log).read(trace)
    if done.returncode or audit.faults or audit.told < 800:
        raise SystemExit("\n".join(audit.faults) or done.stderr.decode())
    return [
        f"strace, one by one: {audit.told} entries told, {audit.forced} requests to the disk, none late"
    ]


def lines(kills: int = 200) -> list[str]:
    """Give the record of all trials."""
    with tempfile.TemporaryDirectory() as folder:
        return killed(Path(folder), kills) + watched(Path(folder))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    print("\n".join(lines(parser.parse_args().kills)))
