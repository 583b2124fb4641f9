"""Conditions are data, and facts tell which pledges are due, which wait, and which nobody can tell."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register_world import entry
from truceline.codec.agreement_rules import ConditionKind
from truceline.guarantees.reading.pledge_terms import trigger_class
from truceline.guarantees.register_conditions import (
    CLASSES,
    FACTS,
    Due,
    classes_of,
    condition_class,
    in_words,
    met,
)
from truceline.model.register import Origin


def owed(status="conditional", kind="", **given):
    return entry("e", status=status, condition_class=kind, **given)


def due(one, *facts):
    (found,) = met([one], frozenset(facts))
    return found


def test_the_kinds_are_those_that_an_agreement_may_name():
    assert tuple(CLASSES) == get_args(ConditionKind)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("the day after a ceasefire between Arland and Borland is agreed", "ceasefire"),
        ("as part of any future ceasefire agreement", "ceasefire"),
        ("once hostilities end", "end_of_hostilities"),
        ("once a credible cessation of hostilities takes place", "end_of_hostilities"),
        ("after any eventual peace deal", "peace_deal"),
        ("after the war", "end_of_war"),
        ("in case of a future attack", "new_attack"),
        ("at Valdia’s request", "request"),
        ("only after conditions are clarified", "clarity"),
        ("subject to approval by parliament", "approval"),
        ("in spring", "other"),
    ],
)
def test_a_single_kind_is_the_one_that_the_reader_gives(words, expected):
    assert condition_class(words) == expected == trigger_class(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("the day after a ceasefire or a peace is agreed", "ceasefire or peace_deal"),
        (
            "at the request of B, after a credible end of hostilities",
            "request and end_of_hostilities",
        ),
        ("after a ceasefire, with a mandate of the Bundestag", "ceasefire and approval"),
        ("a new attack after the ceasefire", "new_attack and ceasefire"),
        ("after a ceasefire, a truce or an armistice", "ceasefire"),
        ("a vote, and a ceasefire or a settlement", "approval and ceasefire or peace_deal"),
        ("if peace talks fail", "other"),
        ("   ", ""),
    ],
)
def test_several_kinds(words, expected):
    assert condition_class(words) == expected


@given(st.text(max_size=80))
def test_any_words_have_a_class_that_can_be_parted(words):
    found = condition_class(words)
    assert bool(found) == bool(words.strip())
    assert all(kind in CLASSES for one in classes_of(found) for kind in one)


def test_an_unknown_kind_or_fact_is_refused():
    with pytest.raises(ValueError, match="'truce' is no kind of condition"):
        classes_of("request and truce")
    with pytest.raises(ValueError, match="'other' is no fact"):
        met([], frozenset({"other"}))
    assert in_words("approval") == "an approval"


def test_a_ceasefire_makes_due_what_asks_for_one():
    found = due(owed(kind="ceasefire"), "ceasefire")
    assert (found.due, found.met, found.missing) == (Due.DUE, ("ceasefire",), ())
    assert found.why == "Met: a ceasefire."
    assert due(owed(kind="ceasefire or peace_deal"), "peace_deal").due is Due.DUE


def test_a_second_condition_still_stands():
    found = due(owed(kind="ceasefire and approval"), "ceasefire")
    assert (found.due, found.met, found.missing) == (Due.WAITS, ("ceasefire",), ("approval",))
    assert found.why == "An approval is not among the facts."
    assert due(owed(kind="ceasefire and approval"), "ceasefire", "approval").due is Due.DUE


def test_without_facts_everything_with_a_condition_waits():
    found = due(owed(kind="request or ceasefire"))
    assert (found.due, found.missing) == (Due.WAITS, ("request or ceasefire",))
    assert found.why == "A request or a ceasefire is not among the facts."


@pytest.mark.parametrize(
    ("kind", "fact"),
    [
        ("end_of_hostilities", "ceasefire"),
        ("ceasefire", "peace_deal"),
        ("end_of_war", "end_of_hostilities"),
        ("clarity", "ceasefire"),
    ],
)
def test_whether_one_fact_amounts_to_another_is_for_people_to_say(kind, fact):
    found = due(owed(kind=kind), fact)
    assert (found.due, found.unclear) == (Due.UNCLEAR, (kind,))
    assert "for people to say" in found.why


def test_a_ceasefire_is_no_peace_deal():
    assert due(owed(kind="peace_deal"), "ceasefire").due is Due.WAITS


def test_a_finding_of_an_attack_makes_due_what_was_pledged_against_one():
    pledged = owed(kind="new_attack and ceasefire")
    assert due(pledged, "new_attack").due is Due.WAITS
    assert due(pledged, "new_attack", "ceasefire").due is Due.DUE


def test_words_of_no_known_kind_are_never_met_by_the_program():
    assert due(owed(kind="other"), *FACTS).due is Due.UNCLEAR
    found = due(owed(kind=""), *FACTS)
    assert (found.due, found.why) == (
        Due.UNCLEAR,
        "The source gives a condition without saying which.",
    )


@pytest.mark.parametrize("kind", ["", "ceasefire", "other"])
def test_what_was_considered_is_never_due(kind):
    assert due(owed("considered", kind), *FACTS).due is Due.NOT_PROMISED


def test_what_was_pledged_without_a_condition_needs_no_fact():
    assert due(owed("pledged")).due is Due.UNCONDITIONAL


def test_refusals_what_is_undecided_and_what_was_rejected_are_left_out():
    known = [owed("ruled_out"), owed("undecided"), owed("pledged", origin=Origin.REJECTED)]
    assert met(known, frozenset(FACTS)) == ()


@given(
    st.sets(st.sampled_from(sorted(FACTS))),
    st.sampled_from(sorted(FACTS)),
    st.lists(
        st.lists(st.sampled_from(list(CLASSES)), min_size=1, max_size=3, unique=True),
        min_size=1,
        max_size=3,
    ),
)
def test_more_facts_never_undo_what_is_due(facts, more, kinds):
    one = owed(kind=" and ".join(" or ".join(group) for group in kinds))
    before, after = due(one, *facts), due(one, *facts, more)
    assert before.due is not Due.DUE or after.due is Due.DUE
    assert (before.due is Due.DUE) == all(set(group) & facts for group in kinds)
    assert set(before.met) <= facts
