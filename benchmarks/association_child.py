"""Run one engine on one set in a process of its own, so that its memory is its own.

    python benchmarks/association_child.py ENGINE SET WARM OUT THREADS

ENGINE is truceline, windows or stacking. It runs on the tiny set WARM first, so that no compilation is
timed. OUT receives ``incidents``, ``members`` and ``run.json``: seconds of the reading and of the solve,
of the processor in the solve, and the peak of memory.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def main(engine: str, folder: Path, warm: Path, out: Path, threads: int) -> None:
    read, solve, write = _engine(engine)
    start = time.perf_counter()
    solve(read(warm), threads)
    ready = time.perf_counter()
    given = read(folder)
    out.mkdir(parents=True, exist_ok=True)
    (out / "begun.txt").write_text(str(time.process_time()), encoding="utf-8")
    begun, before = time.perf_counter(), time.process_time()
    result = solve(given, threads)
    ended, used = time.perf_counter(), time.process_time() - before
    write(out, given, result)
    said = {
        "seconds": ended - begun,
        "processor_seconds": used,
        "read_s": begun - ready,
        "warm_up_s": ready - start,
        "peak_mib": peak_mib(),
    }
    (out / "run.json").write_text(json.dumps(said), encoding="utf-8")


def peak_mib() -> float | None:
    """Give the most memory that this program has held; null where the system does not say.

    Not by ``getrusage``: that counts what the parent held when it started this process.
    """
    status = Path("/proc/self/status")
    if not status.is_file():
        return None
    words = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    return float(words["VmHWM"].split()[0]) / 1024


def _engine(name: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., None]]:
    if name == "truceline":
        return _truceline()
    from rivals.interchange import read_given, write_found  # noqa: PLC0415 - not in our memory

    if name == "windows":
        from rivals.windows import run_windows  # noqa: PLC0415 - compiles

        return read_given, lambda given, _: run_windows(given), write_found
    from rivals.stacking import run_stacking  # noqa: PLC0415 - compiles

    return read_given, lambda given, _: run_stacking(given), write_found


def _truceline() -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., None]]:
    from truceline.pipeline.association import associated, paths_in  # noqa: PLC0415 - compiles
    from truceline.pipeline.association_files import read_input  # noqa: PLC0415 - the same

    def write(out: Path, _: Any, result: Any) -> None:
        for table in ("incidents", "members", "sick_sensors"):
            pq.write_table(getattr(result, table), out / f"{table}.parquet")

    return lambda folder: read_input(paths_in(folder)), associated, write


if __name__ == "__main__":
    engine, *folders, threads = sys.argv[1:]
    main(engine, *(Path(folder) for folder in folders), threads=int(threads))
