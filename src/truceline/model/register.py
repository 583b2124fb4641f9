"""The register of pledges over time: entries with their sources, what changed, what people ruled.

An entry is one undertaking as it was said: out of an agreement's ``pledges.yaml`` (coded and reviewed
by people) or out of articles (proposed by the reader until a person confirms it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from truceline.model.article import Span
from truceline.model.verified import Verified


class Origin(StrEnum):
    """How an entry came into the register."""

    CODED = "coded"
    """Written by people into the agreement's ``pledges.yaml``."""
    PROPOSED = "proposed"
    """Proposed by a reader, looked at by nobody yet."""
    CONFIRMED = "confirmed"
    """Proposed by a reader and confirmed, or corrected, by a person."""
    REJECTED = "rejected"
    """Proposed by a reader and rejected by a person; kept, and in no matrix."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an entry was said."""

    source: str
    """Name of a document, or key of the agreement's ``sources``."""
    outlet: str
    """Who published it; the source's own key where not known."""
    group: str
    """Independence group: outlets that copy one agency or one another share it."""
    reported: str | None
    """ISO day of publication; null where not known."""
    span: Span | None = None
    """Where in the document; null for a source outside the reading."""
    proposal: str = ""
    """Id of the proposal; empty for a coded entry."""
    types: tuple[str, ...] = ()
    """Domains that this source speaks of; empty: all of the entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One undertaking of one obligor as one or more sources give it."""

    id: str
    """Stable for the same sources."""
    obligor: str
    """Party id where the agreement knows it, else the canonical name."""
    name: str
    types: tuple[str, ...]
    """Domains, in the order of ``guarantees.register.DOMAINS``."""
    role: str
    """``lead``, ``contribute``, ``host`` or empty."""
    status: str
    """``pledged``, ``conditional``, ``considered``, ``undecided``, ``ruled_out``."""
    condition: str
    """In words; empty where none is stated."""
    condition_class: str
    """Kinds of the condition (``guarantees.register_conditions``): ``ceasefire``, ``request and
    end_of_hostilities``, ``ceasefire or peace_deal``; empty: no condition is stated."""
    limits: str
    size: str
    date: str | None
    """ISO day on which it was said; null where not known. Never guessed."""
    known_by: str | None
    """ISO day by which it is known to have been said: ``date``, or the earliest day of publication."""
    origin: Origin
    citations: tuple[Citation, ...]
    """Sorted by source and place; never empty."""
    summary: str = ""
    """For a coded entry, its own words."""
    beneficiary: str = ""
    verified: tuple[Verified, ...] = ()
    reviews: tuple[Review, ...] = ()
    """What persons said of it, oldest first."""
    months: tuple[str, ...] = ()
    """Months (``YYYY-MM``) in which it may have been said, as far as its articles tell; sorted."""

    @property
    def outlets(self) -> tuple[str, ...]:
        """Who published it, sorted."""
        return tuple(sorted({one.outlet for one in self.citations}))

    @property
    def groups(self) -> tuple[str, ...]:
        """Independent voices that tell of it, sorted."""
        return tuple(sorted({one.group for one in self.citations}))

    @property
    def single(self) -> bool:
        """Whether only one independent voice tells of it."""
        return len(self.groups) == 1

    def groups_for(self, domain: str) -> tuple[str, ...]:
        """Independent voices that tell of one domain of it, sorted."""
        speak = (one for one in self.citations if not one.types or domain in one.types)
        return tuple(sorted({one.group for one in speak}))


class Verdict(StrEnum):
    """What a person may say of a proposal or a contradiction."""

    CONFIRM = "confirm"
    """The proposal is right as it stands."""
    CORRECT = "correct"
    """The proposal is right with the given values in place of its own."""
    REJECT = "reject"
    """The proposal is wrong."""
    RULE = "rule"
    """Of a contradiction: which side is followed, or that both stand. Both stay on record."""


@dataclass(frozen=True, slots=True)
class Review:
    """A person's word on a proposal or a contradiction; only ever added to."""

    number: int
    """1, 2, ...; never reused."""
    verdict: Verdict
    target: str
    """Id of a proposal or of a contradiction."""
    target_sha256: str
    """Digest of the canonical JSON of what the person saw; a later reading that differs is flagged."""
    person: str
    time: datetime
    """UTC."""
    reason: str
    """Never empty."""
    values: Mapping[str, str] = field(default_factory=dict)
    """For ``correct``: field to value. For ``rule``: ``side`` (its position from 0, or ``both``)."""


class Turn(StrEnum):
    """What became of an obligor's undertaking in one domain between two days."""

    NEW = "new"
    STRONGER = "stronger"
    WEAKER = "weaker"
    CONDITION = "condition"
    """Same status, other condition or limits."""
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the register between two days."""

    obligor: str
    name: str
    domain: str
    turn: Turn
    before: Entry | None
    """Null where nothing was said before."""
    after: Entry


@dataclass(frozen=True, slots=True)
class DiplomaticEvent:
    """A summit, a call, talks or a declaration."""

    id: str
    kind: str
    """``summit``, ``call``, ``talks``, ``declaration``, ``statement``, ``demand``, ``visit``."""
    name: str
    place: str
    """Empty where not known."""
    start: str
    """ISO day, month (``2022-03``) or year: as exact as the sources."""
    end: str
    """As ``start``; the same for an event of one day."""
    participants: tuple[Counted, ...]
    summary: str
    """Own words."""
    sources: tuple[str, ...]
    """Keys of the agreement's ``sources``."""
    verified: tuple[Verified, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """Who took part, as one source counts them."""

    source: str
    count: int | None
    """Null where the source gives no number."""
    of: str
    """What is counted, in words: states, participants, leaders."""
    named: tuple[str, ...] = ()
    """Party ids or names that the source gives."""


@dataclass(frozen=True, slots=True)
class Framework:
    """An earlier text or plan that later ones lean on."""

    id: str
    title: str
    date: str
    """ISO day, month or year; ``unknown``."""
    status: str
    """``in_force``, ``adopted`` (as a text; what it promises waits for its condition), ``lapsed``,
    ``never_agreed``, ``demand``, ``reported_not_agreed``."""
    terms: tuple[str, ...]
    """Own words, one sentence each."""
    relied_on_by: tuple[str, ...]
    """Party ids or documents that lean on it, each with how, in words."""
    sources: tuple[str, ...]
    verified: tuple[Verified, ...] = ()
