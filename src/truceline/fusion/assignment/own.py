"""Sets of evidence that may form an incident of which nothing else knew."""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.fusion.assignment.evidence import FOOTPRINT, Evidence, Floats, Longs
from truceline.fusion.assignment.intersect import Meeting, meeting, rows_of
from truceline.fusion.assignment.likeness import looks_ahead_s, looks_back_s, reach_m
from truceline.fusion.assignment.places import within
from truceline.fusion.assignment.rates import Rates
from truceline.fusion.assignment.silence import Watches, observers_of, silences

_LEAST: Final = -3.0
"""Log-weight of a set below which it is left out, and grows no further."""
_LARGEST: Final = 8
_MOST: Final = 4000
"""Sets that are looked at in one run; the rest are left out, the latest first."""


def sets_of(
    evidence: Evidence,
    free: Longs,
    rates: Rates,
    log_rate: float,
    log_clutter: Floats,
    watches: Watches,
    known: dict[tuple[int, ...], Meeting],
) -> tuple[tuple[tuple[int, ...], ...], Floats, tuple[Meeting, ...]]:
    """Find sets of pieces of different groups that meet in place and time.

    A set grows from pairs by one piece at a time, as long as it is likely. A satellite alone forms
    none: nearly all heat that is seen from space is nobody's fire.

    Args:
        evidence: all.
        free: rows that may be of no known incident.
        rates: what they are weighed by.
        log_rate: natural log of events per m² and s that the incidents lack.
        log_clutter: natural log of the rate of clutter of each piece.
        watches: who was looking; their silence counts.
        known: where sets meet; what is found here is added.

    Returns:
        the sets, their log-weights, and where each meets.
    """
    after = _partners(evidence, free, rates)
    sets: list[tuple[int, ...]] = []
    weights: list[float] = []
    meets: list[Meeting] = []
    todo: list[tuple[int, ...]] = [
        (one, other) for one, others in sorted(after.items()) for other in sorted(others)
    ]
    seen = 0
    while todo and seen < _MOST:
        now, todo = todo, []
        for members in now[: _MOST - seen]:
            seen += 1
            if members not in known:
                known[members] = meeting(rows_of(evidence, members), rates)
            at = known[members]
            weight = log_rate + at.log_mass - float(log_clutter[list(members)].sum())
            weight += _silence(evidence, members, at, watches, rates)
            if weight < _LEAST:
                continue
            if not (evidence.kind[list(members)] == FOOTPRINT).all():
                sets.append(members)
                weights.append(weight)
                meets.append(at)
            if len(members) < _LARGEST:
                todo += [(*members, more) for more in _more(members, after)]
    return tuple(sets), np.array(weights), tuple(meets)


def _more(members: tuple[int, ...], after: dict[int, set[int]]) -> list[int]:
    """Give what comes after the last member and goes with all of them."""
    common = set.intersection(*(after.get(one, set()) for one in members))
    return sorted(common)


def _partners(evidence: Evidence, free: Longs, rates: Rates) -> dict[int, set[int]]:
    """Give to each piece the later ones with which it may form a set."""
    reach = reach_m(evidence)[free]
    widest = float(reach.max(initial=0.0))
    first, second = within(
        evidence.lon[free],
        evidence.lat[free],
        reach + widest,
        evidence.lon[free],
        evidence.lat[free],
    )
    early = evidence.start_s - np.maximum(looks_back_s(evidence, rates.field), 60.0)
    late = evidence.end_s + looks_ahead_s(evidence, rates.field)
    one, other = free[first], free[second]
    good = (one < other) & (early[one] <= late[other]) & (early[other] <= late[one])
    good &= evidence.group[one] != evidence.group[other]
    good &= evidence.observer[one] != evidence.observer[other]
    after: dict[int, set[int]] = {}
    for a, b in zip(one[good].tolist(), other[good].tolist(), strict=True):
        after.setdefault(a, set()).add(b)
    return after


def _silence(
    evidence: Evidence,
    members: tuple[int, ...],
    at: Meeting,
    watches: Watches,
    rates: Rates,
) -> float:
    if not len(watches.lon) or not np.isfinite(at.log_mass):
        return 0.0
    told = [observers_of(evidence, np.array(members, np.int64))]
    place = (np.array([at.lon]), np.array([at.lat]), np.array([at.time_s]))
    return float(silences(*place, told, watches, rates)[0])
