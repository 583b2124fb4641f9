"""What patrols heard: a direction, a distance, a minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.simulation.network.columns import joined, rows_of
from truceline.simulation.network.events import Events
from truceline.simulation.network.near import near
from truceline.simulation.network.numbers import Floats, Ints
from truceline.simulation.network.plane import between, to_lonlat, to_xy
from truceline.simulation.network.scene import Scene

SENSORS_A_PATROL: Final = 20
EARSHOT_M: Final = 7000.0
NOTED_SHARE: Final = 0.5
"""Share of the salvos in earshot that a patrol writes down."""
CLUTTER_SHARE: Final = 0.1
"""Reports of nothing (thunder, a quarry, a door), as a share of the others."""
MINUTE_S: Final = 60.0
TIME_SIGMA_S: Final = 26.0
"""A watch that is read late and written to the minute: a normal error, then rounding, together."""
SECTOR_DEG: Final = 22.5
"""Bearings are written as one of sixteen points of the compass."""
TURN_SIGMA_DEG: Final = 8.0
RANGE_SIGMA: Final = 0.1
"""Error of an estimated distance, as a share of it."""
_ROUNDING_S: Final = MINUTE_S / 12.0**0.5
BEARING_SIGMA_DEG: Final = round(float(np.hypot(TURN_SIGMA_DEG, SECTOR_DEG / 12.0**0.5)), 1)


@dataclass(frozen=True, slots=True)
class Reports:
    """Reports in the order of time; the row is the report's number, from 1."""

    time_s: Floats
    lon: Floats
    """Of the observer."""
    lat: Floats
    bearing_deg: Floats
    """Observer to source, clockwise from true north."""
    range_min_m: Floats
    range_max_m: Floats
    event: Ints
    """Number of one event of the salvo; 0 for a report of nothing."""


def reports_of(scene: Scene, events: Events) -> Reports:
    """Let patrols listen to salvos; ``events`` are numbered from 1."""
    rng = scene.streams.of("reports")
    posts = scene.theatre.sites(rng, max(1, scene.settings.sensors // SENSORS_A_PATROL))
    post, event = _heard(rng, posts, events)
    lon, lat = to_lonlat(posts[:, 0], posts[:, 1])
    east, north = between(lon[post], lat[post], events.lon[event], events.lat[event])
    far, to = np.hypot(east, north), np.degrees(np.arctan2(east, north))
    true = _written(rng, (lon, lat), post, (events.time_s[event], to, far), event + 1)
    count = rng.poisson(CLUTTER_SHARE * len(post))
    post = rng.integers(0, len(posts), count)
    nothing = (
        rng.uniform(0.0, scene.settings.seconds, count),
        rng.uniform(0.0, 360.0, count),
        rng.uniform(1000.0, EARSHOT_M, count),
    )
    false = _written(rng, (lon, lat), post, nothing, np.zeros(count, dtype=np.int64))
    both = joined([true, false])
    return rows_of(both, np.lexsort((both.bearing_deg, both.lon, both.time_s)))


def _heard(rng: np.random.Generator, posts: Floats, events: Events) -> tuple[Ints, Ints]:
    """Choose rows of patrols and of events: one round of a salvo stands for it."""
    _, first = np.unique(events.salvo, return_index=True)
    places = np.stack(to_xy(events.lon[first], events.lat[first]), axis=1)
    post, salvo = near(posts, places, EARSHOT_M)
    noted = rng.random(len(post)) < NOTED_SHARE
    return post[noted], first[salvo[noted]]


def _written(
    rng: np.random.Generator,
    lonlat: tuple[Floats, Floats],
    post: Ints,
    true: tuple[Floats, Floats, Floats],
    event: Ints,
) -> Reports:
    """Write down time (s), bearing (deg) and distance (m) as a person would."""
    time, bearing, far = true
    count = len(post)
    late = rng.normal(0.0, np.sqrt(TIME_SIGMA_S**2 - _ROUNDING_S**2), count)
    turned = bearing + rng.normal(0.0, TURN_SIGMA_DEG, count)
    guess = far * np.exp(rng.normal(0.0, RANGE_SIGMA, count))
    half = np.maximum(500.0, 0.15 * guess)
    return Reports(
        np.maximum(np.round((time + late) / MINUTE_S) * MINUTE_S, 0.0),
        lonlat[0][post].round(5),
        lonlat[1][post].round(5),
        (np.round(turned / SECTOR_DEG) * SECTOR_DEG) % 360.0,
        np.maximum(np.round((guess - half) / 500.0) * 500.0, 0.0),
        np.round((guess + half) / 500.0) * 500.0,
        event,
    )
