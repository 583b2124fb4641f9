"""The shipped folders are what the cut makes of the full tables, byte for byte."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOL = ROOT / "tools" / "make_shipped_data.py"
SHARED = ROOT / ".." / "shared" / "data"


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(TOOL), *args], capture_output=True, text=True, check=False
    )


@pytest.mark.shared
def test_the_cut_can_be_repeated(tmp_path):
    if not (SHARED / "truce-reports").exists():
        assert os.environ.get("CI") != "true", f"{SHARED} is missing"
        pytest.skip(f"{SHARED} is not there: the full coded tables are not shipped")
    done = run(str(SHARED), str(tmp_path))
    assert done.returncode == 0, done.stderr
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.csv"))
    assert len(made) == 13
    for path in made:
        assert (tmp_path / path).read_bytes() == (ROOT / "data" / path).read_bytes(), path


def test_without_folders_it_says_how_it_is_used():
    done = run()
    assert done.returncode == 1
    assert "usage: make_shipped_data.py" in done.stderr


def test_every_contradiction_of_easter_2025_names_rows_of_two_sides_at_least():
    path = ROOT / "data" / "easter-2025" / "contradictions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 28
    for row in rows:
        keys = f"{row['report_ids']} {row['claim_ids']}".split()
        assert len(set(keys)) == len(keys) >= 2, row


def test_no_row_of_basis_url_slug_ships():
    for path in (ROOT / "data").rglob("*.csv"):
        assert b"url_slug" not in path.read_bytes(), path
