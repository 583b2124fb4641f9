"""Findings: incident x clause. A person owns them; the machine only prepares them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a finding stands (QuakeML ``EvaluationStatus``)."""

    PRELIMINARY = "preliminary"
    REVIEWED = "reviewed"
    CONFIRMED = "confirmed"
    FINAL = "final"
    REJECTED = "rejected"


class Mode(StrEnum):
    """Who made it."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


class Outcome(StrEnum):
    """Three-valued: what is not known stays undetermined."""

    VIOLATED = "violated"
    PERMITTED = "permitted"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of the probability of breach."""

    name: str
    """One of real, kind, time, place, party, not_exempt."""
    probability: float
    """0..1."""
    known: bool
    """False where the figure is an assumption over something that is not known."""
    reason: str
    """One sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether one incident breaks one clause."""

    finding_id: str
    incident_id: str
    incident_revision: int
    clause_id: str
    clause_ref: str
    probability: float
    """Product of the factors, 0..1."""
    factors: tuple[Factor, ...]
    outcome: Outcome
    grade: str
    """One of the procedure's grades."""
    words: str
    """ICD 203 words generated from ``probability``."""
    attribution: tuple[tuple[str, float], ...]
    """(party id or ``undetermined``, probability); default undetermined 1.0."""
    unverified: tuple[str, ...]
    """Figures of the agreement that this finding hangs on and that are not verified."""
    status: Status = Status.PRELIMINARY
    mode: Mode = Mode.AUTOMATIC
