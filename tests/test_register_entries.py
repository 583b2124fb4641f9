"""Coded pledges and proposals become entries: merged only where they say the same, never stronger."""

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from register_world import (
    AGREEMENT,
    PARTIES,
    coded,
    document,
    pledge,
    reading,
    readings,
    review,
    statement,
)
from truceline.errors import WorkflowError
from truceline.guarantees.register import STRENGTH
from truceline.guarantees.register_conditions import condition_class
from truceline.guarantees.register_entries import entries, months_of_document, party_ids
from truceline.model.register import Origin, Verdict

AB = (document("a.txt", about=("2031-01-05",)), document("b.txt", about=("2031-01-06",)))


def made(documents, pledges, statements=(), reviews=(), agreement=AGREEMENT):
    return entries(agreement, reading(documents, pledges, statements), reviews)


def test_two_outlets_that_tell_of_one_promise_are_one_entry_with_two_voices():
    (one,) = made(AB, [pledge("a.txt"), pledge("b.txt")])
    assert [c.source for c in one.citations] == ["a.txt", "b.txt"]
    assert one.groups == ("a.txt", "b.txt")
    assert not one.single
    assert (one.obligor, one.name, one.origin) == ("NB", "Northbank", Origin.PROPOSED)
    assert (one.date, one.known_by, one.months) == (None, None, ("2031-01",))


@pytest.mark.parametrize(
    "other",
    [
        {"obligor": ("Southbank",)},
        {"status": "considered"},
        {"role": "lead"},
        {"types": ("naval",)},
        {"trigger": "after a ceasefire"},
        {"date": "2031-02-05"},
    ],
)
def test_what_differs_stays_apart(other):
    assert len(made(AB, [pledge("a.txt"), pledge("b.txt", **other)])) == 2


def test_conditions_of_one_kind_are_one_and_keep_all_their_words():
    ours = pledge("a.txt", status="conditional", trigger="after a ceasefire")
    theirs = pledge("b.txt", status="conditional", trigger="once a truce holds", limits="no combat")
    (one,) = made(AB, [ours, theirs])
    assert one.condition_class == "ceasefire"
    assert one.condition == "after a ceasefire; once a truce holds"
    assert one.limits == "no combat"


def test_a_second_condition_keeps_a_pledge_apart():
    plain = pledge("a.txt", status="conditional", trigger="after a ceasefire")
    asked = pledge("b.txt", status="conditional", trigger="after a ceasefire, if parliament votes")
    assert {e.condition_class for e in made(AB, [plain, asked])} == {
        "ceasefire",
        "ceasefire and approval",
    }


def test_domains_are_joined_and_each_source_keeps_its_own():
    (one,) = made(
        AB,
        [
            pledge("a.txt", types=("troops_land",)),
            pledge("b.txt", types=("naval", "troops_land")),
            pledge("b.txt", 40, types=("naval", "air")),
        ],
    )
    assert one.types == ("troops_land", "naval", "air")
    assert one.groups_for("troops_land") == ("a.txt", "b.txt")
    assert one.groups_for("air") == ("b.txt",)


def test_months_gate():
    documents = [
        document("a.txt", about=("2031-01-05",)),
        document("b.txt", about=("2031-02-05",)),
        document("c.txt", published="2031-02-02"),
        document("d.txt"),
        document("e.txt"),
    ]
    found = made(documents, [pledge(d.name) for d in documents])
    assert len(found) == 5, (
        "months that differ, that may differ, or that nobody knows are not joined"
    )
    assert {e.months for e in found} == {("2031-01",), ("2031-02",), ("2031-01", "2031-02"), ()}
    assert len(made(documents, [pledge("d.txt"), pledge("d.txt", 50)])) == 1, (
        "of one article they are"
    )


def test_days_gate():
    said = [statement("a.txt", 0, "2031-01-05"), statement("b.txt", 0, "2031-01-05")]
    one = pledge("a.txt", date="2031-01-05", statement=said[0].id)
    same = pledge("b.txt", date="2031-01-05", statement=said[1].id)
    other = pledge("b.txt", 60, date="2031-01-20")
    undated = pledge("b.txt", 90)
    assert [e.date for e in made(AB, [one, same], said)] == ["2031-01-05"]
    joined = made(AB, [one, undated], said)
    assert [(e.date, e.known_by, len(e.citations)) for e in joined] == [
        ("2031-01-05", "2031-01-05", 2)
    ]
    apart = made(AB, [one, other, undated], said)
    assert sorted(str(e.date) for e in apart) == ["2031-01-05", "2031-01-20", "None"]


