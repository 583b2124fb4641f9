"""What may stand in a clause: one class a part, one line a field.

The words under each field are its description in the published JSON Schema and in
``docs/agreement-format.md``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from truceline.codec.agreement_fields import (
    ActCode,
    Length,
    LocalTime,
    Number,
    Shape,
    Word,
    ZoneName,
    instead,
)
from truceline.codec.terms_shape import (
    ConditionShape,
    CountShape,
    ForceCapShape,
    KeepBackShape,
    Lines,
    PrevailsShape,
    QuietShape,
    ReadingShape,
    ScheduleShape,
    StorageShape,
    VerifiedField,
    WeaponsShape,
    YesNo,
    words,
)

KINDS = (
    "access", "airspace", "amnesty", "arms_control", "binding_commitment", "border", "ceasefire",
    "condition", "cooperation", "coordination", "counting", "demining", "deployment",
    "discipline", "disengagement", "dismantling", "dispute", "duty_to_prevent", "economic",
    "elections", "equal_distance", "exchange", "exemption", "follow_up", "force_cap",
    "foreign_forces", "freeze_positions", "humanitarian", "interference", "mines",
    "multinational_force", "notification", "permitted_forces", "placement_ban",
    "placement_ban_area", "political", "precedence", "prisoners", "prohibited_act",
    "prohibited_presence", "publication", "reference", "return_fire", "schedule", "snapback",
    "storage", "support", "support_forces", "trigger", "verification", "withdrawal",
    "withdrawal_named_systems",
)  # fmt: skip
"""Kinds of provision; a word for the reader, and for the engine where it says what breaks it."""


def _kind(word: str) -> str:
    if word not in KINDS:
        raise ValueError(f"unknown kind of clause {word!r}; {instead(word, KINDS)}")
    return word


def _everyone(value: Any) -> Any:
    return [value] if isinstance(value, str) and value == "ALL" else value


def _everywhere(value: Any) -> Any:
    return {} if value == "everywhere" else value


class AreaShape(Shape):
    """``everywhere``, ``{zone: ID}``, ``{zones: [ID, ...]}`` or ``{line: ID, within_m: METRES}``."""

    zone: Word | None = None
    """Id of a zone of ``geometry.geojson``."""
    zones: Lines | None = None
    """Ids of several zones, in each of which the clause holds."""
    line: Word | None = None
    """Id of a line of ``geometry.geojson``; the version that holds on the day is used."""
    within_m: Annotated[Number, Field(gt=0)] | None = None
    """With ``line``: distance from it on both sides, along the ground. A point at exactly this
    distance lies inside. Unit: m."""
    name: Word | None = None
    """With ``line``: what the text calls this area, as *security zone*."""


Area = Annotated[AreaShape, BeforeValidator(_everywhere, Literal["everywhere"] | AreaShape)]


class ClauseShape(Shape):
    """One provision."""

    id: Word
    """Stable, as ``R-2``; never given to another clause, not even after this one is gone."""
    ref: Word
    """The point of the text."""
    kind: Annotated[Word, AfterValidator(_kind), words("kinds")] | None = None
    """What sort of provision it is, one word of a fixed list."""
    summary: Word
    """One sentence in your own words."""
    mode: Literal["prohibited", "required", "permitted", "right", "duty_of_body", "pledged"]
    """``prohibited`` or ``required`` (an incident can break it), ``permitted`` or ``right`` (it opens
    a prohibition), ``duty_of_body`` (of the mission or another body), ``pledged`` (not owed yet)."""
    binds: Annotated[Lines, BeforeValidator(_everyone, Literal["ALL"] | Lines)]
    """Ids of the parties that it binds, or ``ALL`` for every party; for a duty of a body its id. Where
    a party is left out, a breach is not found before it is known who acted."""
    acts: Annotated[list[ActCode], Field(min_length=1)] | None = None
    """Codes of the taxonomy of acts; each stands for its whole branch, so ``fire`` includes
    ``fire.mortar``. Left out where the clause speaks of weapons at rest, or of no act."""
    area: Area | None = None
    """Where it holds. Left out where ``keep_back`` or ``settlements`` says it, or where no act is
    named."""
    start: LocalTime | None = None
    """Local time, where the clause begins later than its text."""
    end: LocalTime | None = None
    """Local time at which it ends, itself not inside; left out where it ends with its text."""
    zone: ZoneName | None = None
    """Time zone of the times of this clause, if another than its text's."""
    grade: Word | None = None
    """One of the procedure's grades: what a breach counts as until a person says otherwise. Left out
    where nothing can break it."""
    weapons: WeaponsShape | None = None
    """Of which weapons it speaks. Class comes before calibre, a named system before both."""
    keep_back: KeepBackShape | None = None
    """How far from a line weapons must stand, behind one's own side of it."""
    schedule: ScheduleShape | None = None
    """When duties fall due."""
    conditions: list[ConditionShape] = Field(default_factory=list)
    """Facts that must all hold: for a permission, else it permits nothing; for a duty, else it is not
    owed."""
    exempts: list[Word] = Field(default_factory=list)
    """Of a permission: ids of the clauses that it opens; left out: every clause that forbids its
    acts."""
    quiet: QuietShape | None = None
    """So many full days in a row without a breach."""
    count: CountShape | None = None
    """So many breaches within a time."""
    force_cap: ForceCapShape | None = None
    """No more than so many in a zone."""
    storage: StorageShape | None = None
    """Declared weapons and where they are stored."""
    prevails: list[PrevailsShape] = Field(default_factory=list)
    """Clauses that stand back where this one speaks of the same thing."""
    readings: list[ReadingShape] = Field(default_factory=list)
    """Other ways in which the words may be understood."""
    lead: Length | None = None
    """Notice that must be given beforehand."""
    rights: list[Word] = Field(default_factory=list)
    """Of the verification body, in words (``uav``, ``radar``, ``satellite``, ``movement``); to hinder
    one is a breach of this clause."""
    body: Word | None = None
    """Id of the body that carries it out or verifies it."""
    settlements: YesNo = False
    """``yes``: it holds in or around settlements, and how far around is not said."""
    sources: list[Word] = Field(default_factory=list)
    """Names from ``sources``."""
    verified: VerifiedField = Field(default_factory=dict)
    """How far its figures were checked."""
