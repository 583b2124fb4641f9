"""What acoustic stations on masts made of the events: arrivals, levels, bearings, false alarms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from truceline.model.interval import Interval, local_day
from truceline.simulation.settings import Settings
from truceline.simulation.sound import THRESHOLD_DB, Weather, level_db, travel_time_s
from truceline.simulation.theatre import BOX, ZONE, line_latitude, measured, moved
from truceline.simulation.world import Event

_STEEPNESS_DB: Final = 2.5
_CLOCK_S: Final = 0.03
_PICK_S: Final = 0.04
_UPTIME: Final = 0.97
_LEAST_S: Final = 0.001
_LEAST_DEG: Final = 0.1
"""No instrument claims less, even where the simulated error is nothing."""


@dataclass(frozen=True, slots=True)
class Sensor:
    """One acoustic sensor."""

    id: str
    mast: str
    """Sensors of one mast are one source."""
    lon: float
    lat: float
    elevation_m: float
    time_sigma_s: float
    """Stated error of an arrival, clock and picking together. Unit: s."""
    azimuth_sigma_deg: float | None
    """Stated error of a bearing; null for a single microphone. Unit: deg."""
    false_alarm_per_h: float
    uptime: float
    alive: tuple[Interval, ...]
    """When it was looking; two stretches where it was dead in between."""


@dataclass(frozen=True, slots=True)
class Detection:
    """One pick of one sensor."""

    id: int
    sensor: Sensor
    second: float
    """Since the start of the local day. Unit: s."""
    level_db: float
    azimuth_deg: float | None
    """Sensor to source, clockwise from true north. Unit: deg."""
    event: str | None
    """The truth: null for a false alarm."""


def station_network(rng: np.random.Generator, day: date, settings: Settings) -> tuple[Sensor, ...]:
    """Put masts along the line, on both banks in turn; one sensor is dead for some hours."""
    whole = local_day(day, ZONE)
    lons = np.linspace(BOX.west + 0.15, BOX.east - 0.15, settings.masts)
    twins = set(rng.permutation(settings.masts)[: settings.twin_masts].tolist())
    sensors: list[Sensor] = []
    for number, lon in enumerate(lons):
        side_m = (1.0 if number % 2 else -1.0) * float(rng.uniform(1500.0, 3500.0))
        place = moved(lon, line_latitude(lon), float(rng.normal(0.0, 400.0)), side_m)
        mast = f"M{number + 1:02}"
        height = round(float(rng.uniform(5.0, 120.0)), 1)
        for letter in "ab" if number in twins else "a":
            array = letter == "b" or (number not in twins and number % 2 == 0)
            sensors.append(_sensor(rng, mast, letter, place, height, array, whole, settings))
    dead = int(rng.integers(len(sensors)))
    sensors[dead] = _with_outage(rng, sensors[dead], whole)
    return tuple(sensors)


def _sensor(
    rng: np.random.Generator,
    mast: str,
    letter: str,
    place: tuple[float, float],
    elevation_m: float,
    array: bool,
    whole: Interval,
    settings: Settings,
) -> Sensor:
    turn = max(round(float(rng.uniform(3.0, 5.0)) * settings.noise, 2), _LEAST_DEG)
    time_sigma = max(round(float(np.hypot(_CLOCK_S, _PICK_S)) * settings.noise, 4), _LEAST_S)
    rate = round(settings.false_alarms_per_h * float(rng.uniform(0.6, 1.4)), 3)
    return Sensor(
        mast + letter,
        mast,
        *place,
        elevation_m,
        time_sigma,
        turn if array else None,
        rate,
        _UPTIME,
        (whole,),
    )


def _with_outage(rng: np.random.Generator, sensor: Sensor, whole: Interval) -> Sensor:
    start = whole.start + timedelta(minutes=int(rng.integers(240, 840)))
    end = start + timedelta(minutes=int(rng.integers(150, 360)))
    alive = (Interval(whole.start, start), Interval(end, whole.end))
    return replace(sensor, alive=alive)


def detections(
    rng: np.random.Generator,
    day: date,
    events: tuple[Event, ...],
    sensors: tuple[Sensor, ...],
    weather: Weather,
    settings: Settings,
) -> tuple[Detection, ...]:
    """Let every sensor listen for the whole day; picks in the order of time."""
    whole = local_day(day, ZONE)
    masts = sorted({sensor.mast for sensor in sensors})
    clock = dict(zip(masts, rng.normal(0.0, _CLOCK_S * settings.noise, len(masts)), strict=True))
    found: list[Detection] = []
    for event in events:
        found += _heard(rng, event, sensors, weather, clock, whole, settings)
    for sensor in sensors:
        found += _false_alarms(rng, sensor, whole)
    found.sort(key=lambda pick: (pick.second, pick.sensor.id))
    return tuple(
        Detection(number, p.sensor, p.second, p.level_db, p.azimuth_deg, p.event)
        for number, p in enumerate(found, 1)
    )


def _heard(
    rng: np.random.Generator,
    event: Event,
    sensors: tuple[Sensor, ...],
    weather: Weather,
    clock: dict[str, float],
    whole: Interval,
    settings: Settings,
) -> list[Detection]:
    lons, lats = np.array([s.lon for s in sensors]), np.array([s.lat for s in sensors])
    distance, outward = measured(event.lon, event.lat, lons, lats)
    _, inward = measured(lons, lats, event.lon, event.lat)
    travel = travel_time_s(weather, distance, outward)
    level = level_db(event.kind, distance) + rng.normal(0.0, 3.0 * settings.noise, len(sensors))
    heard = rng.random(len(sensors)) * (1 + np.exp(-(level - THRESHOLD_DB) / _STEEPNESS_DB)) < 1
    pick = rng.normal(0.0, _PICK_S * settings.noise, len(sensors))
    turn = rng.normal(0.0, 1.0, len(sensors))
    up = rng.random(len(sensors))
    at = (event.time - whole.start).total_seconds() + travel
    return [
        Detection(
            0,
            sensor,
            float(at[i] + pick[i] + clock[sensor.mast]),
            float(level[i]),
            _turned(sensor, float(inward[i]), float(turn[i])),
            event.id,
        )
        for i, sensor in enumerate(sensors)
        if heard[i] and up[i] < sensor.uptime and _alive(sensor, whole, float(at[i]))
    ]


def _turned(sensor: Sensor, azimuth_deg: float, turn: float) -> float | None:
    """Bearing with the error of the sensor; null where it has no array."""
    if sensor.azimuth_sigma_deg is None:
        return None
    return (azimuth_deg + turn * sensor.azimuth_sigma_deg) % 360.0


def _alive(sensor: Sensor, whole: Interval, second: float) -> bool:
    return any(
        (stretch.start - whole.start).total_seconds()
        <= second
        < (stretch.end - whole.start).total_seconds()
        for stretch in sensor.alive
    )


def _false_alarms(rng: np.random.Generator, sensor: Sensor, whole: Interval) -> list[Detection]:
    count = int(rng.poisson(sensor.false_alarm_per_h * whole.seconds / 3600.0))
    seconds = rng.uniform(0.0, whole.seconds, count)
    levels = THRESHOLD_DB + rng.exponential(4.0, count)
    bearings = rng.uniform(0.0, 360.0, count)
    return [
        Detection(
            0,
            sensor,
            float(second),
            float(level),
            None if sensor.azimuth_sigma_deg is None else float(bearing),
            None,
        )
        for second, level, bearing in zip(seconds, levels, bearings, strict=True)
        if _alive(sensor, whole, float(second))
    ]
