"""Rounds of hypotheses and packing over all detections, in blocks of time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.fusion.association.arrays import (
    Air,
    Bytes,
    Events,
    Heard,
    Longs,
    Model,
    Near,
    Sensors,
    joined,
    no_events,
    pick,
)
from truceline.fusion.association.crowd import SOUND, on_a_plane, salvo_bonus
from truceline.fusion.association.packing import pack, settle
from truceline.fusion.association.salvo import rounds_beside
from truceline.fusion.association.seeding import hypotheses

BLOCK = 1 << 15
"""Detections of one block; fixed, so that the number of threads changes nothing."""
_ROUNDS = 5
_CLEAR = 12.0
_LEAST = -3.0
_WEAK = -12.0
"""Log-odds of a hypothesis that may still stand in company."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a hypothesis is judged by."""

    sensors: Sensors
    heard: Heard
    near: Near
    air: Air
    model: Model


def solve(world: World, threads: int = 2, first: Longs | None = None) -> Events:
    """Find the events.

    Args:
        world: sensors, detections, neighbours, weather, model.
        threads: how many blocks are worked on at once.
        first: detections that may be first arrivals, by time; null: all.

    Returns:
        events by time; no detection in two.
    """
    taken = np.zeros(len(world.heard.sensor), np.int8)
    todo = world.heard.by_time if first is None else first
    found: list[Events] = []
    for _ in range(_ROUNDS):
        made = _hypotheses(world, todo, taken, threads)
        if not len(made.anchor):
            break
        made = _with_salvos(world, made, joined(found), taken)
        stands = np.zeros(len(made.anchor), np.int8)
        pack(_best_first(made), made, taken, stands)
        found.append(pick(made, stands == 1))
        lost = pick(made, stands == 0)
        todo = _free_again(world, lost, taken)
        if not len(todo):
            break
    events = joined(found)
    events = _settled(world, events, taken)
    return pick(events, np.lexsort((events.anchor, events.time_s)))


def _hypotheses(world: World, first: Longs, taken: Bytes, threads: int) -> Events:
    blocks = [first[at : at + BLOCK] for at in range(0, len(first), BLOCK)]

    def work(block: Longs) -> Events:
        room = no_events(len(block) // 2 + 64)
        explained = np.zeros(len(taken), np.int8)
        count = hypotheses(
            block, _WEAK, _CLEAR, world.sensors, world.heard, world.near, world.air, world.model,
            taken, explained, room,
        )  # fmt: skip
        return pick(room, np.arange(count))

    if threads <= 1 or len(blocks) <= 1:
        return joined([work(block) for block in blocks])
    with ThreadPoolExecutor(threads) as pool:
        return joined(list(pool.map(work, blocks)))


def _with_salvos(world: World, made: Events, before: Events, taken: Bytes) -> Events:
    """Add the rounds beside sound events, weigh all by the company they are in, drop the weak."""
    sound = pick(made, made.log_odds > SOUND)
    room = no_events(4 * len(sound.anchor) + 64)
    count = rounds_beside(
        _best_first(sound), sound, on_a_plane(sound, world.sensors), _WEAK, world.sensors,
        world.heard, world.near, world.air, world.model, taken, room,
    )  # fmt: skip
    every = joined([made, pick(room, np.arange(count))])
    company = joined([before, every])
    company = pick(company, company.log_odds > SOUND)
    bonus = salvo_bonus(every, company, world.sensors, world.model.log_rate)
    every = every._replace(log_odds=every.log_odds + bonus)
    return pick(every, every.log_odds > _LEAST)


def _best_first(events: Events) -> NDArray[np.int64]:
    """Order by evidence; what is equal by time and anchor, so that the order of input is moot."""
    return np.lexsort((events.anchor, events.time_s, -events.log_odds)).astype(np.int64)


def _free_again(world: World, lost: Events, taken: Bytes) -> Longs:
    """Give the members of hypotheses that did not stand and serve no event, by time."""
    members = np.unique(lost.member[lost.member >= 0])
    free: Longs = members[taken[members] == 0]
    return free[np.lexsort((free, world.heard.time_s[free]))]


def _settled(world: World, events: Events, taken: Bytes) -> Events:
    alive = np.ones(len(events.anchor), np.int8)
    for _ in range(2):
        order = _best_first(events)
        changed = settle(
            order, world.sensors, world.heard, world.near, world.air, world.model, taken, _WEAK,
            events, alive,
        )  # fmt: skip
        if not changed:
            break
    events = pick(events, alive == 1)
    sound = pick(events, events.log_odds > SOUND)
    bonus = salvo_bonus(events, sound, world.sensors, world.model.log_rate)
    events = events._replace(log_odds=events.log_odds + bonus)
    return pick(events, events.log_odds > _LEAST)
