"""Questions that ask for a count or for quiet days, and not for a single breach."""

from __future__ import annotations

from collections.abc import Sequence

from truceline.model.agreement import Agreement, Clause
from truceline.model.finding import Outcome
from truceline.model.ruling import Ruling
from truceline.verification.counting import most_within, quiet_days
from truceline.verification.question import Question

NOT_APPLICABLE = "not_applicable"
"""Outcome of a condition or count that was asked for and does not hold."""


def ruling_of_count(
    agreement: Agreement, loaded: Sequence[Clause], question: Question
) -> Ruling | None:
    """Answer a question that lists breaches; null where it lists none or no clause counts them."""
    if not question.breaches:
        return None
    zone = agreement.in_force.zone if agreement.in_force else agreement.procedure.day_zone
    for clause in loaded:
        if clause.terms.count is not None:
            return _counted(clause, question)
        if clause.terms.quiet is not None:
            return _quiet(clause, question, zone)
    return None


def _counted(clause: Clause, question: Question) -> Ruling:
    terms = question.count or clause.terms.count
    assert terms is not None
    most = most_within(question.breaches, terms.window)
    reached = most >= terms.at_least
    days = terms.window.total_seconds() / 86400
    reason = f"{most} within {days:g} days; {clause.id} asks for {terms.at_least}"
    outcome = Outcome.VIOLATED if reached else Outcome.PERMITTED
    p = float(reached)
    values = {"count": most, "trigger": reached}
    return Ruling(outcome.value, clause.id, p, p, p, reason, (), values=values)


def _quiet(clause: Clause, question: Question, zone: str) -> Ruling:
    terms = clause.terms.quiet
    assert terms is not None
    moment = question.time.start
    before = [one for one in question.breaches if one <= moment]
    days = quiet_days(max(before, default=None), moment, zone)
    met = days is not None and days >= terms.days
    reason = (
        f"{days if days is not None else 'no'} full quiet days; {clause.id} asks for {terms.days}"
    )
    outcome = Outcome.PERMITTED.value if met else NOT_APPLICABLE
    values = {"condition_met": met, "full_days": days}
    return Ruling(outcome, clause.id, 0.0, 0.0, 0.0, reason, (), values=values)
