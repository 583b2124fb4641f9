"""What the sensors made of the events: direct arrivals and their echoes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.simulation.network.air import Air, Ways, trace
from truceline.simulation.network.events import Events
from truceline.simulation.network.loss import SIGMA_DB, loss_db
from truceline.simulation.network.numbers import Bools, Floats, Ints, Streams
from truceline.simulation.network.pairs import Pairs, pairs_of
from truceline.simulation.network.picks import DIRECT, ECHO, OUTLIER, Picks, together
from truceline.simulation.network.plane import to_xy
from truceline.simulation.network.sensors import Sensors
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.sickness import Sickness

OUTLIER_SHARE: Final = 0.02
ECHO_SHARE: Final = 0.15
"""Share of arrivals that come a second time from a wall, a wood's edge or a hill."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that stands still while the sensors listen."""

    streams: Streams
    settings: NetworkSettings
    sensors: Sensors
    sickness: Sickness
    air: Air


@dataclass(frozen=True, slots=True)
class Heard:
    """Direct arrivals with the ways they came, and all detections that follow from them."""

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
        three: set the level of each event so that exactly three machines notice it.
    """
    person = scene.sensors.person
    among = [np.flatnonzero(~person), np.flatnonzero(person)]
    groups = [
        _listen(scene, events, f"{name} {who}", first, sensors, three)
        for who, sensors in zip(("machines", "persons"), among, strict=True)
        if len(sensors) and not (three and who == "persons")
    ]
    if len(groups) == 1:
        return groups[0]
    return Heard(
        _stacked(Pairs, [one.pairs for one in groups]),
        _stacked(Ways, [one.ways for one in groups]),
        together([one.direct for one in groups]),
        together([one.echoes for one in groups]),
    )


def _stacked(kind, parts):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - any column class
    names = kind.__dataclass_fields__
    return kind(*(np.concatenate([getattr(p, n) for p in parts]) for n in names))


def _listen(scene: Scene, events: Events, name: str, first: int, among: Ints, three: bool) -> Heard:
    sensors = scene.sensors
    pairs = pairs_of(events, sensors, among)
    rng = scene.streams.of(f"arrivals {name}")
    noise, up, error, turn = (rng.normal(size=len(pairs)) for _ in range(4))
    level = _level_db(scene, events, pairs) + SIGMA_DB * noise
    works = _works(sensors, events, pairs, up)
    over = level - sensors.threshold_db[pairs.sensor]
    if three:
        works, over, level = _just_three(pairs, works, over, level)
    heard = np.flatnonzero(works & (over > 0.0))
    late, outlier = _timing(scene, name, error)
    sent = pairs.rows(heard)
    at = sent.event
    ways = trace(
        scene.air,
        (events.lon[at], events.lat[at], events.time_s[at]),
        (sensors.lon[sent.sensor], sensors.lat[sent.sensor]),
        (sent.east_m, sent.north_m, sent.up_m),
    )
    came = events.time_s[at] + ways.travel_s
    sigma_s = sensors.time_sigma_s[sent.sensor]
    direct = Picks(
        sent.sensor,
        came + np.where(outlier[heard], late[heard], late[heard] * sigma_s),
        np.where(sensors.gives_level[sent.sensor], level[heard], np.nan),
        (sent.inward_deg + turn[heard] * sensors.azimuth_sigma_deg[sent.sensor]) % 360.0,
        at + first,
        np.where(outlier[heard], OUTLIER, DIRECT),
    )
    loud = over[heard]
    return Heard(sent, ways, direct, _echoes(scene, name, len(pairs), heard, direct, came, loud))


def _level_db(scene: Scene, events: Events, pairs: Pairs) -> Floats:
    """Mean level of each event at each sensor, with the wind at the event."""
    x, y = to_xy(events.lon, events.lat)
    _, east, north = scene.air.at(x, y, events.time_s)
    flat = np.hypot(pairs.east_m, pairs.north_m) + 1.0
    at = pairs.event
    along = (east[at] * pairs.east_m + north[at] * pairs.north_m) / flat
    shadow = scene.sickness.shadow_loss_db(pairs.sensor, pairs.inward_deg)
    return events.level_1km_db[at] - loss_db(pairs.distance_m, along) - shadow


def _works(sensors: Sensors, events: Events, pairs: Pairs, up: Floats) -> Bools:
    """Tell which sensors were at work when the sound came; short gaps are stated as a share."""
    from scipy.special import ndtr  # noqa: PLC0415 - loaded where a network listens

    when = events.time_s[pairs.event] + pairs.distance_m / 340.0
    alive = ~sensors.dead(pairs.sensor, when)
    return np.asarray(alive & (ndtr(up) < sensors.uptime[pairs.sensor]))


def _just_three(
    pairs: Pairs, works: Bools, over: Floats, level: Floats
) -> tuple[Bools, Floats, Floats]:
    """Shift the levels of each event to half-way between its third and its fourth sensor."""
    works, over, level = works.copy(), over.copy(), level.copy()
    for rows in _runs(pairs.event):
        able = rows[works[rows]]
        best = np.sort(over[able])[::-1]
        if len(best) < 4:
            works[able] = False
            continue
        shift = (best[2] + best[3]) / 2.0
        over[able] -= shift
        level[able] -= shift
    return works, over, level


def _runs(sorted_values: Ints) -> list[Ints]:
    """Give the rows of each value of a sorted column."""
    cuts = np.flatnonzero(np.diff(sorted_values)) + 1
    return np.split(np.arange(len(sorted_values)), cuts)


def _timing(scene: Scene, name: str, error: Floats) -> tuple[Floats, Bools]:
    """Give errors in units of sigma, and gross outliers in seconds.

    Source: Student's t with 3 degrees of freedom is a normal over sqrt(chi-square / 3); its scale
    is the stated sigma.
    """
    if "tails" not in scene.settings.faults:
        return error, np.zeros(len(error), dtype=bool)
    rng = scene.streams.of(f"tails {name}")
    late = error / np.sqrt(rng.chisquare(3.0, len(error)) / 3.0)
    gross = rng.uniform(0.5, 5.0, len(error)) * rng.choice([-1.0, 1.0], len(error))
    outlier = rng.random(len(error)) < OUTLIER_SHARE
    return np.where(outlier, gross, late), outlier


def _echoes(
    scene: Scene,
    name: str,
    pairs: int,
    heard: Ints,
    direct: Picks,
    came: Floats,
    loud: Floats,
) -> Picks:
    """Let some arrivals come again: later, weaker, from where the reflector stands."""
    rng = scene.streams.of(f"echo {name}")
    chance, delay, weaker, turn, error = rng.random((5, pairs))[:, heard]
    loss = 2.0 + 8.0 * weaker
    again = (chance < ECHO_SHARE) & (loud > loss)
    if "echo" not in scene.settings.faults:
        again = np.zeros(len(heard), dtype=bool)
    sigma_s = scene.sensors.time_sigma_s[direct.sensor]
    echoes = Picks(
        direct.sensor,
        came + 0.3 + 2.7 * delay + (error - 0.5) * 3.0 * sigma_s,
        direct.level_db - loss,
        (direct.azimuth_deg + 120.0 * (turn - 0.5)) % 360.0,
        direct.event,
        np.full(len(heard), ECHO),
    )
    return echoes.rows(again)
