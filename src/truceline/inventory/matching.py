"""Which weapons may be one: types as words, serials as read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from truceline.model.weapons import Arsenal


def may_be_one(declared: str, seen: str, arsenal: Arsenal) -> bool:
    """Tell whether two descriptions of a weapon can be of the same type.

    Named systems must be the same, or one a type of the other; otherwise class and calibre must not
    contradict each other. Where nothing is known of one of them, the words must be alike.

    Args:
        declared: as the party wrote it.
        seen: as the visit wrote it.
        arsenal: table of weapons.
    """
    if declared.casefold() == seen.casefold():
        return True
    a, b = arsenal.resolve(declared), arsenal.resolve(seen)
    if a.system and b.system:
        return arsenal.same(a.system, b.system) or arsenal.same(b.system, a.system)
    if a.classes is None or b.classes is None:
        return False
    if a.calibre_mm and b.calibre_mm and a.calibre_mm != b.calibre_mm:
        return False
    return arsenal.is_a(a.classes, b.classes) or arsenal.is_a(b.classes, a.classes)


def most_pairs(declared: Sequence[str], seen: Sequence[str], arsenal: Arsenal) -> tuple[int, ...]:
    """Pair weapons that may be one, as many as can be.

    Args:
        declared: type of each item without a place.
        seen: type of each weapon whose serial could not be read.
        arsenal: table of weapons.

    Returns:
        For each declared item the index of the weapon seen, -1 where none is left for it.
    """
    if not declared or not seen:
        return (-1,) * len(declared)
    kinds = {(d, s): may_be_one(d, s, arsenal) for d in set(declared) for s in set(seen)}
    edges = csr_array(np.array([[kinds[d, s] for s in seen] for d in declared], np.int8))
    found = maximum_bipartite_matching(edges, perm_type="column")
    return tuple(int(at) for at in found)
