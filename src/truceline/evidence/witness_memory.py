"""Which logs a witness has ever cosigned, so that it knows when its memory of one was lost.

One file beside the key has a line for each: its name. A line is added, and forced to the disk, when
the first checkpoint of a log is stored and before its first cosignature is given out. So a witness
that stops between the two has the checkpoint and no line, which locks nothing out: the line is
added when it goes on.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from truceline.errors import EvidenceError
from truceline.evidence.durable import PRIVATE, Disk, put_files

COSIGNED_FILE: Final = "cosigned"


class Cosigned:
    """The names of the logs that were ever cosigned; names are added and never removed."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self._path = root / COSIGNED_FILE
        self._lock = root / "lock"
        self._disk = disk
        self._known: frozenset[str] = frozenset()

    def has(self, origin: str) -> bool:
        """Tell whether a log was ever cosigned; once it was, losing the file changes nothing here.

        Raises:
            EvidenceError: when the file is damaged.
            OSError: when it cannot be read.
        """
        return origin in self._known or origin in self._read()

    def add(self, origin: str) -> None:
        """Remember that a log is cosigned; when this returns, that outlasts a power cut.

        Raises:
            EvidenceError: when the file is damaged.
            OSError: when the disk refuses.
        """
        if origin in self._known:
            return
        with file_lock(self._lock):
            names = self._read()
            if origin not in names:
                names |= {origin}
                text = "".join(f"{name}\n" for name in sorted(names))
                put_files(self._disk, {self._path: text.encode()})
            self._known = names

    def _read(self) -> frozenset[str]:
        try:
            text = self._path.read_bytes().decode()
        except FileNotFoundError:
            return self._known
        except UnicodeDecodeError:
            text = "\n"
        *names, rest = text.split("\n")
        if rest or not all(names):
            raise EvidenceError(
                f"{self._path}: the state of this witness is damaged; it cosigns nothing more. "
                "Make a new witness with a new key; never put back an older state."
            )
        return self._known | frozenset(names)


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold a lock between threads and processes; wait for it.

    Raises:
        OSError: when the file cannot be made.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
