"""Sentences, quotations and labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.guarantees.reading.labels import is_label
from truceline.guarantees.reading.quotes import is_whole, quoted_spans
from truceline.guarantees.reading.sentences import sentences_of


def texts(prose):
    return [s.text for s in sentences_of(prose)]


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Mr. Orr met Gen. Ulm. They ate.", ["Mr. Orr met Gen. Ulm.", "They ate."]),
        ("The U.S. Army left. It rained.", ["The U.S. Army left.", "It rained."]),
        ("He left the U.S. The war went on.", ["He left the U.S.", "The war went on."]),
        ("“No. Never.” He left.", ["“No. Never.”", "He left."]),
        ("“Is it so?” Orr asked. He left.", ["“Is it so?” Orr asked.", "He left."]),
        ('He said "no." They left.', ['He said "no."', "They left."]),
        ("It cost 3.5 m. more. So", ["It cost 3.5 m. more.", "So"]),
        ("“One\nTwo. Three.", ["“One", "Two.", "Three."]),
        ("“One. Two", ["“One. Two"]),
        ("", []),
    ],
)
def test_a_full_stop_ends_a_sentence_only_where_one_ends(prose, expected):
    assert texts(prose) == expected


def test_headings_and_bullets_are_told_apart():
    found = sentences_of(
        "A headline\n- a bullet here\n• another\n1. a third\nProse it is.\n“Quote”"
    )
    kinds = [s.kind for s in found]
    assert kinds == ["heading", "bullet", "bullet", "bullet", "prose", "prose"]
    assert found[1].text == "a bullet here"


def test_hard_wrapped_lines_are_one_paragraph():
    prose = "The envoy of the north came\nto the town and said that\nit was cold.\n\nHe left soon after\nthe meal was over."
    assert texts(prose) == [
        "The envoy of the north came\nto the town and said that\nit was cold.",
        "He left soon after\nthe meal was over.",
    ]


@given(st.text(alphabet='Ab .?!”“"\n', max_size=60))
def test_sentences_slice_the_prose_in_order_and_lose_no_letter(prose):
    found = sentences_of(prose)
    assert all(prose[s.span.start : s.span.end] == s.text for s in found)
    assert list(found) == sorted(found)
    letters = sum(c.isalpha() for s in found for c in s.text)
    assert letters == sum(c.isalpha() for c in prose)


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ('He said “yes” and "no" and «so».', ["yes", "no", "so"]),
        ("He called it ‘a start’, and 'no more', didn't he?", ["a start", "no more"]),
        ("“It’s an ‘axis’ of war,” he said.", ["It’s an ‘axis’ of war,"]),
        ("“It goes on.\n“And on.” He left.", ["It goes on.", "And on."]),
        ('A 6" gun and "a word".', ["a word"]),
        ("The soldiers' leave and the allies' plan.", []),
    ],
)
def test_quotations_of_all_marks_are_found_without_the_marks(prose, expected):
    spans = quoted_spans(prose, sentences_of(prose))
    assert [prose[s.start : s.end] for s in spans] == expected


@pytest.mark.parametrize(("prose", "whole"), [("“One. Two.”", True), ("He said “one.”", False)])
def test_a_sentence_that_is_nothing_but_a_quotation_is_told(prose, whole):
    sentence = sentences_of(prose)[0]
    assert is_whole(prose, sentence, quoted_spans(prose, [sentence])) is whole


@pytest.mark.parametrize(
    ("prose", "label"),
    [
        ("The “Coalition of Resolve” met", True),
        ("a “reassurance force” of many", True),
        ("the so-called “big wall” fell", True),
        ("a proposal for a “peace shield” in the north", True),
        ("he called it “a big wall”", False),
        ("he said “We Will Not Go!”", False),
        ("it was an “iron promise” of his", False),
    ],
)
def test_names_and_labels_in_marks_are_no_words_of_a_speaker(prose, label):
    (quote,) = quoted_spans(prose, sentences_of(prose))
    assert is_label(prose, quote) is label
