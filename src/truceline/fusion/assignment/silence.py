"""What it says that somebody was looking and saw nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from truceline.fusion.assignment.evidence import Evidence, Floats, Longs
from truceline.fusion.assignment.places import offsets_m, within
from truceline.fusion.assignment.rates import Rates, step_of

_FAR_M = 15_000.0


class Watches(NamedTuple):
    """Who was looking from where and when, shape (w,); silence counts for no others."""

    lon: Floats
    lat: Floats
    start_s: Floats
    end_s: Floats
    observer: Longs
    """As in the evidence."""
    stream: Longs


def no_watches() -> Watches:
    """Give nobody.

    >>> len(no_watches().lon)
    0
    """
    none, whole = np.zeros(0), np.zeros(0, np.int64)
    return Watches(none, none, none, none, whole, whole)


def silence_log_ratio(seen: Floats, up: Floats) -> float:
    """Give the log-likelihood ratio of silence: something happened, over nothing did.

    Args:
        seen: probability that each stream would have told of it, independent of the others.
        up: probability that it was looking.

    Source: a missed detection, 1 - P_D (Bar-Shalom, Daum and Huang 2009, IEEE Control Systems 29(6)).

    >>> round(silence_log_ratio(np.array([0.5, 0.9]), np.array([1.0, 0.0])), 3)
    -0.693
    >>> silence_log_ratio(np.zeros(0), np.zeros(0))
    0.0
    """
    return float(np.log1p(-np.clip(seen * up, 0.0, 0.999)).sum())


def silences(
    lon: Floats,
    lat: Floats,
    time_s: Floats,
    told: list[Longs],
    watches: Watches,
    rates: Rates,
) -> Floats:
    """Give for each place and time what the silence of those who watched is worth.

    Args:
        lon: shape (n,). Unit: deg.
        lat: the same.
        time_s: when it would have happened.
        told: for each, the observers that did tell of it.
        watches: who was looking.
        rates: probability that each would have noted it.
    """
    worth = np.zeros(len(lon))
    place, watch = within(lon, lat, np.full(len(lon), _FAR_M), watches.lon, watches.lat)
    away = np.hypot(*offsets_m(watches.lon[watch], watches.lat[watch], lon[place], lat[place]))
    up = (watches.start_s[watch] <= time_s[place]) & (time_s[place] <= watches.end_s[watch])
    seen = rates.seen[watches.stream[watch], step_of(away)]
    for at in np.unique(place):
        rows = np.flatnonzero(place == at)
        silent = ~np.isin(watches.observer[watch[rows]], told[int(at)])
        worth[at] = silence_log_ratio(seen[rows], (up[rows] & silent).astype(float))
    return worth


def observers_of(evidence: Evidence, pieces: Longs) -> Longs:
    """Give who told some pieces of evidence."""
    return np.unique(evidence.observer[pieces])
