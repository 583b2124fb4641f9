"""The best assignment, exactly, component by component.

Where only slots compete it is a linear assignment; where sets do too, an integer programme. Rows come
in a fixed order, so that of equal solutions always the same one is found.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import coo_matrix

from truceline.fusion.assignment.evidence import Longs
from truceline.fusion.assignment.problem import Choice, Part, Problem, parts_of


def solved(problem: Problem) -> Choice:
    """Find the assignment of the greatest weight.

    Source: linear assignment by shortest augmenting paths (Crouse 2016, IEEE Transactions on Aerospace
    and Electronic Systems 52(4)); set packing by branch and bound (HiGHS).

    >>> both = Problem(2, np.array([0, 1]), np.array([0, 0]), np.array([2.0, 3.0]), np.array([1]), (), np.zeros(0))
    >>> solved(both).edge.tolist()
    [-1, 1]
    """
    edge = np.full(problem.pieces, -1, np.int64)
    own = np.full(problem.pieces, -1, np.int64)
    for part in parts_of(problem):
        if len(part.sets) and problem.set_weight[part.sets].max() > 0.0:
            _programme(problem, part, edge, own)
        else:
            _linear(problem, part, edge)
    return Choice(edge, own)


def _linear(problem: Problem, part: Part, edge: Longs) -> None:
    """Give each piece a slot; a slot with room for more stands there as often."""
    good = part.edges[problem.weight[part.edges] > 0.0]
    if not len(good):
        return
    if len(part.pieces) == 1:
        edge[part.pieces[0]] = good[np.argmax(problem.weight[good])]
        return
    pieces, row = np.unique(problem.evidence[good], return_inverse=True)
    slots, at = np.unique(problem.slot[good], return_inverse=True)
    wanted = np.bincount(at, minlength=len(slots))
    copies = np.minimum(problem.room[slots], wanted)
    start = np.concatenate([[0], np.cumsum(copies)]).astype(np.int64)
    gain = np.zeros((len(pieces), int(start[-1]) + len(pieces)))
    which = np.full(gain.shape, -1, np.int64)
    for one, r, s in zip(good, row, at, strict=True):
        there = slice(start[s], start[s + 1])
        gain[r, there] = problem.weight[one]
        which[r, there] = one
    rows, columns = linear_sum_assignment(gain, maximize=True)
    edge[pieces[rows]] = which[rows, columns]


def _programme(problem: Problem, part: Part, edge: Longs, own: Longs) -> None:
    good = part.edges[problem.weight[part.edges] > 0.0]
    sets = part.sets[problem.set_weight[part.sets] > 0.0]
    gain = np.concatenate([problem.weight[good], problem.set_weight[sets]])
    slots, at = np.unique(problem.slot[good], return_inverse=True)
    position = {int(piece): k for k, piece in enumerate(part.pieces)}
    rows = [position[int(piece)] for piece in problem.evidence[good]]
    columns = list(range(len(good)))
    for k, one in enumerate(sets):
        rows += [position[piece] for piece in problem.sets[one]]
        columns += [len(good) + k] * len(problem.sets[one])
    rows += [len(part.pieces) + int(slot) for slot in at]
    columns += list(range(len(good)))
    room = np.concatenate([np.ones(len(part.pieces)), problem.room[slots]])
    shape = (len(room), len(gain))
    limits = coo_matrix((np.ones(len(rows)), (np.array(rows), np.array(columns))), shape=shape)
    found: Any = milp(
        -gain,
        integrality=np.ones(len(gain), np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(limits.tocsr(), -np.inf, room),
        options={"mip_rel_gap": 0.0},
    )
    taken = np.flatnonzero(np.round(found.x) == 1)
    first = taken[taken < len(good)]
    edge[problem.evidence[good[first]]] = good[first]
    for one in sets[taken[taken >= len(good)] - len(good)]:
        own[list(problem.sets[one])] = one
