"""Verifying a whole log from its files: every byte of every file is accounted for.

Everything is computed anew: entries to leaf hashes to tiles to the root to the signed checkpoint,
and each opening against its entry. Files that nothing needs are named too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from truceline.errors import EvidenceError
from truceline.evidence import entries, merkle
from truceline.evidence.checkpoint import Checkpoint
from truceline.evidence.commitment import PADDING, Opening
from truceline.evidence.deletion import Decision, decisions_of, undone, unlawful
from truceline.evidence.filecheck import differences, wrong_entries
from truceline.evidence.layout import (
    CHECKPOINT,
    ENTRIES,
    FULL,
    Tile,
    hashes_at,
    parse_tile,
    tile_at,
    tiles_of,
)
from truceline.evidence.leftovers import leftovers
from truceline.evidence.note import Verifier, parse_vkey
from truceline.evidence.openings import file_name, first_index, read_openings
from truceline.evidence.recompute import Leaves, Settled, expected, rows_of, settle
from truceline.evidence.report import LogReport, Problem, ranges, states_of
from truceline.evidence.verify_whole import opened, whole_report

_TRIES = 12
"""How often a log is looked at anew that grows while it is being looked at."""
_UNSEEN_TILES = 4096
"""Bundles that may be missing before a checkpoint's size is no longer believed for looking."""


def verify_log(log_dir: Path, openings_dir: Path | None, vkey: str) -> LogReport:
    """Recompute a log from its files and say all that is wrong.

    Args:
        log_dir: folder with ``checkpoint`` and ``tile``.
        openings_dir: folder with the openings that you have; ``None`` when you have none.
        vkey: public key of the log, from a source other than the log's own folder.

    Raises:
        EvidenceError: when the public key itself is broken, or the log grows all the time.
        OSError: when a file cannot be read.
    """
    return examine_log(log_dir, openings_dir, parse_vkey(vkey))


def examine_log(log_dir: Path, openings_dir: Path | None, verifier: Verifier | None) -> LogReport:
    """Recompute a log as :func:`verify_log` does, without a key if there is none.

    Args:
        log_dir: folder with ``checkpoint`` and ``tile``.
        openings_dir: folder with the openings that you have; ``None`` when you have none.
        verifier: public key of the log; ``None``: the checkpoint is taken at its word.

    Raises:
        EvidenceError: when the log grows all the time.
        OSError: when a file cannot be read.
    """
    for _ in range(_TRIES):
        before = _seen(log_dir, openings_dir)
        report = whole_report(log_dir, openings_dir, verifier)
        gone: FileNotFoundError | None = None
        if report is None and _seen(log_dir, openings_dir) == before:
            try:
                report = _Verification(log_dir, openings_dir, verifier).report()
            except FileNotFoundError as error:
                gone = error
        if report is not None and (report.ok or _seen(log_dir, openings_dir) == before):
            return report
        if gone is not None and _seen(log_dir, openings_dir) == before:
            raise gone
    raise EvidenceError(  # old and new files were compared, which accuses nobody
        f"{log_dir} grew each of {_TRIES} times while it was being verified; verify a copy, or at a "
        "time at which less is appended"
    )


def _seen(log_dir: Path, openings_dir: Path | None) -> tuple[bytes, list[str]]:
    """Give what an append would change: the checkpoint, and the names of the files."""
    names = [f"{folder}/{name}" for folder, _, found in os.walk(log_dir) for name in found]
    if openings_dir is not None and openings_dir.is_dir():
        names += [path.name for path in openings_dir.iterdir()]
    try:
        return (log_dir / CHECKPOINT).read_bytes(), sorted(names)
    except OSError:
        return b"", sorted(names)


