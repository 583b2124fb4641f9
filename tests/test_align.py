"""The same statement in several outlets is one; another speaker's or another month's never is."""

import importlib.util
import os
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from invented_outlets import OUTLETS, invented, outlet
from truceline.guarantees.align import align
from truceline.guarantees.align_days import near, told_by
from truceline.guarantees.align_likeness import items, likenesses
from truceline.guarantees.align_time import months_of
from truceline.guarantees.align_words import stem, weights, words
from truceline.model.article import Boilerplate, Document, Span

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
READING, KEYS = invented()
LINE = "Velm declared that any foreign ship in these waters would be sunk without hesitation."


def pairs(groups):
    return {
        frozenset(pair)
        for group in groups
        for pair in combinations(sorted(group), 2)
        if pair[0].split("#")[0] != pair[1].split("#")[0]
    }


def truth():
    return pairs([one for one in KEYS if KEYS[one] == key] for key in set(KEYS.values()))


def two(first, second, about=("2026-05-04",), about2=None, **changed):
    """Align one line of each of two outlets; give whether they became one."""
    speaker, other = changed.get("speakers", ("Tor Velm", "Tor Velm"))
    a, mine = outlet("a.txt", about, [("k", speaker, first)])
    b, theirs = outlet("b.txt", about if about2 is None else about2, [("k", other, second)])
    if "published" in changed:
        a, b = (
            replace(one, published=day)
            for one, day in zip((a, b), changed["published"], strict=True)
        )
    days = changed.get("said", (None, None))
    both = [replace(one, date_said=day) for one, day in zip((*mine, *theirs), days, strict=True)]
    return len(align(both, [a, b])) == 1


def test_reworded_statements_of_invented_outlets_are_found():
    got = pairs(one.members for one in align(READING.statements, READING.documents))
    right = len(got & truth())
    assert right / len(got) >= 0.88
    assert right / len(truth()) >= 0.78


def test_the_order_of_the_input_does_not_matter():
    want = align(READING.statements, READING.documents)
    assert want
    rows, docs = READING.statements, READING.documents
    for step in (5, 7, 11):  # coprime to the number of statements: each is a shuffle
        order = [step * n % len(rows) for n in range(len(rows))]
        assert sorted(order) == list(range(len(rows)))
        assert align([rows[n] for n in order], docs[::-1]) == want


def test_groups_are_sorted_disjoint_and_of_two_documents_at_least():
    found = align(READING.statements, READING.documents)
    members = [member for one in found for member in one.members]
    assert len(members) == len(set(members))
    for one in found:
        assert list(one.members) == sorted(one.members)
        assert len({member.split("#")[0] for member in one.members}) > 1
    assert list(found) == sorted(found, key=lambda one: one.members)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_group_ever_holds_two_speakers_or_two_months(data):
    """Whoever is made to say whatever, whenever: the gate holds."""
    speakers = st.sampled_from(["Tor Velm", "Ana Brisk", "unknown", ""])
    days = st.sampled_from([None, "2026-05-04", "2026-05-31", "2026-06-01", "2025-05-04"])
    abouts = st.sampled_from([(), ("2026-05-04",), ("2026-06-02",), ("2026-05-30", "2026-06-02")])
    documents, rows = [], []
    for number in range(data.draw(st.integers(2, 4))):
        about = data.draw(abouts)
        said = [("k", data.draw(speakers), LINE) for _ in range(data.draw(st.integers(1, 3)))]
        document, statements = outlet(f"{number}.txt", about, said)
        documents.append(document)
        rows += [replace(one, date_said=data.draw(days)) for one in statements]
    by_name = {one.name: one for one in documents}
    by_id = {one.id: one for one in rows}
    for group in align(rows, documents):
        members = [by_id[member] for member in group.members]
        assert len({one.speaker for one in members}) == 1
        assert members[0].speaker not in ("", "unknown")
        months = {months_of(one, by_name[one.doc]) for one in members}
        assert len(months) == 1
        assert len(next(iter(months))) <= 1
        assert len({one.date_said for one in members} - {None}) <= 1


