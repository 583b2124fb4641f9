"""From stations and picks to events: begin, learn, solve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from truceline.fusion.phases.arrays import (
    Bytes,
    Events,
    Floats,
    Ground,
    Longs,
    Model,
    Nodes,
    Picks,
    Stations,
    joined,
    no_events,
    some,
)
from truceline.fusion.phases.joint import Shared, nothing_shared, shared_by, widened
from truceline.fusion.phases.learn import first_model, learned, log_rates, well_observed
from truceline.fusion.phases.nodes import nodes_of, times_from
from truceline.fusion.phases.packing import pack, settle, trade
from truceline.fusion.phases.seeding import seed
from truceline.fusion.phases.settings import Settings
from truceline.fusion.propagation.tables import table_of
from truceline.geodesy import from_plane, to_plane
from truceline.geodesy.kernel import in_threads

_BLOCK = 2048
_MOST_SPAN_S = 10 * 31_557_600.0
_ROUNDS = 5
_LESSONS = 2
"""How often the model is learned from the events of a solve, before the last one."""
_HOPE = -6.0
"""Log-odds of a hypothesis whose first arrival is tried again with the picks that are left."""
_CLOSE_S = 4.0
"""Events closer in time than this may have divided their picks wrongly. Unit: s."""


@dataclass(frozen=True, slots=True)
class World:
    """All that events are sought in."""

    stations: Stations
    picks: Picks
    ground: Ground
    nodes: Nodes
    model: Model
    shared: Shared


@dataclass(frozen=True, slots=True)
class Associated:
    """Events by time, and the picks of each."""

    time_s: Floats
    lon: Floats
    """Unit: deg."""
    lat: Floats
    depth_m: Floats
    cov_m2: Floats
    """Of east, north, depth (m) and time (s), shape (e, 4, 4)."""
    probability: Floats
    event: Longs
    """Of each pick in the order given, -1: none."""
    residual_s: Floats
    """Of each pick, NaN: of no event."""
    model: Model


def associate(
    lon: Floats,
    lat: Floats,
    station: Longs,
    secondary: Bytes,
    time_s: Floats,
    settings: Settings,
    threads: int = 1,
) -> Associated:
    """Find which picks are one event.

    Args:
        lon: of stations. Unit: deg.
        lat: the same.
        station: of each pick, a position in ``lon``.
        secondary: 1 for a pick of S, 0 for one of P.
        time_s: of each pick, from any origin.
        settings: what is assumed of the ground.
        threads: how many blocks are worked on at once.

    Raises:
        ValueError: when arrays differ in length, a station or a time is not usable, or picks span more
            than ten years.
    """
    _check(lon, lat, station, secondary, time_s)
    centre = float(np.mean(lon)), float(np.mean(lat))
    stations = Stations(*to_plane(*centre, lon, lat))
    order = np.lexsort((time_s, 2 * station + secondary))
    picks = picks_of(2 * station[order] + secondary[order], time_s[order], 2 * len(lon))
    ground, nodes = ground_of(stations, settings)
    model = first_model(settings, nodes, stations, picks)
    world = World(stations, picks, ground, nodes, model, nothing_shared(2 * len(lon)))
    if len(time_s):
        for _ in range(_LESSONS):
            world = taught(world, solve(world, settings, threads))
    events = solve(world, settings, threads)
    events = widened(events, world.shared, stations, picks, world.ground, world.model)
    return _answer(world, events, centre, order)


def taught(world: World, events: Events) -> World:
    """Give the world with all that events speak for; too few teach nothing."""
    well = some(events, well_observed(events))
    if not len(well.odds):
        return world
    old = world.shared.value[-2:]
    shared = shared_by(well, world.stations, world.picks, world.ground, world.model, old)
    model = learned(
        world.model, events, world.stations, world.picks, world.ground, shared.value[:-2]
    )
    longer = (1 + shared.value[-2:]) / (1 + old)
    slowness = world.ground.slowness_s_m * longer[:, None, None]
    times = world.nodes.time_s * np.tile(longer, len(world.stations.east_m))
    clutter = np.ones(len(world.picks.time_s), np.int8)
    clutter[events.member[events.member >= 0]] = 0
    rates = log_rates(world.picks.time_s, world.picks.at, clutter)
    return World(
        world.stations,
        world.picks._replace(log_rate=rates),
        world.ground._replace(slowness_s_m=slowness),
        world.nodes._replace(time_s=times),
        model,
        shared,
    )


def _check(lon: Floats, lat: Floats, station: Longs, secondary: Bytes, time_s: Floats) -> None:
    if len(lon) != len(lat) or not len(station) == len(secondary) == len(time_s):
        raise ValueError("stations and picks: give columns of equal length")
    if len(lon) < 3:
        raise ValueError(f"{len(lon)} stations: phases are associated from 3 stations on")
    if not (np.all(np.isfinite(lon)) and np.all(np.isfinite(lat)) and np.all(np.isfinite(time_s))):
        raise ValueError("a station or a pick has no number for its place or time: leave it out")
    if len(time_s) and np.ptp(time_s) > _MOST_SPAN_S:
        years = np.ptp(time_s) / 31_557_600
        raise ValueError(f"picks span {years:.3g} years: give times in seconds, ten years at most")
    if len(station) and not (station.min() >= 0 and station.max() < len(lon)):
        raise ValueError(
            "a pick names a station that is not given: leave it out or give the station"
        )


def picks_of(channel: Longs, time_s: Floats, channels: int) -> Picks:
    """Arrange picks.

    Args:
        channel: of each, in order of channel, then time.
        time_s: of each.
        channels: how many there are.
    """
    at = np.searchsorted(channel, np.arange(channels + 1)).astype(np.int64)
    firsts = np.flatnonzero(channel % 2 == 0)
    firsts = firsts[np.lexsort((channel[firsts], time_s[firsts]))]
    return Picks(channel, time_s, log_rates(time_s, at, np.ones(len(time_s), np.int8)), at, firsts)


def ground_of(stations: Stations, settings: Settings) -> tuple[Ground, Nodes]:
    """Trace rays and lay the points of the search."""
    wide = np.ptp(stations.east_m) + 2 * settings.margin_m
    high = np.ptp(stations.north_m) + 2 * settings.margin_m
    reach = float(np.hypot(wide, high))
    step, down = max(reach / 400, 200.0), max(settings.deepest_m / 100, 200.0)
    tables = [
        table_of(layers, reach, settings.deepest_m, step, down)
        for layers in (settings.p, settings.s)
    ]
    ground = Ground(np.stack([t.slowness_s_m for t in tables]), step, down)
    apart = _apart(stations)
    depths = np.arange(apart / 3, settings.deepest_m + apart / 3, apart)
    depths = np.minimum(depths, settings.deepest_m)
    return ground, nodes_of(stations, ground, settings.margin_m, apart / 3, depths)


def _apart(stations: Stations) -> float:
    """Give the median distance from a station to the nearest other, 6 km or more. Unit: m."""
    away = np.hypot(
        stations.east_m[:, None] - stations.east_m, stations.north_m[:, None] - stations.north_m
    )
    np.fill_diagonal(away, np.inf)
    return max(float(np.median(away.min(axis=1))), 6_000.0)


def solve(world: World, settings: Settings, threads: int) -> Events:
    """Find events under one model, by time."""
    picks, channels = world.picks, world.picks.at.shape[0] - 1
    taken = np.zeros(len(picks.time_s), np.int8)
    seeds = picks.firsts
    kept: list[Events] = []
    for _ in range(_ROUNDS):
        guesses = no_events(len(seeds), channels)
        work = partial(
            seed,
            seeds=seeds,
            stations=world.stations,
            picks=picks,
            ground=world.ground,
            model=world.model,
            nodes=world.nodes,
            taken=taken,
            events=guesses,
        )
        in_threads(work, len(seeds), threads, _BLOCK)
        order = np.lexsort((np.arange(len(seeds)), -guesses.odds))
        order = order[guesses.odds[order] > settings.least_odds]
        stands = np.zeros(len(seeds), np.int8)
        pack(order, guesses, taken, stands)
        kept.append(some(guesses, np.flatnonzero(stands)))
        lost = (stands == 0) & ((guesses.odds > _HOPE) | (guesses.size < 0)) & (taken[seeds] == 0)
        seeds = seeds[lost]
        if not len(kept[-1].odds) or not len(seeds):
            break
    return settled(joined(kept), world, settings, taken)


def settled(events: Events, world: World, settings: Settings, taken: Bytes) -> Events:
    """Let events choose again, and pairs of close ones divide their picks anew; give those that stand."""
    alive = np.ones(len(events.odds), np.int8)
    arguments = world.stations, world.picks, world.ground, world.model, taken
    for _ in range(2):
        settle(_best_first(events), *arguments, settings.least_odds, events, alive)
        order = np.lexsort((np.arange(len(events.odds)), events.place[:, 3]))
        time = events.place[order, 3]
        near = np.searchsorted(time, time + _CLOSE_S, side="right")
        trade(order, np.arange(len(order)), near, *arguments, events, alive)
    settle(_best_first(events), *arguments, settings.least_odds, events, alive)
    events = some(events, np.flatnonzero(alive))
    return some(events, np.lexsort((events.place[:, 0], events.place[:, 3])))


def _best_first(events: Events) -> Longs:
    return np.lexsort((events.place[:, 3], -events.odds))


def _answer(world: World, events: Events, centre: tuple[float, float], order: Longs) -> Associated:
    """Give the events in the words of the caller: lon/lat, and picks in the order given."""
    lon, lat = from_plane(*centre, events.place[:, 0], events.place[:, 1])
    event, residual = np.full(len(order), -1), np.full(len(order), np.nan)
    rows, channels = np.nonzero(events.member >= 0)
    member = events.member[rows, channels]
    travel = times_from(events.place[:, :3], world.stations, world.ground)[rows, channels]
    due = events.place[rows, 3] + travel + world.model.late_s[channels]
    event[order[member]] = rows
    residual[order[member]] = world.picks.time_s[member] - due
    return Associated(
        time_s=events.place[:, 3],
        lon=lon,
        lat=lat,
        depth_m=events.place[:, 2],
        cov_m2=events.cov,
        probability=1 / (1 + np.exp(-events.odds)),
        event=event,
        residual_s=residual,
        model=world.model,
    )
