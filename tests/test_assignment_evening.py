"""Three observers of the same fighting, in the night to 16 August 2016: one area, in the right place."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import shapely

from truceline.adapters.firms import ADAPTER as FIRMS
from truceline.adapters.interface import ParseContext
from truceline.adapters.patrol import ADAPTER
from truceline.adapters.patrol_places import gazetteer
from truceline.fusion.assignment.evidence import FOOTPRINT, Incidents
from truceline.fusion.assignment.places import offsets_m
from truceline.fusion.assignment.run import assign
from truceline.geodesy import to_plane
from truceline.pipeline.association_observations import evidence_of, usable

FILE = Path(__file__).parents[1] / "data" / "osce-smm" / "observations.csv"
HEAT = Path(__file__).parents[1] / "data" / "easter-2026" / "viirs.csv"
ROWS = ("18", "19", "20")
AREA_M2 = 2e9


def read(adapter, raw, name):
    parsed = adapter.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), name))
    assert not parsed.rejected
    return usable(parsed.observations)


def assigned(table):
    origin = min(table["phenomenon_start"].cast("int64").to_pylist()) * 1000
    evidence = evidence_of(table, origin)
    none = np.zeros(0)
    nothing = Incidents(none, none, none, none, np.zeros((0, 3)), none, none)
    return assign(evidence, nothing, float(evidence.end_s.max()), AREA_M2)


@pytest.fixture(name="everything", scope="module")
def _everything():
    return read(ADAPTER, FILE.read_bytes(), FILE.name)


@pytest.fixture(name="table", scope="module")
def _table():
    lines = FILE.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines[1:] if line.split(",")[0] in ROWS]
    return read(ADAPTER, "".join([lines[0], *kept]).encode(), FILE.name)


@pytest.fixture(name="found", scope="module")
def _found(table):
    return assigned(table)


def test_the_three_are_one_incident_with_all_their_observations(table, found):
    assert len(found.own.members) == 1
    assert list(found.own.members[0]) == list(range(table.num_rows))
    streams = {table["datastream"][row].as_py() for row in found.own.members[0]}
    assert streams == {"donetsk-city-centre", "yasynuvata", "avdiivka"}
    assert found.own.probability[0] > 0.8


def test_it_lies_between_the_three_places(found):
    corners = [gazetteer()[name] for name in ("donetsk centre", "yasynuvata", "avdiivka")]
    where = found.own.meeting[0]
    east, north = to_plane(where.lon, where.lat, [c.lon for c in corners], [c.lat for c in corners])
    triangle = shapely.Polygon(np.column_stack((east, north)))
    assert triangle.contains(shapely.Point(0.0, 0.0))
    ee, en, nn = where.cov_m2
    largest = np.sqrt(np.linalg.eigvalsh([[ee, en], [en, nn]])[1] * 4.605)
    assert 1000 < largest < 4000


def test_every_observer_would_look_there(table, found):
    where = found.own.meeting[0]
    for row in table.to_pylist():
        east, north = offsets_m(row["lon"], row["lat"], where.lon, where.lat)
        away = float(np.hypot(east, north))
        across = np.degrees(np.sqrt(row["cov_ee_m2"] + where.cov_m2[0]) / away)
        turn = (np.degrees(np.arctan2(east, north)) - row["bearing_deg"] + 180) % 360 - 180
        assert abs(turn) < 2 * np.hypot(row["bearing_sigma_deg"], across)
        slack = 2 * np.sqrt(row["cov_ee_m2"] + where.cov_m2[0])
        assert row["range_min_m"] - slack < away < row["range_max_m"] + slack


def test_it_was_in_the_one_night_that_all_three_share(table, found):
    origin = min(table["phenomenon_start"].cast("int64").to_pylist()) / 1e6
    where = found.own.meeting[0]
    late, soon = (
        1471305600 - 3 * 3600,
        1471305600 + 3 * 3600,
    )  # 16 August 2016, 00:00 and 06:00 EEST
    assert late - 120 < origin + where.start_s < origin + where.end_s < soon + 120


def test_among_all_observations_of_the_file_only_these_are_one(everything, table):
    """Others were heard on one day too, in directions that do not cross."""
    own = assigned(everything).own
    assert len(own.members) == 1
    names = everything["observation_id"].to_pylist()
    assert [names[row] for row in own.members[0]] == table["observation_id"].to_pylist()


def test_heat_of_the_shipped_example_becomes_footprints():
    table = read(FIRMS, HEAT.read_bytes(), HEAT.name)
    evidence = evidence_of(table)
    assert len(evidence.kind) == table.num_rows > 100
    assert set(evidence.kind.tolist()) == {FOOTPRINT}
    assert ((evidence.size_m > 300) & (evidence.size_m < 1000)).all()
    assert np.isfinite(evidence.start_s).all()
    assert len(evidence_of(table.slice(0, 0)).kind) == 0
