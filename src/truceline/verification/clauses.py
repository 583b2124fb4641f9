"""Incident x clause: the probability of breach as a product of stated factors.

Three-valued: what is not known stays *undetermined*. A factor that rests on an assumption (a report
that gives only a window which crosses the start of a truce; a clause that binds one party while
nobody knows who acted; a deadline that sources give differently) carries ``known=False``, and no
product of such factors makes a violation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from truceline.codec.agreement import unverified_figures
from truceline.model.acts import Taxonomy
from truceline.model.agreement import Agreement, Clause, Procedure
from truceline.model.finding import Factor, Finding, Outcome
from truceline.model.incident import Incident
from truceline.model.words import words_for
from truceline.verification.factor_conditions import owed
from truceline.verification.factor_exempt import not_exempt, permissions_for
from truceline.verification.factor_kind import kind
from truceline.verification.factor_party import party
from truceline.verification.factor_place import place
from truceline.verification.factor_time import time
from truceline.verification.question import Question, question_of
from truceline.verification.weighed import Weighed

__all__ = ["Question", "evaluate", "factors", "outcome_of", "product_of", "question_of", "weigh"]

_CEASE = frozenset(
    {
        "ceasefire",
        "withdrawal",
        "withdrawal_named_systems",
        "disengagement",
        "permitted_forces",
        "duty_to_prevent",
    }
)
"""Kinds of duty whose breach is that the acts which they name are done, or that something stands
where it may not."""


def weigh(
    agreement: Agreement,
    clause: Clause,
    question: Question,
    taxonomy: Taxonomy,
    clauses: Sequence[Clause] | None = None,
) -> tuple[Weighed, ...]:
    """Give the factors of one situation under one clause, cheapest to refuse first.

    Args:
        agreement: the whole.
        clause: the one that is asked.
        question: the situation.
        taxonomy: of acts.
        clauses: those of the loaded texts, which may time or open this one; null: all.

    Returns:
        at least one; a factor of probability 0 ends the list, since no other can matter.

    Raises:
        KeyError: when the clause names a zone or line that the agreement does not have.
    """
    loaded = agreement.clauses if clauses is None else clauses
    steps: tuple[Callable[[], Weighed], ...] = (
        lambda: kind(clause, question, taxonomy),
        lambda: time(clause, schedules_of(loaded, clause), question),
        lambda: place(agreement, clause, question),
        lambda: party(agreement, clause, question),
        *((lambda: owed(clause, question),) if clause.terms.conditions else ()),
        lambda: not_exempt(
            agreement,
            clause,
            permissions_for(loaded, clause, question, taxonomy),
            question,
            taxonomy,
        ),
    )
    found: list[Weighed] = []
    for step in steps:
        found.append(step())
        if found[-1].high == 0.0:
            return tuple(found)
    return (Weighed.sure("real", question.p_real, question.real_reason), *found)


def factors(
    agreement: Agreement, clause: Clause, question: Question, taxonomy: Taxonomy
) -> tuple[Factor, ...]:
    """Give the factors of :func:`weigh` alone.

    Raises:
        KeyError: when the clause names a zone or line that the agreement does not have.
    """
    return tuple(one.factor for one in weigh(agreement, clause, question, taxonomy))


def schedules_of(clauses: Sequence[Clause], clause: Clause) -> tuple[Clause, ...]:
    """Give the clauses whose schedule times a clause, itself included."""
    return tuple(
        one
        for one in clauses
        if one.terms.schedule is not None
        and (one.id == clause.id or clause.id in one.terms.schedule.clauses)
    )


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
    if not breakable(clause):
        return None
    weighed = weigh(agreement, clause, question_of(incident), taxonomy)
    parts = tuple(one.factor for one in weighed)
    if any(f.name in {"kind", "time"} and f.probability == 0.0 for f in parts):
        return None
    probability = product_of(parts)
    outcome = outcome_of(probability, parts, agreement.procedure, lowest_of(weighed))
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


def breakable(clause: Clause) -> bool:
    """Tell whether a single act, or a weapon where it stands, can break a clause.

    A prohibition by its acts; a duty where it is one to cease, to withdraw or to keep back; a right
    of the verification body by hindering it. Other duties (to coordinate, to hold elections) are kept and shown, and no incident breaks them.
    """
    if clause.terms.rights:
        return True
    if clause.mode == "prohibited":
        return bool(clause.acts) or clause.terms.keep_back is not None
    if clause.mode != "required":
        return False
    return clause.terms.keep_back is not None or (bool(clause.acts) and clause.kind in _CEASE)


def product_of(parts: Sequence[Factor]) -> float:
    """Give the product of the factors to six digits, as it is written and compared with thresholds."""
    return round(math.prod(f.probability for f in parts), 6)


def lowest_of(weighed: Sequence[Weighed]) -> float:
    """Give the lowest probability under all readings that stand side by side; 0 of an unknown."""
    return round(math.prod(one.low for one in weighed), 6)


def outcome_of(
    probability: float, parts: tuple[Factor, ...], procedure: Procedure, low: float = 0.0
) -> Outcome:
    """Decide between violated, permitted and undetermined.

    What rests on an unknown is permitted only where it could not be a breach even if the unknown
    were settled against it, and violated only where every reading of it makes it one (``low``).
    """
    if low >= procedure.violated_at:
        return Outcome.VIOLATED
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
