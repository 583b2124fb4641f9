"""Joining small files of openings, so that a log that grows entry by entry has few of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from truceline.evidence.durable import PRIVATE, Disk, put_files
from truceline.evidence.layout import FULL
from truceline.evidence.leftovers import entries_of, names_in
from truceline.evidence.openings import file_name, first_index

MOST_FILES: Final = 8
"""Files that may open ``FULL`` entries between them."""

Files = tuple[tuple[int, int], ...]
"""First index and number of entries of neighbouring files, in order."""


def last_files(folder: Path, size: int) -> Files:
    """List the files that open the last entries, as far back as they may have to be joined.

    Raises:
        OSError: when they cannot be read.
    """
    lowest = file_name(max(0, size - 2 * FULL))
    near = (
        first_index(name) for name in names_in(folder) if (len(name), name) >= (len(lowest), lowest)
    )
    return tuple(
        (first, entries_of(folder, first)) for first in sorted(f for f in near if f is not None)
    )


def due(files: Files) -> Files:
    """Give those of the last files that are to be joined; none while they are few.

    >>> len(due(tuple((n, 1) for n in range(255)))), len(due(tuple((n, 1) for n in range(256))))
    (0, 256)
    >>> due(((0, 64), (64, 64), (128, 64), (192, 64)))
    ()
    """
    run: list[tuple[int, int]] = []
    total = 0
    for first, entries in reversed(files):
        if not 0 < entries < FULL or (run and first + entries != run[-1][0]):
            break
        run.append((first, entries))
        total += entries
        if total >= FULL:
            return tuple(reversed(run)) if len(run) > MOST_FILES else ()
    return ()


def join(disk: Disk, folder: Path, run: Files) -> tuple[Files, list[Path]]:
    """Write one file in place of several; the lines stay as they are.

    The new file gets the first one's name by renaming: whenever the machine stops, each entry is
    opened. Files that are not as they say are left alone: joining would hide what is wrong.

    Returns:
        The files that there are now, and those that may go.

    Raises:
        OSError: when the disk refuses.
    """
    lines = [_lines(folder, first, entries) for first, entries in run]
    first, total = run[0][0], sum(entries for _, entries in run)
    if b"" in lines:
        return run, []
    data = b'{"entries":%d,"first":%d}\n' % (total, first) + b"".join(lines)
    put_files(disk, {folder / file_name(first): data}, PRIVATE)
    return ((first, total),), [folder / file_name(other) for other, _ in run[1:]]


def _lines(folder: Path, first: int, entries: int) -> bytes:
    """Give the lines of a file without its header; none when they are not as many as it says."""
    try:
        header, _, lines = (folder / file_name(first)).read_bytes().partition(b"\n")
    except FileNotFoundError:
        return b""
    whole = header == b'{"entries":%d,"first":%d}' % (entries, first) and lines.endswith(b"\n")
    return lines if whole and lines.count(b"\n") == entries else b""
