"""How fast the evidence log takes in entries: all at once, one by one, and as a workspace does.

    python benchmarks/evidence_log.py [--entries 20000] [--single 1000] [--folder build]

A driver starts ``truceline evidence append`` and waits for its acknowledgements. Beside them stands
what forcing a small file to this very disk costs, for that is what bounds the rest.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from truceline.evidence import Log, create_log
from truceline.evidence.durable import Disk
from truceline.evidence.verify import verify_log

APPEND = (
    sys.executable,
    "-c",
    "import typer; from truceline.cli import evidence_log; typer.run(evidence_log.append)",
)
"""The command, without the time that the whole command line takes to load."""
RECORD = '{{"type":"example","sensor":"S-{:03d}","value":{},"note":"as a sensor says it, in about a hundred bytes"}}\n'
"""What is logged."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--single", type=int, default=1_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        print(f"{os.cpu_count()} cores, disk of {asked.folder}")
        disk(Path(folder) / "disk")
        batches(Path(folder) / "batches", asked.entries)
        single(Path(folder) / "single", asked.single)
        disk(Path(folder) / "disk")
        workspace(Path(folder) / "workspace")


def disk(folder: Path) -> None:
    """What the disk itself takes."""
    folder.mkdir(exist_ok=True)
    one, many = [], []
    path = folder / "file"
    for n in range(60):
        path.write_bytes(bytes(100 + n))
        one.append(seconds(lambda: Disk().sync(path)))
        paths = [folder / f"{name}{n}" for name in "abcdef"]
        for each in paths:
            each.write_bytes(bytes(1000))
        many.append(seconds(lambda paths=paths: Disk().sync_all([*paths, folder])))
    print(
        f"fsync of one file {shown(one)}; of six new files and their folder at once {shown(many)}"
    )


def batches(log: Path, count: int) -> None:
    """Lines as fast as they go through a pipe."""
    lines = "".join(RECORD.format(n % 50, n) for n in range(count)).encode()
    started = time.perf_counter()
    done = subprocess.run([*APPEND, str(log)], input=lines, capture_output=True, check=True)
    took_s = time.perf_counter() - started
    told = done.stdout.count(b"\n")
    audit(log, count, told)
    print(
        f"in batches: {told / took_s:.0f} durable entries/s ({told} in {took_s:.1f} s, with start)"
    )


def single(log: Path, count: int) -> None:
    """The next line is written once the one before was told."""
    with subprocess.Popen(
        [*APPEND, str(log)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        took = []
        for n in range(count):
            started = time.perf_counter()
            process.stdin.write(RECORD.format(n % 50, n).encode())
            process.stdin.flush()
            process.stdout.readline()
            took.append(time.perf_counter() - started)
        process.stdin.close()
    took = took[1:]  # the first waits for the process to start
    audit(log, count, count)
    half = len(took) // 2
    print(f"one by one: {len(took) / sum(took):.0f} durable entries/s, each {shown(took)}")
    first, last = statistics.median(took[:half]), statistics.median(took[half:])
    print(f"  second half takes {last / first:.2f} times the first half")


def workspace(root: Path) -> None:
    """A step by a person: one record, padded to a batch of 64."""
    create_log(root, "evidence.example/log", hashlib.sha256(b"benchmark").digest())
    took = [seconds(lambda n=n: Log.open(root).append([b'{"n":%d}' % n])) for n in range(100)]
    print(f"a step in a workspace (one record, batch of 64): {shown(took)}")


def audit(log: Path, count: int, told: int) -> None:
    """Nothing counts that does not verify."""
    assert told == count, (told, count)
    private = log.with_name(log.name + ".private")
    vkey = log.with_name(log.name + ".vkey").read_text().strip()
    report = verify_log(log, private / "openings", vkey)
    assert report.ok, report.problems[:3]
    assert report.size == count
    files = sum(1 for _ in (private / "openings").iterdir()), sum(1 for _ in log.rglob("*"))
    print(f"  verified: {count} entries; {files[0]} files of openings, {files[1]} names in the log")


def seconds(act: object) -> float:
    started = time.perf_counter()
    act()  # type: ignore[operator]
    return time.perf_counter() - started


def shown(took: list[float]) -> str:
    ordered = sorted(1000 * one for one in took)
    p95 = ordered[int(0.95 * len(ordered))]
    return f"{statistics.median(ordered):.1f} ms (95 % below {p95:.1f} ms)"


if __name__ == "__main__":
    main()
