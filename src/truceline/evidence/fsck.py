"""Where a log first parts from its checkpoint, from another copy, or from what it signed before.

Everything is derived anew from the public files alone: checkpoint, tiles, bundles. Two copies are
compared from the root down, so that where their tiles agree nothing below is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from truceline.errors import EvidenceError
from truceline.evidence import merkle
from truceline.evidence.checkpoint import Checkpoint
from truceline.evidence.layout import CHECKPOINT, ENTRIES, FULL, Tile, parse_tile, tile_at
from truceline.evidence.merkle import HASH_BYTES
from truceline.evidence.note import Verifier
from truceline.evidence.report import LogReport, Problem
from truceline.evidence.tiles import TileReader
from truceline.evidence.verify import examine_log
from truceline.evidence.verify_whole import opened


@dataclass(frozen=True, slots=True)
class Divergence:
    """One place at which things that must be the same are not."""

    path: str
    """File, from the folder that holds the log's."""
    index: int | None
    """First leaf index that is concerned; ``None`` when it cannot be told."""
    byte: int | None
    """First byte of the file that is concerned; ``None`` when it cannot be told."""
    what: str

    def __str__(self) -> str:
        entry = "" if self.index is None else f", entry {self.index}"
        byte = "" if self.byte is None else f", byte {self.byte}"
        return f"{self.path}{entry}{byte}: {self.what}"


@dataclass(frozen=True, slots=True)
class Fsck:
    """What a check found."""

    origin: str
    size: int
    root: bytes | None
    """Root that the checkpoint states; ``None`` when it does not verify. Unit: 32 bytes."""
    divergences: tuple[Divergence, ...]
    """The first one first; empty when there is none."""
    remarks: tuple[str, ...]
    """What was and was not looked at."""

    @property
    def ok(self) -> bool:
        """Whether nothing diverges."""
        return not self.divergences


@dataclass(frozen=True, slots=True)
class Earlier:
    """A checkpoint that somebody has kept."""

    name: str
    """What to call it in a message."""
    note: bytes
    """With its signatures."""


def fsck(log_dir: Path, verifier: Verifier | None = None) -> Fsck:
    """Derive a log anew from its files and hold it against its checkpoint.

    Args:
        log_dir: folder with ``checkpoint`` and ``tile``.
        verifier: public key of the log; ``None``: no signature is checked.

    Raises:
        OSError: when a file cannot be read.
    """
    report = examine_log(log_dir, None, verifier)
    found = sorted((_divergence(log_dir, p) for p in report.problems), key=_order)
    remarks = [f"{report.size} entries, every hash derived from the entries"]
    if verifier is None:
        remarks.append("no public key was given: the checkpoint's signature was not checked")
    if report.pending:
        remarks.append(
            f"{len(report.pending)} file(s) beyond the checkpoint, such as {report.pending[0]}: left "
            "by an append that was cut off, or entries that nobody was told of; no checkpoint speaks "
            "of them, and a published copy has none"
        )
    remarks += _untold(report)
    return Fsck(report.origin, report.size, report.root, tuple(found), tuple(remarks))


def against_log(
    log_dir: Path, other_dir: Path, verifier: Verifier | None = None
) -> tuple[tuple[Divergence, ...], tuple[str, ...]]:
    """Compare two copies of a log as far as both go; divergences, then remarks.

    Of the other copy only what is needed is read; check it by itself to learn whether it stands.

    Raises:
        EvidenceError: when a checkpoint is missing or broken, or a tile that is needed.
    """
    (a, b) = (_checkpoint(folder, verifier) for folder in (log_dir, other_dir))
    if a.origin != b.origin:
        what = f"it is of the log {a.origin}, the other copy of {b.origin}"
        return (Divergence(f"{log_dir.name}/{CHECKPOINT}", None, 0, what),), ()
    here, there = TileReader(log_dir, a.size), TileReader(other_dir, b.size)
    for folder, reader, checkpoint in ((log_dir, here, a), (other_dir, there, b)):
        if _root(reader, checkpoint.size) != checkpoint.root:
            what = f"the tiles in {folder} are not those of its checkpoint; check it by itself"
            return (Divergence(f"{folder.name}/{CHECKPOINT}", None, None, what),), ()
    common = min(a.size, b.size)
    if _root(here, common) != _root(there, common):
        return (_descend(log_dir, other_dir, here, there, common),), ()
    return (), (f"the copies agree on the first {common} entries; sizes {a.size} and {b.size}",)


