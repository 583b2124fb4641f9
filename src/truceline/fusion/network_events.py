"""The network engine at work on one network: what it teaches, and the events that it heard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from truceline.fusion.association.arrays import Floats, Longs, Model
from truceline.fusion.association.learn import AREA_PER_SENSOR_M2
from truceline.fusion.association.neighbours import place_of
from truceline.fusion.association.prior import prior_model
from truceline.fusion.association.run import judged
from truceline.fusion.association.solve import World
from truceline.fusion.calibrate import Acoustics
from truceline.fusion.calibration_network.content import NetworkCalibration
from truceline.fusion.few import FACTS, facts_of, few_heard
from truceline.fusion.network import Network
from truceline.fusion.teaching import air_with, calibration_by

Bools = NDArray[np.bool_]
_RATE_PER_DAY: Final = 2.0
"""Events a day and sensor that are assumed before anything was learned."""
_THREADS: Final = 2
_SUREST: Final = 12.0
"""Log-odds of the likeliest event. Unit: nat."""


@dataclass(frozen=True, slots=True)
class HeardEvents:
    """``e`` events by time."""

    time_s: Floats
    """Since 1970."""
    lon: Floats
    lat: Floats
    cov: Floats
    """Shape (e, 3, 3): east, north, time. Unit: m, m, s."""
    log_odds: Floats
    """Calibrated."""
    few: Bools
    """Whether so few heard it that the engine for networks left it, shape (e,)."""
    members: tuple[Longs, ...]
    """Rows in the table of arrivals, by time of arrival."""


def teach(network: Network, acoustics: Acoustics) -> tuple[NetworkCalibration, bool]:
    """Learn what a network's own well-observed events teach, and tell whether they were enough.

    Args:
        network: sensors and detections.
        acoustics: what is stated of the air that nobody measured.
    """
    return calibration_by(network, _prior(network, acoustics), _THREADS)


def events_of(
    network: Network, known: NetworkCalibration | None, acoustics: Acoustics, *, learned: bool
) -> HeardEvents:
    """Find the events of a network.

    Args:
        network: sensors and detections.
        known: what it has taught; null: what is assumed of any network.
        acoustics: stated figures, and those by which odds and ellipses are calibrated.
        learned: whether the model of ``known`` was learned.
    """
    world = _prior(network, acoustics)
    if known is not None:
        world = replace(world, air=air_with(known, network), model=known.model)
    many = judged(world, _THREADS)
    few = few_heard(world, many.events)
    lon, lat = place_of(
        network.sensors.lon[few.anchor], network.sensors.lat[few.anchor], few.east_m, few.north_m
    )
    bare = [facts_of(world, m[m >= 0]) <= FACTS for m in few.member]
    wide = np.where(bare, acoustics.bare_covariance_scale, acoustics.few_covariance_scale)
    scale = 1.0 if learned else acoustics.covariance_scale
    odds = np.log(many.probability) - np.log1p(-np.minimum(many.probability, 1 - 1e-9))
    if not learned:
        odds = acoustics.many_log_odds_scale * odds + acoustics.many_log_odds_shift
    return _by_time(
        network,
        np.concatenate([many.events.time_s, few.time_s]),
        np.concatenate([many.lon, lon]),
        np.concatenate([many.lat, lat]),
        np.concatenate([many.events.cov * scale, few.cov * wide[:, None, None]])[:, :3, :3],
        np.concatenate([odds, [acoustics.log_odds(float(o)) for o in few.log_odds]]),
        np.arange(len(many.lon) + len(lon)) >= len(many.lon),
        [m[m >= 0] for m in (*many.events.member, *few.member)],
    )


def _prior(network: Network, acoustics: Acoustics) -> World:
    """Give the world with what is assumed before anything was learned."""
    rate = float(np.log(_RATE_PER_DAY / 86_400.0 / AREA_PER_SENSOR_M2))
    uptime = float(np.mean(network.sensors.uptime))
    model = prior_model(network.heard.level_db, uptime, rate, weather=network.weather)
    if not network.weather:
        model = _unmeasured(model, acoustics)
    return World(network.sensors, network.heard, network.near, network.air, model)


def _unmeasured(model: Model, acoustics: Acoustics) -> Model:
    speed = acoustics.speed_relative_sigma * acoustics.speed_m_s
    return model._replace(speed_sigma_m_s=speed, wind_sigma_m_s=acoustics.wind_sigma_m_s)


def _by_time(
    network: Network,
    time_s: Floats,
    lon: Floats,
    lat: Floats,
    cov: Floats,
    odds: Floats,
    few: Bools,
    members: list[Longs],
) -> HeardEvents:
    when = [network.heard.time_s[m] for m in members]
    rows = [network.row[m[np.lexsort((m, t))]] for m, t in zip(members, when, strict=True)]
    order = np.lexsort((lat, lon, time_s))
    return HeardEvents(
        network.origin_s + time_s[order],
        lon[order],
        lat[order],
        cov[order],
        np.clip(odds[order], -_SUREST, _SUREST),
        few[order],
        tuple(rows[i] for i in order.tolist()),
    )
