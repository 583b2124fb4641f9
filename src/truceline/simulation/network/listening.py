"""What the sensors made of the events: direct arrivals and their echoes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from truceline.simulation.network.air import Ways, trace
from truceline.simulation.network.columns import joined, rows_of
from truceline.simulation.network.echoes import echoes
from truceline.simulation.network.events import Events
from truceline.simulation.network.loss import SIGMA_DB, loss_db
from truceline.simulation.network.numbers import Bools, Floats, Ints
from truceline.simulation.network.pairs import Pairs, pairs_of
from truceline.simulation.network.picks import DIRECT, OUTLIER, Picks
from truceline.simulation.network.plane import to_xy
from truceline.simulation.network.scene import Scene
from truceline.simulation.network.timing import timing


@dataclass(frozen=True, slots=True)
class Heard:
    """Direct arrivals with the ways they came, and the echoes that follow from them."""

    pairs: Pairs
    ways: Ways
    direct: Picks
    echoes: Picks


def listen(scene: Scene, events: Events, name: str, first: int, *, three: bool = False) -> Heard:
    """Let machines listen, and persons if there are any; each with its own random numbers.

    Args:
        scene: what stands still.
        events: what happens.
        name: of this group of events, for the random numbers.
        first: number of its first event.
        three: set the level of each event so that exactly three machines notice it, and no person.
    """
    person = scene.sensors.person
    groups = [_listen(scene, events, f"{name} machines", first, np.flatnonzero(~person), three)]
    if person.any() and not three:
        groups.append(
            _listen(scene, events, f"{name} persons", first, np.flatnonzero(person), three)
        )
    return Heard(
        joined([one.pairs for one in groups]),
        joined([one.ways for one in groups]),
        joined([one.direct for one in groups]),
        joined([one.echoes for one in groups]),
    )


def _listen(scene: Scene, events: Events, name: str, first: int, among: Ints, three: bool) -> Heard:
    sensors = scene.sensors
    near = pairs_of(events, sensors, among, flat="flat" in scene.settings.faults)
    rng = scene.streams.of(f"arrivals {name}")
    # Drawn for every pair, so that a fault that takes one arrival leaves the others as they are.
    noise, up, error, turn = rng.normal(size=(4, len(near)))
    works = _works(scene, events, near, ndtr(up))
    level = _level_db(scene, events, near) + SIGMA_DB * noise
    over = level - sensors.threshold_db[near.sensor]
    if three:
        works, quieter = _just_three(near, works, over)
        level, over = level - quieter, over - quieter
    heard = np.flatnonzero(works & (over > 0.0))
    late, outlier = timing(scene, name, error, sensors.time_sigma_s[near.sensor])
    sent = rows_of(near, heard)
    ways = _ways(scene, events, sent)
    came = events.time_s[sent.event] + ways.travel_s
    direct = Picks(
        sent.sensor,
        came + late[heard],
        np.where(sensors.gives_level[sent.sensor], level[heard], np.nan),
        (sent.inward_deg + turn[heard] * sensors.azimuth_sigma_deg[sent.sensor]) % 360.0,
        sent.event + first,
        np.where(outlier[heard], OUTLIER, DIRECT),
    )
    if "echo" not in scene.settings.faults:
        return Heard(sent, ways, direct, rows_of(direct, np.zeros(0, dtype=np.int64)))
    draws = scene.streams.of(f"echo {name}").random((5, len(near)))[:, heard]
    return Heard(sent, ways, direct, echoes(scene, draws, direct, came, over[heard]))


def _level_db(scene: Scene, events: Events, near: Pairs) -> Floats:
    """Mean level of each event at each sensor, with the wind at the event."""
    _, east, north = scene.air.at(*to_xy(events.lon, events.lat), events.time_s)
    flat = np.maximum(np.hypot(near.east_m, near.north_m), 1.0)
    along = (east[near.event] * near.east_m + north[near.event] * near.north_m) / flat
    shadow = scene.sickness.shadow_loss_db(near.sensor, near.inward_deg)
    return events.level_1km_db[near.event] - loss_db(near.distance_m, along) - shadow


def _works(scene: Scene, events: Events, near: Pairs, chance: Floats) -> Bools:
    """Tell which sensors were at work when the sound came; short gaps are stated as a share."""
    when = events.time_s[near.event] + near.distance_m / 340.0
    alive = ~scene.sensors.dead(near.sensor, when)
    return np.asarray(alive & (chance < scene.sensors.uptime[near.sensor]))


def _ways(scene: Scene, events: Events, sent: Pairs) -> Ways:
    at, to = sent.event, sent.sensor
    return trace(
        scene.air,
        (events.lon[at], events.lat[at], events.time_s[at]),
        (scene.sensors.lon[to], scene.sensors.lat[to]),
        (sent.east_m, sent.north_m, sent.up_m),
    )


def _just_three(near: Pairs, works: Bools, over: Floats) -> tuple[Bools, Floats]:
    """Make each event so quiet that the third sensor just hears it and the fourth just not.

    Gives what works, and by how much (dB) each level falls; an event with fewer than four sensors
    at work is heard by none.
    """
    works, quieter = works.copy(), np.zeros(len(over))
    cuts = np.flatnonzero(np.diff(near.event)) + 1
    for rows in np.split(np.arange(len(over)), cuts):
        able = rows[works[rows]]
        best = np.sort(over[able])[::-1]
        if len(best) < 4:
            works[able] = False
        else:
            quieter[rows] = (best[2] + best[3]) / 2.0
    return works, quieter
