"""One simulated network: what is told, and what is true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.simulation.network.air import Air, air_of
from truceline.simulation.network.alarms import false_alarms
from truceline.simulation.network.bound import bounds
from truceline.simulation.network.columns import joined, rows_of
from truceline.simulation.network.events import Events
from truceline.simulation.network.fire_plan import fire_plan, impacts, quiet_events
from truceline.simulation.network.fires import Fires, fires_of
from truceline.simulation.network.listening import Heard, listen
from truceline.simulation.network.numbers import Floats, Streams
from truceline.simulation.network.picks import Picks
from truceline.simulation.network.reports import Reports, reports_of
from truceline.simulation.network.scene import Scene
from truceline.simulation.network.sensors import Sensors, sensors_of
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.sickness import Sickness, sickness_of
from truceline.simulation.network.theatre import theatre_of
from truceline.simulation.network.weather_table import WeatherTable, weather_table


@dataclass(frozen=True, slots=True)
class Network:
    """What was drawn."""

    settings: NetworkSettings
    sensors: Sensors
    sickness: Sickness
    air: Air
    events: Events
    bound_m2: Floats
    """Cramer-Rao bound ee, en, nn of each event; NaN where there is none."""
    picks: Picks
    """In the order of time; the row is the detection's number, from 1."""
    weather: WeatherTable | None
    reports: Reports
    fires: Fires


def simulate_network(settings: NetworkSettings) -> Network:
    """Draw a network, its events and what its sensors noted; the same settings give the same."""
    streams = Streams(settings.seed)
    theatre = theatre_of(streams, settings)
    sensors = sensors_of(streams, settings, theatre)
    air, sickness = air_of(streams), sickness_of(streams, settings, sensors)
    scene = Scene(streams, settings, theatre, sensors, sickness, air)
    loud, events, heard, bound = _happened(scene)
    told = [part for one in heard for part in (one.direct, one.echoes)]
    picks = _noted(scene, joined([*told, false_alarms(scene)]))
    reports, fires = reports_of(scene, loud), fires_of(scene, loud)
    table = None
    if "no-weather" not in settings.faults:
        table = weather_table(streams, settings, theatre, air)
    return Network(settings, sensors, sickness, air, events, bound, picks, table, reports, fires)


def _happened(scene: Scene) -> tuple[Events, Events, list[Heard], Floats]:
    """Let groups of events happen, each numbered after the one before.

    Gives those that are loud enough for a patrol, all, what was heard, and the bounds.
    """
    streams, settings, theatre = scene.streams, scene.settings, scene.theatre
    shots = fire_plan(streams, settings, theatre)
    loud, groups = shots, [("shots", shots)]
    if "pairs" in settings.faults:
        groups.append(("impacts", impacts(streams, theatre, shots)))
        loud = joined([events for _, events in groups])
    if "three" in settings.faults:
        groups.append(("three", quiet_events(streams, settings, theatre)))
    heard, bound, first = [], [], 1
    for name, events in groups:
        heard.append(listen(scene, events, name, first, three=name == "three"))
        bound.append(bounds(heard[-1], scene.sensors, first, len(events)))
        first += len(events)
    return loud, joined([events for _, events in groups]), heard, np.concatenate(bound)


def _noted(scene: Scene, picks: Picks) -> Picks:
    """Put in sick clocks and levels, and sort by the time noted."""
    sick, sensor = scene.sickness, picks.sensor
    drift = sick.clock_drift_s[sensor] * picks.time_s / scene.settings.seconds
    time = picks.time_s + sick.clock_offset_s[sensor] + drift
    level = picks.level_db + sick.gain_db[sensor]
    order = np.lexsort((sensor, time))
    noted = Picks(sensor, time, level, picks.azimuth_deg, picks.event, picks.mark)
    return rows_of(noted, order)
