"""The tables of docs/benchmarks.md, out of the records of the runs.

What stands between ``<!-- measured: NAME -->`` and ``<!-- end -->`` is written here; the rest of the page
is written by hand.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from association_sets import Made

Record = Mapping[str, Any]
NAMES: Final = {
    "truceline": "Truceline",
    "pyocto": "PyOcto",
    "windows": "windows",
    "stacking": "stacking",
}
PROCESSOR: Final = "processor_seconds"
_REGION: Final = r"(<!-- measured: {} -->\n).*?(<!-- end -->)"


class Runs:
    """Records of one part, by set, engine and number of threads."""

    def __init__(self, sets: Sequence[Made], records: Iterable[Record]) -> None:
        self.sets = sets
        wanted = {made.name for made in sets}
        self._by = {
            (one["set"], one["engine"], one["threads"]): one
            for one in records
            if one["set"] in wanted
        }

    def __iter__(self) -> Any:
        return iter(self._by.values())

    def of(self, made: Made, engine: str, threads: int = 1) -> Record | None:
        return self._by.get((made.name, engine, threads))

    def engines(self) -> list[str]:
        return [name for name in NAMES if any(engine == name for _, engine, _ in self._by)]

    def every(self, engine: str, threads: int = 1) -> list[Record]:
        """Give the records of an engine, one for each set on which it was run."""
        found = [self.of(made, engine, threads) for made in self.sets]
        return [one for one in found if one is not None]


def side_by_side(runs: Runs) -> str:
    """One row for a set: F1, error of place and processor seconds of each engine; the mean below."""
    engines = runs.engines()
    heads = ["seed", "events a day", "detections"]
    for what in ("F1", "error, m", "processor s"):
        heads += [f"{what}: {NAMES[engine]}" for engine in engines]
    rows = []
    for made in runs.sets:
        all_of_it = [runs.of(made, engine) for engine in engines]
        if not any(all_of_it):
            continue
        row = [str(made.seed), f"{made.events_a_day:,}", _detections(all_of_it)]
        row += [_f1(one) for one in all_of_it]
        row += [_number(one, "location_error_m", "{:.0f}") for one in all_of_it]
        rows.append(row + [_seconds(one, PROCESSOR) for one in all_of_it])
    mean = ["mean", "", ""]
    mean += [f"{mean_f1(runs.every(engine)):.3f}" for engine in engines]
    mean += [_mean(runs.every(engine), "location_error_m", "{:.0f}") for engine in engines]
    mean += [_total(runs.every(engine)) for engine in engines]
    return grid(heads, [*rows, mean])


def honesty(runs: Runs) -> str:
    """What only Truceline tells: ellipses, probabilities and, where any are, sick sensors."""
    names = (
        ("precision", "precision"), ("recall", "recall"), ("recall_3", "recall, three arrivals"),
        ("error_over_bound", "error over bound"), ("inside_90", "90 % ellipses hold"), ("ece", "ECE"),
        ("brier_counting_misses", "Brier counting misses"), ("sick_precision", "sick: precision"),
        ("sick_recall", "sick: recall"),
    )  # fmt: skip
    found = runs.every("truceline")
    if not found:
        return ""
    shown = [(key, head) for key, head in names if any(one.get(key) is not None for one in found)]
    rows = []
    for made in runs.sets:
        one = runs.of(made, "truceline")
        if one is not None:
            told = [_number(one, key, "{:.3f}") for key, _ in shown]
            rows.append([str(made.seed), f"{made.events_a_day:,}", *told])
    mean = ["mean", "", *(_mean(found, key, "{:.3f}") for key, _ in shown)]
    return grid(["seed", "events a day", *(head for _, head in shown)], [*rows, mean])


def by_engine(runs: Runs) -> str:
    """One row for each run of a large set."""
    heads = [
        "set", "detections", "engine", "threads", "solve, s", "processor, s", "peak, MiB", "F1",
        "precision", "recall", "error, m", "error over bound", "90 % hold", "ECE",
        "Brier counting misses",
    ]  # fmt: skip
    rows = []
    for made in runs.sets:
        for one in [one for one in runs if one["set"] == made.name]:
            own = one["engine"] == "truceline"
            row = [_set(made), _detections([one]), NAMES[one["engine"]], str(one["threads"])]
            row += [_seconds(one), _number(one, "processor_seconds", "{:.2f}")]
            row += [_number(one, "peak_mib", "{:.0f}"), _f1(one)]
            row += [_number(one, key, "{:.3f}") for key in ("precision", "recall")]
            row.append(_number(one, "location_error_m", "{:.0f}"))
            for key in ("error_over_bound", "inside_90", "ece", "brier_counting_misses"):
                row.append(_number(one, key, "{:.3f}") if own else "")
            rows.append(row)
    return grid(heads, rows)


def growth(runs: Runs) -> str:
    """Cost against size, and the exponent between smallest and largest, by least squares."""
    rows = [
        [f"{made.hours:g} h", _detections([one]), _seconds(one), _number(one, "processor_seconds", "{:.2f}"), _number(one, "peak_mib", "{:.0f}"), _f1(one)]
        for made in runs.sets
        if (one := runs.of(made, "truceline")) is not None
    ]  # fmt: skip
    table = grid(["time", "detections", "solve, s", "processor, s", "peak, MiB", "F1"], rows)
    found = exponent(runs)
    return (
        table
        if found is None
        else f"{table}\n\nExponent of the processor's seconds in detections: {found:.2f}."
    )


def exponent(runs: Runs) -> float | None:
    """Slope of log processor seconds over log detections; null with fewer than two sizes."""
    done = [one for one in runs.every("truceline") if one["state"] == "done"]
    if len(done) < 2:
        return None
    size, took = (np.log([one[key] for one in done]) for key in ("detections", "processor_seconds"))
    return float(np.polyfit(size, took, 1)[0])


def speed(runs: Runs) -> str:
    """How many times PyOcto's seconds are Truceline's, by the clock and by the processor."""
    rows = []
    for made in runs.sets:
        ours, theirs = (runs.of(made, engine) for engine in ("truceline", "pyocto"))
        if ours is None or theirs is None or ours["state"] != "done" or "seconds" not in theirs:
            continue
        more = "more than " if theirs["state"] == "stopped" else ""
        row = [_set(made), _detections([ours]), _seconds(ours), _seconds(theirs)]
        row.append(f"{more}{theirs['seconds'] / ours['seconds']:.0f} ×")
        used = [one.get("processor_seconds") for one in (ours, theirs)]
        row.append(f"{more}{used[1] / used[0]:.0f} ×" if used[0] and used[1] else "-")
        rows.append(row)
    heads = ["set", "detections", "Truceline, s", "PyOcto, s", "times", "times, processor"]
    return grid(heads, rows) if rows else ""


def _set(made: Made) -> str:
    return f"{made.hours:g} h, {made.events:,} events, seed {made.seed}"


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Set a Markdown table.

    >>> print(grid(["a", "b"], [["1", "2"]]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def mean_f1(records: Sequence[Record]) -> float:
    """Mean over sets; one that was stopped or failed counts as 0."""
    return float(np.mean([one.get("f1", 0.0) for one in records])) if records else float("nan")


def machine() -> str:
    """Say what the figures were measured on."""
    info = Path("/proc/cpuinfo")
    text = info.read_text(encoding="utf-8") if info.is_file() else ""
    model = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    name = model.group(1) if model else platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores ({name}), Python {platform.python_version()}, numpy {np.__version__}"


def with_region(page: str, name: str, text: str) -> str:
    """Put a text between the markers of a name.

    Raises:
        ValueError: when the page has no such markers.

    >>> with_region("<!-- measured: x -->\\nold\\n<!-- end -->", "x", "new")
    '<!-- measured: x -->\\nnew\\n<!-- end -->'
    """
    pattern = re.compile(_REGION.format(re.escape(name)), re.DOTALL)
    if not pattern.search(page):
        raise ValueError(
            f"the page has no `<!-- measured: {name} -->` with an `<!-- end -->` after it"
        )
    return pattern.sub(lambda found: f"{found.group(1)}{text}\n{found.group(2)}", page)


def _detections(records: Iterable[Record | None]) -> str:
    known = [one["detections"] for one in records if one is not None and "detections" in one]
    return f"{known[0]:,}" if known else "?"


def _f1(one: Record | None) -> str:
    if one is None:
        return "not run"
    return f"{one['f1']:.3f}" if one["state"] == "done" else one["state"]


def _seconds(one: Record | None, key: str = "seconds") -> str:
    if one is None or key not in one:
        return "-"
    limit = one["state"] == "stopped"
    return f"more than {one[key]:.0f}" if limit else f"{one[key]:.2f}"


def _number(one: Record | None, key: str, form: str) -> str:
    value = None if one is None else one.get(key)
    return "-" if value is None else form.format(value)


def _mean(records: Sequence[Record], key: str, form: str) -> str:
    known = [one[key] for one in records if one.get(key) is not None]
    return form.format(np.mean(known)) if known else "-"


def _total(records: Sequence[Record]) -> str:
    """Mean processor seconds; a run that was stopped counts with what it had used, and is told."""
    known = [one for one in records if PROCESSOR in one]
    if not known:
        return "-"
    more = "more than " if any(one["state"] == "stopped" for one in known) else ""
    return f"{more}{np.mean([one[PROCESSOR] for one in known]):.2f}"


TABLES: Final[Mapping[str, tuple[Callable[[Runs], str], ...]]] = {
    "quick": (side_by_side, honesty),
    "small": (side_by_side, honesty),
    "faults": (side_by_side, honesty),
    "bare": (side_by_side, honesty),
    "hour": (by_engine, speed),
    "large": (by_engine, speed),
    "growth": (growth,),
    "country": (by_engine,),
    "sick": (honesty, by_engine),
    "noise": (by_engine,),
}
