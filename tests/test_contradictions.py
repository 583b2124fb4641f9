"""Where invented outlets differ, each kind by itself; and where they only seem to."""

import importlib.util
import os
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from invented_outlets import outlet
from truceline.guarantees.contradiction_roles import holds
from truceline.guarantees.contradiction_text import disagreement, scene_of
from truceline.guarantees.contradictions import contradictions
from truceline.guarantees.reading.tables import tables_from
from truceline.model.article import Boilerplate, PledgeProposal, Position, Reading, Span

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
TABLES = tables_from(
    """
checked: "2026-12-31"
roles: {}
persons:
  Ana Brisk: {party: Northbank, given: [Ana], family: [Brisk], offices: [[president, "2020-01", "2024-06-30"], [candidate, "2025-01", "2025-11-30"], [president, "2025-12-01", null]]}
  Tor Velm: {party: Southbank, given: [Tor], family: [Velm], offices: [[prime minister, "2021", null]]}
  Kit Sorn: {party: Southbank, given: [Kit], family: [Sorn], offices: [[spokesperson, "2021", null]]}
  Lee Gray: {party: United Kingdom, given: [Lee], family: [Gray], offices: [[envoy, "2021", null]]}
""",
    "states: {Northbank: {}, Southbank: {}}",
    "groups: {}\nbodies: {Southbank Ministry: {party: Southbank}}",
)
MAY, SEPTEMBER = ("2026-05-04",), ("2026-09-20",)


def read(*texts, about=None, pledges=(), boilerplate=()):
    """Build a reading of one article a text; ``Name: said`` lines are statements of that name."""
    documents, statements = [], []
    for number, text in enumerate(texts):
        rows = []
        for line in text.split("\n"):
            speaker, mark, said = line.partition(" :: ")
            rows.append(("k", speaker, said) if mark else ("k", "unknown", line))
        day = about[number] if about else MAY
        document, found = outlet(f"{number}.txt", day, rows)
        documents.append(replace(document, boilerplate=tuple(boilerplate)))
        statements += found
    return Reading(tuple(documents), tuple(statements), tuple(pledges), ())


def found(*texts, **given):
    """Give (type, field, values) of what is found."""
    return [
        (one.type, one.field, [side.value for side in one.sides])
        for one in contradictions(read(*texts, **given), TABLES)
    ]


def test_numbers_of_one_event_contradict_and_of_two_do_not():
    a, b = "In all 26 states pledged ships.", "He said 35 countries had pledged ships."
    assert found(a, b) == [("true", "number", ["26", "35"])]
    assert found(a, b, about=(MAY, SEPTEMBER)) == [("different_facts", "number", ["26", "35"])]
    assert found(a, a.replace("states", "nations")) == []
    assert found(a, "Only 4 countries pledged tanks.") == [], "a part is not the number"


def test_those_who_met_and_those_who_pledged_are_different_facts():
    a, b = "In all 26 states pledged ships.", "Envoys of 35 countries sat in the hall."
    assert found(a, b) == [("different_facts", "number", ["26", "35"])]


@pytest.mark.parametrize(
    ("loose", "kind"),
    [
        ("more than two dozen countries", "compatible"),
        ("over 20 countries", "compatible"),
        ("nearly thirty countries", "compatible"),
        ("some two dozen nations", "compatible"),
        ("about 26 governments", "compatible"),
        ("at least 26 states", "compatible"),
        ("more than 26 states", "true"),
        ("more than three dozen states", "true"),
        ("almost forty states", "true"),
    ],
)
def test_a_loose_number_either_holds_the_exact_one_or_contradicts_it(loose, kind):
    ((got, field, values),) = found("In all 26 states pledged ships.", f"So {loose} pledged.")
    assert (got, field, values[0]) == (kind, "number", "26")


def test_a_number_told_of_another_month_is_of_that_event():
    a, b = "In all 26 states pledged ships.", "Last May it was 26 states that pledged ships."
    c = "He said 35 countries had pledged ships."
    assert found(a, f"{b}\n{c}", about=(MAY, SEPTEMBER)) == [
        ("different_facts", "number", ["26", "26", "35"])
    ]
    other = "The 14 states of March 2026 had pledged ships."
    assert found(c, other, about=(SEPTEMBER, SEPTEMBER)) == [
        ("different_facts", "number", ["35", "14"])
    ]
    same = "Last September it was 14 states that pledged ships."
    assert found(c, same, about=(SEPTEMBER, SEPTEMBER)) == [("true", "number", ["35", "14"])]


