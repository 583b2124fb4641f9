"""`truceline associate` on simulated networks, and on input that is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from truceline.errors import SourceError
from truceline.pipeline.association import associate_files, paths_in
from truceline.simulation.network.read import read_output, read_truth
from truceline.simulation.network.score import score_network
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.world import simulate_network
from truceline.simulation.network.write import write_network

HOUR_NS = 3600 * 10**9
START_NS = 1_778_544_000 * 10**9


@pytest.fixture(name="network", scope="module")
def _network(tmp_path_factory):
    """Six hours of forty sensors and sixty events."""
    folder = tmp_path_factory.mktemp("network")
    write_network(
        folder, simulate_network(NetworkSettings(sensors=40, events=60, hours=6.0, seed=3))
    )
    return folder


@pytest.fixture(name="result", scope="module")
def _result(network, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    associate_files(paths_in(network), out, threads=1)
    return out


def test_most_events_are_found_and_most_incidents_are_events(network, result):
    score = score_network(read_truth(network / "truth"), read_output(result))
    assert score.precision > 0.7
    assert score.recall > 0.7
    assert not score.faults


def test_no_detection_serves_two_incidents_and_counts_agree(result):
    members = pq.read_table(result / "members.parquet")
    incidents = pq.read_table(result / "incidents.parquet")
    used = members["detection_id"].to_numpy()
    assert len(np.unique(used)) == len(used)
    counted = np.bincount(members["incident_id"].to_numpy(), minlength=incidents.num_rows)
    assert np.array_equal(counted, incidents["n_detections"].to_numpy())
    p = incidents["probability"].to_numpy()
    assert ((p >= 0) & (p <= 1)).all()
    ee, en, nn = (incidents[f"cov_{c}_m2"].to_numpy() for c in ("ee", "en", "nn"))
    assert (ee > 0).all()
    assert (ee * nn > en**2).all()


def test_neither_threads_nor_the_order_of_rows_change_a_byte(network, result, tmp_path):
    table = pq.read_table(network / "detections.parquet")
    turned = table.take(np.random.default_rng(5).permutation(table.num_rows))
    pq.write_table(turned, tmp_path / "detections.parquet")
    paths = paths_in(network) | {"detections": tmp_path / "detections.parquet"}
    associate_files(paths, tmp_path / "out", threads=2)
    for name in ("incidents.parquet", "members.parquet", "sick_sensors.parquet"):
        assert (tmp_path / "out" / name).read_bytes() == (result / name).read_bytes()


def sensors(count=3, **changes):
    columns = {
        "sensor_id": [f"s{i}" for i in range(count)],
        "lon": [37.0 + 0.02 * i for i in range(count)],
        "lat": [48.0 + 0.01 * (i % 2) for i in range(count)],
        "time_sigma_s": [0.01] * count,
        **changes,
    }
    return pa.table(columns)


def detections(rows):
    """Give rows of (id, sensor, seconds)."""
    times = [START_NS + int(t * 1e9) for _, _, t in rows]
    return pa.table(
        {
            "detection_id": pa.array([i for i, _, _ in rows], pa.int64()),
            "sensor_id": pa.array([s for _, s, _ in rows], pa.string()),
            "time": pa.array(times, pa.int64()).cast(pa.timestamp("ns", "UTC")),
        }
    )


def run(tmp_path: Path, sensors_table, detections_table):
    folder = tmp_path / "in"
    folder.mkdir()
    pq.write_table(sensors_table, folder / "sensors.parquet")
    pq.write_table(detections_table, folder / "detections.parquet")
    return associate_files(paths_in(folder), tmp_path / "out", threads=1)


def test_no_detections_are_a_valid_empty_result(tmp_path):
    result = run(tmp_path, sensors(), detections([]))
    assert result.incidents.num_rows == result.members.num_rows == 0
    assert "probability" in pq.read_table(tmp_path / "out" / "incidents.parquet").column_names


def test_one_sensor_alone_finds_nothing(tmp_path):
    rows = [(i, "s0", 10.0 * i) for i in range(50)]
    assert run(tmp_path, sensors(1), detections(rows)).incidents.num_rows == 0


def test_rows_that_cannot_be_used_are_left_out_and_counted(tmp_path):
    rows = [(1, "s0", 1.0), (1, "s1", 2.0), (2, "nobody", 3.0), (3, "s2", 4.0)]
    lon = [37.0, np.nan, 37.04]
    result = run(tmp_path, sensors(lon=lon), detections(rows))
    said = " ".join(result.remarks)
    assert "1 sensor(s) left out: a number is missing" in said
    assert "2 detection(s) left out: no such sensor" in said


def test_a_number_given_twice_counts_once(tmp_path):
    result = run(tmp_path, sensors(), detections([(1, "s0", 1.0), (1, "s0", 1.0)]))
    assert "1 detection(s) left out: its id was given before" in result.remarks


def test_a_missing_file_or_column_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"sensors\.parquet is missing"):
        associate_files({}, tmp_path / "out", threads=1)
    folder = tmp_path / "in"
    folder.mkdir()
    pq.write_table(sensors().drop_columns(["lat"]), folder / "sensors.parquet")
    pq.write_table(detections([]), folder / "detections.parquet")
    with pytest.raises(SourceError, match=r"lacks the column\(s\) lat"):
        associate_files(paths_in(folder), tmp_path / "out", threads=1)


def test_what_is_no_parquet_is_said(tmp_path):
    (tmp_path / "sensors.parquet").write_text("sensor_id,lon,lat\n")
    pq.write_table(detections([]), tmp_path / "detections.parquet")
    with pytest.raises(SourceError, match="cannot be read as Parquet"):
        associate_files(paths_in(tmp_path), tmp_path / "out", threads=1)


def test_times_of_another_century_are_left_out_with_a_word(network, tmp_path):
    paths = paths_in(network)
    table = pq.read_table(paths["detections"])
    at = table.column_names.index("time")
    times = table["time"].cast(pa.int64()).to_numpy().copy()
    times[:2] = 2**62, -(2**62)
    wrong = pa.array(times).cast(pa.timestamp("ns", "UTC"))
    pq.write_table(table.set_column(at, "time", wrong), tmp_path / "detections.parquet")
    result = associate_files(
        paths | {"detections": tmp_path / "detections.parquet"}, tmp_path / "out", 1
    )
    assert any(remark.startswith("2 detection(s) left out: its time") for remark in result.remarks)
    assert result.incidents.num_rows > 0


def test_times_as_text_are_refused_with_what_to_write(tmp_path):
    table = detections([(1, "s0", 1.0)])
    text = table.set_column(2, "time", pa.array(["noon"]))
    with pytest.raises(SourceError, match=r"timestamp\[ns\]"):
        run(tmp_path, sensors(), text)


def test_noise_alone_makes_few_incidents(tmp_path):
    """Twenty sensors with clutter alone: what is shown is shown as improbable."""
    rng = np.random.default_rng(9)
    rows = [(i, f"s{rng.integers(20)}", float(rng.uniform(0, 3600))) for i in range(600)]
    result = run(tmp_path, sensors(20), detections(rows))
    sure = result.incidents["probability"].to_numpy() > 0.9
    assert sure.sum() <= 2
