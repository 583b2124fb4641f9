"""The quick way of verifying a log in which nothing is wrong.

Everything is computed anew, in long runs of bytes: every entry hashed, every tile compared, every
opening held against its entry. At the first thing that is not exactly as it must be, this gives up
and the careful way (:mod:`truceline.evidence.verify`) says what and where; so whatever this module
does not understand costs time and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from truceline.errors import EvidenceError
from truceline.evidence import merkle
from truceline.evidence.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from truceline.evidence.commitment import PADDING, PREFIX
from truceline.evidence.deletion import decisions_of, undone, unlawful
from truceline.evidence.layout import CHECKPOINT, ENTRIES, FULL, Tile, parse_tile, tiles_of
from truceline.evidence.merkle import HASH_BYTES
from truceline.evidence.note import Verifier, parse_note
from truceline.evidence.openings import file_name, first_index, whole_lines
from truceline.evidence.report import LogReport, ranges, states_of

_ENTRY_BYTES = len(PREFIX) + HASH_BYTES
_STRIDE = 2 + _ENTRY_BYTES
_HEAD = _ENTRY_BYTES.to_bytes(2, "big") + PREFIX
"""What stands before the hash of each entry in a bundle."""
_TILE_BYTES = FULL * HASH_BYTES


class _NotWholeError(Exception):
    """Something is not as it must be, or not of the plain form that this module reads."""


@dataclass(slots=True)
class _Opened:
    """What the openings say, gathered file by file."""

    padding: int = 0
    """How many records only fill a batch."""
    sealed: list[int] = field(default_factory=list)
    """Indices without an opening, in order."""
    deleted: dict[int, int] = field(default_factory=dict)
    """Index to the index of the decision that its line names."""
    records: list[tuple[int, bytes]] = field(default_factory=list)
    """Records that may be decisions to delete."""
    end: int = 0
    """Index behind the last file that was read."""


def whole_report(
    log_dir: Path, openings_dir: Path | None, verifier: Verifier | None
) -> LogReport | None:
    """Verify a log; ``None`` when anything at all is out of the ordinary."""
    try:
        return _report(log_dir, openings_dir, verifier)
    except (_NotWholeError, EvidenceError, OSError):
        return None


def opened(note: bytes, verifier: Verifier | None) -> Checkpoint:
    """Read a signed checkpoint; without a key it is taken at its word.

    Raises:
        EvidenceError: when the key has not signed it, or it is no checkpoint.
    """
    if verifier is None:
        return parse_checkpoint(parse_note(note).text)
    return open_checkpoint(note, verifier)[0]


def _report(log_dir: Path, openings_dir: Path | None, verifier: Verifier | None) -> LogReport:
    tiles = _listed(log_dir)
    checkpoint = opened((log_dir / CHECKPOINT).read_bytes(), verifier)
    if tiles is None or len(tiles) < checkpoint.size // FULL:  # a checkpoint can promise any size
        raise _NotWholeError
    if not tiles >= set(tiles_of(checkpoint.size)):
        raise _NotWholeError
    packed = _compared(log_dir, checkpoint, tiles)
    said = _openings(openings_dir, packed, checkpoint.size)
    decisions = decisions_of(said.records)
    for index, at in said.deleted.items():
        if unlawful(index, at, decisions, _entry(packed, index)) is not None:
            raise _NotWholeError
    gone = {*said.deleted, *said.sealed} if decisions else set()
    still = [d.index for d in decisions.values() if d.index not in gone]
    return LogReport(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root,
        problems=(),
        states=states_of(checkpoint.size, len(said.sealed), len(said.deleted), 0),
        sealed=tuple(ranges(said.sealed)),
        padding=said.padding,
        pending=(),
        deleted=tuple(sorted(said.deleted.items())),
        undone=undone(decisions, still),
    )


def _listed(folder: Path) -> set[Tile] | None:
    """Give the tiles of a log's folder; ``None`` where there is anything else in it."""
    found: set[Tile] = set()
    for path, entry in _walk(folder, ""):
        tile = parse_tile(path)
        if path == CHECKPOINT and entry.is_file(follow_symlinks=False):
            continue
        if tile is None or not entry.is_file(follow_symlinks=False):
            return None
        found.add(tile)
    return found


