"""Sensors and detections, as CSV and as Parquet."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.adapters.interface import ParseContext
from truceline.adapters.stations import ADAPTER
from truceline.errors import WrongKindOfFile
from truceline.model.observation import OBSERVATION_SCHEMA
from truceline.model.place import BoundingBox

DATA = Path(__file__).parent / "data" / "stations"


def parse(raw, theatre=None):
    return ADAPTER.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), "file", theatre))


def read(name):
    return parse((DATA / name).read_bytes())


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_detections_become_arrivals():
    found = read("detections.csv")
    assert found.observations.schema == OBSERVATION_SCHEMA
    assert not found.rejected
    table = found.observations.to_pylist()
    assert [r["observation_id"] for r in table] == [
        "stations:M01a:1", "stations:M01b:2", "stations:S7:9223372036854775807",
    ]  # fmt: skip
    assert {(r["measurement"], r["modality"], r["kind"], r["time_precision"]) for r in table} == {
        ("arrival", "acoustic", "explosion", "instant")
    }
    assert [r["phenomenon_start"] for r in table] == [
        at(2026, 5, 2, 7, 15, 0, 250_000),
        at(2026, 5, 2, 7, 15, 0, 260_000),
        at(2026, 5, 2, 7, 15, 9, 123_456),
    ]
    assert [r["time_sigma_s"] for r in table] == [0.05, 0.05, 0.1]
    assert [r["bearing_deg"] for r in table] == [None, 0.0, None]
    assert [r["bearing_sigma_deg"] for r in table] == [None, 4.5, None]
    assert [r["level_db"] for r in table] == [71.2, 70.9, None]
    assert json.loads(table[0]["attributes"])["elevation_m"] == 120.0


def test_two_sensors_on_one_mast_are_one_source():
    groups = read("detections.csv").observations["independence_groups"].to_pylist()
    assert groups == [["mast:M01"], ["mast:M01"], ["mast:S7"]]


REASONS = {
    3: "does not say that it is UTC",
    4: "07:15",
    5: "lat is 98.10",
    6: "time_sigma_s is -1",
    7: "no azimuth_sigma_deg",
    8: "radar",
    9: "thunder",
    10: "sensor_id is empty",
    11: "64 bits",
    12: "3 cells",
    13: "beyond the calendar",
}


def test_every_broken_detection_is_rejected_with_its_reason():
    found = read("detections_broken.csv")
    assert found.observations["modality"].to_pylist() == ["seismic"]
    assert [row.line for row in found.rejected] == list(REASONS)
    for row in found.rejected:
        assert REASONS[row.line] in row.reason


def test_detections_without_positions_are_refused_with_what_to_add():
    with pytest.raises(WrongKindOfFile, match=r"lon, lat, time_sigma_s.*join"):
        read("bare_detections.csv")


def test_sensors_give_coverage_and_no_observation():
    found = read("sensors.csv")
    assert found.observations.num_rows == 0
    (stretch,) = found.coverage
    assert (stretch.source, stretch.datastream, stretch.basis) == ("stations", "A", "stated")
    assert (stretch.time.start, stretch.time.end) == (at(2026, 5, 1, 21), at(2026, 5, 2, 21))
    assert "97%" in stretch.caveat
    assert "1 sensor(s) without from and to" in found.notes[0]
    assert [row.line for row in found.rejected] == [4, 5, 6, 7]
    wanted = ("uptime", "belong together", "lies before", "2 cells")
    for row, words in zip(found.rejected, wanted, strict=True):
        assert words in row.reason


def parquet(times, **more):
    columns = {
        "detection_id": pa.array(range(len(times)), pa.int64()),
        "sensor_id": ["A"] * len(times),
        "time": times,
        "lon": [37.8] * len(times),
        "lat": [48.1] * len(times),
        "time_sigma_s": [0.05] * len(times),
        "level_db": pa.array([None] * len(times), pa.float64()),
        **more,
    }
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


NS = 1_777_706_100_250_000_123
UTC_NS = pa.timestamp("ns", tz="UTC")


def test_parquet_says_the_same_as_csv():
    raw = parquet(pa.array([NS, NS + 10**9], UTC_NS))
    found = parse(raw)
    assert not found.rejected
    table = found.observations.to_pylist()
    assert table[0]["phenomenon_start"] == at(2026, 5, 2, 7, 15, 0, 250_000)
    assert [(r["raw_line"], r["raw_offset"], r["raw_length"]) for r in table] == [
        (1, 0, len(raw)),
        (2, 0, len(raw)),
    ]
    text = (
        "detection_id,sensor_id,time,lon,lat,time_sigma_s,level_db\n"
        "0,A,2026-05-02T07:15:00.250000Z,37.8,48.1,0.05,\n"
    )
    same = parse(text.encode()).observations.to_pylist()[0]
    assert (same["observation_id"], same["version"]) == (
        table[0]["observation_id"],
        table[0]["version"],
    )


def test_parquet_times_without_zone_are_rejected_with_the_reason():
    found = parse(parquet(pa.array([NS], pa.timestamp("ns"))))
    assert "does not say that it is UTC" in found.rejected[0].reason
    assert "not an ISO 8601 time" in parse(parquet(pa.array([NS]))).rejected[0].reason


def test_parquet_without_positions_and_broken_parquet_are_refused():
    sink = io.BytesIO()
    pq.write_table(pa.table({"detection_id": [1], "sensor_id": ["A"]}), sink)
    with pytest.raises(WrongKindOfFile, match="time, lon, lat"):
        parse(sink.getvalue())
    raw = parquet(pa.array([NS], UTC_NS))
    with pytest.raises(WrongKindOfFile, match="cannot be read"):
        parse(raw[:-20])
    damaged = bytearray(raw)
    damaged[4:60] = b"\x00" * 56
    with pytest.raises(WrongKindOfFile, match="cannot be read"):
        parse(bytes(damaged))


@pytest.mark.parametrize("raw", [b"", b"time,lon,lat\n1,2,3\n", b"sensor_id,start,end\nA,1,2\n"])
def test_another_kind_of_file_is_refused_with_what_was_expected(raw):
    with pytest.raises(WrongKindOfFile, match="Expected: CSV or Parquet of detections"):
        parse(raw)


def test_outside_the_theatre_is_rejected():
    found = parse((DATA / "detections.csv").read_bytes(), BoundingBox(0.0, 0.0, 1.0, 1.0))
    assert (found.observations.num_rows, len(found.rejected)) == (0, 3)


def test_the_byte_range_is_the_record():
    raw = (DATA / "detections.csv").read_bytes()
    lines = raw.decode().splitlines()
    for row in parse(raw).observations.to_pylist():
        piece = raw[row["raw_offset"] : row["raw_offset"] + row["raw_length"]]
        assert piece.decode() == lines[row["raw_line"] - 1]


@given(order=st.permutations(range(11)))
@settings(deadline=None, max_examples=15)
def test_another_order_of_rows_gives_the_same_observations(order):
    head, *body = (DATA / "detections_broken.csv").read_bytes().splitlines(keepends=True)
    body = body[:11]

    def seen(lines):
        found = parse(head + b"".join(lines))
        table = found.observations
        return (
            sorted(
                zip(table["observation_id"].to_pylist(), table["version"].to_pylist(), strict=True)
            ),
            sorted(row.reason for row in found.rejected),
        )

    assert seen([body[i] for i in order]) == seen(body)


@given(st.binary(max_size=100), st.sampled_from(["detections.csv", "sensors.csv"]), st.data())
@settings(deadline=None, max_examples=60)
def test_damage_rejects_rows_or_the_file_and_raises_nothing_else(noise, name, data):
    raw = (DATA / name).read_bytes()
    cut = data.draw(st.integers(0, len(raw)))
    try:
        found = parse(raw[:cut] + noise + raw[cut + len(noise) :])
    except WrongKindOfFile:
        return
    for bearing in found.observations["bearing_deg"].to_pylist():
        assert bearing is None or 0.0 <= bearing < 360.0


@given(st.binary(min_size=1, max_size=30), st.data())
@settings(deadline=None, max_examples=60)
def test_damaged_parquet_is_refused_or_read(noise, data):
    raw = parquet(pa.array([NS, NS + 5], UTC_NS))
    cut = data.draw(st.integers(4, len(raw)))
    try:
        found = parse(raw[:cut] + noise + raw[cut + len(noise) :])
    except WrongKindOfFile:
        return
    assert found.observations.num_rows + len(found.rejected) <= 4
