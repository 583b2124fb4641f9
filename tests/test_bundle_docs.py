"""The page for outsiders prints what the program prints, and the threat model names tests that exist."""

import os
import re
import shutil

import pytest

from doc_pages import ROOT, doc_session
from truceline_check.formats import LOG, read_key, read_policy
from truceline_check.records import check

PAGE = (ROOT / "docs" / "checking-evidence.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "docs" / "example"
PROGRAM = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]


@pytest.mark.skipif(
    shutil.which("openssl") is None and os.environ.get("CI") != "true",
    reason="OpenSSL's command is not installed",
)
def test_every_command_of_the_page_prints_what_stands_there(tmp_path):
    for path in EXAMPLE.iterdir():
        shutil.copy(path, tmp_path)
    (tmp_path / "by-hand.py").write_text(PROGRAM, encoding="utf-8")
    assert doc_session.played(PAGE, tmp_path).splitlines() == PAGE.splitlines()


def test_the_program_by_hand_is_short_and_needs_nothing():
    lines = PROGRAM.splitlines()
    assert len(lines) <= 42
    assert lines[0] == "import base64, hashlib, json, pathlib"
    assert "truceline_check" not in PROGRAM


def test_the_example_stands_today():
    vkey = (EXAMPLE / "log.vkey").read_text()
    policy = read_policy((EXAMPLE / "policy").read_text())
    report = check((EXAMPLE / "finding.bundle").read_bytes(), read_key(vkey, LOG), policy=policy)
    assert report.problems == []


def test_every_test_that_the_threat_model_names_exists():
    page = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+)\.py::(test_\w+)`", page)
    assert len(named) > 40
    missing = [
        f"{file}::{name}"
        for file, name in named
        if f"def {name}(" not in (ROOT / "tests" / f"{file}.py").read_text(encoding="utf-8")
    ]
    assert missing == []


def test_every_row_of_the_threat_model_names_a_test_or_says_that_there_is_none():
    page = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    rows = [
        line
        for line in page.splitlines()
        if line.startswith("| ") and not line.startswith(("| tries", "| who", "| key"))
    ]
    assert len(rows) > 40
    assert [row for row in rows if "::test_" not in row and "no test" not in row] == []