def test_one_proposal_of_two_states_is_an_entry_of_each_and_names_are_mapped_once():
    found = made(AB, [pledge("a.txt", obligor=("the Northbank", "Northbank", "Eastbank"))])
    assert [(e.obligor, e.name) for e in found] == [("NB", "Northbank"), ("Eastbank", "Eastbank")]
    assert len({e.id for e in found}) == 2
    assert party_ids(AGREEMENT)["group of 7 states"] == "NB"


def test_the_day_of_publication_is_the_day_by_which_it_is_known():
    documents = [
        document("a.txt", about=("2031-01-05",), published="2031-01-09"),
        document("b.txt", about=("2031-01-05",), published="2031-01-07"),
    ]
    (one,) = made(documents, [pledge("a.txt"), pledge("b.txt")])
    assert (one.date, one.known_by) == (None, "2031-01-07")


def test_copies_of_one_outlet_are_one_voice():
    documents = [
        document("a.txt", about=("2031-01-05",), outlet="Gazette"),
        document("b.txt", about=("2031-01-05",), outlet="Gazette"),
        document("c.txt", about=("2031-01-05",), agency="Wire"),
    ]
    (one,) = made(documents, [pledge(d.name) for d in documents])
    assert one.groups == ("Gazette", "Wire")
    assert one.outlets == ("Gazette", "c.txt")


def test_a_coded_pledge_is_an_entry_of_its_own_with_the_voices_of_its_sources():
    sources = {
        "S1": f"an article, sha256 {AB[0].sha256[:16]}",
        "S2": "https://www.courier.example/page",
        "S3": "a letter",
    }
    law = replace(
        AGREEMENT,
        sources=sources,
        pledges=(
            coded(date="2031-01-05", sources=("S3", "S2", "S1")),
            coded(id="P-2", sources=("S1",)),
            coded(id="P-3", sources=("S1", "S3")),
        ),
    )
    first, second, third, proposed = made(AB, [pledge("a.txt")], agreement=law)
    assert (first.origin, first.id, first.date, first.months) == (
        Origin.CODED,
        "P-1",
        "2031-01-05",
        ("2031-01",),
    )
    assert [(c.source, c.group) for c in first.citations] == [
        ("S1", "a.txt"),
        ("S2", "courier.example"),
        ("S3", "S3"),
    ]
    assert second.months == ("2031-01",), "its only source is an article of the reading"
    assert third.months == (), "nothing tells when the letter was written"
    assert (second.date, second.known_by) == (None, None)
    assert proposed.origin is Origin.PROPOSED
    assert months_of_document(document("x.txt")) == frozenset()


def test_the_class_of_a_coded_condition_is_read_or_said():
    law = replace(
        AGREEMENT,
        sources={"S1": "a letter"},
        pledges=(
            coded(status="conditional", condition="at the request of B, after a ceasefire"),
            coded(id="P-2", condition="peace at last", condition_class="other"),
        ),
    )
    assert [e.condition_class for e in made(AB, [], agreement=law)] == [
        "request and ceasefire",
        "other",
    ]


def test_what_a_person_confirms_corrects_or_rejects():
    proposals = [pledge("a.txt", start) for start in (0, 50, 100, 150)]
    said = [
        review(proposals[0]),
        review(proposals[1], Verdict.CORRECT, 2, status="conditional", trigger="after a ceasefire"),
        review(proposals[2], Verdict.REJECT, 3),
    ]
    found = made(AB, proposals, reviews=said)
    by_origin = {e.origin: e for e in found}
    assert len(found) == 4, "what nobody looked at is not shown as confirmed"
    rejected = by_origin[Origin.REJECTED]
    assert [c.proposal for c in rejected.citations] == [proposals[2].id]
    assert by_origin[Origin.PROPOSED].reviews == ()
    (corrected,) = (e for e in found if e.status == "conditional")
    assert (corrected.origin, corrected.condition_class) == (Origin.CONFIRMED, "ceasefire")
    assert [c.proposal for c in corrected.citations] == [proposals[1].id], (
        "still leads to the words"
    )
    assert [r.number for r in corrected.reviews] == [2]


