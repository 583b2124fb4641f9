"""Parts of a history: a run of blocks of time, and groups of connected sensors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from truceline.fusion.association.arrays import Longs
from truceline.fusion.blockwise.recorded import BLOCK_NS
from truceline.scale.folder import DAY_NS, History, day_name

BLOCKS_A_DAY: Final = DAY_NS // BLOCK_NS
MOST_SENSORS: Final = 2500
"""Sensors of a group, unless one connected part of the network has more."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A run of blocks; the unit of work in time."""

    first: int
    """Number of its first block."""
    last: int
    """Number of its last block."""

    @property
    def name(self) -> str:
        """Name of its files: day, and number of its first block in it."""
        day, at = divmod(self.first, BLOCKS_A_DAY)
        return f"{day_name(day)}-{at:02d}"


def parts_of(history: History, blocks: int = BLOCKS_A_DAY) -> list[Part]:
    """Give the parts of a history, in order; each block is in one.

    The block before a day is in the part of that day where the day before is not there: an event
    may come before midnight and be heard after it.

    Args:
        history: with its days.
        blocks: of one part, at most.
    """
    days = frozenset(history.days)
    parts = []
    for day in history.days:
        start, end = day * BLOCKS_A_DAY, (day + 1) * BLOCKS_A_DAY
        for first in range(start, end, blocks):
            early = first == start and day - 1 not in days
            parts.append(Part(first - early, min(first + blocks, end) - 1))
    return parts


def groups_of(region: Longs, most: int = MOST_SENSORS) -> list[tuple[int, ...]]:
    """Put connected parts of a network into groups of about the same number of sensors.

    Args:
        region: number of the connected part of each sensor.
        most: sensors of a group, unless one part has more.

    >>> groups_of(np.array([0, 0, 0, 1, 2, 2]), most=3)
    [(0,), (1, 2)]
    """
    groups: list[tuple[int, ...]] = []
    held = most + 1
    for number, count in enumerate(np.bincount(region).tolist()):
        if held + count > most:
            groups.append(())
            held = 0
        groups[-1] = (*groups[-1], number)
        held += count
    return groups
