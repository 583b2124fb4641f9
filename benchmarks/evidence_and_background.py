"""Seconds for appending to and verifying the evidence log, and for the background of heat.

    .venv/bin/python benchmarks/evidence_and_background.py

Each figure stands beside what the same machine needs, in the same run, to hash the same number of
64 kB blocks, so that figures of two machines can be compared.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from truceline.evidence.log import Log, create_log
from truceline.evidence.verify import verify_log
from truceline.fusion.background import explain, learn

RECORDS, ROWS, DETECTIONS = 10_000, 42_000, 10_000


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    block = bytes(65_536)
    unit = seconds(lambda: [hashlib.sha256(block).digest() for _ in range(5_000)])
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        vkey = create_log(root, "example.org/log", bytes(32))
        records = [b'{"n":%d}' % n for n in range(RECORDS)]
        show("append 10,000 records", seconds(lambda: Log.open(root).append(records)), unit)
        check = seconds(lambda: verify_log(root / "log", root / "openings", vkey))
        show("verify 10,000 records", check, unit)
    rng = np.random.default_rng(8)
    lon, lat = rng.uniform(22, 41, ROWS), rng.uniform(44, 53, ROWS)
    day = 19_400 + rng.integers(0, 250, ROWS)
    background = learn(lon, lat, day)
    show("learn 42,000 rows of heat", seconds(lambda: learn(lon, lat, day)), unit)
    at = rng.uniform(22, 41, DETECTIONS), rng.uniform(44, 53, DETECTIONS)
    pixel = np.full(DETECTIONS, 450.0)
    when = np.full(DETECTIONS, 20_554)
    explained = seconds(lambda: explain(background, *at, when, pixel, pixel))
    show("explain 10,000 detections", explained, unit)


def show(what: str, took: float, unit: float) -> None:
    print(f"{what:28} {took:7.3f} s   {took / unit:6.2f} x hashing 328 MB")


if __name__ == "__main__":
    main()
