"""Which clause governs: the one that decided, or that speaks of the matter where nothing is broken."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from truceline.codec.weapons import arsenal
from truceline.model.acts import Taxonomy
from truceline.model.agreement import Clause, InsideZone, NearLine
from truceline.model.finding import Outcome
from truceline.model.ruling import Judgement
from truceline.verification.clauses import schedules_of
from truceline.verification.factor_exempt import permissions_for, permitted
from truceline.verification.factor_kind import acts_of
from truceline.verification.factor_party import EVERY_PARTY
from truceline.verification.precedence import speciality
from truceline.verification.question import Question
from truceline.verification.weighed import Weighed


def governor(
    loaded: Sequence[Clause],
    clause: Clause,
    weighed: Sequence[Weighed],
    question: Question,
    taxonomy: Taxonomy,
) -> str:
    """Name the clause that decided: a schedule, a permission, or the clause itself.

    A schedule of its own that makes a duty not yet due; a permission that holds, or of which nobody
    can say whether it does.
    """
    by_name = {one.factor.name: one for one in weighed}
    late = by_name.get("time")
    if late is not None and "due" in late.factor.reason and late.low < 1.0:
        own = schedules_of(loaded, clause)
        timed = (one for one in own if one.id in late.factor.reason and one.kind == "schedule")
        return next((one.id for one in timed), clause.id)
    if weighed[0].high == 0.0:
        return clause.id
    asked = _with_place(clause, by_name.get("place"), question)
    opened = permissions_for(loaded, clause, asked, taxonomy)
    wanted: tuple[bool | None, ...] = (True,)
    if by_name.get("not_exempt") is not None and not by_name["not_exempt"].factor.known:
        wanted = (True, None)
    return next((one.id for one in opened if permitted(one, asked) in wanted), clause.id)


def _with_place(clause: Clause, place: Weighed | None, question: Question) -> Question:
    """Add that it was outside an area, where the place is sure to be, for rules about that."""
    name = clause.area.name if isinstance(clause.area, NearLine) else ""
    if place is None or not name or place.high > 0.0:
        return question
    return replace(question, facts={f"outside:{name}": True, **question.facts})


def kept_in_order(
    clauses: Mapping[str, tuple[int, Clause]],
    order: Mapping[str, int],
    kept: Sequence[Judgement],
    question: Question,
) -> list[Judgement]:
    """Sort clauses that were kept: the one that the situation names, then the one that applies.

    After that the one whose time is nearest, the later text, and the more special clause.
    """

    def key(one: Judgement) -> tuple[float, ...]:
        clause = clauses[one.clause_id][1]
        return (
            _named(clause, question),
            _rank(one),
            one.applies,
            -_away(clause, question),
            order[one.text],
            _from_its_hour(one, clause),
            _binds(clause, question),
            speciality(clause),
        )

    return sorted(kept, key=key, reverse=True)


def _binds(clause: Clause, question: Question) -> bool:
    return not question.side or question.side in {*clause.binds, *EVERY_PARTY}


def _from_its_hour(one: Judgement, clause: Clause) -> bool:
    """Tell whether it is the ceasefire itself that was not in force: it is what sets the hour."""
    early = any(f.name == "time" and f.probability == 0.0 for f in one.factors)
    return early and clause.kind == "ceasefire"


def _rank(one: Judgement) -> int:
    """Rank how directly a clause was kept: it spoke; a bound took it out; no place was stated."""
    if any(f.name == "place" and f.reason.startswith("not stated") for f in one.factors):
        return 0
    return 2 if spoke(one) else 1


def _named(clause: Clause, question: Question) -> bool:
    """Tell whether the words of the situation name the clause by its point, for an area of its own."""
    if not isinstance(clause.area, InsideZone):
        return False
    return bool(
        re.search(rf"\b{re.escape(clause.ref.casefold())}\b", question.act_words.casefold())
    )


def _away(clause: Clause, question: Question) -> float:
    """Tell how far a moment lies from the time in which a clause binds; 0 inside. Unit: s."""
    own, moment = clause.time, question.time.start
    if own.contains(moment) or not question.dated:
        return 0.0
    return min(abs((moment - edge).total_seconds()) for edge in (own.start, own.end))


def spoke(one: Judgement) -> bool:
    """Tell whether the clause speaks of such a matter at all, whoever did it and whenever."""
    first = one.factors[0] if one.factors[0].name != "real" else one.factors[1]
    return first.probability > 0


def nearly(
    clauses: Mapping[str, tuple[int, Clause]],
    asked: Sequence[Judgement],
    question: Question,
    taxonomy: Taxonomy,
) -> list[Judgement]:
    """Give the clauses on such acts and this class of weapon that its calibre or name takes out."""
    weapon = question.weapon
    if weapon is None or weapon.classes is None:
        return []
    found = []
    for one in asked:
        clause = clauses[one.clause_id][1]
        test = clause.terms.weapons
        if test is None or one.outcome is not Outcome.PERMITTED:
            continue
        of_class = any(arsenal().is_a(weapon.classes, of) for of in test.classes)
        acts = acts_of(clause)
        done = any(taxonomy.is_a(code, act) for code, _ in question.kinds for act in acts)
        if of_class and done:
            found.append(one)
    return found