def test_near_identical_copies_are_one_but_not_of_two_speakers():
    assert two(LINE, LINE.replace("declared", "said"))
    assert not two(LINE, LINE, speakers=("Tor Velm", "Ana Brisk"))
    assert not two(LINE, LINE, speakers=("unknown", "unknown"))


@pytest.mark.parametrize(
    ("about", "about2", "one"),
    [
        (("2026-05-04",), ("2026-05-05",), True),
        (("2026-05-04",), ("2026-06-02",), False),
        (("2026-05-04",), ("2025-05-04",), False),
        (("2026-05-04",), ("2026-05-29",), False),
        (("2026-05-31",), ("2026-06-01",), False),
        (("2026-05-31", "2026-06-01"), ("2026-05-31", "2026-06-01"), False),
    ],
)
def test_other_events_are_other_months(about, about2, one):
    assert two(LINE, LINE, about, about2) is one


def test_the_day_it_was_said_goes_before_the_event_of_the_article():
    assert two(LINE, LINE, ("2026-05-04",), ("2026-05-04",), said=("2026-05-04", "2026-05-04"))
    assert not two(LINE, LINE, said=("2026-05-04", "2026-05-05")), "two days are two occasions"
    assert not two(LINE, LINE, said=("2026-04-30", None))


def test_where_no_month_is_known_only_words_quoted_alike_at_length_join():
    quoted = "Velm said “any foreign ship in these waters will be sunk” on arrival."
    again = "“Any foreign ship in these waters will be sunk,” Velm told his council."
    short = "Velm said “will be sunk” of any foreign ship in these waters."
    assert two(quoted, again, ())
    assert two(quoted, again, (), ("2026-05-04",))
    assert not two(quoted, short, ())
    assert not two(LINE, LINE, ())


def test_the_day_of_publication_stands_for_an_event_that_is_not_told():
    assert two(LINE, LINE, (), published=("2026-05-20", "2026-05-21"))
    assert not two(LINE, LINE, (), published=("2026-05-20", "2026-06-20"))
    early = "the first days of a month may tell of the month before"
    assert not two(LINE, LINE, (), published=("2026-05-03", "2026-05-03")), early


@pytest.mark.parametrize(
    ("text", "before", "months"),
    [
        ("In June 2024 he asked for more.", "", {"2024-06"}),
        ("On August 18 he asked for more.", "", {"2025-08"}),
        ("In April, he asked for more.", "", {"2026-04"}),
        ("He asked for more.", "They met on 3 February 2026. ", {"2026-02"}),
        ("He asked for more.", "They met in June.\n", {"2026-05"}),
        ("He may ask for more.", "Marching on. ", {"2026-05"}),
        ("He asked for more in May 2024 and in June 2024.", "", {"2024-05", "2024-06"}),
    ],
)
def test_a_month_named_in_the_text_goes_before_the_event(text, before, months):
    document = Document("a", "0", before + text, "en", None, None, None, None, (), ("2026-05-04",))
    _, (statement,) = outlet("a", (), [("k", "Tor Velm", text)])
    span = Span(len(before), len(before + text))
    assert months_of(replace(statement, span=span), document) == months


def test_a_month_without_any_year_to_count_from_is_like_no_other():
    document, (statement,) = outlet("a", (), [("k", "Tor Velm", "In June he left.")])
    assert months_of(statement, document) == {"????-06"}


def told(text, published=None, about=()):
    return told_by(Document("a", "0", text, "en", published, None, None, None, (), about))


LEAD = "The envoys of both banks met in the old customs house for a long night of talks on {}."


