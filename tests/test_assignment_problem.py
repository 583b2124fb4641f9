"""The assignment problem: best solutions and probabilities, against trying everything."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.assignment.marginals import marginals_of
from truceline.fusion.assignment.problem import Problem, parts_of
from truceline.fusion.assignment.solve import solved


def problem(pieces, edges, room, sets=()):
    """Give a problem from rows of (piece, slot, weight) and of (members, weight)."""
    edges = sorted(edges)
    return Problem(
        pieces,
        np.array([e[0] for e in edges], np.int64),
        np.array([e[1] for e in edges], np.int64),
        np.array([e[2] for e in edges], float),
        np.array(room, np.int64),
        tuple(members for members, _ in sets),
        np.array([weight for _, weight in sets], float),
    )


def every_solution(one):
    """Give weight, edges and sets of every feasible assignment."""
    options = [
        [None, *(("edge", e) for e in np.flatnonzero(one.evidence == p).tolist()),
         *(("set", s) for s, of in enumerate(one.sets) if p in of)]
        for p in range(one.pieces)
    ]  # fmt: skip
    for choice in product(*options):
        edges = [what[1] for what in choice if what and what[0] == "edge"]
        sets = {what[1] for what in choice if what and what[0] == "set"}
        whole = all(choice[p] == ("set", s) for s in sets for p in one.sets[s])
        used = np.bincount(one.slot[edges], minlength=len(one.room)) if edges else np.zeros(1)
        if whole and (used <= one.room[: len(used)]).all():
            yield one.weight[edges].sum() + one.set_weight[sorted(sets)].sum(), edges, sets


@st.composite
def problems(draw):
    pieces, slots = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    weight = st.floats(-3, 5).map(lambda w: round(w, 3))
    pairs = draw(st.sets(st.tuples(st.integers(0, pieces - 1), st.integers(0, slots - 1))))
    edges = [(*pair, draw(weight)) for pair in sorted(pairs)]
    members = st.sets(st.integers(0, pieces - 1), min_size=2, max_size=3).map(
        lambda s: tuple(sorted(s))
    )
    sets = draw(st.lists(members, unique=True, max_size=2)) if pieces > 1 else []
    room = draw(st.lists(st.integers(1, 2), min_size=slots, max_size=slots))
    return problem(pieces, edges, room, [(one, draw(weight)) for one in sets])


@given(problems())
@settings(max_examples=150, deadline=None)
def test_the_best_assignment_is_the_best_of_all(one):
    choice = solved(one)
    taken = choice.edge[choice.edge >= 0]
    sets = sorted(set(choice.own[choice.own >= 0].tolist()))
    got = one.weight[taken].sum() + one.set_weight[sets].sum()
    assert got == pytest.approx(max(weight for weight, _, _ in every_solution(one)), abs=1e-6)
    assert all(one.evidence[e] == p for p, e in enumerate(choice.edge) if e >= 0)
    assert all(choice.own[p] == s for s in sets for p in one.sets[s])
    assert not ((choice.edge >= 0) & (choice.own >= 0)).any()


@given(problems())
@settings(max_examples=150, deadline=None)
def test_probabilities_are_those_of_summing_over_everything(one):
    edge, own, total = np.zeros(len(one.weight)), np.zeros(len(one.sets)), 0.0
    for weight, edges, sets in every_solution(one):
        total += np.exp(weight)
        edge[edges] += np.exp(weight)
        own[sorted(sets)] += np.exp(weight)
    got = marginals_of(one)
    assert got.edge == pytest.approx(edge / total, abs=1e-9)
    assert got.own == pytest.approx(own / total, abs=1e-9)


def test_passing_beliefs_is_exact_without_cycles_and_close_with_them():
    chain = problem(3, [(0, 0, 1.0), (1, 0, 2.0), (1, 1, 0.5), (2, 1, 1.5)], [1, 1])
    assert marginals_of(chain, most=0).edge == pytest.approx(marginals_of(chain).edge, abs=1e-6)
    square = problem(2, [(0, 0, 2.0), (0, 1, 1.0), (1, 0, 1.5), (1, 1, 2.0)], [1, 1])
    assert marginals_of(square, most=0).edge == pytest.approx(marginals_of(square).edge, abs=0.1)


def test_passing_beliefs_weighs_sets_too_and_leaves_room_where_a_slot_takes_all():
    apart = problem(2, [], [], [((0, 1), 1.0)])
    assert marginals_of(apart, most=0).own == pytest.approx(marginals_of(apart).own)
    for room, takers in ((2, 2), (2, 4), (3, 5)):
        roomy = problem(takers, [(p, 0, 0.5 * p) for p in range(takers)], [room])
        assert marginals_of(roomy, most=0).edge == pytest.approx(marginals_of(roomy).edge)
    torn = marginals_of(problem(2, [(0, 0, 1.0)], [1], [((0, 1), 3.0)]), most=0)
    assert torn.edge[0] + torn.own[0] <= 1.0


def test_a_large_component_is_solved_in_one_go_and_in_parts():
    rng = np.random.default_rng(4)
    edges = [
        (p, s, float(rng.normal(2, 2))) for p in range(40) for s in range(30) if rng.random() < 0.2
    ]
    one = problem(40, edges, np.ones(30))
    choice, chance = solved(one), marginals_of(one)
    taken = choice.edge[choice.edge >= 0]
    assert len(np.unique(one.slot[taken])) == len(taken)
    per_piece = np.bincount(one.evidence, chance.edge, 40)
    assert (per_piece <= 1 + 1e-9).all()
    per_slot = np.bincount(one.slot, chance.edge, 30)
    assert (per_slot <= 1.05).all()
    assert sum(len(part.edges) for part in parts_of(one)) == len(edges)


def test_equal_solutions_are_always_told_apart_alike():
    one = problem(2, [(0, 0, 1.0), (1, 0, 1.0)], [1], [((0, 1), 1.0)])
    assert [solved(one).edge.tolist() for _ in range(3)] == [solved(one).edge.tolist()] * 3


def test_an_empty_problem_has_an_empty_solution():
    assert solved(problem(0, [], [])).edge.tolist() == []
    assert marginals_of(problem(2, [], [])).edge.tolist() == []
