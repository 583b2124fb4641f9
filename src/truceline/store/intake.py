"""Reading files that others give: regular ones only, whole, unchanged meanwhile, of bounded size."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from truceline.errors import SourceError

LARGEST_ITEM_BYTES: Final = 2 << 30
"""Of one file, where ``truceline.toml`` says nothing else."""
CHUNK_BYTES: Final = 1 << 20
"""How much of a file is held in memory."""
_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True, slots=True)
class Given:
    """A file that somebody gives, open for reading."""

    file: BinaryIO
    size: int
    """When it was opened. Unit: bytes."""
    label: str
    """How a message names it; safe on a terminal."""


@contextmanager
def opened(path: Path, largest_bytes: int, *, follow: bool = False) -> Iterator[Given]:
    """Open a file that somebody gives.

    Args:
        path: where it lies.
        largest_bytes: more is refused before a byte is read.
        follow: whether a symbolic link is followed; what it leads to must be a regular file too.

    Raises:
        SourceError: when it is no regular file, empty, too large, or cannot be opened.
    """
    label = label_of(str(path))
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
    try:
        descriptor = os.open(path, flags if follow else flags | os.O_NOFOLLOW)
    except (OSError, ValueError) as error:
        raise SourceError(_why_not(error, label)) from None
    try:  # a folder opens as well, and becomes no file
        size = _size_of(os.fstat(descriptor), label, largest_bytes)
    except BaseException:
        os.close(descriptor)
        raise
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        yield Given(file, size, label)


def label_of(name: str) -> str:
    r"""Give a name as a message may show it: signs that would steer a terminal stand as numbers.

    >>> label_of("data/a.csv"), label_of("a\n\u202eb")
    ('data/a.csv', 'a\\n\\u202eb')
    """
    return name if name.isprintable() else repr(name)[1:-1]


def _why_not(error: OSError | ValueError, label: str) -> str:
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return f"{label} is a symbolic link, and where it leads may change; give the file itself."
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return f"{label}: cannot be read ({reason}); check the path."


def _size_of(status: os.stat_result, label: str, largest_bytes: int) -> int:
    """Give the size of a regular file that may be taken in.

    Raises:
        SourceError: when it is none, empty or too large.
    """
    if not stat.S_ISREG(status.st_mode):
        kind = next((name for test, name in _KINDS if test(status.st_mode)), "no regular file")
        raise SourceError(f"{label}: cannot be read, it is {kind}; give a regular file.")
    if status.st_size == 0:
        raise SourceError(f"{label} is empty: it has nothing that could be kept or proved.")
    if status.st_size > largest_bytes:
        raise SourceError(too_large(label, status.st_size, largest_bytes))
    return status.st_size


def too_large(label: str, size: int, largest_bytes: int) -> str:
    """Say that something is larger than is taken in."""
    return (
        f"{label} has {size} bytes and {largest_bytes} are taken in at most; split it, or raise "
        "`largest_item_bytes` under [custody] in truceline.toml."
    )


def chunks_of(given: Given) -> Iterator[bytes]:
    """Read a file in pieces and refuse it where it changes meanwhile.

    Raises:
        SourceError: when it changes while it is read, or cannot be read to its end.
    """
    before = _state(given.file)
    read = 0
    try:
        while read <= given.size and (chunk := given.file.read(CHUNK_BYTES)):
            read += len(chunk)
            yield chunk
    except OSError as error:
        raise SourceError(
            f"{given.label}: cannot be read to its end ({error.strerror}); check the disk."
        ) from None
    if read != given.size or _state(given.file) != before:
        raise SourceError(
            f"{given.label} was changed while it was read; wait until nobody writes there, then "
            "do the same again."
        )


def _state(file: BinaryIO) -> tuple[int, int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def read_whole(path: Path, largest_bytes: int, *, follow: bool = False) -> bytes:
    """Read a file that somebody gives into memory.

    Raises:
        SourceError: when it is no regular file, empty, too large, or changes meanwhile.
    """
    with opened(path, largest_bytes, follow=follow) as given:
        return b"".join(chunks_of(given))