@pytest.mark.parametrize(
    ("text", "published", "months"),
    [
        ("They met on 2 May and spoke.", "2026-05-03", {"2026-05"}),
        ("They met on Saturday and spoke.", "2026-05-03", {"2026-05"}),
        ("They met on 30 April and again on 2 May.", "2026-05-03", {"2026-04", "2026-05"}),
        ("They met on 28 April and spoke.", "2026-05-03", {"2026-04", "2026-05"}),
        ("They have time until 2 May to speak.", "2026-05-03", {"2026-04", "2026-05"}),
        ("They met on 2 May 2025 and spoke.", "2026-05-03", {"2026-04", "2026-05"}),
        ("They spoke at length.", "2026-05-20", {"2026-05"}),
        (LEAD.format("4 May 2026"), None, {"2026-05"}),
        (LEAD.format("4 May"), None, {"????-05"}),
        ("NORTHBANK, May 4 (Wire) - " + LEAD.format("ships"), None, {"????-05"}),
        (LEAD.format("4 May, a year after 20 June"), None, set()),
        (LEAD.format("31 May and 1 June"), None, {"????-05", "????-06"}),
        (LEAD.format("31 February"), None, set()),
        (LEAD.format("ships until 4 May"), None, set()),
        (LEAD.format("ships") + ("\n" + LEAD.format("mines")) * 3 + " They met on 4 May.", None, set()),
        ("They met on 4 May.", None, set()),
        ("", None, set()),
    ],
)  # fmt: skip
def test_the_months_of_an_article_are_those_of_the_days_that_it_names(text, published, months):
    assert told(text, published).months == months


def test_days_of_boilerplate_are_not_of_the_article():
    text = "Related: what they said on 2 May\nThey spoke at length."
    gone = (Boilerplate(Span(0, text.index("\n")), "related", "x"),)
    known = Document("a", "0", text, "en", "2026-05-03", None, None, None, gone)
    assert told_by(known).months == {"2026-04", "2026-05"}


def days(about=(), lead=None, published=None):
    return told(LEAD.format(lead) if lead else "They spoke.", published, about)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (days(lead="4 May"), days(("2026-05-04",)), True),
        (days(lead="4 May"), days(("2026-05-05",)), False),
        (days(lead="4 May"), days(lead="4 May"), True),
        (days(lead="4 May"), days(lead="5 May"), False),
        (days(lead="4 May"), days(lead="4 May", published="2026-05-06"), True),
        (days(("2026-05-04",)), days(published="2026-05-09"), True),
        (days(("2026-05-04",)), days(published="2025-05-04"), False),
        (days(), days(), False),
    ],
)
def test_articles_without_a_known_year_meet_only_on_a_day_that_both_name(one, other, same):
    assert near(one, other) is near(other, one) is same


def test_statements_of_a_month_without_a_year_are_joined_over_a_named_day():
    def lines(lead):
        return LEAD.format(lead) + "\n" + LINE

    def joined(first, second, published=None):
        a, (mine,) = outlet("a.txt", (), [("k", "Tor Velm", LINE)])
        b, (theirs,) = outlet("b.txt", (), [("k", "Tor Velm", LINE)])
        rows = [
            replace(one, span=Span(len(text) - len(LINE), len(text)))
            for one, text in ((mine, first), (theirs, second))
        ]
        a, b = replace(a, text=first), replace(b, text=second, published=published)
        return len(align(rows, [a, b])) == 1

    assert joined(lines("4 May"), lines("4 May"))
    assert joined(lines("4 May"), lines("4 May 2026"), "2026-05-06")
    assert not joined(lines("4 May"), lines("5 May"))
    assert not joined(lines("4 May"), lines("4 June"))
    assert not joined(lines("4 May"), lines("a ship"))


