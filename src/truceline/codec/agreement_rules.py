"""What may stand in ``procedure.yaml`` and ``pledges.yaml``, and what its figures must obey."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from truceline.codec.agreement_fields import (
    Clock,
    Day,
    Length,
    Number,
    Shape,
    Word,
    ZoneName,
    instead,
)
from truceline.codec.agreement_review import ReviewShape
from truceline.codec.agreement_shape import Probability, VerifiedField

EXPLAINED = (
    "violated_at",
    "permitted_at",
    "grades",
    "hold",
    "publication_delay",
    "publication_grid_m",
    "suppress_below",
    "day",
    "prior_odds",
    "reliability_log_lr",
    "credibility_log_lr",
    "same_side_discount",
)
"""Figures of a procedure, each of which must give its reason."""

PledgeType = Literal[
    "troops_land",
    "naval",
    "air",
    "training",
    "equipment",
    "intelligence",
    "monitoring",
    "financing",
    "facilities",
    "reconstruction",
    "coordination",
    "sanctions",
    "political",
    "other",
]
"""Domains of a pledge, in the order in which a register shows them."""

ConditionKind = Literal[
    "ceasefire",
    "peace_deal",
    "end_of_hostilities",
    "end_of_war",
    "new_attack",
    "request",
    "approval",
    "clarity",
    "other",
]
"""Kinds of condition; ``truceline.guarantees.register_conditions`` says what each means."""


def _kinds(text: str) -> str:
    for kind in text.replace(" and ", " or ").split(" or ") if text else ():
        if kind not in get_args(ConditionKind):
            raise ValueError(
                f"unknown kind of condition {kind!r}; {instead(kind, get_args(ConditionKind))}, "
                "joined by 'and' or 'or'"
            )
    return text


ConditionClass = Annotated[str, AfterValidator(_kinds)]
"""Kinds of condition joined by ``and`` (all of them) and ``or`` (one of them)."""


class ReliabilityShape(Shape):
    """Natural log of the likelihood ratio of each Admiralty letter."""

    A: Number
    """Letter A."""
    B: Number
    """Letter B."""
    C: Number
    """Letter C."""
    D: Number
    """Letter D."""
    E: Number
    """Letter E."""
    F: Number
    """Letter F."""


class CredibilityShape(Shape):
    """Natural log of the likelihood ratio of each Admiralty figure."""

    one: Number = Field(alias="1")
    """Figure 1."""
    two: Number = Field(alias="2")
    """Figure 2."""
    three: Number = Field(alias="3")
    """Figure 3."""
    four: Number = Field(alias="4")
    """Figure 4."""
    five: Number = Field(alias="5")
    """Figure 5."""
    six: Number = Field(alias="6")
    """Figure 6."""


class ProcedureShape(Shape):
    """The file ``procedure.yaml``."""

    violated_at: Probability
    """Probability from which the outcome is *violated*."""
    permitted_at: Probability
    """Probability up to which it is *permitted*; all between is *undetermined*."""
    grades: Annotated[list[Word], Field(min_length=1)]
    """From lightest to gravest."""
    hold: Length
    """How long a sharp position stays closed to everybody."""
    publication_delay: Length
    """How long after the end of a reporting day anything is published."""
    publication_grid_m: Annotated[Number, Field(gt=0)]
    """Side of the cells on which published incidents are shown. Unit: m."""
    suppress_below: Annotated[int, Field(ge=1)]
    """Cells with fewer incidents than this are not told apart."""
    day_zone: ZoneName
    """Time zone of the reporting day."""
    day_cut: Clock
    """Local time at which a reporting day ends; ``00:00`` is the calendar day."""
    prior_odds: Annotated[Number, Field(gt=0)]
    """Odds that a report is real about which nothing can be judged."""
    reliability_log_lr: ReliabilityShape
    """Per Admiralty letter (fields ``A`` ``B`` ``C`` ``D`` ``E`` ``F``), natural log of the
    likelihood ratio: 0 moves nothing, 0.7 doubles the odds."""
    credibility_log_lr: CredibilityShape
    """Per Admiralty figure (fields ``1`` ``2`` ``3`` ``4`` ``5`` ``6``), the same."""
    same_side_discount: Probability
    """Share of its weight that a further group of a side adds when that side speaks already."""
    reasons: dict[str, Word]
    """Figure to one sentence that says why it is what it is; every figure needs one."""
    review: ReviewShape | None = None
    """How persons decide on findings, see below; left out: one person's word confirms."""

    @field_validator("permitted_at")
    @classmethod
    def _below_violated_at(cls, value: float, info: ValidationInfo) -> float:
        above = info.data.get("violated_at")
        if above is not None and value >= above:
            raise ValueError(
                f"{value:g} is not below violated_at ({above:g}); "
                "leave room for what is undetermined, as 0.05 and 0.95"
            )
        return value


class PledgeShape(Shape):
    """One undertaking, or the refusal of one."""

    id: Word
    """Stable."""
    obligor: Word
    """Party that owes, or that refuses."""
    beneficiary: Word
    """Party that it is owed to."""
    types: Annotated[list[PledgeType], Field(min_length=1)]
    """One or more of ``troops_land``, ``naval``, ``air``, ``training``, ``equipment``,
    ``intelligence``, ``monitoring``, ``financing``, ``facilities``, ``reconstruction``,
    ``coordination``, ``sanctions``, ``political``, ``other``."""
    role: Literal["", "lead", "contribute", "host"] = ""
    """``lead``, ``contribute``, ``host``, or left out."""
    status: Literal["pledged", "conditional", "considered", "undecided", "ruled_out"]
    """``pledged`` (no condition stated), ``conditional``, ``considered`` (spoken of as possible,
    proposed or preferred), ``undecided``, ``ruled_out``."""
    condition: str = ""
    """When it is owed; must be there for ``conditional``."""
    condition_class: ConditionClass = ""
    """Kinds of the condition, where its words would be read wrongly."""
    limits: str = ""
    """What it excludes or leaves open."""
    date: Day
    """ISO date of the statement, or ``unknown``; the date of an article is not the date of what it
    reports."""
    summary: Word
    """One sentence in your own words."""
    sources: Annotated[list[Word], Field(min_length=1)]
    """Names from ``sources`` of ``agreement.yaml``, at least one."""
    verified: VerifiedField = Field(default_factory=dict)
    """As for a clause; ``content`` is the usual figure."""

    @model_validator(mode="after")
    def _condition_is_stated(self) -> Self:
        if self.status == "conditional" and not self.condition.strip():
            raise ValueError(
                "the pledge is conditional but its condition is missing; "
                "write condition, or status: pledged where the source states none"
            )
        if self.condition_class and not self.condition.strip():
            raise ValueError(
                "the condition has a class but no words; write condition as the source has it"
            )
        return self


class PledgesShape(Shape):
    """The file ``pledges.yaml``."""

    pledges: list[PledgeShape]
    """Who pledged what. Never write a status stronger than the source; where sources differ write
    one entry for each."""
