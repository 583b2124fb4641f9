"""Incident x clause: the probability of breach as a product of stated factors.

Three-valued: what is not known stays *undetermined*. A factor that rests on an assumption (a report
that gives only a window which crosses the start of a truce; a clause that binds one party while
nobody knows who acted) carries ``known=False``, and no product of such factors makes a violation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import shapely

from truceline.codec.agreement import unverified_figures
from truceline.geodesy import distance_m, interval_mass, near_line_mass, zone_mass
from truceline.model.acts import Taxonomy
from truceline.model.agreement import (
    Agreement,
    Clause,
    Everywhere,
    Exemption,
    Geometry,
    InsideZone,
    Procedure,
)
from truceline.model.finding import Factor, Finding, Outcome
from truceline.model.incident import Incident
from truceline.model.interval import Interval
from truceline.model.words import words_for

_FOREVER = 9999  # year of an open end


@dataclass(frozen=True, slots=True)
class Question:
    """What evaluation needs to know of an incident; a lawyer's case is one too."""

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


def factors(
    agreement: Agreement, clause: Clause, question: Question, taxonomy: Taxonomy
) -> tuple[Factor, ...]:
    """Give the factors of one incident under one clause, cheapest to refuse first.

    Returns:
        at least one; a factor of probability 0 ends the list, since no other can matter.

    Raises:
        KeyError: when the clause names a zone or line that the agreement does not have.
    """
    found: list[Factor] = []
    for step in (_kind, _time, _place, _party, _not_exempt):
        factor = step(agreement, clause, question, taxonomy)
        found.append(factor)
        if factor.probability == 0.0:
            return tuple(found)
    return (Factor("real", question.p_real, True, question.real_reason), *found)


def evaluate(
    agreement: Agreement, clause: Clause, incident: Incident, taxonomy: Taxonomy
) -> Finding | None:
    """Evaluate one incident under one clause.

    Returns:
        the finding, or None where the clause does not concern the incident at all (no prohibited
        kind, or not in force at any moment it could have happened).

    Raises:
        KeyError: when the clause names a zone or line that the agreement does not have.
    """
    if clause.mode != "prohibited":
        return None
    parts = factors(agreement, clause, question_of(incident), taxonomy)
    if any(f.name in {"kind", "time"} and f.probability == 0.0 for f in parts):
        return None
    probability = product_of(parts)
    outcome = outcome_of(probability, parts, agreement.procedure)
    return Finding(
        finding_id=f"{incident.incident_id}/{clause.id}",
        incident_id=incident.incident_id,
        incident_revision=incident.revision,
        clause_id=clause.id,
        clause_ref=clause.ref,
        probability=probability,
        factors=parts,
        outcome=outcome,
        grade=grade_of(outcome, clause, agreement.procedure),
        words=words_for(probability),
        attribution=(("undetermined", 1.0),),
        unverified=unverified_figures(agreement, clause),
    )


def product_of(parts: Sequence[Factor]) -> float:
    """Give the product of the factors to six digits, as it is written and compared with thresholds."""
    return round(math.prod(f.probability for f in parts), 6)


def outcome_of(probability: float, parts: tuple[Factor, ...], procedure: Procedure) -> Outcome:
    """Decide between violated, permitted and undetermined.

    What rests on an unknown is permitted only where it could not be a breach even if the unknown
    were settled against it.
    """
    worst = math.prod(f.probability if f.known else float(f.probability > 0) for f in parts)
    if round(worst, 6) <= procedure.permitted_at:
        return Outcome.PERMITTED
    if any(not f.known for f in parts):
        return Outcome.UNDETERMINED
    if probability >= procedure.violated_at:
        return Outcome.VIOLATED
    return Outcome.UNDETERMINED


def grade_of(outcome: Outcome, clause: Clause, procedure: Procedure) -> str:
    """Give the grade: the clause's own for a violation, else one of the two lightest."""
    if outcome is Outcome.VIOLATED:
        return clause.grade
    return procedure.grades[
        0 if outcome is Outcome.PERMITTED else min(1, len(procedure.grades) - 1)
    ]


def _kind(_agreement: Agreement, clause: Clause, question: Question, taxonomy: Taxonomy) -> Factor:
    prohibited = [
        (code, p)
        for code, p in question.kinds
        if any(taxonomy.is_a(code, act) for act in clause.acts)
    ]
    mass = min(math.fsum(p for _, p in prohibited), 1.0)
    names = ", ".join(code for code, _ in prohibited[:3]) or "none of its kinds"
    return Factor("kind", mass, True, f"{names} fall(s) under the acts that {clause.id} names")


def _time(_agreement: Agreement, clause: Clause, question: Question, _taxonomy: Taxonomy) -> Factor:
    high = math.inf if clause.time.end.year >= _FOREVER else clause.time.end.timestamp()
    low = clause.time.start.timestamp()
    start, end = question.time.start.timestamp(), question.time.end.timestamp()
    mass = interval_mass(start, end, low, high, question.time_sigma_s)
    if not question.window_only or mass in (0.0, 1.0):
        where = {0.0: "outside", 1.0: "inside"}.get(mass, "near an edge of")
        return Factor("time", mass, True, f"it happened {where} the time in force")
    share = f"{mass:.0%} of the window in which it happened lies in the time in force"
    return Factor("time", mass, False, share + "; when inside it happened is not known")


