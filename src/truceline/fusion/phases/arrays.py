"""The arrays that the association of phases works on. Times: s from an origin; a plane in m.

A *channel* is one phase at one station: ``2 * station`` for P, ``2 * station + 1`` for S.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Bytes = NDArray[np.int8]

UNKNOWNS = 4
"""East, north, depth, time."""


class Stations(NamedTuple):
    """Where stations stand, shape (s,)."""

    east_m: Floats
    north_m: Floats


class Picks(NamedTuple):
    """Picks in order of channel, then time, shape (m,)."""

    channel: Longs
    time_s: Floats
    log_rate: Floats
    """Natural log of how many picks a second its channel makes about its time."""
    at: Longs
    """Start of each channel's picks, shape (2 s + 1,)."""
    firsts: Longs
    """Positions of the P picks in this order, by time."""


class Ground(NamedTuple):
    """Travel times of P and S (see :mod:`truceline.fusion.propagation.tables`)."""

    slowness_s_m: Floats
    """Time over straight distance, shape (2, distances, depths)."""
    distance_step_m: float
    depth_step_m: float


class Model(NamedTuple):
    """What is assumed or learned of stations and events."""

    late_s: Floats
    """How late each channel's picks are, shape (2 s,)."""
    sigma_s: Floats
    """Standard error of a pick, P and S, shape (2,)."""
    relative_sigma: Floats
    """Standard error of a travel time as a share of it, P and S, shape (2,)."""
    tail: float
    """Share of picks of events that lie wider, 0..1."""
    log_heard: Floats
    """Log probability that a channel picks an event, shape (2 s, sizes, steps of distance)."""
    log_missed: Floats
    log_size: Floats
    """Log share of each size of event, shape (sizes,)."""
    step_m: float
    """Step of distance in the two tables."""
    log_often: Floats
    """Natural log of events per s in the whole region, by step of time, shape (hours,)."""
    log_place: Floats
    """Natural log of the share of events per m², by cell of the plane, shape (columns, rows)."""
    corner_m: Floats
    """East and north of the middle of the first cell, shape (2,)."""
    cell_m: float
    begin_s: float
    hour_s: float
    depth_m: float
    depth_sigma_m: float
    deepest_m: float
    least_picks: int


class Nodes(NamedTuple):
    """Points of the search and travel times from them, n points."""

    place_m: Floats
    """East, north, depth, shape (n, 3)."""
    time_s: Floats
    """From point to channel without ``late_s``, shape (n, 2 s)."""
    nearest: Longs
    """Stations by travel time, shape (n, at most 12)."""
    of_station: Longs
    """Points at which a station is among the nearest few, in order of station."""
    at: Longs
    """Start of each station's points, shape (s + 1,)."""
    blur_s: Floats
    """Standard error of a time between points, P and S, shape (2,)."""


class Events(NamedTuple):
    """Events or hypotheses, shape (e,) or (e, ...)."""

    place: Floats
    """East, north, depth, time, shape (e, 4)."""
    cov: Floats
    """Of the four, shape (e, 4, 4)."""
    odds: Floats
    """Natural log of the odds that it is an event."""
    member: Longs
    """Position of the pick of each channel, -1: none, shape (e, 2 s)."""
    size: Longs
    """Number of its picks."""


def no_events(count: int, channels: int) -> Events:
    """Make room for hypotheses that are none yet."""
    return Events(
        np.zeros((count, UNKNOWNS)),
        np.zeros((count, UNKNOWNS, UNKNOWNS)),
        np.full(count, -np.inf),
        np.full((count, channels), -1),
        np.zeros(count, np.int64),
    )


def some(events: Events, rows: Longs) -> Events:
    """Give some of the events, in the order of ``rows``."""
    place, cov, odds, member, size = events
    return Events(place[rows], cov[rows], odds[rows], member[rows], size[rows])


def joined(parts: Sequence[Events]) -> Events:
    """Give the events of all parts, in order."""
    place, cov, odds, member, size = zip(*parts, strict=True)
    return Events(
        np.concatenate(place),
        np.concatenate(cov),
        np.concatenate(odds),
        np.concatenate(member),
        np.concatenate(size),
    )
