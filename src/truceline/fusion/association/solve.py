"""Events of a day, by blocks of time with a halo: what a block gives depends on what is near it only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.fusion.association.arrays import (
    Air,
    Bytes,
    Events,
    Floats,
    Heard,
    Longs,
    Model,
    Near,
    Sensors,
    joined,
    no_events,
    pick,
)
from truceline.fusion.association.crowd import SOUND, homes_of, on_a_plane, salvo_bonus
from truceline.fusion.association.packing import exchange, pack, settle, woken
from truceline.fusion.association.seeding import hypotheses
from truceline.fusion.association.tangles import untangled

BLOCK_S: Final = 1800.0
"""Length of a block. Unit: s."""
HALO_S: Final = 90.0
"""Beyond both ends of a block first arrivals are tried too. Unit: s."""
TRAVEL_S: Final = 80.0
"""Beyond the last first arrival what it may have made is listened to. Unit: s."""
_ROUNDS: Final = 5
_EXCHANGES: Final = 3
_WAKE_S: Final = 20.0
"""Events this near in time may be competitors for detections. Unit: s."""
_CLEAR: Final = 12.0
_LEAST: Final = -3.0


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a hypothesis is judged by."""

    sensors: Sensors
    heard: Heard
    near: Near
    air: Air
    model: Model


def solve(world: World, threads: int = 2, spans: Floats | None = None) -> Events:
    """Find the events.

    Args:
        world: sensors, detections, neighbours, weather, model.
        threads: how many spans of time are worked on at once.
        spans: start and end of the spans of time to solve, shape (n, 2); null: all. Unit: s.

    Returns:
        events by time; no detection in two.
    """
    times = world.heard.time_s[world.heard.by_time]
    if not len(times):
        return no_events()
    blocks = blocks_of(times)
    asked = np.column_stack((blocks, blocks + 1)) * BLOCK_S if spans is None else spans

    def work(span: Floats) -> Events:
        return span_events(world, times, float(span[0]), float(span[1]))

    if threads <= 1 or len(asked) <= 1:
        parts = [work(span) for span in asked]
    else:
        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(work, asked))
    return reconciled(joined(parts))


def blocks_of(times: Floats) -> Longs:
    """Give the numbers of the blocks that hold a time."""
    return np.unique(np.floor_divide(times, BLOCK_S)).astype(np.int64)


def block_events(world: World, times: Floats, block: int) -> Events:
    """Give the events of one block of time.

    Args:
        world: as for :func:`solve`.
        times: of all detections, sorted. Unit: s.
        block: its number.
    """
    return span_events(world, times, block * BLOCK_S, (block + 1) * BLOCK_S)


def span_events(world: World, times: Floats, start: float, end: float) -> Events:
    """Give the events of a span of time, found with what lies in a halo about it.

    Args:
        world: as for :func:`solve`.
        times: of all detections, sorted. Unit: s.
        start: of the span. Unit: s.
        end: of the span, not part of it. Unit: s.
    """
    low, high = np.searchsorted(times, [start - HALO_S, end + HALO_S + TRAVEL_S])
    here = np.sort(world.heard.by_time[low:high])  # the order of sensors, then time
    local = World(world.sensors, _part(world.heard, here), world.near, world.air, world.model)
    first = local.heard.by_time
    first = first[local.heard.time_s[first] < end + HALO_S]
    events = _events(local, first)
    inside = pick(events, (events.time_s >= start) & (events.time_s < end))
    member = np.where(inside.member >= 0, here[np.maximum(inside.member, 0)], -1)
    return inside._replace(member=member)


def _part(heard: Heard, here: Longs) -> Heard:
    sensor, time = heard.sensor[here], heard.time_s[here]
    return Heard(
        sensor=sensor,
        time_s=time,
        level_db=heard.level_db[here],
        azimuth_deg=heard.azimuth_deg[here],
        at=np.searchsorted(sensor, np.arange(len(heard.at))).astype(np.int64),
        by_time=np.argsort(time, kind="stable").astype(np.int64),
    )


def reconciled(events: Events) -> Events:
    """Order by time; where two events of neighbouring blocks claim a detection, the likelier stands."""
    owner = events.member[events.member >= 0]
    if len(np.unique(owner)) < len(owner):
        taken = np.zeros(int(owner.max()) + 1, np.int8)
        stands = np.zeros(len(events.anchor), np.int8)
        pack(_best_first(events), events, taken, stands)
        events = pick(events, stands == 1)
    return pick(events, np.lexsort((events.anchor, events.time_s)))


