"""Which arrivals are one sound: hypotheses from single detections, scored over all stations.

Each detection is taken as the first arrival of an event at every place it could come from; the
hypothesis is scored by log-likelihood ratio over **all** stations in earshot, misses included,
refined, and the best ones are packed so that no detection serves two. This is the first version;
its interface (arrays in, origins out, deterministic) stays.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.fusion.arrays import Floats
from truceline.fusion.calibrate import Acoustics
from truceline.fusion.locate import Arrivals, Origin, locate
from truceline.fusion.propagation import hearing, travel_s, travel_sigma_s

_GATE_SIGMAS = 4.0
_SPACING_M = 400.0


@dataclass(frozen=True, slots=True)
class Stations:
    """``s`` stations on their plane."""

    east: Floats
    """Shape (s,). Unit: m."""
    north: Floats
    clutter_per_s: Floats
    """Rate of detections that belong to nothing at hand, shape (s,). Unit: 1/s."""
    up: tuple[tuple[tuple[float, float], ...], ...]
    """Intervals in which each was listening; empty where not known (then taken as always)."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One origin with its arrivals."""

    origin: Origin
    members: tuple[int, ...]
    """Indices into the arrivals, ascending."""
    log_odds: float
    """Log-odds that these arrivals are one sound and not clutter, before calibration."""


def associate(
    arrivals: Arrivals,
    station: NDArray[np.int64],
    stations: Stations,
    density: float,
    acoustics: Acoustics,
) -> list[Sound]:
    """Find the sounds behind arrivals.

    Args:
        arrivals: in order of time.
        station: index of each arrival's station, shape (m,).
        stations: where they stand, their clutter and uptime.
        density: events per m² and s.
        acoustics: speed, hearing and their errors.

    Returns:
        sounds by time; no arrival in two.
    """
    listening = _Listening(arrivals, station, stations, acoustics)
    waiting: list[tuple[float, int, Sound]] = []
    seen: set[tuple[int, ...]] = set()
    for seed in range(len(arrivals.time)):
        sound = _from_seed(listening, seed, density, None)
        if sound is not None and sound.members not in seen:
            seen.add(sound.members)
            heapq.heappush(waiting, (-sound.log_odds, seed, sound))
    return _packed(listening, waiting, density)


def _packed(
    listening: _Listening, waiting: list[tuple[float, int, Sound]], density: float
) -> list[Sound]:
    """Take the best hypotheses; one that lost arrivals to a better one is tried anew without."""
    free = np.ones(len(listening.arrivals.time), bool)
    taken: list[Sound] = []
    while waiting:
        _, seed, sound = heapq.heappop(waiting)
        if all(free[m] for m in sound.members):
            taken.append(sound)
            free[list(sound.members)] = False
        elif free[seed]:
            again = _from_seed(listening, seed, density, free)
            if again is not None:
                heapq.heappush(waiting, (-again.log_odds, seed, again))
    return sorted(taken, key=lambda s: (s.origin.time, s.members))


class _Listening:
    """The arrivals sorted by station, for look-up of the nearest to an expected time."""

    def __init__(
        self,
        arrivals: Arrivals,
        station: NDArray[np.int64],
        stations: Stations,
        acoustics: Acoustics,
    ) -> None:
        self.arrivals, self.station, self.stations = arrivals, station, stations
        self.acoustics = acoustics
        self.rows = [np.flatnonzero(station == s) for s in range(len(stations.east))]

    def up(self, s: int, time: Floats) -> NDArray[np.bool_]:
        """Tell whether a station was listening at each time."""
        spans = self.stations.up[s]
        if not spans:
            return np.ones(len(time), bool)
        inside = np.zeros(len(time), bool)
        for low, high in spans:
            inside |= (time >= low) & (time < high)
        return inside

    def score(
        self, east: Floats, north: Floats, time: Floats, free: NDArray[np.bool_] | None
    ) -> tuple[Floats, NDArray[np.int64]]:
        """Score hypotheses over all stations in earshot.

        Returns:
            log-likelihood ratio against clutter, shape (h,), and the arrival taken at each station
            or -1, shape (h, s).
        """
        total = np.zeros(len(east))
        chosen = np.full((len(east), len(self.rows)), -1, np.int64)
        for s in range(len(self.rows)):
            de, dn = east - self.stations.east[s], north - self.stations.north[s]
            distance = np.hypot(de, dn)
            near = distance <= self.acoustics.earshot_m
            if not near.any():
                continue
            expected = time[near] + travel_s(distance[near], self.acoustics)
            gain, pick = self._best(s, expected, distance[near], de[near], dn[near], free)
            total[near] += np.where(self.up(s, expected), gain, 0.0)
            chosen[near, s] = pick
        return total, chosen

    def _best(
        self,
        s: int,
        expected: Floats,
        distance: Floats,
        de: Floats,
        dn: Floats,
        free: NDArray[np.bool_] | None,
    ) -> tuple[Floats, NDArray[np.int64]]:
        """Give the better of "missed" and "heard as the nearest arrival" at one station."""
        heard = hearing(distance, self.acoustics)
        missed = np.log1p(-heard)
        rows = self.rows[s] if free is None else self.rows[s][free[self.rows[s]]]
        none = np.full(len(expected), -1, np.int64)
        if len(rows) == 0:
            return missed, none
        times = self.arrivals.time[rows]
        after = np.clip(np.searchsorted(times, expected), 0, len(rows) - 1)
        before = np.maximum(after - 1, 0)
        closer = np.abs(times[before] - expected) < np.abs(times[after] - expected)
        row = rows[np.where(closer, before, after)]
        sigma = np.hypot(
            self.arrivals.time_sigma[row], travel_sigma_s(distance, self.acoustics) + 1e-3
        )
        score = _log_normal(self.arrivals.time[row] - expected, sigma)
        score = score + self._azimuth(row, de, dn) + np.log(np.maximum(heard, 1e-9))
        score -= math.log(self.stations.clutter_per_s[s])
        far = np.abs(self.arrivals.time[row] - expected) > _GATE_SIGMAS * sigma
        better = (score > missed) & ~far
        return np.where(better, score, missed), np.where(better, row, none)

    def _azimuth(self, row: NDArray[np.int64], de: Floats, dn: Floats) -> Floats:
        azimuth = self.arrivals.azimuth[row]
        turn = (azimuth - np.arctan2(de, dn) + np.pi) % (2 * np.pi) - np.pi
        sigma = np.where(np.isfinite(azimuth), self.arrivals.azimuth_sigma[row], 1.0)
        term = _log_normal(turn, sigma) + math.log(2 * np.pi)
        return np.where(np.isfinite(azimuth), np.maximum(term, -8.0), 0.0)