def test_numbers_in_words_are_numbers():
    assert found("All twenty-six states pledged.", "All 26 states pledged.") == []
    values = found("All thirty-five states pledged.", "All 26 states pledged.")[0][2]
    assert values == ["thirty-five", "26"]


def test_groups_of_one_number_with_names_of_other_reach():
    got = found("The 26 European nations pledged.\nThe 26 Western allies pledged.")
    assert got == [("true", "member", ["European", "Western"])]


def test_one_person_as_president_former_president_and_candidate():
    got = found(
        "Northbank President Ana Brisk spoke.",
        "The former president Ana Brisk spoke.",
        "The presidential candidate Brisk spoke.",
    )
    assert got == [
        (
            "stale_or_wrong",
            "role",
            [
                "president (held on 2026-05-04)",
                "former president (not so on 2026-05-04)",
                "candidate for president (not so on 2026-05-04)",
            ],
        )
    ]


def test_a_single_article_that_gives_an_office_not_held_is_found_and_not_corrected():
    ((kind, field, values),) = found("President Tor Velm spoke.")
    assert (kind, field) == ("stale_or_wrong", "role")
    assert values == ["president (not so on 2026-05-04)"]


@pytest.mark.parametrize(
    "text",
    [
        "Prime Minister Tor Velm spoke.",
        "Premier Velm spoke.",
        "Then-president Ana Brisk spoke.",
        "Vice President Tor Velm spoke.",
        "Commission President Tor Velm spoke.",
        "Spokesman Kit Sorn spoke.",
        "Velm spoke.",
    ],
)
def test_right_roles_and_other_offices_are_passed_over(text):
    assert found(text) == []


def test_where_the_day_is_not_known_only_roles_that_differ_are_shown():
    days = ((), ())
    one, two = "President Ana Brisk spoke.", "Former President Ana Brisk spoke."
    assert found(one, about=days) == []
    got = found(f"{one}\n{two}", about=((),))
    assert got[0][2] == [
        "president (not known whether on the day)",
        "former president (not known whether on the day)",
    ]


@pytest.mark.parametrize(
    ("role", "day", "right"),
    [
        ("president", "2024-06-30", True),
        ("president", "2024-07-01", False),
        ("president", "2019-12-31", False),
        ("president", "2027-01-01", None),
        ("president", None, None),
        ("former president", "2024-07-01", True),
        ("former president", "2019-01-01", False),
        ("former president", "2026-01-01", False),
        ("candidate for president", "2025-03-01", True),
        ("candidate for president", "2026-03-01", False),
    ],
)
def test_offices_by_date(role, day, right):
    person = TABLES.person("Ana Brisk")
    assert person is not None
    assert holds(person, role, day, TABLES.checked) is right


def pledge(doc, status, obligor="Northbank", types=("naval",), start=0):
    return PledgeProposal(
        f"{doc}.txt#p{start}", f"{doc}.txt", Span(start, start + 4), 1.0, "hand", (obligor,), None,
        types, None, None, None, None, status, None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ("ruled_out", "undecided", True),
        ("ruled_out", "pledged", True),
        ("conditional", "considered", True),
        ("pledged", "conditional", False),
        ("ruled_out", "ruled_out", False),
    ],
)
def test_a_state_that_is_hesitant_in_one_outlet_and_refuses_in_another(one, other, differs):
    rows = (pledge(0, one), pledge(1, other))
    got = found("Some text here.", "Some text here.", pledges=rows)
    assert bool(got) is differs
    if differs:
        assert got == [
            ("true", "pledge_status", [f"Northbank: naval {one}", f"Northbank: naval {other}"])
        ]


def test_outlets_that_all_leave_it_open_are_compatible_and_shown_as_that():
    rows = (pledge(0, "undecided"), pledge(1, "considered"))
    ((kind, field, values),) = found("Some text here.", "Some text here.", pledges=rows)
    assert (kind, field, len(values)) == ("compatible", "pledge_status", 2)