def test_the_last_word_counts_and_a_stale_one_does_not():
    one = pledge("a.txt")
    (found,) = made(AB, [one], reviews=[review(one, Verdict.REJECT, 1), review(one, number=2)])
    assert found.origin is Origin.CONFIRMED
    changed = replace(one, status="considered")
    (found,) = made(AB, [changed], reviews=[review(one)])
    assert (found.origin, found.status) == (Origin.PROPOSED, "considered")
    assert [r.number for r in found.reviews] == [1], "kept on record"
    (found,) = made(AB, [one], reviews=[review(one, Verdict.RULE, side="0")])
    assert found.origin is Origin.PROPOSED, "a ruling is of a contradiction"


def test_a_correction_of_the_day_moves_the_event():
    one, two = pledge("a.txt"), pledge("b.txt")
    said = [review(one), review(two, Verdict.CORRECT, 2, date="2031-02-07")]
    assert [(e.date, e.months) for e in made(AB, [one, two], reviews=said)] == [
        (None, ("2031-01",)),
        ("2031-02-07", ("2031-02",)),
    ]


def test_a_correction_that_cannot_be_is_named_and_another_review_mends_it():
    one = pledge("a.txt")
    bad = review(one, Verdict.CORRECT, 7, status="certain")
    with pytest.raises(
        WorkflowError, match=r"review 7: status .* cannot be 'certain'.*add a review"
    ):
        made(AB, [one], reviews=[bad])
    assert made(AB, [one], reviews=[bad, review(one, number=8)])[0].origin is Origin.CONFIRMED


def test_a_pledge_of_a_document_that_is_missing_is_refused():
    with pytest.raises(ValueError, match=r"\['z.txt'\]"):
        made(AB, [pledge("z.txt")])


@given(readings(), st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_no_entry_is_stronger_than_any_of_its_citations(read, rng: Random):
    """For any reading: each citation's own proposal says what the entry says, or more weakly."""
    said = {p.id: p for p in read.pledges}
    found = entries(AGREEMENT, read, ())
    for one in found:
        behind = [said[c.proposal] for c in one.citations]
        assert {p.status for p in behind} == {one.status}
        assert set(one.types) == {t for p in behind for t in p.types}
        for citation, p in zip(one.citations, behind, strict=True):
            assert set(citation.types) == set(p.types)
            assert p.trigger is None or p.trigger in one.condition
            assert condition_class(p.trigger or "") == one.condition_class
        assert one.date in {p.date for p in behind}
    told = {(c.proposal, e.obligor) for e in found for c in e.citations}
    names = party_ids(AGREEMENT)
    assert told == {(p.id, names.get(n, n)) for p in read.pledges for n in p.obligor}, (
        "none is lost"
    )
    assert len({e.id for e in found}) == len(found)
    shuffled = list(read.pledges)
    rng.shuffle(shuffled)
    again = replace(read, pledges=tuple(shuffled), documents=read.documents[::-1])
    assert set(entries(AGREEMENT, again, ())) == set(found)


@given(readings())
@settings(max_examples=150)
def test_nothing_is_joined_across_months_days_or_obligors(read):
    found = entries(AGREEMENT, read, ())
    carriers = {s.id: s.date_said for s in read.statements}
    said = {p.id: p for p in read.pledges}
    for one in found:
        for a, b in combinations([said[c.proposal] for c in one.citations], 2):
            days = [p.date or carriers.get(p.statement) for p in (a, b)]
            if all(days):
                assert days[0][:7] == days[1][:7]
            if a.date and b.date:
                assert a.date == b.date
            if len(one.months) != 1:
                assert a.doc == b.doc, (
                    "where the month is open only one article speaks of one event"
                )


@given(readings(), st.data())
@settings(max_examples=100)
def test_only_what_a_person_confirmed_is_shown_as_confirmed(read, data):
    verdicts = {
        p.id: data.draw(st.sampled_from([None, Verdict.CONFIRM, Verdict.REJECT]), p.id)
        for p in read.pledges
    }
    said = [
        review(p, verdicts[p.id], number)
        for number, p in enumerate(read.pledges, 1)
        if verdicts[p.id]
    ]
    origins = {
        None: Origin.PROPOSED,
        Verdict.CONFIRM: Origin.CONFIRMED,
        Verdict.REJECT: Origin.REJECTED,
    }
    for one in entries(AGREEMENT, read, said):
        assert {origins[verdicts[c.proposal]] for c in one.citations} == {one.origin}
        assert one.status in STRENGTH
        assert one.obligor in {"Eastbank", *(party.id for party in PARTIES)}
