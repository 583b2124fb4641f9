"""A history of a network: growth from a day to a month, two workers against one, one late row.

    .venv/bin/python benchmarks/scale_network.py [growth] [workers] [late] [country]

Simulated by `truceline simulate --network` (120 sensors, 120 events a day; the seed is fixed and nothing
was fitted on it), written as a history by day, under a calibration learned from its first day.
`late`: a line of 1,000 sensors for a day, of which one detection of an incident comes late.
`country`: tasks of a day of 14,000 sensors, for the plan of docs/scale.md.
Each figure is printed as wall seconds and as processor seconds of all processes, since cores are often
shared.
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from distributed import Client, LocalCluster

from truceline.pipeline.association import paths_in
from truceline.pipeline.association_calibration import calibrated, write_calibration
from truceline.pipeline.association_files import read_input
from truceline.pipeline.association_held import Held
from truceline.pipeline.association_late import brought_up
from truceline.pipeline.association_projection import projection
from truceline.scale.folder import history_in
from truceline.scale.history import HistoryResult, associate_history
from truceline.scale.parts import parts_of
from truceline.scale.work import Job, finish_part, solve_part
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.world import simulate_network
from truceline.simulation.network.write import write_network

AT = datetime(2026, 7, 1, tzinfo=UTC)
DAY_NS = 86_400 * 10**9
DAYS, SENSORS, EVENTS_A_DAY, SEED = 31, 120, 120, 91


def simulated(folder: Path, settings: NetworkSettings) -> Path:
    folder.mkdir(parents=True)
    write_network(folder, simulate_network(settings))
    return folder


def first_days(flat: Path, folder: Path, days: int) -> None:
    """Write the first days of a set as a history."""
    folder.mkdir(parents=True)
    for name in ("sensors", "outages", "weather"):
        shutil.copy(flat / f"{name}.parquet", folder)
    table = pq.read_table(flat / "detections.parquet")
    day = table["time"].cast(pa.int64()).to_numpy() // DAY_NS
    for one in np.unique(day)[:days]:
        into = folder / "detections" / f"date={np.datetime64(int(one), 'D')}"
        into.mkdir(parents=True)
        pq.write_table(table.filter(pa.array(day == one)), into / "all.parquet")


def learned(folder: Path, to: Path, file: Path | None = None) -> None:
    """Learn from the first day of a history, or from a file of detections."""
    first = file or min((folder / "detections").rglob("*.parquet"))
    paths = {n: folder / f"{n}.parquet" for n in ("sensors", "outages", "weather")}
    write_calibration(calibrated(read_input(paths | {"detections": first}), 1), to)


def spent(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Give what work gives, its wall seconds and the processor seconds of this process."""
    wall, own = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - wall, time.process_time() - own


def a_month(root: Path) -> Path:
    hours, events = 24.0 * DAYS, EVENTS_A_DAY * DAYS
    flat = simulated(
        root / "flat", NetworkSettings(sensors=SENSORS, events=events, hours=hours, seed=SEED)
    )
    for days in (1, 7, DAYS):
        first_days(flat, root / f"days{days}", days)
    learned(root / "days1", root / "c.json")
    return root


def run(root: Path, days: int, out: str, client: Any = None) -> HistoryResult:
    shutil.rmtree(root / out, ignore_errors=True)
    job = Job(str(root / f"days{days}"), str(root / "c.json"), str(root / out))
    return associate_history(job, AT, client)


def growth(root: Path) -> None:
    run(root, 1, "warm")
    print("\n| days | detections | incidents | wall s | processor s | ms a detection | peak MiB |")
    print("|---|---|---|---|---|---|---|")
    for days in (1, 7, DAYS):
        made, wall, cpu = spent(lambda days=days: run(root, days, f"one{days}"))  # type: ignore[misc]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        each = 1000 * cpu / made.detections
        print(
            f"| {days} | {made.detections:,} | {made.incidents:,} | {wall:.1f} | {cpu:.1f} "
            f"| {each:.4f} | {peak:.0f} |"
        )