def test_a_promise_and_a_mere_thought_in_one_article_are_compatible():
    rows = (pledge(0, "conditional"), pledge(0, "considered", start=5))
    ((kind, field, _),) = found("Some text here.", pledges=rows)
    assert (kind, field) == ("compatible", "pledge_status")
    more = (*rows, pledge(1, "considered"))
    ((kind, _, _),) = found("Some text here.", "Some text here.", pledges=more)
    assert kind == "true", "another outlet knows only the thought"


def test_a_role_and_backing_in_words_are_one_part():
    rows = (pledge(0, "pledged", types=("political",)), pledge(1, "undecided", types=("other",)))
    got = found("Some text here.", "Some text here.", pledges=rows)
    assert [(kind, field) for kind, field, _ in got] == [("true", "pledge_status")]


def test_who_is_not_named_is_held_against_nobody():
    rows = (
        pledge(0, "pledged", "allies (unspecified)"),
        pledge(1, "ruled_out", "allies (unspecified)"),
    )
    assert found("Some text here.", "Some text here.", pledges=rows) == []


def test_a_force_of_two_states_and_of_the_two_with_others():
    def joint(doc, *names):
        return replace(pledge(doc, "pledged", types=("troops_land",)), obligor=names)

    two, three = joint(0, "Northbank", "Southbank"), joint(1, "Northbank", "Southbank", "Eastbank")
    got = found("Some text here.", "Some text here.", pledges=(two, three))
    assert [(kind, field) for kind, field, _ in got] == [("true", "member")]
    assert found("Some text here.", "Some text here.", pledges=(two, joint(1, *two.obligor))) == []


def test_the_number_of_those_who_pledged_told_as_of_those_who_met():
    a, b = "In all 26 states pledged ships.", "It was told at the summit involving 26 countries."
    assert found(a, b) == [("stale_or_wrong", "participants", ["26", "26"])]
    assert found(a, "The 26 states pledged ships at the summit.") == []


def test_an_article_that_looks_over_two_events_does_not_join_them():
    a, b, c = "In all 26 states pledged.", "All 35 states pledged.", "Much was said."
    got = found(a, b, c, about=(MAY, SEPTEMBER, (*MAY, *SEPTEMBER)))
    assert got == [("different_facts", "number", ["26", "35"])]


def stand(doc, kind, text, part):
    start = text.index(part)
    return Position(
        f"{doc}.txt#s{start}", f"{doc}.txt", Span(start, start + len(part)), 1.0, "hand",
        "Southbank", kind, None,
    )  # fmt: skip


def differs(texts, positions, about):
    reading = replace(read(*texts, about=about), positions=tuple(positions))
    return [
        (one.type, one.field, [side.value for side in one.sides])
        for one in contradictions(reading, TABLES)
    ]


def test_demands_for_land_of_other_extent_are_other_demands():
    a, b = "It wants all of the eastern Lowmark.", "It wanted four partly held regions."
    stands = [stand(0, "territorial_demand", a, a), stand(1, "territorial_demand", b, b)]
    assert differs((a, b), stands, (MAY, SEPTEMBER)) == [
        ("different_facts", "wording", ["Lowmark", "four regions"])
    ]
    assert differs((a, a), [stands[0], stand(1, "territorial_demand", a, a)], (MAY, MAY)) == []


def test_a_threat_renewed_by_another_speaker_at_another_event():
    a = "Tor Velm :: Velm said any ship there is a lawful naval target."
    b = "Kit Sorn :: Sorn said such vessels are lawful naval targets."
    plain = [one.partition(" :: ")[2] for one in (a, b)]
    stands = [stand(n, "threat", text, text) for n, text in enumerate(plain)]
    got = differs((a, b), stands, (MAY, SEPTEMBER))
    assert got == [("different_facts", "attribution", ["Tor Velm", "Kit Sorn"])]
    assert differs((a, b), stands, (MAY, MAY)) == [], "of one event"