def against_checkpoints(
    log_dir: Path, earlier: Sequence[Earlier], verifier: Verifier | None = None
) -> tuple[tuple[Divergence, ...], tuple[str, ...]]:
    """Ask of checkpoints that somebody has kept whether the log continues them.

    A root tells that something differs and not where; the more checkpoints are given, the nearer
    the place can be told: behind the last one that the log continues.

    Raises:
        EvidenceError: when a checkpoint is broken, or a tile that is needed.
    """
    now = _checkpoint(log_dir, verifier)
    reader = TileReader(log_dir, now.size)
    kept = sorted(((opened(e.note, verifier), e.name) for e in earlier), key=lambda k: k[0].size)
    agreed = 0
    for checkpoint, name in kept:
        if checkpoint.origin != now.origin:
            what = f"{name} is of another log, {checkpoint.origin}"
            return (Divergence(f"{log_dir.name}/{CHECKPOINT}", None, 0, what),), ()
        if checkpoint.size > now.size:
            what = (
                f"{name} speaks of {checkpoint.size} entries, this log ends at {now.size}: it was "
                "cut, or it is an older copy"
            )
            tile = f"{log_dir.name}/{CHECKPOINT}"
            return (Divergence(tile, now.size, None, what),), (_agreed(agreed),)
        if _root(reader, checkpoint.size) != checkpoint.root:
            path = tile_at(0, agreed // FULL, now.size).path
            what = (
                f"the log does not continue {name}: something among the entries {agreed} to "
                f"{checkpoint.size - 1} is not what was signed then; this tile is the first that "
                "may differ"
            )
            place = agreed % FULL * HASH_BYTES
            found = Divergence(f"{log_dir.name}/{path}", agreed, place, what)
            return (found,), (_agreed(agreed),)
        agreed = checkpoint.size
    return (), (_agreed(agreed),)


def _agreed(size: int) -> str:
    return f"the log continues the checkpoints that were given up to {size} entries"


def _descend(
    log_dir: Path, other_dir: Path, here: TileReader, there: TileReader, size: int
) -> Divergence:
    """Go down to the first entry that differs, or to the tile that contradicts its children."""
    low, high = 0, size
    while high - low > 1:
        middle = low + merkle.split(high - low)
        if here.subtree(low, middle) != there.subtree(low, middle):
            high = middle
        elif here.subtree(middle, high) != there.subtree(middle, high):
            low = middle
        else:
            return _contradicting(log_dir, other_dir, (here, there), (low, middle, high))
    path = tile_at(0, low // FULL, here.size).path
    here_hash, there_hash = here.subtree(low, high).hex(), there.subtree(low, high).hex()
    what = (
        f"the first entry that is not the same in {other_dir}: leaf {here_hash[:16]}... here, "
        f"{there_hash[:16]}... there"
    )
    return Divergence(f"{log_dir.name}/{path}", low, low % FULL * HASH_BYTES, what)


def _contradicting(
    log_dir: Path,
    other_dir: Path,
    readers: tuple[TileReader, TileReader],
    span: tuple[int, int, int],
) -> Divergence:
    low, middle, high = span
    for folder, reader in zip((log_dir, other_dir), readers, strict=True):
        below = merkle.node_hash(reader.subtree(low, middle), reader.subtree(middle, high))
        if below != reader.subtree(low, high):
            level = ((high - low).bit_length() - 1) // 8
            at = low >> (8 * level)
            path = tile_at(level, at // FULL, reader.size).path
            what = f"in {folder} this hash is not that of the tile below it"
            return Divergence(f"{folder.name}/{path}", low, at % FULL * HASH_BYTES, what)
    raise EvidenceError("two copies of the log changed while they were compared; do it again")


def _root(reader: TileReader, size: int) -> bytes:
    return reader.subtree(0, size) if size else merkle.EMPTY_ROOT


def _checkpoint(folder: Path, verifier: Verifier | None) -> Checkpoint:
    try:
        return opened((folder / CHECKPOINT).read_bytes(), verifier)
    except FileNotFoundError:
        raise EvidenceError(f"{folder}: there is no log here, its checkpoint is missing") from None


def _divergence(log_dir: Path, problem: Problem) -> Divergence:
    """Say of a problem which entries it is about: a hash of a tile stands for many."""
    tile = parse_tile(problem.path.removeprefix(f"{log_dir.name}/"))
    index = problem.index
    if index is None and tile is not None and problem.byte is not None:
        index = _first_leaf(tile, problem.byte)
    return Divergence(problem.path, index, problem.byte, problem.what)


def _first_leaf(tile: Tile, byte: int) -> int:
    """Give the first entry that a hash of a tile stands for.

    >>> _first_leaf(Tile(1, 0, 3), 64), _first_leaf(Tile(0, 2), 32)
    (512, 513)
    """
    if tile.level == ENTRIES:
        return tile.number * FULL
    hashes = tile.number * FULL + min(byte // HASH_BYTES, tile.width - 1)
    return hashes << (8 * tile.level)


def _untold(report: LogReport) -> list[str]:
    """Say where only the root shows that something is wrong."""
    found = {problem.path.rpartition("/")[2] for problem in report.problems}
    if found != {CHECKPOINT} or report.root is None:
        return []
    what = (
        "entries and tiles agree with one another, so nothing here tells which of them was changed"
    )
    return [f"{what}; compare with another copy, or with checkpoints that were kept (--against)"]


def _order(found: Divergence) -> tuple[bool, int, str, int]:
    return (found.index is None, found.index or 0, found.path, found.byte or 0)
