"""``truceline simulate``: the files of a seeded day, each with the source that reads it."""

import json

import pytest
from typer.testing import CliRunner

from truceline.cli.app import app
from truceline.demo.examples import RIVERLINE_FILES


def run(*args):
    return CliRunner().invoke(app, ["simulate", *map(str, args)])


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
        assert run("--out", tmp_path / folder, "--seed", seed).exit_code == 0
    a, b, c = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in "abc"
    )
    assert a == b
    assert a["stations.csv"] != c["stations.csv"]


def test_each_file_names_its_source_and_the_truth_has_none(tmp_path):
    done = run("--out", tmp_path / "day", "--json")
    listed = {entry["file"].rsplit("/", 1)[1]: entry["source"] for entry in json.loads(done.output)}
    assert set(listed) == {path.name for path in (tmp_path / "day").iterdir()}
    assert {(source, name) for name, source in listed.items() if source} == set(RIVERLINE_FILES)
    assert listed["truth.json"] is None
    assert listed["heat-history.csv"] is None


def test_the_text_names_source_and_use(tmp_path):
    lines = run("--out", tmp_path / "day").output.splitlines()
    assert any("patrol.txt" in line and line.endswith("source patrol") for line in lines)
    assert any("truth.json" in line and line.endswith("never ingested") for line in lines)


def test_the_day_can_be_chosen(tmp_path):
    run("--out", tmp_path / "day", "--day", "2026-06-01")
    stations = (tmp_path / "day" / "stations.csv").read_text()
    assert "2026-06-01T" in stations
    assert "2026-05-12T" not in stations


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        (["--day", "yesterday"], "write it as 2026-05-12"),
        (["--seed", "-1"], "Invalid value for '--seed'"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, args, wanted):
    done = run("--out", tmp_path / "day", *args)
    assert done.exit_code == 2
    assert wanted in done.output
    assert not (tmp_path / "day").exists()


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = run("--out", tmp_path)
    assert done.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
