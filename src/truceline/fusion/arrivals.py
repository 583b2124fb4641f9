"""Which arrivals are one sound: hypotheses from single detections, scored over all stations.

Each detection is taken as an arrival of an event at every place it could come from; the best
places are refined, scored by the evidence of **all** stations in earshot, misses included, and the
best sounds are packed so that no detection serves two. This is the first version; its interface
(arrays in, origins out, deterministic) stays.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.fusion.calibrate import Acoustics
from truceline.fusion.listening import UNKNOWNS, Ints, Listening, Stations
from truceline.fusion.locate import Arrivals, Origin, locate
from truceline.fusion.seeds import Seeds

_LEAST_LOG_ODDS = -3.0
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Sound:
    """One origin with its arrivals."""

    origin: Origin
    members: tuple[int, ...]
    """Indices into the arrivals, ascending."""
    log_odds: float
    """Log-odds that these arrivals are one sound and not clutter, before calibration."""
    quiet: float = 0.0
    """Probability that it is of the quiet kind (rifles, machine guns), by who heard it."""
    bare: bool = False
    """True where nothing checks its place: as many masts and bearings as unknowns."""


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
    seeds = Seeds(Listening(arrivals, station, stations, acoustics))
    waiting = _Waiting(seeds, density)
    for seed in range(len(arrivals.time)):
        waiting.add(seed)
    return _packed(waiting)


class _Waiting:
    """Hypotheses by evidence, best first; each set of arrivals once."""

    def __init__(self, seeds: Seeds, density: float) -> None:
        self.seeds, self.density = seeds, density
        self._heap: list[tuple[float, tuple[int, ...]]] = []
        self._sounds: dict[tuple[int, ...], Sound] = {}

    def add(self, seed: int) -> None:
        """Put in the best sound of which a seed is an arrival, if there is one."""
        sound = _from_seed(self.seeds, seed, self.density)
        if sound is not None and sound.members not in self._sounds:
            self._sounds[sound.members] = sound
            heapq.heappush(self._heap, (-sound.log_odds, sound.members))

    def pop(self) -> Sound | None:
        """Take the best out."""
        return self._sounds[heapq.heappop(self._heap)[1]] if self._heap else None


def _packed(waiting: _Waiting) -> list[Sound]:
    """Take the best hypotheses; where one lost arrivals to a better one, the rest is tried anew."""
    free = waiting.seeds.listening.free
    taken: list[Sound] = []
    while (sound := waiting.pop()) is not None:
        if all(free[m] for m in sound.members):
            taken.append(sound)
            free[list(sound.members)] = False
            continue
        for seed in sound.members:
            if free[seed]:
                waiting.add(seed)
    return sorted(taken, key=lambda s: (s.origin.time, s.members))


def _from_seed(seeds: Seeds, seed: int, density: float) -> Sound | None:
    """Find the best event of which ``seed`` is an arrival; None where nothing beats clutter."""
    company = seeds.company(seed)
    if not seeds.listening.fixes(company):
        return None
    tried = (
        _refined(seeds.listening, guess, members, density)
        for guess, members in seeds.guesses(seed, company)
    )
    sounds = [sound for sound in tried if sound is not None and seed in sound.members]
    return max(sounds, key=lambda sound: sound.log_odds, default=None)


def _solved(listening: Listening, members: Ints, start: Origin) -> Origin | None:
    if not listening.fixes(members):
        return None
    return locate(listening.arrivals.take(members), start, listening.acoustics)


def _refined(listening: Listening, guess: Origin, members: Ints, density: float) -> Sound | None:
    """Solve and choose members in turn until they stay the same."""
    origin = guess
    for _ in range(_ROUNDS):
        solved = _solved(listening, members, origin)
        if solved is None:
            return None
        origin, chosen = solved, listening.members(solved)
        if np.array_equal(chosen, members):
            break
        members = chosen
    else:
        return None
    evidence, quiet = listening.evidence(origin, members)
    log_odds = evidence + math.log(density)
    if log_odds < _LEAST_LOG_ODDS:
        return None
    bare = listening.facts(members) == UNKNOWNS
    return Sound(origin, tuple(members.tolist()), log_odds, quiet, bare)


__all__ = ["Sound", "Stations", "associate"]