class _Verification:
    """One run: reads the files, settles what was logged, compares each file with that."""

    def __init__(self, log_dir: Path, openings_dir: Path | None, verifier: Verifier | None) -> None:
        self.log_dir = log_dir
        self.openings_dir = openings_dir
        self.verifier = verifier
        self.problems: list[Problem] = []
        self.pending: list[str] = []
        self.tampered: set[int] = set()
        self.spoken: dict[int, str] = {}
        self.deleted: dict[int, tuple[str, int]] = {}
        self.files = self._list(log_dir)
        self.tiles = {tile: path for path in self.files if (tile := parse_tile(path)) is not None}
        self.checkpoint = self._read_checkpoint()
        self.size = self._size()
        self.loose = self._loose()
        self.openings = self._read_openings()

    def report(self) -> LogReport:
        """Make the comparison."""
        settled = self._settle()
        leaves = self._leaves(settled)
        self._judge_root(settled, leaves)
        self._compare_tiles(settled, leaves)
        opened = self._compare_openings(leaves)
        decisions = decisions_of((i, self.openings[i][1].record) for i in opened - self.tampered)
        deleted = self._deleted(decisions, leaves) - self.tampered
        sealed = set(range(self.size)) - opened - self.tampered - deleted
        return LogReport(
            origin=self._origin(),
            size=self.size,
            root=self.checkpoint.root if self.checkpoint else None,
            problems=tuple(
                sorted(set(self.problems), key=lambda p: (p.path, p.index or 0, p.what))
            ),
            states=states_of(self.size, len(sealed), len(deleted), len(self.tampered)),
            sealed=tuple(ranges(sorted(sealed))),
            padding=sum(1 for i in opened - self.tampered if self.openings[i][1].record == PADDING),
            pending=tuple(sorted(self.pending)),
            deleted=tuple((index, self.deleted[index][1]) for index in sorted(deleted)),
            undone=undone(decisions, opened),
        )

    def _origin(self) -> str:
        if self.verifier is not None:
            return self.verifier.name
        return self.checkpoint.origin if self.checkpoint is not None else ""

    def _say(self, path: str, index: int | None, what: str, byte: int | None = None) -> None:
        self.problems.append(Problem(f"{self.log_dir.name}/{path}", index, what, byte))

    def _list(self, folder: Path) -> list[str]:
        """List the files of the log; anything that is no plain file is a problem."""
        found = []
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            relative = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                self._say(relative, None, "it is not a plain file; a log has no links")
            elif path.is_dir() and parse_tile(relative) is not None:
                self._say(relative, None, "it is a folder where a tile's file would be; remove it")
            elif path.is_file():
                found.append(relative)
        return found

    def _read_checkpoint(self) -> Checkpoint | None:
        if CHECKPOINT not in self.files:
            self._say(CHECKPOINT, None, "it is missing: nothing says what the log has signed")
            return None
        try:
            note = (self.log_dir / CHECKPOINT).read_bytes()
            return opened(note, self.verifier)
        except EvidenceError as error:
            self._say(CHECKPOINT, None, str(error))
            return None

    def _size(self) -> int:
        """Give how many entries to look at, never more than files could hold."""
        number = 0
        while Tile(ENTRIES, number) in self.tiles or Tile(0, number) in self.tiles:
            number += 1
        widths = [t.width for t in self.tiles if t.number == number and t.level in (ENTRIES, 0)]
        shown = number * FULL + max(widths, default=0)
        if self.checkpoint is None:
            return shown
        size = self.checkpoint.size
        seen = len({t.number for t in self.tiles if t.level in (ENTRIES, 0)})
        if size > FULL * (seen + _UNSEEN_TILES):
            self._say(CHECKPOINT, None, f"it speaks of {size} entries, the files show {shown}")
            return shown
        return size

    def _loose(self) -> frozenset[Path]:
        """Give the files of an append that was cut off, which are no part of the log.

        It wrote its openings first: where we would see them and they are not there, nothing was
        begun, and whatever lies beyond the end was put there by somebody else.
        """
        if self.checkpoint is None:
            return frozenset()
        found = leftovers(self.log_dir, self.openings_dir, self.size)
        if self.openings_dir is None or self.openings_dir / file_name(self.size) in found:
            return frozenset(found)
        return frozenset(path for path in found if path.parent == self.openings_dir)

    def _read_openings(self) -> dict[int, tuple[str, Opening]]:
        """Read all openings of the log, but those of an append that was cut off."""
        found: dict[int, tuple[str, Opening]] = {}
        if self.openings_dir is None or not self.openings_dir.is_dir():
            return found
        for path in sorted(self.openings_dir.iterdir()):
            name = f"{self.openings_dir.name}/{path.name}"
            first = first_index(path.name)
            if path in self.loose and path.is_file() and not path.is_symlink():
                self.pending.append(name)
            elif first is None or path.is_symlink() or not path.is_file():
                self.problems.append(Problem(name, None, "it is not a file of openings"))
            else:
                self._read_openings_file(path, name, first, found)
        return found

    def _read_openings_file(
        self, path: Path, name: str, first: int, found: dict[int, tuple[str, Opening]]
    ) -> None:
        content = read_openings(path.read_bytes(), first)
        self.problems += [Problem(name, index, what) for index, what in content.problems]
        for opening in content.openings:
            if self._first_word(name, opening.index):
                found[opening.index] = (name, opening)
        for index, decision in content.deleted.items():
            if self._first_word(name, index):
                self.deleted[index] = (name, decision)
        for index in content.sealed:
            self._first_word(name, index)

    def _first_word(self, name: str, index: int) -> bool:
        """Say so when the log has no such entry, or another file has spoken of it before."""
        what = ""
        if index >= self.size:
            what = f"the log has {self.size} entries, this is not one of them"
        elif index in self.spoken:
            what = f"{self.spoken[index]} opens this entry too"
        if what:
            self.problems.append(Problem(name, index, what))
        else:
            self.spoken[index] = name
        return not what

    def _settle(self) -> Settled:
        """Collect the versions of the leaves that the files give, and choose."""
        versions, parents = [], []
        for number in range(-(-self.size // FULL)):
            versions.append(self._versions(number))
            parents.append(self._parent(number))
        return settle(versions, parents, self.checkpoint.root if self.checkpoint else None)

    def _versions(self, number: int) -> list[Leaves]:
        """Give the leaves of a tile by its bundle, by itself, and by the openings."""
        width = tile_at(0, number, self.size).width
        bundle = entries.read(self._read(Tile(ENTRIES, number, width)), width)
        by_entry: list[bytes | None] = [merkle.leaf_hash(entry) for entry in bundle.entries]
        if bundle.broken_at is not None:
            by_entry = []
        tile = self._read(Tile(0, number, width))
        by_tile: list[bytes | None] = [
            tile[at : at + merkle.HASH_BYTES] for at in range(0, len(tile), merkle.HASH_BYTES)
        ]
        if len(tile) != width * merkle.HASH_BYTES:
            by_tile = []
        stored = by_entry or by_tile or [None] * width
        by_opening = list(stored)
        for i in range(width):
            if (opening := self.openings.get(number * FULL + i)) is not None:
                by_opening[i] = merkle.leaf_hash(opening[1].entry)
        versions = [tuple(leaves) for leaves in (by_entry, by_tile, by_opening) if leaves]
        return [v for v in (_known(version) for version in versions) if v is not None]

    def _parent(self, number: int) -> bytes | None:
        """Give the hash of a full tile as the tile above states it."""
        if number >= hashes_at(1, self.size):
            return None
        above = self._read(tile_at(1, number // FULL, self.size))
        at = number % FULL * merkle.HASH_BYTES
        return above[at : at + merkle.HASH_BYTES]

    def _read(self, tile: Tile) -> bytes:
        path = self.tiles.get(tile)
        return b"" if path is None else (self.log_dir / path).read_bytes()

    def _leaves(self, settled: Settled) -> list[bytes | None]:
        leaves: list[bytes | None] = []
        for number, chosen in enumerate(settled.tiles):
            width = tile_at(0, number, self.size).width
            leaves += chosen if chosen is not None else [None] * width
        return leaves

    def _judge_root(self, settled: Settled, leaves: Sequence[bytes | None]) -> None:
        if self.checkpoint is None or settled.proved:
            return
        if self.size and None in leaves:
            what = "its root cannot be computed: entries are missing"
        else:
            what = "its root is not that of the entries here: they were changed after it was signed"
        self._say(CHECKPOINT, None, what)

    def _compare_tiles(self, settled: Settled, leaves: list[bytes | None]) -> None:
        """Compare every file of the log with the settled leaves, and name those not needed."""
        rows = rows_of(leaves)
        for path in self.files:
            tile = parse_tile(path)
            if path == CHECKPOINT:
                continue
            if self.log_dir / path in self.loose:
                self.pending.append(f"{self.log_dir.name}/{path}")
                continue
            hashes = None if tile is None else expected(rows, tile)
            if tile is None or hashes is None:
                what = "it does not belong to the log of this checkpoint; who put it?"
                self._say(path, None, what)
                continue
            self._compare(path, tile, hashes)
            if tile.level in (ENTRIES, 0) and tile.number in settled.disputed:
                self._say(path, None, "bundle, tile and openings disagree here; see all three")
        for tile in tiles_of(self.size):
            if tile not in self.tiles:
                self._say(tile.path, None, "it is missing; restore it from a copy")

    def _compare(self, path: str, tile: Tile, hashes: Sequence[bytes | None]) -> None:
        data = (self.log_dir / path).read_bytes()
        for difference in differences(data, tile, hashes):
            self._say(path, difference.index, difference.what, difference.byte)
        if tile.level == ENTRIES:
            self.tampered |= wrong_entries(data, tile, hashes)

    def _compare_openings(self, leaves: Sequence[bytes | None]) -> set[int]:
        """Check each opening against its entry; give the indices that they open."""
        opened = set()
        for index, (name, opening) in self.openings.items():
            if leaves[index] == merkle.leaf_hash(opening.entry):
                opened.add(index)
                continue
            what = "record or salt are not those that were logged under this index"
            self.problems.append(Problem(name, index, what))
            self.tampered.add(index)
        return opened

    def _deleted(
        self, decisions: Mapping[int, Decision], leaves: Sequence[bytes | None]
    ) -> set[int]:
        """Give the indices that were deleted lawfully; a deletion that was not is a problem."""
        lawful = set()
        for index, (name, at) in self.deleted.items():
            what = unlawful(index, at, decisions, self._entry(index, leaves[index]))
            if what is None:
                lawful.add(index)
            else:
                self.problems.append(Problem(name, index, what))
        return lawful

    def _entry(self, index: int, leaf: bytes | None) -> bytes | None:
        """Give an entry by its bundle, if it is the one that was logged."""
        tile = tile_at(ENTRIES, index // FULL, self.size)
        found = entries.read(self._read(tile), tile.width).entries[index % FULL :][:1]
        return found[0] if found and merkle.leaf_hash(found[0]) == leaf else None


def _known(leaves: Sequence[bytes | None]) -> Leaves | None:
    known = tuple(leaf for leaf in leaves if leaf is not None)
    return known if len(known) == len(leaves) else None
