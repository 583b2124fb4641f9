"""Positions out of sentences: whose stand it is, and of which kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledge_articles import WORLD, document, positions
from truceline.guarantees.reading.positions import positions_of
from truceline.guarantees.reading.sentences import sentences_of
from truceline.model.article import Mode, Span, Statement

KINDS = {
    "Ostania rejected the plan for a foreign force.": ("Ostania", "rejection"),
    "Vik Marn dismissed the proposal as absurd.": ("Ostania", "rejection"),
    "Per Olk said guarantees cannot be provided by foreign contingents.": ("Ostania", "rejection"),
    "Marn ruled out any deployment of Western troops.": ("Ostania", "rejection"),
    "Per Olk said Ostania would never accept foreign soldiers.": ("Ostania", "red_line"),
    "Marn said membership remains off the table.": ("Ostania", "red_line"),
    "Marn warned that such troops would be legitimate targets.": ("Ostania", "threat"),
    "Ostgrad said their arrival will be classified as foreign intervention.": ("Ostania", "threat"),
    "Lind warned of additional sanctions if Ostania refuses.": ("Arland", "threat"),
    "Marn demanded that Valdia withdraw from four regions.": ("Ostania", "territorial_demand"),
    "Ostania insists that Valdia must give up the eastern territories.": (
        "Ostania",
        "territorial_demand",
    ),
    "Marn demanded permanent neutrality.": ("Ostania", "demand"),
    "Corr urged buyers to turn elsewhere.": ("Meridia", "demand"),
    "Olk accused Arland of trying to prolong the war.": ("Ostania", "accusation"),
    "Terr blamed Ostania.": ("Valdia", "accusation"),
    "Pell said he would act only after a ceasefire.": ("Corvia", "condition"),
    "Marn is open to talks.": ("Ostania", "offer"),
    "In exchange, Ostania would freeze the lines.": ("Ostania", "offer"),
    "Ostania said it would not oppose the treaty.": ("Ostania", "concession"),
    "Terr offered to drop its objections.": ("Valdia", "concession"),
}


@pytest.mark.parametrize(("text", "want"), KINDS.items())
def test_each_kind_is_read_with_its_party(text, want):
    assert want in {(one.party, one.kind) for one in positions(text)}


def test_the_beneficiary_and_its_allies_are_one_party():
    (one,) = positions("Valdia and its European allies have rejected the demand.")
    assert (one.party, one.kind) == ("Valdia and European allies", "rejection")


def test_a_state_that_rules_out_its_own_troops_takes_no_stand():
    assert not positions("Borland ruled out sending soldiers.")


def test_a_noun_belongs_to_its_owner_or_to_nobody():
    assert [one.party for one in positions("Ostania's rejection came after the summit.")] == [
        "Ostania"
    ]
    assert not positions("The rejection came after Lind hosted a summit.")


def test_a_quotation_is_the_stand_of_who_speaks_it():
    text = "“Arland is an enemy of peace,” Olk said."
    assert {one.party for one in positions(text)} == {"Ostania"}
    text = "“It cannot be accepted. Arland is the enemy.”"
    said = Statement(
        "d#1",
        "article.txt",
        Span(0, len(text)),
        0.9,
        "r",
        Mode.DIRECT,
        "Vik Marn",
        "Marn",
        None,
        None,
        "2031-05-13",
        "dateline",
        None,
        None,
        (),
    )
    found = positions_of(document(text), sentences_of(text), (), (said,), WORLD)
    assert {one.party for one in found} == {"Ostania"}
    assert {one.date for one in found} == {"2031-05-13"}


def test_a_passive_belongs_to_who_follows_by():
    (one,) = positions("The treaty would not be opposed by Ostania.")
    assert (one.party, one.kind) == ("Ostania", "concession")


def test_several_stands_of_one_sentence_have_their_own_clauses():
    text = "Marn rejected the plan, warning that such troops would be legitimate targets."
    found = positions(text)
    assert [one.kind for one in found] == ["rejection", "threat"]
    assert found[0].span.end <= found[1].span.start
    assert len({one.id for one in found}) == 2


def test_doubted_offers_are_none():
    assert not positions("It is unclear whether Ostania is open to talks.")


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error_and_the_same_way_twice(text):
    first = positions(text)
    assert first == positions(text)
    assert all(0 <= one.span.start < one.span.end <= len(text) for one in first)


@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=6))
def test_every_position_lies_in_its_text_and_ids_are_its_own(lines):
    text = "\n".join(lines)
    found = positions(text)
    assert len({one.id for one in found}) == len(found)
    assert all(text[one.span.start : one.span.end].strip() for one in found)


def test_what_is_too_long_for_a_sentence_is_left_out():
    line = "Ostania rejected the plan and "
    assert positions(line.strip())
    assert not positions(line * 200)
