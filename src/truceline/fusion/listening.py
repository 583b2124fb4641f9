"""Stations with what each heard, and what silence or an arrival at each is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.fusion.arrays import Floats
from truceline.fusion.calibrate import Acoustics
from truceline.fusion.locate import Arrivals, Origin, times_at
from truceline.fusion.propagation import hearing

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

_GATE_SIGMAS = 4.0
_LEAST_HEARING = 1e-9
UNKNOWNS = 3
"""East, north, time."""


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


class Listening:
    """The arrivals sorted by station, for look-up of the nearest to an expected time."""

    def __init__(
        self, arrivals: Arrivals, station: Ints, stations: Stations, acoustics: Acoustics
    ) -> None:
        self.arrivals, self.station, self.stations = arrivals, station, stations
        self.acoustics = acoustics
        self.free = np.ones(len(station), bool)
        """Arrivals that no sound has taken yet."""
        self.rows = [np.flatnonzero(station == s) for s in range(len(stations.east))]
        self.log_clutter = np.log(stations.clutter_per_s)

    def free_rows(self, s: int) -> Ints:
        """Give the arrivals of a station that no sound has taken, by time."""
        return self.rows[s][self.free[self.rows[s]]]

    def up(self, s: int, time: float) -> bool:
        """Tell whether a station was listening."""
        spans = self.stations.up[s]
        return not spans or any(low <= time < high for low, high in spans)

    def nearest(self, times: Floats) -> Ints:
        """Give the free arrival of each station that is nearest to its expected time, or -1."""
        found = np.full(len(self.rows), -1, np.int64)
        for s, time in enumerate(times.tolist()):
            rows = self.free_rows(s)
            if len(rows):
                found[s] = rows[np.argmin(np.abs(self.arrivals.time[rows] - time))]
        return found

    def members(self, origin: Origin) -> Ints:
        """Choose the arrivals that an origin explains better than clutter, ascending.

        Each station has heard it as the arrival nearest to the expected time, or missed it.
        """
        stations, acoustics = self.stations, self.acoustics
        times, spread = times_at(origin, stations.east, stations.north, acoustics)
        rows = self.nearest(times)
        some = np.flatnonzero(rows >= 0)
        row = rows[some]
        de, dn = origin.east - stations.east[some], origin.north - stations.north[some]
        heard = self.heard(np.hypot(de, dn))
        sigma = np.hypot(self.arrivals.time_sigma[row], spread[some])
        late = self.arrivals.time[row] - times[some]
        gain = log_normal(late, sigma) + self.azimuth_gain(row, de, dn)
        gain += np.log(np.maximum(heard, _LEAST_HEARING)) - self.log_clutter[some]
        better = (gain > np.log1p(-heard)) & (np.abs(late) <= _GATE_SIGMAS * sigma)
        return np.sort(row[better])

    def heard(self, distance_m: Floats) -> Floats:
        """Give the probability that a station hears an event of a kind not known, 0..1."""
        share = self.acoustics.quiet_share
        quiet = hearing(distance_m, self.acoustics, quiet=True)
        return share * quiet + (1 - share) * hearing(distance_m, self.acoustics)

    def facts(self, members: Ints) -> int:
        """Count masts and bearings; 0 where all arrivals are of one place.

        Two sensors on one mast tell the same.
        """
        masts: dict[tuple[float, float], bool] = {}
        known = np.isfinite(self.arrivals.azimuth[members]).tolist()
        for s, bearing in zip(self.station[members].tolist(), known, strict=True):
            place = (float(self.stations.east[s]), float(self.stations.north[s]))
            masts[place] = masts.get(place, False) or bearing
        return len(masts) + sum(masts.values()) if len(masts) >= 2 else 0

    def fixes(self, members: Ints) -> bool:
        """Tell whether arrivals can fix a place and a time."""
        return self.facts(members) >= UNKNOWNS

    def azimuth_gain(self, row: Ints, de: Floats, dn: Floats) -> Floats:
        """Give the log ratio of bearings under an origin (offset from the station) to none."""
        azimuth, known = self.arrivals.azimuth[row], np.isfinite(self.arrivals.azimuth[row])
        turn = (np.where(known, azimuth, 0.0) - np.arctan2(de, dn) + np.pi) % (2 * np.pi) - np.pi
        sigma = np.where(known, self.arrivals.azimuth_sigma[row], 1.0)
        term = log_normal(turn, sigma) + math.log(2 * np.pi)
        return np.where(known, np.maximum(term, -8.0), 0.0)

    def evidence(self, origin: Origin, members: Ints) -> tuple[float, float]:
        """Give the log of the evidence for an event of these arrivals, against clutter.

        The likelihood at the solution, times the volume that it leaves to place, time and air
        (Laplace's method), over the density of clutter; stations that were up and heard nothing
        count. The density of events is left to the caller.

        Returns:
            the log evidence, and the probability that the event is of the quiet kind.
        """
        stations, acoustics = self.stations, self.acoustics
        total = origin.log_fit + 3 * math.log(2 * math.pi)
        total += 0.5 * float(np.linalg.slogdet(origin.full_cov)[1])
        total -= float(self.log_clutter[self.station[members]].sum())
        bearings = int(np.isfinite(self.arrivals.azimuth[members]).sum())
        total += bearings * math.log(2 * math.pi)
        away = np.hypot(origin.east - stations.east, origin.north - stations.north)
        times, _ = times_at(origin, stations.east, stations.north, acoustics)
        up = np.array([self.up(s, float(time)) for s, time in enumerate(times.tolist())])
        quiet, loud = (self._ears(away, up, members, quiet=quiet) for quiet in (True, False))
        quiet += math.log(acoustics.quiet_share)
        loud += math.log(1 - acoustics.quiet_share)
        return total + float(np.logaddexp(quiet, loud)), 1 / (
            1 + math.exp(min(loud - quiet, 700.0))
        )

    def _ears(self, away: Floats, up: Bools, members: Ints, *, quiet: bool) -> float:
        """Give the log probability that just these stations hear an event."""
        heard = hearing(away, self.acoustics, quiet=quiet)
        at = np.zeros(len(away), bool)
        at[self.station[members]] = True
        total = float(np.log(np.maximum(heard[at], _LEAST_HEARING)).sum())
        return total + float(np.log1p(-heard[~at & up]).sum())


def log_normal(x: Floats, sigma: Floats) -> Floats:
    """Give the log density of a Gaussian of mean 0."""
    return -0.5 * (x / sigma) ** 2 - np.log(sigma) - 0.5 * math.log(2 * math.pi)
