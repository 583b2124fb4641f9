"""A small network with events of known place, for the tests of what is learned."""

from __future__ import annotations

import numpy as np

from truceline.fusion.association.arrays import no_events
from truceline.fusion.association.neighbours import neighbours
from truceline.fusion.association.ordering import ordered, sensors_of
from truceline.fusion.association.prior import prior_model
from truceline.fusion.association.weather import still_air

EVENTS, SENSORS = 60, 30


def a_network(speed_error=0.0, scatter_s=0.01, seed=0, half_m=9000.0):
    """Thirty sensors and sixty events of known place, heard up to a distance, in still air."""
    rng = np.random.default_rng(seed)
    lon, lat = 37 + rng.uniform(0, 0.2, SENSORS), 48 + rng.uniform(0, 0.12, SENSORS)
    near = neighbours(lon, lat)
    sensor, time, member_of = [], [], []
    anchor = rng.integers(0, SENSORS, EVENTS)
    east, north = rng.uniform(-2000, 2000, (2, EVENTS))
    at = np.sort(rng.uniform(0, 6 * 3600, EVENTS))
    for e in range(EVENTS):
        own = slice(0, near.known[anchor[e]])
        away = np.hypot(
            near.east_m[anchor[e], own] - east[e], near.north_m[anchor[e], own] - north[e]
        )
        hears = rng.random(len(away)) < 0.97 / (1 + np.exp((away - half_m) / 500))
        late = away / (338.0 + speed_error) + rng.normal(0, scatter_s, len(away))
        sensor += near.sensor[anchor[e], own][hears].tolist()
        time += (at[e] + late)[hears].tolist()
        member_of += [e] * int(hears.sum())
    none = np.full(len(time), np.nan)
    level = rng.normal(60.0, 3.0, len(time))
    heard, order = ordered(
        np.array(sensor, np.int32), np.array(time), level, none, np.arange(len(time)), SENSORS
    )
    sensors = sensors_of(
        lon, lat, np.full(SENSORS, 0.01), np.full(SENSORS, np.nan),
        np.full(SENSORS, -8.0), np.ones(SENSORS),
    )  # fmt: skip
    events = no_events(EVENTS)
    events = events._replace(
        anchor=anchor.astype(np.int32), east_m=east, north_m=north, time_s=at,
        log_odds=np.full(EVENTS, 50.0), cov=np.tile(np.diag([1e2, 1e2, 1e-3, 0.05, 0.1, 0.1]), (EVENTS, 1, 1)),
        drift=np.tile([speed_error, 0.0, 0.0], (EVENTS, 1)),
    )  # fmt: skip
    for e in range(EVENTS):
        own_rows = np.flatnonzero(np.array(member_of)[order] == e)
        events.size[e] = len(own_rows)
        events.member[e, : len(own_rows)] = own_rows
    return sensors, heard, near, still_air(0.0, 6 * 3600.0, SENSORS), events


def the_prior(heard):
    return prior_model(heard.level_db, 1.0, -30.0, weather=True)
