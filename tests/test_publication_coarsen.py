"""Nothing leaves the cell sharper or fresher than the procedure says."""

from __future__ import annotations

import ast
import csv
import io
import json
import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import truceline.publication
from report_inputs import NOW, agreement, easter_like, fact, finding, incident, procedure, riverline
from truceline.geodesy import distance_m
from truceline.model.coverage import Coverage
from truceline.model.interval import Interval
from truceline.publication.blunt import blunt, decimals_of, local_hour, quarters
from truceline.publication.grid import TOP_LEVEL, cell_of, told_apart
from truceline.publication.inputs import ReportInputs
from truceline.publication.open_data import files
from truceline.publication.report import build_report

GRIDS = st.sampled_from([250.0, 1000.0, 2500.0, 10_000.0])
LONS = st.floats(-28.6, -27.4)
LATS = st.floats(46.8, 47.6)
HEAT = [(-27.912345, 47.212345), (-27.987654, 47.112345)]
"""Where the heat of the invented day is seen."""


def rendered(inputs: ReportInputs) -> dict[str, bytes]:
    return files(build_report(inputs))


def one(lon: float, lat: float, start: datetime = NOW - timedelta(hours=30), **changes: Any):
    """A report of one incident, with nothing else in it that could move."""
    made = incident("X-1", start, lon, lat, **changes)
    facts = (fact("X-1", start),)
    found = (finding("X-1", "RL-1", {"real": 0.9, "place": 1.0}),)
    return replace(riverline(n=0), incidents=(made,), facts=facts, findings=found)


def numbers(value: Any, key: str) -> list[float]:
    """All numbers under a key, anywhere in a JSON document."""
    if isinstance(value, dict):
        own = [v for k, v in value.items() if k == key and isinstance(v, float | int)]
        return own + [n for v in value.values() for n in numbers(v, key)]
    if isinstance(value, list):
        return [n for v in value for n in numbers(v, key)]
    return []


@given(st.floats(-180, 180), st.floats(-80, 80), GRIDS, st.integers(0, TOP_LEVEL))
def test_a_centre_lies_in_its_own_cell_and_the_cell_is_wide_enough(lon, lat, grid_m, level):
    cell = cell_of(lon, lat, grid_m, level)
    assert cell_of(cell.lon, cell.lat, grid_m, level) == cell
    half_m = cell.size_m / 2
    step = 1.0 / 110_574.0 * half_m * 0.98
    for north in (-step, step):
        if abs(cell.lat + north) < 79:
            assert cell_of(cell.lon, cell.lat + north, grid_m, level) == cell
            east = 0.98 * half_m / 111_320.0 / math.cos(math.radians(cell.lat))
            assert cell_of(cell.lon + east, cell.lat, grid_m, level) == cell


@given(st.floats(-180, 179.9), st.floats(-80, 80), GRIDS)
def test_cells_of_a_coarser_level_hold_whole_finer_cells(lon, lat, grid_m):
    for level in range(TOP_LEVEL):
        fine = cell_of(lon, lat, grid_m, level)
        assert cell_of(fine.lon, fine.lat, grid_m, level + 1) == cell_of(
            lon, lat, grid_m, level + 1
        )


@pytest.mark.parametrize(
    ("lon", "lat", "grid_m", "level"),
    [(0, 91, 1000, 0), (math.nan, 0, 1000, 0), (0, 0, 0, 0), (0, 0, 1000, 7)],
)
def test_an_impossible_cell_is_refused(lon, lat, grid_m, level):
    with pytest.raises(ValueError, match=r"impossible|no such position"):
        cell_of(lon, lat, grid_m, level)


def test_the_poles_have_cells():
    assert cell_of(10.0, 90.0, 1000.0).lat <= 90.0
    assert cell_of(10.0, -90.0, 1000.0).lat >= -90.0


@given(st.lists(st.tuples(LONS, LATS), max_size=40), st.integers(0, 5), GRIDS)
def test_no_cell_is_published_with_fewer_incidents_than_the_procedure_says(spots, least, grid_m):
    positions = {f"I{k}": spot for k, spot in enumerate(spots)}
    found = told_apart(positions, grid_m, least)
    assert set(found) == set(positions)
    alike = Counter(cell for cell in found.values() if cell is not None)
    assert all(n >= least for n in alike.values())
    top = Counter(
        cell_of(*positions[key], grid_m, TOP_LEVEL) for key, cell in found.items() if cell is None
    )
    assert all(n < least for n in top.values())
    for key, cell in found.items():
        assert cell is None or cell == cell_of(*positions[key], grid_m, cell.level)


