"""What happened, as columns."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.simulation.network.numbers import Floats, Ints


@dataclass(frozen=True, slots=True)
class Events:
    """Events in the order of their numbers, which begin at 1."""

    time_s: Floats
    """Since the start."""
    lon: Floats
    lat: Floats
    elevation_m: Floats
    level_1km_db: Floats
    weapon: list[str]
    kind: list[str]
    salvo: Ints
    """Events with one number come from one salvo."""
    pair: Ints
    """Of an impact: the number of its shot; 0 otherwise."""

    def __len__(self) -> int:
        return len(self.time_s)
