"""Appending to a log: several records under one checkpoint, durable before anybody is told.

Openings, tiles, entries and the checkpoint, still under a temporary name, are forced to the disk
together; then the checkpoint gets its name, and that is forced to the disk. So a checkpoint never
speaks of what is not there, and what an append that was cut off has left lies beyond its end.
The salt key on disk stands at or before the checkpoint, never after it. What is no longer needed is
removed behind the scenes: whoever waits to be told does not wait for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from truceline.errors import DiskError, TrucelineError
from truceline.evidence.checkpoint import Checkpoint, parse_checkpoint
from truceline.evidence.commitment import PADDING, Opening, SaltChain
from truceline.evidence.durable import PRIVATE, PUBLIC, Disk, aside, refusal, temporary, write_new
from truceline.evidence.keys import SALT_KEY, place_salt_key, salt_key_text, write_salt_key
from truceline.evidence.layout import CHECKPOINT, FULL, hashes_at
from truceline.evidence.leftovers import leftovers
from truceline.evidence.lock import locked
from truceline.evidence.merging import due, join
from truceline.evidence.note import parse_note
from truceline.evidence.openings import file_name, write_openings
from truceline.evidence.standing import Standing, clear_away, load, read_note
from truceline.evidence.tiles import Growth, grow

_LOGGABLE = re.compile(rb"[^\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry that is durable and covered by the checkpoint."""

    index: int
    """Its index in the log."""
    leaf: bytes
    """Its leaf hash. Unit: 32 bytes."""