def test_pledges_of_other_events_states_or_domains_do_not_contradict():
    rows = (pledge(0, "ruled_out"), pledge(1, "pledged"))
    texts = ("Some text here.", "Some text here.")
    assert found(*texts, pledges=rows, about=(MAY, SEPTEMBER)) == []
    assert found(*texts, pledges=(rows[0], pledge(1, "pledged", "Southbank"))) == []
    assert found(*texts, pledges=(rows[0], pledge(1, "pledged", types=("air",)))) == []


def test_what_one_article_says_both_ways_is_no_difference_between_outlets():
    rows = (pledge(0, "ruled_out"), pledge(0, "pledged", start=5), pledge(1, "pledged"))
    assert found("Some text here.", "Some text here.", pledges=rows) == []


def test_the_condition_of_a_force():
    a = "The force would come the day after a ceasefire."
    b = "Troops will be sent only after a peace deal is signed."
    c = "Soldiers go in once hostilities end."
    assert found(a, b) == [("true", "condition", ["after a ceasefire", "after a peace deal"])]
    assert found(a, c)[0][2] == ["after a ceasefire", "after hostilities end"]
    assert found(a, a.replace("the day after", "following")) == []
    assert found(a, b, about=(MAY, SEPTEMBER)) == []
    assert found(a, "Prices will fall after a peace deal.") == [], "not about a force"


QUOTE_A = (
    "Tor Velm :: Velm called the escort plan “an open and reckless provocation of our people”."
)
QUOTE_B = (
    "Tor Velm :: Velm called the escort plan “a reckless and naked provocation of our nation”."
)


def test_one_quotation_in_other_words():
    ((kind, field, values),) = found(QUOTE_A, QUOTE_B)
    assert (kind, field, len(values)) == ("translation_variant", "wording", 2)
    english = [
        one.replace("Tor Velm", "Lee Gray").replace("Velm", "Gray") for one in (QUOTE_A, QUOTE_B)
    ]
    assert found(*english)[0][0] == "true", "said in the language of the article"
    assert found(QUOTE_A, QUOTE_A) == []
    cut = (
        "Tor Velm :: Velm called the escort plan an open and “reckless provocation of our people”."
    )
    assert found(QUOTE_A, cut) == [], "a cut is no other wording"


def test_one_quotation_with_two_speakers():
    other = QUOTE_A.replace("Tor Velm", "Ana Brisk")
    assert found(QUOTE_A, other) == [("attribution", "attribution", ["Tor Velm", "Ana Brisk"])]
    assert found(QUOTE_A, other, about=(MAY, SEPTEMBER))[0][0] == "different_facts"
    body = QUOTE_A.replace("Tor Velm", "Southbank Ministry")
    assert found(QUOTE_A, body) == [], "a body and a person who speaks for it"
    assert found(QUOTE_A, QUOTE_A.replace("Tor Velm", "Kit Sorn"))[0][0] == "attribution"
    assert found(QUOTE_A, QUOTE_A.replace("Tor Velm", "unknown")) == []


def test_days_of_one_meeting_and_the_calendar():
    a, b = "At Monday’s harbour summit they met.", "The summit on Tuesday went well."
    assert found(a, b) == [("true", "date", ["Monday", "Tuesday"])]
    assert found(a, a) == []
    assert found(a, b, about=(MAY, SEPTEMBER)) == []
    ((kind, field, values),) = found("They met on Tuesday, 4 May 2026.")
    assert (kind, field) == ("stale_or_wrong", "date")
    assert values == ["Tuesday (the calendar says Monday for 2026-05-04)"]
    assert found("They met on Monday, May 4.") == []
    assert found("They met on Monday, 31 June 2026.") == [], "no such day to compare"
    assert found("On Monday, Captain 4 spoke.") == []
    assert found("They met on Tuesday, May 4.", about=((),)) == [], "no year is invented"


def test_aligned_statements_with_two_days_cannot_be_since_alignment_parts_them():
    reading = read(QUOTE_A, QUOTE_B)
    first, second = (
        replace(one, date_said=day)
        for one, day in zip(reading.statements, ("2026-05-04", "2026-05-05"), strict=True)
    )
    apart = replace(reading, statements=(first, second))
    assert contradictions(apart, TABLES) == ()
    # a person who aligns them all the same is shown the two days
    from truceline.model.article import Alignment

    joined = replace(apart, alignments=(Alignment((first.id, second.id)),))
    fields = [(one.type, one.field) for one in contradictions(joined, TABLES)]
    assert ("true", "date") in fields


