"""What an append that was cut off may have left behind: files that are no part of the log.

They lie beyond the end that the checkpoint signs, where an append from there writes, so nothing
that anyone was told rests on them, whatever their bytes. The next append removes them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Final

from truceline.evidence.durable import final_name, temporary
from truceline.evidence.layout import CHECKPOINT, ENTRIES, FULL, Tile, hashes_at
from truceline.evidence.openings import file_name, first_index, header_of

_GROUP: Final = 1000
"""Tiles that lie in one folder."""
_WINDOW: Final = 4 * FULL
"""Entries before the end in which files of openings may just be being merged."""


def leftovers(log_dir: Path, openings_dir: Path | None, size: int) -> tuple[Path, ...]:
    """List what an append to a log of this size, or a merge of openings, may have left.

    Args:
        log_dir: folder of the log.
        openings_dir: folder of the openings, if they are here.
        size: entries that the checkpoint covers.

    Raises:
        OSError: when a folder cannot be read.
    """
    found = [temporary(log_dir / CHECKPOINT)]
    levels = names_in(log_dir / "tile")
    for level in range(ENTRIES, (size.bit_length() + 7) // 8 + 3):
        if ("entries" if level == ENTRIES else str(level)) in levels:
            found += _tiles_beyond(log_dir, level, hashes_at(level, size))
    if openings_dir is not None and openings_dir.is_dir():
        found += _openings_beyond(openings_dir, size)
    return tuple(path for path in found if os.path.lexists(path))


def _tiles_beyond(log_dir: Path, level: int, count: int) -> Iterator[Path]:
    """Give the files of a level that hold more than its ``count`` hashes."""
    number = count // FULL
    while names := names_in((log_dir / Tile(level, number).path).parent):
        start = number // _GROUP * _GROUP
        for name in names:
            own = name.removesuffix(".p")
            if len(own) != 3 or not own.isdecimal() or start + int(own) < number:
                continue
            if own == name:
                yield log_dir / Tile(level, start + int(own)).path
            else:
                folder = log_dir / Tile(level, start + int(own)).partial_folder
                yield from _wider(folder, count - (start + int(own)) * FULL)
        number = start + _GROUP


def _wider(folder: Path, width: int) -> Iterator[Path]:
    """Give the partial forms that are wider than the one in use."""
    for name in names_in(folder):
        if name.isascii() and name.isdigit() and name[0] != "0" and width < int(name) < FULL:
            yield folder / name


def _openings_beyond(folder: Path, size: int) -> Iterator[Path]:
    yield folder / file_name(size)
    lowest = file_name(max(0, size - _WINDOW))
    near = []
    for name in names_in(folder):
        if (len(name), name) >= (len(lowest), lowest) and (first := first_index(name)) is not None:
            near.append(first)
        elif first_index(final_name(name) or "") is not None:
            yield folder / name
    yield from (folder / file_name(first) for first in _covered(folder, sorted(near)))


def _covered(folder: Path, firsts: list[int]) -> Iterator[int]:
    """Give the files all of whose lines an earlier file has as well, having been merged from them."""
    end, lines = 0, b""
    for first, following in zip_longest(firsts, firsts[1:]):
        if first < end and _lines_of(folder, first) in lines:
            yield first
        elif first >= end:
            end = first + entries_of(folder, first)
            merged = following is not None and following < end
            lines = _lines_of(folder, first) if merged else b""


def _lines_of(folder: Path, first: int) -> bytes:
    """Give what follows the header; a line feed, which is in no file of lines twice, if nothing."""
    return (folder / file_name(first)).read_bytes().partition(b"\n")[2] or b"\n\n"


def names_in(folder: Path) -> list[str]:
    """List the names in a folder, in order; none where there is no such folder.

    Raises:
        OSError: when it cannot be read.
    """
    try:
        with os.scandir(folder) as found:
            return sorted(entry.name for entry in found)
    except FileNotFoundError:
        return []


def entries_of(folder: Path, first: int) -> int:
    """Give how many entries a file of openings says that it opens; 0 when it does not say.

    Raises:
        OSError: when it cannot be read.
    """
    with (folder / file_name(first)).open("rb") as file:
        header = header_of(file.readline(80))
    return header[0] if header and header[1] == first else 0
