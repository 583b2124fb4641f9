"""What `truceline coverage` says in the end."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from truceline.pipeline.coverage_files import CoverageResult


def in_words(result: CoverageResult) -> list[str]:
    """Give a few sentences for a person."""
    whole, states = _whole(result), _states(result)
    hours = (result.watch.hours_s[-1] - result.watch.hours_s[0]) / 3600.0
    about = (
        f"{len(result.watch.cells.lon)} cells of {result.watch.rules.size_m / 1000:g} km, "
        f"{hours:g} h: {whole['watched']:.0%} of cells and hours watched, the rest blind"
    )
    lines = [about]
    if whole["watched"] == 0.0:
        lines.append("blind everywhere: any number of events may have happened")
    else:
        lines.append(
            f"{whole['observed']:.0f} events counted where it watched; {whole['low']:.0f} to "
            f"{whole['high']:.0f} happened there (90 %), {whole['unobserved']:.0f} not counted"
        )
    lines.append(
        "cells: "
        + ", ".join(f"{states.get(s, 0)} {s}" for s in ("heard", "silent", "unsure", "blind"))
    )
    limit = _silent_limit(result)
    if math.isfinite(limit):
        lines.append(
            f"a cell is silent: nothing was counted, and at most {limit:.0f} events are expected there "
            f"in {hours:g} h (95 %, half of the silent cells at most this)"
        )
    quietest = result.watch.loudness.quietest_m
    if math.isfinite(quietest):
        lines.append(
            f"events quieter than those that half of the sensors hear at {quietest / 1000:.1f} km "
            "cannot be counted, and are in no number"
        )
    if result.comparison is not None:
        one = result.comparison
        lines.append(
            f"before and after: {one.before_per_h:.1f} and {one.after_per_h:.1f} events/h in {one.cells}"
            f" cells watched in both; ratio {one.ratio:.2f} ({one.low:.2f} to {one.high:.2f}, 90 %)"
        )
    return lines


def as_json(result: CoverageResult) -> dict[str, Any]:
    """Give the same for a program; what is unbounded or unknown is null."""
    compared = result.comparison
    return {
        **{name: _plain(value) for name, value in _whole(result).items() if name in _NUMBERS},
        "cells": _states(result),
        "silent_limit": _plain(_silent_limit(result)),
        "comparison": None
        if compared is None
        else {name: _plain(getattr(compared, name)) for name in compared.__slots__},
        "remarks": list(result.remarks),
    }


_NUMBERS = (
    "probability", "watched", "observed", "unobserved", "low", "high", "expected_low",
    "expected_high",
)  # fmt: skip


def _whole(result: CoverageResult) -> dict[str, Any]:
    return {name: result.rates[name][0].as_py() for name in (*_NUMBERS, "state")}


def _states(result: CoverageResult) -> dict[str, int]:
    return dict(Counter(str(state) for state in result.cells["state"].to_pylist()))


def _silent_limit(result: CoverageResult) -> float:
    """Give the middle of what silence is consistent with in the silent cells."""
    silent = np.array(result.cells["state"].to_pylist()) == "silent"
    limits = np.sort(result.cells["expected_high"].to_numpy()[silent])
    return float(limits[len(limits) // 2]) if len(limits) else math.inf


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