def _walk(folder: Path, below: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if parse_tile(below + entry.name) is not None:
                    raise _NotWholeError  # a folder where a tile's file would be
                yield from _walk(Path(entry.path), f"{below}{entry.name}/")
            else:
                yield below + entry.name, entry


def _compared(log_dir: Path, checkpoint: Checkpoint, tiles: set[Tile]) -> bytearray:
    """Hash all entries, compare every tile with them, and give the bundles joined into one."""
    size, packed, row = checkpoint.size, bytearray(), bytearray()
    tops: list[bytes] = []
    for tile in tiles_of(size):
        if tile.level != ENTRIES:
            break
        data = _read(log_dir, tile)
        hashes = _leaf_hashes(data, tile.width)
        tops.append(_tile_root(hashes))
        packed += data
        row += hashes
    if (merkle.root(tops) if size else merkle.EMPTY_ROOT) != checkpoint.root:
        raise _NotWholeError
    rows = {ENTRIES: packed, 0: row}
    level = 1
    hashes = b"".join(tops[: size // FULL])
    while hashes:
        rows[level] = bytearray(hashes)
        full = len(hashes) // _TILE_BYTES * _TILE_BYTES
        hashes = b"".join(
            _tile_root(hashes[at : at + _TILE_BYTES]) for at in range(0, full, _TILE_BYTES)
        )
        level += 1
    for tile in tiles - {tile for tile in tiles_of(size) if tile.level == ENTRIES}:
        _require(log_dir, tile, rows)
    return packed


def _require(log_dir: Path, tile: Tile, rows: dict[int, bytearray]) -> None:
    """Compare one tile, or the narrower form of one, with what its level holds there."""
    step = _STRIDE if tile.level == ENTRIES else HASH_BYTES
    row = rows.get(tile.level, bytearray())
    start, end = tile.number * FULL * step, tile.end * step
    if end > len(row) or _read(log_dir, tile) != row[start:end]:
        raise _NotWholeError


def _read(log_dir: Path, tile: Tile) -> bytes:
    return (log_dir / tile.path).read_bytes()


def _leaf_hashes(data: bytes, width: int) -> bytes:
    """Hash the entries of a bundle, which all have the one length."""
    if len(data) != width * _STRIDE or data[::_STRIDE] + data[1::_STRIDE] != _lengths(width):
        raise _NotWholeError
    return b"".join(
        [
            sha256(b"\x00" + data[at : at + _ENTRY_BYTES]).digest()
            for at in range(2, len(data), _STRIDE)
        ]
    )


def _lengths(width: int) -> bytes:
    return _HEAD[:1] * width + _HEAD[1:2] * width


def _tile_root(hashes: bytes) -> bytes:
    """Give the root over the hashes of one tile.

    Source: RFC 6962 section 2.1, pairing level by level as :func:`merkle.root` does.
    """
    while len(hashes) > HASH_BYTES:
        even = len(hashes) & ~(2 * HASH_BYTES - 1)
        pairs = [sha256(b"\x01" + hashes[at : at + 64]).digest() for at in range(0, even, 64)]
        hashes = b"".join(pairs) + hashes[even:]
    return hashes


def _openings(folder: Path | None, packed: bytearray, size: int) -> _Opened:
    """Hold each opening against its entry."""
    opened = _Opened()
    for first in _firsts(folder) if folder is not None and folder.is_dir() else ():
        path = folder / file_name(first) if folder is not None else Path()
        lines = whole_lines(path.read_bytes(), first)
        if lines is None or first < opened.end or first + len(lines) > size:
            raise _NotWholeError
        opened.sealed += range(opened.end, first)
        opened.end = first + len(lines)
        part = packed[first * _STRIDE : opened.end * _STRIDE]
        if b"".join(_expected(lines, first, part, opened)) != part:
            raise _NotWholeError
    opened.sealed += range(opened.end, size)
    return opened


def _firsts(folder: Path) -> list[int]:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            first = first_index(entry.name)
            if first is None or not entry.is_file(follow_symlinks=False):
                raise _NotWholeError
            found.append(first)
    return sorted(found)


def _expected(
    lines: list[tuple[bytes, bytes, bytes, bytes]], first: int, part: bytearray, opened: _Opened
) -> Iterator[bytes]:
    """Give what the bundles must hold by a file's lines; of entries not opened, what they hold."""
    for at, (_, salt, record, decision) in enumerate(lines):
        if record:
            if record == PADDING:
                opened.padding += 1
            elif b'"entry.deleted"' in record:
                opened.records.append((first + at, record))
            yield _HEAD + sha256(bytes.fromhex(salt.decode()) + record).digest()
            continue
        if decision:
            opened.deleted[first + at] = int(decision)
        else:
            opened.sealed.append(first + at)
        yield bytes(part[at * _STRIDE : (at + 1) * _STRIDE])


def _entry(packed: bytearray, index: int) -> bytes:
    return bytes(packed[index * _STRIDE + 2 : (index + 1) * _STRIDE])
