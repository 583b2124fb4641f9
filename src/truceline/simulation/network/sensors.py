"""The sensors: what is stated of them, and what they can hear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.simulation.network.columns import joined
from truceline.simulation.network.numbers import Bools, Floats, Ints, Streams
from truceline.simulation.network.plane import to_lonlat
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.theatre import Theatre

AZIMUTH_SHARE: Final = 0.3
"""Share of sensors with an array of microphones."""
LEVEL_SHARE: Final = 0.95
"""Share of sensors that give a level."""
OUTAGE_SHARE: Final = 0.06
"""Share of sensors that are dead for some hours, and say so."""
PERSONS_SHARE: Final = 0.05
"""Persons in addition, as a share of the sensors, with the fault ``persons``."""
THRESHOLD_DB: Final = 69.0
"""Level in the band of the sensor that the middle one notices above its noise. Unit: dB."""


@dataclass(frozen=True, slots=True)
class Sensors:
    """Sensors as columns; what is stated is true unless a fault says otherwise."""

    sensor_id: list[str]
    lon: Floats
    lat: Floats
    elevation_m: Floats
    time_sigma_s: Floats
    azimuth_sigma_deg: Floats
    """NaN where it gives no azimuth."""
    false_alarm_per_h: Floats
    uptime: Floats
    """Share of the time outside outages in which it works."""
    gives_level: Bools
    threshold_db: Floats
    person: Bools
    outage_start_s: Floats
    """NaN where it has no outage."""
    outage_end_s: Floats

    def __len__(self) -> int:
        return len(self.sensor_id)

    def dead(self, sensor: Ints, time_s: Floats) -> Bools:
        """Tell which instants lie in an outage of the sensor."""
        start, end = self.outage_start_s[sensor], self.outage_end_s[sensor]
        return np.asarray((start <= time_s) & (time_s < end))


def sensors_of(streams: Streams, settings: NetworkSettings, theatre: Theatre) -> Sensors:
    """Draw the sensors, and persons after them if asked for."""
    machines = _machines(streams.of("sensors"), settings, theatre)
    if "persons" not in settings.faults:
        return machines
    return joined([machines, _persons(streams.of("persons"), settings, theatre)])


def _machines(rng: np.random.Generator, settings: NetworkSettings, theatre: Theatre) -> Sensors:
    count = settings.sensors
    place = theatre.sites(rng, count)
    mast = rng.uniform(2.0, 15.0, count)
    sigma = np.exp(rng.uniform(np.log(0.05), np.log(0.25), count)).round(4)
    array = rng.random(count) < AZIMUTH_SHARE
    turn = rng.uniform(2.5, 8.0, count).round(2)
    alarms = np.exp(rng.uniform(0.0, np.log(60.0), count)).round(3)
    if "no-azimuth" in settings.faults:
        array = np.zeros(count, dtype=bool)
    start = rng.uniform(-0.1, 1.0, count) * settings.seconds
    end = start + rng.uniform(0.05, 0.35, count) * settings.seconds
    dies = rng.random(count) < OUTAGE_SHARE
    lon, lat = to_lonlat(place[:, 0], place[:, 1])
    return Sensors(
        [f"S{i:05}" for i in range(1, count + 1)],
        lon.round(6),
        lat.round(6),
        (theatre.ground_m(place[:, 0], place[:, 1]) + mast).round(1),
        sigma,
        np.where(array, turn, np.nan),
        alarms,
        rng.beta(40.0, 1.5, count).round(3),
        rng.random(count) < LEVEL_SHARE,
        THRESHOLD_DB + rng.normal(0.0, 3.0, count),
        np.zeros(count, dtype=bool),
        np.where(dies, np.maximum(start, 0.0), np.nan),
        np.where(dies, end, np.nan),
    )


def _persons(rng: np.random.Generator, settings: NetworkSettings, theatre: Theatre) -> Sensors:
    count = max(1, round(PERSONS_SHARE * settings.sensors))
    place = theatre.sites(rng, count)
    lon, lat = to_lonlat(place[:, 0], place[:, 1])
    nothing = np.full(count, np.nan)
    return Sensors(
        [f"P{i:05}" for i in range(1, count + 1)],
        lon.round(5),
        lat.round(5),
        (theatre.ground_m(place[:, 0], place[:, 1]) + 1.7).round(1),
        np.ones(count),
        nothing,
        rng.uniform(0.3, 3.0, count).round(2),
        rng.uniform(0.4, 0.8, count).round(2),
        np.zeros(count, dtype=bool),
        THRESHOLD_DB + 2.0 + rng.normal(0.0, 4.0, count),
        np.ones(count, dtype=bool),
        nothing,
        nothing,
    )
