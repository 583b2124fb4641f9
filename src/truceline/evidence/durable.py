"""Writing files so that a crash or a power cut leaves the old file or the new one, never a part.

Each file is written beside its place under a temporary name, forced to the disk, renamed, and then
the folder is forced to the disk. What can be forced together is: a disk does several such requests
at once in the time of one. The single steps are methods of ``Disk``, so that a test can stop after
any of them.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from pathlib import Path
from typing import ParamSpec

from truceline.errors import DiskError

PRIVATE = 0o600
"""Mode of a file that only its owner may read."""
PUBLIC = 0o644
"""Mode of a file of the log."""
P = ParamSpec("P")


class Disk:
    """The steps that change files, one system call each."""

    def make_folder(self, folder: Path, mode: int) -> None:
        """Make one folder, whose parent exists."""
        folder.mkdir(mode)

    def write(self, path: Path, data: bytes, mode: int) -> None:
        """Write a file, not yet forced to the disk."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                rest = memoryview(data)
                while rest:
                    rest = rest[file.write(rest) :]
        except OSError as error:
            raise _named(error, path) from None

    def sync(self, path: Path) -> None:
        """Force a file's bytes, or a folder's names, to the disk."""
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            raise _named(error, path) from None
        finally:
            os.close(descriptor)

    def sync_all(self, paths: Iterable[Path]) -> None:
        """Force several files and folders to the disk, all at once."""
        ordered = tuple(dict.fromkeys(paths))
        if len(ordered) < 2:
            for path in ordered:
                self.sync(path)
            return
        asked = [_pool().submit(self.sync, path) for path in ordered]
        wait(asked)
        for answer in asked:
            answer.result()

    def rename(self, old: Path, new: Path) -> None:
        """Put a file in its place, over an earlier one."""
        old.replace(new)

    def remove(self, path: Path) -> None:
        """Remove a file, if it is there."""
        path.unlink(missing_ok=True)

    def remove_folder(self, folder: Path) -> None:
        """Remove an empty folder."""
        folder.rmdir()


def _named(error: OSError, path: Path) -> OSError:
    """Say which file it was: the system does not, where it was told a number only."""
    return OSError(error.errno, error.strerror, str(path))


@cache
def _pool() -> ThreadPoolExecutor:
    """Give the threads that wait for the disk."""
    return ThreadPoolExecutor(8, thread_name_prefix="disk")


os.register_at_fork(after_in_child=_pool.cache_clear)  # threads do not outlive a fork


def aside(work: Callable[P, None], *arguments: P.args, **named: P.kwargs) -> Future[None]:
    """Do something on the disk that nobody waits for."""
    return _pool().submit(work, *arguments, **named)


def temporary(path: Path) -> Path:
    """Give the name under which a file is written before it is renamed.

    >>> temporary(Path("log/checkpoint")).name
    '.checkpoint.tmp'
    """
    return path.with_name(f".{path.name}.tmp")


def final_name(name: str) -> str | None:
    """Give the name that a temporary file was to get, ``None`` when it is no such file.

    >>> final_name(".checkpoint.tmp"), final_name("checkpoint")
    ('checkpoint', None)
    """
    if name.startswith(".") and name.endswith(".tmp"):
        return name[1:-4]
    return None


def put_files(disk: Disk, files: Mapping[Path, bytes], mode: int = PUBLIC) -> None:
    """Write files; when this returns, all of them and their folders outlast a power cut.

    Raises:
        OSError: when the disk refuses; each file is then its old or its new self.
    """
    folders = {path.parent for path in files}
    for folder in sorted(folders):
        folders |= make_folders(disk, folder, 0o700 if mode == PRIVATE else 0o755)
    for path, data in files.items():
        disk.write(temporary(path), data, mode)
    disk.sync_all(temporary(path) for path in files)
    for path in files:
        disk.rename(temporary(path), path)
    disk.sync_all(sorted(folders))


def write_new(disk: Disk, files: Mapping[Path, tuple[bytes, int]]) -> None:
    """Write files under names that nobody reads yet; when this returns, they outlast a power cut.

    Args:
        disk: steps that change files.
        files: bytes and mode of each. Their folders are made where they are missing.

    Raises:
        OSError: when the disk refuses; what is under these names then is not to be read.
    """
    # A temporary name need not last: the name that it gives way to will.
    folders = dict.fromkeys(p.parent for p in files if final_name(p.name) is None)
    for path, (_, mode) in files.items():
        made = make_folders(disk, path.parent, 0o700 if mode == PRIVATE else 0o755)
        folders |= dict.fromkeys(sorted(made))
    for path, (data, mode) in files.items():
        disk.write(path, data, mode)
    disk.sync_all([*files, *folders])


def make_folders(disk: Disk, folder: Path, mode: int) -> set[Path]:
    """Make a folder and what is missing above it; give the folders that got a new name in them."""
    if folder.is_dir():
        return set()
    changed = make_folders(disk, folder.parent, mode)
    disk.make_folder(folder, mode)
    return changed | {folder.parent}


_REFUSALS = {
    errno.ENOSPC: "no space is left on the disk; make room and do the same again",
    errno.EDQUOT: "the disk quota is used up; make room and do the same again",
    errno.EFBIG: "the system's limit for the size of a file is reached; raise it (ulimit -f)",
    errno.EROFS: "the disk can only be read; mount it for writing, or work on a copy",
    errno.EACCES: "no permission; do it as the owner of the folder, or let this user write there",
    errno.EPERM: "no permission; do it as the owner of the folder, or let this user write there",
    errno.EIO: "the disk fails; save what is on it, then verify the log on another disk",
}


def refusal(error: OSError, doing: str, outcome: str) -> DiskError:
    """Say which file the disk has refused, why, and what to do.

    Args:
        error: what the system said.
        doing: what was being done.
        outcome: what holds now.

    >>> str(refusal(OSError(errno.ENOSPC, "", "log/checkpoint"), "appending", "Nothing changed."))
    'log/checkpoint: appending: no space is left on the disk; make room and do the same again. Nothing changed.'
    """
    why = _REFUSALS.get(error.errno or 0, f"{error.strerror or error}; check the disk")
    return DiskError(f"{error.filename or 'a file'}: {doing}: {why}. {outcome}")