def _place(agreement: Agreement, clause: Clause, question: Question, _taxonomy: Taxonomy) -> Factor:
    area = clause.area
    if isinstance(area, Everywhere):
        return Factor("place", 1.0, True, "the clause holds everywhere in the theatre")
    ee, en, nn = question.cov
    cov = np.array([[ee, en], [en, nn]])
    name = area.zone if isinstance(area, InsideZone) else area.line
    found = _version(agreement, name, question.time)
    if isinstance(found, str):
        return Factor("place", 0.5, False, found)
    shape = shapely.from_wkb(found.wkb)
    at = (question.lon, question.lat, cov, found.sigma_m)
    if isinstance(area, InsideZone):
        mass = zone_mass(shape, *at)
        reason = f"{mass:.1%} of its ellipse lies inside {found.label}"
    else:
        mass = near_line_mass(shape, area.distance_m, *at)
        reach = f"{area.distance_m / 1000:g} km of {found.label}"
        reason = f"{mass:.1%} of its ellipse lies within {reach}"
    return Factor("place", round(mass, 9), True, f"{reason} (stated error {found.sigma_m:g} m)")


def _version(agreement: Agreement, name: str, time: Interval) -> Geometry | str:
    """Give the version of a zone or line that holds, or why none can be told.

    Raises:
        KeyError: when the agreement has no geometry of that name.
    """
    versions = [g for g in agreement.geometry if g.id == name]
    if not versions:
        raise KeyError(f"the agreement {agreement.id} has no zone or line {name!r}")
    first = [g for g in versions if g.valid.contains(time.start)]
    # a window is half-open: one that ends where a version ends does not cross into the next
    end = time.end - timedelta.resolution if time.end > time.start else time.end
    last = [g for g in versions if g.valid.contains(end)]
    if first and last and first[0] is last[0]:
        return first[0]
    if not first and not last:
        return f"no version of {name} holds at that time"
    return f"the window crosses a change of {name}"


def _party(
    agreement: Agreement, clause: Clause, _question: Question, _taxonomy: Taxonomy
) -> Factor:
    everyone = {party.id for party in agreement.parties}
    if everyone <= set(clause.binds):
        return Factor("party", 1.0, True, "each party is bound; who acted is a separate question")
    bound = ", ".join(clause.binds)
    reason = f"only {bound} is bound, and who acted is undetermined"
    return Factor("party", 0.5, False, reason)


def _not_exempt(
    agreement: Agreement, clause: Clause, question: Question, taxonomy: Taxonomy
) -> Factor:
    covered, known = 0.0, True
    reasons = []
    for exemption in agreement.exemptions:
        fits = _fitting(exemption, clause, question, taxonomy)
        inside = _time_inside(exemption, question) if fits > 0 else 0.0
        if inside <= 0:
            continue
        if exemption.time.start - exemption.notified < exemption.lead:
            reasons.append(f"{exemption.id} was notified too late and exempts nothing")
            continue
        covered = max(covered, fits * inside)
        reasons.append(
            f"{fits * inside:.0%} of it fits the notified {exemption.id} ({exemption.ref})"
        )
        # most of a long window lies outside a short exemption, and yet it may be the very act
        if question.window_only and inside < 1 and fits > agreement.procedure.permitted_at:
            known = False
            reasons.append("when inside its window it happened is not known")
    reason = "; ".join(reasons) or "no notified exemption fits its place and time"
    return Factor("not_exempt", round(1 - covered, 9), known, reason)


def _time_inside(exemption: Exemption, question: Question) -> float:
    """Give the probability that it happened while the exemption held."""
    return interval_mass(
        question.time.start.timestamp(),
        question.time.end.timestamp(),
        exemption.time.start.timestamp(),
        exemption.time.end.timestamp(),
        question.time_sigma_s,
    )


def _fitting(exemption: Exemption, clause: Clause, question: Question, taxonomy: Taxonomy) -> float:
    """Give the probability that the incident is of the place and kind that were notified."""
    if exemption.clauses and clause.id not in exemption.clauses:
        return 0.0
    ee, en, nn = question.cov
    away = distance_m(exemption.lon, exemption.lat, question.lon, question.lat)
    if away > exemption.radius_m + 6 * math.sqrt(max(ee, nn)):
        return 0.0
    centre = shapely.Point(exemption.lon, exemption.lat)
    cov = np.array([[ee, en], [en, nn]])
    place = near_line_mass(centre, exemption.radius_m, question.lon, question.lat, cov)
    breach = [(c, p) for c, p in question.kinds if any(taxonomy.is_a(c, a) for a in clause.acts)]
    total = math.fsum(p for _, p in breach)
    fits = math.fsum(p for c, p in breach if _fits(c, exemption, taxonomy))
    return place * (fits / total if total else 0.0)


def _fits(code: str, exemption: Exemption, taxonomy: Taxonomy) -> bool:
    return any(taxonomy.is_a(code, act) for act in exemption.acts)
