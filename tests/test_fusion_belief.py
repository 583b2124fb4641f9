"""How sure: each group once, each side less and less, never lower for hearing more."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.fusion.belief import Belief, Witness, believe
from truceline.model.incident import MemberRole

WITNESS = st.builds(
    Witness,
    key=st.text("0123456789", min_size=4, max_size=6),
    groups=st.lists(st.sampled_from("abcdef"), min_size=1, max_size=1).map(tuple),
    layer=st.sampled_from(["NOR", "SOU", "wire"]),
    log_lr=st.floats(-3, 3),
)
WITNESSES = st.lists(WITNESS, max_size=8, unique_by=lambda w: w.key)
BASE, DISCOUNT = st.floats(-3, 3), st.floats(0.0, 1.0)


def witness(key: str, group: str, layer: str = "wire", log_lr: float = 1.0) -> Witness:
    return Witness(key, (group,), layer, log_lr)


def test_nobody_leaves_the_prior():
    assert believe(0.3, [], 0.5).log_odds == 0.3
    assert believe(0.0, [], 0.5).probability == 0.5


def test_each_group_counts_once():
    twice = believe(0.0, [witness("1", "a"), witness("2", "a")], 0.5)
    assert twice.log_odds == 1.0
    assert twice.roles == (MemberRole.SUPPORT, MemberRole.COPY)
    assert twice.added == (1.0, 0.0)


def test_a_side_adds_less_and_less_and_another_side_adds_in_full():
    same = believe(0.0, [witness(str(i), str(i), "NOR") for i in range(50)], 0.5)
    assert same.log_odds == pytest.approx(2.0)
    other = believe(0.0, [witness("1", "a", "NOR"), witness("2", "b", "SOU")], 0.5)
    assert other.log_odds == 2.0
    alone = believe(0.0, [witness(str(i), str(i), "NOR") for i in range(50)], 0.0)
    assert alone.log_odds == 1.0


def test_the_first_may_speak_against_and_a_further_one_never():
    assert believe(0.0, [witness("1", "a", log_lr=-2.0)], 0.5).log_odds == -2.0
    both = believe(0.0, [witness("1", "a", log_lr=-2.0), witness("2", "b", log_lr=0.5)], 0.5)
    assert both.log_odds == 0.5


def test_a_probability_stays_off_0_and_1():
    assert believe(700.0, [], 0.5).probability == 0.999
    assert believe(-700.0, [], 0.5).probability == 0.001


@given(WITNESSES, BASE, DISCOUNT)
def test_what_is_added_sums_to_the_log_odds(witnesses, base, discount):
    found = believe(base, witnesses, discount)
    assert found.log_odds == pytest.approx(base + math.fsum(found.added))
    assert 0.0 < found.probability < 1.0
    for role, added in zip(found.roles, found.added, strict=True):
        assert role is MemberRole.SUPPORT or added == 0.0


@given(WITNESSES, BASE, DISCOUNT, st.randoms())
def test_the_order_of_witnesses_does_not_show(witnesses, base, discount, random):
    order = list(range(len(witnesses)))
    random.shuffle(order)
    a = believe(base, witnesses, discount)
    b = believe(base, [witnesses[i] for i in order], discount)
    assert b.log_odds == pytest.approx(a.log_odds, abs=1e-12)
    assert list(b.roles) == [a.roles[i] for i in order]


@given(WITNESSES, BASE, DISCOUNT, st.floats(-3, 3), st.sampled_from(["NOR", "SOU", "wire", "new"]))
def test_a_new_group_never_lowers_it_once_somebody_spoke(witnesses, base, discount, log_lr, layer):
    if not witnesses:
        return
    more = [*witnesses, Witness("new", ("new",), layer, log_lr)]
    assert (
        believe(base, more, discount).log_odds
        >= believe(base, witnesses, discount).log_odds - 1e-12
    )


@given(WITNESSES, BASE, DISCOUNT)
def test_a_copy_of_every_witness_changes_nothing(witnesses, base, discount):
    copies = [Witness(f"z{w.key}", w.groups, w.layer, w.log_lr) for w in witnesses]
    doubled = believe(base, [*witnesses, *copies], discount)
    once = believe(base, witnesses, discount)
    assert doubled.log_odds == pytest.approx(once.log_odds, abs=1e-12)


@given(st.lists(st.floats(0.0, 2.0), min_size=1, max_size=30), st.floats(0.0, 0.9))
def test_one_side_never_reaches_more_than_its_best_over_one_less_the_discount(worths, discount):
    witnesses = [witness(f"{i:02d}", f"g{i}", "NOR", worth) for i, worth in enumerate(worths)]
    limit = max(worths) / (1 - discount)
    assert believe(0.0, witnesses, discount).log_odds <= limit + 1e-9


def test_the_noun_holds_its_numbers():
    assert Belief(0.0, (), ()).probability == 0.5


def test_odds_beyond_what_a_float_can_exponentiate_are_no_error():
    assert believe(-800.0, [], 0.5).probability == 0.001
    assert believe(800.0, [], 0.5).probability == 0.999
