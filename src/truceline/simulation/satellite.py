"""What two satellites saw: heat of two works at every pass, stubble fires, rarely a strike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from truceline.model.interval import local_day
from truceline.simulation.settings import Settings
from truceline.simulation.theatre import BOX, WORKS, ZONE, line_latitude, moved
from truceline.simulation.world import Event

PASSES: Final = (("N20", 2.63, "N"), ("N", 3.45, "N"), ("N20", 14.2, "D"), ("N", 15.05, "D"))
"""(satellite, UTC hour, day or night) of the overpasses: 01:30 and 13:30 by the sun, twice."""
_WANDER_H: Final = 0.35
"""The hour of a pass shifts by this much over the repeat cycle. Unit: h."""
_CLEAR: Final = 0.75
"""Share of earlier passes that saw a place through the cloud; the simulated day itself is clear."""
_SEES: Final = ("strike.uav", "fire.artillery", "explosion")
"""Kinds that may leave a fire behind."""
_PIXEL_JITTER_M: Final = 120.0


@dataclass(frozen=True, slots=True)
class Heat:
    """One fire pixel, of the row layout of FIRMS."""

    moment: datetime
    """UTC, whole minutes."""
    satellite: str
    daynight: str
    lon: float
    lat: float
    bright_ti4_k: float
    bright_ti5_k: float
    scan_km: float
    track_km: float
    frp_mw: float
    confidence: str
    event: str | None
    """The truth: the event that lit it; null for works and fields."""


def heat_of_day(
    rng: np.random.Generator, day: date, events: tuple[Event, ...], settings: Settings
) -> tuple[Heat, ...]:
    """Give the pixels of the four passes of one clear day, in the order of time."""
    passes = _passes(rng, day)
    found = [pixel for one in passes for pixel in _works(rng, one, seen=1.0)]
    found += _stubble(rng, passes, fires=int(rng.integers(2, 6)))
    for event in events:
        coming = [one for one in passes if one[0] > event.time]
        if event.kind in _SEES and coming and rng.random() < settings.strike_seen:
            place = moved(event.lon, event.lat, *rng.normal(0.0, _PIXEL_JITTER_M, 2))
            found.append(_pixel(rng, coming[0], place, 3.0, event.id))
    return _ordered(found)


def heat_history(rng: np.random.Generator, day: date, settings: Settings) -> tuple[Heat, ...]:
    """Give the pixels of the days before, through broken cloud: what the background is learned from."""
    found: list[Heat] = []
    for back in range(settings.history_days, 0, -1):
        passes = _passes(rng, day - timedelta(days=back))
        for one in passes:
            found += _works(rng, one, seen=_CLEAR)
        found += _stubble(rng, passes, fires=int(rng.poisson(1.0)))
    return _ordered(found)


_Pass = tuple[datetime, str, str]


def _ordered(found: list[Heat]) -> tuple[Heat, ...]:
    return tuple(sorted(found, key=lambda pixel: (pixel.moment, pixel.lat, pixel.lon)))


def _passes(rng: np.random.Generator, day: date) -> list[_Pass]:
    midnight = local_day(day, ZONE).start
    passes = []
    for satellite, hour, daynight in PASSES:
        minutes = round((hour + float(rng.uniform(-_WANDER_H, _WANDER_H))) * 60)
        passes.append((midnight + timedelta(minutes=minutes), satellite, daynight))
    return sorted(passes)


def _works(rng: np.random.Generator, one: _Pass, *, seen: float) -> list[Heat]:
    pixels = []
    for _, lon, lat in WORKS:
        if rng.random() < seen:
            for _ in range(int(rng.integers(1, 4))):
                place = moved(lon, lat, *rng.normal(0.0, _PIXEL_JITTER_M, 2))
                pixels.append(_pixel(rng, one, place, 9.0, None))
    return pixels


def _stubble(rng: np.random.Generator, passes: list[_Pass], fires: int) -> list[Heat]:
    """Burn some fields, behind the line on either side, mostly by day."""
    pixels = []
    for _ in range(fires):
        lon = float(rng.uniform(BOX.west + 0.05, BOX.east - 0.05))
        depth = float(rng.choice([-1.0, 1.0]) * rng.uniform(6000.0, 35_000.0))
        field = moved(lon, line_latitude(lon), 0.0, depth)
        first = 2 if rng.random() < 0.85 else 0
        for one in passes[first : first + int(rng.integers(1, 3))]:
            for _ in range(int(rng.integers(1, 4))):
                place = moved(*field, *rng.normal(0.0, 300.0, 2))
                pixels.append(_pixel(rng, one, place, 4.0, None))
    return pixels


def _pixel(
    rng: np.random.Generator,
    one: _Pass,
    place: tuple[float, float],
    frp_mw: float,
    event: str | None,
) -> Heat:
    moment, satellite, daynight = one
    frp = round(float(frp_mw * rng.lognormal(0.0, 0.5)), 2)
    night = 275.0 if daynight == "N" else 295.0
    return Heat(
        moment,
        satellite,
        daynight,
        round(place[0], 5),
        round(place[1], 5),
        round(min(float(night + 32.0 + 4.0 * frp + rng.normal(0.0, 3.0)), 367.0), 2),
        round(float(night + rng.normal(2.0, 3.0)), 2),
        round(float(rng.uniform(0.38, 0.6)), 2),
        round(float(rng.uniform(0.36, 0.55)), 2),
        frp,
        "nominal" if frp > 1.5 else "low",
        event,
    )
