"""Writing files so that a crash or a power cut leaves the old file or the new one, never a part.

Each file is written beside its place under a temporary name, forced to the disk, renamed, and then
the folder is forced to the disk. The single steps are methods of ``Disk``, so that a test can stop
after any of them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

PRIVATE = 0o600
"""Mode of a file that only its owner may read."""
PUBLIC = 0o644
"""Mode of a file of the log."""


class Disk:
    """The steps that change files, one system call each."""

    def make_folder(self, folder: Path, mode: int) -> None:
        """Make one folder, whose parent exists."""
        folder.mkdir(mode)

    def write(self, path: Path, data: bytes, mode: int) -> None:
        """Write a file, not yet forced to the disk."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)

    def sync(self, path: Path) -> None:
        """Force a file's bytes, or a folder's names, to the disk."""
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Put a file in its place, over an earlier one."""
        old.replace(new)

    def remove(self, path: Path) -> None:
        """Remove a file, if it is there."""
        path.unlink(missing_ok=True)

    def remove_folder(self, folder: Path) -> None:
        """Remove an empty folder."""
        folder.rmdir()


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
        disk.sync(temporary(path))
    for path in files:
        disk.rename(temporary(path), path)
    for folder in sorted(folders):
        disk.sync(folder)


def make_folders(disk: Disk, folder: Path, mode: int) -> set[Path]:
    """Make a folder and what is missing above it; give the folders that got a new name in them."""
    if folder.is_dir():
        return set()
    changed = make_folders(disk, folder.parent, mode)
    disk.make_folder(folder, mode)
    return changed | {folder.parent}
