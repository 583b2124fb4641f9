"""The demo: four examples from raw files to verified reports, the same bytes each time."""

import json
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from truceline.cli import main
from truceline.demo.examples import easter_2025, easter_2026, paris_2026, riverline
from truceline.pipeline.desk import open_desk
from truceline.pipeline.verify import verify_workspace
from truceline.store import database, records
from workspaces import NOW, called, hashes

NAMES = ("easter-2025", "easter-2026", "riverline", "paris-2026")


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Run the whole demo once; give its folder and what it said."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    said = StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.setattr(sys, "argv", ["truceline", "demo", "--out", str(folder)])
        patch.setenv("TRUCELINE_NOW", NOW.isoformat())
        with pytest.raises(SystemExit) as end:
            main()
    assert end.value.code == 0
    return folder, said.getvalue()


def test_it_builds_four_workspaces_that_verify(shown):
    folder, _ = shown
    for name in NAMES:
        found = verify_workspace(folder / name)
        assert (found.problems, found.remarks) == ((), ()), name


def test_it_ends_with_what_to_open_and_the_score(shown):
    folder, said = shown
    for name in NAMES:
        assert str(folder / name) in said
    pages = [line.strip() for line in said.splitlines() if line.strip().endswith(".html")]
    assert len(pages) >= 4
    assert all(Path(page).is_file() for page in pages)
    assert "precision" in said
    assert "no violation" not in said


def test_no_heat_of_easter_2026_is_called_a_violation(shown):
    with open_desk(shown[0] / "easter-2026") as desk:
        with database.reading(desk.engine) as connection:
            incidents = records.current_incidents(connection)
        members = {m.observation_id for i in incidents for m in i.members}
    assert not [key for key in members if key.startswith("firms:")]


def test_the_simulated_day_is_marked_as_invented(shown):
    (path,) = (shown[0] / "riverline" / "out").glob("*/report.json")
    assert json.loads(path.read_bytes())["synthetic"] is True
    assert "invented" in path.with_name("report.html").read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("name", NAMES)
def test_again_it_gives_the_same_bytes(shown, tmp_path, name):
    build = {"easter-2025": easter_2025, "easter-2026": easter_2026, "paris-2026": paris_2026}
    if name == "riverline":
        riverline(tmp_path, NOW, str, 7)
    else:
        build[name](tmp_path, NOW, str)
    first, second = hashes(shown[0] / name), hashes(tmp_path / name)
    assert first.keys() == second.keys()
    assert {key for key in first if first[key] != second[key]} <= {"truceline.db"}


def refused(capsys, monkeypatch, folder):
    code, _, err = called(capsys, monkeypatch, "demo", "--out", folder)
    assert (code, "Traceback" in err) == (2, False)
    return " ".join(err.split())


def test_a_folder_that_holds_something_else_is_refused_and_left(capsys, monkeypatch, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    assert "no earlier demo" in refused(capsys, monkeypatch, tmp_path / "mine")
    assert hashes(tmp_path / "mine").keys() == {"thesis.txt"}


def test_a_file_or_a_link_in_the_way_is_refused(capsys, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("x")
    assert "file" in refused(capsys, monkeypatch, tmp_path / "file")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "truceline-demo").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    assert "link" in refused(capsys, monkeypatch, tmp_path / "link")
    assert (tmp_path / "folder" / "truceline-demo").exists()


def test_an_earlier_demo_is_replaced(monkeypatch, tmp_path):
    from truceline.cli.demo import _empty

    _empty(tmp_path / "out")
    (tmp_path / "out" / "easter-2025").mkdir()
    (tmp_path / "out" / "easter-2025" / "old").write_text("x")
    _empty(tmp_path / "out")
    assert hashes(tmp_path / "out").keys() == {"truceline-demo"}
