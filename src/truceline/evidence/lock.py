"""One writer at a time: the lock that everyone holds who changes a log or its openings."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from truceline.errors import WorkspaceError

_PAUSE_S: Final = 0.002
"""How long to wait between two tries. Unit: s."""


@contextmanager
def locked(log_dir: Path, patience_s: float = 0.0) -> Iterator[None]:
    """Keep other processes from changing a log meanwhile; reading it needs no lock.

    The system lets go of the lock when the process ends, however it ends.

    Args:
        log_dir: folder of the log.
        patience_s: how long to wait for a process that holds it.

    Raises:
        WorkspaceError: when there is no such folder, or another process holds it too long.
    """
    try:
        descriptor = os.open(log_dir, os.O_RDONLY | os.O_DIRECTORY)
    except (FileNotFoundError, NotADirectoryError):
        raise WorkspaceError(f"{log_dir}: there is no log in this place") from None
    try:
        _take(descriptor, log_dir, patience_s)
        # A folder that was moved away while we waited has the lock of another log.
        if not os.path.samestat(os.fstat(descriptor), log_dir.stat()):
            raise WorkspaceError(f"{log_dir}: it was replaced just now; do the same again")
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, log_dir: Path, patience_s: float) -> None:
    left_s = patience_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if left_s <= 0:
                raise WorkspaceError(
                    f"another process is appending to the log of {log_dir}; try again"
                ) from None
        else:
            return
        time.sleep(_PAUSE_S)
        left_s -= _PAUSE_S
