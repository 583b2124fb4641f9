"""What evaluation needs to know of an incident; a lawyer's case is one too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from truceline.model.clause_terms import Count
from truceline.model.incident import Incident
from truceline.model.interval import Interval
from truceline.model.weapons import Weapon

ANY_LINE: Final = "*"
"""Stands in :attr:`Question.behind` for a line that is not named."""


@dataclass(frozen=True, slots=True)
class Behind:
    """How far behind its own side of a line something stands."""

    distance_m: float
    """Positive away from the line. Unit: m."""
    sigma_m: float
    """Standard error of the distance, of place and line together. Unit: m."""


@dataclass(frozen=True, slots=True)
class Question:
    """A situation, as far as it is known."""

    time: Interval
    time_sigma_s: float
    window_only: bool
    """True where the act lies somewhere in ``time``."""
    lon: float
    lat: float
    cov: tuple[float, float, float]
    """ee, en, nn. Unit: m²."""
    kinds: tuple[tuple[str, float], ...]
    p_real: float
    real_reason: str
    placed: bool = True
    """False where no position is given."""
    dated: bool = True
    """False where no time is given."""
    side: str = ""
    """Who acted: a party or body, ``ALL`` or ``ANY`` for every party; empty where not known."""
    weapon: Weapon | None = None
    behind: Mapping[str, Behind] = field(default_factory=dict)
    """Line id to the distance behind it; a line that is missing is computed from the position."""
    facts: Mapping[str, bool] = field(default_factory=dict)
    """What is stated: ``notified``, ``order``, ``inside:ZONE``, ``in_settlement``, ..."""
    from_centre_m: tuple[float, float] | None = None
    """Place as an offset, east and north, from the centre of the clause's zone. Unit: m."""
    breaches: tuple[datetime, ...] = ()
    """Moments of earlier breaches, for counts and quiet days. UTC."""
    act_words: str = ""
    """The situation in words."""
    stated: tuple[str, ...] = ()
    """The acts as they are stated, the main one first: each is that act for certain under every clause
    that names it or what stands above it, whatever else ``kinds`` makes of it."""
    matters: tuple[str, ...] = ()
    """Duties that it is about and that no single act breaks, in words of the lexicon."""
    count: Count | None = None
    """A count that the situation itself sets, in place of the clause's."""
    square_m: tuple[float, float] | None = None
    """Sides of the area, where the situation gives them, in place of the drawn one. Unit: m."""
    hours: float | None = None
    """Hours that have passed since an earlier breach, where that is what it is about."""


def question_of(incident: Incident) -> Question:
    """Turn an incident into the question that its clauses are asked."""
    groups = incident.corroboration
    reason = f"{groups} independent group(s) of sources stand behind it"
    return Question(
        incident.time,
        incident.time_sigma_s,
        incident.straddles_unknown,
        incident.lon,
        incident.lat,
        (incident.cov_ee_m2, incident.cov_en_m2, incident.cov_nn_m2),
        incident.kinds,
        incident.probability,
        reason,
    )
