"""How often each stream sees what happens, and tells of what nobody heard: first figures.

A stated figure of a datastream stands; the others are learned (:mod:`.learn`) from these.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from truceline.fusion.assignment.evidence import FOOTPRINT, PLACE, SECTOR, Evidence, Floats, Longs
from truceline.fusion.assignment.likeness import Field

EDGES_M: Final = np.array([2000.0, 4000.0, 6000.0, 8000.0, 12_000.0])
"""Distances at which the probability that an observer notes something may change. Unit: m."""
FIRST_SEEN: Final[dict[int, tuple[float, ...]]] = {
    SECTOR: (0.5, 0.4, 0.3, 0.2, 0.1, 0.02),
    FOOTPRINT: (0.045,) * 6,
    PLACE: (0.1,) * 6,
}
"""Probability that what happens is noted, by distance, before anything is learned.

Source: of 287 verified strikes of autumn 2022 a satellite saw 13 burn within 2 km and a day (VIIRS;
`docs/background.md`); the others are judgements."""
SEEN_WEIGHT: Final[dict[int, float]] = {SECTOR: 4.0, FOOTPRINT: 20.0, PLACE: 10.0}
"""How many observations that first figure is worth."""
FIRST_BURNS_S: Final = 3600.0
"""Mean time from an event to the first sight of its fire, before anything is learned: a vehicle or a
roof burns for about an hour. A judgement."""
MISSED_SHARE: Final = 0.5
"""Of what the incidents do not explain, the share that speaks of something real. A judgement."""


class Stated(NamedTuple):
    """What is stated of each stream, shape (streams,); NaN: not stated."""

    clutter: Floats
    """Pieces of clutter over the span: of each observer of sectors, else of the whole stream."""
    seen: Floats
    """Probability that what happens is noted."""


class Rates(NamedTuple):
    """What evidence is weighed by."""

    field: Field
    kind: Longs
    """Of each stream."""
    clutter: Floats
    """Expected pieces of clutter, per observer of sectors, else per stream."""
    seen: Floats
    """Probability that what happens is noted, shape (streams, distances)."""
    observers: Longs
    """How many observers each stream has that wrote anything."""


def nothing_stated(streams: int) -> Stated:
    """Give statements of nothing.

    >>> nothing_stated(2).seen.tolist()
    [nan, nan]
    """
    return Stated(np.full(streams, np.nan), np.full(streams, np.nan))


def first_rates(evidence: Evidence, span_s: float, area_m2: float, stated: Stated) -> Rates:
    """Give the figures from which learning starts.

    Args:
        evidence: all of it.
        span_s: time over which it was gathered.
        area_m2: ground from which clutter may be.
        stated: of each stream.
    """
    streams = len(stated.seen)
    kind, observers, pieces = (np.zeros(streams, np.int64) for _ in range(3))
    for stream in np.unique(evidence.stream):
        rows = evidence.stream == stream
        kind[stream] = evidence.kind[rows][0]
        observers[stream] = len(np.unique(evidence.observer[rows]))
        pieces[stream] = rows.sum()
    shared = np.where(kind == SECTOR, np.maximum(observers, 1), 1)
    seen = np.array([FIRST_SEEN[int(one)] for one in kind]).reshape(streams, len(EDGES_M) + 1)
    seen = np.where(np.isnan(stated.seen)[:, None], seen, stated.seen[:, None])
    clutter = np.where(np.isnan(stated.clutter), (0.3 * pieces + 0.5) / shared, stated.clutter)
    known = evidence.range_max_m[~np.isnan(evidence.range_max_m)]
    field = Field(
        span_s,
        area_m2,
        max(float(known.max(initial=0.0)), 1000.0),
        1.0,
        1.0,
        1.0,
        0.0,
        np.full(streams, FIRST_BURNS_S),
    )
    return Rates(field, kind, clutter, seen, observers)


def step_of(distance_m: Floats) -> Longs:
    """Give the step of distance.

    >>> step_of(np.array([100.0, 2500.0, 9e9])).tolist()
    [0, 1, 5]
    """
    return np.searchsorted(EDGES_M, distance_m, side="right").astype(np.int64)


def missed_rate(rates: Rates, unexplained: Floats) -> float:
    """Give the rate of events that the incidents lack, by the evidence that they do not explain.

    Args:
        rates: of all streams.
        unexplained: expected pieces of each stream that no incident explains.

    Returns:
        events per m² and s.
    """
    inner = np.concatenate([[0.0], EDGES_M])
    outer = np.concatenate([EDGES_M, [15_000.0]])
    ring = np.pi * (outer**2 - inner**2)
    heard = (rates.seen * ring).sum(axis=1) * np.maximum(rates.observers, 1)
    covered = np.where(rates.kind == SECTOR, heard, rates.seen[:, 0] * rates.field.area_m2)
    tells = rates.kind != FOOTPRINT
    ground = float(covered[tells].sum()) * rates.field.span_s
    return MISSED_SHARE * float(unexplained[tells].sum()) / max(ground, 1.0)
