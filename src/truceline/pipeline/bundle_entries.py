"""Entries of the log as a bundle shows them: open, sealed or deleted, each with proof of its place."""

from __future__ import annotations

import base64
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from truceline.errors import EvidenceError
from truceline.evidence.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from truceline.evidence.commitment import PREFIX, Opening
from truceline.evidence.layout import FULL
from truceline.evidence.log import Log
from truceline.evidence.merkle import inclusion_proof
from truceline.evidence.note import Verifier, parse_note
from truceline.evidence.openings import OpeningsFile, file_name, first_index, read_openings
from truceline.evidence.tiles import TileReader
from truceline.pipeline.witnessing import COSIGNED


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry that a bundle shows."""

    index: int
    type: str
    """Type of its record."""
    withheld: str = ""
    """Why its content is not shown; empty: it is."""


@dataclass
class Prover:
    """One state of a log, from which entries are shown."""

    root: Path
    """Of the workspace."""
    note: str
    """Signed checkpoint, with all its signatures."""
    _files: dict[int, OpeningsFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        folder = self.root / "openings"
        firsts = (first_index(path.name) for path in folder.iterdir())
        self._firsts = sorted(first for first in firsts if first is not None)
        self._reader = TileReader(self.root / "log", self.checkpoint.size)

    @property
    def checkpoint(self) -> Checkpoint:
        """What the log has signed."""
        return parse_checkpoint(parse_note(self.note.encode()).text)

    def entries(self, shown: Iterable[Shown]) -> list[dict[str, Any]]:
        """Give entries with proofs, by leaf index, each once; what is shown anywhere is shown.

        Raises:
            EvidenceError: when the checkpoint does not cover one, or the log is damaged.
        """
        wanted: dict[int, Shown] = {}
        for one in shown:
            if one.index not in wanted or not one.withheld:
                wanted[one.index] = one
        return [self._entry(wanted[index]) for index in sorted(wanted)]

    def opening(self, index: int) -> Opening | None:
        """Give what opens an entry; ``None`` where that is not here."""
        content = self._file(index)
        found = content.openings if content is not None else ()
        return next((one for one in found if one.index == index), None)

    def _entry(self, one: Shown) -> dict[str, Any]:
        size = self.checkpoint.size
        if not 0 <= one.index < size:
            raise EvidenceError(
                f"entry {one.index} is not covered by the checkpoint over {size} entries yet"
            )
        entry = self._reader.bundle(one.index // FULL)[one.index % FULL]
        if not entry.startswith(PREFIX):
            raise EvidenceError(f"entry {one.index} is no commitment of a workspace")
        hashes = inclusion_proof(one.index, size, self._reader.subtree)
        return {
            "index": one.index,
            "commitment": entry.removeprefix(PREFIX).hex(),
            "hashes": [base64.b64encode(found).decode() for found in hashes],
            **self._content(one),
        }

    def _content(self, one: Shown) -> dict[str, Any]:
        content = self._file(one.index)
        if content is not None and one.index in content.deleted:
            decision = content.deleted[one.index]
            why = f"lawfully deleted under the decision at entry {decision}"
            return {"state": "deleted", "decision": decision, "type": one.type, "why": why}
        opening = self.opening(one.index)
        if one.withheld or opening is None:
            why = one.withheld or "its content is not in the hands of whoever made this bundle"
            return {"state": "sealed", "type": one.type, "why": why}
        record = opening.record.decode()
        return {"state": "open", "salt": opening.salt.hex(), "record": record}

    def _file(self, index: int) -> OpeningsFile | None:
        at = bisect_right(self._firsts, index) - 1
        if at < 0:
            return None
        first = self._firsts[at]
        if first not in self._files:
            data = (self.root / "openings" / file_name(first)).read_bytes()
            self._files[first] = read_openings(data, first)
        return self._files[first]


def best_note(root: Path, log: Verifier, last: int) -> str:
    """Give the checkpoint with the most cosignatures that covers an entry; of several the largest.

    A log may have grown since witnesses cosigned; what they cosigned is kept, and proofs under it
    can be made as long as the log is the one that it was.

    Args:
        root: of the workspace.
        log: the log's own key.
        last: leaf index of the newest entry that must be covered.

    Raises:
        WorkspaceError: when the workspace has no log.
    """
    best = Log.open(root).checkpoint_text()
    for path in (root / COSIGNED).glob("*.checkpoint"):
        note = path.read_text(encoding="utf-8")
        try:
            checkpoint, _ = open_checkpoint(note.encode(), log)
            stands = TileReader(root / "log", checkpoint.size).root() == checkpoint.root
        except EvidenceError:
            continue
        if stands and checkpoint.size > last and _worth(note) > _worth(best):
            best = note
    return best


def _worth(note: str) -> tuple[int, int]:
    parsed = parse_note(note.encode())
    return len(parsed.signatures), parse_checkpoint(parsed.text).size


def decisions_of(entries: Iterable[Mapping[str, Any]]) -> list[int]:
    """Give the leaf indices of the decisions under which some of the entries were deleted."""
    return [int(entry["decision"]) for entry in entries if entry["state"] == "deleted"]
