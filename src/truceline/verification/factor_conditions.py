"""Do the conditions hold on which a duty hangs?"""

from __future__ import annotations

from truceline.model.agreement import Clause
from truceline.verification.question import Question
from truceline.verification.weighed import Weighed


def owed(clause: Clause, question: Question) -> Weighed:
    """Weigh that every condition of a duty or prohibition holds; one that fails ends it."""
    said = {one.id: question.facts.get(one.id) for one in clause.terms.conditions}
    words = {one.id: one.words for one in clause.terms.conditions}
    fails = next((name for name, fact in said.items() if fact is False), None)
    if fails is not None:
        return Weighed.sure("conditions", 0.0, f"it is not so that {words[fails]}")
    open_ = next((name for name, fact in said.items() if fact is None), None)
    if open_ is not None:
        return Weighed.unknown("conditions", f"whether {words[open_]} is not known")
    return Weighed.sure("conditions", 1.0, f"every condition of {clause.id} holds")
