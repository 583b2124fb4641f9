"""Reviews are bound to what the person saw; contradictions have a name of their own."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register_world import document, pledge, reading, readings, review, statement
from truceline.codec.reading import reading_to_plain, target_to_plain
from truceline.errors import WorkflowError
from truceline.guarantees.reviews import (
    CORRECTABLE,
    corrected,
    digest_of,
    disagreement_id,
    reviewed,
)
from truceline.model.article import Disagreement, Position, Proposal, Side, Span
from truceline.model.register import Verdict

SIDES = (Side("26", "a.txt", Span(1, 3)), Side("35", "b.txt", Span(5, 7)))
DIFFER = Disagreement("true", "number", SIDES)
POSITION = Position(
    "a.txt#position7", "a.txt", Span(7, 20), 0.7, "rule", "Northbank", "demand", None
)
EVERYTHING = replace(
    reading([document()], [pledge()], [statement()]),
    positions=(POSITION,),
    contradictions=(DIFFER,),
)


def of(key, target, reviews, held=None):
    """Give the state of one target under reviews."""
    found = reviewed(held or reading([document()], [target]), reviews)
    return next(one for one in found if one.id == key)


def test_a_contradiction_is_named_by_field_and_sides_in_any_order():
    name = disagreement_id(DIFFER)
    assert name == disagreement_id(replace(DIFFER, sides=SIDES[::-1]))
    assert name == disagreement_id(replace(DIFFER, type="different_facts")), (
        "the kind may be ruled on"
    )
    others = [
        replace(DIFFER, field="member"),
        replace(DIFFER, sides=SIDES[:1]),
        replace(DIFFER, sides=(SIDES[0], replace(SIDES[1], value="34"))),
        replace(DIFFER, sides=(SIDES[0], replace(SIDES[1], span=Span(5, 8)))),
        replace(DIFFER, sides=(SIDES[0], replace(SIDES[1], doc="c.txt"))),
    ]
    assert len({name, *map(disagreement_id, others)}) == 6


def test_the_digest_is_of_what_the_interchange_writes():
    plain = reading_to_plain(EVERYTHING)
    for kind, target in (
        ("statements", EVERYTHING.statements[0]),
        ("pledges", EVERYTHING.pledges[0]),
        ("positions", POSITION),
        ("contradictions", DIFFER),
    ):
        assert plain[kind] == [target_to_plain(target)]
    assert digest_of(POSITION) == digest_of(replace(POSITION))
    assert digest_of(POSITION) != digest_of(replace(POSITION, kind="threat"))
    assert len(digest_of(DIFFER)) == 64
    with pytest.raises(TypeError, match="no form for a Proposal"):
        digest_of(Proposal("x", "a.txt", Span(0, 1), 0.5, "rule"))


def test_every_proposal_and_contradiction_has_a_state():
    found = reviewed(EVERYTHING, [])
    assert [one.id for one in found] == [
        "a.txt#s0",
        "a.txt#pledge0",
        "a.txt#position7",
        disagreement_id(DIFFER),
    ]
    assert all(one.ruling is None and one.reviews == one.stale == () for one in found)


def test_the_latest_word_that_fits_rules_and_all_are_kept():
    one = pledge()
    said = [review(one, Verdict.REJECT, 2), review(one, Verdict.CONFIRM, 1)]
    state = of(one.id, one, said)
    assert state.ruling == said[0]
    assert [r.number for r in state.reviews] == [1, 2]
    assert state.stale == ()


def test_a_review_of_something_that_has_changed_is_stale():
    seen = pledge()
    now = replace(seen, status="considered")
    old, new = review(seen, number=1), review(now, Verdict.REJECT, 2)
    assert of(seen.id, now, [old]).ruling is None
    state = of(seen.id, now, [old, new])
    assert (state.ruling, state.stale) == (new, (old,))


def test_a_review_of_something_that_is_gone_is_kept_and_flagged():
    gone = pledge("a.txt", 90)
    state = of(gone.id, pledge(), [review(gone)])
    assert (state.target, state.ruling) == (None, None)
    assert [r.target for r in state.stale] == [gone.id]


def test_a_ruling_on_a_contradiction():
    ruling = replace(
        review(pledge(), Verdict.RULE, 3, side="both"),
        target=disagreement_id(DIFFER),
        target_sha256=digest_of(DIFFER),
    )
    state = of(disagreement_id(DIFFER), None, [ruling], EVERYTHING)
    assert state.ruling == ruling
    assert state.target == DIFFER


@given(readings(), st.data())
def test_the_order_of_reviews_does_not_matter(read, data):
    said = [
        review(p, data.draw(st.sampled_from([Verdict.CONFIRM, Verdict.REJECT])), number)
        for number, p in enumerate([*read.pledges, *read.pledges], 1)
    ]
    assert reviewed(read, said) == reviewed(read, data.draw(st.permutations(said)))


def test_a_correction_changes_what_it_names_and_nothing_else():
    before = pledge(
        trigger="after a ceasefire", status="conditional", size="some", limits="far off"
    )
    after = corrected(
        before,
        {
            "obligor": "Eastbank; Northbank",
            "types": "air, naval",
            "role": "lead",
            "size": "",
            "date": "2031-01-05",
            "beneficiary": "",
        },
    )
    assert after == replace(
        before,
        obligor=("Eastbank", "Northbank"),
        types=("naval", "air"),
        role="lead",
        size=None,
        date="2031-01-05",
        beneficiary=None,
    )
    assert corrected(before, {}) == before
    assert corrected(before, {"status": "pledged", "trigger": ""}).trigger is None
    assert corrected(before, {"beneficiary": "Eastbank"}).beneficiary == "Eastbank"
    assert corrected(before, {"date": "", "limits": " near "}).limits == "near"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"doc": "b.txt"}, r"no field 'doc' to correct; one of: obligor"),
        ({"types": "troops"}, r"types .* cannot be 'troops'; one of: troops_land"),
        ({"status": "sure"}, r"status .* cannot be 'sure'; one of: ruled_out"),
        ({"role": "boss"}, r"role .* cannot be 'boss'"),
        ({"obligor": " ; "}, r"needs an obligor; reject it"),
        ({"date": "5 January"}, r"date .* cannot be '5 January'; write it as"),
        ({"date": "20310105"}, r"date .* cannot be '20310105'"),
        ({"status": "conditional"}, r"conditional without a condition; give trigger as well"),
        ({"trigger": "after a ceasefire"}, r"pledged under the condition 'after a ceasefire'"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(values, why):
    with pytest.raises(WorkflowError, match=why):
        corrected(pledge(), values)


def test_every_field_that_may_be_corrected_is_one_of_a_pledge():
    assert set(CORRECTABLE) < set(pledge().__dataclass_fields__)
