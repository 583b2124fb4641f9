"""How long it takes to open a finding with its whole chain among many, on either database.

    python benchmarks/case.py --findings 100000 --opened 300

The chain: the finding, every revision of its incident, every step, every raw row out of its raw
file (checked against the file's hash), and for each a proof of inclusion under the checkpoint.
The list: one page of fifty, from anywhere in it. Time limit: 100 ms (p95).
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from many_findings import ROOT, begin, multiply

from truceline.evidence.log import Log
from truceline.pipeline.chain import open_chain
from truceline.pipeline.desk import Desk
from truceline.store import database, records
from truceline.store import places as where

sys.path.insert(0, str(ROOT / "tests"))
import postgres

LIMIT_MS = 100.0


def shares(times: list[float]) -> tuple[float, float, float]:
    """p50, p95 and the longest. Unit: ms."""
    ordered = sorted(times)
    return tuple(
        1000 * ordered[min(len(ordered) - 1, int(len(ordered) * p))] for p in (0.5, 0.95, 1)
    )


def measured(name: str, work: Callable[[str], object], values: Iterable[str]) -> float:
    times = []
    for value in values:
        begun = time.perf_counter()
        work(value)
        times.append(time.perf_counter() - begun)
    p50, p95, longest = shares(times)
    print(
        f"{name:<34} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   longest {longest:6.1f} ms", flush=True
    )
    return p95


def one(root: Path, url: str, findings: int, opened: int, database_name: str) -> float:
    begun = time.perf_counter()
    with begin(root, url) as desk:
        ids = multiply(desk, findings)
        with database.reading(desk.engine) as connection:
            count = len(connection.exec_driver_sql("SELECT finding_id FROM findings").fetchall())
        made_s = time.perf_counter() - begun
        print(
            f"{database_name}: {count} findings, log of {desk_size(desk)} entries (made in {made_s:.0f} s)"
        )
        dice = random.Random(1)  # noqa: S311 - which cases, no secret
        chosen = [dice.choice(ids) for _ in range(opened)]
        p95 = measured("  chain of a finding", lambda key: open_chain(desk, key), chosen)

        def page(key: str) -> None:
            with database.reading(desk.engine) as connection:
                last = records.finding(connection, key)
                records.findings_page(connection, 50, (last.probability, key))

        measured("  page of fifty findings", page, chosen)

        def box(_key: str) -> None:
            lon, lat = dice.uniform(-170, 160), dice.uniform(-70, 70)
            with database.reading(desk.engine) as connection:
                where.within(connection, lon, lat, lon + 2, lat + 2)

        measured("  places in a box of two degrees", box, chosen)
    return p95


def desk_size(desk: Desk) -> int:
    return Log.open(desk.workspace.root).size


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--findings", type=int, default=100_000)
    parser.add_argument("--opened", type=int, default=300)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tl-case-"))
    worst = 0.0
    try:
        worst = one(folder / "sqlite", "", asked.findings, asked.opened, "SQLite")
        if said := postgres.missing():
            print(f"PostgreSQL: not measured: {said}")
            return 1
        cluster = postgres.Cluster(postgres.folder())
        try:
            url = cluster.make().database("bench")
            worst = max(worst, one(folder / "pg", url, asked.findings, asked.opened, "PostgreSQL"))
        finally:
            cluster.stop()
            shutil.rmtree(cluster.folder, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(
        f"chain p95 {worst:.1f} ms, limit {LIMIT_MS:.0f} ms: {'kept' if worst <= LIMIT_MS else 'MISSED'}"
    )
    return 0 if worst <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
