"""What a text says about itself: its words, its life, who decides, what is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from truceline.model.interval import Interval
from truceline.model.verified import Verified


@dataclass(frozen=True, slots=True)
class Definition:
    """What a text means by a word."""

    id: str
    term: str
    meaning: str
    """Own words."""
    sources: tuple[str, ...] = ()
    verified: tuple[Verified, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Something that one may do about a text: renew, suspend, end it."""

    words: str
    by: tuple[str, ...] = ()
    """Parties or bodies; empty where the text does not say."""
    length: timedelta | None = None
    notice: timedelta | None = None
    clauses: tuple[str, ...] = ()
    """Empty: the whole text."""
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """How a text begins, goes on and ends."""

    quiet_days: int | None = None
    """It begins only after so many quiet days; null: at its time."""
    quiet_zone: str = ""
    start_words: str = ""
    duration: timedelta | None = None
    until: str = ""
    renewal: Step | None = None
    suspension: Step | None = None
    termination: Step | None = None


@dataclass(frozen=True, slots=True)
class LocalWindow:
    """A local ceasefire, or a time set aside for relief, repair or exchange."""

    id: str
    kind: str
    words: str
    where: str
    """Zone or line; empty: not said."""
    time: Interval
    """UTC."""
    binds: tuple[str, ...] = ()
    """Empty: all parties."""
    clauses: tuple[str, ...] = ()
    notified: datetime | None = None
    """UTC."""
    lead: timedelta | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DisputeStep:
    """One step of settling a dispute."""

    id: str
    what: str
    who: tuple[str, ...] = ()
    within: timedelta | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides that a clause was broken, and how."""

    by: tuple[str, ...]
    rule: str
    """``consensus``, ``majority``, ``chair``, ``body_alone`` or ``not_said``."""
    without_consensus: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The right of a side to answer a finding."""

    who: tuple[str, ...]
    """Empty: the side that is named."""
    within: timedelta
    published: bool = True


@dataclass(frozen=True, slots=True)
class Publication:
    """What a text says about publication."""

    words: str
    by: tuple[str, ...] = ()
    delay: timedelta | None = None


@dataclass(frozen=True, slots=True)
class PledgeTrigger:
    """What makes pledges due."""

    id: str
    pledges: tuple[str, ...]
    words: str
    event: str = ""
    """``in_force_starts`` or ``in_force_ends``; empty: none."""
    clauses: tuple[str, ...] = ()
    grade: str = ""
    sources: tuple[str, ...] = ()
    verified: tuple[Verified, ...] = ()


@dataclass(frozen=True, slots=True)
class Provisions:
    """What an agreement of one text, or one text of a family, says about itself."""

    languages: tuple[str, ...] = ()
    language_rule: str = ""
    definitions: tuple[Definition, ...] = ()
    life: Life | None = None
    windows: tuple[LocalWindow, ...] = ()
    dispute: tuple[DisputeStep, ...] = ()
    decision: Decision | None = None
    reply: Reply | None = None
    publication: Publication | None = None
    triggers: tuple[PledgeTrigger, ...] = ()
