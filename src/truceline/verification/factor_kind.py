"""Is it an act, or a weapon, of which the clause speaks?"""

from __future__ import annotations

import math

from truceline.codec.weapons import arsenal
from truceline.model.acts import Taxonomy
from truceline.model.agreement import Clause
from truceline.model.clause_terms import KeepBack, SystemDistance
from truceline.model.weapons import Weapon, catches, one_of
from truceline.verification.question import Question
from truceline.verification.weighed import Weighed

_AT_REST = ("presence",)
"""Acts of standing somewhere, of which duties to keep back speak."""
_PEOPLE = "presence.troops"
_HINDERING = ("access", "interference")
"""Acts against the rights of the body that verifies."""


def kind(clause: Clause, question: Question, taxonomy: Taxonomy) -> Weighed:
    """Weigh whether the clause speaks of what happened: its acts, then its weapons."""
    acts = acts_of(clause)
    found = [
        (code, p) for code, p in question.kinds if any(taxonomy.is_a(code, act) for act in acts)
    ]
    mass = min(math.fsum(p for _, p in found), 1.0)
    said = [one for one in question.stated if any(taxonomy.is_a(one, act) for act in acts)]
    if said:
        mass, found = 1.0, [(one, 1.0) for one in said]
    names = ", ".join(code for code, _ in found[:3]) or "none of its kinds"
    done = Weighed.sure("kind", mass, f"{names} fall(s) under the acts that {clause.id} names")
    if mass == 0.0 or (clause.terms.weapons is None and not _list_of(clause)):
        return done
    if question.weapon is None and question.stated == (_PEOPLE,):
        return Weighed.sure("kind", 0.0, f"{clause.id} speaks of weapons, and not of people")
    if question.weapon is None:
        return Weighed.unknown("kind", f"{clause.id} speaks of certain weapons; which is not known")
    return _with_weapon(done, clause, question.weapon)


def acts_of(clause: Clause) -> tuple[str, ...]:
    """Give the acts that break a clause; of one that names none, to stand too near, or to hinder."""
    if clause.acts:
        return clause.acts
    if clause.terms.rights:
        return _HINDERING
    return _AT_REST if clause.terms.keep_back else ()


def _with_weapon(done: Weighed, clause: Clause, weapon: Weapon) -> Weighed:
    caught = caught_by(clause, weapon)
    words = described(weapon)
    if caught is None:
        reason = f"whether {clause.id} speaks of {words} is not known, or sources read it both ways"
        return Weighed.unknown("kind", reason)
    reason = f"{clause.id} {'speaks' if caught else 'does not speak'} of {words}"
    mass = done.factor.probability if caught else 0.0
    return Weighed.sure("kind", mass, reason)


def caught_by(clause: Clause, weapon: Weapon) -> bool | None:
    """Tell whether a clause speaks of a weapon; null where that is not known or is disputed.

    A list of systems with distances of their own catches what stands on it.
    """
    terms, table = clause.terms, arsenal()
    said = True if terms.weapons is None else catches(terms.weapons, weapon, table)
    rows = _list_of(clause)
    if not rows or said is False or (terms.keep_back and terms.keep_back.distance_m > 0):
        return said
    listed = one_of(tuple(name for row in rows for name in row.systems), weapon, table)
    return said if listed else listed


def row_of(keep_back: KeepBack, weapon: Weapon | None) -> SystemDistance | None:
    """Give the row of the list on which a weapon stands; null where it stands on none."""
    if weapon is None:
        return None
    table = arsenal()
    return next(
        (row for row in keep_back.systems if one_of(row.systems, weapon, table) is True), None
    )


def described(weapon: Weapon) -> str:
    """Describe a weapon in words, as far as it is known.

    >>> described(Weapon("D-20", "artillery", 152.0, "D-20"))
    'D-20 (artillery, 152 mm)'
    """
    parts = [weapon.classes or "class not known"]
    if weapon.calibre_mm is not None:
        parts.append(f"{weapon.calibre_mm:g} mm")
    return f"{weapon.name or 'a weapon'} ({', '.join(parts)})"


def _list_of(clause: Clause) -> tuple[SystemDistance, ...]:
    return clause.terms.keep_back.systems if clause.terms.keep_back else ()
