"""Where a log stands: all that an append needs to know of it, read and checked once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from truceline.errors import EvidenceError, WorkspaceError
from truceline.evidence.checkpoint import open_checkpoint
from truceline.evidence.commitment import SaltChain
from truceline.evidence.durable import Disk
from truceline.evidence.keys import read_salt_chain, read_signer
from truceline.evidence.layout import CHECKPOINT, FULL, Tile, hashes_at
from truceline.evidence.leftovers import leftovers
from truceline.evidence.merging import Files, last_files
from truceline.evidence.merkle import leaf_hash
from truceline.evidence.note import Signer
from truceline.evidence.tiles import Edge, TileReader


@dataclass(frozen=True, slots=True)
class Standing:
    """A log at one checkpoint, with the secrets to go on from there."""

    text: bytes
    """Text of the checkpoint, which is what tells whether the log still stands here."""
    edge: Edge
    """Right edge of its tree."""
    chain: SaltChain
    """Salts, at the index of the next entry."""
    kept: int
    """Index at which the salt key on disk stands."""
    files: Files
    """The last files of openings."""
    signer: Signer
    """Key of the log."""


def read_note(log_dir: Path) -> bytes:
    """Read the latest checkpoint with its signatures.

    Raises:
        WorkspaceError: when there is none.
    """
    try:
        return (log_dir / CHECKPOINT).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise WorkspaceError(
            f"{log_dir.parent} has no log ({log_dir.name}/{CHECKPOINT} is missing); create the "
            "workspace first"
        ) from None


def load(log_dir: Path, root: Path, disk: Disk) -> Standing:
    """Read where a log stands, and remove what an append that was cut off has left.

    Args:
        log_dir: folder of the log, locked by the caller.
        root: folder with its ``keys`` and ``openings``.
        disk: steps that change files.

    Raises:
        WorkspaceError: when there is no log, or no keys.
        EvidenceError: when the log on disk is not what its checkpoint says; nothing was changed.
        OSError: when the disk refuses.
    """
    signer = read_signer(root)
    checkpoint, _ = open_checkpoint(read_note(log_dir), signer.verifier)
    kept = read_salt_chain(root)
    chain = kept.at(checkpoint.size)
    files = last_files(root / "openings", checkpoint.size)
    _require_no_later(files, checkpoint.size)
    edge = _checked_edge(TileReader(log_dir, checkpoint.size), checkpoint.root)
    _clear(log_dir, root / "openings", checkpoint.size, disk)
    files = last_files(root / "openings", checkpoint.size)
    return Standing(checkpoint.text, edge, chain, kept.index, files, signer)


def _require_no_later(files: Files, size: int) -> None:
    """Refuse a log that was set back: one append that was cut off does not explain its openings."""
    for first, entries in files:
        if first > size or first < size < first + entries:
            raise EvidenceError(
                f"the openings go on to entry {first + entries}, the log ends at {size}: it was "
                "set back; restore log, openings and keys from one copy"
            )


def _checked_edge(reader: TileReader, root: bytes) -> Edge:
    """Refuse to continue a log whose edge is not what it signed, else it would sign the change."""
    edge = reader.whole_edge()
    leaves = tuple(leaf_hash(entry) for entry in edge.entries)
    if edge.root != root or leaves != (edge.rows[0] if edge.rows else ()):
        raise EvidenceError(
            "the last tiles or entries of the log are not those of its checkpoint; nothing was "
            "appended; verify the log and restore what was changed from a copy"
        )
    return edge


def _clear(log_dir: Path, openings_dir: Path, size: int, disk: Disk) -> None:
    """Remove leftovers, for good before anything is written in their place."""
    found = leftovers(log_dir, openings_dir, size)
    for path in found:
        disk.remove(path)
    disk.sync_all(sorted({path.parent for path in found}))
    clear_away(disk, [log_dir / tile.partial_folder for tile in last_full(size)])


def last_full(size: int) -> list[Tile]:
    """Give the last full tile of each level and the last full bundle."""
    levels = range(-1, (size.bit_length() + 7) // 8)
    return [
        Tile(level, hashes_at(level, size) // FULL - 1)
        for level in levels
        if hashes_at(level, size) >= FULL
    ]


def clear_away(disk: Disk, paths: Sequence[Path]) -> None:
    """Remove files, and folders with the files in them, that are no longer needed.

    What the disk does not let go of stays: it harms nobody, and the next who comes tries again.
    """
    for path in paths:
        with suppress(OSError):
            if not path.is_dir():
                disk.remove(path)
                continue
            for file in sorted(path.iterdir()):
                disk.remove(file)
            disk.remove_folder(path)
