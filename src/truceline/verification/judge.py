"""All clauses of the loaded texts on one situation, and which of them governs.

A breach that is known goes first, the most probable one; among equals the later text, then the more
special clause. Without a breach, what is undetermined; without that, the clause that speaks of the
matter and was kept.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

from truceline.codec.agreement import unverified_figures
from truceline.model.acts import Taxonomy
from truceline.model.agreement import Agreement, Clause
from truceline.model.finding import Factor, Outcome
from truceline.model.ruling import Judgement, Ruling
from truceline.verification.clauses import breakable, lowest_of, outcome_of, product_of, weigh
from truceline.verification.counted import ruling_of_count
from truceline.verification.duties import ruling_of_duty, ruling_of_pledge
from truceline.verification.factor_kind import row_of
from truceline.verification.governing import governor, kept_in_order, nearly, spoke
from truceline.verification.precedence import contested, displaced, speciality
from truceline.verification.question import Question
from truceline.verification.weighed import Weighed


def judge(
    agreement: Agreement,
    question: Question,
    taxonomy: Taxonomy,
    texts: Collection[str] | None = None,
) -> Ruling:
    """Ask every clause, and say what follows from all of them.

    Args:
        agreement: a text, or a family of texts.
        question: the situation.
        taxonomy: of acts.
        texts: ids of the texts that count; null: all of the family.

    Raises:
        KeyError: when a clause names a zone or line that the agreement does not have.
    """
    loaded = tuple(one for one in agreement.clauses if texts is None or one.text in texts)
    counted = ruling_of_count(agreement, loaded, question)
    if counted is not None:
        return counted
    duty = ruling_of_duty(loaded, question)
    if duty is not None:
        return duty
    asked = {
        one.id: _judgement(agreement, loaded, one, question, taxonomy)
        for one in loaded
        if breakable(one)
    }
    for gone, (winner, _why) in displaced(loaded, asked).items():
        asked[gone] = replace(asked[gone], displaced_by=winner)
    for over, (later, why) in contested(loaded, asked).items():
        asked[over] = _open(asked[over], asked[later], why)
    return _ruling(loaded, asked, question, taxonomy)


def _judgement(
    agreement: Agreement,
    loaded: Sequence[Clause],
    clause: Clause,
    question: Question,
    taxonomy: Taxonomy,
) -> Judgement:
    weighed = weigh(agreement, clause, question, taxonomy, loaded)
    parts = tuple(one.factor for one in weighed)
    probability = product_of(parts)
    low = lowest_of(weighed)
    return Judgement(
        clause_id=clause.id,
        text=clause.text,
        applies=_applies(weighed),
        probability=probability,
        low=low,
        high=round(math.prod(one.high for one in weighed), 6) if _whole(weighed) else 0.0,
        outcome=outcome_of(probability, parts, agreement.procedure, low),
        factors=parts,
        governed_by=governor(loaded, clause, weighed, question, taxonomy),
        unverified=(*_of_row(clause, question), *unverified_figures(agreement, clause)),
    )


def _of_row(clause: Clause, question: Question) -> tuple[str, ...]:
    """Give what is not verified of the distance that a list gives for this very weapon."""
    row = row_of(clause.terms.keep_back, question.weapon) if clause.terms.keep_back else None
    return tuple(
        f"{one.figure}: {one.state}" + (f" ({one.note})" if one.note else "")
        for one in (row.verified if row else ())
        if one.state != "yes"
    )


def _open(special: Judgement, later: Judgement, why: str) -> Judgement:
    """Leave open a breach of a special clause that a later, more general one does not share."""
    if special.outcome is not Outcome.VIOLATED or later.outcome is Outcome.VIOLATED:
        return special
    reason = f"{later.clause_id} is later and {special.clause_id} more special: {why}"
    middle = round(special.probability / 2, 6)
    return replace(
        special,
        probability=middle,
        low=0.0,
        outcome=Outcome.UNDETERMINED,
        factors=(Factor("precedence", 0.5, False, reason), *special.factors),
    )


def _whole(weighed: Sequence[Weighed]) -> bool:
    """Tell whether no factor ended the list."""
    return all(one.high > 0.0 for one in weighed)


def _applies(weighed: Sequence[Weighed]) -> bool:
    """Tell whether the clause speaks of the matter: act or weapon, time and party, for certain.

    A duty that is not due yet applies (it says when), one that is not in force does not.
    """
    held = {one.factor.name: one for one in weighed}
    kind = held["kind"]
    if not (kind.factor.known and kind.factor.probability > 0):
        return False
    late = held.get("time")
    if late is not None and late.high == 0.0 and "not yet due" not in late.factor.reason:
        return False
    who = held.get("party")
    return who is None or who.high > 0.0


def _ruling(
    loaded: Sequence[Clause],
    asked: dict[str, Judgement],
    question: Question,
    taxonomy: Taxonomy,
) -> Ruling:
    clauses = {one.id: (place, one) for place, one in enumerate(loaded)}
    order = {one.text: place for place, one in enumerate(loaded)}

    def special(one: Judgement) -> tuple[int, int]:
        return order[one.text], speciality(clauses[one.clause_id][1])

    alive = [one for one in asked.values() if not one.displaced_by]
    broken = [one for one in alive if one.outcome is Outcome.VIOLATED]
    broken.sort(key=lambda one: (one.probability, *special(one)), reverse=True)
    doubtful = [one for one in alive if one.outcome is Outcome.UNDETERMINED]
    doubtful.sort(key=lambda one: (one.high, one.probability, *special(one)), reverse=True)
    kept = [one for one in alive if one.outcome is Outcome.PERMITTED and spoke(one)]
    kept += nearly(clauses, alive, question, taxonomy)
    kept = kept_in_order(clauses, order, kept, question)
    for group in (broken, doubtful, kept):
        if group:
            also = tuple(one.clause_id for one in broken if one is not group[0])
            return _headline(group[0], tuple(asked.values()), also)
    return _no_clause(loaded, tuple(asked.values()), question, taxonomy)


def _headline(one: Judgement, asked: tuple[Judgement, ...], also: tuple[str, ...]) -> Ruling:
    return Ruling(
        outcome=one.outcome.value,
        clause_id=one.governed_by,
        probability=one.probability,
        low=one.low,
        high=one.high,
        reason=one.reason,
        judgements=asked,
        also=also,
        unverified=one.unverified,
    )


def _no_clause(
    loaded: Sequence[Clause],
    asked: tuple[Judgement, ...],
    question: Question,
    taxonomy: Taxonomy,
) -> Ruling:
    """Answer where nothing that can be broken speaks of it.

    Texts that only pledge have no breach to give: what was done stays undetermined until they bind.
    """
    hostile = any(
        p > 0 and taxonomy.is_a(code, act) for code, p in question.kinds for act in _ARMED
    )
    if hostile and not asked:
        pledge = ruling_of_pledge(loaded, question)
        if pledge is not None:
            return pledge
    reason = "no clause of the loaded texts speaks of it"
    return Ruling(Outcome.PERMITTED.value, "none", 0.0, 0.0, 0.0, reason, asked)


_ARMED = ("fire", "strike", "explosion", "assault", "violence")
