"""What follows from all clauses of the loaded texts for one situation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from truceline.model.finding import Factor, Outcome

_TELLING = ("place", "time", "not_exempt", "conditions", "kind", "party", "real")
"""Factors by how much their sentence tells where all of them hold."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One clause's answer."""

    clause_id: str
    text: str
    applies: bool
    """The clause speaks of what happened, and of who did it, whether it was broken or not."""
    probability: float
    """Of breach, 0..1."""
    low: float
    """Lowest probability under the readings that stand side by side."""
    high: float
    """Highest."""
    outcome: Outcome
    factors: tuple[Factor, ...]
    governed_by: str
    """The clause that decided: itself, the schedule that makes it not yet due, or a permission."""
    displaced_by: str = ""
    """The clause that prevails over it here; empty: none."""
    unverified: tuple[str, ...] = ()
    """Figures that it hangs on and that are not fully verified."""

    @property
    def reason(self) -> str:
        """The sentence of the factor that decided: the smallest, among equals the most telling."""
        weight = {name: place for place, name in enumerate(_TELLING)}
        decided = min(
            self.factors, key=lambda one: (one.probability, one.known, weight.get(one.name, 9))
        )
        return decided.reason


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answer of the loaded texts together."""

    outcome: str
    """An ``Outcome``, or ``not_applicable`` where a count or condition was asked and does not hold."""
    clause_id: str
    """The clause that governs; ``none`` where no clause speaks of it."""
    probability: float
    """Of breach of that clause, 0..1."""
    low: float
    high: float
    reason: str
    judgements: tuple[Judgement, ...]
    """Of every clause that can be broken, in the order of the texts."""
    also: tuple[str, ...] = ()
    """Other clauses that are broken, the most probable first."""
    unverified: tuple[str, ...] = ()
    """Figures of the clause that governs that are not fully verified."""
    values: Mapping[str, object] = field(default_factory=dict)
    """What was counted: ``full_days``, ``condition_met``, ``count``, ``trigger``, ``category``."""
