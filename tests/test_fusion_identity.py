"""Ids are given once; every change of membership leaves a line of lineage."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from truceline.fusion.identity import Lineage, assign


def groups(*texts: str) -> list[frozenset[str]]:
    return [frozenset(text) for text in texts]


def before(**texts: str) -> dict[str, frozenset[str]]:
    return {key.replace("_", "-"): frozenset(text) for key, text in texts.items()}


def test_the_first_run_numbers_in_order():
    found = assign({}, groups("a", "bc", "d"), 7)
    assert found.ids == ("INC-000007", "INC-000008", "INC-000009")
    assert found.lineage == ()
    assert found.next_number == 10


def test_nothing_gives_nothing():
    assert assign({}, [], 3) == assign({}, [], 3)
    assert assign({}, [], 3).next_number == 3


def test_the_same_again_changes_nothing():
    found = assign(before(INC_1="ab", INC_2="c"), groups("c", "ab"), 3)
    assert found.ids == ("INC-2", "INC-1")
    assert found.lineage == ()
    assert found.next_number == 3


def test_a_new_member_keeps_the_id():
    assert assign(before(INC_1="ab"), groups("abc"), 2).ids == ("INC-1",)


def test_two_that_become_one_leave_a_merger():
    found = assign(before(INC_1="abc", INC_2="de"), groups("abcde"), 3)
    assert found.ids == ("INC-1",)
    assert found.lineage == (Lineage("INC-2", "merged_into", "INC-1"),)


def test_of_two_equal_shares_the_older_id_stays():
    found = assign(before(INC_2="ab", INC_1="cd"), groups("abcd"), 3)
    assert found.ids == ("INC-1",)


def test_one_that_becomes_two_leaves_a_split():
    found = assign(before(INC_1="abc"), groups("ab", "c"), 2)
    assert found.ids == ("INC-1", "INC-000002")
    assert found.lineage == (Lineage("INC-000002", "split_from", "INC-1"),)


def test_one_without_members_left_is_retired():
    found = assign(before(INC_1="a", INC_2="b"), groups("b"), 3)
    assert found.lineage == (Lineage("INC-1", "retired", ""),)


def test_an_observation_that_goes_over_to_another_is_no_split():
    found = assign(before(INC_1="abc", INC_2="de"), groups("ab", "cde"), 3)
    assert found.ids == ("INC-1", "INC-2")
    assert found.lineage == ()


def test_members_shared_crosswise_go_to_the_larger_share():
    found = assign(before(INC_1="abcx", INC_2="defgy"), groups("abcdefg", "xy"), 3)
    assert found.ids == ("INC-2", "INC-1")
    assert found.lineage == ()


def test_an_incident_scattered_over_known_ones_is_merged_into_the_main_heir():
    found = assign(before(INC_1="aaa", INC_2="bcdefgh", INC_3="xyz"), groups("abcdefgh", "xyz"), 4)
    assert Lineage("INC-1", "merged_into", "INC-2") in found.lineage


KEYS = st.integers(0, 15).map(str)


@st.composite
def partitions(draw):
    """Draw disjoint groups of some of the keys, in a canonical order."""
    keys = draw(st.lists(KEYS, unique=True, max_size=16))
    made: dict[int, set[str]] = {}
    for key in keys:
        made.setdefault(draw(st.integers(0, 6)), set()).add(key)
    return sorted((frozenset(g) for g in made.values()), key=sorted)


@given(st.lists(partitions(), min_size=2, max_size=7))
def test_through_any_history_ids_are_unique_and_never_come_back(runs):
    alive: dict[str, frozenset[str]] = {}
    number, ever, closed = 1, set(), set()
    for members in runs:
        found = assign(alive, members, number)
        assert len(set(found.ids)) == len(found.ids) == len(members)
        new = set(found.ids) - set(alive)
        assert not new & ever, "an id was given twice"
        assert len(new) == found.next_number - number
        steps = Counter(s.incident_id for s in found.lineage if s.relation != "split_from")
        for old in alive:
            assert (old in found.ids) != (steps[old] == 1), "kept or closed, and only once"
        assert set(steps) <= set(alive)
        assert all(n == 1 for n in steps.values())
        closed |= set(steps)
        assert not closed & set(found.ids), "a closed id came back"
        for step in found.lineage:
            _check(step, alive, dict(zip(found.ids, members, strict=True)))
        ever |= set(found.ids)
        alive, number = dict(zip(found.ids, members, strict=True)), found.next_number


def _check(step, alive, now):
    if step.relation == "retired":
        assert not any(alive[step.incident_id] & group for group in now.values())
        assert step.other == ""
    elif step.relation == "merged_into":
        shares = {key: len(alive[step.incident_id] & group) for key, group in now.items()}
        assert shares[step.other] == max(shares.values()) > 0
    else:
        assert step.relation == "split_from"
        assert step.incident_id not in alive
        assert step.other in now
        assert alive[step.other] & now[step.incident_id]


@given(st.dictionaries(KEYS, st.frozensets(KEYS), max_size=5), partitions(), st.randoms())
def test_the_order_of_what_was_does_not_show(previous, members, random):
    items = list(previous.items())
    random.shuffle(items)
    assert assign(dict(items), members, 99) == assign(previous, members, 99)


@given(partitions(), partitions())
def test_a_group_with_old_members_is_kept_or_split_never_simply_new(first, second):
    alive = dict(zip(assign({}, first, 1).ids, first, strict=True))
    found = assign(alive, second, 100)
    split = {s.incident_id for s in found.lineage if s.relation == "split_from"}
    for key, group in zip(found.ids, second, strict=True):
        if key not in alive:
            had = any(group & old for old in alive.values())
            assert (key in split) == had
