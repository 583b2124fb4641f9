"""How loud the events of a period are, learned from its incidents."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from truceline.fusion.association.arrays import Air, Floats, Ints, Longs, Sensors
from truceline.fusion.coverage.cells import sensors_about
from truceline.fusion.coverage.chances import at_rows, pattern_logs
from truceline.fusion.coverage.hearing import Hearing, half_heard_m
from truceline.fusion.coverage.salvos import salvo_of
from truceline.fusion.coverage.shares import audible, true_shares

_REPLICATES: Final = 20
"""Parts of the salvos that are left out in turn."""
_MOST: Final = 2000
"""Incidents that are learned from; of more, each n-th in time."""


class Incidents(NamedTuple):
    """What was found, in order of time, shape (e,)."""

    lon: Floats
    """Unit: deg."""
    lat: Floats
    time_s: Floats
    weight: Floats
    """Probability that it is an event."""
    member: Ints
    """Sensors that heard it, shape (e, m); -1 beyond the last."""

    def chosen(self, which: Longs) -> Incidents:
        """Give some of them."""
        return Incidents._make(column[which] for column in self)


class Loudness(NamedTuple):
    """What the incidents say."""

    hearing: Hearing
    """With the shares of all events, not only of those that were heard."""
    others: Floats
    """These shares as they would be without each twentieth of the salvos, shape (g, r)."""
    kinds: Floats
    """Probable class of each incident, shape (e, g)."""
    salvo: Longs
    """Of each incident."""
    quietest_m: float
    """Distance at which half of the sensors hear the quietest events that can be counted at all; NaN
    where nothing was found."""


def loudness_of(
    sensors: Sensors, air: Air, hearing: Hearing, incidents: Incidents, found: Floats
) -> Loudness:
    """Learn how loud events are.

    Args:
        sensors: all.
        air: wind at the sensors.
        hearing: with shares to begin with.
        incidents: what was found.
        found: share of the events with 0, 1, ... arrivals that are found.
    """
    lon, lat, time_s, weight, member = incidents
    salvo = salvo_of(lon, lat, time_s)
    near = sensors_about(sensors.lon, sensors.lat, lon, lat)
    logs = pattern_logs(lon, lat, time_s, near, member, sensors, air, hearing)
    exact = at_rows(lon, lat, time_s, time_s, near, sensors, air, hearing, found)
    able = audible(exact, weight)
    before = hearing.share * able if (hearing.share * able).any() else hearing.share
    step = -(-len(lon) // _MOST) if len(lon) else 1
    some = slice(None, None, step)
    asked = (logs[some], exact[some], weight[some])
    share = true_shares(*asked, before)
    kinds = np.exp(logs - logs.max(axis=1, keepdims=True)) * share
    kinds /= np.maximum(kinds.sum(axis=1, keepdims=True), 1e-300)
    return Loudness(
        hearing=hearing._replace(share=share),
        others=_others(*asked, before, salvo[some]),
        kinds=kinds,
        salvo=salvo,
        quietest_m=float(half_heard_m(hearing)[able > 0].min(initial=np.inf))
        if len(lon)
        else np.nan,
    )


def _others(logs: Floats, exact: Floats, weight: Floats, before: Floats, salvo: Longs) -> Floats:
    groups = min(_REPLICATES, int(salvo.max(initial=-1)) + 1)
    if groups < 2:
        return np.zeros((logs.shape[1], 0))
    kept = [weight * (salvo % groups != left) for left in range(groups)]
    return np.column_stack([true_shares(logs, exact, part, before) for part in kept])
