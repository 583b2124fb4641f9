"""Roles not borne out stand in the reading, and each proposal has an id of its own that finds it."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.codec.canonical import canonical
from truceline.codec.reading import reading_to_plain
from truceline.guarantees.reading.reader import read_documents, with_own_ids
from truceline.guarantees.reading.tables import tables_from
from truceline.model.article import Position, Span

TABLES = tables_from(
    """
checked: "2031-12-31"
roles:
  president: [president]
  foreign minister: [foreign minister, foreign secretary]
persons:
  Jack Harding: {party: Northbank, given: [Jack], family: [Harding], alone: true, offices: [[president, "2030-01-20", null]]}
  Vera Milan: {party: Southbank, given: [Vera], family: [Milan], alone: true, offices: [[foreign minister, "2020-03", "2029-12-31"]]}
""",
    "states: {Northbank: {people: [Northbanker]}, Southbank: {people: [Southbanker]}}",
    "groups: {}",
)
FORMER = "Former President Jack Harding said that the plan was good for the people of the town."
SINCE = "Foreign minister Vera Milan said on the same day that the talks would go on for a while."
RIGHT = "President Jack Harding said that he was ready to talk about it with the other side."


def read(text, entry=None, name="a.txt"):
    """Read one article of the invented world, about a day on which its offices are known."""
    return read_documents({name: text.encode()}, {name: entry or {"about": "2031-01-06"}}, TABLES)


def test_a_role_that_was_not_held_is_a_finding_and_stays_as_the_article_gives_it():
    found = read(f"{FORMER}\n\n{SINCE}\n\n{RIGHT}\n")
    former, since = found.findings
    text = found.documents[0].text
    assert text[former.span.start : former.span.end] == former.role_as_given == "Former President"
    assert (former.person, former.kind, former.days) == (
        "Jack Harding",
        "called_former",
        ("2031-01-06",),
    )
    assert former.held == ("president of Northbank since 2030-01-20",)
    assert (since.person, since.kind, since.held) == ("Vera Milan", "not_held", ())
    assert former.id == f"a.txt#role{former.span.start}"
    roles = {s.speaker: s.role_as_given for s in found.statements if s.speaker == "Vera Milan"}
    assert roles == {"Vera Milan": "Foreign minister"}, "nothing was corrected"
    assert canonical(reading_to_plain(found)["findings"][0]) == canonical(
        {
            "id": former.id,
            "doc": "a.txt",
            "start": former.span.start,
            "end": former.span.end,
            "person": "Jack Harding",
            "role_as_given": "Former President",
            "kind": "called_former",
            "days": ["2031-01-06"],
            "held": ["president of Northbank since 2030-01-20"],
        }
    )


@pytest.mark.parametrize("entry", [{"about": None}, {"published": "2032-02-01"}])
def test_where_the_day_or_the_offices_are_not_known_there_is_no_finding(entry):
    assert read(FORMER, entry).findings == ()


def test_an_office_that_ended_is_told_with_its_end():
    (found,) = read(
        SINCE.replace("Foreign minister", "Former foreign minister"), {"about": "2029-01-05"}
    ).findings
    assert found.held == ("foreign minister of Southbank since 2020-03 until 2029-12-31",)


def test_the_span_of_a_finding_in_a_page_is_of_the_file():
    page = f"<html><body><article><p>{RIGHT}</p><p>The &ldquo;plan&rdquo;. {FORMER}</p></article></body></html>"
    found = read_documents({"a.html": page.encode()}, {"a.html": {"about": "2031-01-06"}}, TABLES)
    (one,) = found.findings
    assert page[one.span.start : one.span.end] == "Former President"
    assert one.id == f"a.html#role{page.index('Former President')}"


SENTENCES = (
    RIGHT,
    FORMER,
    "Russia rejected the plan and warned that any foreign troops in Ukraine would be legitimate targets.",
    "Moscow and Kyiv rejected the demand, and Russia demanded that Ukraine give up four regions.",
    "Britain and France pledged to send troops to Ukraine after a ceasefire, but Germany ruled it out.",
    "“We will not accept this,” the Kremlin said, calling it absolutely unacceptable.",
    "Ukraine and its European allies rejected the demand that Russia should have a veto.",
    "Italy ruled out sending soldiers but pledged monitoring support for any peace deal.",
)


@given(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8), st.booleans(), st.integers(0, 40)
)
@settings(max_examples=80)
def test_every_id_of_a_reading_is_its_own_and_tells_the_place(sentences, page, pad):
    text = "\n\n".join(" ".join(sentences[i : i + 2]) for i in range(0, len(sentences), 2))
    name = "a.txt"
    if page:
        name = "a.html"
        parts = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
        text = f"<!DOCTYPE html><html><head><title>{'t' * pad}</title></head><body><article>{parts}</article></body></html>"
    found = read(text, name=name)
    proposals = (*found.statements, *found.pledges, *found.positions)
    ids = Counter(one.id for one in (*proposals, *found.findings))
    assert set(ids.values()) <= {1}, ids
    statements = {one.id for one in found.statements}
    for one in proposals:
        place = int(re.fullmatch(rf"{name}#[a-z]+(\d+)(?:\.\d+)?", one.id)[1])
        assert one.span.start <= place < one.span.end
    assert {p.statement for p in found.pledges} <= {None, *statements}


def test_the_sentences_of_that_test_hold_proposals_of_every_kind():
    found = read(" ".join(SENTENCES))
    assert min(len(found.statements), len(found.pledges), len(found.positions)) >= 3
    assert found.findings


def test_two_stands_at_one_place_are_told_apart():
    one = Position(
        "a.txt#position7", "a.txt", Span(7, 20), 0.7, "rule", "Northbank", "demand", None
    )
    other = replace(one, party="Southbank")
    assert [p.id for p in with_own_ids([one, other, other])] == [
        "a.txt#position7",
        "a.txt#position7.1",
        "a.txt#position7.2",
    ]
