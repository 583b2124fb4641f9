"""How long a step, a case and the queue take among many findings, alone and with twenty at once.

    python benchmarks/workflow.py [--findings 100000] [--steps 200] [--url postgresql://...]

The records are filled with copies of one finding under other ids; steps are taken on some of them as
in a mission, each logged, signed and forced to the disk.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from case_workspace import NOW, built, do, principal
from truceline.model.review_rules import StepKind
from truceline.pipeline.case import open_case, queue
from truceline.pipeline.desk import Desk, open_desk
from truceline.store import database, records

WHO = ("v.sweden", "w.sweden", "p.poland", "x.north")


def fill(desk: Desk, count: int) -> list[str]:
    """Put copies of a finding into the records and give their ids."""
    with database.reading(desk.engine) as connection:
        real = records.findings(connection)
    made = [
        replace(real[0], finding_id=f"INC-{n:06d}/R-1", incident_id=f"INC-{n:06d}")
        for n in range(1000, 1000 + count)
    ]
    with database.writing(desk.engine) as connection:
        records.replace_findings(connection, [*real, *made])
    return [one.finding_id for one in made]


def timed(work: Callable[[], object]) -> float:
    """Give how long something takes. Unit: ms."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def told(name: str, given: list[float]) -> None:
    """Print the middle, the 95th of a hundred and the longest."""
    given = sorted(given)
    p95 = given[min(len(given) - 1, int(len(given) * 0.95))]
    print(
        f"{name:<34} p50 {given[len(given) // 2]:7.1f} ms   p95 {p95:7.1f} ms   max {given[-1]:7.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--findings", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--url", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = built(Path(folder), url=asked.url)
        with open_desk(root) as desk:
            ids = fill(desk, asked.findings)
            print(f"{len(ids)} findings on {desk.engine.dialect.name}")

            def step(n: int) -> float:
                who, words = WHO[n % 4], f"reason {n}"
                return timed(lambda: do(desk, ids[n % 50], StepKind.DISSENTED, who, words))

            told("take_step, one after the other", [step(n) for n in range(asked.steps)])
            with ThreadPoolExecutor(20) as pool:
                told(
                    "take_step, twenty always at once",
                    list(pool.map(step, range(1000, 1000 + asked.steps))),
                )
            chief = principal("c.chief")
            cases = [partial(open_case, desk, ids[n], NOW, chief) for n in range(50)]
            told("open_case", [timed(one) for one in cases])
            told("queue", [timed(lambda: queue(desk, NOW, 20, chief)) for _ in range(5)])


if __name__ == "__main__":
    main()
