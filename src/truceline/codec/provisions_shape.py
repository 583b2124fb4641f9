"""Parts of a text that are about the text itself: how long it lasts, who decides, what is published.

They are read, checked and shown. The engine computes with none of them; where one of them can be
broken, it is a clause.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from truceline.codec.agreement_fields import Length, LocalTime, Shape, Word, ZoneName
from truceline.codec.terms_shape import QuietShape, VerifiedField, YesNo

Names = list[Word]


class DefinitionShape(Shape):
    """What the text means by a word."""

    id: Word
    """Stable."""
    term: Word
    """The word or phrase."""
    meaning: Word
    """What it means, in your own words."""
    sources: Names = Field(default_factory=list)
    """Names from ``sources``."""
    verified: VerifiedField = Field(default_factory=dict)
    """How far it was checked."""


class StepShape(Shape):
    """Something that one may do about the text: renew, suspend, end it."""

    words: Word
    """What the text says, in your own words."""
    by: Names = Field(default_factory=list)
    """Parties or bodies that may do it; left out where the text does not say."""
    length: Length | None = None
    """For how long, where stated."""
    notice: Length | None = None
    """Notice that must be given."""
    clauses: Names = Field(default_factory=list)
    """Clauses that it touches; left out: the whole text."""
    automatic: YesNo = False
    """``yes``: it happens without anybody's act."""


class LifeShape(Shape):
    """How the text begins, goes on and ends."""

    starts_after: QuietShape | None = None
    """It begins only after so many quiet days."""
    start_words: str = ""
    """Condition on which it begins, in words."""
    duration: Length | None = None
    """How long it lasts, where the text counts days."""
    until: str = ""
    """Until what it lasts, in words, as *until full settlement*."""
    renewal: StepShape | None = None
    """How it is prolonged."""
    suspension: StepShape | None = None
    """How its duties may be suspended."""
    termination: StepShape | None = None
    """How it is ended before its time."""


class WindowShape(Shape):
    """A local ceasefire, or a time set aside for relief, repair or exchange."""

    id: Word
    """Stable."""
    kind: Literal["local_ceasefire", "humanitarian", "repair", "exchange", "evacuation"]
    """What it is for."""
    words: Word
    """What was agreed, in your own words."""
    where: Word | None = None
    """Id of a zone or line."""
    start: LocalTime
    """Local time from which it holds."""
    end: LocalTime
    """Local time at which it ends, itself not inside."""
    zone: ZoneName | None = None
    """Time zone of the two, if another than the text's."""
    binds: Names = Field(default_factory=list)
    """Parties that agreed to it; left out: all."""
    clauses: Names = Field(default_factory=list)
    """Clauses that it makes to hold, or to rest, in that time."""
    notified: LocalTime | None = None
    """Local time at which the notice reached the mission."""
    lead: Length | None = None
    """Notice that the text asks for."""
    sources: Names = Field(default_factory=list)
    """Names from ``sources``."""


class DisputeStepShape(Shape):
    """One step of settling a dispute."""

    id: Word
    """Stable within the text."""
    what: Word
    """What is done, in your own words."""
    who: Names = Field(default_factory=list)
    """Parties or bodies that do it."""
    within: Length | None = None
    """Time in which it is due."""
    after: Names = Field(default_factory=list)
    """Steps above that come first."""


class DecisionShape(Shape):
    """Who decides that a clause was broken, and how."""

    by: Names = Field(default_factory=list)
    """Bodies or parties that decide."""
    rule: Literal["consensus", "majority", "chair", "body_alone", "not_said"]
    """How they decide."""
    without_consensus: str = ""
    """Who decides where they do not agree, in words; left out where the text does not say."""


class ReplyShape(Shape):
    """The right of a side to answer a finding before it is published."""

    who: Names = Field(default_factory=list)
    """Parties that may reply; left out: the one that is named."""
    within: Length
    """Time for the reply."""
    published: YesNo = True
    """Whether the reply is published with the finding."""


class PublicationShape(Shape):
    """What the text says about publication."""

    words: Word
    """What is published and what is withheld, in your own words."""
    by: Names = Field(default_factory=list)
    """Bodies that publish."""
    delay: Length | None = None
    """How long after the end of a day it is published at the earliest."""


class PledgeTriggerShape(Shape):
    """What makes a pledge due."""

    id: Word
    """Stable."""
    pledges: Names = Field(default_factory=list)
    """Ids of ``pledges.yaml``, where they are written there."""
    words: Word
    """What must have happened, in your own words."""
    event: Literal["in_force_starts", "in_force_ends"] | None = None
    """Event of the agreement that makes it due."""
    clauses: Names = Field(default_factory=list)
    """Clauses of which a confirmed breach makes it due."""
    grade: Word | None = None
    """Lightest grade that counts."""
    sources: Names = Field(default_factory=list)
    """Names from ``sources``."""
    verified: VerifiedField = Field(default_factory=dict)
    """How far it was checked."""


class ProvisionsShape(Shape):
    """What both an agreement of one text and each text of a family may say about themselves."""

    languages: list[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]] = Field(default_factory=list)
    """Languages of the text, authentic ones first, ISO 639-1."""
    language_rule: str = ""
    """Which language goes before which, in words."""
    definitions: list[DefinitionShape] = Field(default_factory=list)
    """What the text means by a word."""
    life: LifeShape | None = None
    """Conditional start, duration, renewal, suspension, termination."""
    windows: list[WindowShape] = Field(default_factory=list)
    """Local ceasefires, and times set aside for relief, repair, exchange or evacuation."""
    dispute: list[DisputeStepShape] = Field(default_factory=list)
    """Steps of settling a dispute, in order."""
    decision: DecisionShape | None = None
    """Who decides that a clause was broken."""
    reply: ReplyShape | None = None
    """The right of a side to answer a finding."""
    publication: PublicationShape | None = None
    """What is published, when and by whom."""
    triggers: list[PledgeTriggerShape] = Field(default_factory=list)
    """What makes pledges due."""