def _events(world: World, first: Longs) -> Events:
    taken = np.zeros(len(world.heard.sensor), np.int8)
    events = no_events()
    for _ in range(_ROUNDS):
        made = _hypotheses(world, first, taken)
        if not len(made.anchor):
            break
        made = _in_company(world, made, events)
        stands = np.zeros(len(made.anchor), np.int8)
        pack(_best_first(made), made, taken, stands)
        if not stands.any():
            break
        lost = pick(made, stands == 0)
        fresh = pick(made, stands == 1)
        events = _exchanged(world, joined([events, fresh]), len(fresh.anchor), taken)
        first = _free_again(world, lost, taken)
        if not len(first):
            break
    return _settled(world, events, taken)


def _exchanged(world: World, events: Events, fresh: int, taken: Bytes) -> Events:
    """Let events exchange members until nothing is gained; the last ``fresh`` ones are new."""
    count = len(events.anchor)
    alive, awake = np.ones(count, np.int8), np.zeros(count, np.int8)
    touched = (np.arange(count) >= count - fresh).astype(np.int8)
    owner = np.full(len(taken), -1, np.int64)
    there = events.member >= 0
    owner[events.member[there]] = np.nonzero(there)[0]
    homes = np.zeros((count, 3))  # a pull to the middle would hide mixtures
    for _ in range(_EXCHANGES):
        woken(events.time_s, touched, _WAKE_S, awake)
        changed = exchange(
            _best_first(events), world.sensors, world.heard, world.near, world.air, world.model,
            taken, owner, _LEAST, homes, events, alive, awake, touched,
        )  # fmt: skip
        changed += untangled(
            np.lexsort((events.anchor, events.time_s)).astype(np.int64),
            on_a_plane(events, world.sensors), world.sensors, world.heard, world.near, world.air,
            world.model, taken, owner, _LEAST, homes, events, alive, awake, touched,
        )  # fmt: skip
        if not changed:
            break
    return pick(events, alive == 1)


def _hypotheses(world: World, first: Longs, taken: Bytes) -> Events:
    room = no_events(len(first) // 2 + 64)
    explained = np.zeros(len(taken), np.int8)
    count = hypotheses(
        first, _LEAST, _CLEAR, SOUND, world.sensors, world.heard, world.near, world.air, world.model,
        taken, explained, room,
    )  # fmt: skip
    return pick(room, np.arange(count))


def _in_company(world: World, made: Events, before: Events) -> Events:
    """Weigh hypotheses by the company they are in, and drop the weak."""
    company = joined([before, made])
    company = pick(company, company.log_odds > SOUND)
    bonus = salvo_bonus(made, company, world.sensors, world.model.log_rate)
    made = made._replace(company=bonus)
    return pick(made, made.log_odds + bonus > _LEAST)


def _best_first(events: Events) -> NDArray[np.int64]:
    """Order by evidence; what is equal by time and anchor, so that the order of input is moot."""
    return np.lexsort((events.anchor, events.time_s, -events.log_odds - events.company)).astype(
        np.int64
    )


def _free_again(world: World, lost: Events, taken: Bytes) -> Longs:
    """Give the members of hypotheses that did not stand and serve no event, by time."""
    members = np.unique(lost.member[lost.member >= 0])
    free: Longs = members[taken[members] == 0]
    return free[np.lexsort((free, world.heard.time_s[free]))]


def _settled(world: World, events: Events, taken: Bytes) -> Events:
    alive = np.ones(len(events.anchor), np.int8)
    homes = homes_of(events, world.sensors)
    for _ in range(2):
        order = _best_first(events)
        changed = settle(
            order, world.sensors, world.heard, world.near, world.air, world.model, taken, _LEAST,
            homes, events, alive,
        )  # fmt: skip
        if not changed:
            break
    events = pick(events, alive == 1)
    sound = pick(events, events.log_odds > SOUND)
    bonus = salvo_bonus(events, sound, world.sensors, world.model.log_rate)
    events = events._replace(company=bonus)
    return pick(events, events.log_odds + bonus > _LEAST)