@pytest.mark.parametrize("cells", [1, 50, 4_000_000])
def test_a_large_block_is_grouped_in_parts_with_the_result_of_all_at_once(monkeypatch, cells):
    # A batch of one speaker: lines of several outlets over and over, some dated, some without a month.
    documents, rows = [], []
    for number, (name, (about, said)) in enumerate(OUTLETS.items()):
        for turn in range(3):
            known = () if (number + turn) % 4 == 3 else about
            made = [(key, "Tor Velm", f"{text} {'again' * (turn % 2)}") for key, _, text in said]
            document, statements = outlet(f"{turn}{name}", known, made)
            documents.append(document)
            rows += statements
    want = align(rows, documents)
    assert len(want) > 5
    monkeypatch.setattr("truceline.guarantees.align._SMALL", 1)
    monkeypatch.setattr("truceline.guarantees.align_likeness._CELLS", cells)
    assert align(rows, documents) == want


def test_a_quotation_is_compared_with_the_sentence_that_leads_into_it():
    about = ("2026-05-04",)
    a, (lead, quote) = outlet("a.txt", about, [
        ("k", "Tor Velm", "Velm accused the monitors of counting the harbour batteries wrongly."),
        ("k", "Tor Velm", "“Not one of them can read a chart,” he said."),
    ])  # fmt: skip
    b, (other,) = outlet("b.txt", about, [
        ("k", "Tor Velm", "Monitors count the harbour batteries wrongly because they cannot read a chart, Velm said."),
    ])  # fmt: skip
    a = replace(a, text=a.text.replace("\n“", " “"))
    by_name = {"a.txt": a, "b.txt": b}
    together = likenesses(items([lead, quote, other], by_name))[1, 2]
    assert together > likenesses(items([quote, other], by_name))[0, 1]


def test_a_statement_of_an_unknown_document_is_refused():
    with pytest.raises(ValueError, match="are not given; give them"):
        align(READING.statements, READING.documents[:1])
    assert align((), ()) == ()


def test_words_fall_into_classes_and_keep_what_negates():
    assert words("the U.S. ruled out soldiers") == words("America, not troops")
    assert words("long-term") == ["longterm"]
    assert words("US-led") == [*words("America"), "led"]
    assert stem("stopping") == "stop"
    assert weights([], []) == []


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_symmetric_and_between_none_and_the_same(one, other):
    about = ("2026-05-04",)
    a, mine = outlet("a.txt", about, [("k", "Tor Velm", one.replace("\n", " ") or "x")])
    b, theirs = outlet("b.txt", about, [("k", "Tor Velm", other.replace("\n", " ") or "x")])
    found = likenesses(items([*mine, *theirs], {"a.txt": a, "b.txt": b}))
    assert 0.0 <= found[0, 1] <= 1.0
    assert found[0, 1] == found[1, 0]


def scorer():
    spec = importlib.util.spec_from_file_location("score", ROOT / "tools" / "score_alignment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def seeds():
    if not SEEDS.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SEEDS} is absent, and CI must have it")
        pytest.skip(f"{SEEDS} is absent: the five articles do not ship")
    return scorer()


@pytest.mark.shared
def test_alignment_of_the_seeds_reaches_the_bars():
    tool = seeds()
    file = ROOT / "tests" / "data" / "statements" / "seeds_alignment.yaml"
    coding = yaml.safe_load(file.read_text(encoding="utf-8"))
    documents, statements = tool.documents(SEEDS), tool.coded_statements(coding)
    got = tool.score(
        align(statements, documents), tool.pairs(a["members"] for a in coding["alignments"]), {}
    )
    assert got["precision"] >= 0.88
    assert got["recall"] >= 0.78


@pytest.mark.shared
def test_without_a_sidecar_the_gate_still_keeps_months_apart():
    tool = seeds()
    file = ROOT / "tests" / "data" / "statements" / "seeds_alignment.yaml"
    statements = tool.coded_statements(yaml.safe_load(file.read_text(encoding="utf-8")))
    bare = [replace(one, about=()) for one in tool.documents(SEEDS)]
    for group in align(statements, bare):
        assert len({member.startswith("003_") for member in group.members}) == 1


def test_every_invented_outlet_is_read():
    assert {one.doc for one in READING.statements} == set(OUTLETS)
