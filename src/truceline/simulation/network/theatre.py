"""Where the sensors stand, where the fire comes from, and how high the ground is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from truceline.simulation.network.numbers import Floats, Streams
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.waves import Waves, waves


class Theatre(Protocol):
    """What a network needs to know of its land. Places are x, y in the plane. Unit: m."""

    def sites(self, rng: np.random.Generator, count: int) -> Floats:
        """Choose where sensors stand: one row each."""

    def battery(self, rng: np.random.Generator) -> tuple[Floats, float]:
        """Choose where a weapon stands, and the azimuth in the plane (deg) to which it fires."""

    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of everything."""

    def ground_m(self, x_m: Floats, y_m: Floats) -> Floats:
        """Height of the ground above the ellipsoid."""


def _ground(hills: Waves, x_m: Floats, y_m: Floats) -> Floats:
    return 140.0 + hills.at(x_m, y_m, np.zeros(len(x_m)))[:, 0]


@dataclass(frozen=True, slots=True)
class Line:
    """A wavy front from west to east, with sensors in clusters on both sides of it."""

    length_m: float
    swings: Floats
    """Amplitude (m), length (m), phase (rad) of each swing of the front: one row each."""
    towns: Floats
    """x of each cluster of sensors."""
    hot: Floats
    """x of each place where fighting is dense."""
    hills: Waves

    def front_m(self, x_m: Floats) -> Floats:
        """Give y of the front. Unit: m."""
        x = np.asarray(x_m)[..., None]
        amplitude, length, phase = self.swings.T
        return np.asarray((amplitude * np.sin(2 * np.pi * x / length + phase)).sum(axis=-1))

    def sites(self, rng: np.random.Generator, count: int) -> Floats:
        """Put six of ten sensors near towns, the rest anywhere along the line."""
        anywhere = rng.uniform(-0.5, 0.5, count) * self.length_m
        near = rng.choice(self.towns, count) + rng.normal(0.0, 3000.0, count)
        x = np.where(rng.random(count) < 0.6, near, anywhere)
        x = np.clip(x, -0.5 * self.length_m, 0.5 * self.length_m)
        return np.stack([x, self.front_m(x) + rng.normal(0.0, 4500.0, count)], axis=1)

    def battery(self, rng: np.random.Generator) -> tuple[Floats, float]:
        """Put a weapon 1-10 km from the front, on either side, more often where it is hot."""
        x = float(rng.choice(self.hot) + rng.normal(0.0, 4000.0))
        if rng.random() < 0.3:
            x = float(rng.uniform(-0.5, 0.5) * self.length_m)
        x = float(np.clip(x, -0.5 * self.length_m, 0.5 * self.length_m))
        south = rng.random() < 0.5
        away = float(rng.gamma(2.0, 2000.0)) + 600.0
        y = float(self.front_m(np.array(x))) + (-away if south else away)
        return np.array([x, y]), float(rng.normal(0.0 if south else 180.0, 25.0)) % 360.0

    def box(self) -> tuple[float, float, float, float]:
        """Give the band that holds the line."""
        half = 0.5 * self.length_m + 30e3
        deep = float(self.swings[:, 0].sum()) + 40e3
        return -half, -deep, half, deep

    def ground_m(self, x_m: Floats, y_m: Floats) -> Floats:
        """Give gentle hills."""
        return _ground(self.hills, x_m, y_m)


@dataclass(frozen=True, slots=True)
class Country:
    """Sensors over an area, denser around towns, where most strikes fall too."""

    half_m: Floats
    """Half of the extent to east and north. Unit: m."""
    towns: Floats
    """x, y of each town: one row each."""
    hills: Waves

    def sites(self, rng: np.random.Generator, count: int) -> Floats:
        """Put half of the sensors around towns, the rest anywhere."""
        anywhere = rng.uniform(-1.0, 1.0, (count, 2)) * self.half_m
        near = rng.choice(self.towns, count) + rng.normal(0.0, 14e3, (count, 2))
        where = np.where(rng.random((count, 1)) < 0.5, near, anywhere)
        return np.clip(where, -self.half_m, self.half_m)

    def battery(self, rng: np.random.Generator) -> tuple[Floats, float]:
        """Let two of three events happen around a town."""
        where = rng.uniform(-1.0, 1.0, 2) * self.half_m
        if rng.random() < 0.67:
            where = rng.choice(self.towns) + rng.normal(0.0, 10e3, 2)
        return np.clip(where, -self.half_m, self.half_m), float(rng.uniform(0.0, 360.0))

    def box(self) -> tuple[float, float, float, float]:
        """Give the area with a margin."""
        east, north = (float(h) + 30e3 for h in self.half_m)
        return -east, -north, east, north

    def ground_m(self, x_m: Floats, y_m: Floats) -> Floats:
        """Give gentle hills."""
        return _ground(self.hills, x_m, y_m)


def theatre_of(streams: Streams, settings: NetworkSettings) -> Line | Country:
    """Draw the land."""
    rng = streams.of("theatre")
    hills = waves(rng, np.array([35.0]), 6000.0, 1.0)
    if settings.network == "country":
        area = min(1.0, settings.sensors / 10000.0)
        half = np.array([540e3, 300e3]) * np.sqrt(area)
        return Country(half, rng.uniform(-0.95, 0.95, (max(2, round(90 * area)), 2)) * half, hills)
    length = 1000.0 * (settings.length_km or min(1000.0, max(20.0, float(settings.sensors))))
    half = 0.5 * length
    lengths = np.array([260e3, 95e3, 31e3]) * rng.uniform(0.8, 1.25, 3)
    swings = np.stack([lengths * 0.05, lengths, rng.uniform(0.0, 2 * np.pi, 3)], axis=1)
    towns = rng.uniform(-half, half, max(1, settings.sensors // 14))
    return Line(
        length, swings, towns, rng.uniform(-half, half, max(2, round(length / 25e3))), hills
    )