def _log_normal(x: Floats, sigma: Floats) -> Floats:
    return -0.5 * (x / sigma) ** 2 - np.log(sigma) - 0.5 * math.log(2 * math.pi)


def _from_seed(
    listening: _Listening, seed: int, density: float, free: NDArray[np.bool_] | None
) -> Sound | None:
    """Find the best event of which ``seed`` is an arrival; None where nothing beats clutter."""
    if not _has_company(listening, seed, free):
        return None
    east, north, time = _candidates(listening, seed)
    total, chosen = listening.score(east, north, time, free)
    best = int(np.argmax(total))
    origin = Origin(float(east[best]), float(north[best]), float(time[best]), np.eye(3))
    picks = chosen[best]
    for _ in range(3):
        members = np.unique(picks[picks >= 0])
        if not _fixes(listening.arrivals, members):
            return None
        solved = locate(listening.arrivals.take(members), origin, listening.acoustics)
        if solved is None:
            return None
        origin = solved
        at = np.array([origin.east]), np.array([origin.north]), np.array([origin.time])
        total, chosen = listening.score(*at, free)
        if np.array_equal(np.unique(chosen[0][chosen[0] >= 0]), members):
            break
        picks = chosen[0]
    members = np.unique(chosen[0][chosen[0] >= 0])
    if not _fixes(listening.arrivals, members) or seed not in members:
        return None
    # Laplace's method: the volume of the posterior times the density of events
    volume = 1.5 * math.log(2 * math.pi) + 0.5 * float(np.linalg.slogdet(origin.cov)[1])
    log_odds = float(total[0]) + volume + math.log(density)
    return Sound(origin, tuple(members.tolist()), log_odds) if log_odds > -3.0 else None


def _has_company(listening: _Listening, seed: int, free: NDArray[np.bool_] | None) -> bool:
    """Tell whether any other station heard something within the reach of one event."""
    arrivals, station = listening.arrivals, listening.station
    reach = 2 * listening.acoustics.earshot_m / listening.acoustics.speed_m_s
    low, high = np.searchsorted(
        arrivals.time, [arrivals.time[seed] - reach, arrivals.time[seed] + reach]
    )
    near = np.arange(low, high)
    near = near[station[near] != station[seed]]
    return bool(len(near) if free is None else free[near].any())


def _fixes(arrivals: Arrivals, members: NDArray[np.int64]) -> bool:
    """Tell whether the arrivals can fix place and time: three unknowns and one check."""
    bearings = int(np.isfinite(arrivals.azimuth[members]).sum())
    return len(members) >= 2 and len(members) + bearings >= 4


def _candidates(listening: _Listening, seed: int) -> tuple[Floats, Floats, Floats]:
    """Give places and times from which the seed could have come, shape (h,) each."""
    arrivals, acoustics = listening.arrivals, listening.acoustics
    ranges = np.arange(_SPACING_M / 2, acoustics.earshot_m, _SPACING_M)
    azimuth = float(arrivals.azimuth[seed])
    if math.isfinite(azimuth):
        spread = 3 * float(arrivals.azimuth_sigma[seed])
        bearings = azimuth + np.linspace(-spread, spread, 13)
    else:
        bearings = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    r, b = (grid.ravel() for grid in np.meshgrid(ranges, bearings))
    east = arrivals.east[seed] + r * np.sin(b)
    north = arrivals.north[seed] + r * np.cos(b)
    return east, north, arrivals.time[seed] - travel_s(r, acoustics)
