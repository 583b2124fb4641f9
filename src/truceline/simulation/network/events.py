"""What happened, as columns."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

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


def joined(parts: list[Events]) -> Events:
    """Put events one after the other."""
    columns = []
    for one in fields(Events):
        values = [getattr(part, one.name) for part in parts]
        if isinstance(values[0], list):
            columns.append([value for part in values for value in part])
        else:
            columns.append(np.concatenate(values))
    return Events(*columns)
