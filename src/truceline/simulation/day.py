"""One simulated day: what happened, and what each means of observation made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from truceline.simulation.parties import Claim, claims_of
from truceline.simulation.patrols import PatrolReport, Post, patrol_reports, posts_of
from truceline.simulation.press import PressReport, press_reports
from truceline.simulation.satellite import Heat, heat_history, heat_of_day
from truceline.simulation.sensors import Detection, Sensor, detections, station_network
from truceline.simulation.settings import Settings
from truceline.simulation.sound import Weather, weather_of
from truceline.simulation.world import Event, true_events


@dataclass(frozen=True, slots=True)
class SimulatedDay:
    """Everything that one seed gives."""

    day: date
    """Local day of the theatre."""
    settings: Settings
    events: tuple[Event, ...]
    weather: Weather
    sensors: tuple[Sensor, ...]
    detections: tuple[Detection, ...]
    posts: tuple[Post, ...]
    patrols: tuple[PatrolReport, ...]
    heat: tuple[Heat, ...]
    history: tuple[Heat, ...]
    press: tuple[PressReport, ...]
    claims: tuple[Claim, ...]


def simulate_day(rng: np.random.Generator, day: date, settings: Settings) -> SimulatedDay:
    """Simulate one local day; the same generator state gives the same day.

    Each means of observation draws from its own stream, so that a change of one setting leaves
    what the others saw untouched.

    >>> len(simulate_day(np.random.default_rng(1), date(2026, 5, 12), Settings()).events)
    50
    """
    seeds = rng.integers(0, 2**63, size=8)
    world, air, network, ears, people, sky, past, words = (
        np.random.default_rng(int(seed)) for seed in seeds
    )
    events = true_events(world, day, settings)
    weather = weather_of(air, settings)
    sensors = station_network(network, day, settings)
    posts = posts_of(people, day)
    return SimulatedDay(
        day,
        settings,
        events,
        weather,
        sensors,
        detections(ears, day, events, sensors, weather, settings),
        posts,
        patrol_reports(people, events, posts, settings),
        heat_of_day(sky, day, events, settings),
        heat_history(past, day, settings),
        press_reports(words, day, events, settings),
        claims_of(words, day, events),
    )
