"""The rival of locating by bearing and time, and explosions invented to check its ellipses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pyproj import Geod
from real_data import BearingSet, Floats, Longs
from scipy.optimize import minimize

_WGS84 = Geod(ellps="WGS84")


def plain_fit(given: BearingSet) -> tuple[float, float]:
    """Give the place at which the squares of the errors of bearings are least: lines on a map.

    It is told which detections are of the explosion.
    """
    array, wanted = given.array[given.of_it], given.azimuth_deg[given.of_it]
    lon, lat = given.lon[array], given.lat[array]

    def squares(place: Floats) -> float:
        count = len(array)
        seen, _, _ = _WGS84.inv(lon, lat, np.full(count, place[0]), np.full(count, place[1]))
        return float(np.sum(((wanted - seen + 180) % 360 - 180) ** 2))

    east = np.arange(lon.mean() - 10, lon.mean() + 10.1)
    north = np.arange(lat.mean() - 8, lat.mean() + 8.1)
    starts = [np.array([x, y]) for x in east for y in north]
    fit = minimize(squares, min(starts, key=squares), method="Nelder-Mead")
    return float(fit.x[0]), float(fit.x[1])


@dataclass(frozen=True, slots=True)
class Invented:
    """An explosion, arrays that heard it or not, and clutter."""

    given: BearingSet
    time_s: float


def invented(rng: np.random.Generator) -> Invented:
    """Invent an explosion by other rules than the engine assumes.

    Celerities are even between bounds, not bells; which way carries depends on distance; winds turn
    bearings by a sine of the direction; readings have tails of a Student t.
    """
    arrays = int(rng.integers(3, 7))
    lon0, lat0 = 37.0, 48.0
    azimuth = rng.uniform(0, 360, arrays)
    away = rng.uniform(150e3, 700e3, arrays)
    lon, lat, _ = _WGS84.fwd(np.full(arrays, lon0), np.full(arrays, lat0), azimuth, away)
    back, _, _ = _WGS84.inv(lon, lat, np.full(arrays, lon0), np.full(arrays, lat0))
    turn, wind, fast = rng.uniform(0, 360), rng.normal(0, 3.0), rng.normal(0, 0.02)
    rows: list[tuple[int, float, float]] = []
    for a in range(arrays):
        if rng.random() < 0.8:
            seen = back[a] + wind * np.sin(np.deg2rad(azimuth[a] - turn)) + 2 * rng.standard_t(5)
            speed = _celerity(rng, away[a]) * (1 + fast * np.cos(np.deg2rad(azimuth[a] - turn)))
            rows.append((a, float(away[a] / speed), float(seen)))
        clutter = range(rng.poisson(1.5))
        rows += [(a, float(rng.uniform(0, 4000)), float(rng.uniform(0, 360))) for _ in clutter]
    array, time, bearing = (np.array(c) for c in zip(*rows, strict=True))
    given = BearingSet(lon, lat, array, time, bearing, (lon0, lat0), np.arange(0))
    return Invented(given, 0.0)


def _celerity(rng: np.random.Generator, away_m: float) -> float:
    """Give a celerity: near, often through the troposphere; far, mostly through the stratosphere."""
    low, middle = np.exp(-away_m / 300e3) * 0.5, 0.6
    draw = rng.random() * (low + middle + 0.15)
    if draw < low:
        return float(rng.uniform(325, 345))
    return float(rng.uniform(282, 315) if draw < low + middle else rng.uniform(220, 265))


def told(given: BearingSet) -> tuple[Floats, Floats, Longs, Floats, Floats]:
    """Give what the engine asks for."""
    return given.lon, given.lat, given.array, given.time_s, given.azimuth_deg
