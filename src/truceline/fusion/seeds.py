"""First guesses: every place from which one arrival may have come, scored on a coarse grid."""

from __future__ import annotations

import math

import numpy as np

from truceline.fusion.arrays import Floats
from truceline.fusion.listening import Ints, Listening, log_normal
from truceline.fusion.locate import Origin
from truceline.fusion.propagation import hearing, travel_s, travel_sigma_s

_SPACING_M = 300.0
_BEARINGS = 120
_GRID_SIGMA_S = 0.6
"""How far an arrival may lie from its time only because the grid is coarse. Unit: s."""
_GUESSES = 3


class Seeds:
    """The polar grid about each station, with distances and hearing at all others, made once."""

    def __init__(self, listening: Listening) -> None:
        self.listening = listening
        ranges = np.arange(_SPACING_M / 2, listening.acoustics.earshot_m, _SPACING_M)
        turns = np.arange(_BEARINGS) * (2 * np.pi / _BEARINGS)
        self._turn, self._range = (g.ravel() for g in np.meshgrid(turns, ranges, indexing="ij"))
        self._grids: dict[int, tuple[Floats, Floats, Floats, Floats]] = {}

    def company(self, seed: int) -> Ints:
        """Give the free arrivals that may share an origin with one, it included, ascending.

        No two stations hear one event further apart in time than sound goes from one to the other.
        """
        listening = self.listening
        arrivals, stations = listening.arrivals, listening.stations
        at = listening.station[seed]
        apart = np.hypot(stations.east - stations.east[at], stations.north - stations.north[at])
        reach = travel_s(apart, listening.acoustics) * 1.03 + 1.0
        reach[apart > 2 * listening.acoustics.earshot_m] = -1.0
        time, widest = float(arrivals.time[seed]), float(reach.max())
        low, high = np.searchsorted(arrivals.time, [time - widest, time + widest])
        near = np.arange(low, high)
        near = near[np.abs(arrivals.time[near] - time) <= reach[listening.station[near]]]
        near = near[listening.free[near] & (listening.station[near] != at)]
        return np.sort(np.append(near, seed))

    def guesses(self, seed: int, company: Ints) -> list[tuple[Origin, Ints]]:
        """Give the best places of a seed that explain different arrivals, best first."""
        listening = self.listening
        at = int(listening.station[seed])
        east, north, _, _ = self._grid(at)
        keep = self._beam(seed)
        total, chosen = self._scored(seed, at, keep, company)
        found: list[tuple[Origin, Ints]] = []
        seen: set[bytes] = set()
        for best in np.argsort(-total, kind="stable")[:200].tolist():
            key = chosen[best].tobytes()
            if key in seen:
                continue
            seen.add(key)
            row = int(keep[best])
            time = float(
                listening.arrivals.time[seed] - self._range[row] / listening.acoustics.speed_m_s
            )
            taken = chosen[best]
            members = np.sort(taken[taken >= 0])
            found.append((Origin(float(east[row]), float(north[row]), time, np.eye(3)), members))
            if len(found) == _GUESSES:
                break
        return found

    def _grid(self, at: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Give east, north, and log hearing (quiet and loud) of the misses of all, (h,) each."""
        if at not in self._grids:
            stations = self.listening.stations
            east = stations.east[at] + self._range * np.sin(self._turn)
            north = stations.north[at] + self._range * np.cos(self._turn)
            self._grids[at] = (
                east,
                north,
                self._missed(east, north, True),
                self._missed(east, north, False),
            )
        return self._grids[at]

    def _missed(self, east: Floats, north: Floats, quiet: bool) -> Floats:
        total = np.zeros(len(east))
        stations = self.listening.stations
        for e, n in zip(stations.east, stations.north, strict=True):
            away = np.hypot(east - e, north - n)
            total += np.log1p(-hearing(away, self.listening.acoustics, quiet=quiet))
        return total

    def _beam(self, seed: int) -> Ints:
        """Give the part of the grid that the seed's own bearing allows."""
        azimuth = float(self.listening.arrivals.azimuth[seed])
        if not math.isfinite(azimuth):
            return np.arange(len(self._turn))
        turn = (self._turn - azimuth + np.pi) % (2 * np.pi) - np.pi
        spread = 3 * float(self.listening.arrivals.azimuth_sigma[seed]) + np.pi / _BEARINGS
        return np.flatnonzero(np.abs(turn) <= spread)

    def _scored(self, seed: int, at: int, keep: Ints, company: Ints) -> tuple[Floats, Ints]:
        """Score grid points by the better of quiet and loud; give the arrival taken by station."""
        listening = self.listening
        arrivals, stations, acoustics = listening.arrivals, listening.stations, listening.acoustics
        east, north, quiet, loud = self._grid(at)
        east, north = east[keep], north[keep]
        start = arrivals.time[seed] - travel_s(self._range[keep], acoustics)
        totals = [quiet[keep].copy(), loud[keep].copy()]
        names = np.unique(listening.station[company])
        chosen = np.full((len(keep), len(names)), -1, np.int64)
        for column, s in enumerate(names.tolist()):
            rows = company[listening.station[company] == s]
            de, dn = east - stations.east[s], north - stations.north[s]
            away = np.hypot(de, dn)
            late = arrivals.time[rows][:, None] - (start + travel_s(away, acoustics))
            pick = np.argmin(np.abs(late), axis=0)
            row = rows[pick]
            late = late[pick, np.arange(len(keep))]
            sigma = np.hypot(arrivals.time_sigma[row], travel_sigma_s(away, acoustics))
            sigma = np.hypot(sigma, 0.0 if s == at else _GRID_SIGMA_S)
            base = log_normal(late, sigma) - listening.log_clutter[s]
            base += listening.azimuth_gain(row, de, dn)
            taken = np.zeros(len(keep), bool)
            for total, kind in zip(totals, (True, False), strict=True):
                heard = hearing(away, acoustics, quiet=kind)
                gain = base + np.log(np.maximum(heard, 1e-9)) - np.log1p(-heard)
                np.add(total, np.maximum(gain, 0.0), out=total)
                taken |= gain > 0
            chosen[taken, column] = row[taken]
        return np.maximum(*totals), chosen
