"""What a verification found: the state of each entry, and each place that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from truceline.evidence.deletion import Decision


class EntryState(Enum):
    """What can be said of one entry of the log."""

    OPEN = "open"
    """The record is here, and the log holds its commitment."""
    SEALED = "sealed"
    """The log holds a commitment whose record is not here: not released, or lost."""
    LAWFULLY_DELETED = "lawfully deleted"
    """The record was deleted under a decision that stands open in the same log."""
    TAMPERED = "tampered"
    """Entry, record or salt are not what was logged."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    path: str
    """File, from the folder that holds the log's or the openings' folder."""
    index: int | None
    """Index of the entry concerned; ``None`` when it is not about one."""
    what: str
    """What is wrong, and at which bytes where that is known."""
    byte: int | None = None
    """First byte of the file that is wrong, as far as it can be told; ``None`` when it cannot."""

    def __str__(self) -> str:
        entry = "" if self.index is None else f", entry {self.index}"
        return f"{self.path}{entry}: {self.what}"


@dataclass(frozen=True, slots=True)
class LogReport:
    """The outcome of a verification."""

    origin: str
    """Name of the log, from its public key."""
    size: int
    """Entries that were looked at: those of the checkpoint, or, if that does not verify, those
    that the files show."""
    root: bytes | None
    """Root that the checkpoint states; ``None`` when it does not verify. Unit: 32 bytes."""
    problems: tuple[Problem, ...]
    """All that is wrong, file by file; empty when the log stands."""
    states: Mapping[EntryState, int]
    """How many entries are in each state."""
    sealed: tuple[range, ...]
    """Indices of the sealed entries."""
    padding: int
    """How many of the open entries only fill a batch."""
    pending: tuple[str, ...]
    """Files of an append that was cut off before its checkpoint; the next append removes them."""
    deleted: tuple[tuple[int, int], ...] = ()
    """Indices of the lawfully deleted entries, each with that of the decision."""
    undone: tuple[Decision, ...] = ()
    """Decisions to delete whose entry is still open: the deletion was cut off."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong. Sealed entries are not wrong: see ``complete``."""
        return not self.problems

    @property
    def complete(self) -> bool:
        """Whether nothing is wrong and every record is here, as in a mission's own workspace.

        Records that were lawfully deleted are missing nowhere.
        """
        return self.ok and not self.sealed


def states_of(size: int, sealed: int, deleted: int, tampered: int) -> Mapping[EntryState, int]:
    """Count the entries of each state; those that are in no other are open."""
    return {
        EntryState.OPEN: size - sealed - deleted - tampered,
        EntryState.SEALED: sealed,
        EntryState.LAWFULLY_DELETED: deleted,
        EntryState.TAMPERED: tampered,
    }


def ranges(indices: Sequence[int]) -> Iterator[range]:
    """Join neighbouring indices, which come in order.

    >>> list(ranges([1, 2, 5])), list(ranges([]))
    ([range(1, 3), range(5, 6)], [])
    """
    start = 0
    for at in range(1, len(indices) + 1):
        if at == len(indices) or indices[at] != indices[at - 1] + 1:
            yield range(indices[start], indices[at - 1] + 1)
            start = at
