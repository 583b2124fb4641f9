"""The commands that take evidence out, from the outside."""

import os
import signal
import subprocess
import sys

from truceline.pipeline.desk import open_desk
from truceline.store import database, records
from truceline_check.formats import LOG, read_key
from truceline_check.records import check
from workspaces import called, small

KILLED = """
import os, sys
from truceline.cli import evidence_bundle, main
evidence_bundle._write = lambda *_: os.kill(os.getpid(), 9)
main()
"""


def test_the_commands_write_a_file_that_the_checker_takes(tmp_path, capsys, monkeypatch):
    with small(tmp_path / "ws") as desk:
        vkey = desk.workspace.vkey
        with database.reading(desk.engine) as connection:
            finding = records.findings(connection)[0].finding_id
    for audience, remark in (("cell", True), ("public", True)):
        file = tmp_path / f"{audience}.bundle"
        arguments = (
            "evidence",
            "bundle",
            tmp_path / "ws",
            finding,
            "--out",
            file,
            "--for",
            audience,
        )
        code, out, err = called(capsys, monkeypatch, *arguments)
        assert (code, "no witness has cosigned" in err) == (0, remark), err
        assert f"{finding} for the {audience}" in out
        assert (file.stat().st_mode & 0o077 == 0) == (audience == "cell")
        assert not check(file.read_bytes(), read_key(vkey, LOG)).problems
    code, out, _ = called(capsys, monkeypatch, "evidence", "prove", tmp_path / "ws", "0")
    assert code == 0
    assert out.startswith("c2sp.org/tlog-proof@v1\nindex 0\n")
    code, _, err = called(capsys, monkeypatch, "evidence", "prove", tmp_path / "ws", "99999")
    assert code == 2
    assert "none of index 99999" in err
    code, _, err = called(
        capsys,
        monkeypatch,
        "evidence",
        "bundle",
        tmp_path / "ws",
        "INC-9/X",
        "--out",
        tmp_path / "x",
    )
    assert code == 2
    assert "no finding is called INC-9/X" in err
    assert not (tmp_path / "x").exists()


def test_killed_between_release_and_file_it_is_done_again_with_nothing_twice(tmp_path):
    with small(tmp_path / "ws") as desk:
        vkey = desk.workspace.vkey
        with database.reading(desk.engine) as connection:
            finding = records.findings(connection)[0].finding_id
    command = [
        "-c",
        KILLED,
        "evidence",
        "bundle",
        tmp_path / "ws",
        finding,
        "--out",
        tmp_path / "b",
    ]
    environment = {**os.environ, "TRUCELINE_NOW": "2026-05-13T08:00:00Z"}
    killed = subprocess.run([sys.executable, *map(str, command)], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "b").exists()
    command[1] = "from truceline.cli import main; main()"
    subprocess.run([sys.executable, *map(str, command)], env=environment, check=True)
    assert not check((tmp_path / "b").read_bytes(), read_key(vkey, LOG)).problems
    with open_desk(tmp_path / "ws") as desk:
        assert sum(event.type == "finding.released" for event in desk.events()) == 1


def test_a_folder_a_strange_id_and_no_workspace_are_refused(tmp_path, capsys, monkeypatch):
    small(tmp_path / "ws").close()
    for workspace, finding, file, said in (
        ("ws", "INC-000001/X", tmp_path, "directory"),
        ("ws", "\udcff\x1b[2J", tmp_path / "b", "is no id of a finding"),
        ("none", "INC-000001/X", tmp_path / "b", "is no workspace"),
    ):
        arguments = ("evidence", "bundle", tmp_path / workspace, finding, "--out", file)
        code, _, err = called(capsys, monkeypatch, *arguments)
        assert (code, said in err) == (2, True), err
        assert "\x1b[2J" not in err
    assert not (tmp_path / "b").exists()