def test_the_length_of_a_war():
    a, b = "The war is in its fourth year.", "The conflict approaches its fourth year."
    got = found(a, b, about=(MAY, SEPTEMBER))
    assert got == [("true", "duration", ["in its fourth year", "approaches its fourth year"])]
    assert found(a, "More than three-and-a-half years into the war, he spoke.") == []
    assert found(a, "After nearly four years of war he spoke.") == []
    assert found("It is now two years of war.", a)[0][1] == "duration"
    assert found(a, b, about=((), ())) == [], "nothing is reckoned from unknown days"


def test_a_first_time_that_an_earlier_article_has_already():
    early = "Farland was represented at the harbour summit by its envoy."
    late = "It was the first time Farland envoys participated in the talks."
    got = found(early, late, about=(MAY, SEPTEMBER))
    assert got == [("true", "member", ["before", "for the first time"])]
    assert found(early, late, about=(SEPTEMBER, MAY)) == []
    assert found(early.replace("Farland", "Nearland"), late, about=(MAY, SEPTEMBER)) == []
    assert found(late, early) == [], "of one event"


def test_boilerplate_is_not_searched_and_sides_lead_to_their_words():
    text = "In all 26 states pledged ships.\nRead how 35 countries pledged cash!"
    span = Span(text.index("Read"), len(text))
    assert found(text, boilerplate=[Boilerplate(span, "read_more", "hand")]) == []
    reading = read("In all 26 states pledged ships.", "He said 35 countries had pledged ships.")
    ((one, two),) = (each.sides for each in contradictions(reading, TABLES))
    texts = {each.name: each.text for each in reading.documents}
    assert texts[one.doc][one.span.start : one.span.end] == "26 states"
    assert texts[two.doc][two.span.start : two.span.end] == "35 countries"


def test_articles_without_days_are_one_event_only_where_they_report_one_statement():
    quote = "Tor Velm :: “No foreign ship will ever enter these waters alive,” Velm said."
    a, b = f"{quote}\nIn all 26 states pledged ships.", f"{quote}\nHe said 35 states pledged ships."
    assert found(a, b, about=((), ()))[0][0] == "true"
    loose = found(*(one.partition("\n")[2] for one in (a, b)), about=((), ()))
    assert loose == [("different_facts", "number", ["26", "35"])]


def test_markup_is_no_text():
    got = found(
        "<p>In all 26\u00a0states <b>pledged</b> ships.</p>", "All 35 states pledged ships."
    )
    assert got == [("true", "number", ["26", "35"])]


def test_the_order_of_documents_does_not_matter_and_an_unknown_kind_is_refused():
    reading = read(QUOTE_A, QUOTE_B, "In all 26 states pledged.", "All 35 states pledged.")
    turned = Reading(reading.documents[::-1], reading.statements[::-1], (), ())
    assert contradictions(turned, TABLES) == contradictions(reading, TABLES)
    with pytest.raises(ValueError, match="'odd' is no type"):
        disagreement("odd", "number", ())
    assert scene_of(Reading((), (), (), ())).sentences == ()


@pytest.mark.shared
def test_contradictions_of_the_seeds_reach_the_bars():
    if not SEEDS.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SEEDS} is absent, and CI must have it")
        pytest.skip(f"{SEEDS} is absent: the five articles do not ship")
    spec = importlib.util.spec_from_file_location("score", ROOT / "tools" / "score_alignment.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    data = ROOT / "tests" / "data" / "statements"
    said, coding = (
        yaml.safe_load((data / f"seeds_{name}.yaml").read_text(encoding="utf-8"))
        for name in ("alignment", "contradictions")
    )
    reading = Reading(
        tuple(tool.documents(SEEDS)),
        tuple(tool.coded_statements(said)),
        tuple(tool.coded_pledges(coding)),
        (),
    )
    got = tool.score_contradictions(contradictions(reading), coding["contradictions"])
    assert got["precision"] >= 0.6
    assert got["recall"] >= 2 / 3
    assert got["type_right"] >= 0.8
