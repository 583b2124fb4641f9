"""Originals of items: streamed into the raw files under their hash, read-only, never changed.

What is being written lies in ``.intake`` beside ``raw``, so that a machine that stops leaves no
part of a file where originals lie; the next hand-in clears it away.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from truceline.errors import EvidenceError, SourceError
from truceline.store.intake import CHUNK_BYTES, chunks_of, opened, too_large
from truceline.store.workspace import Workspace, sync_folder

READ_ONLY: Final = 0o400
"""Mode of an original."""
_ASIDE: Final = ".intake"


@dataclass(frozen=True, slots=True)
class Kept:
    """An original that is on the disk."""

    sha256: str
    size: int
    """Unit: bytes."""
    head: bytes
    """Its first bytes, to tell what kind of file it is."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes that are on the disk, and not yet among the raw files."""

    kept: Kept
    part: Path
    path: Path
    """Where they belong."""

    def put(self) -> Kept:
        """Move them to their place; what is held there already is looked at, and stays.

        Raises:
            EvidenceError: when the original that is held under this hash was changed.
            OSError: when the disk refuses.
        """
        _put(self.part, self.path, self.kept)
        return self.kept


def keep_file(workspace: Workspace, path: Path, largest_bytes: int) -> Kept:
    """Store a file that somebody gives; the same bytes twice are one file.

    Raises:
        SourceError: when it is no regular file, empty, too large, or changes meanwhile.
        EvidenceError: when the original that is held under this hash was changed.
        OSError: when the disk refuses, with the path.
    """
    with staged_file(workspace, path, largest_bytes) as staged:
        return staged.put()


def keep_chunks(
    workspace: Workspace, chunks: Iterable[bytes], largest_bytes: int, label: str
) -> Kept:
    """Store what comes in pieces, as an upload does.

    Raises:
        SourceError: when it is empty or too large.
        EvidenceError: when the original that is held under this hash was changed.
        OSError: when the disk refuses, with the path.
    """
    with staged_chunks(workspace, chunks, largest_bytes, label) as staged:
        return staged.put()


@contextmanager
def staged_file(workspace: Workspace, path: Path, largest_bytes: int) -> Iterator[Staged]:
    """Read a file that somebody gives; it is kept where the caller puts it in place.

    Raises:
        SourceError: when it is no regular file, empty, too large, or changes meanwhile.
        OSError: when the disk refuses, with the path.
    """
    with (
        opened(path, largest_bytes) as given,
        staged_chunks(workspace, chunks_of(given), largest_bytes, given.label) as staged,
    ):
        yield staged


@contextmanager
def staged_chunks(
    workspace: Workspace, chunks: Iterable[bytes], largest_bytes: int, label: str
) -> Iterator[Staged]:
    """Read what comes in pieces; it is kept where the caller puts it in place.

    Args:
        workspace: where.
        chunks: the bytes; only one piece is held in memory.
        largest_bytes: more is refused.
        label: how a message names it.

    Raises:
        SourceError: when it is empty or too large.
        OSError: when the disk refuses, with the path.
    """
    with _part(workspace.root / _ASIDE) as (file, path):
        try:
            kept = _written(file, chunks, largest_bytes, label)
            os.fchmod(file.fileno(), READ_ONLY)
            os.fsync(file.fileno())
        except OSError as error:  # a full disk names no file by itself
            number = error.errno or errno.EIO
            raise OSError(number, error.strerror or str(error), str(workspace.root)) from error
        yield Staged(kept, path, workspace.raw_path(kept.sha256))


def _written(file: BinaryIO, chunks: Iterable[bytes], largest_bytes: int, label: str) -> Kept:
    total, size, head = hashlib.sha256(), 0, b""
    for chunk in chunks:
        size += len(chunk)
        if size > largest_bytes:
            raise SourceError(too_large(label, size, largest_bytes))
        head = head or chunk[:CHUNK_BYTES]
        total.update(chunk)
        _write_all(file, chunk)
    if not size:
        raise SourceError(f"{label} is empty: it has nothing that could be kept or proved.")
    return Kept(total.hexdigest(), size, head)


def _write_all(file: BinaryIO, chunk: bytes) -> None:
    """Write a piece whole; a disk that is nearly full takes a part of it first."""
    left = memoryview(chunk)
    while left:
        left = left[file.write(left) :]


def _put(part: Path, path: Path, kept: Kept) -> None:
    """Move a whole file to its place; what is held already is looked at, and stays."""
    if path.exists():
        check_original(path, kept.sha256)
        path.chmod(READ_ONLY)
        return
    for folder in (path.parent.parent, path.parent):
        if not folder.is_dir():
            folder.mkdir(exist_ok=True)
            sync_folder(folder.parent)
    part.replace(path)
    sync_folder(path.parent)


@contextmanager
def _part(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Give a file to write to; gone afterwards, unless it was moved."""
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(
            lock, fcntl.LOCK_EX
        )  # held for a moment: nobody takes a new part for an old one
        _clear(folder)
        descriptor, name = tempfile.mkstemp(dir=folder, suffix=".part")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(lock)
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)


def _clear(folder: Path) -> None:
    """Remove what intakes that were cut off have left; one that goes on holds its lock."""
    for path in folder.glob("*.part"):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            continue  # it has come to its end just now
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)


def check_original(path: Path, sha256: str) -> None:
    """Compute the hash of an original anew, in pieces.

    Raises:
        EvidenceError: when it is missing, cannot be read, or was changed.
    """
    for _ in original_chunks(path, sha256):
        pass


def original_chunks(path: Path, sha256: str) -> Iterator[bytes]:
    """Read an original in pieces; its hash is checked at the end.

    Raises:
        EvidenceError: when it is missing, cannot be read, or was changed.
    """
    total = hashlib.sha256()
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            while chunk := file.read(CHUNK_BYTES):
                total.update(chunk)
                yield chunk
    except FileNotFoundError:
        raise EvidenceError(f"raw file {path} is missing; put back a copy") from None
    except OSError as error:
        raise EvidenceError(f"raw file {path} cannot be read: {error.strerror}") from None
    if total.hexdigest() != sha256:
        raise EvidenceError(
            f"raw file {path} was changed: its bytes do not give its name; put back a copy"
        )
