"""What was asked of the engine, beside what the last runs gave; a missed figure is written as missed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from association_tables import Runs, exponent, grid, mean_f1

Value = float | None


@dataclass(frozen=True, slots=True)
class Target:
    """One figure."""

    part: str
    said: str
    asked: float
    value: Callable[[Runs], Value]
    least: bool = True
    """Whether the figure must reach what is asked, or stay below it."""


def mean(key: str) -> Callable[[Runs], Value]:
    """Mean of a figure over the sets on which Truceline was run."""
    return lambda runs: _mean([one.get(key) for one in runs.every("truceline")])


def at(row: int, key: str, threads: int = 1) -> Callable[[Runs], Value]:
    """Give a figure of Truceline on one set of the part."""

    def value(runs: Runs) -> Value:
        one = runs.of(runs.sets[row], "truceline", threads)
        return None if one is None or one["state"] != "done" else one[key]

    return value


def f1(runs: Runs) -> Value:
    """Mean F1, with 0 for a set that failed or was stopped."""
    return mean_f1(runs.every("truceline")) if runs.every("truceline") else None


def more_f1_than(rival: str) -> Callable[[Runs], Value]:
    """Mean F1 of Truceline above that of a rival, over the sets on which the rival came to an end."""

    def value(runs: Runs) -> Value:
        pairs = [(runs.of(made, "truceline"), runs.of(made, rival)) for made in runs.sets]
        gaps = [
            a["f1"] - b["f1"]
            for a, b in pairs
            if a and b and a["state"] == "done" and b["state"] == "done"
        ]
        return _mean(gaps)

    return value


def times_pyocto(row: int) -> Callable[[Runs], Value]:
    """Seconds of PyOcto over those of Truceline; at least so many when it was stopped."""

    def value(runs: Runs) -> Value:
        ours, theirs = (runs.of(runs.sets[row], name) for name in ("truceline", "pyocto"))
        if not ours or not theirs or "seconds" not in theirs or ours["state"] != "done":
            return None
        return theirs["seconds"] / ours["seconds"]

    return value


def two_threads(runs: Runs) -> Value:
    """How many times faster two threads are, on the largest set."""
    one, two = (runs.of(runs.sets[-1], "truceline", threads) for threads in (1, 2))
    if not one or not two or one["state"] != "done" or two["state"] != "done":
        return None
    return one["seconds"] / two["seconds"]


TARGETS: Final = (
    Target("large", "line, 24 h, 1,100 events: solve, s", 2.0, at(1, "seconds"), least=False),
    Target("large", "line, 24 h, 10,000 events: solve, s", 9.0, at(2, "seconds"), least=False),
    Target(
        "large", "line, 24 h, 10,000 events: memory, MiB", 381.0, at(2, "peak_mib"), least=False
    ),
    Target("large", "two threads over one, 10,000 events", 1.7, two_threads),
    Target("large", "quiet day of 50 events: F1", 0.97, at(0, "f1")),
    Target("large", "1,100 events: F1", 0.955, at(1, "f1")),
    Target("large", "10,000 events: F1", 0.955, at(2, "f1")),
    Target("growth", "exponent of cost", 1.1, exponent, least=False),
    Target("country", "solve, s", 27.0, at(0, "seconds"), least=False),
    Target("country", "memory, MiB", 1335.0, at(0, "peak_mib"), least=False),
    Target("country", "F1", 0.955, at(0, "f1")),
    Target("small", "mean F1", 0.94, f1),
    Target("small", "mean error over bound", 1.25, mean("error_over_bound"), least=False),
    Target("small", "90 % ellipses hold, at least", 0.88, mean("inside_90")),
    Target("small", "90 % ellipses hold, at most", 0.92, mean("inside_90"), least=False),
    Target("small", "mean ECE", 0.03, mean("ece"), least=False),
    Target("small", "mean Brier counting misses", 0.11, mean("brier_counting_misses"), least=False),
    Target("small", "F1 above PyOcto", 0.25, more_f1_than("pyocto")),
    Target("small", "F1 above windows", 0.25, more_f1_than("windows")),
    Target("small", "F1 above stacking", 0.25, more_f1_than("stacking")),
    Target("faults", "mean F1", 0.86, f1),
    Target("faults", "median error of place, m", 65.0, mean("location_error_m"), least=False),
    Target("faults", "90 % ellipses hold", 0.80, mean("inside_90")),
    Target("faults", "mean ECE", 0.08, mean("ece"), least=False),
    Target(
        "faults", "mean Brier counting misses", 0.22, mean("brier_counting_misses"), least=False
    ),
    Target("faults", "F1 above PyOcto", 0.25, more_f1_than("pyocto")),
    Target("faults", "F1 above windows", 0.25, more_f1_than("windows")),
    Target("faults", "F1 above stacking", 0.25, more_f1_than("stacking")),
    Target("bare", "mean F1", 0.82, f1),
    Target("bare", "F1 above PyOcto", 0.15, more_f1_than("pyocto")),
    Target("bare", "F1 above windows", 0.15, more_f1_than("windows")),
    Target("bare", "F1 above stacking", 0.15, more_f1_than("stacking")),
    Target("hour", "times PyOcto's speed, 46 events", 100.0, times_pyocto(0)),
    Target("hour", "times PyOcto's speed, 417 events", 100.0, times_pyocto(1)),
    Target("sick", "sick sensors, precision", 0.8, at(0, "sick_precision")),
    Target("sick", "sick sensors, recall", 0.8, at(0, "sick_recall")),
)


def targets(runs: Mapping[str, Runs]) -> str:
    """Set the table; parts that were not run are left out."""
    rows = []
    for one in TARGETS:
        value = one.value(runs[one.part]) if one.part in runs else None
        if value is None:
            continue
        met = value >= one.asked if one.least else value <= one.asked
        sign = "≥" if one.least else "≤"
        form = "{:.3f}" if one.asked < 2 else "{:,.1f}"
        rows.append(
            [
                one.part,
                one.said,
                f"{sign} {one.asked:g}",
                form.format(value),
                "met" if met else "missed",
            ]
        )
    if not rows:
        return "Truceline has not been run."
    return grid(["part", "figure", "asked", "measured", ""], rows)


def _mean(values: Sequence[Any]) -> Value:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
