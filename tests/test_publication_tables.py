"""Each figure once, reasons in words, both sides side by side, names instead of codes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from report_inputs import (
    TRUCE,
    agreement,
    at,
    fact,
    finding,
    incident,
    line,
    pledges_only,
    riverline,
)
from truceline.codec.agreement import unverified_figures
from truceline.model.agreement import Party, Pledge, Verified
from truceline.model.coverage import Coverage, DailyCount
from truceline.model.finding import Factor
from truceline.model.interval import Interval
from truceline.model.place import BoundingBox
from truceline.publication.chart_map import _extent
from truceline.publication.chart_rates import rate_chart
from truceline.publication.html import codes, render_html
from truceline.publication.index_page import IndexEntry, render_index
from truceline.publication.inputs import ContradictionRow, ContradictionSide
from truceline.publication.register import register
from truceline.publication.report import build_report
from truceline.publication.sentences import series_name
from truceline.publication.tables import looked, sides_of, unverified
from truceline.publication.why import in_a_row, reasons, weakest


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


# --- what is not verified -------------------------------------------------------------------------


def flagged():
    law = agreement()
    own = law.clauses[0]
    clause = replace(
        own, verified=(Verified("acts", "partly", "our reading"), Verified("area", "yes"))
    )
    law = replace(law, clauses=(clause, *law.clauses[1:]))
    start = at(1, 8)
    found = tuple(
        finding("T", c.id, {"real": 0.7}, unverified=unverified_figures(law, c))
        for c in law.clauses
    )
    made = incident("T", start, -28.0, 47.0)
    return replace(
        riverline(n=0), agreement=law, incidents=(made,), findings=found, facts=(fact("T", start),)
    )


def test_a_figure_is_listed_once_with_the_findings_that_hang_on_it():
    rows = unverified(build_report(flagged()))
    assert [(r.figure, r.where, r.state, r.findings) for r in rows] == [
        ("window", "time in force", "partly", 2),
        ("acts", "art. 1", "partly", 1),
    ]
    text = flat(render_html(build_report(flagged())))
    assert text.count("our reading") == text.count("acts: partly (our reading)") + 1
    assert "Start and end (time in force): partly verified; one paraphrase. All 2 findings" in text
    assert "1 of 2 findings hang on it." in text


def test_what_a_clause_says_of_a_figure_goes_before_what_the_agreement_says():
    inputs = flagged()
    clause = replace(
        inputs.agreement.clauses[0], verified=(Verified("window", "no", "its own window"),)
    )
    law = replace(inputs.agreement, clauses=(clause, *inputs.agreement.clauses[1:]))
    found = tuple(
        finding("T", c.id, {"real": 0.7}, unverified=unverified_figures(law, c))
        for c in law.clauses
    )
    rows = unverified(build_report(replace(inputs, agreement=law, findings=found)))
    assert [(r.where, r.findings) for r in rows] == [("time in force", 1), ("art. 1", 1)]


# --- why a finding came out as it did -------------------------------------------------------------


def public(parts: tuple[Factor, ...], kinds: tuple[tuple[str, float], ...], clause: str = "RL-1"):
    start = at(1, 8)
    made = incident("T", start, -28.0, 47.0, kinds=kinds)
    found = replace(finding("T", clause, {f.name: f.probability for f in parts}), factors=parts)
    inputs = replace(
        riverline(n=0), incidents=(made,), findings=(found,), facts=(fact("T", start),)
    )
    return build_report(inputs)


def test_the_weakest_factor_stands_in_the_row_and_its_meaning_in_a_table():
    parts = (
        Factor("real", 0.99, True, ""),
        Factor("kind", 0.93, True, ""),
        Factor("time", 1.0, True, ""),
    )
    report = public(parts, (("fire.mortar", 0.93), ("mine.explosion", 0.07)))
    (found,) = report.incidents[0].findings
    assert in_a_row(found, 0.95) == "kind 93 %"
    (reason,) = reasons(report)
    assert (reason.clause_id, reason.factor, reason.findings) == ("RL-1", "kind", 1)
    assert reason.low == reason.high == 0.93
    assert reason.meaning == (
        "What it was: it may also be of a kind that the clause does not name (mine going off)."
    )
    assert "undetermined kind 93 %" in flat(render_html(report))


def test_many_kinds_that_a_clause_does_not_name_are_summed_up():
    kinds = (
        ("strike.air", 0.3),
        ("strike.missile", 0.2),
        ("strike.uav", 0.2),
        ("siege", 0.2),
        ("mine.explosion", 0.1),
    )
    report = public((Factor("kind", 0.3, True, ""),), kinds)
    (reason,) = reasons(report)
    assert reason.meaning.endswith("(strike by an aircraft, siege, missile and 2 more).")
    named = public((Factor("kind", 0.3, True, ""),), (("fire.mortar", 1.0),))
    assert reasons(named)[0].meaning == "What it was is not known well enough."


def test_what_is_assumed_decides_before_what_is_known():
    parts = (Factor("real", 0.6, True, ""), Factor("time", 0.7, False, ""))
    report = public(parts, (("fire.mortar", 1.0),))
    (found,) = report.incidents[0].findings
    factor = weakest(found, 0.95)
    assert factor is not None
    assert factor.name == "time"


def test_a_withheld_share_decides_only_where_nothing_else_could():
    kinds = (("flight.uav", 1.0),)
    sure = public((Factor("real", 0.99, True, ""), Factor("place", 0.4, True, "")), kinds, "RL-2")
    assert in_a_row(sure.incidents[0].findings[0], 0.95) == "place withheld"
    assert reasons(sure)[0].low is None
    unsure = public((Factor("real", 0.6, True, ""), Factor("place", 0.4, True, "")), kinds, "RL-2")
    assert in_a_row(unsure.incidents[0].findings[0], 0.95) == "happened 60 %"
    assert "withheld" in flat(render_html(sure))


def test_a_finding_without_a_weak_factor_shows_its_probability():
    report = public((Factor("real", 1.0, True, ""),), (("fire.mortar", 1.0),))
    (found,) = report.incidents[0].findings
    assert weakest(found, 0.95) is None
    assert in_a_row(found, 0.95) == "over 99 %"
    assert reasons(report) == ()


# --- incidents ------------------------------------------------------------------------------------


def page(inputs) -> ET.Element:
    text = render_html(build_report(inputs)).removeprefix("<!DOCTYPE html>\n")
    return ET.fromstring(text)  # noqa: S314 - our own page


def test_every_incident_has_one_row_and_its_number_leads_to_its_sources():
    root = page(riverline())
    table = next(t for t in root.iter("table") if t.get("class") == "incidents")
    links = [a.get("href") for a in table.iter("a")]
    assert links == [f"#incident-{k}" for k in range(1, 37)]
    ids = {node.get("id") for node in root.iter() if node.get("id")}
    assert {link.removeprefix("#") for link in links} <= ids
    articles = [a for a in root.iter("article") if a.get("class") == "one"]
    assert [a.get("id") for a in articles] == [f"incident-{k}" for k in range(1, 37)]


def test_every_inner_link_of_a_page_leads_somewhere():
    for world in (riverline, pledges_only):
        root = page(world())
        ids = {node.get("id") for node in root.iter() if node.get("id")}
        inner = {a.get("href") for a in root.iter("a") if a.get("href", "").startswith("#")}
        assert {link.removeprefix("#") for link in inner} <= ids


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (3, 5, "×3–5"),
        (8, None, "×8+"),
        (15, 15, "×15"),
        (1, 1, ""),
        (1, None, ""),
        (None, None, ""),
    ],
)
def test_how_many_were_counted_is_said_where_it_is_more_than_one(low, high, shown):
    made = incident("T", at(1, 8), -28.0, 47.0, count_min=low, count_max=high)
    text = render_html(build_report(replace(riverline(n=0), incidents=(made,))))
    found = re.findall(r"×[\d–+]+", text.partition('<table class="incidents">')[2])
    assert "".join(found) == shown


def test_long_ids_of_parties_are_not_used_as_codes():
    report = build_report(riverline())
    assert codes(report)("east") == "east"
    law = agreement(parties=(Party("eastern", "East bank"), Party("west", "West bank")))
    named = codes(build_report(replace(riverline(), agreement=law)))
    assert (named("eastern"), named("independent")) == ("East bank", "independent")


# --- contradictions -------------------------------------------------------------------------------


def side(key: str, party: str | None) -> ContradictionSide:
    return ContradictionSide(key, f"speaker {key}", party, f"text {key}", None, None)


def columns(*sides: ContradictionSide) -> list[tuple[str, list[str]]]:
    inputs = replace(riverline(), contradictions=(ContradictionRow("CG", "what differs", sides),))
    report = build_report(inputs)
    found = [(c.label, [s.key for s in c.said]) for c in sides_of(report, report.contradictions[0])]
    text = render_html(report)
    for label, keys in found:
        assert label[1:] in text
        assert all(f"text {key}" in text for key in keys)
    return found


def test_parties_that_contradict_stand_in_a_column_each():
    assert columns(side("A", "west"), side("B", "east"), side("C", "west"), side("D", None)) == [
        ("East bank", ["B"]), ("West bank", ["A", "C"]), ("side not stated", ["D"]),
    ]  # fmt: skip
    assert columns(side("A", "mixed"), side("B", "east")) == [
        ("East bank", ["B"]), ("both sides quoted", ["A"]),
    ]  # fmt: skip


def test_versions_of_one_party_stand_in_a_column_each():
    assert columns(side("A", "east"), side("B", "east")) == [
        ("East bank, version 1", ["A"]), ("East bank, version 2", ["B"]),
    ]  # fmt: skip


def test_a_single_row_faces_the_words_that_name_the_other_side():
    assert columns(side("A", "east")) == [("East bank", ["A"]), ("other side, in words only", [])]
    assert columns() == [("not stated", []), ("other side, in words only", [])]
    inputs = replace(
        riverline(), contradictions=(ContradictionRow("CG", "what differs", (side("A", "east"),)),)
    )
    assert "In words: what differs." in flat(render_html(build_report(inputs)))


def test_a_side_says_when_it_places_the_act():
    report = build_report(riverline())
    assert [s.window for s in report.contradictions[0].sides] == [Interval(at(1, 8), at(1, 9))] * 2
    assert "East bank command 1 Jun 08:00–09:00: three shells" in flat(render_html(report))


# --- register -------------------------------------------------------------------------------------


def pledge(key: str, who: str, status: str, date: str = "2030-01-01", **changes: object) -> Pledge:
    made = Pledge(
        key, who, "UA", ("troops_land",), "", status, "", "", date, f"About {key}.", ("A1",)
    )
    return replace(made, **changes)


def paris_like():
    parties = (
        Party("UA", "Ukraine"), Party("GRP26", "The 26 states (not named one by one)"),
        Party("FR", "France"), Party("IT", "Italy"),
    )  # fmt: skip
    pledges = (
        pledge("P1", "IT", "undecided", "unknown"), pledge("P2", "IT", "ruled_out", "unknown"),
        pledge("P3", "FR", "considered", types=("monitoring", "air"), role="lead"),
        pledge("P4", "FR", "conditional", "2030-02-01"), pledge("P5", "FR", "pledged"),
        pledge("P6", "GRP26", "conditional", sources=("A1", "elsewhere")),
        pledge("P7", "XX", "pledged", role="host"),
    )  # fmt: skip
    law = replace(
        pledges_only().agreement, parties=parties, pledges=pledges,
        sources={"A1": "article of 1 January", "A2": "https://example.org/a2"},
    )  # fmt: skip
    return replace(pledges_only(), agreement=law)


def test_groups_come_before_states_and_carry_their_names():
    found = register(paris_like().agreement)
    assert [row.name for row in found.groups] == ["The 26 states"]
    assert [row.name for row in found.states] == ["France", "Italy", "XX"]
    assert found.columns == ("troops_land", "air", "monitoring")
    assert [p.id for p in found.pledges] == ["P6", "P3", "P5", "P4", "P1", "P2", "P7"]


def test_the_latest_entry_heads_a_cell_and_of_one_date_the_weakest():
    france, italy, _ = register(paris_like().agreement).states
    assert [p.id for p in france.cells[0]] == ["P4", "P5"]
    assert [p.id for p in italy.cells[0]] == ["P2", "P1"]


def test_who_leads_and_who_refused_in_full_names_with_domains():
    found = register(paris_like().agreement)
    (lead,), (refused,) = found.leads, found.refused
    assert (lead.name, lead.domains, lead.proposed) == ("France", "monitoring, air", True)
    assert (refused.name, refused.domains, refused.disputed) == ("Italy", "land", True)
    text = flat(render_html(build_report(paris_like())))
    assert "Who leads: France (monitoring, air; proposed, not pledged)." in text
    assert "Who refused: Italy (land; another source says otherwise)." in text
    assert "7 pledges by 1 group and 3 single states" in text
    assert "GRP26" not in text


def test_sources_are_named_by_their_key_and_listed_once():
    text = render_html(build_report(paris_like()))
    assert text.count("article of 1 January") == 1
    assert '<a href="#source-A1">A1</a>' in text
    assert 'id="source-A1"' in text
    assert "elsewhere" in text


# --- coverage, rates, map -------------------------------------------------------------------------


def test_streams_that_share_a_caveat_share_a_row():
    rows = looked(build_report(riverline()))
    assert [(r.source, r.basis, [name for name, _ in r.streams]) for r in rows] == [
        ("firms", "inferred", ["N20"]), ("stations", "stated", [""]),
    ]  # fmt: skip
    many = tuple(
        Coverage("firms", f"firms:{name}", Interval(at(1, h), at(1, h, 10)), None, "inferred", "c")
        for name in ("N", "N20")
        for h in range(14)
    )
    (row,) = looked(build_report(replace(riverline(), coverage=many)))
    assert [name for name, _ in row.streams] == ["N", "N20"]
    assert row.streams[0][1].startswith("14 stretches from 1 Jun 00:00")


def test_bars_of_another_unit_series_metric_or_year_are_not_mixed_in():
    inputs = riverline()
    rate = inputs.rates[0]
    own = rate_chart(rate, inputs.counts, TRUCE, "UTC", "k")
    first = next(c for c in inputs.counts if rate.period.contains(c.time.start))
    year_before = Interval(
        *(t.replace(year=t.year - 1) for t in (first.time.start, first.time.end))
    )
    strangers = tuple(
        replace(first, value=99_999, **change)
        for change in (
            {"unit": "explosions"}, {"series": "another"}, {"metric": "strikes"},
            {"time": year_before},
        )
    )  # fmt: skip
    assert rate_chart(rate, (*inputs.counts, *strangers), TRUCE, "UTC", "k") == own
    assert rate_chart(rate, (*inputs.counts[:-1], strangers[0]), TRUCE, "UTC", "k").count(
        "<rect"
    ) == (rate_chart(rate, inputs.counts[:-1], TRUCE, "UTC", "k").count("<rect"))
    same = DailyCount(first.series, first.metric, first.time, 99_999, first.unit, "")
    assert rate_chart(rate, (*inputs.counts, same), TRUCE, "UTC", "k") != own


def test_labels_of_median_and_range_do_not_cover_one_another():
    inputs = riverline()
    rate = inputs.rates[0]
    for high in (45.0, 60.0, 90.0):
        close = replace(rate, day_low=1.0, day_high=high)
        root = ET.fromstring(f"<g>{rate_chart(close, inputs.counts, TRUCE, 'UTC', 'k')}</g>")  # noqa: S314
        spots = [
            float(t.get("y", "0")) for t in root.iter("text")
            if (t.text or "").startswith(("90 %", "median"))
        ]  # fmt: skip
        assert len(spots) == 2
        assert abs(spots[0] - spots[1]) >= 12.0


def test_a_series_and_its_unit_are_named_once():
    rate = riverline().rates[0]
    assert series_name(rate) == "series bulletin, counted in rows"
    assert series_name(replace(rate, series="viina:rows")) == "series viina, counted in rows"
    assert series_name(replace(rate, series="rows")) == "series rows, counted in rows"


def test_the_map_is_wide_enough_to_show_where_it_is_and_no_wider_than_the_theatre_asks():
    def wide_km(theatre: BoundingBox | None) -> float:
        law = agreement(theatre=theatre, geometry=())
        made = incident("T", at(1, 8), 36.0, 50.0)
        inputs = replace(
            riverline(n=0), agreement=law, incidents=(made,), heat=(), masked=(), left=()
        )
        report = build_report(inputs)
        box = _extent(report, list(report.incidents), ())
        assert box is not None
        return (box.east - box.west) * 111.0 * 0.643

    assert wide_km(BoundingBox(22.0, 44.0, 41.5, 53.5)) == pytest.approx(400, rel=0.01)
    assert wide_km(BoundingBox(35.5, 49.5, 37.0, 50.5)) == pytest.approx(107, rel=0.01)
    assert wide_km(None) == pytest.approx(20, rel=0.01)


def test_only_versions_of_a_line_that_held_in_the_window_are_drawn():
    old = replace(
        line(), label="the old line", valid=Interval(at(1, 0).replace(year=2029), at(1, 0))
    )
    law = agreement(geometry=(old, line()))
    text = render_html(build_report(replace(riverline(), agreement=law)))
    assert "the riverline (disputed)" in text
    assert "the old line" not in text


# --- the page that leads to reports ---------------------------------------------------------------


def test_the_front_page_links_each_report_and_loads_nothing():
    entries = [
        IndexEntry("One <b>", "A & B.", "4 incidents", "one/report.html"),
        IndexEntry("Two", "C.", "", "two/report.html", invented=True),
    ]
    text = render_index("Reports", "Lead.", entries, "truceline evidence verify one")
    root = ET.fromstring(text.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314 - our own page
    assert [a.get("href") for a in root.iter("a")] == ["one/report.html", "two/report.html"]
    assert "One &lt;b&gt;" in text
    assert text.count("nothing in it happened") == 1
    assert not {"script", "link", "img", "iframe"} & {node.tag for node in root.iter()}
    assert "evidence verify one" in text
    assert "<pre>" not in render_index("Reports", "Lead.", entries, "")
    assert text == render_index("Reports", "Lead.", entries, "truceline evidence verify one")
