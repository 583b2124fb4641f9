"""Finding out which of several versions of a log's leaves is the signed one.

Leaf hashes are stored or can be computed up to three times: from the entry bundles, from the tiles
of level 0, from the openings. Where they disagree, the hash in the tile above and at last the
signed root tell which of them is true, and so which file was changed.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from truceline.evidence import merkle
from truceline.evidence.layout import ENTRIES, FULL, Tile

Leaves = tuple[bytes, ...]
"""Leaf hashes of one tile."""

_MOST_TRIALS = 4096


@dataclass(frozen=True, slots=True)
class Settled:
    """The leaves that a verification goes by."""

    tiles: tuple[Leaves | None, ...]
    """Leaves of each tile of level 0; ``None`` where no source gives any."""
    proved: bool
    """Whether they give the signed root; otherwise they are the likeliest."""
    disputed: frozenset[int]
    """Numbers of the tiles whose sources disagree without anything to decide between them."""


def settle(
    versions: Sequence[Sequence[Leaves]],
    parents: Sequence[bytes | None],
    signed_root: bytes | None,
) -> Settled:
    """Choose one version of the leaves of each tile.

    Args:
        versions: for each tile the versions found, the most trusted first.
        parents: for each tile its hash as the tile above states it, if it does.
        signed_root: root of the signed checkpoint, if that verifies.
    """
    distinct = [list(dict.fromkeys(found)) for found in versions]
    likely: list[Leaves | None] = []
    disputed = set()
    for n, (found, parent) in enumerate(zip(distinct, parents, strict=True)):
        fitting = [leaves for leaves in found if merkle.root(leaves) == parent]
        likely.append(next(iter(fitting or found), None))
        if len(found) > 1 and not fitting:
            disputed.add(n)
    chosen = _prove(distinct, likely, signed_root) if signed_root is not None else None
    if chosen is not None:
        return Settled(chosen, proved=True, disputed=frozenset())
    return Settled(tuple(likely), proved=False, disputed=frozenset(disputed))


def _prove(
    distinct: Sequence[Sequence[Leaves]], likely: Sequence[Leaves | None], signed_root: bytes
) -> tuple[Leaves, ...] | None:
    """Try the versions, the likeliest first, until one gives the signed root."""
    chosen = [leaves for leaves in likely if leaves is not None]
    if len(chosen) < len(likely):
        return None
    roots = [merkle.root(leaves) for leaves in chosen]
    open_tiles = [n for n, found in enumerate(distinct) if len(found) > 1]
    likeliest = [tuple(chosen[n] for n in open_tiles)]
    trials = itertools.chain(likeliest, itertools.product(*(distinct[n] for n in open_tiles)))
    for trial in itertools.islice(trials, _MOST_TRIALS):
        for n, leaves in zip(open_tiles, trial, strict=True):
            chosen[n] = leaves
            roots[n] = merkle.root(leaves)
        if merkle.root(roots) == signed_root:
            return tuple(chosen)
    return None


def rows_of(leaves: Sequence[bytes | None]) -> list[list[bytes | None]]:
    """Give the hashes of every level over the leaves; ``None`` where they are unknown.

    >>> len(rows_of([b""] * 255)), len(rows_of([b""] * 256))
    (1, 2)
    """
    rows = [list(leaves)]
    while len(rows[-1]) >= FULL:
        below = rows[-1]
        full = len(below) // FULL * FULL
        rows.append([_hash_of(below[at : at + FULL]) for at in range(0, full, FULL)])
    return rows


def expected(rows: Sequence[Sequence[bytes | None]], tile: Tile) -> list[bytes | None] | None:
    """Give the hashes that a tile must hold, or whose entries a bundle must hold.

    ``None`` when the tile lies, even in part, beyond these rows.
    """
    level = 0 if tile.level == ENTRIES else tile.level
    if level >= len(rows) or tile.end > len(rows[level]):
        return None
    return list(rows[level][tile.number * FULL : tile.end])


def _hash_of(hashes: Sequence[bytes | None]) -> bytes | None:
    known = [found for found in hashes if found is not None]
    return merkle.root(known) if len(known) == len(hashes) else None