@settings(max_examples=25, deadline=None)
@given(LONS, LATS, GRIDS, st.floats(0, 1), st.floats(0, 1), st.floats(30, 4000))
def test_moving_an_incident_inside_its_cell_changes_no_byte(lon, lat, grid_m, x, y, sigma_m):
    cell = cell_of(lon, lat, grid_m)
    to_lon = cell.lon + (x - 0.5) * 0.9 * cell.size_m / 111_320.0
    to_lat = cell.lat + (y - 0.5) * 0.9 * cell.size_m / 111_320.0
    law = agreement(procedure=procedure(publication_grid_m=grid_m))
    cov = {"cov_ee_m2": sigma_m**2, "cov_nn_m2": sigma_m**2, "place_name": "Old Mill"}
    here = replace(one(lon, lat, **cov), agreement=law)
    there = replace(one(to_lon, to_lat, **cov), agreement=law)
    assert rendered(here) == rendered(there)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 899), st.integers(0, 899))
def test_moving_an_incident_inside_its_quarter_of_an_hour_changes_no_byte(one_s, other_s):
    quarter = datetime(2030, 6, 1, 12, 15, tzinfo=UTC)
    times = [quarter + timedelta(seconds=s) for s in (one_s, other_s)]
    first, second = (rendered(one(-28.0, 47.0, t, time_sigma_s=0.0)) for t in times)
    assert first == second


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 400))
def test_what_is_too_fresh_leaves_no_trace(hold_min, delay_min, age_min):
    rules = procedure(
        hold=timedelta(minutes=hold_min), publication_delay=timedelta(minutes=delay_min)
    )
    start = NOW - timedelta(minutes=age_min)
    fresh = replace(one(-27.9, 47.1, start, time_sigma_s=0.0), agreement=agreement(procedure=rules))
    empty = replace(fresh, incidents=(), facts=(), findings=())
    report = build_report(fresh)
    limit = NOW - max(rules.hold, rules.publication_delay)
    assert all(i.time.window.end <= limit for i in report.incidents)
    assert bool(report.incidents) == (quarters(Interval(start, start)).end <= limit)
    if not report.incidents:
        assert rendered(fresh) == rendered(empty)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(LONS, LATS, st.integers(0, 5000)), max_size=12), GRIDS, st.integers(1, 4))
def test_every_position_in_every_file_is_the_centre_of_a_cell(rows, grid_m, least):
    law = agreement(procedure=procedure(publication_grid_m=grid_m, suppress_below=least))
    made = tuple(
        incident(f"I-{k}", NOW - timedelta(hours=4, minutes=m), lon, lat)
        for k, (lon, lat, m) in enumerate(rows)
    )
    found = rendered(replace(riverline(n=0), agreement=law, incidents=made))
    centres = {
        (round(c.lon, 6), round(c.lat, 6))
        for spot in [(r[0], r[1]) for r in rows] + HEAT
        for c in (cell_of(*spot, grid_m, level) for level in range(TOP_LEVEL + 1))
    }
    document = json.loads(found["report.json"])
    pairs = set(zip(numbers(document, "lon"), numbers(document, "lat"), strict=True))
    features = json.loads(found["incidents.geojson"])["features"]
    points = {tuple(f["geometry"]["coordinates"]) for f in features if f["geometry"]}
    table = csv.DictReader(io.StringIO(found["incidents.csv"].decode()))
    cells = {(float(r["lon"]), float(r["lat"])) for r in table if r["lon"]}
    assert pairs | points | cells <= centres
    heat = csv.DictReader(io.StringIO(found["heat.csv"].decode()))
    assert {(float(r["lon"]), float(r["lat"])) for r in heat} <= centres
    assert points == cells


def test_the_circle_holds_the_true_place():
    for made in riverline().incidents:
        report = build_report(one(made.lon, made.lat))
        where = report.incidents[0].position
        assert where is not None
        assert distance_m(made.lon, made.lat, where.lon, where.lat) < where.uncertainty_m


def test_no_sharp_number_of_the_inputs_is_in_any_file():
    inputs = riverline()
    everything = b"\n".join(rendered(inputs).values()).decode()
    for made in inputs.incidents:
        assert f"{made.lat:.4f}" not in everything
        assert f"{abs(made.lon):.4f}" not in everything
    for sharp in ("47.1234", "27.9876", "27.9123", "47.2123", "mast-17", "mast-0", "net-a"):
        assert sharp not in everything


