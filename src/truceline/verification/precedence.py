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
    found: dict[str, tuple[str, str]] = {}
    for clause in clauses:
        own = judgements.get(clause.id)
        if own is None or not own.applies:
            continue
        for rule in clause.terms.prevails:
            if rule.over in judgements:
                found.setdefault(rule.over, (clause.id, rule.basis))
    return found


def speciality(clause: Clause) -> int:
    """Rank how special a clause is: named systems, then classes, a zone, a window, or none of these.

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
    return rank + bool(clause.acts and len(clause.acts) == 1)
