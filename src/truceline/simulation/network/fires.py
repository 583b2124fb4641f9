"""Heat that satellites saw: fires that explosions lit, and fires of farmers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.simulation.network.columns import joined, rows_of
from truceline.simulation.network.events import Events
from truceline.simulation.network.numbers import Floats, Ints
from truceline.simulation.network.plane import moved, to_lonlat
from truceline.simulation.network.scene import Scene

LIT_SHARE: Final = 0.08
"""Share of explosions that light something."""
BURNS_S: Final = 2700.0
"""Mean time that it burns."""
POLAR_PASSES: Final = 10
"""Passes a day of polar orbits, at instants of chance."""
POLAR_M, STILL_M = 375.0, 1000.0
"""Pixels: VIIRS imaging bands (Schroeder et al. 2014), and a geostationary imager."""
SCAN_S: Final = 600.0
"""A geostationary imager looks every ten minutes."""
STILL_MW: Final = 20.0
"""Least power that the larger pixel shows."""
FARMERS_KM2_DAY: Final = 4000.0
"""Area with one fire of another cause a day. Unit: km^2 d."""


@dataclass(frozen=True, slots=True)
class Fires:
    """Fires in the order of time, each as it was first seen; the row is the number, from 1."""

    time_s: Floats
    lon: Floats
    lat: Floats
    pixel_m: Floats
    frp_mw: Floats
    event: Ints
    """Number of the event; 0 for another cause."""


def fires_of(scene: Scene, events: Events) -> Fires:
    """Let explosions light fires and satellites look; ``events`` are numbered from 1."""
    rng, settings = scene.streams.of("fires"), scene.settings
    explodes = np.array([kind == "explosion" for kind in events.kind], dtype=bool)
    lit = np.flatnonzero(explodes & (rng.random(len(events)) < LIT_SHARE))
    passes = np.sort(rng.uniform(0.0, settings.seconds + 86400.0, _passes(settings.seconds)))
    true = _seen(rng, passes, events.time_s[lit], events.lon[lit], events.lat[lit], lit + 1)
    west, south, east, north = scene.theatre.box()
    area_km2 = (east - west) * (north - south) / 1e6
    count = rng.poisson(area_km2 / FARMERS_KM2_DAY * settings.seconds / 86400.0)
    lon, lat = to_lonlat(rng.uniform(west, east, count), rng.uniform(south, north, count))
    start = rng.uniform(0.0, settings.seconds, count)
    false = _seen(rng, passes, start, lon, lat, np.zeros(count, dtype=np.int64))
    both = joined([true, false])
    return rows_of(both, np.lexsort((both.lon, both.time_s)))


def _passes(seconds: float) -> int:
    """Passes until a day after the end, so that a fire is always followed by one."""
    return int(np.ceil(POLAR_PASSES * (seconds / 86400.0 + 1.0)))


def _seen(
    rng: np.random.Generator, passes: Floats, start: Floats, lon: Floats, lat: Floats, event: Ints
) -> Fires:
    """Keep the fires that burn when somebody looks, each at the first look and its pixel."""
    count = len(start)
    power = np.exp(rng.normal(np.log(15.0), 1.0, count))
    end = start + rng.exponential(BURNS_S, count)
    next_pass = np.append(passes, np.inf)[np.searchsorted(passes, start)]
    scan = np.where(power >= STILL_MW, (np.floor(start / SCAN_S) + 1.0) * SCAN_S, np.inf)
    time = np.minimum(next_pass, scan)
    pixel = np.where(scan < next_pass, STILL_M, POLAR_M)
    aside = rng.uniform(-0.5, 0.5, (2, count)) * pixel
    there = moved(lon, lat, aside[0], aside[1])
    seen = np.flatnonzero(time < end)
    found = Fires(time, there[0].round(5), there[1].round(5), pixel, power.round(1), event)
    return rows_of(found, seen)
