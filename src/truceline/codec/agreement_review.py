"""What may stand under ``review`` in ``procedure.yaml``: how persons decide on findings."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from truceline.codec.agreement_documents import Documents, ids, known
from truceline.codec.agreement_fields import Length, Shape, Word
from truceline.codec.agreement_time import parse_length
from truceline.codec.located_yaml import Problems
from truceline.codec.terms_shape import YesNo
from truceline.model.finding import Status
from truceline.model.person import Role
from truceline.model.review_rules import ReviewRules, StepKind

REVIEW_EXPLAINED = (
    "roles",
    "confirmations",
    "nationalities",
    "own_nationals",
    "review_first",
    "notify_from",
    "reply",
    "final_needs_reply",
    "lock",
)
"""Rules of the review, each of which must give its reason."""
LONGEST_LOCK = timedelta(days=7)
LONGEST_REPLY = timedelta(days=366)

RoleName = Literal[
    "observer",
    "duty_officer",
    "analyst",
    "verifier",
    "chief_of_mission",
    "party_liaison",
    "coordination_cell",
]


def _nation(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", text):
        raise ValueError(f"{text!r} is no nationality; write two capitals of ISO 3166-1, as FR")
    return text


Nation = Annotated[Word, AfterValidator(_nation)]
"""Two capitals of ISO 3166-1 alpha-2."""
Roles = Annotated[list[RoleName], Field(min_length=1)]


class ReviewRolesShape(Shape):
    """For each step, the roles that may take it; a person needs one of them."""

    assigned: Roles
    """Take it in progress."""
    released: Roles
    """Take it from somebody who has it in progress; who has it may always give it back."""
    reviewed: Roles
    """Say that it was looked at."""
    confirmed: Roles
    """Sign that it is so."""
    rejected: Roles
    """Sign that it is not so."""
    final: Roles
    """Close it."""
    graded: Roles
    """Say how grave it is."""
    attributed: Roles
    """Say who did it."""
    notified: Roles
    """Tell a party; its time to reply begins."""
    replied: list[Literal["party_liaison"]] = Field(default=["party_liaison"], min_length=1)
    """Answer for a party; only ``party_liaison``, each for the own side."""
    dissented: Roles
    """Put on record that one does not agree."""
    reopened: Roles
    """Open it again on new evidence."""


class ReviewShape(Shape):
    """How persons decide on findings; left out: one person's word confirms."""

    roles: ReviewRolesShape
    """Who may take which step, see below."""
    confirmations: Annotated[int, Field(ge=1, le=20)]
    """How many persons must confirm."""
    nationalities: Annotated[int, Field(ge=0, le=20)]
    """Of how many different nationalities; 0 where they are not counted."""
    own_nationals: YesNo
    """Whether a national of a party may be one of those who confirm."""
    nationals: dict[str, list[Nation]] = Field(default_factory=dict)
    """Party id to the nationalities of its own people; needed where ``own_nationals`` is no."""
    review_first: YesNo
    """Whether a finding must be reviewed before it is confirmed."""
    notify_from: Literal["reviewed", "confirmed"]
    """Earliest status at which a party is told: ``reviewed`` or ``confirmed``."""
    reply: Length
    """How long a party that was told has to reply."""
    final_needs_reply: YesNo
    """Whether a finding is final only after each party concerned replied or had its time."""
    lock: Length
    """How long a finding stays in progress with one person."""
    reasons: dict[str, Word]
    """Rule to one sentence that says why it is what it is; every rule needs one."""

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.nationalities > self.confirmations:
            raise ValueError(
                f"{self.confirmations} persons cannot be of {self.nationalities} nationalities; "
                "write nationalities of at most confirmations"
            )
        if not self.own_nationals and not self.nationals:
            raise ValueError(
                "own_nationals is no, but nobody can tell who they are; write nationals: "
                "{PARTY: [XX]}, or own_nationals: yes"
            )
        if not timedelta(0) < parse_length(self.lock) <= LONGEST_LOCK:
            raise ValueError(f"lock ({self.lock}) is no time to work; write PT1M to P7D")
        if parse_length(self.reply) > LONGEST_REPLY:
            raise ValueError(f"reply ({self.reply}) is too long; write at most P366D")
        return self


def check_review(docs: Documents, problems: Problems) -> None:
    """Add every party of the review that is none, and every rule without a reason."""
    where = docs.procedure
    said = where.data.get("review") if where is not None else None
    if where is None or not isinstance(said, dict):
        return
    nationals = said.get("nationals")
    for party in nationals if isinstance(nationals, dict) else ():
        at = ("review", "nationals", party)
        known(where, at, "party", party, ids(docs.agreement, "parties"), problems)
    reasons = said.get("reasons")
    if not isinstance(reasons, dict):
        return
    for name in sorted(set(REVIEW_EXPLAINED) - set(reasons)):
        what = f"the rule {name!r} has no reason"
        problems.add(where, ("review", "reasons"), what, f"add {name}: and say in a sentence why")
    for name in reasons:
        known(where, ("review", "reasons", name), "rule", name, REVIEW_EXPLAINED, problems)


def review_of(said: ReviewShape | None) -> ReviewRules | None:
    """Build the rules; null where the agreement has none."""
    if said is None:
        return None
    roles = said.roles.model_dump()
    return ReviewRules(
        roles={kind: tuple(Role(name) for name in roles[kind.value]) for kind in StepKind},
        confirmations=said.confirmations,
        nationalities=said.nationalities,
        own_nationals=bool(said.own_nationals),
        nationals={party: tuple(nations) for party, nations in sorted(said.nationals.items())},
        review_first=bool(said.review_first),
        notify_from=Status(said.notify_from),
        reply=parse_length(said.reply),
        final_needs_reply=bool(said.final_needs_reply),
        lock=parse_length(said.lock),
        reasons=dict(said.reasons),
    )
