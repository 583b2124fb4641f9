"""A log in a workspace: create, open, append a batch, read the records, prove one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from truceline.errors import WorkspaceError
from truceline.evidence.appender import Appender
from truceline.evidence.checkpoint import Checkpoint, parse_checkpoint
from truceline.evidence.commitment import PADDING
from truceline.evidence.durable import PUBLIC, Disk, make_folders, put_files
from truceline.evidence.keys import derive, write_keys
from truceline.evidence.layout import CHECKPOINT
from truceline.evidence.lock import locked
from truceline.evidence.merkle import EMPTY_ROOT, inclusion_proof
from truceline.evidence.note import Note, Signature, format_note, parse_note
from truceline.evidence.openings import iterate_openings, require_record
from truceline.evidence.proof import Proof, format_proof
from truceline.evidence.standing import read_note
from truceline.evidence.tiles import TileReader

BATCH = 64
"""Each append is filled up to a multiple of this many entries."""


def create_log(
    root: Path,
    origin: str,
    seed: bytes,
    disk: Disk | None = None,
    *,
    log_dir: Path | None = None,
) -> str:
    """Create an empty log in a workspace and give its public key.

    Args:
        root: folder of the workspace.
        origin: name of the log, such as ``evidence.example/log``.
        seed: 32 bytes that nobody can guess, drawn once and not kept by the caller.
        disk: steps that change files.
        log_dir: folder of a log by itself; ``log`` in ``root`` if not given.

    Raises:
        WorkspaceError: when the workspace has a log already.
        EvidenceError: when the origin cannot name a log.
        ValueError: when the seed has not 32 bytes.
    """
    disk = disk or Disk()
    signer, chain = derive(seed, origin)
    log_dir = log_dir or root / "log"
    if (log_dir / CHECKPOINT).exists():
        raise WorkspaceError(f"{root} has a log already; a log is never begun anew")
    write_keys(disk, root, signer, chain)
    for folder in make_folders(disk, root / "openings", 0o700):
        disk.sync(folder)
    note = signer.sign(Checkpoint(origin, 0, EMPTY_ROOT).text)
    put_files(disk, {log_dir / CHECKPOINT: note})
    return signer.verifier.vkey


class Log:
    """The log of a workspace, as its checkpoint on disk says."""

    def __init__(
        self,
        root: Path,
        *,
        log_dir: Path | None = None,
        batch: int = BATCH,
        disk: Disk | None = None,
    ) -> None:
        self.root = root
        self.log_dir = log_dir or root / "log"
        self.openings_dir = root / "openings"
        self._batch = batch
        self._disk = disk or Disk()

    @classmethod
    def open(
        cls,
        root: Path,
        *,
        log_dir: Path | None = None,
        batch: int = BATCH,
        disk: Disk | None = None,
    ) -> Log:
        """Open the log of a workspace; this changes nothing on disk.

        Args:
            root: folder of the workspace, or of what is private about a log by itself.
            log_dir: folder of a log by itself; ``log`` in ``root`` if not given.
            batch: each append is filled up to a multiple of this many entries.
            disk: steps that change files.

        Raises:
            WorkspaceError: when the workspace has no log.
            EvidenceError: when its checkpoint is broken.
        """
        log = cls(root, log_dir=log_dir, batch=batch, disk=disk)
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
        return proof_in(self.log_dir, index)

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
        with locked(self.log_dir):
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
            DiskError: when the disk refuses.
        """
        for record in records:
            require_record(record)
        appender = Appender(self.log_dir, self.root, batch=self._batch, disk=self._disk)
        logged = appender.append(records, last=True)
        return (
            range(logged[0].index, logged[-1].index + 1) if logged else range(self.size, self.size)
        )

    def _note(self) -> bytes:
        return read_note(self.log_dir)


def proof_in(log_dir: Path, index: int) -> str:
    """Give the proof that the checkpoint in a log's folder covers an entry (tlog-proof).

    Raises:
        WorkspaceError: when the folder has no checkpoint.
        ValueError: when the log has no such entry.
        EvidenceError: when the checkpoint or a tile is missing or broken.
    """
    note = read_note(log_dir)
    size = parse_checkpoint(parse_note(note).text).size
    hashes = inclusion_proof(index, size, TileReader(log_dir, size).subtree)
    return format_proof(Proof(index, tuple(hashes), note))
