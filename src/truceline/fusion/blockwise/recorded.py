"""Detections of any length of time, in the order of their times, in whole nanoseconds."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from truceline.fusion.association.arrays import Floats, Ints, Longs
from truceline.fusion.association.solve import BLOCK_S, HALO_S, TRAVEL_S

BLOCK_NS: Final = int(BLOCK_S * 1e9)
HALO_NS: Final = int(HALO_S * 1e9)
TAIL_NS: Final = int((HALO_S + TRAVEL_S) * 1e9)
"""How far beyond the end of a block it listens."""


class Recorded(NamedTuple):
    """Detections by time, then id, shape (m,)."""

    time_ns: Longs
    """Since 1970."""
    key: Longs
    """Id of each detection."""
    sensor: Ints
    """Position among the sensors by id."""
    level_db: Floats
    azimuth_deg: Floats


def recorded(
    time_ns: Longs, key: Longs, sensor: Ints, level_db: Floats, azimuth_deg: Floats
) -> Recorded:
    """Sort detections by time and id, so that the order of input is moot."""
    order = np.lexsort((key, time_ns))
    columns = (time_ns, key, sensor, level_db, azimuth_deg)
    return Recorded._make(np.ascontiguousarray(column[order]) for column in columns)


def between(given: Recorded, start_ns: int, end_ns: int) -> Recorded:
    """Give what lies in ``start_ns <= time < end_ns``."""
    low, high = np.searchsorted(given.time_ns, [start_ns, end_ns])
    return Recorded._make(column[low:high] for column in given)


def blocks_in(given: Recorded) -> Longs:
    """Give the numbers of all blocks that an event of these detections may lie in.

    An event comes before its detections, so the block before a detection's own may hold it.

    >>> blocks_in(recorded(*(np.array([v]) for v in (1_800_000_000_001, 7, 0, 0.0, 0.0)))).tolist()
    [0, 1]
    """
    earliest = given.time_ns - TAIL_NS + HALO_NS
    return np.unique(np.concatenate((earliest, given.time_ns)) // BLOCK_NS).astype(np.int64)
