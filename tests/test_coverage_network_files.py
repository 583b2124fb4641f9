"""`truceline coverage` on simulated networks, and on input that is wrong."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from doc_pages import ROOT, doc_session
from truceline.cli.app import app
from truceline.errors import SourceError
from truceline.fusion.association.prior import prior_model
from truceline.pipeline.association_files import read_input
from truceline.pipeline.coverage_files import CoverageOptions, coverage_files, covered
from truceline.simulation.network.picks import ECHO
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.world import simulate_network
from truceline.simulation.network.write import write_network

TABLES = ("coverage", "cells", "rates")
NAMES = ("sensors", "detections", "outages", "weather")
OPTIONS = CoverageOptions(size_m=2000.0, complete=True)
START_NS = 1_778_544_000 * 10**9
HOUR_NS = 3600 * 10**9


def paths_in(folder):
    return {
        name: folder / f"{name}.parquet" for name in NAMES if (folder / f"{name}.parquet").is_file()
    }


@pytest.fixture(name="day", scope="module")
def _day(tmp_path_factory):
    """Two hours of forty sensors, with the truth in place of an engine."""
    folder = tmp_path_factory.mktemp("day")
    network = simulate_network(NetworkSettings(sensors=40, events=80, hours=2.0, seed=77))
    write_network(folder, network)
    events = pq.read_table(folder / "truth" / "events.parquet")
    rows = np.flatnonzero((network.picks.event > 0) & (network.picks.mark != ECHO))
    found = folder / "found"
    found.mkdir()
    incidents = events.select(["time", "lon", "lat"]).append_column(
        "incident_id", events["event_id"]
    )
    incidents = incidents.append_column("probability", pa.array(np.ones(events.num_rows)))
    pq.write_table(incidents, found / "incidents.parquet")
    members = pa.table({"incident_id": network.picks.event[rows], "detection_id": rows + 1})
    pq.write_table(members, found / "members.parquet")
    return folder


@pytest.fixture(name="told", scope="module")
def _told(day, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return coverage_files(paths_in(day), day / "found", out, OPTIONS, 1), out


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_the_three_tables_are_written_and_fit_together(told):
    result, out = told
    coverage, cells, rates = (pq.read_table(out / f"{name}.parquet") for name in TABLES)
    assert coverage.num_rows == 2 * cells.num_rows
    assert coverage.num_rows == result.watch.chance[:, :, 0].size
    for name in ("three", "four", "probability"):
        values = coverage[name].to_numpy()
        assert ((values >= 0) & (values <= 1)).all()
    assert set(cells["state"].to_pylist()) <= {"heard", "silent", "unsure", "blind"}
    assert {"heard", "silent"} <= set(cells["state"].to_pylist())
    assert set(rates["scope"].to_pylist()) == {"all", "hour", "area", "area and hour", "loudness"}


def test_parts_add_up_to_the_whole(told):
    rates = told[0].rates
    scope = np.array(rates["scope"].to_pylist())
    for name in ("observed", "unobserved"):
        values = rates[name].to_numpy()
        for part in ("hour", "area", "area and hour"):
            assert values[scope == part].sum() == pytest.approx(values[scope == "all"][0])
    loud = rates.filter(pa.array(scope == "loudness"))
    assert loud["observed"].to_numpy().sum() == pytest.approx(rates["observed"][0].as_py())
    assert loud["unobserved"].to_numpy().sum() == pytest.approx(
        rates["unobserved"][0].as_py(), rel=0.6
    )


def test_every_number_lies_in_its_interval_and_blind_is_unbounded(told):
    for table in (told[0].rates, told[0].cells):
        low, high, observed, unobserved = (
            table[name].to_numpy() for name in ("low", "high", "observed", "unobserved")
        )
        assert (low <= high).all()
        assert (observed <= high).all()
        assert (low <= observed + unobserved + 1.0).all()
        blind = np.array(table["state"].to_pylist()) == "blind"
        assert np.isinf(high[blind]).all()
        assert np.isinf(table["expected_high"].to_numpy()[blind]).all()
        assert np.isfinite(high[~blind & (table["probability"].to_numpy() > 0)]).all()


def test_silence_says_less_where_less_would_be_heard(told):
    cells = told[0].cells
    silent = np.array(cells["observed"].to_numpy() == 0.0)
    chance, limit = (cells[name].to_numpy()[silent] for name in ("probability", "expected_high"))
    order = np.argsort(chance, kind="stable")
    assert (np.diff(limit[order][chance[order] > 0]) <= 1e-9).all()


def test_the_order_of_rows_and_the_number_of_threads_change_no_byte(day, tmp_path, told):
    shuffled = tmp_path / "shuffled"
    (shuffled / "found").mkdir(parents=True)
    rng = np.random.default_rng(1)
    for path in [*day.glob("*.parquet"), *(day / "found").glob("*.parquet")]:
        table = pq.read_table(path)
        order = pa.array(rng.permutation(table.num_rows))
        pq.write_table(table.take(order), shuffled / path.relative_to(day))
    coverage_files(paths_in(shuffled), shuffled / "found", tmp_path / "out", OPTIONS, 2)
    for name in TABLES:
        assert (tmp_path / "out" / f"{name}.parquet").read_bytes() == (
            told[1] / f"{name}.parquet"
        ).read_bytes(), name


def test_a_learned_model_can_be_handed_over(day):
    given = read_input(paths_in(day))
    found = tuple(
        pq.read_table(day / "found" / f"{name}.parquet") for name in ("incidents", "members")
    )
    model = prior_model(np.zeros(3), 1.0, -30.0, weather=True)
    result = covered(given, found, OPTIONS, 1, model)
    assert result.watch.hearing.down == model.hear_down == 0.0


def test_dead_sensors_make_it_blind_everywhere(day, tmp_path):
    for name in NAMES:
        table = pq.read_table(day / f"{name}.parquet")
        if name == "detections":
            table = table.slice(0, 0)
        if name == "outages":
            ids = pq.read_table(day / "sensors.parquet")["sensor_id"]
            time = pa.array(np.full(len(ids), START_NS)).cast(pa.timestamp("ns", "UTC"))
            end = pa.array(np.full(len(ids), START_NS + 9 * HOUR_NS)).cast(
                pa.timestamp("ns", "UTC")
            )
            table = pa.table({"sensor_id": ids, "start": time, "end": end})
        pq.write_table(table, tmp_path / f"{name}.parquet")
    for name in ("incidents", "members"):
        table = pq.read_table(day / "found" / f"{name}.parquet")
        pq.write_table(table.slice(0, 0), tmp_path / f"{name}.parquet")
    words = ("coverage", tmp_path, "--incidents", tmp_path, "--out", tmp_path / "out")
    period = ("--from", "2026-05-12T00:00Z", "--to", "2026-05-12T02:00Z", "--cell-m", 2000)
    said = run(*words, *period)
    assert said.exit_code == 0
    assert "blind everywhere: any number of events may have happened" in said.output
    rates = pq.read_table(tmp_path / "out" / "rates.parquet")
    assert np.isinf(rates["high"].to_numpy()).all()
    assert set(rates["state"].to_pylist()) == {"blind"}
    data = json.loads(run(*words, *period, "--json").stdout)
    assert data["high"] is None
    assert data["watched"] == 0.0
    without = run(*words)
    assert "--from and --to" in str(without.exception)


def test_the_command_says_what_it_found_and_compares_periods(day, tmp_path):
    words = ("coverage", day, "--incidents", day / "found", "--out", tmp_path, "--complete")
    split = ("--cell-m", 2000, "--split", "2026-05-12T01:00Z")
    said = run(*words, *split)
    assert said.exit_code == 0, said.output
    for part in ("cells of 2 km, 2 h", "happened there (90 %)", "a cell is silent", "ratio"):
        assert part in said.output.replace("\n", " ")
    data = json.loads(run(*words, *split, "--json").stdout)
    assert data["low"] <= data["observed"] + data["unobserved"] <= data["high"]
    assert data["comparison"]["low"] < data["comparison"]["ratio"] < data["comparison"]["high"]
    for wrong, why in (
        (("--split", "noon"), "is no time"),
        (("--split", "2026-05-12T01:00"), "has no time zone"),
    ):
        failed = run(*words, *wrong)
        assert failed.exit_code == 2
        assert why in failed.output
    late = run(*words, "--split", "2026-05-14T01:00Z")
    assert "outside the period" in str(late.exception)


def test_what_is_wrong_is_named(day, tmp_path):
    with pytest.raises(SourceError, match="is missing; `truceline associate` writes it"):
        coverage_files(paths_in(day), tmp_path, tmp_path / "out", OPTIONS)
    (tmp_path / "incidents.parquet").write_bytes(b"no parquet")
    with pytest.raises(SourceError, match="cannot be read as Parquet"):
        coverage_files(paths_in(day), tmp_path, tmp_path / "out", OPTIONS)
    pq.write_table(pa.table({"incident_id": [1]}), tmp_path / "incidents.parquet")
    with pytest.raises(SourceError, match="lacks the column"):
        coverage_files(paths_in(day), tmp_path, tmp_path / "out", OPTIONS)
    options = CoverageOptions(start_ns=START_NS + HOUR_NS, end_ns=START_NS)
    with pytest.raises(SourceError, match="ends before it begins"):
        coverage_files(paths_in(day), day / "found", tmp_path / "out", options)


def test_members_and_incidents_that_fit_nothing_are_left_out_and_told(day):
    given = read_input(paths_in(day))
    incidents = pq.read_table(day / "found" / "incidents.parquet")
    strange = incidents.slice(0, 1).set_column(
        incidents.column_names.index("probability"), "probability", pa.array([np.nan])
    )
    members = pq.read_table(day / "found" / "members.parquet")
    lost = pa.table({"incident_id": pa.array([1, 10**6]), "detection_id": pa.array([10**9, 1])})
    found = pa.concat_tables([incidents, strange]), pa.concat_tables([members, lost])
    result = covered(given, found, OPTIONS, 1)
    assert "1 incident(s) left out: a number is missing" in result.remarks
    assert "2 member(s) left out: no such detection or incident" in result.remarks


def test_without_a_sensor_nothing_can_be_said(day):
    given = read_input(paths_in(day))
    nobody = dataclasses.replace(given, sensors=given.sensors.slice(0, 0))
    found = tuple(
        pq.read_table(day / "found" / f"{name}.parquet") for name in ("incidents", "members")
    )
    with pytest.raises(SourceError, match="No sensor"):
        covered(nobody, found, OPTIONS)


def test_without_an_incident_every_cell_is_silent_unsure_or_blind(day):
    given = read_input(paths_in(day))
    found = tuple(
        pq.read_table(day / "found" / f"{name}.parquet").slice(0, 0)
        for name in ("incidents", "members")
    )
    result = covered(given, found, OPTIONS, 1)
    assert set(result.cells["state"].to_pylist()) == {"silent", "unsure", "blind"}
    assert result.rates["observed"][0].as_py() == result.rates["low"][0].as_py() == 0.0
    assert 0.0 < result.rates["expected_high"][0].as_py() < np.inf
    assert np.isnan(result.watch.loudness.quietest_m)


def test_the_tutorial_prints_what_stands_there(tmp_path):
    page = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert doc_session.played(page, Path(tmp_path)).splitlines() == page.splitlines()
