"""The sparse assignment problem, and its connected components.

Each piece of evidence takes one edge to a slot, or is in one set that forms an incident of its own, or
speaks of nothing, which weighs 0. A slot takes as many pieces as it has room for.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from truceline.fusion.assignment.evidence import Floats, Longs


class Problem(NamedTuple):
    """Edges and sets; log-weights are of odds against speaking of nothing."""

    pieces: int
    """Of evidence."""
    evidence: Longs
    """Of each edge."""
    slot: Longs
    """Of each edge."""
    weight: Floats
    """Of each edge."""
    room: Longs
    """Of each slot."""
    sets: tuple[tuple[int, ...], ...]
    """Pieces of evidence that would form an incident together, ascending."""
    set_weight: Floats


class Choice(NamedTuple):
    """A solution."""

    edge: Longs
    """Edge that each piece takes; -1: none."""
    own: Longs
    """Set that each piece is in; -1: none."""


class Part(NamedTuple):
    """One connected component, by rows of the problem."""

    pieces: Longs
    edges: Longs
    sets: Longs


def parts_of(problem: Problem) -> list[Part]:
    """Give the connected components that have an edge or a set, in the order of their first piece."""
    count, slots = problem.pieces, len(problem.room)
    piece_of_set = np.array([piece for one in problem.sets for piece in one], np.int64)
    set_of = np.repeat(np.arange(len(problem.sets)), [len(one) for one in problem.sets])
    first = np.concatenate([problem.evidence, piece_of_set])
    second = np.concatenate([count + problem.slot, count + slots + set_of])
    nodes = count + slots + len(problem.sets)
    links = coo_matrix((np.ones(len(first)), (first, second)), shape=(nodes, nodes))
    total, label = connected_components(links, directed=False)
    owner = _grouped(label[:count], total)
    edges = _grouped(label[problem.evidence], total)
    sets = _grouped(label[count + slots :], total)
    busy = [k for k in range(total) if len(edges[k]) or len(sets[k])]
    busy.sort(key=lambda k: int(owner[k][0]))
    return [Part(owner[k], edges[k], sets[k]) for k in busy]


def _grouped(label: NDArray[Any], total: int) -> list[Longs]:
    order = np.argsort(label, kind="stable").astype(np.int64)
    ends = np.cumsum(np.bincount(label, minlength=total))[:-1]
    return [np.asarray(part, np.int64) for part in np.split(order, ends)]
