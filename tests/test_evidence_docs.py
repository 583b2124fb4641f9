"""The program printed in docs/evidence.md does what the page says, in its own words."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from truceline.evidence import Log, create_log

PAGE = (Path(__file__).parents[1] / "docs" / "evidence.md").read_text(encoding="utf-8")


def run_page(workspace, folder):
    program = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    (folder / "check.py").write_text(program, encoding="utf-8")
    command = [sys.executable, "-I", "check.py", str(workspace)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def workspace(tmp_path):
    root = tmp_path / "ws"
    create_log(root, "evidence.example/log", bytes(range(32)))
    log = Log.open(root)
    log.append([b'{"n":%d,"record":{"nested":[1.5]}}' % n for n in range(300)])
    log.append([b'{"n":1}'])
    return root


def test_the_printed_program_checks_a_log(workspace, tmp_path):
    assert run_page(workspace, tmp_path).splitlines() == [
        "384 entries; they have the root of the checkpoint",
        "384 records opened",
    ]


def test_the_printed_program_sees_a_changed_record_and_a_changed_entry(workspace, tmp_path):
    openings = workspace / "openings/000000000.jsonl"
    openings.write_bytes(openings.read_bytes().replace(b'{"n":7,', b'{"n":8,'))
    bundle = workspace / "log/tile/entries/001.p/128"
    bundle.write_bytes(bundle.read_bytes()[:-1] + b"?")
    out = run_page(workspace, tmp_path)
    assert "THEY DO NOT HAVE the root" in out
    assert "record 7 IS NOT WHAT WAS LOGGED" in out


@pytest.mark.skipif(
    shutil.which("openssl") is None and os.environ.get("CI") != "true",
    reason="OpenSSL's command is not installed",
)
def test_the_printed_command_checks_the_signature(workspace, tmp_path):
    run_page(workspace, tmp_path)
    command = re.search(r"```\n(openssl .*?)```", PAGE, re.DOTALL)[1].replace("\\\n", " ").split()

    def verifies():
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode == 0 and "Signature Verified Successfully" in done.stdout

    assert verifies()
    text = (tmp_path / "checkpoint.text").read_bytes()
    (tmp_path / "checkpoint.text").write_bytes(text.replace(b"384", b"385"))
    assert not verifies()
