"""From sensors and detections to events with probabilities: begin, learn, solve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.fusion.association.arrays import Air, Events, Floats, Heard, Near, Sensors
from truceline.fusion.association.neighbours import place_of
from truceline.fusion.association.prior import prior_model
from truceline.fusion.association.probability import probability_of
from truceline.fusion.association.solve import World, solve

_AREA_PER_SENSOR_M2 = 2.5e7
_FIRST_RATE_PER_DAY = 2.0
"""Events a day and sensor from which the learning starts."""


@dataclass(frozen=True, slots=True)
class Associated:
    """Events with the probability that each is one."""

    events: Events
    lon: Floats
    """Shape (e,). Unit: deg."""
    lat: Floats
    probability: Floats
    """Shape (e,), 0..1."""
    world: World


def associate(
    sensors: Sensors, heard: Heard, near: Near, air: Air, *, weather: bool, threads: int
) -> Associated:
    """Find events.

    Args:
        sensors: all.
        heard: detections in order.
        near: neighbours of each sensor.
        air: speed and wind at the sensors.
        weather: whether the air comes from a table.
        threads: how many blocks are worked on at once.
    """
    log_rate = float(np.log(_FIRST_RATE_PER_DAY / 86400.0 / _AREA_PER_SENSOR_M2))
    model = prior_model(heard.level_db, float(np.mean(sensors.uptime)), log_rate, weather=weather)
    world = World(sensors, heard, near, air, model)
    events = solve(world, threads)
    lon, lat = place_of(
        sensors.lon[events.anchor], sensors.lat[events.anchor], events.east_m, events.north_m
    )
    return Associated(events, lon, lat, probability_of(events, lon, lat), world)
