"""Path arithmetic of tlog-tiles: which files a log of a given size consists of.

Source: C2SP tlog-tiles. Level ``l`` of a log of ``s`` entries has ``floor(s / 256^l)`` hashes, cut
into tiles of 256; the last tile may be partial. Entry bundles are cut like level 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

FULL = 256
"""Hashes of a full tile, entries of a full bundle."""
ENTRIES = -1
"""Level that stands for entry bundles."""
CHECKPOINT = "checkpoint"
"""Path of the latest checkpoint."""

_TILE = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One tile of hashes or one bundle of entries."""

    level: int
    """0..63 for hashes of 256^level entries each, ``ENTRIES`` for a bundle."""
    number: int
    """Position in its level, from 0."""
    width: int = FULL
    """Hashes or entries in it, 1..256; below 256 it is partial."""

    @property
    def path(self) -> str:
        """Path below the log's folder.

        >>> Tile(0, 1234067).path, Tile(ENTRIES, 5, 17).path
        ('tile/0/x001/x234/067', 'tile/entries/005.p/17')
        """
        level = "entries" if self.level == ENTRIES else str(self.level)
        suffix = f".p/{self.width}" if self.width < FULL else ""
        return f"tile/{level}/{number_path(self.number)}{suffix}"

    @property
    def partial_folder(self) -> str:
        """Folder that holds the partial forms of this tile."""
        return Tile(self.level, self.number).path + ".p"

    @property
    def end(self) -> int:
        """Number of hashes of this level up to the end of this tile."""
        return self.number * FULL + self.width


def number_path(number: int) -> str:
    """Write a tile's number in groups of three digits, all but the last marked ``x``.

    Raises:
        ValueError: for a negative number.

    >>> number_path(5), number_path(1234067)
    ('005', 'x001/x234/067')
    """
    if number < 0:
        raise ValueError(f"a tile has no negative number: {number}")
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))


def parse_tile(path: str) -> Tile | None:
    """Read a path back; ``None`` when no tile has exactly this path.

    >>> parse_tile("tile/1/000.p/17")
    Tile(level=1, number=0, width=17)
    >>> parse_tile("tile/0/x000/005") is None
    True
    """
    match = _TILE.fullmatch(path)
    if match is None:
        return None
    level = ENTRIES if match["level"] == "entries" else int(match["level"])
    number = int(re.sub(r"[x/]", "", match["number"]))
    tile = Tile(level, number, int(match["width"] or FULL))
    return tile if tile.path == path and level < 64 else None


def hashes_at(level: int, size: int) -> int:
    """Give how many hashes (or, for ``ENTRIES``, entries) a level of the log has."""
    return size >> (8 * max(level, 0))


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """List the tiles of a log of ``size`` entries that one of ``since`` entries did not have.

    Raises:
        ValueError: when ``since`` is negative or above ``size``.

    >>> [tile.path for tile in tiles_of(256)]
    ['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1']
    >>> list(tiles_of(0))
    []
    """
    if not 0 <= since <= size:
        raise ValueError(f"a log does not shrink: from {since} to {size} entries")
    level = ENTRIES
    while count := hashes_at(level, size):
        before = hashes_at(level, since)
        for number in range(before // FULL, -(-count // FULL)):
            tile = Tile(level, number, min(FULL, count - number * FULL))
            if tile.end > before:
                yield tile
        level += 1


def tile_at(level: int, number: int, size: int) -> Tile:
    """Give the tile in the widest form that a log of ``size`` entries has.

    Raises:
        ValueError: when the log has no such tile.

    >>> tile_at(0, 1, 300).width
    44
    """
    width = min(FULL, hashes_at(level, size) - number * FULL)
    if width <= 0 or number < 0:
        raise ValueError(f"a log of {size} entries has no tile {number} at level {level}")
    return Tile(level, number, width)
