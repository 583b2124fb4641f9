"""What may stand in ``agreement.yaml`` and ``cases.yaml``: one class a part, one line a field.

The words under each field are its description in the published JSON Schema and in
``docs/agreement-format.md``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from truceline.codec.agreement_fields import (
    ActCode,
    Length,
    LocalTime,
    Number,
    Shape,
    Word,
    ZoneName,
)
from truceline.codec.clause_shape import Area, AreaShape, ClauseShape
from truceline.codec.provisions_shape import ProvisionsShape
from truceline.codec.terms_shape import VerifiedField, VerifiedShape, YesNo

__all__ = [
    "AgreementShape",
    "Area",
    "AreaShape",
    "BodyShape",
    "CaseShape",
    "CasesShape",
    "ClauseShape",
    "ExemptionShape",
    "ExpectedShape",
    "InForceShape",
    "Lat",
    "Lon",
    "PartyShape",
    "Probability",
    "SituationShape",
    "TheatreShape",
    "VerifiedField",
    "VerifiedShape",
]

Lon = Annotated[Number, Field(ge=-180, le=180)]
Lat = Annotated[Number, Field(ge=-90, le=90)]
Probability = Annotated[Number, Field(ge=0, le=1)]


class PartyShape(Shape):
    """Somebody bound, or somebody who pledges."""

    id: Word
    """Short, stable."""
    name: Word
    """As a report prints it."""
    names: list[Word] = Field(default_factory=list)
    """Other names under which articles and tables know it. One name leads to one party."""
    role: Literal["party", "force", "proxy", "third_party"] = "party"
    """``party``; ``force`` or ``proxy`` of another one; ``third_party``, whom ``ALL`` does not mean."""
    of: Word | None = None
    """Party to which a force or proxy belongs."""


class BodyShape(Shape):
    """Somebody who verifies, carries out or decides, and is no party."""

    id: Word
    """Short, stable."""
    name: Word
    """As a report prints it."""
    rights: list[Word] = Field(default_factory=list)
    """What it may do, in words, where that holds for the whole agreement."""


class TheatreShape(Shape):
    """The box outside which rows are rejected. Unit: deg."""

    west: Lon
    """Degrees, -180 to 180."""
    south: Lat
    """Degrees, -90 to 90."""
    east: Annotated[Number, Field(ge=-180, le=540)]
    """Degrees, above ``west``; above 180 where the box crosses the antimeridian (170 to 190)."""
    north: Lat
    """Degrees, above ``south``."""


class InForceShape(Shape):
    """When the agreement binds, in local time."""

    start: LocalTime
    """Local time from which it binds."""
    end: LocalTime | None = None
    """Local time at which it ends, not itself inside; left out while it is open."""
    zone: ZoneName
    """IANA time zone, as ``Europe/Kyiv``; also the zone of every other time that names none."""
    verified: VerifiedField = Field(default_factory=dict)
    """How far the figures ``window`` and ``zone`` were checked."""


class ExemptionShape(Shape):
    """A notified place and time at which some acts are no breach."""

    id: Word
    """Stable."""
    clauses: Annotated[list[Word], Field(min_length=1)]
    """Ids of the clauses from which it exempts."""
    acts: Annotated[list[ActCode], Field(min_length=1)]
    """What was notified; an act of another kind at the same place is not covered."""
    lon: Lon
    """Degrees."""
    lat: Lat
    """Degrees."""
    radius_m: Annotated[Number, Field(gt=0)]
    """Around that point. Unit: m."""
    start: LocalTime
    """Local time."""
    end: LocalTime
    """Local time."""
    notified: LocalTime
    """Local time at which the notice reached the mission."""
    zone: ZoneName | None = None
    """Time zone of these three, if another."""
    lead: Length
    """Length of time that the text asks for between notice and start; a later notice exempts
    nothing."""
    ref: Word
    """The notice, and the point of the text that allows it."""


class AgreementShape(ProvisionsShape):
    """The file ``agreement.yaml``."""

    id: Word
    """Short name; the folder has the same."""
    title: Word
    """As a report prints it."""
    version: Word
    """Of this coding; raise it with every change."""
    kind: Literal["ceasefire", "declared_truce", "pledges"]
    """``ceasefire`` (agreed), ``declared_truce`` (declared by one side, or by each for itself) or
    ``pledges`` (nothing is in force yet)."""
    status: Word
    """In your words: in force, ended, ..."""
    parties: Annotated[list[PartyShape], Field(min_length=1)]
    """Who is bound, and who pledges."""
    bodies: list[BodyShape] = Field(default_factory=list)
    """Who verifies, carries out or decides, and is no party."""
    theatre: TheatreShape | None = None
    """The box outside which rows are rejected, with the reason; it is no border. May be left out for
    ``pledges``."""
    in_force: InForceShape | None = None
    """When the agreement binds. May be left out for ``pledges``."""
    texts: list[Word] = Field(default_factory=list)
    """Of a family: ids of its texts in order of signature, each in ``texts/ID.yaml``."""
    clauses: list[ClauseShape] = Field(default_factory=list)
    """The provisions, where the agreement is one text."""
    exemptions: list[ExemptionShape] = Field(default_factory=list)
    """Notified places and times at which some acts are no breach."""
    sources: dict[str, Word] = Field(default_factory=dict)
    """A name of yours to an address or a description; clauses and pledges refer to the name."""
    notes: list[Word] = Field(default_factory=list)
    """Caveats that every report repeats."""


class WeaponShape(Shape):
    """A weapon of a situation, as far as it is known."""

    name: str = ""
    """Free words, as *152 mm towed howitzer*; a known system gives its class and calibre."""
    class_: Word | None = Field(default=None, alias="class")
    """Class, if said."""
    calibre_mm: Annotated[Number, Field(gt=0)] | None = None
    """Unit: mm."""


class SituationShape(Shape):
    """What happened, where and when, as far as it is known."""

    at: LocalTime | None = None
    """Local time of an act whose time is known; or else"""
    start: LocalTime | None = Field(default=None, alias="from")
    """Local time from which it may have happened, and"""
    end: LocalTime | None = Field(default=None, alias="to")
    """Local time until which; every moment between counts as equally likely."""
    zone: ZoneName | None = None
    """Time zone, if another than the agreement's."""
    time_sigma_s: Annotated[Number, Field(ge=0)] = 0.0
    """Error of the time, 1 sigma. Unit: s; 0 if left out."""
    kind: ActCode
    """Code of the taxonomy; a kind that may be several things (``heat``, ``explosion``) stands for
    all of them. A weapon at rest is ``presence``."""
    lon: Lon | None = None
    """Degrees; left out where no position is given."""
    lat: Lat | None = None
    """Degrees."""
    sigma_m: Annotated[Number, Field(ge=0)] = 0.0
    """Error of the place, 1 sigma in each direction. Unit: m; 0 if left out."""
    p_real: Probability = 1.0
    """Probability that it happened at all; 1 if left out."""
    accused: Word | None = None
    """Party said to have done it, if any; it decides nothing, since an accusation is no
    attribution."""
    side: Word | None = None
    """Who did it, where that is established: a party, a body, ``ALL`` or ``ANY``."""
    weapon: WeaponShape | None = None
    """The weapon."""
    km_behind: dict[str, Number] = Field(default_factory=dict)
    """Line to the distance behind it, on one's own side; negative on the other side's. Left out, it
    is computed from the position. Unit: km."""
    facts: dict[str, YesNo] = Field(default_factory=dict)
    """Fact to ``yes`` or ``no``: the conditions of clauses by their id, ``in_settlement``,
    ``inside:ZONE``, ``notified``."""
    offset_km: Annotated[list[Number], Field(min_length=2, max_length=2)] | None = None
    """Place as kilometres east and north of the centre of the clause's zone."""
    breaches: list[LocalTime] = Field(default_factory=list)
    """Local times of earlier breaches, for counts and quiet days."""


class ExpectedShape(Shape):
    """The finding that must follow."""

    outcome: Literal["violated", "permitted", "undetermined", "not_applicable"]
    """``violated``, ``permitted``, ``undetermined``, or ``not_applicable`` for a count or condition
    that does not hold."""
    clause: Word = "none"
    """The clause that is looked at; left out or ``none``: the gravest outcome of all clauses."""
    p: Probability | None = None
    """Probability of breach, to within 0.01, where it is known."""


class CaseShape(Shape):
    """One test of a lawyer."""

    id: Word
    """Stable."""
    texts: list[Word] = Field(default_factory=list)
    """Of a family: ids of the texts that count; left out: all."""
    situation: SituationShape
    """What happened."""
    expected: ExpectedShape
    """What must come out."""
    reasoning: Word
    """Why, for the next lawyer."""


class CasesShape(Shape):
    """The file ``cases.yaml``."""

    cases: list[CaseShape]
    """The cases."""
