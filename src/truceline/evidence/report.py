"""What a verification found: the state of each entry, and each place that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class EntryState(Enum):
    """What can be said of one entry of the log."""

    OPEN = "open"
    """The record is here, and the log holds its commitment."""
    SEALED = "sealed"
    """The log holds a commitment whose record is not here: not released, or lost."""
    LAWFULLY_DELETED = "lawfully deleted"
    """The record was deleted under a logged decision. Nothing writes such decisions yet."""
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

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong. Sealed entries are not wrong: see ``complete``."""
        return not self.problems

    @property
    def complete(self) -> bool:
        """Whether nothing is wrong and every record is here, as in a mission's own workspace."""
        return self.ok and not self.sealed
