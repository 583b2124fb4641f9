"""Reading tiles as a source of subtree hashes, and making the tiles that an append adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from truceline.errors import EvidenceError
from truceline.evidence import entries, merkle
from truceline.evidence.layout import ENTRIES, FULL, Tile, hashes_at, tile_at, tiles_of


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a log's tree: all that it takes to go on."""

    size: int
    """Number of entries."""
    entries: tuple[bytes, ...]
    """Entries of the partial bundle at the end."""
    rows: tuple[tuple[bytes, ...], ...]
    """Hashes of the partial tile at the end of each level, level 0 first."""

    @property
    def root(self) -> bytes:
        """Root of the tree."""
        return _fold(self.rows)


@dataclass(frozen=True, slots=True)
class Growth:
    """What an append adds to the tree."""

    root: bytes
    """Root after it."""
    files: dict[Tile, bytes]
    """Bundles and tiles that are new or wider than before."""
    leaves: tuple[bytes, ...]
    """Leaf hashes of the entries added."""
    edge: Edge
    """Edge of the tree after it."""


class TileReader:
    """The tiles of a log of one size, read as they are needed."""

    def __init__(self, log_dir: Path, size: int) -> None:
        self.log_dir = log_dir
        self.size = size
        self._cache: dict[Tile, bytes] = {}

    def data(self, level: int, number: int) -> bytes:
        """Give the bytes of a tile or bundle in the widest form that this size has.

        Raises:
            EvidenceError: when the file is missing.
        """
        tile = tile_at(level, number, self.size)
        if tile not in self._cache:
            self._cache[tile] = self._read(tile)
        return self._cache[tile]

    def hashes(self, level: int, number: int) -> list[bytes]:
        """Give the hashes of a tile.

        Raises:
            EvidenceError: when the file is missing or has another length than its hashes need.
        """
        width = tile_at(level, number, self.size).width
        return split_hashes(self.data(level, number), width, Tile(level, number, width).path)

    def bundle(self, number: int) -> list[bytes]:
        """Give the entries of a bundle.

        Raises:
            EvidenceError: when the file is missing or not such a bundle.
        """
        return entries.unpack(self.data(ENTRIES, number), tile_at(ENTRIES, number, self.size).width)

    def subtree(self, low: int, high: int) -> bytes:
        """Give the Merkle hash of the entries ``[low, high)``, a range as proofs need it.

        Raises:
            EvidenceError: when a tile is missing or broken.
        """
        count = high - low
        if count & (count - 1):
            middle = low + merkle.split(count)
            return merkle.node_hash(self.subtree(low, middle), self.subtree(middle, high))
        level = (count.bit_length() - 1) // 8
        first, width = low >> (8 * level), count >> (8 * level)
        at = first % FULL
        return merkle.root(self.hashes(level, first // FULL)[at : at + width])

    def root(self) -> bytes:
        """Give the root that the tiles at the right edge of the tree add up to.

        Raises:
            EvidenceError: when a tile is missing or broken.
        """
        return _fold([self.edge(level) for level in _levels(self.size)])

    def whole_edge(self) -> Edge:
        """Give the edge of the tree at all levels.

        Raises:
            EvidenceError: when a tile or the bundle there is missing or broken.
        """
        rows = tuple(tuple(self.edge(level)) for level in _levels(self.size))
        return Edge(self.size, tuple(self.edge_entries()), rows)

    def edge(self, level: int) -> list[bytes]:
        """Give the hashes of the partial tile at the end of a level; none when it ends full.

        Raises:
            EvidenceError: when the tile is missing or broken.
        """
        count = hashes_at(level, self.size)
        return self.hashes(level, count // FULL) if count % FULL else []

    def edge_entries(self) -> list[bytes]:
        """Give the entries of the partial bundle at the end; none when the last one is full.

        Raises:
            EvidenceError: when the bundle is missing or broken.
        """
        return self.bundle(self.size // FULL) if self.size % FULL else []

    def _read(self, tile: Tile) -> bytes:
        try:
            return (self.log_dir / tile.path).read_bytes()
        except FileNotFoundError:
            pass
        # A partial tile may go once the full one exists, which starts with the same hashes.
        try:
            data = (self.log_dir / Tile(tile.level, tile.number).path).read_bytes()
        except FileNotFoundError:
            raise EvidenceError(
                f"{tile.path} is missing from the log; restore it from a copy"
            ) from None
        if tile.level == ENTRIES:
            return entries.pack(entries.read(data, FULL).entries[: tile.width])
        return data[: tile.width * merkle.HASH_BYTES]


def split_hashes(data: bytes, width: int, path: str) -> list[bytes]:
    """Cut the bytes of a tile into its hashes.

    Raises:
        EvidenceError: when the tile has another length.
    """
    if len(data) != width * merkle.HASH_BYTES:
        raise EvidenceError(
            f"{path}: {len(data)} bytes, {width} hashes need {width * merkle.HASH_BYTES}; "
            "restore it from a copy"
        )
    return [data[at : at + merkle.HASH_BYTES] for at in range(0, len(data), merkle.HASH_BYTES)]


def grow(edge: Edge, added: Sequence[bytes]) -> Growth:
    """Compute the tiles and the root of the log with these entries added.

    >>> grow(Edge(0, (), ()), [b""]).root.hex()[:16]
    '6e340b9cffb37a98'
    """
    size = edge.size + len(added)
    rows: dict[int, list[bytes]] = {ENTRIES: [*edge.entries, *added]}
    leaves = fresh = [merkle.leaf_hash(entry) for entry in added]
    for level in _levels(size):
        rows[level] = [*(edge.rows[level] if level < len(edge.rows) else ()), *fresh]
        fresh = [merkle.root(part) for part in _full_parts(rows[level])]
    files = {}
    for tile in tiles_of(size, since=edge.size):
        at = (tile.number - hashes_at(tile.level, edge.size) // FULL) * FULL
        part = rows[tile.level][at : at + tile.width]
        files[tile] = entries.pack(part) if tile.level == ENTRIES else b"".join(part)
    after = Edge(size, _rest(rows[ENTRIES]), tuple(_rest(rows[level]) for level in _levels(size)))
    return Growth(after.root, files, tuple(leaves), after)


def _full_parts(row: Sequence[bytes]) -> list[Sequence[bytes]]:
    return [row[at : at + FULL] for at in range(0, len(row) // FULL * FULL, FULL)]


def _rest(row: Sequence[bytes]) -> tuple[bytes, ...]:
    return tuple(row[len(row) // FULL * FULL :])


def _levels(size: int) -> range:
    """List the levels at which a log of this size has hashes."""
    return range((size.bit_length() + 7) // 8)


def _fold(edges: Sequence[Sequence[bytes]]) -> bytes:
    """Join the perfect subtrees at the right edge, the smallest first.

    Args:
        edges: hashes of the partial tile of each level, level 0 first.

    Source: RFC 6962 section 2.1; the subtrees are the binary digits of the size.
    """
    peaks: list[bytes] = []
    for row in reversed(edges):
        at = 0
        for bit in range(7, -1, -1):
            if len(row) & 1 << bit:
                peaks.append(merkle.root(row[at : at + (1 << bit)]))
                at += 1 << bit
    if not peaks:
        return merkle.EMPTY_ROOT
    joined = peaks.pop()
    while peaks:
        joined = merkle.node_hash(peaks.pop(), joined)
    return joined
