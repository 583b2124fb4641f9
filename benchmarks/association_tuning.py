"""Choose the settings of the rivals on training sets, which are reported nowhere else.

    python benchmarks/association_tuning.py windows stacking
    python benchmarks/association_tuning.py pyocto --limit 90

Each setting is tried on four sets of 200 sensors and six hours: 1,000 and 4,000 events a day, 1,000 with
every fault, 320 a day (seeds 901 to 904). PyOcto is slow, so it is tried on the first set and the best
three on all. The best mean F1 wins; a run that is stopped counts as 0.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from association import SCRATCH
from association_sets import Made, folder_of
from rivals.interchange import Found, Given, read_given, write_found
from rivals.pyocto_rival import SETTINGS, environment, run_pyocto
from rivals.stacking import StackSettings, run_stacking
from rivals.windows import WindowSettings, run_windows

from truceline.simulation.network.read import Truth, read_output, read_truth
from truceline.simulation.network.score import score_network

TRAINING: Final = (
    Made("line", 200, 250, 6.0, 901),
    Made("line", 200, 1000, 6.0, 902),
    Made("line", 200, 250, 6.0, 903, "all"),
    Made("line", 200, 80, 6.0, 904),
)
WINDOWS: Final = {
    "reach_m": (8e3, 10e3, 14e3, 18e3, 24e3),
    "tolerance_s": (0.4, 0.6, 0.9, 1.3),
    "least": (5, 6, 7, 8),
}
STACKING: Final = {
    "step_m": (500.0, 1000.0),
    "reach_m": (10e3, 14e3, 18e3),
    "window_s": (1.2, 2.0),
    "tolerance_s": (0.4, 0.6),
    "least": (6, 7, 8),
}
PYOCTO: Final[Mapping[str, Sequence[float | bool]]] = {
    "n_picks": (5, 6, 7, 8),
    "tolerance": (0.3, 0.8),
    "pick_match_tolerance": (0.3, 0.8),
    "cutoff_km": (14.0, 18.0),
    "min_node_size": (0.5, 2.0),
    "min_interevent_time": (0.2, 2.0),
    "min_pick_fraction": (0.1, 0.25),
    "time_slicing": (120.0, 1200.0),
    "location_split_depth": (6, 10),
    "exponential_edt": (True,),
}
"""Each is varied alone, from the settings that are taken."""
Solve = Callable[[Given], Found | None]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rivals", nargs="+", choices=("windows", "stacking", "pyocto"))
    parser.add_argument("--limit", type=float, default=90.0)
    parser.add_argument("--scratch", type=Path, default=SCRATCH)
    asked = parser.parse_args(arguments)
    sets = [folder_of(made, asked.scratch) for made in TRAINING]
    known = [(read_given(folder), read_truth(folder)) for folder in sets]
    for rival in asked.rivals:
        if rival == "pyocto":
            tune_pyocto(known, asked)
        else:
            tune_baseline(rival, known, asked.scratch / "tuning")


def tune_baseline(rival: str, known: Sequence[tuple[Given, Truth]], scratch: Path) -> None:
    """Try every combination on every set."""
    choices, solver = (WINDOWS, windows_with) if rival == "windows" else (STACKING, stacking_with)
    shown(rival, [(*tried(known, solver(said), scratch), said) for said in each(choices)])


def windows_with(said: Mapping[str, Any]) -> Solve:
    """Give the first baseline with settings."""
    return lambda given: run_windows(given, WindowSettings(**said))


def stacking_with(said: Mapping[str, Any]) -> Solve:
    """Give the second baseline with settings."""
    return lambda given: run_stacking(given, StackSettings(**said))


def tune_pyocto(known: Sequence[tuple[Given, Truth]], asked: argparse.Namespace) -> None:
    """Vary one setting at a time on the first set; try the best three on all."""
    python = environment(asked.scratch / "rivals")
    scratch = asked.scratch / "tuning"

    def solver(said: Mapping[str, Any]) -> Solve:
        settings = {**SETTINGS, **said}
        settings["n_p_picks"] = settings["n_picks"]

        def solve(given: Given) -> Found | None:
            try:
                return run_pyocto(python, given, scratch, asked.limit, settings=settings).found
            except subprocess.CalledProcessError:
                return None

        return solve

    varied: list[dict[str, Any]] = [{}]
    varied += [{name: value} for name, values in PYOCTO.items() for value in values]
    rows = [(*tried(known[:1], solver(said), scratch), said) for said in varied]
    shown("pyocto, first set", rows)
    best = sorted(rows, key=lambda row: -np.mean(row[0]))[:3]
    shown("pyocto, all sets", [(*tried(known, solver(said), scratch), said) for *_, said in best])


def each(choices: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Give every combination."""
    for values in itertools.product(*choices.values()):
        yield dict(zip(choices, values, strict=True))


def tried(
    known: Sequence[tuple[Given, Truth]], solve: Solve, scratch: Path
) -> tuple[list[float], float]:
    """Give F1 on each set, and the seconds in all."""
    scores, start = [], time.perf_counter()
    for given, truth in known:
        found = solve(given)
        if found is None:
            scores.append(0.0)
            continue
        write_found(scratch / "found", given, found)
        scores.append(score_network(truth, read_output(scratch / "found")).f1)
    return scores, time.perf_counter() - start


def shown(title: str, rows: Sequence[tuple[list[float], float, Mapping[str, Any]]]) -> None:
    """Print the best ten."""
    print(f"\n{title}\n\n| mean F1 | F1 on each set | s | settings |\n|---|---|---|---|")
    for scores, took, said in sorted(rows, key=lambda row: -np.mean(row[0]))[:10]:
        each_set = ", ".join(f"{score:.3f}" for score in scores)
        words = ", ".join(f"{key} {value}" for key, value in said.items()) or "as taken"
        print(f"| {np.mean(scores):.3f} | {each_set} | {took:.0f} | {words} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
