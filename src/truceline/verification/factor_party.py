"""Was it done by somebody whom the clause binds?"""

from __future__ import annotations

from typing import Final

from truceline.model.agreement import Agreement, Clause
from truceline.verification.question import Question
from truceline.verification.weighed import Weighed

EVERY_PARTY: Final = frozenset({"ALL", "ANY"})
"""Words of a situation for: whoever it was, a party did it."""


def party(agreement: Agreement, clause: Clause, question: Question) -> Weighed:
    """Weigh whether who acted is bound; who that was is a separate question (attribution)."""
    everyone = {one.id for one in agreement.parties}
    if _from_anywhere(question):
        reason = (
            "interference may come from anywhere; who caused it, or whether it was that, is open"
        )
        return Weighed.unknown("party", reason)
    bound = everyone if clause.terms.rights else set(clause.binds)  # a right binds every party
    if question.side and question.side not in EVERY_PARTY:
        return _stated(clause, bound, question.side)
    if everyone <= bound or (question.side and bound & everyone):
        return Weighed.sure("party", 1.0, "each party is bound; who acted is a separate question")
    reason = f"only {', '.join(clause.binds)} is bound, and who acted is undetermined"
    return Weighed.unknown("party", reason)


def _from_anywhere(question: Question) -> bool:
    """Tell whether it is jamming and the like, whose source nobody located."""
    if question.stated != ("interference.jamming",):
        return False
    nobody = not question.side or question.side in EVERY_PARTY
    return nobody or any(question.facts.get(one) for one in ("actor_unknown", "cause_probable"))


def _stated(clause: Clause, bound: set[str], side: str) -> Weighed:
    if side in bound:
        return Weighed.sure("party", 1.0, f"{side} is bound by {clause.id}")
    return Weighed.sure("party", 0.0, f"{clause.id} does not bind {side}")


def parties_meant(agreement: Agreement, clause: Clause, question: Question) -> tuple[str, ...]:
    """Give the bound parties that may have acted, sorted."""
    bound = {one.id for one in agreement.parties} & set(clause.binds)
    if question.side in bound:
        return (question.side,)
    return tuple(sorted(bound))
