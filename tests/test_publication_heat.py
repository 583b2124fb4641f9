"""Heat in the report: reconciled, weighed under every assumption, coarse, and never a verdict."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_inputs import (
    HEAT_DAYS,
    NOW,
    agreement,
    at,
    left_heat,
    masked_heat,
    procedure,
    riverline,
)
from truceline.errors import WorkflowError
from truceline.model.interval import Interval
from truceline.model.place import BoundingBox
from truceline.publication.chart_map import map_of
from truceline.publication.coarsen import Coarsener
from truceline.publication.heat_days import heat_areas, heat_days, heat_sentences, heat_total
from truceline.publication.html import render_html
from truceline.publication.inputs import HeatSummary, ReportInputs
from truceline.publication.open_data import files, render_heat_csv
from truceline.publication.report import Report, build_report
from truceline.publication.sentences import key_sentences


def rows_of(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render_heat_csv(report).decode())))


def test_days_add_up_and_stand_against_the_time_in_force():
    report = build_report(riverline())
    first, second = heat_days(report)
    assert (first.raw, first.masked, first.left, first.phase) == (9, 6, 3, "partly")
    assert (second.raw, second.masked, second.left, second.phase) == (4, 1, 3, "during")
    assert (first.passes, second.passes) == (2, 2)
    total = heat_total(report, (first, second))
    assert (total.raw, total.masked, total.left, total.passes) == (13, 7, 6, 4)
    assert total.usual == pytest.approx((6 * 0.3, 6 * 0.81))


def test_days_before_and_after_are_called_so_and_days_without_a_truce_nothing():
    none = replace(riverline(), masked=(), left=(), agreement=agreement(in_force=None), rates=())
    inputs = replace(none, heat=(HeatSummary(Interval(at(1, 0), at(2, 0)), "x", 0, 0),))
    assert [d.phase for d in heat_days(build_report(inputs))] == [""]
    far = tuple(
        HeatSummary(Interval(at(1, 0) + timedelta(days=d), at(2, 0) + timedelta(days=d)), "x", 0, 0)
        for d in (-1, 3)
    )
    late = replace(none, agreement=agreement(), heat=far, now=NOW + timedelta(days=9))
    assert [d.phase for d in heat_days(build_report(late))] == ["before", "after"]


def test_sentences_are_computed_from_the_rows():
    said = heat_sentences(build_report(riverline()))
    assert "Of the 6 left" in said[0]
    assert "explain 2 as the calibration takes it, with a mean probability of 0.30" in said[0]
    assert "; 5 if other fire is ten times rarer." in said[0]
    assert "from 4 (2 Jun, 2 known passes) to 9 (1 Jun, 2 known passes)" in said[1]
    assert "no surge of violations" in said[1]
    other = tuple(replace(row, usual=(0.5, 0.9)) for row in riverline().left)
    assert "explain 3 as" in heat_sentences(build_report(replace(riverline(), left=other)))[0]


def test_one_assumption_and_one_day_need_fewer_words():
    inputs = riverline()
    alone = replace(
        inputs,
        heat=HEAT_DAYS[:1],
        left=tuple(replace(row, usual=row.usual[:1]) for row in inputs.left),
        assumptions=inputs.assumptions[:1],
    )
    (said,) = heat_sentences(build_report(alone))
    assert "mean probability of 0.30. The figure hangs" in said
    assert "depending on what is assumed" not in "".join(key_sentences(build_report(alone)))
    assert "explains 2 to 5, depending on what is assumed" in "".join(
        key_sentences(build_report(inputs))
    )


def test_areas_hold_every_detection_once():
    report = build_report(riverline())
    areas = heat_areas(report)
    assert sum(sum(a.left) for a in areas) == 6
    assert sum(a.masked for a in areas) == 7
    assert [a.name for a in areas] == ["47.0-47.5 N, 27.5-28.0 W"]
    spread = tuple(
        replace(row, lon=-28.0 + 3.1 * k, lat=47.0) for k, row in enumerate(riverline().left)
    )
    wide = heat_areas(build_report(replace(riverline(), left=spread)))
    assert sum(sum(a.left) for a in wide) == 6
    assert len(wide) == 7


@pytest.mark.parametrize("name", ["masked", "left"])
def test_detections_that_do_not_come_to_the_days_counts_are_not_reported(name):
    inputs = riverline()
    with pytest.raises(WorkflowError, match="heat of 2030-06-01"):
        build_report(replace(inputs, **{name: getattr(inputs, name)[1:]}))
    report = build_report(inputs)
    wrong = replace(report, **{name: getattr(report, name)[1:]})
    for render in (render_html, render_heat_csv):
        with pytest.raises(WorkflowError, match="do not reconcile"):
            render(wrong)


def test_a_day_that_is_not_yet_told_whole_shows_none_of_its_detections():
    early = replace(riverline(), now=at(2, 14))
    report = build_report(early)
    assert [h.label for h in report.heat] == ["2030-06-01"]
    assert len(report.masked) == 6
    assert len(report.left) == 3
    assert {row["seen_from_utc"][:10] for row in rows_of(report)} == {"2030-06-01"}


def test_heat_csv_names_raw_rows_and_one_column_an_assumption():
    rows = rows_of(build_report(riverline()))
    assert len(rows) == 13
    assert {row["set_aside"] for row in rows} == {"yes", "no"}
    left = [row for row in rows if row["set_aside"] == "no"]
    assert all((row["usual_default"], row["usual_rarer"]) == ("0.3", "0.81") for row in left)
    assert sorted(int(row["raw_line"]) for row in rows) == [*range(3, 10), *range(20, 26)]
    assert all(row["explanation"] for row in rows if row["set_aside"] == "yes")


def test_there_is_no_heat_file_without_heat():
    none = replace(riverline(), heat=(), masked=(), left=(), assumptions=())
    assert "heat.csv" not in files(build_report(none))


@settings(max_examples=25, deadline=None)
@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98), st.integers(0, 899), st.integers(0, 899))
def test_moving_heat_inside_its_cell_and_quarter_changes_no_byte(x, y, one_s, other_s):
    inputs = riverline(n=0)
    where = build_report(inputs).left[0].position
    moved = []
    for share_x, share_y, seconds in ((x, y, one_s), (y, x, other_s)):
        seen = at(1, 2) + timedelta(seconds=seconds)
        row = replace(
            left_heat(0),
            time=Interval(seen - timedelta(hours=12), seen),
            lon=where.lon + (share_x - 0.5) * 0.9 * where.cell_m / 111_320.0,
            lat=where.lat + (share_y - 0.5) * 0.9 * where.cell_m / 111_320.0,
            observation_id=f"firms:N20:{seen.isoformat()}:{share_x}",
        )
        moved.append(files(build_report(replace(inputs, left=(row, *inputs.left[1:])))))
    assert moved[0] == moved[1]


def test_an_id_made_of_coordinates_is_not_published():
    inputs = riverline()
    sharp = replace(inputs.facts[0], observation_id="firms:N20:2030-06-01:47.21234:-27.91234")
    report = build_report(replace(inputs, facts=(sharp, *inputs.facts[1:])))
    told = [f.observation_id for i in report.incidents for f in i.facts]
    assert "" in told
    assert all("47.21234" not in text for text in told)
    assert "reports:R-000-west" in told


@pytest.mark.parametrize(
    ("theatre", "kept"),
    [
        (BoundingBox(22.0, 44.0, 41.0, 53.0), True),
        (BoundingBox(-28.6, 46.8, -27.4, 47.6), True),
        (BoundingBox(-2.0, 44.0, 3.0, 53.0), False),
        (BoundingBox(22.0, -4.0, 41.0, 4.0), False),
        (None, False),
    ],
)
def test_probabilities_in_a_reason_are_kept_where_no_place_has_such_a_number(theatre, kept):
    inputs = replace(riverline(), agreement=agreement(theatre=theatre))
    text = Coarsener(inputs).masked()[0].explanation
    assert ("0.97" in text) is kept
    assert "47.212345" not in text


def signs(inputs: ReportInputs) -> list[str]:
    drawn = map_of(build_report(inputs))
    assert drawn is not None
    return re.findall(r"<title>(\d+) detections?: heat[^<]*</title>", drawn)


def test_the_map_shows_heat_as_signs_run_together_and_says_what_does_not_follow():
    assert sorted(map(int, signs(riverline()))) == [6, 7]
    text = render_html(build_report(riverline()))
    assert "heat of lasting sources, set aside" in text
    assert "Neither violations nor compliance follow from it." in text
    no_heat = replace(riverline(), heat=(), masked=(), left=())
    assert "heat of lasting sources" not in render_html(build_report(no_heat))


def test_heat_alone_gives_a_map():
    law = agreement(geometry=(), procedure=procedure())
    alone = replace(riverline(n=0), agreement=law)
    assert map_of(build_report(alone)) is not None
    assert map_of(build_report(replace(alone, heat=(), masked=(), left=()))) is None


def test_the_data_hold_what_was_weighed():
    document = json.loads(files(build_report(riverline()))["report.json"])
    assert [way["key"] for way in document["assumptions"]] == ["default", "rarer"]
    assert len(document["left"]) == 6
    assert all("observation_id" not in row for row in document["left"] + document["masked"])


def test_masked_rows_of_the_invented_day_are_what_the_days_say():
    assert [masked_heat(k).time.end.day for k in (0, 6)] == [1, 2]
