"""The tables of a sensor network: what each row becomes, and what is wrong with each that cannot be read."""

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
from truceline.adapters.network import ADAPTER, TABLES
from truceline.codec.rest import rest_from_plain, rest_to_plain
from truceline.errors import WrongKindOfFile
from truceline.model.network import NetworkFacts, Outage, Sensor, WeatherRow
from truceline.model.observation import OBSERVATION_SCHEMA
from truceline.model.place import BoundingBox
from truceline.pipeline.association_files import NEEDED

DATA = Path(__file__).parent / "data" / "network"
BOX = BoundingBox(-28.6, 46.8, -27.4, 47.6)


def parse(raw, theatre=BOX):
    return ADAPTER.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), "file", theatre))


def read(name):
    return parse((DATA / name).read_bytes())


def at(*parts):
    return datetime(2026, 5, 12, *parts, tzinfo=UTC)


def test_the_tables_are_those_of_the_command_associate():
    assert {name: set(columns) for name, columns in TABLES.items()} == {
        name: set(columns) for name, columns in NEEDED.items()
    }


def test_detections_become_arrivals_without_a_place():
    found = read("detections.csv")
    assert found.observations.schema == OBSERVATION_SCHEMA
    rows = found.observations.to_pylist()
    assert [r["observation_id"] for r in rows] == ["network:S1:1", "network:S2:2", "network:S1:3"]
    assert {(r["measurement"], r["modality"], r["kind"]) for r in rows} == {
        ("arrival", "acoustic", "explosion")
    }
    assert [(r["lon"], r["lat"]) for r in rows] == [(None, None)] * 3
    assert [r["phenomenon_start"] for r in rows] == [
        at(7, 15, 0, 250_000), at(7, 15, 3, 500_000), at(8),
    ]  # fmt: skip
    assert [r["level_db"] for r in rows] == [71.2, None, 64.0]
    assert [r["bearing_deg"] for r in rows] == [None, 182.5, None]
    assert [r["independence_groups"] for r in rows] == [["sensor:S1"], ["sensor:S2"], ["sensor:S1"]]


def test_a_sensor_listened_at_least_between_its_first_and_its_last_arrival():
    stretches = read("detections.csv").coverage
    assert [(c.datastream, c.time.start, c.time.end, c.basis) for c in stretches] == [
        ("S1", at(7, 15, 0, 250_000), at(8), "inferred"),
        ("S2", at(7, 15, 3, 500_000), at(7, 15, 3, 500_000), "inferred"),
    ]


def test_sensors_outages_and_weather_are_facts_of_the_network():
    assert read("sensors.csv").network == NetworkFacts(
        sensors=(
            Sensor("network", "S1", -28.0, 47.2, 0.05, None, 12.5, 0.97),
            Sensor("network", "S2", -27.9, 47.21, 0.1, 4.0, None, None),
        )
    )
    assert read("outages.csv").network == NetworkFacts(
        outages=(Outage("network", "S1", at(9), at(10)),)
    )
    assert read("weather.csv").network.weather[0] == WeatherRow(at(7), -28.0, 47.2, 338.5, 3, -1.5)
    assert read("outages.csv").network.outages[0].time.seconds == 3600.0


def test_reports_are_sectors_and_fires_are_pixels():
    (report,) = read("reports.csv").observations.to_pylist()
    assert (report["measurement"], report["modality"]) == ("sector", "patrol")
    assert (report["bearing_deg"], report["range_min_m"], report["range_max_m"]) == (
        320,
        3000,
        5000,
    )
    fires = read("fires.csv").observations.to_pylist()
    assert [f["measurement"] for f in fires] == ["footprint", "footprint"]
    assert fires[0]["cov_ee_m2"] == pytest.approx(375**2 / 12)
    assert fires[0]["independence_groups"] == fires[1]["independence_groups"]


REASONS = {
    "detections": [
        (2, "sensor_id is empty"), (3, "does not say that it is UTC"), (4, "noon"), (5, "loud"),
        (6, "azimuth_deg is 720"), (7, "3 cells"), (8, "beyond the calendar"),
        (9, "detection_id is empty"),
    ],
    "sensors": [
        (2, "lon is -190"), (3, "lat is 98.10"), (4, "time_sigma_s is -1"),
        (5, "azimuth_sigma_deg is 0"), (6, "false_alarm_per_h is -3"), (7, "uptime is 1.2"),
        (8, "sensor_id is empty"), (9, "outside the theatre"),
    ],
    "outages": [(2, "before start"), (3, "sensor_id is empty"), (4, "end is ''")],
    "weather": [(2, "sound_speed_m_s is 1480"), (3, "wind_east_m_s is 300"), (4, "wind_north_m_s is ''")],
    "reports": [
        (2, "range_max_m is 3000"), (3, "bearing_sigma_deg is 0"), (4, "outside the theatre"),
        (5, "time_sigma_s is -5"),
    ],
    "fires": [(2, "pixel_m is 0"), (3, "frp_mw is -1"), (4, "outside the theatre")],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(REASONS))
def test_each_broken_row_is_named_with_its_line_and_the_rest_goes_on(name):
    found = read(f"{name}_broken.csv")
    assert [r.line for r in found.rejected] == [line for line, _ in REASONS[name]]
    for rejected, (_, words) in zip(found.rejected, REASONS[name], strict=True):
        assert words in rejected.reason
    facts = found.network
    kept = found.observations.num_rows + len(facts.sensors) + len(facts.outages)
    assert kept + len(facts.weather) == 1


def test_a_file_of_another_kind_is_refused_whole():
    with pytest.raises(WrongKindOfFile, match="no table of a sensor network"):
        read("no_table.csv")
    with pytest.raises(WrongKindOfFile):
        parse(b"")


def test_parquet_says_the_same_as_csv():
    table = pa.table(
        {
            "detection_id": pa.array([1, 2], pa.int64()),
            "sensor_id": ["S1", "S2"],
            "time": pa.array([1778570100250000001, 1778570103500000000]).cast(
                pa.timestamp("ns", "UTC")
            ),
            "level_db": [71.2, float("nan")],
            "azimuth_deg": [None, 182.5],
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    found = parse(sink.getvalue()).observations
    given = read("detections.csv").observations.slice(0, 2)
    assert found["version"].to_pylist() == given["version"].to_pylist()


def test_facts_of_a_network_come_back_from_the_archive():
    for name in ("sensors.csv", "outages.csv", "weather.csv", "detections.csv"):
        found = read(name)
        text = json.dumps(rest_to_plain(found), default=lambda moment: moment.isoformat())
        assert rest_from_plain(json.loads(text)).network == found.network


def test_facts_of_two_files_are_each_held_once_in_an_order_of_their_own():
    sensors, weather = read("sensors.csv").network, read("weather.csv").network
    assert sensors + weather == weather + sensors + sensors
    assert not NetworkFacts()
    assert sensors


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_bytes_break_it(raw):
    head = b"detection_id,sensor_id,time\n"
    found = parse(head + raw)
    assert found.observations.num_rows + len(found.rejected) <= raw.count(b"\n") + 1
    try:
        parse(raw)
    except WrongKindOfFile as error:
        assert "Nothing was ingested" in str(error)  # noqa: PT017 - both ways are right
