"""Incidents by blocks of time: finished, put together, told apart from those that stay."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources

import numpy as np
import pyarrow as pa

from truceline.fusion.blockwise.cells import Cell
from truceline.fusion.blockwise.finishing import span_about
from truceline.fusion.blockwise.network import Network
from truceline.fusion.blockwise.recorded import BLOCK_NS, Recorded, between
from truceline.fusion.blockwise.solving import Cells, finish, in_threads
from truceline.pipeline.association_projection import INCIDENTS, MEMBERS, tables_of

Tables = tuple[pa.Table, pa.Table]
"""Incidents and members."""
_ENGINE = ("truceline.fusion.association", "truceline.fusion.blockwise")


def stale_blocks(keys: Mapping[int, bytes], before: Mapping[int, bytes]) -> list[int]:
    """Give the blocks whose incidents may differ from those of before, those that are gone too.

    >>> stale_blocks({1: b"a", 2: b"b"}, {1: b"a", 2: b"x", 3: b"c"})
    [2, 3]
    """
    return sorted(b for b in keys.keys() | before.keys() if keys.get(b) != before.get(b))


def finish_blocks(
    network: Network, recorded: Recorded, cells: Cells, blocks: Sequence[int], threads: int
) -> Tables:
    """Give the incidents of some blocks, numbered from 0."""
    by_block: dict[int, list[Cell]] = {}
    for cell in cells:
        by_block.setdefault(cell.block, []).append(cell)

    def one(block: int) -> Tables:
        beside = (block - 1, block, block + 1)
        near = {cell: cells[cell] for other in beside for cell in by_block.get(other, ())}
        here = between(recorded, *span_about(block))
        return tables_of(finish(network, recorded, near, block), here, network.version, 0)

    parts = in_threads(one, blocks, threads)
    numbered = []
    first = 0
    for part in parts:
        numbered.append(renumbered(part, first))
        first += part[0].num_rows
    return together(numbered)


def renumbered(part: Tables, first: int) -> Tables:
    """Move the ids of a part."""
    return _moved(part[0], first), _moved(part[1], first)


def together(parts: Sequence[Tables]) -> Tables:
    """Put parts together."""
    every = [no_incidents(), *parts]
    return pa.concat_tables([p[0] for p in every]), pa.concat_tables([p[1] for p in every])


def in_order(tables: Tables) -> Tables:
    """Order incidents by time and place, and members by their incident in that order."""
    incidents = tables[0].sort_by([(n, "ascending") for n in ("time", "lon", "lat", "incident_id")])
    rank = np.empty(int(np.max(incidents["incident_id"].to_numpy(), initial=-1)) + 1, np.int64)
    rank[incidents["incident_id"].to_numpy()] = np.arange(incidents.num_rows)
    own, key = (tables[1][name].to_numpy() for name in ("incident_id", "detection_id"))
    return incidents, tables[1].take(np.lexsort((key, rank[own])))


def split_by_blocks(tables: Tables, blocks: Sequence[int]) -> tuple[Tables, Tables]:
    """Give the incidents of some blocks of time, and the others."""
    own = tables[0]["time"].cast(pa.int64()).to_numpy() // BLOCK_NS
    inside = np.isin(own, np.array(blocks, np.int64))
    ids = tables[0]["incident_id"].to_numpy()[inside]
    theirs = np.isin(tables[1]["incident_id"].to_numpy(), ids)
    one = tables[0].filter(pa.array(inside)), tables[1].filter(pa.array(theirs))
    return one, (tables[0].filter(pa.array(~inside)), tables[1].filter(pa.array(~theirs)))


def engine_digest() -> bytes:
    """Give the hash of the engine's own text, so that nothing solved by another one is taken."""
    digest = hashlib.blake2b(digest_size=16)
    for package in _ENGINE:
        for file in sorted(resources.files(package).iterdir(), key=lambda one: one.name):
            if file.name.endswith(".py"):
                digest.update(file.name.encode() + file.read_bytes())
    return digest.digest()


def _moved(table: pa.Table, first: int) -> pa.Table:
    moved = pa.array(table["incident_id"].to_numpy() + first, pa.int64())
    return table.set_column(table.column_names.index("incident_id"), "incident_id", moved)


def no_incidents() -> Tables:
    """Give tables without rows."""
    return INCIDENTS.empty_table(), MEMBERS.empty_table()
