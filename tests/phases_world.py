"""Invented earthquakes under a small network: picks with their truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.fusion.phases.settings import Settings, crustal
from truceline.geodesy import from_plane

CENTRE = 37.5, 48.2
P_M_S, RATIO = 6100.0, 1.74
"""Other speeds than those that are assumed."""


@dataclass(frozen=True)
class Quakes:
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    station: NDArray[np.int64]
    secondary: NDArray[np.int8]
    time_s: NDArray[np.float64]
    label: NDArray[np.int64]
    east_m: NDArray[np.float64]
    north_m: NDArray[np.float64]
    origin_s: NDArray[np.float64]


def quakes(seed: int, count: int, span_s: float, clutter_per_h: float, stations: int = 9) -> Quakes:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-30e3, 30e3, (2, stations))
    lon, lat = from_plane(*CENTRE, x, y)
    east, north = rng.uniform(-20e3, 20e3, (2, count))
    depth, origin = rng.uniform(3e3, 12e3, count), np.sort(rng.uniform(0, span_s, count))
    rows = []
    for k in range(count):
        for s in range(stations):
            way = np.sqrt((east[k] - x[s]) ** 2 + (north[k] - y[s]) ** 2 + depth[k] ** 2)
            for phase in range(2):
                if rng.random() < 0.85:
                    travel = way / P_M_S * (RATIO if phase else 1.0)
                    late = 0.3 * phase * (s % 3)
                    sigma = 0.15 if phase else 0.08
                    rows.append((s, phase, origin[k] + travel + late + rng.normal(0, sigma), k))
    for s in range(stations):
        for phase in range(2):
            noise = rng.uniform(0, span_s + 60, rng.poisson(clutter_per_h * span_s / 3600))
            rows += [(s, phase, time, -1) for time in noise]
    station, secondary, time, label = (np.array(c) for c in zip(*rows, strict=True))
    mixed = rng.permutation(len(time))
    return Quakes(
        lon, lat, station[mixed], secondary[mixed].astype(np.int8), time[mixed], label[mixed],
        east, north, origin,
    )  # fmt: skip


def ground() -> Settings:
    return crustal(6000.0, 1.73)
