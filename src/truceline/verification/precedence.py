"""Which clause goes before which, where both speak of one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from truceline.model.agreement import Clause
from truceline.model.ruling import Judgement


def displaced(
    clauses: Sequence[Clause], judgements: Mapping[str, Judgement]
) -> dict[str, tuple[str, str]]:
    """Give the clauses that others displace here.

    A clause prevails only where it applies itself: it speaks of the weapon or act and of who it was,
    and its time has come.

    Returns:
        id of a displaced clause to the id of the one that prevails and why.
    """
    return {
        over: (clause.id, basis)
        for clause, over, basis, open_ in reversed(_rules(clauses, judgements))
        if not open_
    }


def contested(
    clauses: Sequence[Clause], judgements: Mapping[str, Judgement]
) -> dict[str, tuple[str, str]]:
    """Give the clauses of which two rules say opposite things.

    The later text goes before the earlier one, and the special clause before the general one: where
    the later is the more general, and no text says which rule holds, neither goes before the other
    for certain.

    Returns:
        id of the earlier, more special clause to the id of the later, more general one and why.
    """
    return {
        over: (clause.id, basis)
        for clause, over, basis, open_ in reversed(_rules(clauses, judgements))
        if open_
    }


def _rules(
    clauses: Sequence[Clause], judgements: Mapping[str, Judgement]
) -> list[tuple[Clause, str, str, bool]]:
    """Give the rules of precedence that work here: winner, loser, why, and whether it is contested."""
    known = {one.id: one for one in clauses}
    return [
        (clause, rule.over, rule.basis, rule.reading and _more_special(known[rule.over], clause))
        for clause in clauses
        if clause.id in judgements and judgements[clause.id].applies
        for rule in clause.terms.prevails
        if rule.over in judgements and rule.over in known
    ]


def _more_special(one: Clause, other: Clause) -> bool:
    return one.text != other.text and speciality(one) > speciality(other)


def speciality(clause: Clause) -> int:
    """Rank how special a clause is: named systems, then classes, a zone, one act, none; a ceasefire last.

    Returns:
        higher is more special.
    """
    terms = clause.terms
    weapons = terms.weapons
    rank = 0
    if (weapons is not None and weapons.systems) or (terms.keep_back and terms.keep_back.systems):
        rank += 8
    elif weapons is not None:
        rank += 4
    if terms.settlements or terms.keep_back is not None or hasattr(clause.area, "zone"):
        rank += 2
    rank += bool(clause.acts and len(clause.acts) == 1)
    return rank - (clause.kind == "ceasefire")
