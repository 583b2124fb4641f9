"""A sensor network in a workspace: its files in, incidents out, what it taught cited, all of it checked."""

from __future__ import annotations

import json
import re
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from truceline.pipeline.shipped import agreement_folder
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.world import simulate_network
from truceline.simulation.network.write import write_network
from workspaces import called

LATE_S = 1.5
SICK = "S00009"


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """A dense network with a sensor whose clock is wrong from the start."""
    folder = tmp_path_factory.mktemp("day")
    settings = NetworkSettings(sensors=60, events=70, hours=4.0, seed=12, length_km=30.0)
    write_network(folder, simulate_network(settings))
    path = folder / "detections.parquet"
    table = pq.read_table(path)
    late = np.array([s == SICK for s in table["sensor_id"].to_pylist()]) * round(LATE_S * 1e9)
    moved = table["time"].cast("int64").to_numpy() + late
    times = pa.array(moved).cast(table.schema.field("time").type)
    pq.write_table(table.set_column(2, "time", times), path)
    return folder


@pytest.fixture(scope="module")
def agreement(tmp_path_factory):
    folder = tmp_path_factory.mktemp("agreement") / "mine"
    shutil.copytree(agreement_folder("drill-count"), folder)
    (folder / "cases.yaml").unlink()
    path = folder / "agreement.yaml"
    text = re.sub(
        r"^theatre:.*$", "theatre: {west: 36, south: 47, east: 39, north: 49.5}",
        path.read_text(encoding="utf-8"), flags=re.MULTILINE,
    )  # fmt: skip
    path.write_text(text, encoding="utf-8")
    return folder


def test_from_the_files_of_a_network_to_incidents_that_can_be_checked(
    day, agreement, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)

    def cli(*arguments):
        code, out, err = called(capsys, monkeypatch, *arguments)
        assert code == 0, err
        return out

    cli("init", "ws", "--agreement", agreement)
    cli("ingest", "ws", "network", day)
    assert int(re.search(r"run 1: (\d+) incidents", cli("run", "ws")).group(1)) > 25
    assert "nothing changed" in cli("run", "ws")
    assert "everything follows from the raw bytes" in cli("evidence", "verify", "ws")

    told = cli("calibrate", "ws")
    assert "60 sensors in" in told
    assert f"network:{SICK}: clock offset wrong by 1." in told

    cli("report", "ws", "--day", "2026-05-12")
    report = json.loads((tmp_path / "ws/out/2026-05-12/report.json").read_text(encoding="utf-8"))
    version = (tmp_path / "ws/calibration/current").read_text(encoding="ascii")
    assert {i["calibration"] for i in report["incidents"]} == {version}

    (stored,) = (tmp_path / "ws" / "calibration").glob(f"{version}.json")
    content = json.loads(stored.read_bytes())
    assert content["network_learned"] is True
    assert [one["sensor_id"] for one in content["network"]["sick"]] == [f"network:{SICK}"]


def test_files_in_another_order_and_one_by_one_give_the_same_incidents(
    day, agreement, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    outcomes = []
    every = sorted(day.glob("*.parquet"))
    for name, files in (("a", every), ("b", every[::-1])):
        called(capsys, monkeypatch, "init", name, "--agreement", agreement)
        for file in files:
            assert called(capsys, monkeypatch, "ingest", name, "network", file)[0] == 0
        assert called(capsys, monkeypatch, "run", name)[0] == 0
        called(capsys, monkeypatch, "report", name, "--day", "2026-05-12")
        text = (tmp_path / name / "out/2026-05-12/report.json").read_text(encoding="utf-8")
        outcomes.append(json.loads(text)["incidents"])
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0]) > 25
