"""Who fires when from where: single shots, salvos, duels; impacts; events that three sensors hear."""

from __future__ import annotations

from typing import Final

import numpy as np

from truceline.simulation.network.events import Events
from truceline.simulation.network.numbers import Floats, Streams
from truceline.simulation.network.plane import moved, to_lonlat, to_xy
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.theatre import Theatre
from truceline.simulation.network.weapons import IMPACT_1KM_DB, SPREAD_DB, WEAPONS

_SINGLE, _DUEL = 0.45, 0.10
"""Share of plans that are one shot, and two batteries in turn; the rest are salvos."""
THREE_SHARE: Final = 0.08
"""Events that three sensors hear, as a share of the others."""
_NAMES = list(WEAPONS)
_SHARES = np.array([w.share for w in WEAPONS.values()])
Rows = list[tuple[float, float, float, str, int]]
"""Time, x, y, weapon, salvo."""


def fire_plan(streams: Streams, settings: NetworkSettings, theatre: Theatre) -> Events:
    """Draw the events, as many as asked for, in the order of time."""
    rng = streams.of("events")
    rows: Rows = []
    salvo = 0
    while len(rows) < settings.events:
        salvo += 1
        start, draw = rng.uniform(0.0, settings.seconds), rng.random()
        where, _ = theatre.battery(rng)
        weapon = str(rng.choice(_NAMES, p=_SHARES / _SHARES.sum()))
        rounds = 1 if draw < _SINGLE else _rounds(rng, weapon)
        new = _salvo(rng, start, where, weapon, rounds, salvo)
        if draw > 1.0 - _DUEL:
            salvo += 1
            way = rng.uniform(0.0, 2 * np.pi)
            there = where + rng.uniform(3e3, 12e3) * np.array([np.sin(way), np.cos(way)])
            answer = start + rng.uniform(5.0, 90.0)
            new += _salvo(rng, answer, there, weapon, _rounds(rng, weapon), salvo)
        rows += [row for row in new if row[0] < settings.seconds]
    return _events(streams.of("event levels"), theatre, sorted(rows[: settings.events]))


def _rounds(rng: np.random.Generator, weapon: str) -> int:
    low, high = WEAPONS[weapon].rounds
    return int(np.exp(rng.uniform(np.log(low), np.log(high + 1))))


def _salvo(
    rng: np.random.Generator, start: float, where: Floats, weapon: str, rounds: int, salvo: int
) -> Rows:
    """Fire rounds from the barrels of one position, in turn, with a human rhythm."""
    habits = WEAPONS[weapon]
    guns = int(rng.integers(habits.guns[0], habits.guns[1] + 1))
    spread = rng.normal(0.0, 70.0 if habits.range_m[1] else 250.0, (guns, 2))
    middle = rng.uniform(*habits.spacing_s)
    times = start + np.cumsum(middle * rng.gamma(4.0, 0.25, rounds)) - middle
    x, y = (where + spread[np.arange(rounds) % guns]).T
    return [
        (max(float(times[i]), 0.0), float(x[i]), float(y[i]), weapon, salvo) for i in range(rounds)
    ]


def _events(rng: np.random.Generator, theatre: Theatre, rows: Rows) -> Events:
    time = np.array([row[0] for row in rows])
    x, y = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    weapon = [row[3] for row in rows]
    lon, lat = to_lonlat(x, y) if rows else (x, y)
    level = np.array([WEAPONS[name].level_1km_db for name in weapon])
    return Events(
        time,
        lon,
        lat,
        theatre.ground_m(x, y) + 1.0,
        level + rng.normal(0.0, SPREAD_DB, len(rows)),
        weapon,
        [WEAPONS[name].kind for name in weapon],
        np.array([row[4] for row in rows], dtype=np.int64),
        np.zeros(len(rows), dtype=np.int64),
    )


def impacts(streams: Streams, theatre: Theatre, shots: Events) -> Events:
    """Let each round land: as far as the weapon fires, one salvo in one direction.

    The flight takes as long as at a mean of 300 m/s over ground, about that of field artillery.
    """
    rng = streams.of("pairs")
    count = len(shots)
    flies = np.array([WEAPONS[name].range_m[1] > 0 for name in shots.weapon], dtype=bool)
    salvo, first = np.unique(shots.salvo, return_index=True)
    at = np.searchsorted(salvo, shots.salvo)
    low, high = np.array([WEAPONS[shots.weapon[i]].range_m for i in first]).reshape(-1, 2).T
    far = (low + rng.random(len(salvo)) * (high - low))[at] + rng.normal(0.0, 120.0, count)
    way = rng.uniform(0.0, 2 * np.pi, len(salvo))[at] + rng.normal(0.0, 0.01, count)
    lon, lat = moved(shots.lon, shots.lat, far * np.sin(way), far * np.cos(way))
    level = np.array([IMPACT_1KM_DB.get(name, 0.0) for name in shots.weapon])
    level = level + rng.normal(0.0, SPREAD_DB, count)
    pick = np.flatnonzero(flies)
    return Events(
        (shots.time_s + np.maximum(far, 300.0) / 300.0)[pick],
        lon[pick],
        lat[pick],
        (theatre.ground_m(*to_xy(lon, lat)) if count else lon)[pick],
        level[pick],
        [shots.weapon[i] for i in pick],
        ["explosion"] * len(pick),
        (shots.salvo + salvo.max(initial=0))[pick],
        pick + 1,
    )


def quiet_events(streams: Streams, settings: NetworkSettings, theatre: Theatre) -> Events:
    """Draw events whose level will be set to what exactly three sensors hear."""
    rng = streams.of("three")
    count = max(1, round(THREE_SHARE * settings.events)) if settings.events else 0
    rows: Rows = []
    for number in range(count):
        where, _ = theatre.battery(rng)
        rows.append((float(rng.uniform(0.0, settings.seconds)), *where, "mortar", -1 - number))
    return _events(rng, theatre, sorted(rows))
