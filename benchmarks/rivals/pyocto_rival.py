"""PyOcto 0.2.2 in an environment that is made when it is first asked for.

PyOcto (Münchmeyer 2024, "PyOcto: A high-throughput seismic phase associator", Seismica 3(1)) is made for
earthquakes: P and S picks of a seismic network. Here every detection is a P pick, at the speed of sound.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from rivals.interchange import Found, Given
from rivals.limits import run_limited, solve_seconds

VERSION: Final = "0.2.2"
PACKAGES: Final = (f"pyocto=={VERSION}", "numpy==1.26.4", "pandas==2.2.3", "pyproj==3.7.1")
"""It needs numpy < 2, so it cannot share our environment."""
CHILD: Final = Path(__file__).with_name("pyocto_child.py")
SETTINGS: Final[Mapping[str, float]] = {
    "tolerance": 0.5,
    "cutoff_km": 14.0,
    "time_before": 45.0,
    "min_node_size": 0.3,
    "min_node_size_location": 0.1,
    "pick_match_tolerance": 0.8,
    "min_interevent_time": 0.5,
    "max_pick_overlap": 0,
    "n_picks": 7,
    "n_p_picks": 7,
    "min_pick_fraction": 0.0,
    "time_slicing": 300.0,
    "refinement_iterations": 6,
    "location_split_depth": 10,
}
"""Chosen on the training sets of ``association_tuning.py``; lengths in km, times in s."""


@dataclass(frozen=True, slots=True)
class PyOctoRun:
    """One call; ``found`` is null when it was stopped at the limit."""

    found: Found | None
    seconds: float
    """Of ``associate`` alone; where it was stopped, those of the processor on each thread."""
    processor_seconds: float
    peak_mib: float | None


def environment(folder: Path) -> Path:
    """Make the environment unless it is there; give its interpreter.

    Raises:
        subprocess.CalledProcessError: when a package cannot be installed.
    """
    python = folder / "bin" / "python"
    done = folder / "installed.txt"
    if not done.is_file() or done.read_text(encoding="utf-8").split() != list(PACKAGES):
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *PACKAGES], check=True)
        done.write_text("\n".join(PACKAGES), encoding="utf-8")
    return python


def run_pyocto(
    python: Path,
    given: Given,
    scratch: Path,
    limit_s: float,
    threads: int = 1,
    settings: Mapping[str, float] = SETTINGS,
) -> PyOctoRun:
    """Associate; stop it after so many seconds of the processor on each thread.

    Raises:
        subprocess.CalledProcessError: when it fails.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    np.savez(
        scratch / "given.npz",
        x_km=given.x_m / 1000.0,
        y_km=given.y_m / 1000.0,
        sensor=given.sensor,
        time_s=given.time_s,
    )
    said = {**settings, "speed_km_s": given.speed_m_s / 1000.0, "n_threads": threads}
    (scratch / "settings.json").write_text(json.dumps(said), encoding="utf-8")
    command = [str(python), str(CHILD), str(scratch)]
    begun = scratch / "begun.txt"
    begun.unlink(missing_ok=True)
    ended = run_limited(command, limit_s * threads)
    if ended.code is None:
        used = solve_seconds(ended, begun)
        return PyOctoRun(None, used / threads, used, ended.peak_mib)
    if ended.code:
        raise subprocess.CalledProcessError(ended.code, command, stderr=ended.said)
    run = json.loads((scratch / "run.json").read_text(encoding="utf-8"))
    return PyOctoRun(found_in(scratch), run["seconds"], run["processor_seconds"], run["peak_mib"])


def found_in(scratch: Path) -> Found:
    """Read what the child wrote; incidents numbered anew, each detection in the first that has it."""
    got = np.load(scratch / "found.npz")
    number = got["idx"].astype(np.int64)
    row = np.zeros(int(number.max()) + 1 if len(number) else 0, np.int64)
    row[number] = np.arange(len(number))
    return Found(
        got["x"] * 1000.0,
        got["y"] * 1000.0,
        got["time"],
        row[got["event_idx"].astype(np.int64)],
        got["pick_idx"].astype(np.int64),
    )
