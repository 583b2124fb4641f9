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
FARTHEST_M: Final = 15_000.0
"""Nobody is asked about what was farther away. Unit: m."""
FIRST_BURNS_S: Final = 3600.0
"""Mean time from an event to the first sight of its fire, before anything is learned: a vehicle or a
roof burns for about an hour. A judgement."""
NOTHING_SHARE: Final = 0.15
"""Share of what trained people write down that is of nothing: thunder, a quarry, a door. A judgement,
that of a source which is "usually reliable" (letter B of the Admiralty code)."""
REAL_AT_LEAST: Final = 0.2
"""Of what no incident explains, at least this share is taken to be real. A judgement."""
MOST_ROUNDS: Final = 12.0
"""Rounds beyond which more of them do not make it likelier that somebody notes any. A judgement."""


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


def noted(seen: Floats, count_max: Floats | float) -> Floats:
    """Give the probability that any of several rounds is noted.

    >>> noted(np.array([0.5]), 2.0).tolist(), noted(np.array([0.5]), np.nan).tolist()
    ([0.75], [0.5])
    """
    rounds = np.clip(np.nan_to_num(count_max, nan=1.0), 1.0, MOST_ROUNDS)
    return np.asarray(np.clip(1.0 - (1.0 - seen) ** rounds, 1e-6, 0.99), float)


def real_share(evidence: Evidence, unexplained: Floats, streams: int) -> Floats:
    """Give for each stream which share of what no incident explains is of something real.

    Args:
        evidence: all.
        unexplained: probability of each piece that no incident explains it.
        streams: how many there are.
    """
    every = np.bincount(evidence.stream, minlength=streams).astype(float)
    left = np.maximum(np.bincount(evidence.stream, unexplained, streams), 1e-9)
    return np.clip(1.0 - NOTHING_SHARE * every / left, REAL_AT_LEAST, 1.0)


def missed_rate(evidence: Evidence, rates: Rates, unexplained: Floats) -> float:
    """Give the rate of events that the incidents lack, by the evidence that they do not explain.

    Args:
        evidence: all.
        rates: of all streams.
        unexplained: probability of each piece that no incident explains it.

    Returns:
        events per m² and s.
    """
    streams = len(rates.kind)
    inner = np.concatenate([[0.0], EDGES_M])
    ring = np.pi * (np.concatenate([EDGES_M, [FARTHEST_M]]) ** 2 - inner**2)
    # what is told of many rounds is noted from farther away: the ground of a stream is that of its words
    any_noted = noted(rates.seen[evidence.stream], evidence.count_max[:, None])
    around = (any_noted * ring).sum(axis=1)
    everywhere = any_noted[:, 0] * rates.field.area_m2
    ground = np.where(evidence.kind == SECTOR, around, everywhere)
    pieces = np.maximum(np.bincount(evidence.stream, minlength=streams), 1)
    mean = np.bincount(evidence.stream, ground, streams) / pieces
    covered = np.where(rates.kind == SECTOR, mean * rates.observers, mean)
    real = real_share(evidence, unexplained, streams) * np.bincount(
        evidence.stream, unexplained, streams
    )
    tells = rates.kind != FOOTPRINT
    return float(real[tells].sum()) / max(float(covered[tells].sum()) * rates.field.span_s, 1.0)
