"""What the parties claim: tallies that blame the other side and grow in the telling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from truceline.model.interval import Interval, local_day
from truceline.simulation.theatre import NORTH, SOUTH, ZONE
from truceline.simulation.world import Event

_METRICS: Final = {
    "violations total": ("fire", "strike", "explosion"),
    "shelling": ("fire.mortar", "fire.artillery"),
    "drones": ("strike",),
}
"""What is tallied, and which branches of the taxonomy it takes in."""
_INFLATION: Final = (1.6, 4.0)


@dataclass(frozen=True, slots=True)
class Claim:
    """One tally of one party."""

    id: str
    side: str
    """Party that speaks."""
    accused: str
    window: Interval
    metric: str
    value: int
    qualifier: str
    contradiction: str
    """Tallies of one accused party that cannot all be true share it; empty for the rest."""
    note: str


def claims_of(rng: np.random.Generator, day: date, events: tuple[Event, ...]) -> tuple[Claim, ...]:
    """Let each side tally the other's acts, and its own as none."""
    found = [claim for side in (NORTH, SOUTH) for claim in _of_side(rng, day, events, side)]
    return tuple(replace(claim, id=f"RK-{number:03}") for number, claim in enumerate(found, 1))


def _of_side(
    rng: np.random.Generator, day: date, events: tuple[Event, ...], side: str
) -> Iterator[Claim]:
    whole = local_day(day, ZONE)
    other = SOUTH if side == NORTH else NORTH
    for metric, branches in _METRICS.items():
        total = metric == "violations total"
        hours = int(whole.seconds // 3600) if total else int(rng.choice([18, 20]))
        window = Interval(whole.start, whole.start + timedelta(hours=hours))
        true = sum(_counts(event, other, branches, window) for event in events)
        value = round(true * float(rng.uniform(*_INFLATION))) + int(rng.integers(1, 5))
        group = f"RC-{other}" if total else ""
        yield Claim("", side, other, window, metric, value, "more than", group, "")
    note = "strict observance claimed"
    yield Claim("", side, side, whole, "own violations", 0, "exact", f"RC-{side}", note)


def _counts(event: Event, party: str, branches: tuple[str, ...], window: Interval) -> bool:
    named = any(event.kind == branch or event.kind.startswith(branch + ".") for branch in branches)
    return named and event.party == party and window.contains(event.time)
