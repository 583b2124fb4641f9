"""Comparing one file of the log with what it must hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from truceline.evidence import entries
from truceline.evidence.layout import ENTRIES, FULL, Tile
from truceline.evidence.merkle import HASH_BYTES, leaf_hash

_MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Difference:
    """One region of a file that is not as it must be."""

    index: int | None
    """Index of the entry concerned, if it is about one."""
    what: str
    """What is wrong and at which bytes."""
    byte: int | None = None
    """First byte that is wrong, as far as it can be told: of an entry, where it begins."""


def differences(data: bytes, tile: Tile, expected: Sequence[bytes | None]) -> list[Difference]:
    """List where a bundle or tile differs from the expected hashes; unknown ones are passed over."""
    check = _bundle if tile.level == ENTRIES else _hashes
    found = list(check(data, tile, expected))
    if len(found) <= _MOST_LINES:
        return found
    first = found[0]
    what = f"{first.what}; and {len(found) - 1} more in this file"
    return [Difference(first.index, what, first.byte)]


def wrong_entries(data: bytes, tile: Tile, expected: Sequence[bytes | None]) -> set[int]:
    """Give the indices of the entries of a bundle that are not the expected ones or unreadable."""
    found = entries.read(data, tile.width).entries
    first = tile.number * FULL
    wrong = {first + i for i, entry in enumerate(found) if _differs(entry, expected[i])}
    return wrong | set(range(first + len(found), first + tile.width))


def _bundle(data: bytes, tile: Tile, expected: Sequence[bytes | None]) -> Iterator[Difference]:
    bundle = entries.read(data, tile.width)
    first, offset = tile.number * FULL, 0
    for i, entry in enumerate(bundle.entries):
        end = offset + 2 + len(entry)
        if _differs(entry, expected[i]):
            what = f"bytes {offset} to {end - 1} are not the entry that was logged"
            yield Difference(first + i, what, offset)
            if bundle.broken_at is not None:
                return  # a changed length moves all that follows
        offset = end
    if bundle.broken_at is not None:
        at, count = bundle.broken_at, len(bundle.entries)
        index = first + count if count < tile.width else None
        what = f"from byte {at} on ({len(data)} in all) it is not a bundle of {tile.width}"
        yield Difference(index, what, at)


def _hashes(data: bytes, tile: Tile, expected: Sequence[bytes | None]) -> Iterator[Difference]:
    needed = tile.width * HASH_BYTES
    if len(data) != needed:
        what = f"it has {len(data)} bytes, {tile.width} hashes need {needed}"
        yield Difference(None, what, min(len(data), needed))
    for i, known in enumerate(expected):
        at = i * HASH_BYTES
        held = data[at : at + HASH_BYTES]
        if known is not None and held != known:
            index = tile.number * FULL + i if tile.level == 0 else None
            yield Difference(
                index,
                f"bytes {at} to {at + HASH_BYTES - 1} are not the hash of "
                + ("the entry" if tile.level == 0 else "the tile below"),
                at + _first_wrong(held, known),
            )


def _first_wrong(held: bytes, known: bytes) -> int:
    """Give the first place at which two differ.

    >>> _first_wrong(b"abc", b"axc"), _first_wrong(b"ab", b"abc")
    (1, 2)
    """
    pairs = zip(held, known, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), len(held))


def _differs(entry: bytes, known: bytes | None) -> bool:
    return known is not None and leaf_hash(entry) != known
