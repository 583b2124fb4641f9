"""Lawful deletion: an entry that nobody can open any more, and the logged decision that says why.

A decision is a record of the log like any other, of type ``entry.deleted``. It names the entry by
index and by the SHA-256 of its bytes, so that it holds for that very entry. The line of a deleted
entry names the decision; without the decision, open in the same log, such a line proves nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from truceline.errors import EvidenceError
from truceline.evidence.durable import PRIVATE, Disk, put_files
from truceline.evidence.openings import deleted_line, file_name, read_openings

DECISION = "entry.deleted"
"""Type of the record of a decision to delete."""
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Decision:
    """A logged decision that an entry is to be deleted."""

    at: int
    """Leaf index of the decision."""
    index: int
    """Leaf index of the entry that is to be deleted."""
    entry_sha256: str
    """SHA-256 of the bytes of that entry. Unit: 64 hex digits."""


def decision_of(at: int, record: bytes) -> Decision | None:
    """Read a record as a decision; ``None`` when it is none, or deletes what comes after it.

    >>> decision_of(7, b'{"type":"padding"}') is None
    True
    """
    if b'"entry.deleted"' not in record:
        return None
    try:
        fields = json.loads(record)
        kind, index, digest = fields["type"], fields["index"], fields["entry_sha256"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if kind != DECISION or type(index) is not int or not 0 <= index < at:
        return None
    known = isinstance(digest, str) and _HASH.fullmatch(digest)
    return Decision(at, index, digest) if known else None


def decisions_of(records: Iterable[tuple[int, bytes]]) -> dict[int, Decision]:
    """Give the decisions among records, by their own index."""
    found = (decision_of(at, record) for at, record in records)
    return {decision.at: decision for decision in found if decision is not None}


def unlawful(
    index: int, at: int, decisions: Mapping[int, Decision], entry: bytes | None
) -> str | None:
    """Say what is wrong with a deleted entry's claim; ``None`` when it is lawful.

    Args:
        index: of the entry that is said to be deleted.
        at: index of the decision that its line names.
        decisions: those that are open and stand in the log, by their own index.
        entry: its bytes as the log holds them, if they can be read.
    """
    decision = decisions.get(at)
    if decision is None:
        return f"it is said to be deleted, but entry {at} is no decision that is open here"
    if decision.index != index:
        return f"it is said to be deleted, but the decision at {at} is about {decision.index}"
    if entry is None or hashlib.sha256(entry).hexdigest() != decision.entry_sha256:
        return f"it is said to be deleted, but the decision at {at} is about another entry"
    return None


def undone(decisions: Mapping[int, Decision], opened: Iterable[int]) -> tuple[Decision, ...]:
    """Give the decisions whose entries are still open: deleting them was cut off."""
    still = set(opened)
    return tuple(decisions[at] for at in sorted(decisions) if decisions[at].index in still)


def forget(openings_dir: Path, first: int, decision: Decision, disk: Disk | None = None) -> None:
    """Take salt and record of an entry out of its file of openings; afterwards nobody can open it.

    The file is written anew beside its place and renamed, so that it is the old or the new one
    whenever the machine stops. Doing it again changes nothing.

    Args:
        openings_dir: folder of the openings.
        first: first index of the file that opens the entry.
        decision: what its line will name.
        disk: steps that change files.

    Raises:
        EvidenceError: when the file is not whole, or has no line for the entry.
        OSError: when the disk refuses.
    """
    path = openings_dir / file_name(first)
    data = path.read_bytes()
    content = read_openings(data, first)
    if content.problems or not first <= decision.index < first + content.entries:
        raise EvidenceError(
            f"{openings_dir.name}/{path.name} is not whole, or does not speak of entry "
            f"{decision.index}; verify the log first, nothing was deleted from it"
        )
    lines = data.splitlines(keepends=True)
    lines[decision.index - first + 1] = deleted_line(decision.index, decision.at)
    put_files(disk or Disk(), {path: b"".join(lines)}, PRIVATE)
