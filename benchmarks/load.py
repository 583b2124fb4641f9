"""Twenty people at once on one workspace: reads and steps, nothing lost, every answer in time.

    python benchmarks/load.py --minutes 10

Each person is a process with a desk of its own. Half of what they do is a page of findings, four
tenths is a finding with its whole chain, a tenth is a step that is logged, signed and recorded; in
between a person thinks (``--think``, mean of an exponential wait). Limits: no error, every
acknowledged step there once, p95 of all answers 200 ms.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from many_findings import NOW, ROOT, begin, multiply

from truceline.pipeline import kinds
from truceline.pipeline.chain import open_chain
from truceline.pipeline.desk import open_desk
from truceline.pipeline.verify_recorded import check_recorded
from truceline.pipeline.workflow import take_step
from truceline.store import database, logged, records

sys.path.insert(0, str(ROOT / "tests"))
import postgres

LIMIT_MS = 200.0
Told = tuple[list[tuple[str, float]], list[tuple[str, int]], list[str]]
"""Of one person: what was done and how long it took, steps acknowledged, what went wrong."""
SPAWN = multiprocessing.get_context("forkserver")


def person(
    told: Any, root: Path, number: int, seconds: float, think_s: float, ids: list[str]
) -> None:
    """Work for so long; tell what was acknowledged, how long each answer took, what went wrong."""
    dice = random.Random(number)  # noqa: S311 - what a person does next, no secret
    took: list[tuple[str, float]] = []
    acknowledged: list[tuple[str, int]] = []
    wrong: list[str] = []
    with open_desk(root) as desk:
        told.send("ready")
        until = time.monotonic() + seconds
        count = 0
        while time.monotonic() < until:
            time.sleep(dice.expovariate(1 / think_s) if think_s else 0)
            key = dice.choice(ids)
            draw = dice.random()
            begun = time.monotonic()
            try:
                if draw < 0.5:
                    what = "page"
                    with database.reading(desk.engine) as connection:
                        last = records.finding(connection, key)
                        records.findings_page(connection, 50, (last.probability, key))
                elif draw < 0.9:
                    what = "chain"
                    open_chain(desk, key)
                else:
                    what = "step"
                    count += 1
                    words = f"person {number} says {count}"
                    row = take_step(desk, key, "dissented", f"Person {number}", words, NOW)
                    acknowledged.append((words, row.log_index))
            except Exception as error:  # noqa: BLE001 - whatever it is, it counts
                wrong.append(f"{what}: {type(error).__name__}: {error}")
            took.append((what, time.monotonic() - begun))
    told.send((took, acknowledged, wrong))


def worked(root: Path, ids: list[str], people: int, seconds: float, think_s: float) -> list[Told]:
    """Let everybody work at once; give what each told."""
    hears = []
    for number in range(people):
        ours, theirs = SPAWN.Pipe(duplex=False)
        arguments = (theirs, root, number, seconds, think_s, ids)
        process = SPAWN.Process(target=person, args=arguments, daemon=True)
        process.start()
        theirs.close()
        hears.append((ours, process))
    for ours, _ in hears:
        assert ours.recv() == "ready"
    told = [ours.recv() for ours, _ in hears]
    for ours, process in hears:
        process.join()
        ours.close()
    return told


def judged(root: Path, told: list[Told]) -> list[str]:
    """Say what is wrong: lost or doubled steps, errors, records that are not those of the log."""
    wrong = [line for _, _, lines in told for line in lines]
    acknowledged = [one for _, mine, _ in told for one in mine]
    with open_desk(root) as desk, database.reading(desk.engine) as connection:
        rows = logged.every(connection, kinds.STEP)
        wrong += list(check_recorded("records", connection, desk.events()))
    held = Counter((row.reason, row.log_index) for row in rows)
    wrong += [f"lost: {one}" for one in acknowledged if held[one] != 1]
    if len(rows) != len(acknowledged):
        wrong.append(f"{len(rows)} steps recorded, {len(acknowledged)} acknowledged")
    return wrong


def told_in_words(told: list[Told], seconds: float) -> float:
    """Print times by what was done; give the p95 of all. Unit: ms."""
    p95 = 0.0
    every = [pair for took, _, _ in told for pair in took]
    for what in ("page", "chain", "step", "all"):
        times = sorted(t for name, t in every if what in (name, "all"))
        if not times:
            continue
        p50, p95, longest = (
            1000 * times[min(len(times) - 1, int(len(times) * p))] for p in (0.5, 0.95, 1)
        )
        print(
            f"  {what:<6} {len(times):6d}   p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   "
            f"longest {longest:7.1f} ms"
        )
    print(f"  {len(every) / seconds:.1f} answers a second")
    return p95


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--think", type=float, default=1.0, help="seconds, mean; 0: none")
    parser.add_argument("--findings", type=int, default=10_000)
    asked = parser.parse_args()
    if said := postgres.missing():
        print(said)
        return 1
    folder = Path(tempfile.mkdtemp(prefix="tl-load-"))
    cluster = postgres.Cluster(postgres.folder())
    try:
        url = cluster.make().database("bench")
        root = folder / "ws"
        with begin(root, url) as desk:
            ids = multiply(desk, asked.findings)
        seconds = 60 * asked.minutes
        print(
            f"{asked.people} people, {asked.minutes:g} min, thinking {asked.think:g} s, "
            f"{asked.findings} findings, PostgreSQL",
            flush=True,
        )
        told = worked(root, ids, asked.people, seconds, asked.think)
        p95 = told_in_words(told, seconds)
        wrong = judged(root, told)
    finally:
        cluster.stop()
        shutil.rmtree(cluster.folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
    for line in wrong[:10]:
        print(f"  WRONG {line}")
    steps = sum(len(mine) for _, mine, _ in told)
    print(f"{steps} steps acknowledged, each there once: {'yes' if not wrong else 'NO'}")
    kept = p95 <= LIMIT_MS and not wrong
    print(f"p95 {p95:.1f} ms, limit {LIMIT_MS:.0f} ms: {'kept' if kept else 'MISSED'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
