"""``events.yaml`` and ``frameworks.yaml``: what may stand there, and what ships with paris-2026."""

import re
from pathlib import Path

import pytest

from truceline.codec.agreement import agreement_files, load_agreement, parse_agreement
from truceline.errors import AgreementError
from truceline.guarantees.describe import describe

ROOT = Path(__file__).parents[1]
GOOD = agreement_files(Path(__file__).parent / "data" / "agreements" / "good")
PARIS = load_agreement(ROOT / "agreements" / "paris-2026")
EVENTS = """\
events:
  - id: E-2
    kind: summit
    name: A summit
    place: Port Ar
    start: 2031-01-06
    end: 2031-01-07
    participants:
      - {source: S1, count: 12, of: states, named: [A, Eastbank]}
      - {source: S1, of: leaders}
    summary: They met.
    sources: [S1]
    verified: {date: partly}
  - {id: E-1, kind: talks, name: Talks, start: "2030", summary: They talked., sources: [S1]}
"""
FRAMEWORKS = """\
frameworks:
  - {id: F-2, title: A plan, date: unknown, status: reported_not_agreed, terms: [Nothing moves.], sources: [S1]}
  - id: F-1
    title: A text
    date: 2030-05
    status: adopted
    terms: [All stop.]
    relied_on_by: ["Side A: in every letter"]
    sources: [S1]
    verified: {status: {state: no, note: not seen}}
"""


def parsed(events=EVENTS, frameworks=FRAMEWORKS, **more):
    files = {"events.yaml": events.encode(), "frameworks.yaml": frameworks.encode()}
    return parse_agreement({**GOOD, **files, **more}, "x")


def problems(**files):
    with pytest.raises(AgreementError) as caught:
        parsed(**files)
    return caught.value.problems


def test_events_stand_in_order_of_time_as_exact_as_they_were_written():
    first, second = parsed().events
    assert (first.id, first.start, first.end, first.place) == ("E-1", "2030", "2030", "")
    assert (second.start, second.end) == ("2031-01-06", "2031-01-07")
    assert [(c.source, c.count, c.of, c.named) for c in second.participants] == [
        ("S1", 12, "states", ("A", "Eastbank")),
        ("S1", None, "leaders", ()),
    ]
    assert [(v.figure, v.state) for v in second.verified] == [("date", "partly")]


def test_frameworks_stand_in_order_of_time_and_the_undated_last():
    first, second = parsed().frameworks
    assert (first.id, first.status, first.relied_on_by) == (
        "F-1",
        "adopted",
        ("Side A: in every letter",),
    )
    assert (second.id, second.date) == ("F-2", "unknown")


def test_an_agreement_needs_neither():
    found = parse_agreement(GOOD, "x")
    assert (found.events, found.frameworks) == ((), ())
    assert not any("Diplomatic" in line for line in describe(found))


