"""Is it exempt: notified in time for its place and hour, or permitted by another clause?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely

from truceline.geodesy import distance_m, interval_mass, near_line_mass
from truceline.model.acts import Taxonomy
from truceline.model.agreement import Agreement, Clause, Exemption
from truceline.verification.factor_party import EVERY_PARTY
from truceline.verification.question import Question
from truceline.verification.weighed import Weighed


def not_exempt(
    agreement: Agreement,
    clause: Clause,
    permissions: Sequence[Clause],
    question: Question,
    taxonomy: Taxonomy,
) -> Weighed:
    """Weigh that no exemption covers it and no permission opens the clause."""
    notified = _notified(agreement, clause, question, taxonomy)
    for permission in permissions:
        holds = permitted(permission, question)
        if holds is True:
            return Weighed.sure("not_exempt", 0.0, f"{permission.id} permits it ({permission.ref})")
        if holds is None:
            reason = f"whether {permission.id} permits it is not known ({permission.ref})"
            return Weighed.unknown("not_exempt", reason)
    return notified


def permissions_for(
    clauses: Sequence[Clause], clause: Clause, question: Question, taxonomy: Taxonomy
) -> tuple[Clause, ...]:
    """Give the permissions that could open a clause for what happened."""
    return tuple(
        one
        for one in clauses
        if _is_permission(one)
        and _opens(one, clause, taxonomy)
        and _speaks_of(one, question, taxonomy)
        and _serves(one, question.side)
        and one.time.contains(question.time.start)
    )


def _is_permission(clause: Clause) -> bool:
    """Tell whether a clause permits; a rule of counting that names clauses does so too."""
    if clause.mode in {"permitted", "right"}:
        return True
    return clause.mode == "duty_of_body" and bool(clause.terms.exempts)


def _serves(permission: Clause, side: str) -> bool:
    """Tell whether somebody may rely on a permission; a rule of counting serves everybody."""
    if permission.mode == "duty_of_body" or not side:
        return True
    return side in {*permission.binds, *EVERY_PARTY}


def permitted(permission: Clause, question: Question) -> bool | None:
    """Tell whether a permission holds; null where that is not known.

    One fact that fails ends it. Where nothing is said of any fact nobody has claimed it, unless a
    fact is one that stays open until somebody finds out (``Condition.open``).
    """
    conditions = permission.terms.conditions
    said = [question.facts.get(one.id) for one in conditions]
    if False in said:
        return False
    if all(fact is None for fact in said):
        if not conditions:
            return True
        if question.facts.get(f"claimed:{permission.kind}"):
            return None
        return None if any(one.open for one in conditions) else False
    return True if all(said) else None


def _opens(permission: Clause, clause: Clause, taxonomy: Taxonomy) -> bool:
    if permission.terms.exempts:
        return clause.id in permission.terms.exempts
    both = ((mine, theirs) for mine in permission.acts for theirs in clause.acts)
    related = any(taxonomy.is_a(a, b) or taxonomy.is_a(b, a) for a, b in both)
    return related and clause.text == permission.text


def _speaks_of(permission: Clause, question: Question, taxonomy: Taxonomy) -> bool:
    return any(
        p > 0 and any(taxonomy.is_a(code, act) for act in permission.acts)
        for code, p in question.kinds
    )


def _notified(
    agreement: Agreement, clause: Clause, question: Question, taxonomy: Taxonomy
) -> Weighed:
    covered, known = 0.0, True
    reasons = []
    for exemption in agreement.exemptions if question.placed else ():
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
    left = round(1 - covered, 9)
    if known:
        return Weighed.sure("not_exempt", left, reason)
    return Weighed.unknown("not_exempt", reason, left)


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
