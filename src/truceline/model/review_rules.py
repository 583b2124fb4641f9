"""Who may take which step on a finding, and what a step needs: the mission's rules, never code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from truceline.model.finding import Status
from truceline.model.person import Role

UNDETERMINED = "undetermined"
"""Stands for a party where it is not known who did it."""


class StepKind(StrEnum):
    """What somebody did with a finding."""

    ASSIGNED = "assigned"
    """Took it in progress; the lock ends by itself."""
    RELEASED = "released"
    """Gave it back, or took it from somebody."""
    REVIEWED = "reviewed"
    """Looked at it and what is behind it."""
    CONFIRMED = "confirmed"
    """Signs that it is so; one of as many as the agreement asks for."""
    REJECTED = "rejected"
    """Signs that it is not so."""
    FINAL = "final"
    """Closed it, once the accused party was heard."""
    GRADED = "graded"
    """Said how grave it is."""
    ATTRIBUTED = "attributed"
    """Said who did it, with a probability."""
    NOTIFIED = "notified"
    """Told a party that it is accused, or concerned; its time to reply begins."""
    REPLIED = "replied"
    """Answered for a party."""
    DISSENTED = "dissented"
    """Put on record that they do not agree."""
    REOPENED = "reopened"
    """Opened it again on new evidence; everything before stays as it is."""


FOREVER = frozenset({StepKind.REPLIED, StepKind.DISSENTED})
"""Steps that no status and no lock shuts out."""


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """The section ``review`` of ``procedure.yaml``."""

    roles: Mapping[StepKind, tuple[Role, ...]]
    """Step to the roles that may take it; every step has at least one."""
    confirmations: int
    """How many verifiers must confirm; at least 1."""
    nationalities: int
    """Of how many different nationalities they must be; at most ``confirmations``."""
    own_nationals: bool
    """Whether a national of a party may be one of those who confirm."""
    nationals: Mapping[str, tuple[str, ...]]
    """Party id to the nationalities of its own people (ISO 3166-1 alpha-2)."""
    review_first: bool
    """Whether a finding must be reviewed before anybody confirms it."""
    notify_from: Status
    """Earliest status at which a party is told: ``reviewed`` or ``confirmed``."""
    reply: timedelta
    """How long a party that was told has to reply."""
    final_needs_reply: bool
    """Whether a finding becomes final only after each party concerned replied or had its time."""
    lock: timedelta
    """How long a finding stays in progress with one person."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Rule to the sentence that says why it is what it is."""

    @property
    def of_parties(self) -> frozenset[str]:
        """Nationalities of all parties."""
        return frozenset(nation for nations in self.nationals.values() for nation in nations)
