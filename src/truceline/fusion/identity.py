"""Which incident of this run is which of the last: ids given once, and lineage.

Ids are matched by shared members. An incident that lost its members to another is *merged* into it;
one that came out of another is *split* from it; one without any member left is *retired*. No id is
ever used again, so that a finding that cites one never dangles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lineage:
    """One step in the life of an incident id."""

    incident_id: str
    relation: str
    """``merged_into``, ``split_from`` or ``retired``."""
    other: str
    """The other incident; empty for ``retired``."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Ids for the incidents of a run."""

    ids: tuple[str, ...]
    """In the order of the member sets given."""
    lineage: tuple[Lineage, ...]
    next_number: int


def assign(
    previous: Mapping[str, frozenset[str]], members: Sequence[frozenset[str]], next_number: int
) -> Assignment:
    """Give each member set its id.

    Args:
        previous: id to observation ids, of the incidents alive before.
        members: observation ids of each incident of this run, in canonical order.
        next_number: first number not given yet.

    >>> assign({}, [frozenset({"a"})], 1).ids
    ('INC-000001',)
    """
    holders: dict[str, list[int]] = {}
    for index, group in enumerate(members):
        for key in group:
            holders.setdefault(key, []).append(index)
    shared: list[tuple[int, str, int]] = []
    for old, keys in previous.items():
        counts: dict[int, int] = {}
        for key in keys:
            for index in holders.get(key, ()):
                counts[index] = counts.get(index, 0) + 1
        shared += [(-n, old, index) for index, n in counts.items()]
    ids: list[str] = [""] * len(members)
    kept: set[str] = set()
    for _, old, index in sorted(shared):
        if not ids[index] and old not in kept:
            ids[index] = old
            kept.add(old)
    number = next_number
    for index, known in enumerate(ids):
        if not known:
            ids[index] = f"INC-{number:06d}"
            number += 1
    return Assignment(tuple(ids), _lineage(previous, sorted(shared), ids, kept), number)


def _lineage(
    previous: Mapping[str, frozenset[str]],
    shared: Sequence[tuple[int, str, int]],
    ids: Sequence[str],
    kept: set[str],
) -> tuple[Lineage, ...]:
    steps: list[Lineage] = []
    parted: set[str] = set()
    gone: dict[str, str] = {}
    for _, old, index in shared:
        new = ids[index]
        if old not in kept:
            gone.setdefault(old, new)
        elif new != old and new not in previous and new not in parted:
            parted.add(new)
            steps.append(Lineage(new, "split_from", old))
    for old in sorted(previous):
        if old not in kept:
            into = gone.get(old, "")
            steps.append(Lineage(old, "merged_into" if into else "retired", into))
    return tuple(sorted(steps, key=lambda s: (s.incident_id, s.relation, s.other)))
