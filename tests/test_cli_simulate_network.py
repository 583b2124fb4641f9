"""``truceline simulate --network``: the interchange format, and the truth in a folder of its own."""

import json

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from truceline.cli.app import app

SMALL = ("--network", "line", "--sensors", 40, "--events", 20, "--hours", 1)


def run(*args):
    return CliRunner().invoke(app, ["simulate", *map(str, args)])


def test_the_told_files_stand_beside_the_truth(tmp_path):
    done = run("--out", tmp_path / "n", *SMALL, "--faults", "echo,clock", "--seed", 3, "--json")
    assert done.exit_code == 0, done.output
    use = {entry["file"].rsplit("/n/", 1)[1]: entry["use"] for entry in json.loads(done.output)}
    told = {name for name, what in use.items() if what}
    names = ("sensors", "detections", "outages", "weather", "reports", "fires")
    assert told == {f"{name}.parquet" for name in names}
    assert all(name.startswith("truth/") for name in set(use) - told)
    assert pq.read_table(tmp_path / "n" / "sensors.parquet").num_rows == 40
    said = json.loads((tmp_path / "n" / "truth" / "settings.json").read_text())
    assert (said["faults"], said["seed"], said["events"]) == (["clock", "echo"], 3, 20)


def test_the_text_names_each_use(tmp_path):
    lines = run("--out", tmp_path / "n", *SMALL, "--faults", "no-weather").output
    assert "what they noted" in lines
    assert "the truth, for the score only" in lines
    assert not (tmp_path / "n" / "weather.parquet").exists()


def test_the_day_and_a_country_can_be_chosen(tmp_path):
    args = ("--network", "country", *SMALL[2:], "--day", "2026-06-01")
    assert run("--out", tmp_path / "n", *args).exit_code == 0
    times = pq.read_table(tmp_path / "n" / "weather.parquet")["time"].cast("string").to_pylist()
    assert times[0].startswith("2026-06-01 00:00:00")


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        (["--network", "ring"], "a network is `line` or `country`"),
        (["--events", "3"], "--events goes with --network"),
        (["--faults", "echo"], "--faults goes with --network"),
        ([*SMALL, "--faults", "gremlins"], "unknown fault 'gremlins'"),
        ([*SMALL[:6], "--hours", "0"], "hours must lie above 0"),
        ([*SMALL, "--day", "today"], "write it as 2026-05-12"),
    ],
)
def test_what_cannot_be_is_refused_before_a_folder_is_made(tmp_path, args, wanted):
    done = run("--out", tmp_path / "n", *args)
    assert done.exit_code == 2
    assert wanted in " ".join(done.output.replace("│", " ").split())
    assert not (tmp_path / "n").exists()


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = run("--out", tmp_path, *SMALL)
    assert done.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
