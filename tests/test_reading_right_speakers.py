"""Whose words a quotation is, in the turns of phrase of many outlets; each on invented names."""

from pathlib import Path

import pytest

from truceline.guarantees.reading.reader import read_documents
from truceline.guarantees.reading.tables import tables_from

DATA = Path(__file__).parent / "data" / "statements"
TABLES = tables_from(*((DATA / f"{n}.yaml").read_text() for n in ("persons", "states", "groups")))
DAY = {"a.txt": {"published": "2031-03-01"}}
FILLER = "\n\nThe talks went on for hours in the hall and it was late when they were over."
HEADLINE = (
    "Valcourt hails the day of Lutaine\n\nEnvoys of Jack Harding came to the hall in the evening, as "
    "they had before.\n\nIn the text, the head of state told the press, there is a “true convergence” "
    "of views."
)
ANONYMOUS = (
    "Sarnov said no. An official close to the team, speaking on condition of anonymity as he was not "
    "allowed to talk, confirmed the “general idea” of it."
)


def read(text):
    return read_documents({"a.txt": (text + FILLER).encode()}, DAY, TABLES).statements


def quoted(text):
    """Give who says each quotation, by its first word."""
    whole = text + FILLER
    return [
        (whole[q.start : q.end].split()[0], one.speaker) for one in read(text) for q in one.quotes
    ]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        # A day before a family name is no given name.
        ("Harding wrote to Sarnov. On Friday Sarnov said it was “hardly useful” now.", "Sarnov"),
        # A place that opens the sentence does not speak.
        (
            "On Palace Hill, Sen. Tom Bellamy, R-Ohio, said it was “waved through” at last.",
            "Bellamy",
        ),
        # A role, a name, and a pronoun or a state behind the verb.
        ("The Unity Party leader, Edmund Hale, said he would call it “a mistake” there.", "Hale"),
        (
            "The Corvian chancellor, Klaus Brenner, said Corvia would “do its part” in it.",
            "Brenner",
        ),
        # The state speaks, the words are a person's.
        ("Aldmark repeated that it was “ready on land and sea”, in Hale's words.", "Hale"),
        # What a group announced is part of what somebody says.
        (
            "Anna Lindqvist came. She said that some nations had announced “jets and ships”.",
            "Lindqvist",
        ),
        # The verb is no part of a name.
        (
            "Marek Dolin said that a paper with the United States of Arland was “nearly done” now.",
            "Dolin",
        ),
        ("Edmund Hale came. “It can only work if they move,” Sir Edmund said.", "Hale"),
        # An age, a trade or an office in place of the name.
        (
            "Viktor Sarnov said they were targets. “I see no point,” the 71-year-old leader said.",
            "Sarnov",
        ),
        ("Irina Kaskova said it was a plan. “They call it help,” the diplomat noted.", "Kaskova"),
        ("President Viktor Sarnov said no. “It is so,” the official said.", "unknown"),
        (
            "A senior diplomat said it was late. Irina Kaskova said no. “It is so,” the diplomat said.",
            "unknown",
        ),
        # Who is meant by "the head of state" acts in the headline.
        (
            HEADLINE,
            "Valcourt",
        ),
        # The body of the sentence before.
        (
            "The Atlantic League said no. “Why should we ask?” its secretary general asked.",
            "Lindqvist",
        ),
        ("“We will build the hubs.”\n\nThat was President Marek Dolin on Tuesday.", "Dolin"),
        ("Tiberna “keeps its men at home”, according to a note from the Citadel.", "Citadel"),
        # Unnamed voices: at a distance from their verb, and taken up by a pronoun.
        (
            "Sarnov said no. A Corvian government spokesperson said yes. “It is so,” he told us.",
            "Corvia",
        ),
        (
            ANONYMOUS,
            "unknown",
        ),
        ("Viktor Sarnov came. One of them said his government had “taken note of it”.", "unknown"),
        ("“One does not ask the one who fires,” slips an adviser to the president.", "unknown"),
        (
            "Norvania spoke. A diplomat in Dolsk said it was shut. “It was never open at all.”",
            "unknown",
        ),
        # The reply of somebody is what the next sentence goes on about.
        (
            "President Sarnov saw no sense. Anna Lindqvist's riposte is right. She saw jets “soon”.",
            "Lindqvist",
        ),
    ],
)
def test_who_is_quoted(text, speaker):
    found = quoted(text)
    assert found
    assert {who.split()[-1] for _, who in found} == {speaker}


def test_the_ministry_behind_its_spokeswoman_is_of_her_state():
    text = (
        "“They are targets,” Foreign Ministry spokeswoman Irina Kaskova said in Gradsk.\n\n"
        "The ministry said the paper was “far from peace” for all."
    )
    assert quoted(text) == [("They", "Irina Kaskova"), ("far", "Zemlova")]


def test_a_statement_goes_on_with_who_made_it():
    text = (
        "“They are targets,” Irina Kaskova said in a statement.\n\n"
        "Units would be seen as meddling, the statement said."
    )
    assert [one.speaker for one in read(text)] == ["Irina Kaskova"] * 2


def test_a_spokesperson_or_officials_of_a_seat_are_no_leader():
    text = (
        "A spokesman for Klaus Brenner said nothing was settled. Officials in Gradsk said it was "
        "not so. A diplomat in Gradsk said it was."
    )
    want = ["spokesperson of Klaus Brenner", "Zemlova", "unknown"]
    assert [one.speaker for one in read(text)] == want


def test_a_quotation_torn_by_a_line_of_furniture_goes_on():
    text = (
        '"All such units will be targets," spokeswoman Irina Kaskova said.\n\n'
        '"The new declarations of the western states are forming\n\n'
        "CLICK HERE TO DOWNLOAD THE APP\n\n"
        'a true axis of war," Kaskova said.'
    )
    assert ("a", "Irina Kaskova") in quoted(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Henri Valcourt said 26 states had joined a “reassurance force” for Norvania.", 1),
        ("All had joined a “reassurance force” for it, Henri Valcourt said on Monday.", 1),
        ("Henri Valcourt met the staff of the “reassurance force” in Lutaine.", 0),
        ("Henri Valcourt rejected a plan to send a “reassurance force” to Norvania.", 0),
        ("Henri Valcourt said the “Coalition of Resolve” would meet.", 0),
        ("She accused them all. Irina Kaskova accused them of forming a real “axis of war”.", 1),
    ],
)
def test_a_label_is_quoted_where_a_person_says_it(text, words):
    assert len(quoted(text)) == words


def test_a_role_with_a_word_of_its_own_is_not_another_that_ends_alike():
    text = "The general staff met. Zemlova was named. Its secretary general said no to it."
    assert all(one.speaker != "Viktor Sarnov" for one in read(text))
