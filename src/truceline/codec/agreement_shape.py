"""What may stand in ``agreement.yaml`` and ``cases.yaml``: one class a part, one line a field.

The description of each field is what ``docs/agreements.md`` must explain; a test compares them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from truceline.codec.agreement_fields import (
    ActCode,
    Length,
    LocalTime,
    Number,
    Shape,
    WithNote,
    Word,
    ZoneName,
)

Lon = Annotated[Number, Field(ge=-180, le=180)]
Lat = Annotated[Number, Field(ge=-90, le=90)]
Probability = Annotated[Number, Field(ge=0, le=1)]


class VerifiedShape(Shape):
    """How far one figure was checked."""

    state: Literal["yes", "partly", "no"]
    note: str = ""


VerifiedField = dict[str, Annotated[VerifiedShape, WithNote]]


class PartyShape(Shape):
    """Somebody bound, or somebody who pledges."""

    id: Word
    name: Word
    names: list[Word] = Field(default_factory=list)


class TheatreShape(Shape):
    """The box outside which rows are rejected. Unit: deg."""

    west: Lon
    south: Lat
    east: Lon
    north: Lat


class InForceShape(Shape):
    """When the agreement binds, in local time."""

    start: LocalTime
    end: LocalTime | None = None
    zone: ZoneName
    verified: VerifiedField = Field(default_factory=dict)


def _everywhere(value: Any) -> Any:
    return {} if value == "everywhere" else value


class AreaShape(Shape):
    """``everywhere``, ``{zone: ID}`` or ``{line: ID, within_m: METRES}``."""

    zone: Word | None = None
    line: Word | None = None
    within_m: Annotated[Number, Field(gt=0)] | None = None


class ClauseShape(Shape):
    """One provision."""

    id: Word
    ref: Word
    summary: Word
    mode: Literal["prohibited", "required", "permitted"]
    binds: Annotated[list[Word], Field(min_length=1)]
    acts: Annotated[list[ActCode], Field(min_length=1)]
    area: Annotated[AreaShape, BeforeValidator(_everywhere)]
    start: LocalTime | None = None
    end: LocalTime | None = None
    zone: ZoneName | None = None
    grade: Word
    sources: list[Word] = Field(default_factory=list)
    verified: VerifiedField = Field(default_factory=dict)


class ExemptionShape(Shape):
    """A notified place and time."""

    id: Word
    clauses: Annotated[list[Word], Field(min_length=1)]
    acts: Annotated[list[ActCode], Field(min_length=1)]
    lon: Lon
    lat: Lat
    radius_m: Annotated[Number, Field(gt=0)]
    start: LocalTime
    end: LocalTime
    notified: LocalTime
    zone: ZoneName | None = None
    lead: Length
    ref: Word


class AgreementShape(Shape):
    """The file ``agreement.yaml``."""

    id: Word
    title: Word
    version: Word
    kind: Literal["ceasefire", "declared_truce", "pledges"]
    status: Word
    parties: Annotated[list[PartyShape], Field(min_length=1)]
    theatre: TheatreShape | None = None
    in_force: InForceShape | None = None
    clauses: list[ClauseShape] = Field(default_factory=list)
    exemptions: list[ExemptionShape] = Field(default_factory=list)
    sources: dict[str, Word] = Field(default_factory=dict)
    notes: list[Word] = Field(default_factory=list)


class SituationShape(Shape):
    """What happened, where and when."""

    at: LocalTime | None = None
    start: LocalTime | None = Field(default=None, alias="from")
    end: LocalTime | None = Field(default=None, alias="to")
    zone: ZoneName | None = None
    time_sigma_s: Annotated[Number, Field(ge=0)] = 0.0
    kind: ActCode
    lon: Lon
    lat: Lat
    sigma_m: Annotated[Number, Field(ge=0)] = 0.0
    p_real: Probability = 1.0
    accused: Word | None = None


class ExpectedShape(Shape):
    """The finding that must follow."""

    outcome: Literal["violated", "permitted", "undetermined"]
    clause: Word = "none"
    p: Probability | None = None


class CaseShape(Shape):
    """One test of a lawyer."""

    id: Word
    situation: SituationShape
    expected: ExpectedShape
    reasoning: Word


class CasesShape(Shape):
    """The file ``cases.yaml``."""

    cases: list[CaseShape]
