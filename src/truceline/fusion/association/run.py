"""From sensors and detections to events with probabilities: begin, learn, solve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from truceline.fusion.association.arrays import (
    Air,
    Events,
    Floats,
    Heard,
    Model,
    Near,
    Sensors,
    pick,
)
from truceline.fusion.association.crowd import on_a_plane
from truceline.fusion.association.ellipse import misfit, widened
from truceline.fusion.association.field import corrected
from truceline.fusion.association.learn import AREA_PER_SENSOR_M2, learned, rested, well_observed
from truceline.fusion.association.neighbours import place_of
from truceline.fusion.association.prior import prior_model
from truceline.fusion.association.probability import crowd_of, probability_of
from truceline.fusion.association.sick import Sick, sick_sensors
from truceline.fusion.association.solve import World, solve
from truceline.fusion.association.views import views_of

_MOST_LEARNED = 90_000
"""Detections of a day that are learned from, where it has more."""
_HALF = 20
"""Events that each half must have, so that one tells what the correction by the other leaves."""
_FIELD_M, _FIELD_S = 25_000.0, 900.0
_SPANS, _SHORTEST_S = 12, 150.0
"""Spans of time that are learned from, and the shortest."""
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
    sick: Sick
    world: World


class Weighed(NamedTuple):
    """Events with their places and the probability that each is one."""

    events: Events
    lon: Floats
    """Shape (e,). Unit: deg."""
    lat: Floats
    probability: Floats
    """Shape (e,), 0..1."""


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
    log_rate = float(np.log(_FIRST_RATE_PER_DAY / 86400.0 / AREA_PER_SENSOR_M2))
    model = prior_model(heard.level_db, float(np.mean(sensors.uptime)), log_rate, weather=weather)
    return judged(taught(World(sensors, heard, near, air, model), threads), threads)


def judged(world: World, threads: int) -> Associated:
    """Find the events of a world whose model was learned or is given, with their probabilities.

    Args:
        world: sensors, detections, neighbours, weather, model.
        threads: how many blocks are worked on at once.
    """
    found = weighed(world, solve(world, threads))
    sick = sick_sensors(
        found.events, world.sensors, world.heard, world.near, world.air, world.model
    )
    return Associated(found.events, found.lon, found.lat, found.probability, sick, world)


def weighed(world: World, events: Events) -> Weighed:
    """Give solved events their places, ellipses and probabilities, each by what is near it in time.

    Args:
        world: in which they were found.
        events: of :func:`~truceline.fusion.association.solve.solve`.
    """
    sensors, heard, near = world.sensors, world.heard, world.near
    lon, lat = place_of(
        sensors.lon[events.anchor], sensors.lat[events.anchor], events.east_m, events.north_m
    )
    events = events._replace(log_odds=events.log_odds + events.company)
    crowd = crowd_of(events, lon, lat)
    views = views_of(events, sensors, heard, near, world.air)
    square, free = misfit(events, sensors, heard, views, world.model)
    probability = probability_of(events, heard, crowd, square, free)
    return Weighed(widened(events, square, free, crowd, world.model.freedom), lon, lat, probability)


def taught(world: World, threads: int) -> World:
    """Solve once, and give the world with the model and the weather that its events speak for.

    Where the day is large, parts of it spread over the whole are solved.

    Args:
        world: with what is assumed before.
        threads: how many blocks are worked on at once.
    """
    sensors, heard, near, air = world.sensors, world.heard, world.near, world.air
    first, span_s = sample(heard)
    events = solve(world, threads, first)
    events = events._replace(log_odds=events.log_odds + events.company)
    well = well_observed(events)
    model = learned(world.model, sensors, heard, near, air, events, span_s)
    if model is world.model:
        return world
    better = corrected(air, world.model, model, sensors, well)
    seen = rested(model, sensors, heard, near, air, better, well)
    half, rest = halves(well, sensors)
    if min(len(half.anchor), len(rest.anchor)) >= _HALF:
        other = corrected(air, world.model, model, sensors, half)
        seen = between(seen, rested(model, sensors, heard, near, air, other, rest))
    return World(sensors, heard, near, better, seen)


def between(seen: Model, unseen: Model) -> Model:
    """Give the spreads of weather between those of events that a correction has seen and has not.

    The first are too small, since the correction was made to fit; the second too large, since half
    of the events made a worse correction than all of them do.
    """
    speed = (seen.speed_sigma_m_s**2 + unseen.speed_sigma_m_s**2) / 2
    wind = (seen.wind_sigma_m_s**2 + unseen.wind_sigma_m_s**2) / 2
    return seen._replace(speed_sigma_m_s=float(np.sqrt(speed)), wind_sigma_m_s=float(np.sqrt(wind)))


def halves(events: Events, sensors: Sensors) -> tuple[Events, Events]:
    """Part events as the fields of a chessboard in place and time, so that no salvo is in both."""
    place = on_a_plane(events, sensors)
    field = np.sum(place // _FIELD_M, axis=1) + events.time_s // _FIELD_S
    dark = field % 2 == 0
    return pick(events, dark), pick(events, ~dark)


def sample(heard: Heard) -> tuple[Floats | None, float]:
    """Give spans of time to learn from, spread over the whole, and the time that they take (s).

    Returns:
        starts and ends, shape (n, 2), null where all is to be looked at; and their sum. Unit: s.
    """
    times = heard.time_s[heard.by_time]
    first, whole = float(times[0]), max(float(times[-1] - times[0]), 1.0)
    length = max(whole * _MOST_LEARNED / len(times) / _SPANS, _SHORTEST_S)
    if length * _SPANS >= whole:
        return None, whole
    middle = first + whole * (np.arange(_SPANS) + 0.5) / _SPANS
    return np.column_stack((middle - length / 2, middle + length / 2)), length * _SPANS