class Appender:
    """Appends to one log, again and again, and knows meanwhile where it stands.

    It holds the log's lock only while it appends; where another process has appended in between,
    it reads anew where the log stands.
    """

    def __init__(
        self,
        log_dir: Path,
        root: Path,
        *,
        batch: int = 1,
        disk: Disk | None = None,
        patience_s: float = 0.0,
    ) -> None:
        """Take a log; nothing is read yet.

        Args:
            log_dir: folder of the log.
            root: folder with its ``keys`` and ``openings``.
            batch: each append is filled up to a multiple of this many entries.
            disk: steps that change files.
            patience_s: how long to wait for another process that is appending.
        """
        self.log_dir = log_dir
        self.root = root
        self.openings_dir = root / "openings"
        self._batch = batch
        self._disk = disk or Disk()
        self._patience_s = patience_s
        self._known: Standing | None = None
        self._chores: list[Future[None]] = []

    def append(self, records: Sequence[bytes], *, last: bool = False) -> tuple[Logged, ...]:
        """Add records as one batch under one new checkpoint.

        The batch is filled up with padding; no record, no batch. When this returns, the batch
        outlasts a power cut. When it raises, the batch is in the log with its checkpoint or not
        at all: read the records again before trying anew.

        Args:
            records: JSON on one line each; not that of the padding.
            last: whether no other is to follow soon, so that the salts move on at once.

        Returns:
            What the log now holds of them, in their order, without the padding.

        Raises:
            ValueError: when the bytes of a record cannot be logged; nothing was written.
            WorkspaceError: when this copy has no keys or another process is appending.
            EvidenceError: when the log on disk is not what its checkpoint says.
            DiskError: when the disk refuses.
        """
        for record in records:
            if not _LOGGABLE.fullmatch(record) or record == PADDING:
                raise ValueError("a record stands on one line and is not that of the padding")
        with self._standing() as before:
            if not records:
                return ()
            padding = [PADDING] * (-len(records) % self._batch)
            growth = self._commit(before, [*records, *padding], last=last)
            self._tidy(before, growth, wait_for_it=last)
        first = before.edge.size
        return tuple(
            Logged(first + at, leaf) for at, leaf in enumerate(growth.leaves[: len(records)])
        )

    def close(self) -> None:
        """Move the salts on to the end of the log, so that no secret of what is logged is left.

        Raises:
            TrucelineError: when the log cannot be written; nothing is lost but that.
        """
        wait(self._chores)
        if self._known is not None and self._known.kept < self._known.edge.size:
            with self._standing():
                self._keep_salts()

    @contextmanager
    def _standing(self) -> Iterator[Standing]:
        """Hold the log, and give where it stands; afterwards that is known only if all went well."""
        with locked(self.log_dir, self._patience_s):
            known, self._known = self._known, None
            try:
                text = parse_note(read_note(self.log_dir)).text
                if known is None or known.text != text:
                    known = load(self.log_dir, self.root, self._disk)
                self._known = known
                yield known
            except DiskError:
                self._known = None
                raise
            except OSError as error:
                self._known = None
                self._undo()
                outcome = "Nobody was told of this batch; what was told before is in the log."
                raise refusal(error, "appending to the log", outcome) from error
            except BaseException:
                self._known = None
                raise

    def _commit(self, before: Standing, records: Sequence[bytes], *, last: bool) -> Growth:
        openings, chain = _seal(before.chain, records)
        growth = grow(before.edge, [opening.entry for opening in openings])
        text = Checkpoint(before.signer.name, growth.edge.size, growth.root).text
        first = before.edge.size
        files = {self.openings_dir / file_name(first): (write_openings(openings), PRIVATE)}
        files |= {self.log_dir / t.path: (data, PUBLIC) for t, data in growth.files.items()}
        checkpoint, salts = self.log_dir / CHECKPOINT, self.root / SALT_KEY
        files[temporary(checkpoint)] = before.signer.sign(text), PUBLIC
        renamed, kept = [checkpoint], before.kept
        if last:
            files[temporary(salts)] = salt_key_text(chain), PRIVATE
        elif before.kept + FULL <= first:
            files[temporary(salts)] = salt_key_text(before.chain), PRIVATE
            renamed, kept = [checkpoint, salts], first
        write_new(self._disk, files)
        for path in renamed:
            self._disk.rename(temporary(path), path)
        self._disk.sync_all(path.parent for path in renamed)
        if last:  # only now: the salt key never stands beyond the checkpoint
            place_salt_key(self._disk, self.root)
            kept = growth.edge.size
        self._known = Standing(
            text=text,
            edge=growth.edge,
            chain=chain,
            kept=kept,
            files=(*before.files, (first, len(openings)))[-2 * FULL :],
            signer=before.signer,
        )
        return growth

    def _keep_salts(self) -> None:
        known = self._known
        if known is not None and known.kept < known.edge.size:
            write_salt_key(self._disk, self.root, known.chain)
            self._known = replace(known, kept=known.edge.size)

    def _tidy(self, before: Standing, growth: Growth, *, wait_for_it: bool) -> None:
        """Remove the partial forms of tiles that have become full; join files of openings."""
        done = []
        for tile in growth.files:
            was = hashes_at(tile.level, before.edge.size) - tile.number * FULL
            if tile.width == FULL and was > 0:
                done.append(self.log_dir / tile.partial_folder)
        known = self._known
        if known is not None and (run := due(known.files)):
            made, joined = join(self._disk, self.openings_dir, run)
            self._known = replace(known, files=(*known.files[: -len(run)], *made))
            done += joined
        if wait_for_it:
            clear_away(self._disk, done)
        elif done:
            self._chores = [chore for chore in self._chores if not chore.done()]
            self._chores.append(aside(clear_away, self._disk, done))

    def _undo(self) -> None:
        """Make room again after the disk refused: remove what lies beyond the checkpoint."""
        with suppress(OSError, TrucelineError):
            size = parse_checkpoint(parse_note(read_note(self.log_dir)).text).size
            for path in leftovers(self.log_dir, self.openings_dir, size):
                self._disk.remove(path)


def _seal(chain: SaltChain, records: Sequence[bytes]) -> tuple[list[Opening], SaltChain]:
    """Salt each record with the next secret of the chain."""
    openings = []
    for record in records:
        openings.append(Opening(chain.index, chain.salt(record), record))
        chain = chain.following()
    return openings, chain