def test_both_are_shown_with_what_is_not_verified():
    shown = "\n".join(describe(parsed()))
    assert "E-2 A summit: summit, 2031-01-06 to 2031-01-07, Port Ar" in shown
    assert "by S1: 12 states: A, Eastbank" in shown
    assert "by S1: leaders" in shown
    assert "F-1 A text: adopted (2030-05)" in shown
    assert "relied on by Side A: in every letter" in shown
    assert shown.count("sources: S1; verified: date partly") == 1
    assert shown.count("sources: S1; verified: status no") == 1


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("start: 2031-01-06", "start: 6 January", "x/events.yaml:6: events[E-2].start: '6 January' is no day, month or year; write it as 2026-01-06, 2026-01 or 2026"),
        ("start: 2031-01-06", "start: 2031-02-30", "x/events.yaml:6: events[E-2].start: '2031-02-30' is no day, month or year; write it as 2026-01-06, 2026-01 or 2026"),
        ("end: 2031-01-07", "end: 2031-01-05", "x/events.yaml:2: events[E-2]: end (2031-01-05) is before start (2031-01-06); write them the other way round"),
        ("kind: summit", "kind: sumit", "x/events.yaml:3: events[E-2].kind: 'sumit' is not allowed here; write 'summit'"),
        ("place: Port Ar", "plase: Port Ar", "x/events.yaml:5: events[E-2]: unknown field 'plase'; write 'place'"),
        ("count: 12", "count: a dozen", "x/events.yaml:9: events[E-2].participants[1].count: a whole number was expected, not 'a dozen'; write it without point and unit"),
        ("count: 12", "count: 0", "x/events.yaml:9: events[E-2].participants[1].count: 0 is out of range; write a value of at least 1"),
        ("sources: [S1]\n    verified", "sources: [S9]\n    verified", "x/events.yaml:12: events[E-2].sources: unknown source 'S9'; write one of: S1"),
        ("{source: S1, of", "{source: S2, of", "x/events.yaml:10: events[E-2].participants[2].source: unknown source of this event 'S2'; write one of: S1"),
        ("id: E-1", "id: E-2", "x/events.yaml:14: events[E-2].id: the id 'E-2' was given already in line 2; write another id; ids are never reused"),
        ("name: A summit", 'name: " "', "x/events.yaml:4: events[E-2].name: the text is empty; write it, or leave the field out where it is optional"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_event_is_named_by_line(old, new, problem):
    assert EVENTS.count(old) == 1
    assert problem in problems(events=EVENTS.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("status: adopted", "status: agreed", "x/frameworks.yaml:6: frameworks[F-1].status: 'agreed' is not allowed here; write"),
        ("terms: [All stop.]", "terms: []", "x/frameworks.yaml:7: frameworks[F-1].terms: the list is empty; write at least one value"),
        ("date: 2030-05", "date: 2030-5", "x/frameworks.yaml:5: frameworks[F-1].date: '2030-5' is no day, month or year; write"),
        ("    terms: [All stop.]\n", "", "x/frameworks.yaml:3: frameworks[F-1]: the field 'terms' is missing; add it"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_framework_is_named_by_line(old, new, problem):
    assert FRAMEWORKS.count(old) == 1
    found = problems(frameworks=FRAMEWORKS.replace(old, new))
    assert any(one.startswith(problem) for one in found), found


def test_a_file_without_an_entry_is_refused():
    assert problems(events="events: []\n") == [
        "x/events.yaml:1: events: the list is empty; write at least one value"
    ]


def test_one_name_leads_to_one_party():
    law = GOOD["agreement.yaml"].decode()
    named = law.replace("{id: A, name: Side A}", "{id: A, name: Side A, names: [the east]}")
    assert parsed(**{"agreement.yaml": named.encode()}).parties[0].names == ("the east",)
    both = named.replace("name: Side B}", "name: Side B, names: [the east, Side A]}")
    found = problems(**{"agreement.yaml": both.encode()})
    assert len(found) == 2
    assert found[0] == (
        "x/agreement.yaml:8: parties[B].names: 'Side A' names the party A already in line 7; "
        "keep the name with one of the two"
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("condition_class: truce", "unknown kind of condition 'truce'; write one of: approval, "),
        ("condition_class: request and cease fire", "unknown kind of condition 'cease fire'; write 'ceasefire', joined by 'and' or 'or'"),
    ],
)  # fmt: skip
def test_a_class_of_condition_is_one_that_is_known(line, problem):
    pledges = (
        GOOD["pledges.yaml"].decode().replace("condition: a ceasefire", f"condition: x\n    {line}")
    )
    (found,) = problems(**{"pledges.yaml": pledges.encode()})
    assert f"pledges[P-1].condition_class: {problem}" in found
    good = pledges.replace(line, "condition_class: request and ceasefire or peace_deal")
    assert parsed(**{"pledges.yaml": good.encode()}).pledges[0].condition_class == (
        "request and ceasefire or peace_deal"
    )


def test_a_class_without_words_is_refused():
    pledges = GOOD["pledges.yaml"].decode()
    bare = pledges.replace(
        "status: conditional\n    condition: a", "status: pledged\n    condition_class: "
    )
    assert (
        "the condition has a class but no words" in problems(**{"pledges.yaml": bare.encode()})[0]
    )


def test_paris_tells_of_the_events_and_frameworks_of_its_sources():
    events = {one.id: one for one in PARIS.events}
    assert {"E22-ISTANBUL", "E25-08-ALASKA", "E25-08-18-WASHINGTON", "E25-09-04-PARIS"} < set(
        events
    )
    assert {"E25-09-CALL", "E25-09-05-VLADIVOSTOK", "E26-01-06-PARIS", "E26-02-03-REPORT"} < set(
        events
    )
    frameworks = {one.id: one.status for one in PARIS.frameworks}
    assert frameworks["F-ISTANBUL-2022"] == "never_agreed"
    assert frameworks["F-DEMANDS-2024"] == "demand"
    assert frameworks["F-PARIS-2026"] == "adopted"
    assert frameworks["F-RESPONSE-2026"] == "reported_not_agreed"
    assert [one for one in frameworks.values() if one == "in_force"] == [], (
        "no ceasefire, no text in force"
    )
    assert [one.id for one in PARIS.events] == [
        one.id for one in sorted(PARIS.events, key=lambda e: (e.start, e.end, e.id))
    ]


def test_each_source_keeps_its_own_count():
    events = {one.id: one for one in PARIS.events}
    counts = [(c.source, c.count) for c in events["E25-09-04-PARIS"].participants if c.count]
    assert counts == [("A1", 26), ("A1", 26), ("A2", 26), ("A3", 26), ("A5", 26)]
    assert {c.count for c in events["E26-01-06-PARIS"].participants} == {35, 27, None}
    intent = events["E26-01-06-INTENT"].participants
    assert [(c.source, c.count) for c in intent] == [("A4", 2), ("A4", 3), ("D9", 3)], (
        "A4 tells both"
    )


def test_what_is_only_general_knowledge_is_marked():
    flags = {
        one.id: {v.figure: v.state for v in one.verified}
        for one in (*PARIS.events, *PARIS.frameworks)
    }
    assert flags["E25-08-ALASKA"]["date"] == "no"
    assert flags["E25-09-CALL"]["date"] == "no"
    assert flags["F-MINSK-2015"]["status"] == "no"
    assert flags["F-ISTANBUL-2022"]["status"] == "no"
    assert all(flags.values()), "every one says how far it was checked"
    for one in (*PARIS.events, *PARIS.frameworks):
        text = one.summary if hasattr(one, "summary") else one.terms[0]
        assert len(re.findall(r"[.!?](?:\s|$)", text)) == 1, f"{one.id}: one sentence"


def test_every_party_of_the_reader_that_paris_knows_has_its_name_there():
    names = {name for party in PARIS.parties for name in (party.name, *party.names)}
    assert {
        "group of 26 states (Sept 2025)",
        "Coalition of the Willing (35, Jan 2026)",
        "coalition states (unnamed leads)",
        "other European allies",
        "allies (unspecified)",
        "France",
        "Russia",
    } <= names
