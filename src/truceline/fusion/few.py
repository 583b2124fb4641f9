"""Events that only two or three masts heard, among the detections that no other event has taken.

The association of networks wants four arrivals, or three and bearings, since in a dense network what
fewer heard is chance. Where masts stand far apart, two arrivals and a bearing are all that there is.
These are tried here one by one, judged by the same model and the same likelihood: all sensors in
earshot, those that heard nothing too.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import numpy as np

from truceline.fusion.association.arrays import (
    MOST_MEMBERS,
    Bytes,
    Events,
    Floats,
    Heard,
    Longs,
    joined,
    no_events,
    pick,
)
from truceline.fusion.association.cholesky import determinant_3
from truceline.fusion.association.fitting import UNKNOWNS, fit
from truceline.fusion.association.likelihood import log_ratio
from truceline.fusion.association.refining import air_at, keep, no_home
from truceline.fusion.association.solve import World
from truceline.fusion.few_places import FARTHEST_M, Place, places_by_bearing, places_of_three

FACTS: Final = 3
"""Masts and bearings that a place and a time need: as many as there are unknowns."""
DENSE_M: Final = 12_000.0
DENSE: Final = 12
"""Where so many other masts stand within :data:`DENSE_M`, an event is heard by four or more."""
MOST_COMPANY: Final = 12
"""Where more arrivals than this are in time to be of one event with the first, most of them are chance,
and two that fit say nothing."""
_MAST_M: Final = 50.0
"""Sensors nearer to one another than this are of one mast: they tell of one place."""
_LEAST: Final = -3.0
"""Log-odds below which nothing is kept."""
_ROUNDS: Final = 4
_STEPS: Final = 8
_SLACK_S: Final = 0.5
_LOG_2PI: Final = math.log(2.0 * math.pi)


def few_heard(world: World, events: Events) -> Events:
    """Find events of few masts.

    Args:
        world: sensors, detections, neighbours, weather, model.
        events: that were found already; their members are taken.

    Returns:
        further events by time; no detection in two, none of ``events`` either.
    """
    taken = np.zeros(len(world.heard.time_s), np.int8)
    taken[events.member[events.member >= 0]] = 1
    search = _Search(world, taken)
    for first in world.heard.by_time.tolist():
        search.add(first)
    found = search.packed()
    if not found:
        return no_events()
    every = joined(found)
    return pick(every, np.lexsort((every.anchor, every.time_s)))


def facts_of(world: World, member: Longs) -> int:
    """Count masts and bearings among detections; 0 where all are of one mast."""
    masts: dict[int, bool] = {}
    for hit in member.tolist():
        sensor = int(world.heard.sensor[hit])
        told = not (
            np.isnan(world.heard.azimuth_deg[hit])
            or np.isnan(world.sensors.azimuth_sigma_deg[sensor])
        )
        mast = _mast(world, sensor)
        masts[mast] = masts.get(mast, False) or told
    return len(masts) + sum(masts.values()) if len(masts) > 1 else 0


def _mast(world: World, sensor: int) -> int:
    """Name the mast of a sensor by the first sensor that stands on it."""
    near = world.near
    here = near.sensor[sensor][(near.distance_m[sensor] < _MAST_M) & (near.sensor[sensor] >= 0)]
    return int(here.min())


class _Search:
    """Hypotheses by evidence, best first; each set of detections once."""

    def __init__(self, world: World, taken: Bytes) -> None:
        self.world, self.taken = world, taken
        self._heap: list[tuple[float, tuple[int, ...]]] = []
        self._made: dict[tuple[int, ...], Events] = {}
        self._member = np.empty(MOST_MEMBERS, np.int64)
        self._which = np.empty(MOST_MEMBERS, np.int64)
        self._loudness = np.empty(len(world.model.log_loudness))
        self._wind, self._home = np.empty(3), no_home()
        self._cov: Floats = np.empty((UNKNOWNS, UNKNOWNS))
        near = world.near
        masts = (near.distance_m < DENSE_M) & (near.distance_m >= _MAST_M)
        self._sparse = masts.sum(axis=1) < DENSE

    def add(self, first: int) -> None:
        """Put in the best event of which a detection is the first arrival, if there is one."""
        anchor = int(self.world.heard.sensor[first])
        if self.taken[first] or not self._sparse[anchor]:
            return
        air_at(self.world.air, anchor, self.world.heard.time_s[first], self._wind)
        company = list(islice(self._company(first), MOST_COMPANY + 1))
        if not 0 < len(company) <= MOST_COMPANY:
            return
        best = no_events(1)
        for place in self._places(first, company):
            made = self._refined(first, place)
            if made is not None and made.log_odds[0] > best.log_odds[0]:
                best = made
        if best.log_odds[0] < _LEAST:
            return
        key = tuple(sorted(best.member[0, : best.size[0]].tolist()))
        if key not in self._made or best.log_odds[0] > self._made[key].log_odds[0]:
            self._made[key] = best
            heapq.heappush(self._heap, (-float(best.log_odds[0]), key))

    def packed(self) -> list[Events]:
        """Take the best hypotheses; where one lost members to a better one, the rest is tried anew."""
        stand: list[Events] = []
        while self._heap:
            _, key = heapq.heappop(self._heap)
            if not self.taken[list(key)].any():
                stand.append(self._made[key])
                self.taken[list(key)] = 1
                continue
            for hit in key:
                if not self.taken[hit]:
                    self.add(hit)
        return stand

    def _places(self, first: int, company: Sequence[tuple[int, int]]) -> Iterator[Place]:
        heard, near, sensors = self.world.heard, self.world.near, self.world.sensors
        speed = float(self._wind[0])
        for other, number in company:
            yield from places_by_bearing(first, other, number, sensors, heard, near, speed)
        for place, (other, number) in enumerate(company):
            for third, another in company[:place]:
                if number != another:
                    numbers = (another, number)
                    yield from places_of_three(first, (third, other), numbers, heard, near, speed)

    def _company(self, first: int) -> Iterator[tuple[int, int]]:
        """Give the free detections of other masts that one event may have made, not before ``first``."""
        heard, near = self.world.heard, self.world.near
        anchor, time = int(heard.sensor[first]), float(heard.time_s[first])
        slowest = float(self._wind[0]) - 2.0 * self.world.model.search_sigma_m_s
        for number in range(1, int(near.known[anchor])):
            distance = float(near.distance_m[anchor, number])
            if distance < _MAST_M or distance > 2 * FARTHEST_M:
                continue
            sensor = int(near.sensor[anchor, number])
            for hit in _between(heard, sensor, time, time + distance / slowest + _SLACK_S):
                if not self.taken[hit]:
                    yield hit, number

    def _refined(self, first: int, place: Place) -> Events | None:
        """Choose members and fit in turn until they stay the same; weigh by Laplace's method."""
        world, model = self.world, self.world.model
        sensors, heard, near = world.sensors, world.heard, world.near
        anchor = heard.sensor[first]
        at = np.zeros(UNKNOWNS)
        at[:3] = place[0], place[1], heard.time_s[first] + place[2]
        before: list[int] = []
        source = math.nan
        for turn in range(_ROUNDS + 1):
            sigma = model.search_sigma_m_s if turn == 0 else model.path_sigma_m_s
            air = self._wind + at[3:]
            value, size, source = log_ratio(
                anchor, at[0], at[1], at[2], air[0], air[1], air[2], sigma, sensors, heard, near,
                model, self.taken, self._member, self._which, self._loudness, source,
            )  # fmt: skip
            members = self._member[:size].tolist()
            if facts_of(world, self._member[:size]) < FACTS:
                return None
            if turn > 1 and members == before:
                break
            before = members
            fit(
                anchor, at, size, self._member, self._which, self._wind, self._home, _STEPS,
                sensors, heard, near, model, self._cov,
            )  # fmt: skip
        odds = self._log_odds(value, at)
        if not odds >= _LEAST or first not in members:
            return None
        made = no_events(1)
        keep(
            made, 0, anchor, at, odds, size, self._member, self._which, self._wind, heard, near,
            self._cov,
        )  # fmt: skip
        return made

    def _log_odds(self, value: float, at: Floats) -> float:
        """Give the log-odds as the engine takes them: evidence, volume, air, rate."""
        model = self.world.model
        volume = determinant_3(self._cov)
        if not volume > 0.0:
            return -math.inf
        odds = value + 1.5 * _LOG_2PI + 0.5 * math.log(volume) + model.log_rate
        odds -= 0.5 * (at[3] / model.speed_sigma_m_s) ** 2
        return float(odds - 0.5 * (at[4] ** 2 + at[5] ** 2) / model.wind_sigma_m_s**2)


def _between(heard: Heard, sensor: int, low: float, high: float) -> range:
    """Give the detections of a sensor in a stretch of time."""
    start, end = int(heard.at[sensor]), int(heard.at[sensor + 1])
    times = heard.time_s[start:end]
    return range(
        start + int(np.searchsorted(times, low)), start + int(np.searchsorted(times, high, "right"))
    )
