"""The report as a page and as data: whole, escaped, self-contained, reconciled, the same twice."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from report_inputs import (
    HASH,
    NOW,
    TRUCE,
    agreement,
    at,
    easter_like,
    fact,
    finding,
    incident,
    pledges_only,
    riverline,
    word,
)
from truceline.errors import WorkflowError
from truceline.model.finding import Mode, Status
from truceline.model.interval import Interval
from truceline.publication.basemap import coastline
from truceline.publication.corroboration import (
    BOTH,
    INSTRUMENTS,
    ONE_SIDE,
    OTHERS,
    SIDE_AND_OTHER,
    corroboration_of,
)
from truceline.publication.html import render_html
from truceline.publication.inputs import ReportInputs
from truceline.publication.open_data import (
    files,
    render_findings_csv,
    render_geojson,
    render_incidents_csv,
    render_json,
)
from truceline.publication.report import Report, build_report
from truceline.publication.sentences import key_sentences
from truceline.publication.tables import beside, unverified
from truceline.publication.wording import offset, span

WORLDS = (riverline, easter_like, pledges_only)
RENDERERS = (render_html, render_json, render_incidents_csv, render_findings_csv, render_geojson)


def page(inputs: ReportInputs) -> ET.Element:
    text = render_html(build_report(inputs)).removeprefix("<!DOCTYPE html>\n")
    return ET.fromstring(text)  # noqa: S314 - our own page


def empty() -> ReportInputs:
    none: tuple[()] = ()
    return replace(
        riverline(n=0), claims=none, silences=none, coverage=none, contradictions=none,
        rejected=none, heat=none, masked=none, left=none, rates=none, counts=none, notes=none,
        checkpoint="", sources=none,
    )  # fmt: skip


@pytest.mark.parametrize("world", [*WORLDS, empty])
def test_the_page_is_well_formed_and_loads_nothing(world):
    root = page(world())
    assert root.tag == "html"
    names = [node.tag for node in root.iter()]
    assert not {"script", "link", "img", "iframe", "object", "embed", "image", "use"} & set(names)
    for node in root.iter():
        assert not {"src", "srcset", "onload", "onclick", "xlink:href", "poster"} & set(node.attrib)
        if "href" in node.attrib:
            assert node.tag == "a"
            assert node.attrib["href"].startswith(("https://", "http://", "#"))
    style = "".join(node.text or "" for node in root.iter("style"))
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("world", WORLDS)
def test_tables_have_captions_and_scopes_and_pictures_have_words(world):
    root = page(world())
    for table in root.iter("table"):
        assert table.find("caption") is not None
        assert all("scope" in head.attrib for head in table.iter("th"))
    for picture in root.iter("svg"):
        hidden = picture.attrib.get("aria-hidden") == "true"
        assert hidden or (picture.find("title") is not None and picture.find("desc") is not None)
    levels = [int(n.tag[1]) for n in root.iter() if re.fullmatch(r"h[1-6]", n.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    ids = [n.attrib["id"] for n in root.iter() if "id" in n.attrib]
    assert len(ids) == len(set(ids))


def test_what_users_write_is_escaped_everywhere():
    text = render_html(build_report(riverline()))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "<b>bold" not in text
    bad = replace(riverline().claims[0], source_url="javascript:alert(1)", reporter="<i>x</i>")
    evil = render_html(build_report(replace(riverline(), claims=(bad,))))
    assert "javascript:" not in evil
    assert "<i>x" not in evil


def test_a_cell_that_a_spreadsheet_would_run_is_defused():
    made = incident("=1+1", at(1, 8), -28.0, 47.0, place_name="@cmd", cov_ee_m2=4e6, cov_nn_m2=4e6)
    report = build_report(replace(riverline(n=0), incidents=(made,)))
    (row,) = csv.DictReader(io.StringIO(render_incidents_csv(report).decode()))
    assert row["incident_id"] == "'=1+1"
    assert row["place"] == "'@cmd"
    assert float(row["lon"]) < 0


@pytest.mark.parametrize("world", WORLDS)
def test_the_same_inputs_in_any_order_give_the_same_bytes(world):
    inputs = world()
    turned = replace(
        inputs,
        **{
            name: tuple(reversed(getattr(inputs, name)))
            for name in ("incidents", "findings", "facts", "claims", "silences", "coverage",
                         "counts", "contradictions", "rejected", "masked", "sources")
        },
    )  # fmt: skip
    assert files(build_report(inputs)) == files(build_report(turned))


def test_files_have_their_names_and_agree_with_one_another():
    report = build_report(riverline())
    found = files(report)
    assert sorted(found) == [
        "findings.csv", "heat.csv", "incidents.csv", "incidents.geojson", "report.html",
        "report.json",
    ]  # fmt: skip
    document = json.loads(found["report.json"])
    table = list(csv.DictReader(io.StringIO(found["incidents.csv"].decode())))
    features = json.loads(found["incidents.geojson"])["features"]
    findings = list(csv.DictReader(io.StringIO(found["findings.csv"].decode())))
    assert len(table) == len(features) == document["totals"]["incidents"] == 36
    assert len(findings) == document["totals"]["findings"] == 72
    assert document["key_sentences"] == list(key_sentences(report))


@pytest.mark.parametrize("render", RENDERERS)
@pytest.mark.parametrize("name", ["by_kind", "by_area", "by_hour", "by_corroboration", "by_phase"])
def test_totals_that_do_not_reconcile_are_not_rendered(render, name):
    report = build_report(riverline())
    head, *rest = getattr(report.totals, name)
    wrong = replace(report.totals, **{name: ((head[0], head[1] + 1), *rest)})
    with pytest.raises(WorkflowError, match="do not reconcile"):
        render(replace(report, totals=wrong))


def test_findings_that_do_not_reconcile_are_not_rendered():
    report = build_report(riverline())
    wrong = replace(report.totals, findings=71)
    with pytest.raises(WorkflowError, match="findings: 72 by outcome"):
        render_html(replace(report, totals=wrong))


def test_an_incident_left_out_of_the_list_is_found_out():
    report = build_report(riverline())
    with pytest.raises(WorkflowError, match="not 35"):
        render_json(replace(report, incidents=report.incidents[1:]))


def test_incidents_without_an_hour_are_not_spread_over_hours():
    report = build_report(riverline())
    assert report.totals.without_hour == 9
    assert sum(n for _, n in report.totals.by_hour) == 27
    assert all(i.time.hour is None for i in report.incidents if i.time.precision == "day")


@pytest.mark.parametrize(
    ("start", "end", "phase"),
    [
        (TRUCE.start - timedelta(hours=2), TRUCE.start - timedelta(hours=1), "before"),
        (TRUCE.start - timedelta(hours=1), TRUCE.start, "before"),
        (TRUCE.start - timedelta(minutes=5), TRUCE.start + timedelta(minutes=5), "straddles"),
        (TRUCE.start, TRUCE.start, "during"),
        (TRUCE.start, TRUCE.end, "during"),
        (TRUCE.end - timedelta(minutes=1), TRUCE.end + timedelta(minutes=1), "straddles"),
        (TRUCE.end, TRUCE.end + timedelta(hours=1), "after"),
    ],
)
def test_where_an_incident_lies_against_the_time_in_force(start, end, phase):
    made = incident(
        "T", start, -28.0, 47.0, time=Interval(start, end), straddles_unknown=True, time_sigma_s=0.0
    )
    (found,) = build_report(
        replace(riverline(n=0), incidents=(made,), now=NOW + timedelta(days=2))
    ).incidents
    assert found.time.phase == phase


def test_an_instant_known_to_the_half_hour_has_no_hour_and_straddles_the_edge():
    made = incident("T", TRUCE.start, -28.0, 47.0, time_sigma_s=2000.0)
    (found,) = build_report(replace(riverline(n=0), incidents=(made,))).incidents
    assert found.time.hour is None
    assert found.time.phase == "straddles"


@pytest.mark.parametrize(
    ("sides", "groups", "modalities", "expected"),
    [
        (("east", "west"), ("a", "b"), {"report"}, BOTH),
        (("east", "west"), ("wire",), {"report"}, ONE_SIDE),
        (("east",), ("a", "b"), {"report"}, ONE_SIDE),
        (("east",), ("a", "b"), {"report", "acoustic"}, SIDE_AND_OTHER),
        (("east", "independent"), ("a", "b"), {"report", "patrol"}, SIDE_AND_OTHER),
        (("independent",), ("p",), {"patrol"}, OTHERS),
        ((), ("m",), {"acoustic"}, INSTRUMENTS),
    ],
)
def test_on_whose_word(sides, groups, modalities, expected):
    made = incident("T", at(1, 8), -28.0, 47.0, sides=sides, groups=groups)
    assert corroboration_of(made, modalities, {"east", "west"}) == expected


def test_one_wire_that_quotes_both_sides_is_not_called_corroborated():
    start = at(1, 8)
    made = incident("T", start, -28.0, 47.0, sides=("east", "west"), groups=("wire",))
    facts = (
        word("T", start, "east", "west", groups=("wire",)),
        word("T", start, "west", "east", groups=("wire",), role="copy"),
    )
    report = build_report(replace(riverline(n=0), incidents=(made,), facts=facts))
    assert "None rests on independent sources of both sides." in key_sentences(report)[1]


def said(report: Report) -> str:
    return "\n".join(key_sentences(report))


def test_key_sentences_come_from_the_numbers():
    text = said(build_report(riverline()))
    assert "36 incidents are on record" in text
    assert "9 rest on independent sources of both sides" in text
    assert "18 rest on instruments only" in text
    assert "9 rest on the word of one side only (East bank 9)" in text
    assert "Who acted is undetermined in all of them" in text
    assert "ratio 0." in text
    assert "Fewer clerks at weekends." in text
    assert "Neither violations nor compliance follow" in text
    assert "none is counted as an incident" in text


def test_an_attributed_finding_changes_the_sentence():
    inputs = riverline()
    first = replace(inputs.findings[0], attribution=(("east", 0.7), ("undetermined", 0.3)))
    text = said(build_report(replace(inputs, findings=(first, *inputs.findings[1:]))))
    assert "Who acted is undetermined in 71 of them" in text


def test_a_day_without_incidents_does_not_read_as_quiet():
    report = build_report(empty())
    assert "does not show that nothing happened" in said(report)
    text = render_html(report)
    assert "Silence in this report is therefore not evidence of quiet" in text
    assert "There is no checkpoint of the log yet" in text


def test_a_rise_and_a_series_too_short_are_said_to_be_so():
    inputs = riverline()
    rate = inputs.rates[0]
    ratio = rate.during_over_baseline
    assert ratio is not None
    up = replace(rate, during_over_baseline=replace(ratio, value=3.0, low=2.0, high=4.0))
    short = replace(rate, during_over_baseline=None, dispersion=None, day_low=None, day_high=None)
    assert "That is a rise" in said(build_report(replace(inputs, rates=(up,))))
    assert "too few days for an interval" in said(build_report(replace(inputs, rates=(short,))))
    chance = replace(rate, during_over_baseline=replace(ratio, low=0.4, high=1.2))
    assert "may be chance" in said(build_report(replace(inputs, rates=(chance,))))
    several = replace(rate, during=replace(rate.during, windows=2))
    assert "the 2 days wholly in force, against a mean" in said(
        build_report(replace(inputs, rates=(several,)))
    )
    assert render_html(build_report(replace(inputs, rates=(short,))))


def test_a_reviewed_finding_is_said_to_be_reviewed():
    inputs = riverline()
    first = replace(inputs.findings[0], status=Status.REVIEWED, mode=Mode.MANUAL)
    text = render_html(build_report(replace(inputs, findings=(first, *inputs.findings[1:]))))
    assert "Persons have looked at 1 of 72 findings (1 reviewed)" in text
    assert "no person has reviewed it" in render_html(build_report(inputs))


def test_what_is_not_verified_is_counted():
    (row,) = unverified(build_report(riverline()))
    assert (row.figure, row.state, row.findings) == ("window", "partly", 72)
    inputs = riverline()
    other = replace(inputs.findings[0], unverified=("distance_km",))
    rows = unverified(build_report(replace(inputs, findings=(other,))))
    assert [(r.figure, r.findings) for r in rows] == [("window", 0), ("distance_km", 1)]


def test_a_claim_stands_beside_the_incidents_of_its_window_that_blame_the_same_party():
    inputs = riverline(n=0)
    start = at(1, 10)
    made = (
        incident("A", start, -28.0, 47.0, sides=("east",), accused=("west",)),
        incident("B", start, -28.0, 47.0, sides=("west",), accused=("east",)),
        incident("C", TRUCE.start - timedelta(hours=3), -28.0, 47.0, accused=("west",)),
    )
    report = build_report(replace(inputs, incidents=made))
    by_id = {claim.claim_id: beside(report, claim) for claim in report.claims}
    assert by_id == {"C-1": 1, "C-2": 1, "C-3": None}


def test_both_sides_of_a_contradiction_are_on_the_page():
    text = render_html(build_report(riverline()))
    assert "three shells" in text
    assert "two shells" in text
    assert "Too fresh" not in text


def test_the_map_has_coast_where_it_is_known_and_says_what_it_does_not_show():
    sea, land = (render_html(build_report(w())) for w in (riverline, easter_like))
    assert "#8fa3b0" not in sea
    assert "#8fa3b0" in land
    assert "the riverline (disputed)" in sea
    assert 'stroke-dasharray="7 5"' in sea
    assert all("draws no border between states" in text for text in (sea, land))
    assert "SIMULATED" in sea
    assert "SIMULATED" not in land


def test_the_coastline_is_small_and_names_its_source():
    assert "Natural Earth" in coastline()["source"]
    assert len(json.dumps(coastline())) < 120_000
    west, south, east, north = coastline()["box"]
    points = [p for rings in coastline()["land"] for ring in rings for p in ring]
    assert all(west <= x <= east and south <= y <= north for x, y in points)


def test_a_register_says_who_leads_and_who_refused():
    text = re.sub(r"\s+", " ", render_html(build_report(pledges_only())))
    assert "<strong>Who leads:</strong> Northland (land, air)" in text
    assert "<strong>Who refused:</strong> Isle (land)" in text
    assert "ships: not verified (memory)" in text
    assert "Incidents and findings" not in text


def test_a_long_window_is_drawn_in_wider_bars():
    inputs = riverline()
    month = Interval(TRUCE.start - timedelta(days=20), TRUCE.end + timedelta(days=20))
    far = replace(inputs, window=month, now=NOW + timedelta(days=30))
    text = render_html(build_report(far))
    assert "local 12 hours" in text


def test_many_windows_without_an_hour_are_run_together_in_words():
    made = tuple(
        incident(
            f"W-{k}", at(1, 6), -28.0, 47.0, time=Interval(at(1, 6), at(1, 12) + timedelta(minutes=15 * k)),
            straddles_unknown=True, time_sigma_s=0.0,
        )
        for k in range(24)
    )  # fmt: skip
    text = render_html(build_report(replace(riverline(n=0), incidents=made)))
    assert "4 other windows" in text


def test_raw_hashes_lead_back_to_the_files():
    text = render_html(build_report(riverline()))
    assert HASH in text
    assert "truceline evidence verify WS" in text


def test_an_agreement_without_time_in_force_or_end_can_be_reported():
    law = agreement(in_force=None)
    inputs = replace(riverline(), agreement=law, rates=())
    report = build_report(inputs)
    assert dict(report.totals.by_phase) == {"no window": 36}
    assert render_html(report)


def test_times_are_written_for_people():
    start = datetime(2030, 6, 1, 21, tzinfo=UTC)
    assert span(Interval(start, start + timedelta(days=1)), "Europe/Kyiv") == "2 Jun"
    assert span(Interval(start, start.replace(year=9999)), "UTC") == "1 Jun 21:00 – no end"
    assert offset(start, "Asia/Kolkata") == "UTC+5:30"
    assert offset(start, "America/New_York") == "UTC−4"


def test_an_unknown_kind_is_shown_by_its_code():
    made = incident("T", at(1, 8), -28.0, 47.0, kinds=(("siege", 1.0),))
    report = build_report(
        replace(
            riverline(n=0),
            incidents=(made,),
            facts=(fact("T", at(1, 8)),),
            findings=(finding("T", "RL-1", {"real": 0.5}),),
        )
    )
    assert report.incidents[0].family == "other"
    assert "siege" in render_html(report)


def test_an_incident_explained_as_usual_heat_is_not_counted():
    made = (
        incident("A", at(1, 8), -28.0, 47.0),
        incident("B", at(1, 8), -28.0, 47.0, masked="hot on 41 days of last year"),
    )
    report = build_report(replace(riverline(n=0), incidents=made))
    assert [i.incident_id for i in report.incidents] == ["A"]


def test_a_long_list_of_rejected_records_is_cut_on_the_page_and_whole_in_the_data():
    inputs = riverline(n=0)
    rows = tuple(replace(inputs.rejected[0], line=k) for k in range(1, 402))
    report = build_report(replace(inputs, rejected=rows))
    assert "The first 300; all stand in report.json." in render_html(report)
    assert len(json.loads(render_json(report))["rejected"]) == 401
