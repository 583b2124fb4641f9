"""What the pages of the register are made of: everything as data, looked up and decided before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from truceline.model.agreement import Agreement
from truceline.model.article import Disagreement, Reading
from truceline.model.register import (
    Change,
    DiplomaticEvent,
    Entry,
    Framework,
    Origin,
    Review,
)


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What one obligor said in one domain at the day shown."""

    domain: str
    entries: tuple[Entry, ...]
    """The entry that heads the cell first; never empty."""
    single: bool = False
    """Only one independent voice tells of what the heading entry says in this domain."""

    @property
    def head(self) -> Entry:
        """The entry that the cell shows."""
        return self.entries[0]

    @property
    def differs(self) -> bool:
        """Whether entries of the cell have different statuses."""
        return len({entry.status for entry in self.entries}) > 1


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One obligor with its cells; a domain without a word has no cell."""

    obligor: str
    name: str
    group: bool
    """A group of states, whose rows stand before those of single states."""
    cells: tuple[MatrixCell, ...]

    def cell(self, domain: str) -> MatrixCell | None:
        """Give the cell of a domain; null where the sources say nothing."""
        return next((cell for cell in self.cells if cell.domain == domain), None)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A place where sources differ, with its id and what persons ruled."""

    id: str
    item: Disagreement
    rulings: tuple[Review, ...] = ()
    """All of them, oldest first. Both sides stay on record."""
    ruling: Review | None = None
    """The one that holds; null: open, or ruled on words that have changed since."""

    @property
    def open(self) -> bool:
        """Whether no ruling holds."""
        return self.ruling is None


@dataclass(frozen=True, slots=True)
class RegisterView:
    """Everything that a set of register pages shows."""

    title: str
    day: str
    """ISO day at which the matrix is shown."""
    agreement: Agreement | None
    """Null where the register is made of articles alone."""
    entries: tuple[Entry, ...]
    """All entries that ever were, rejected ones too."""
    matrix: tuple[MatrixRow, ...]
    """Groups first. Holds no rejected entry and none that was not known by ``day``."""
    changes: tuple[Change, ...]
    changes_since: str | None
    """ISO day that ``changes`` start from; null where no day was asked for."""
    reading: Reading
    disputes: tuple[Dispute, ...]
    reviews: tuple[Review, ...]
    """Oldest first."""
    events: tuple[DiplomaticEvent, ...]
    frameworks: tuple[Framework, ...]
    notes: tuple[str, ...] = ()
    """Caveats that the pages repeat."""
    speakers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Obligor to the canonical names of those who speak for it, where known."""
    alone: tuple[Entry, ...] | None = None
    """Entries of which, at ``day``, one voice alone tells; null: those with one group of sources."""
    stale: frozenset[int] = frozenset()
    """Numbers of reviews whose target has changed since; they decide nothing."""
    words: bool = True
    """Show words of the articles. False for pages that leave the house: every line then leads to the
    list of places of its document, and no text of others is written."""

    @property
    def caveats(self) -> tuple[str, ...]:
        """The notes, and those of the agreement, each once."""
        of_agreement = self.agreement.notes if self.agreement else ()
        return tuple(dict.fromkeys((*self.notes, *of_agreement)))

    @property
    def shown(self) -> tuple[Entry, ...]:
        """The entries that count: all but the rejected ones."""
        return tuple(e for e in self.entries if e.origin is not Origin.REJECTED)