def test_sensors_cannot_be_told_apart_by_their_coverage_names_or_places():
    inputs = riverline()
    moved = tuple(
        replace(row, datastream=f"renamed-{k}", area=None) if row.source == "stations" else row
        for k, row in enumerate(inputs.coverage)
    )
    facts = tuple(
        replace(
            f, datastream="x", groups=("y",), raw_line=99, note="z", observation_id="stations:0"
        )
        if f.source == "stations"
        else f
        for f in inputs.facts
    )
    assert rendered(replace(inputs, coverage=moved, facts=facts)) == rendered(inputs)


def test_a_share_that_would_tell_the_place_is_withheld():
    start = NOW - timedelta(hours=30)
    shares = []
    for share in (0.374, 0.52):
        found = (finding("X-1", "RL-2", {"real": 0.9, "place": share, "not_exempt": 0.8}),)
        shares.append(rendered(replace(one(-28.0, 47.0, start), findings=found)))
    assert shares[0] == shares[1]
    report = build_report(replace(one(-28.0, 47.0, start), findings=found))
    (public,) = report.incidents[0].findings
    assert public.at_most
    assert public.probability == 0.9
    assert [f.probability for f in public.factors] == [0.9, None, None]


def test_a_name_sharper_than_the_cell_is_left_out():
    near = build_report(one(-28.0, 47.0, place_name="Mill, north wing"))
    wide = build_report(one(-28.0, 47.0, place_name="Mill", cov_ee_m2=2e6, cov_nn_m2=2e6))
    assert near.incidents[0].place == ""
    assert wide.incidents[0].place == "Mill"


def test_an_incident_that_is_not_told_apart_has_no_place_name_area_or_point():
    law = agreement(procedure=procedure(suppress_below=2))
    inputs = replace(
        one(-28.0, 47.0, cov_ee_m2=4e6, cov_nn_m2=4e6, place_name="Mill"), agreement=law
    )
    (found,) = build_report(inputs).incidents
    assert (found.position, found.place, found.area) == (None, "", "not told apart")
    (feature,) = json.loads(rendered(inputs)["incidents.geojson"])["features"]
    assert feature["geometry"] is None


def test_half_of_a_contradiction_is_never_shown():
    assert [c.contradiction_id for c in build_report(riverline()).contradictions] == ["CG-1"]


def test_the_agreements_exempted_places_are_not_in_the_report():
    assert build_report(riverline()).agreement.exemptions == ()


def test_a_reason_of_a_sensor_source_is_withheld():
    inputs = riverline()
    row = replace(inputs.rejected[0], source="stations", reason="mast-17 at 47.12 N is unknown")
    (found,) = build_report(replace(inputs, rejected=(row,))).rejected
    assert "mast" not in found.reason


def test_coverage_ends_where_the_report_does():
    inputs = riverline()
    long = Coverage("firms", "N20", Interval(NOW - timedelta(days=1), NOW), None, "stated", "")
    later = Coverage("firms", "N21", Interval(NOW, NOW), None, "stated", "")
    found = build_report(replace(inputs, coverage=(long, later))).coverage
    assert [row.label for row in found] == ["N20"]
    assert found[0].time.end <= NOW - inputs.agreement.procedure.publication_delay


@given(st.floats(20.0, 60.0), GRIDS)
def test_a_coordinate_inside_a_text_is_no_sharper_than_the_grid(value, grid_m):
    text = blunt(f"seen at {value:.7f} N", grid_m)
    digits = text.removeprefix("seen at ").split("…")[0].split(" ")[0]
    decimals = len(digits.partition(".")[2])
    assert decimals <= decimals_of(grid_m)
    assert 10.0**-decimals * 111_320.0 * 0.5 >= grid_m or decimals == 0


@pytest.mark.parametrize("text", ["48°31'12\"N", "at 48° 31′ 12″ N", "grid 37U DQ 12345 67890"])
def test_other_ways_to_write_a_place_are_withheld(text):
    assert "withheld" in blunt(text, 1000.0)
    assert "31" not in blunt(text, 1000.0)


def test_words_without_a_place_are_kept():
    assert blunt("2.5 km, 18:00, 40 %, version 2", 1000.0) == "2.5 km, 18:00, 40 %, version 2"


def test_an_hour_is_one_of_the_zone():
    moment = datetime(2030, 1, 1, 12, 10, tzinfo=UTC)
    assert local_hour(moment, "Asia/Kolkata") == datetime(2030, 1, 1, 11, 30, tzinfo=UTC)


def test_only_the_door_builds_public_types():
    folder = Path(truceline.publication.__file__).parent
    builders = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if name.startswith("Public"):
                    builders.add(path.name)
    assert builders == {"coarsen.py"}


def test_an_easter_like_day_keeps_its_words():
    report = build_report(easter_like())
    assert {i.area for i in report.incidents} == {f"District {k}" for k in range(5)}
    assert all(i.place for i in report.incidents)
