"""Air-raid alarms: both layouts, areas with and without a position, assumed and open ends."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.adapters.interface import ParseContext
from truceline.adapters.sirens import ADAPTER, areas
from truceline.errors import WrongKindOfFile
from truceline.model.observation import OBSERVATION_SCHEMA
from truceline.model.place import BoundingBox, ellipse_of

DATA = Path(__file__).parent / "data" / "sirens"
SHARED = Path(__file__).parents[1] / ".." / "shared" / "data" / "sirens"


def parse(raw, theatre=None):
    return ADAPTER.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), "file", theatre))


def read(name):
    return parse((DATA / name).read_bytes())


def test_official_rows_become_alarms():
    found = read("official.csv")
    assert found.observations.schema == OBSERVATION_SCHEMA
    assert not found.rejected
    table = found.observations.to_pylist()
    assert [r["place_name"] for r in table] == [
        "Donetska oblast", "Umanska terytorialna hromada", "Lubenskyi raion", "Luhanska oblast",
    ]  # fmt: skip
    assert {(r["kind"], r["modality"], r["standing"], r["measurement"]) for r in table} == {
        ("alarm.air-raid", "alarm", "evidence", "place")
    }
    assert table[0]["phenomenon_start"] == datetime(2022, 3, 15, 16, 10, 34, tzinfo=UTC)
    assert table[0]["phenomenon_end"] == datetime(2022, 3, 15, 16, 50, 7, tzinfo=UTC)
    assert {tuple(r["independence_groups"]) for r in table} == {("air-raid-alarm:ukraine",)}


def test_an_area_that_is_not_known_has_no_position():
    row = read("official.csv").observations.to_pylist()[2]
    places = ("lon", "lat", "cov_ee_m2", "cov_en_m2", "cov_nn_m2")
    assert [row[name] for name in places] == [None] * 5


def test_a_hromada_stands_at_its_oblast_with_the_error_of_the_oblast():
    row = read("official.csv").observations.to_pylist()[1]
    cherkasy = areas()["Cherkaska oblast"]
    assert (row["lon"], row["lat"]) == (cherkasy.lon, cherkasy.lat)
    assert row["cov_ee_m2"] == cherkasy.variance_m2


def test_the_circle_of_an_oblast_has_nine_tenths_of_its_area():
    variance = areas()["Donetska oblast"].variance_m2
    radius_km = ellipse_of(variance, 0.0, variance, 0.9).semi_major_m / 1000
    assert 3.141593 * radius_km**2 == pytest.approx(0.9 * 26_500, rel=1e-4)


def test_all_regions_are_in_the_table():
    assert len(areas()) == 27
    assert all(22 < area.lon < 41 and 44 < area.lat < 53 for area in areas().values())


def test_an_alarm_that_is_still_on_is_superseded_by_its_end():
    head, _, _, _, _, on = (DATA / "official.csv").read_bytes().splitlines(keepends=True)
    ended = on.replace(b"+00:00,,", b"+00:00,2022-04-05 00:00:00+00:00,")
    table = parse(head + on + ended).observations.to_pylist()
    assert table[0]["observation_id"] == table[1]["observation_id"]
    assert [r["version_rank"] for r in table] == [0, 2]
    assert json.loads(table[0]["attributes"])["still_on"] is True
    assert table[0]["phenomenon_start"] == table[0]["phenomenon_end"]


def test_volunteers_mark_ends_that_they_assumed():
    table = read("volunteer.csv").observations.to_pylist()
    assert [r["version_rank"] for r in table] == [1, 2]
    assert json.loads(table[0]["attributes"])["end_assumed"] is True
    assert "end_assumed" not in json.loads(table[1]["attributes"])
    assert {r["datastream"] for r in table} == {"volunteer"}


REASONS = {
    3: "lies before",
    4: "no offset",
    5: "at noon",
    6: "street",
    7: "no area",
    8: "3 cells",
    9: "beyond the calendar",
}


def test_every_broken_row_is_rejected_with_its_reason():
    found = read("broken.csv")
    assert found.observations.num_rows == 1
    assert [row.line for row in found.rejected] == list(REASONS)
    for row in found.rejected:
        assert REASONS[row.line] in row.reason
    assert "maybe" in read("volunteer_broken.csv").rejected[0].reason


def test_another_kind_of_file_is_refused_with_both_layouts():
    with pytest.raises(WrongKindOfFile, match=r"oblast, raion.*region, started_at"):
        parse(b"region,colour\nKyiv City,red\n")


def test_outside_the_theatre_is_rejected():
    found = parse((DATA / "official.csv").read_bytes(), BoundingBox(0.0, 0.0, 1.0, 1.0))
    assert found.observations["place_name"].to_pylist() == ["Lubenskyi raion"]
    assert all("outside the theatre" in row.reason for row in found.rejected)


def test_the_byte_range_is_the_record():
    raw = (DATA / "official.csv").read_bytes()
    lines = raw.decode().splitlines()
    for row in parse(raw).observations.to_pylist():
        piece = raw[row["raw_offset"] : row["raw_offset"] + row["raw_length"]]
        assert piece.decode() == lines[row["raw_line"] - 1]


@given(order=st.permutations(range(5)))
@settings(deadline=None, max_examples=20)
def test_another_order_of_rows_gives_the_same_observations(order):
    head, *body = (DATA / "official.csv").read_bytes().splitlines(keepends=True)

    def seen(lines):
        table = parse(head + b"".join(lines)).observations
        return sorted(
            zip(table["observation_id"].to_pylist(), table["version"].to_pylist(), strict=True)
        )

    assert seen([body[i] for i in order]) == seen(body)


@given(st.binary(max_size=100), st.data())
@settings(deadline=None, max_examples=60)
def test_damage_rejects_rows_or_the_file_and_raises_nothing_else(noise, data):
    raw = (DATA / "official.csv").read_bytes()
    cut = data.draw(st.integers(0, len(raw)))
    try:
        found = parse(raw[:cut] + noise + raw[cut + len(noise) :])
    except WrongKindOfFile:
        return
    assert found.observations.num_columns == len(OBSERVATION_SCHEMA)


@pytest.mark.shared
def test_the_first_official_alarms_are_read():
    """Ten thousand of 43,031 rows: all of them were read by hand in three seconds."""
    path = SHARED / "official_data_en_to_20240423.csv"
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is absent")
        pytest.skip("../shared/data/sirens is absent beside the checkout")
    head = b"".join(path.read_bytes().splitlines(keepends=True)[:10_001])
    found = parse(head)
    assert (found.observations.num_rows, found.rejected) == (10_000, ())
    regions = set(found.observations["place_name"].to_pylist()) & set(areas())
    assert len(regions) >= 24
