"""Many cells: those whose key is known are taken as they are, the others are solved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from truceline.fusion.association.arrays import Events, Longs, joined, no_events
from truceline.fusion.blockwise.cells import (
    Cell,
    cell_events,
    cell_key,
    cells_in,
    heard_about,
    region_base,
)
from truceline.fusion.blockwise.finishing import Finished, finished, span_about
from truceline.fusion.blockwise.network import Network
from truceline.fusion.blockwise.recorded import BLOCK_NS, Recorded, between
from truceline.fusion.blockwise.regions import regions_of


@dataclass(frozen=True, slots=True)
class Solved:
    """What a cell gave."""

    key: bytes
    """Hash of all that it rests on."""
    events: Events
    """Times from the start of its block; members are ids of detections."""


Cells = Mapping[Cell, Solved]
_T = TypeVar("_T")
_R = TypeVar("_R")


def solved(
    network: Network,
    given: Recorded,
    held: Cells,
    engine: bytes,
    threads: int,
    blocks: Collection[int] | None = None,
    regions: Collection[int] | None = None,
) -> dict[Cell, Solved]:
    """Give the events of all cells, and solve only those whose key is not held.

    Args:
        network: under its calibration.
        given: detections, those of the halo of all wanted blocks included.
        held: what is known from before.
        engine: what tells this version of the engine from others.
        threads: how many cells are worked on at once.
        blocks: numbers of the wanted blocks; null: all.
        regions: numbers of the wanted parts of the network; null: all.
    """
    region = regions_of(network.near)
    cells = [
        cell for cell in cells_in(given, region)
        if (blocks is None or cell.block in blocks) and (regions is None or cell.region in regions)
    ]  # fmt: skip
    bases = {
        number: region_base(network, region, number, engine)
        for number in {cell.region for cell in cells}
    }

    def one(cell: Cell) -> Solved:
        here = heard_about(given, region, cell)
        key = cell_key(network, region, here, cell, bases[cell.region])
        known = held.get(cell)
        if known is not None and known.key == key:
            return known
        events = cell_events(network, here, cell)
        member = np.where(events.member >= 0, here.key[np.maximum(events.member, 0)], -1)
        return Solved(key, events._replace(member=member))

    return dict(zip(cells, in_threads(one, cells, threads), strict=True))


def block_keys(keys: Mapping[Cell, bytes]) -> dict[int, bytes]:
    """Give, for each block with a cell, the hash of what its incidents rest on: it and its neighbours.

    Args:
        keys: of all cells.
    """
    own: dict[int, list[bytes]] = {}
    for cell in sorted(keys):
        own.setdefault(cell.block, []).append(np.int64(cell.region).tobytes() + keys[cell])
    return {
        block: hashlib.blake2b(
            b"".join(
                b"%d" % beside + b"".join(own.get(block + beside, ())) for beside in (-1, 0, 1)
            ),
            digest_size=16,
        ).digest()
        for block in own
    }


def finish(network: Network, given: Recorded, cells: Cells, block: int) -> Finished:
    """Give the incidents of a block from the events of its cells and those beside it.

    Args:
        network: under its calibration.
        given: detections.
        cells: of the block, the one before and the one after.
        block: its number.
    """
    here = between(given, *span_about(block))
    shifted: list[Events] = []
    for cell in sorted(cell for cell in cells if abs(cell.block - block) <= 1):
        events = cells[cell].events
        late = (cell.block - block) * BLOCK_NS / 1e9
        shifted.append(_listed(here, events._replace(time_s=events.time_s + late)))
    return finished(network, here, block, joined(shifted) if shifted else no_events())


def in_threads(work: Callable[[_T], _R], items: Sequence[_T], threads: int) -> list[_R]:
    """Work on each item; the order of results is that of the items."""
    if threads <= 1 or len(items) <= 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))


def _listed(here: Recorded, events: Events) -> Events:
    """Give events whose members are positions in ``here``; those with a member beyond are left out."""
    order = np.argsort(here.key, kind="stable")
    keys: Longs = here.key[order]
    there = events.member >= 0
    at = np.searchsorted(keys, np.where(there, events.member, 0))
    at = np.minimum(at, max(len(keys) - 1, 0))
    if not len(keys):
        return no_events()
    known = ~there | (keys[at] == events.member)
    member = np.where(there, order[at], -1)
    inside = known.all(axis=1)
    return Events._make(column[inside] for column in events._replace(member=member))
