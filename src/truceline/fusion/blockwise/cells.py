"""Cells: a block of time and a part of the network; the key of what goes in, and the events that come out."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np

from truceline.fusion.association.arrays import Events, Longs
from truceline.fusion.association.ordering import ordered
from truceline.fusion.association.solve import block_events
from truceline.fusion.blockwise.air import hours_about
from truceline.fusion.blockwise.network import Network, world_of
from truceline.fusion.blockwise.recorded import (
    BLOCK_NS,
    HALO_NS,
    TAIL_NS,
    Recorded,
    between,
    blocks_in,
)


class Cell(NamedTuple):
    """One unit of work."""

    block: int
    """Number of the block of time since 1970."""
    region: int
    """Number of the part of the network."""


def span_of(block: int) -> tuple[int, int]:
    """Give the time that a block listens to, its halo included. Unit: ns since 1970."""
    return block * BLOCK_NS - HALO_NS, (block + 1) * BLOCK_NS + TAIL_NS


def cells_in(given: Recorded, region: Longs) -> list[Cell]:
    """Give the cells that these detections may bring events to, by block, then region."""
    own = region[given.sensor]
    return sorted(
        Cell(int(block), int(number))
        for number in np.unique(own)
        for block in blocks_in(_only(given, own == number))
    )


def heard_about(given: Recorded, region: Longs, cell: Cell) -> Recorded:
    """Give what a cell listens to."""
    here = between(given, *span_of(cell.block))
    if region.max(initial=0) == 0:
        return here
    return _only(here, region[here.sensor] == cell.region)


def cell_events(network: Network, here: Recorded, cell: Cell) -> Events:
    """Find the events of a cell; its times count from the start of the block.

    Args:
        network: under its calibration.
        here: what the cell listens to.
        cell: which.

    Returns:
        events whose members are positions in ``here``.
    """
    start, end = span_of(cell.block)
    origin = cell.block * BLOCK_NS
    world = world_of(network, here, start, end, origin)
    times = world.heard.time_s[world.heard.by_time]
    events = block_events(world, times, 0)
    _heard, order = ordered(
        here.sensor, (here.time_ns - origin) / 1e9, here.level_db, here.azimuth_deg, here.key,
        len(network.sensor_ids),
    )  # fmt: skip
    member = np.where(events.member >= 0, order[np.maximum(events.member, 0)], -1)
    return events._replace(member=member)


def cell_key(network: Network, region: Longs, here: Recorded, cell: Cell, base: bytes) -> bytes:
    """Give the hash of all that the events of a cell rest on.

    Args:
        network: under its calibration.
        region: of each sensor.
        here: what the cell listens to.
        cell: which.
        base: hash of what is the same for all cells of the region.
    """
    start, end = span_of(cell.block)
    mine = region == cell.region
    digest = hashlib.blake2b(base, digest_size=16)
    digest.update(np.int64(cell.block).tobytes())
    for column in here:
        digest.update(column.tobytes())
    known = network.outages
    touch = (known.start_ns < end) & (known.end_ns > start) & mine[known.sensor]
    for column in (known.sensor, known.start_ns, known.end_ns):
        digest.update(column[touch].tobytes())
    if network.weather is not None:
        digest.update(network.weather.digest(*hours_about(start, end)))
    return digest.digest()


def region_base(network: Network, region: Longs, number: int, engine: bytes) -> bytes:
    """Give the hash of what all cells of a region rest on: engine, calibration, sensors.

    Args:
        network: under its calibration.
        region: of each sensor.
        number: of the region.
        engine: what tells this version of the engine from others.
    """
    mine = np.flatnonzero(region == number)
    digest = hashlib.blake2b(engine, digest_size=16)
    digest.update(network.version.encode())
    digest.update(np.median(network.sensors.lat).tobytes())  # of the plane for near events
    digest.update(mine.tobytes())
    for column in network.sensors[:6]:
        digest.update(column[mine].tobytes())
    digest.update("\n".join(network.sensor_ids[row] for row in mine).encode())
    return digest.digest()


def _only(given: Recorded, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Recorded:
    return Recorded._make(column[chosen] for column in given)
