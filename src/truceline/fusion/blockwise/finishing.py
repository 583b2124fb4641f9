"""The events of a block as they stand among those of its neighbours: double claims, places, probabilities."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from truceline.fusion.association.arrays import Events, Floats, Longs, pick
from truceline.fusion.association.ordering import ordered
from truceline.fusion.association.run import weighed
from truceline.fusion.association.solve import reconciled
from truceline.fusion.blockwise.network import Network, world_of
from truceline.fusion.blockwise.recorded import BLOCK_NS, HALO_NS, TAIL_NS, Recorded

ABOUT_NS: Final = 300 * 10**9
"""How far beyond the ends of a block events of others are looked at; three times what may touch."""


class Finished(NamedTuple):
    """Incidents of one block, by time, then place."""

    time_ns: Longs
    """Since 1970."""
    lon: Floats
    lat: Floats
    probability: Floats
    events: Events
    """Members are positions in what was given."""


def span_about(block: int) -> tuple[int, int]:
    """Give the time of the detections that :func:`finished` needs. Unit: ns since 1970."""
    start, end = block * BLOCK_NS, (block + 1) * BLOCK_NS
    return start - ABOUT_NS - HALO_NS, end + ABOUT_NS + TAIL_NS


def finished(network: Network, here: Recorded, block: int, events: Events) -> Finished:
    """Let events of neighbouring blocks settle what both claim, and judge those of the block.

    Args:
        network: under its calibration.
        here: detections of :func:`span_about`.
        block: number of the block of time.
        events: of this block and those beside it, times from the start of this block; members are
            positions in ``here``.
    """
    origin = block * BLOCK_NS
    near = (events.time_s >= -ABOUT_NS / 1e9) & (events.time_s < (BLOCK_NS + ABOUT_NS) / 1e9)
    world = world_of(network, here, *span_about(block), origin)
    _heard, order = ordered(
        here.sensor, (here.time_ns - origin) / 1e9, here.level_db, here.azimuth_deg, here.key,
        len(network.sensor_ids),
    )  # fmt: skip
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    events = _moved(pick(events, near), place)
    found = weighed(world, reconciled(events))
    own = (found.events.time_s >= 0) & (found.events.time_s < BLOCK_NS / 1e9)
    ns = np.minimum(np.round(found.events.time_s * 1e9), BLOCK_NS - 1).astype(np.int64) + origin
    which = np.flatnonzero(own)
    which = which[np.lexsort((found.lat[which], found.lon[which], ns[which]))]
    mine = _moved(pick(found.events, which), order)
    return Finished(ns[which], found.lon[which], found.lat[which], found.probability[which], mine)


def _moved(events: Events, to: Longs) -> Events:
    """Give events whose members are named by other positions."""
    member = np.where(events.member >= 0, to[np.maximum(events.member, 0)], -1)
    return events._replace(member=member)
