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
    B: Number
    C: Number
    D: Number
    E: Number
    F: Number


class CredibilityShape(Shape):
    """Natural log of the likelihood ratio of each Admiralty figure."""

    one: Number = Field(alias="1")
    two: Number = Field(alias="2")
    three: Number = Field(alias="3")
    four: Number = Field(alias="4")
    five: Number = Field(alias="5")
    six: Number = Field(alias="6")


class ProcedureShape(Shape):
    """The file ``procedure.yaml``."""

    violated_at: Probability
    permitted_at: Probability
    grades: Annotated[list[Word], Field(min_length=1)]
    hold: Length
    publication_delay: Length
    publication_grid_m: Annotated[Number, Field(gt=0)]
    suppress_below: Annotated[int, Field(ge=1)]
    day_zone: ZoneName
    day_cut: Clock
    prior_odds: Annotated[Number, Field(gt=0)]
    reliability_log_lr: ReliabilityShape
    credibility_log_lr: CredibilityShape
    same_side_discount: Probability
    reasons: dict[str, Word]

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
    obligor: Word
    beneficiary: Word
    types: Annotated[list[PledgeType], Field(min_length=1)]
    role: Literal["", "lead", "contribute", "host"] = ""
    status: Literal["pledged", "conditional", "considered", "undecided", "ruled_out"]
    condition: str = ""
    condition_class: ConditionClass = ""
    """Kinds of the condition, where its words would be read wrongly."""
    limits: str = ""
    date: Day
    summary: Word
    sources: Annotated[list[Word], Field(min_length=1)]
    verified: VerifiedField = Field(default_factory=dict)

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
