"""How probable each edge and each set is over all assignments, not only in the best.

Small components are summed over exactly. In large ones beliefs are passed between evidence and slots
until they rest; that is exact where there are no cycles.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from truceline.fusion.assignment.evidence import Floats, Longs
from truceline.fusion.assignment.problem import Part, Problem, parts_of

MOST: Final = 20_000
"""Assignments of one component that are summed over one by one."""
_SURE: Final = 40.0
"""Log-weight beyond which nothing changes; a sum of fourteen still fits a float."""
_PASSES: Final = 200
_REST: Final = 1e-9


class Marginals(NamedTuple):
    """Probabilities, 0..1."""

    edge: Floats
    own: Floats
    """Of each set."""


def marginals_of(problem: Problem, most: int = MOST) -> Marginals:
    """Give the probability of every edge and set.

    Args:
        problem: edges and sets.
        most: assignments of a component that are summed over exactly.

    >>> one = Problem(1, np.array([0]), np.array([0]), np.array([np.log(3.0)]), np.array([1]), (), np.zeros(0))
    >>> marginals_of(one).edge.round(3).tolist()
    [0.75]
    """
    edge, own = np.zeros(len(problem.weight)), np.zeros(len(problem.sets))
    weight = np.exp(np.minimum(problem.weight, _SURE))
    edge[:] = (
        weight / (1.0 + np.bincount(problem.evidence, weight, problem.pieces))[problem.evidence]
    )
    for part in parts_of(problem):
        if len(part.pieces) == 1 and not len(part.sets):
            continue
        if _size(problem, part) <= most:
            _summed(problem, part, edge, own)
        else:
            _passed(problem, part, edge, own)
    return Marginals(edge, own)


def _size(problem: Problem, part: Part) -> float:
    """Give an upper bound of the number of assignments."""
    options = dict.fromkeys(part.pieces.tolist(), 1.0)
    for piece in problem.evidence[part.edges].tolist():
        options[piece] += 1.0
    for one in part.sets:
        options[problem.sets[one][0]] += 1.0
    return float(np.exp(min(np.log(list(options.values())).sum(), 700.0)))


def _summed(problem: Problem, part: Part, edge: Floats, own: Floats) -> None:
    """Sum over all assignments, piece by piece."""
    everything = _Sum(problem, part)
    total = max(everything.down(0, 0.0), 1e-300)
    for one, value in everything.edge.items():
        edge[one] = value / total
    for one, value in everything.own.items():
        own[one] = value / total


class _Sum:
    """The weights of all assignments of a component, and of those with each edge and set."""

    def __init__(self, problem: Problem, part: Part) -> None:
        self._problem = problem
        self._pieces = part.pieces.tolist()
        self._edges: dict[int, list[int]] = {piece: [] for piece in self._pieces}
        self._sets: dict[int, list[int]] = {piece: [] for piece in self._pieces}
        for one in part.edges.tolist():
            self._edges[int(problem.evidence[one])].append(one)
        for one in part.sets.tolist():
            self._sets[problem.sets[one][0]].append(one)
        self._weight = np.minimum(problem.weight, _SURE)
        self._set_weight = np.minimum(problem.set_weight, _SURE)
        self._top = _bound(problem, part, self._weight, self._set_weight)
        self._used: dict[int, int] = {}
        self._gone: set[int] = set()
        self.edge = dict.fromkeys(part.edges.tolist(), 0.0)
        self.own = dict.fromkeys(part.sets.tolist(), 0.0)

    def down(self, at: int, weight: float) -> float:
        """Go through what the pieces from here on may do; give the sum."""
        if at == len(self._pieces):
            return float(np.exp(weight - self._top))
        piece = self._pieces[at]
        total = self.down(at + 1, weight)
        if piece in self._gone:
            return total
        for one in self._edges[piece]:
            total += self._along(one, at, weight)
        for one in self._sets[piece]:
            total += self._as_one(one, at, weight)
        return total

    def _along(self, one: int, at: int, weight: float) -> float:
        slot = int(self._problem.slot[one])
        if self._used.get(slot, 0) >= self._problem.room[slot]:
            return 0.0
        self._used[slot] = self._used.get(slot, 0) + 1
        here = self.down(at + 1, weight + float(self._weight[one]))
        self._used[slot] -= 1
        self.edge[one] += here
        return here

    def _as_one(self, one: int, at: int, weight: float) -> float:
        members = self._problem.sets[one]
        if self._gone.intersection(members):
            return 0.0
        self._gone.update(members)
        here = self.down(at + 1, weight + float(self._set_weight[one]))
        self._gone.difference_update(members)
        self.own[one] += here
        return here


def _bound(problem: Problem, part: Part, weight: Floats, set_weight: Floats) -> float:
    """Give a log-weight that no assignment exceeds, so that no sum overflows."""
    best = np.zeros(problem.pieces)
    np.maximum.at(best, problem.evidence[part.edges], weight[part.edges])
    for one in part.sets.tolist():
        members = list(problem.sets[one])
        best[members] = np.maximum(best[members], set_weight[one] / len(members))
    return float(best[part.pieces].sum())


def _passed(problem: Problem, part: Part, edge: Floats, own: Floats) -> None:
    """Pass beliefs between evidence and slots until they rest.

    Source: Williams and Lau 2014, Approximate evaluation of marginal association probabilities with
    belief propagation, IEEE Transactions on Aerospace and Electronic Systems 50(4), here for slots with
    room for several; sets are weighed against what else their pieces may be.
    """
    index, row = np.unique(problem.evidence[part.edges], return_inverse=True)
    slots, at = np.unique(problem.slot[part.edges], return_inverse=True)
    weight = np.exp(np.clip(problem.weight[part.edges], -50.0, 50.0))
    back = np.ones(len(weight))
    for _ in range(_PASSES):
        total = 1.0 + np.bincount(row, weight * back, len(index))
        towards = weight / (total[row] - weight * back)
        after = _still_free(towards, at, problem.room[slots])
        rest = float(np.max(np.abs(after - back), initial=0.0)) < _REST
        back = after
        if rest:
            break
    share = weight * back
    taken: Floats = np.bincount(problem.evidence[part.edges], share, problem.pieces).astype(float)
    edge[part.edges] = share / (1.0 + taken[problem.evidence[part.edges]])
    _sets_beside(problem, part.sets, taken, edge, part.edges, own)


def _still_free(towards: Floats, at: Longs, room: Longs) -> Floats:
    """Give to each edge how much room the others leave it.

    With room for k and odds m of the others, that is the weight of at most k-1 takers over that of at
    most k: sums of elementary symmetric polynomials. For one place it is 1 / (1 + sum of m).
    """
    free = 1.0 / (1.0 + np.bincount(at, towards, len(room))[at] - towards)
    for slot in np.flatnonzero(room > 1).tolist():
        rows = np.flatnonzero(at == slot)
        for row in rows.tolist():
            others = towards[rows[rows != row]]
            takers = np.zeros(int(room[slot]) + 1)
            takers[0] = 1.0
            for odds in others.tolist():
                takers[1:] += odds * takers[:-1]
                takers /= takers.sum()
            free[row] = takers[:-1].sum() / takers.sum()
    return np.asarray(free, float)


def _sets_beside(
    problem: Problem, sets: Longs, taken: Floats, edge: Floats, edges: Longs, own: Floats
) -> None:
    if not len(sets):
        return
    rival = np.array([np.log1p(taken[list(problem.sets[one])]).sum() for one in sets])
    odds = np.exp(np.clip(problem.set_weight[sets] - rival, -50.0, 50.0))
    claimed = np.zeros(problem.pieces)
    for one, value in zip(sets.tolist(), odds.tolist(), strict=True):
        claimed[list(problem.sets[one])] += value
    for one, value in zip(sets.tolist(), odds.tolist(), strict=True):
        own[one] = value / (1.0 + max(claimed[list(problem.sets[one])]))
    edge[edges] /= 1.0 + claimed[problem.evidence[edges]]
