"""What listening stations make of an event that only people told of.

Stations that were up, in earshot, and heard nothing speak against it; an arrival that fits, too
lone to fix a place, speaks for it. Silence counts only where somebody listened: without coverage of
a station, it says nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from truceline.fusion.arrays import Floats
from truceline.fusion.calibrate import Acoustics
from truceline.fusion.join import Event
from truceline.fusion.propagation import hearing, travel_s, travel_sigma_s
from truceline.geodesy import to_plane

if TYPE_CHECKING:  # it loads a compiler that only days with arrivals should wait for
    from truceline.fusion.network import Network, Stretches

_LEAST, _MOST = -4.0, 2.0
"""Bounds of what the network may add: it may be blind in ways that nobody knows. Unit: nat."""
_LONGEST_S = 2 * 3600.0
"""In a longer window clutter hides every arrival. Unit: s."""
_SPREAD = math.sqrt(2.0)
_LEAST_CLUTTER_PER_S = 0.2 / 3600
_BEARING_RAD = 0.2
"""Standard error that a bearing over some kilometres has beside its own. Unit: rad."""


@dataclass(frozen=True, slots=True)
class Ears:
    """Stations with the arrivals that belong to no sound."""

    centre: tuple[float, float]
    """lon, lat of the plane. Unit: deg."""
    east: Floats
    """Of each station, shape (s,). Unit: m."""
    north: Floats
    clutter_per_s: Floats
    """Rate of arrivals that belong to nothing at hand, shape (s,). Unit: 1/s."""
    azimuth_sigma: Floats
    """Of each station's bearings; nan where it gives none, shape (s,). Unit: rad."""
    up: tuple[tuple[tuple[float, float], ...], ...]
    """Intervals in which each is known to have listened, since 1970. Unit: s."""
    at: NDArray[np.int64]
    """Start of each station's arrivals in the two below, shape (s + 1,)."""
    time: Floats
    """Of each arrival that belongs to no sound, by station, then time. Unit: s since 1970."""
    azimuth: Floats
    """Its bearing; nan where it has none. Unit: rad."""
    acoustics: Acoustics

    @classmethod
    def of(
        cls, network: Network, lone: NDArray[np.bool_], up: Stretches, acoustics: Acoustics
    ) -> Ears:
        """Take what a network heard and made no sound of.

        Args:
            network: sensors and detections.
            lone: of each row of the table of arrivals, whether it belongs to no sound.
            up: when each datastream listened.
            acoustics: how far stations hear.
        """
        heard, sensors = network.heard, network.sensors
        keep = lone[network.row]
        centre = round(float(np.mean(sensors.lon)), 1), round(float(np.mean(sensors.lat)), 1)
        east, north = to_plane(*centre, sensors.lon, sensors.lat)
        duration = max(float(heard.time_s.max() - heard.time_s.min()), 3600.0)
        count = np.bincount(heard.sensor[keep], minlength=len(sensors.lon))
        return cls(
            centre,
            east,
            north,
            np.maximum(count / duration, _LEAST_CLUTTER_PER_S),
            np.deg2rad(sensors.azimuth_sigma_deg),
            tuple(up.get(name, ()) for name in network.names),
            np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
            network.origin_s + heard.time_s[keep],
            np.deg2rad(heard.azimuth_deg[keep]),
            acoustics,
        )

    def log_ratio(self, event: Event, quiet: float, audible: float) -> float:
        """Give the log of the likelihood ratio of an event, from what the stations heard.

        Args:
            event: place with covariance, window.
            quiet: probability that it is of the quiet kind.
            audible: probability that it makes a sound at all.

        Source: a Poisson stream of clutter with or without one more arrival: for n arrivals in a
        window of w seconds at rate r, (1 - p) + p n / (r w).
        """
        if not len(self.east) or event.end - event.start > _LONGEST_S:
            return 0.0
        east, north = to_plane(*self.centre, [event.lon], [event.lat])
        ratios = [
            math.exp(min(self._at(float(east[0]) + e, float(north[0]) + n, event, kind), 50.0))
            for e, n in _points(event.cov)
            for kind in (True, False)
        ]
        quietly, loudly = np.mean(ratios[0::2]), np.mean(ratios[1::2])
        heard = quiet * quietly + (1 - quiet) * loudly
        total = math.log(max((1 - audible) + audible * float(heard), 1e-12))
        return min(max(total, _LEAST), _MOST)

    def _at(self, east: float, north: float, event: Event, quiet: bool) -> float:
        de, dn = east - self.east, north - self.north
        away = np.hypot(de, dn)
        chance = hearing(away, self.acoustics, quiet=quiet)
        travel = travel_s(away, self.acoustics)
        margin = 3 * np.hypot(travel_sigma_s(away, self.acoustics), event.time_sigma)
        total = 0.0
        for s in np.flatnonzero(chance > 0.01).tolist():
            window = (
                event.start + float(travel[s] - margin[s]),
                event.end + float(travel[s] + margin[s]) + 1.0,
            )
            if self._up(s, window):
                count, expected = self._counts(s, window, math.atan2(de[s], dn[s]))
                total += math.log(1 - chance[s] + chance[s] * count / expected)
        return total

    def _up(self, s: int, window: tuple[float, float]) -> bool:
        """Tell whether a station is known to have listened all the while."""
        return any(low <= window[0] and window[1] <= high for low, high in self.up[s])

    def _counts(self, s: int, window: tuple[float, float], azimuth: float) -> tuple[int, float]:
        """Give the lone arrivals in a window from about one direction, and the clutter in it."""
        own = slice(int(self.at[s]), int(self.at[s + 1]))
        inside = (self.time[own] >= window[0]) & (self.time[own] <= window[1])
        told = self.azimuth[own][inside]
        expected = float(self.clutter_per_s[s]) * (window[1] - window[0])
        if not len(told) or not np.isfinite(told).all():
            return len(told), expected
        turn = (told - azimuth + np.pi) % (2 * np.pi) - np.pi
        beam = min(3 * math.hypot(float(self.azimuth_sigma[s]), _BEARING_RAD), math.pi)
        return int((np.abs(turn) <= beam).sum()), expected * beam / math.pi


def _points(cov: tuple[float, float, float]) -> list[tuple[float, float]]:
    """Give five points that stand for an ellipse: the centre and the ends of its axes.

    Source: the unscented transform of Julier and Uhlmann (1997) in two dimensions.
    """
    ee, en, nn = cov
    values, vectors = np.linalg.eigh(np.array([[ee, en], [en, nn]]))
    ends: Floats = vectors * np.sqrt(np.maximum(values, 0.0)) * _SPREAD
    arms = [(float(ends[0, k]), float(ends[1, k])) for k in (0, 1)]
    return [(0.0, 0.0), *arms, *((-e, -n) for e, n in arms)]
