"""Run an engine on a set, score what it found, and give one record of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from association_sets import WARM, Made, folder_of
from rivals.interchange import read_given, write_found
from rivals.limits import run_limited, solve_seconds
from rivals.pyocto_rival import environment, run_pyocto

from truceline.simulation.network.matching import match
from truceline.simulation.network.plane import between
from truceline.simulation.network.read import Output, Truth, read_output, read_truth
from truceline.simulation.network.score import ENOUGH, score_network

ENGINES: Final = ("truceline", "pyocto", "windows", "stacking")
CHILD: Final = Path(__file__).with_name("association_child.py")
KEPT: Final = (
    "events_4", "incidents", "precision", "recall", "f1", "recall_3", "location_error_m",
    "error_over_bound", "time_error_s", "inside_90", "ece", "brier", "brier_counting_misses",
    "sick_precision", "sick_recall",
)  # fmt: skip
"""Figures of the score that a record keeps."""
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the benchmark works."""

    scratch: Path
    rivals_env: Path
    limit_s: float
    """Seconds of the processor, on each thread, after which an engine is stopped."""


def measured(engine: str, made: Made, threads: int, places: Places) -> Record:
    """Run and score; a run that is stopped or fails has no score, and says so."""
    folder = folder_of(made, places.scratch)
    out = places.scratch / "runs" / f"{made.name}-{engine}-{threads}"
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    load = os.getloadavg()[0]
    run = _pyocto if engine == "pyocto" else _child
    record = {
        "set": made.name,
        "engine": engine,
        "threads": threads,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "load_before": round(load, 2),
        **run(engine, made, folder, out, threads, places),
    }
    if record["state"] == "done":
        record |= scored(folder, out)
    return record


def scored(folder: Path, out: Path) -> Record:
    """Give the figures of the score, and what the diagrams need."""
    truth, output = read_truth(folder), read_output(out)
    score = score_network(truth, output)
    return {
        "detections": truth.detections,
        **{name: getattr(score, name) for name in KEPT},
        "faults": len(score.faults),
        **_drawn(truth, output),
    }


def _drawn(truth: Truth, output: Output) -> Record:
    """Give probability and outcome of each incident, and the squared distance from its event."""
    found = match(truth, output)
    right = found.event_of[found.counted] >= 0
    rows = found.counted[right]
    rows = rows[truth.events.direct[found.event_of[rows]] >= ENOUGH]
    event = found.event_of[rows]
    east, north = between(
        output.lon[rows], output.lat[rows], truth.events.lon[event], truth.events.lat[event]
    )
    ee, en, nn = output.cov_m2[rows].T
    square = (nn * east**2 - 2 * en * east * north + ee * north**2) / (ee * nn - en**2)
    return {
        "probability": np.round(output.probability[found.counted], 4).tolist(),
        "right": right.astype(int).tolist(),
        "square": np.round(square, 3).tolist(),
    }


def _child(engine: str, _: Made, folder: Path, out: Path, threads: int, places: Places) -> Record:
    warm = folder_of(WARM, places.scratch)
    _compiled(engine, warm, places.scratch / "runs" / f"warm-{engine}")
    ended = run_limited(_words(engine, folder, warm, out, threads), places.limit_s * threads)
    if ended.code is None:
        used = solve_seconds(ended, out / "begun.txt")
        return {"state": "stopped", "seconds": used / threads, "processor_seconds": used}
    if ended.code:
        return {"state": "failed", "said": ended.said}
    return {"state": "done", **json.loads((out / "run.json").read_text(encoding="utf-8"))}


@cache
def _compiled(engine: str, warm: Path, out: Path) -> None:
    """Let an engine compile its kernels once, before anything is timed or limited."""
    subprocess.run(_words(engine, warm, warm, out, 1), check=False, capture_output=True)


def _words(engine: str, folder: Path, warm: Path, out: Path, threads: int) -> list[str]:
    folders = (str(folder), str(warm), str(out))
    return [sys.executable, str(CHILD), engine, *folders, str(threads)]


def _pyocto(_: str, made: Made, folder: Path, out: Path, threads: int, places: Places) -> Record:
    given = read_given(folder)
    python = environment(places.rivals_env)
    scratch = places.scratch / "pyocto" / made.name
    try:
        run = run_pyocto(python, given, scratch, places.limit_s, threads)
    except subprocess.CalledProcessError as error:
        return {"state": "failed", "said": f"{error} {error.stderr}"}
    record = {
        "seconds": run.seconds,
        "processor_seconds": run.processor_seconds,
        "peak_mib": run.peak_mib,
    }
    if run.found is None:
        return {"state": "stopped", "detections": len(given.time_s), **record}
    write_found(out, given, run.found)
    return {"state": "done", **record}
