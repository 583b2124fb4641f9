"""`truceline associate` with a calibration, and its update, from files to files."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from association_late_world import a_set
from truceline.cli.app import app
from truceline.errors import SourceError, WorkspaceError


def run(*args):
    return CliRunner().invoke(app, ["associate", *map(str, args)], env={"TRUCELINE_NOW": NOW})


NOW = "2026-06-01T08:00:00Z"
TABLES = ("incidents", "members", "lineage")


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    a_set(folder / "in")
    first = run(folder / "in", "--out", folder / "out", "--calibrate", folder / "c.json")
    assert first.exit_code == 0, first.output
    assert "blocks solved" in first.output
    return folder


@pytest.fixture(name="copy")
def _copy(folder, tmp_path):
    """A folder of input and results of one's own."""
    for file in [*folder.rglob("*.parquet"), *folder.rglob("*.json")]:
        to = tmp_path / file.relative_to(folder)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(file.read_bytes())
    return tmp_path


def without(path, rows):
    table = pq.read_table(path)
    kept = np.ones(table.num_rows, bool)
    kept[rows] = False
    pq.write_table(table.filter(pa.array(kept)), path)
    return table


def test_a_calibration_of_the_first_time_is_used_without_being_named(copy):
    before = {name: (copy / "out" / f"{name}.parquet").read_bytes() for name in TABLES}
    again = run(copy / "in", "--out", copy / "out", "--update", "--json")
    assert again.exit_code == 0, again.output
    said = json.loads(again.stdout)
    assert said["blocks_solved"] == said["incidents_changed"] == 0
    assert said["calibration"] == json.loads((copy / "c.json").read_text())["version"]
    assert before == {name: (copy / "out" / f"{name}.parquet").read_bytes() for name in TABLES}


def test_withdrawn_rows_change_their_incident_and_the_rest_keeps_its_id(copy):
    members = pq.read_table(copy / "out" / "members.parquet")
    victim = members["incident_id"][0].as_py()
    own = members.filter(pa.array(members["incident_id"].to_numpy() == victim))["detection_id"]
    table = pq.read_table(copy / "in" / "detections.parquet")
    rows = np.flatnonzero(np.isin(table["detection_id"].to_numpy(), own.to_numpy()))
    without(copy / "in" / "detections.parquet", rows)
    assert run(copy / "in", "--out", copy / "out", "--update").exit_code == 0
    lineage = pq.read_table(copy / "out" / "lineage.parquet").to_pylist()
    assert lineage[-1]["at"].isoformat() == "2026-06-01T08:00:00+00:00"
    late = [row for row in lineage if row["kind"] != "new"]
    assert victim in {row["incident_id"] for row in late}
    assert len(late) < 10
    whole = run(copy / "in", "--out", copy / "fresh", "--calibration", copy / "c.json")
    assert whole.exit_code == 0
    for name in ("incidents", "members"):
        one, other = (pq.read_table(copy / o / f"{name}.parquet") for o in ("out", "fresh"))
        kept = [c for c in one.column_names if c not in ("incident_id", "revision")]
        assert one.select(kept) == other.select(kept)


def test_incidents_with_ids_are_not_written_over(copy):
    for further in ([], ["--calibration", copy / "c.json"]):
        refused = run(copy / "in", "--out", copy / "out", *further)
        assert isinstance(refused.exception, WorkspaceError)
        assert "--update" in str(refused.exception)


def test_an_update_of_nothing_is_refused_with_what_to_do(copy):
    refused = run(copy / "in", "--out", copy / "empty", "--update")
    assert isinstance(refused.exception, WorkspaceError)
    assert "run once without --update" in str(refused.exception)


@pytest.mark.parametrize("name", ["incidents", "lineage", "held/solved-events"])
def test_results_that_were_changed_or_lost_are_refused(copy, name):
    path = copy / "out" / f"{name}.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    for _ in range(2):
        refused = run(copy / "in", "--out", copy / "out", "--update")
        assert isinstance(refused.exception, WorkspaceError)
        assert f"{name}.parquet was changed or removed" in str(refused.exception)
        path.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "cannot be read"), ("[]", "not of this version"), ("{}", "not of this")],
)
def test_a_broken_list_of_what_is_held_is_refused(copy, text, said):
    (copy / "out" / "held" / "held.json").write_text(text)
    refused = run(copy / "in", "--out", copy / "out", "--update")
    assert isinstance(refused.exception, WorkspaceError)
    assert said in str(refused.exception)


@pytest.mark.parametrize("moved", [0, 1, 3, 6])
def test_an_update_that_was_broken_off_while_it_wrote_is_completed(copy, moved):
    """The new files stand beside the old ones, some in their places, and the list says so."""
    new = copy / "new"
    table = pq.read_table(copy / "in" / "detections.parquet")
    without(copy / "in" / "detections.parquet", np.arange(table.num_rows // 3))
    for file in [*(copy / "out").rglob("*.parquet"), *(copy / "out").rglob("*.json")]:
        to = new / file.relative_to(copy / "out")
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(file.read_bytes())
    assert run(copy / "in", "--out", new, "--update").exit_code == 0
    names = sorted(json.loads((new / "held" / "held.json").read_text())["files"])
    assert len(names) == 6
    for at, name in enumerate(names):
        part = "" if at < moved else ".part"
        target = copy / "out" / f"{name}.parquet{part}"
        target.write_bytes((new / f"{name}.parquet").read_bytes())
    (copy / "out" / "held" / "next.json").write_bytes((new / "held" / "held.json").read_bytes())
    refused = run(copy / "in", "--out", copy / "out")
    assert isinstance(refused.exception, WorkspaceError)
    again = run(copy / "in", "--out", copy / "out", "--update", "--json")
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["blocks_solved"] == 0
    for name in TABLES:
        one, other = (pq.read_table(folder / f"{name}.parquet") for folder in (copy / "out", new))
        assert one == other
    assert not list((copy / "out").rglob("*.part"))


def test_two_calibrations_at_once_are_a_wrong_call(copy):
    both = ["--calibrate", copy / "d.json", "--calibration", copy / "c.json"]
    assert run(copy / "in", "--out", copy / "other", *both).exit_code == 2


def test_a_foreign_file_is_refused(copy):
    (copy / "foreign.json").write_text('{"kind": "recipe"}')
    refused = run(copy / "in", "--out", copy / "other", "--calibration", copy / "foreign.json")
    assert isinstance(refused.exception, SourceError)
    assert not (copy / "other" / "incidents.parquet").exists()


def test_no_rows_any_more_withdraw_everything(copy):
    table = pq.read_table(copy / "in" / "detections.parquet")
    pq.write_table(table.slice(0, 0), copy / "in" / "detections.parquet")
    assert run(copy / "in", "--out", copy / "out", "--update").exit_code == 0
    assert pq.read_table(copy / "out" / "incidents.parquet").num_rows == 0
    lineage = pq.read_table(copy / "out" / "lineage.parquet")
    kinds = lineage["kind"].to_pylist()
    assert kinds.count("withdrawn") == kinds.count("new") > 0
    pq.write_table(table, copy / "in" / "detections.parquet")
    assert run(copy / "in", "--out", copy / "out", "--update").exit_code == 0
    back = pq.read_table(copy / "out" / "incidents.parquet")
    assert min(back["incident_id"].to_pylist()) == kinds.count("new")
