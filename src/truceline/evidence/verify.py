"""Verifying a whole log from its files: every byte of every file is accounted for.

Everything is computed anew: entries to leaf hashes to tiles to the root to the signed checkpoint,
and each opening against its entry. Files that nothing needs are named too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from truceline.errors import EvidenceError
from truceline.evidence import entries, merkle
from truceline.evidence.checkpoint import Checkpoint, open_checkpoint
from truceline.evidence.commitment import PADDING, Opening
from truceline.evidence.durable import final_name
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
from truceline.evidence.note import Verifier, parse_vkey
from truceline.evidence.openings import file_name, first_index, read_openings
from truceline.evidence.recompute import Leaves, Settled, expected, rows_of, settle
from truceline.evidence.report import EntryState, LogReport, Problem

_UNSEEN_TILES = 4096
"""Bundles that may be missing before a checkpoint's size is no longer believed for looking."""


def verify_log(log_dir: Path, openings_dir: Path | None, vkey: str) -> LogReport:
    """Recompute a log from its files and say all that is wrong.

    Args:
        log_dir: folder with ``checkpoint`` and ``tile``.
        openings_dir: folder with the openings that you have; ``None`` when you have none.
        vkey: public key of the log, from a source other than the log's own folder.

    Raises:
        EvidenceError: when the public key itself is broken.
        OSError: when a file cannot be read.
    """
    return _Verification(log_dir, openings_dir, parse_vkey(vkey)).report()


class _Verification:
    """One run: reads the files, settles what was logged, compares each file with that."""

    def __init__(self, log_dir: Path, openings_dir: Path | None, verifier: Verifier) -> None:
        self.log_dir = log_dir
        self.openings_dir = openings_dir
        self.verifier = verifier
        self.problems: list[Problem] = []
        self.pending: list[str] = []
        self.tampered: set[int] = set()
        self.files = self._list(log_dir)
        self.tiles = {tile: path for path in self.files if (tile := parse_tile(path)) is not None}
        self.checkpoint = self._read_checkpoint()
        self.size = self._size()
        self.batch_at_end: tuple[Opening, ...] = ()
        self.openings = self._read_openings()

    def report(self) -> LogReport:
        """Make the comparison."""
        settled = self._settle()
        leaves = self._leaves(settled)
        self._judge_root(settled, leaves)
        self._compare_tiles(settled, leaves)
        opened = self._compare_openings(leaves)
        sealed = set(range(self.size)) - opened - self.tampered
        states = Counter({EntryState.OPEN: len(opened - self.tampered)})
        states[EntryState.SEALED] = len(sealed)
        states[EntryState.LAWFULLY_DELETED] = 0
        states[EntryState.TAMPERED] = len(self.tampered)
        return LogReport(
            origin=self.verifier.name,
            size=self.size,
            root=self.checkpoint.root if self.checkpoint else None,
            problems=tuple(
                sorted(set(self.problems), key=lambda p: (p.path, p.index or 0, p.what))
            ),
            states=states,
            sealed=tuple(_ranges(sorted(sealed))),
            padding=sum(1 for i in opened - self.tampered if self.openings[i][1].record == PADDING),
            pending=tuple(sorted(self.pending)),
        )

    def _say(self, path: str, index: int | None, what: str) -> None:
        self.problems.append(Problem(f"{self.log_dir.name}/{path}", index, what))

    def _list(self, folder: Path) -> list[str]:
        """List the files of the log; anything that is no plain file is a problem."""
        found = []
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            relative = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                self._say(relative, None, "it is not a plain file; a log has no links")
            elif path.is_file():
                found.append(relative)
        return found

    def _read_checkpoint(self) -> Checkpoint | None:
        if CHECKPOINT not in self.files:
            self._say(CHECKPOINT, None, "it is missing: nothing says what the log has signed")
            return None
        try:
            note = (self.log_dir / CHECKPOINT).read_bytes()
            return open_checkpoint(note, self.verifier)[0]
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

    def _read_openings(self) -> dict[int, tuple[str, Opening]]:
        """Read all openings of the log; keep apart those of an append that was cut off."""
        found: dict[int, tuple[str, Opening]] = {}
        if self.openings_dir is None or not self.openings_dir.is_dir():
            return found
        for path in sorted(self.openings_dir.iterdir()):
            name = f"{self.openings_dir.name}/{path.name}"
            first = first_index(path.name)
            if final_name(path.name) == file_name(self.size) and path.is_file():
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
        if first == self.size and self.checkpoint and not content.problems:
            self.batch_at_end = content.openings
            self.pending.append(name)
            return
        for opening in content.openings:
            if opening.index >= self.size:
                what = f"the log has {self.size} entries, this is not one of them"
                self.problems.append(Problem(name, opening.index, what))
            elif opening.index in found:
                what = f"{found[opening.index][0]} opens this entry too"
                self.problems.append(Problem(name, opening.index, what))
            else:
                found[opening.index] = (name, opening)

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
        later = [merkle.leaf_hash(opening.entry) for opening in self.batch_at_end]
        rows_after = rows_of([*leaves, *later])
        unfinished = set(tiles_of(self.size + len(later), since=self.size)) if later else set()
        for path in self.files:
            tile = parse_tile(path)
            if path == CHECKPOINT:
                continue
            if tile is None or (tile in unfinished) or expected(rows, tile) is None:
                self._compare_beyond(path, tile, unfinished, rows_after)
                continue
            self._compare(path, tile, expected(rows, tile) or [])
            if tile.level in (ENTRIES, 0) and tile.number in settled.disputed:
                self._say(path, None, "bundle, tile and openings disagree here; see all three")
        for tile in tiles_of(self.size):
            if tile not in self.tiles:
                self._say(tile.path, None, "it is missing; restore it from a copy")

    def _compare(self, path: str, tile: Tile, hashes: Sequence[bytes | None]) -> None:
        data = (self.log_dir / path).read_bytes()
        for difference in differences(data, tile, hashes):
            self._say(path, difference.index, difference.what)
        if tile.level == ENTRIES:
            self.tampered |= wrong_entries(data, tile, hashes)

    def _compare_beyond(
        self,
        path: str,
        tile: Tile | None,
        unfinished: set[Tile],
        rows: Sequence[Sequence[bytes | None]],
    ) -> None:
        """Tell what a cut-off append has left from what does not belong here."""
        folder, _, name = path.rpartition("/")
        meant = final_name(name)
        intended = f"{folder}/{meant}".lstrip("/") if meant is not None else ""
        if tile in unfinished and tile is not None:
            hashes = expected(rows, tile) or []
            found = differences((self.log_dir / path).read_bytes(), tile, hashes)
            for difference in found:
                self._say(path, difference.index, f"{difference.what} (append that was cut off)")
            if not found:
                self.pending.append(f"{self.log_dir.name}/{path}")
        elif unfinished and (intended == CHECKPOINT or parse_tile(intended) in unfinished):
            self.pending.append(f"{self.log_dir.name}/{path}")
        else:
            self._say(path, None, "it does not belong to the log of this checkpoint; who put it?")

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


def _known(leaves: Sequence[bytes | None]) -> Leaves | None:
    known = tuple(leaf for leaf in leaves if leaf is not None)
    return known if len(known) == len(leaves) else None


def _ranges(indices: Sequence[int]) -> Iterator[range]:
    """Join neighbouring indices."""
    start = 0
    for at in range(1, len(indices) + 1):
        if at == len(indices) or indices[at] != indices[at - 1] + 1:
            yield range(indices[start], indices[at - 1] + 1)
            start = at