def workers(root: Path) -> None:
    print("\n| workers | wall s | processor s of all | of the busiest | same as one process |")
    print("|---|---|---|---|---|")
    run(root, DAYS, "alone")
    alone = [pq.read_table(root / "alone" / f"{n}.parquet") for n in ("incidents", "members")]
    for count in (1, 2):
        with (
            LocalCluster(
                n_workers=count, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
            ) as local,
            Client(local) as client,
        ):
            run(root, 7, "warm", client)  # kernels loaded, network known
            before = client.run(time.process_time)
            _made, wall, _cpu = spent(lambda c=client: run(root, DAYS, "many", c))  # type: ignore[misc]
            cpu = [now - before[name] for name, now in client.run(time.process_time).items()]
        many = [pq.read_table(root / "many" / f"{n}.parquet") for n in ("incidents", "members")]
        same = "yes" if many == alone else "NO"
        print(f"| {count} | {wall:.1f} | {sum(cpu):.1f} | {max(cpu):.1f} | {same} |")


def late(root: Path) -> None:
    flat = simulated(root / "line", NetworkSettings(seed=92))
    given = read_input(paths_in(flat))
    calibration = calibrated(given, 1)
    whole, wall, cpu = spent(lambda: brought_up(given, Held({}, {}), calibration, AT, 1))
    print(f"\nday of {given.detections.num_rows:,} detections, whole: {wall:.2f} s, {cpu:.2f} s")
    print("| late row | blocks solved | incidents changed | wall s | processor s | equal |")
    print("|---|---|---|---|---|---|")
    members = whole.result.members["detection_id"].to_numpy()
    for number, row in enumerate(np.random.default_rng(1).choice(members, 5, replace=False)):
        kept = given.detections["detection_id"].to_numpy() != row
        less = replace(given, detections=given.detections.filter(pa.array(kept)))
        before = brought_up(less, Held({}, {}), calibration, AT, 1)
        after, wall, cpu = spent(lambda b=before: brought_up(given, b.held, calibration, AT, 1))  # type: ignore[misc]
        same = projection(after.result.incidents, after.result.members) == projection(
            whole.result.incidents, whole.result.members
        )
        touched = after.touched
        print(
            f"| {number + 1} | {touched.solved} of {touched.cells} | {touched.changed} "
            f"| {wall:.2f} | {cpu:.2f} | {'yes' if same else 'NO'} |"
        )


def country(root: Path) -> None:
    """Do two tasks of three hours of a day of a country; the first of them loads everything."""
    land = root / "land"
    settings = NetworkSettings(network="country", sensors=14_000, events=3000, seed=94)
    flat = simulated(land / "flat", settings)
    first_days(flat, land / "days1", 1)
    table = pq.read_table(flat / "detections.parquet")
    size = (flat / "detections.parquet").stat().st_size / table.num_rows
    two_hours = land / "two-hours.parquet"
    pq.write_table(table.slice(0, table.num_rows // 12), two_hours)  # they stand in order of time
    learned(land / "days1", land / "c.json", two_hours)
    print(f"\ncountry: {table.num_rows:,} detections a day, {size:.1f} bytes each")
    del table
    job = Job(str(land / "days1"), str(land / "c.json"), str(land / "out"))
    # a process of its own, so that its memory is that of a worker
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        pool.submit(three_hours, job).result()


def three_hours(job: Job) -> None:
    parts = parts_of(history_in(Path(job.folder)), 6)
    print("| task | detections | wall s | processor s | ms a detection | peak MiB |")
    print("|---|---|---|---|---|---|")
    for number in (3, 4, 5):
        made, wall, cpu = spent(lambda n=number: solve_part(job, parts[n], 0))  # type: ignore[misc]
        told(f"solve {parts[number].name}", made.detections, wall, cpu)
    blocks = range(parts[4].first, parts[4].last + 1)
    _, wall, cpu = spent(lambda: finish_part(job, parts, 4, blocks))
    told(f"finish {parts[4].name}", made.detections, wall, cpu)


def told(task: str, detections: int, wall: float, cpu: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    each = 1000 * cpu / detections
    row = f"| {task} | {detections:,} | {wall:.1f} | {cpu:.1f} | {each:.4f} | {peak:.0f} |"
    print(row, flush=True)


if __name__ == "__main__":
    asked = sys.argv[1:] or ["growth", "workers", "late", "country"]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if {"growth", "workers"} & set(asked):
            a_month(place / "month")
        for name, work, where in (
            ("growth", growth, place / "month"),
            ("workers", workers, place / "month"),
            ("late", late, place),
            ("country", country, place),
        ):
            if name in asked:
                work(where)
