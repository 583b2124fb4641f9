"""A log in a workspace: create, open, append a batch, read the records, prove one of them.

An append writes in this order, each step forced to the disk before the next begins: openings,
entries and tiles, checkpoint, salt key. So a checkpoint never speaks of what is not there, and
whatever an append that was cut off has left lies beyond the checkpoint; the next one removes it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from truceline.errors import EvidenceError, WorkspaceError
from truceline.evidence.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from truceline.evidence.commitment import PADDING, Opening, SaltChain
from truceline.evidence.durable import (
    PRIVATE,
    PUBLIC,
    Disk,
    make_folders,
    put_files,
    temporary,
)
from truceline.evidence.keys import (
    derive,
    read_salt_chain,
    read_signer,
    write_keys,
    write_salt_key,
)
from truceline.evidence.layout import CHECKPOINT, FULL, Tile, hashes_at, tiles_of
from truceline.evidence.merkle import EMPTY_ROOT, inclusion_proof, leaf_hash
from truceline.evidence.note import Note, Signature, format_note, parse_note
from truceline.evidence.openings import (
    file_name,
    iterate_openings,
    read_openings,
    require_record,
    write_openings,
)
from truceline.evidence.proof import Proof, format_proof
from truceline.evidence.tiles import TileReader, grow

BATCH = 64
"""Each append is filled up to a multiple of this many entries."""


def create_log(root: Path, origin: str, seed: bytes, disk: Disk | None = None) -> str:
    """Create an empty log in a workspace and give its public key.

    Args:
        root: folder of the workspace.
        origin: name of the log, such as ``evidence.example/log``.
        seed: 32 bytes that nobody can guess, drawn once and not kept by the caller.
        disk: steps that change files.

    Raises:
        WorkspaceError: when the workspace has a log already.
        EvidenceError: when the origin cannot name a log.
        ValueError: when the seed has not 32 bytes.
    """
    disk = disk or Disk()
    signer, chain = derive(seed, origin)
    if (root / "log" / CHECKPOINT).exists():
        raise WorkspaceError(f"{root} has a log already; a log is never begun anew")
    write_keys(disk, root, signer, chain)
    for folder in make_folders(disk, root / "openings", 0o700):
        disk.sync(folder)
    note = signer.sign(Checkpoint(origin, 0, EMPTY_ROOT).text)
    put_files(disk, {root / "log" / CHECKPOINT: note})
    return signer.verifier.vkey


class Log:
    """The log of a workspace, as its checkpoint on disk says."""

    def __init__(self, root: Path, *, batch: int = BATCH, disk: Disk | None = None) -> None:
        self.root = root
        self.log_dir = root / "log"
        self.openings_dir = root / "openings"
        self._batch = batch
        self._disk = disk or Disk()

    @classmethod
    def open(cls, root: Path, *, batch: int = BATCH, disk: Disk | None = None) -> Log:
        """Open the log of a workspace; this changes nothing on disk.

        Raises:
            WorkspaceError: when the workspace has no log.
            EvidenceError: when its checkpoint is broken.
        """
        log = cls(root, batch=batch, disk=disk)
        log.checkpoint()
        return log

    @property
    def size(self) -> int:
        """Number of entries, padding included."""
        return self.checkpoint().size

    def checkpoint(self) -> Checkpoint:
        """Read the latest checkpoint, its signature unverified.

        Raises:
            WorkspaceError: when there is none.
            EvidenceError: when it is broken.
        """
        return parse_checkpoint(parse_note(self._note()).text)

    def checkpoint_text(self) -> str:
        """Give the latest checkpoint with its signatures, as it is published.

        Raises:
            WorkspaceError: when there is none.
        """
        return self._note().decode("utf-8")

    def records(self) -> Iterator[tuple[int, bytes]]:
        """Give index and bytes of each record that is open here, in order, without the padding.

        Raises:
            EvidenceError: when a file of openings is broken.
        """
        for opening in iterate_openings(self.openings_dir, self.size):
            if opening.record != PADDING:
                yield opening.index, opening.record

    def prove(self, index: int) -> str:
        """Give the proof that the latest checkpoint covers an entry (tlog-proof).

        Raises:
            ValueError: when the log has no such entry.
            EvidenceError: when a tile is missing or broken.
        """
        note = self._note()
        size = parse_checkpoint(parse_note(note).text).size
        hashes = inclusion_proof(index, size, TileReader(self.log_dir, size).subtree)
        return format_proof(Proof(index, tuple(hashes), note))

    def add_signatures(self, text: bytes, signatures: Sequence[Signature]) -> bool:
        """Put further signature lines, verified before, under the latest checkpoint.

        Args:
            text: of the checkpoint that they sign.
            signatures: of witnesses; an older line of the same key gives way.

        Returns:
            False where the log has grown meanwhile; nothing was written then.

        Raises:
            WorkspaceError: when another process is appending.
            EvidenceError: when the checkpoint on disk is broken.
            OSError: when the disk refuses; the checkpoint is then its old or its new self.
        """
        with self._alone():
            note = parse_note(self._note())
            if note.text != text:
                return False
            new = {(one.name, one.key_id) for one in signatures}
            kept = [one for one in note.signatures if (one.name, one.key_id) not in new]
            path = self.log_dir / CHECKPOINT
            aside = self.openings_dir.parent / ".cosigned.tmp"  # not a foreign file in the log
            self._disk.write(aside, format_note(Note(text, (*kept, *signatures))), PUBLIC)
            self._disk.sync(aside)
            self._disk.rename(aside, path)
            self._disk.sync(self.log_dir)
            return True

    def append(self, records: Sequence[bytes]) -> range:
        """Add records as one batch under one new checkpoint and give their indices.

        The batch is filled up with padding; no record, no batch. When this returns, the batch
        outlasts a power cut. When it raises, the batch is in the log with its checkpoint or not at
        all: read the records again before trying anew.

        Args:
            records: canonical JSON of an object each; not that of the padding.

        Raises:
            ValueError: when the bytes of a record cannot be logged; nothing was written.
            WorkspaceError: when this copy has no keys or another process is appending.
            EvidenceError: when the log on disk is not what its checkpoint says.
            OSError: when the disk refuses.
        """
        for record in records:
            require_record(record)
            if record == PADDING:
                raise ValueError("a record must not be that of the padding")
        with self._alone():
            return self._append(records)

    def _append(self, records: Sequence[bytes]) -> range:
        signer = read_signer(self.root)
        before, _ = open_checkpoint(self._note(), signer.verifier)
        if not records:
            return range(before.size, before.size)
        chain = read_salt_chain(self.root).at(before.size)
        self._remove_leftovers(before.size)
        openings, chain = _seal(chain, [*records, *[PADDING] * (-len(records) % self._batch)])
        reader = TileReader(self.log_dir, before.size)
        _require_edge(reader, before.root)
        growth = grow(reader, [opening.entry for opening in openings])
        after = Checkpoint(before.origin, before.size + len(openings), growth.root)
        path = self.openings_dir / file_name(before.size)
        put_files(self._disk, {path: write_openings(openings)}, PRIVATE)
        files = {self.log_dir / tile.path: data for tile, data in growth.files.items()}
        put_files(self._disk, files)
        put_files(self._disk, {self.log_dir / CHECKPOINT: signer.sign(after.text)})
        write_salt_key(self._disk, self.root, chain)
        self._remove_outgrown(before.size, growth.files)
        return range(before.size, before.size + len(records))

    def _remove_leftovers(self, size: int) -> None:
        """Remove what an append that was cut off has left; its openings, written first, name it."""
        path = self.openings_dir / file_name(size)
        if path.exists():
            count = len(read_openings(path.read_bytes(), size).openings)
            folders = set()
            for tile in tiles_of(size + count, since=size):
                place = self.log_dir / tile.path
                if place.parent.is_dir():
                    folders.add(place.parent)
                    self._disk.remove(place)
                    self._disk.remove(temporary(place))
            for folder in sorted(folders):
                self._disk.sync(folder)
            self._disk.remove(temporary(self.log_dir / CHECKPOINT))
            self._disk.remove(path)
        self._disk.remove(temporary(path))

    def _remove_outgrown(self, size: int, written: dict[Tile, bytes]) -> None:
        """Remove the partial forms of tiles that have become full."""
        for tile in written:
            was = hashes_at(tile.level, size) - tile.number * FULL
            if tile.width == FULL and was > 0:
                folder = self.log_dir / tile.partial_folder
                if folder.is_dir():
                    for path in sorted(folder.iterdir()):
                        self._disk.remove(path)
                    self._disk.remove_folder(folder)

    def _note(self) -> bytes:
        try:
            return (self.log_dir / CHECKPOINT).read_bytes()
        except FileNotFoundError:
            raise WorkspaceError(
                f"{self.root} has no log (log/{CHECKPOINT} is missing); create the workspace first"
            ) from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from appending meanwhile."""
        self._note()
        descriptor = os.open(self.log_dir, os.O_RDONLY)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise WorkspaceError(
                    f"another process is appending to the log of {self.root}; try again"
                ) from None
            yield
        finally:
            os.close(descriptor)


def _seal(chain: SaltChain, records: Sequence[bytes]) -> tuple[list[Opening], SaltChain]:
    """Salt each record with the next secret of the chain."""
    openings = []
    for record in records:
        openings.append(Opening(chain.index, chain.salt(record), record))
        chain = chain.following()
    return openings, chain


def _require_edge(reader: TileReader, root: bytes) -> None:
    """Refuse to continue a log whose edge is not what it signed, else it would sign the change."""
    leaves = [leaf_hash(entry) for entry in reader.edge_entries()]
    if reader.root() != root or leaves != reader.edge(0):
        raise EvidenceError(
            "the last tiles or entries of the log are not those of its checkpoint; nothing was "
            "appended; verify the log and restore what was changed from a copy"
        )
