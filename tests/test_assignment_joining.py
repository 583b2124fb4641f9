"""Reports and fires of the interchange files, from tables to links."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from networks import network
from truceline.pipeline.association import associate_files, paths_in
from truceline.pipeline.association_files import read_input
from truceline.pipeline.association_joining import JOINED, joined
from truceline.simulation.network.read import read_output, read_truth
from truceline.simulation.network.score import score_network
from truceline.simulation.network.write import write_network


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory):
    """Three hours of a line of 400 sensors with their reports and fires."""
    folder = tmp_path_factory.mktemp("network")
    write_network(folder, network(sensors=400, events=500))
    return folder


@pytest.fixture(name="known", scope="module")
def _known(folder):
    """What an engine that errs by 30 m would know: the events that four sensors heard."""
    truth = read_truth(folder / "truth")
    rows = np.flatnonzero(truth.events.direct >= 4)
    rng = np.random.default_rng(1)
    east, north = rng.normal(0, 30, (2, len(rows)))
    events = truth.events
    return pa.table(
        {
            "incident_id": rows + 1,
            "time": pa.array((events.time_s[rows] * 1e9).astype(np.int64)).cast(
                pa.timestamp("ns", "UTC")
            ),
            "time_sigma_s": np.full(len(rows), 0.1),
            "lon": events.lon[rows] + east / 74_000,
            "lat": events.lat[rows] + north / 111_000,
            "cov_ee_m2": np.full(len(rows), 900.0),
            "cov_en_m2": np.zeros(len(rows)),
            "cov_nn_m2": np.full(len(rows), 900.0),
            "probability": np.full(len(rows), 0.95),
            "n_detections": events.direct[rows],
        }
    )


def test_most_reports_go_to_their_salvo_and_clutter_to_nothing(folder, known):
    truth = read_truth(folder / "truth")
    links = joined(read_input(paths_in(folder)), known).report_members.to_pylist()
    salvo = truth.events.salvo
    heard = np.flatnonzero(truth.events.direct >= 4)
    told = {
        r: e for r, e in truth.report_event.items() if e is not None and salvo[e] in salvo[heard]
    }
    right = [
        row["report_id"]
        for row in links
        if row["report_id"] in told
        and salvo[row["incident_id"] - 1] == salvo[told[row["report_id"]]]
    ]
    assert len(told) >= 10
    assert len(right) >= 0.85 * len(told)
    nothing = {r for r, e in truth.report_event.items() if e is None}
    assert sum(row["report_id"] in nothing for row in links) <= 0.2 * len(nothing) + 1
    assert all(0.0 <= row["probability"] <= 1.0 for row in links)


def test_the_order_of_rows_changes_no_byte(folder, known, tmp_path):
    given = read_input(paths_in(folder))
    rng = np.random.default_rng(2)
    for name in ("reports", "fires"):
        table = pq.read_table(folder / f"{name}.parquet")
        pq.write_table(table.take(rng.permutation(table.num_rows)), tmp_path / f"{name}.parquet")
    turned = read_input(
        paths_in(folder) | {n: tmp_path / f"{n}.parquet" for n in ("reports", "fires")}
    )
    one, other = joined(given, known), joined(turned, known)
    for name in JOINED:
        assert getattr(one, name).equals(getattr(other, name)), name


def test_no_reports_and_no_fires_are_valid_empty_tables(folder, known):
    paths = {n: p for n, p in paths_in(folder).items() if n not in ("reports", "fires")}
    got = joined(read_input(paths), known)
    assert got.report_members.num_rows == got.fire_members.num_rows == 0
    assert got.reported_incidents.num_rows == got.reported_members.num_rows == 0
    assert got.salvo_members.num_rows == known.num_rows
    assert got.report_members.column_names == ["incident_id", "report_id", "probability"]


def test_reports_that_cannot_be_used_are_left_out_and_counted(folder, known, tmp_path):
    table = pq.read_table(folder / "reports.parquet").slice(0, 6)
    spoilt = {
        "time": pa.array([None, 1, 1, 1, 1, 1], pa.int64()).cast(pa.timestamp("ns", "UTC")),
        "time_sigma_s": [20.0, -1.0, 20.0, 20.0, 20.0, 20.0],
        "range_min_m": [1000.0, 1000.0, 9000.0, 1000.0, 1000.0, 1000.0],
        "range_max_m": [2000.0, 2000.0, 2000.0, np.inf, 2000.0, 2000.0],
        "lat": [48.0, 48.0, 48.0, 48.0, 480.0, 48.0],
    }
    table = pa.table({name: spoilt.get(name, table[name]) for name in table.column_names})
    pq.write_table(table, tmp_path / "reports.parquet")
    paths = paths_in(folder) | {"reports": tmp_path / "reports.parquet"}
    got = joined(read_input(paths), known)
    assert got.remarks[0].startswith("5 report(s) left out: no time")


def reports_of(table, **columns):
    for name, values in columns.items():
        table = table.append_column(name, pa.array(values))
    return table


def test_optional_columns_are_taken(folder, known, tmp_path):
    """Twelve rounds are told of, by copies of one line."""
    truth = read_truth(folder / "truth")
    salvo = truth.events.salvo
    heard = np.flatnonzero(truth.events.direct >= 4)
    rounds = np.bincount(salvo[heard], minlength=salvo.max() + 1)
    table = pq.read_table(folder / "reports.parquet")
    event = [truth.report_event[str(name)] for name in table["report_id"].to_pylist()]
    row = max(range(len(event)), key=lambda k: -1 if event[k] is None else rounds[salvo[event[k]]])
    large = salvo[event[row]]
    assert rounds[large] >= 3
    told = [12 if k == row else None for k in range(table.num_rows)]
    more = reports_of(
        table,
        count_min=told,
        count_max=told,
        end=table["time"].combine_chunks(),
        observer=[f"post {lon}" for lon in table["lon"].to_pylist()],
        independence_group=["one wire"] * table.num_rows,
    )
    pq.write_table(more, tmp_path / "reports.parquet")
    paths = paths_in(folder) | {"reports": tmp_path / "reports.parquet"}
    got = joined(read_input(paths), known)
    mine = [
        one["incident_id"]
        for one in got.report_members.to_pylist()
        if one["report_id"] == table["report_id"][row].as_py()
    ]
    assert 2 <= len(set(mine)) <= 12
    assert set(salvo[np.array(mine) - 1].tolist()) == {large}
    assert got.reported_incidents.num_rows == 0


def test_two_posts_where_no_sensor_heard_anything_make_a_reported_incident(folder, tmp_path):
    none = pq.read_table(folder / "reports.parquet").slice(0, 2)
    table = pa.table(
        {
            **{name: none[name] for name in none.column_names},
            "report_id": ["a", "b"],
            "lon": [37.0, 37.05],
            "lat": [48.0, 48.0],
            "time": none["time"].take([0, 0]),
            "bearing_deg": [45.0, 315.0],
            "range_min_m": [2000.0, 2000.0],
            "range_max_m": [3500.0, 3500.0],
        }
    )
    pq.write_table(table, tmp_path / "reports.parquet")
    sensors = pq.read_table(folder / "sensors.parquet").slice(0, 0)
    pq.write_table(sensors, tmp_path / "sensors.parquet")
    pq.write_table(
        pq.read_table(folder / "detections.parquet").slice(0, 0), tmp_path / "detections.parquet"
    )
    associate_files(paths_in(tmp_path), tmp_path / "out", threads=1)
    own = pq.read_table(tmp_path / "out" / "reported_incidents.parquet")
    own = own.drop_columns(["time"]).to_pylist()
    members = pq.read_table(tmp_path / "out" / "reported_members.parquet").to_pylist()
    assert len(own) == 1
    assert own[0]["lon"] == pytest.approx(37.025, abs=0.005)
    assert own[0]["lat"] == pytest.approx(48.017, abs=0.005)
    assert own[0]["rounds_max"] is None
    assert {one["report_id"] for one in members} == {"a", "b"}
    assert pq.read_table(tmp_path / "out" / "incidents.parquet").num_rows == 0


def test_the_command_writes_links_without_a_fault(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    write_network(folder, network(sensors=40, events=60, hours=3.0, seed=3))
    associate_files(paths_in(folder), tmp_path / "out", threads=1)
    score = score_network(read_truth(folder / "truth"), read_output(tmp_path / "out"))
    assert not score.faults
    assert score.reports.given >= 1
