"""What an amendment changes: in the text, and in findings about what has happened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from truceline.model.finding import Outcome


class Edit(StrEnum):
    """How a part of an agreement differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that is not the same in two versions."""

    part: str
    """``clause``, ``line or zone``, ``exemption``, ``party``, ``pledge``, ``time in force``,
    ``procedure``, ``text``."""
    id: str
    edit: Edit
    fields: tuple[tuple[str, str, str], ...]
    """(field, before, after) in words; empty for what is added or removed as a whole."""
    summary: str = ""
    """Its words, in the version that has it."""


@dataclass(frozen=True, slots=True)
class FindingChange:
    """One incident under one clause, before and after."""

    incident_id: str
    clause_id: str
    before: Outcome | None
    """Null where the clause did not concern it."""
    after: Outcome | None
    p_before: float | None
    p_after: float | None
    reason: str
    """The sentence of the factor that changed most, after the amendment."""
