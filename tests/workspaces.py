"""Small workspaces, made fast: what the tests of pipeline, store and command line begin with."""

import hashlib
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from truceline.cli import main
from truceline.pipeline.desk import open_desk, start
from truceline.pipeline.ingest import ingest
from truceline.pipeline.reporting import write_report
from truceline.pipeline.run import run
from truceline.pipeline.shipped import agreement_folder, shipped

NOW = datetime(2026, 5, 13, 8, tzinfo=UTC)
SEED = hashlib.sha256(b"a seed for tests").digest()
EASTER_2025 = shipped("data") / "easter-2025"
FILES_2025 = (
    ("reports", "reports.csv"),
    ("claims", "claims.csv"),
    ("contradictions", "contradictions.csv"),
    ("counts", "daily_counts.csv"),
)
PROGRAM = "from truceline.cli import main; main()"
DAYS_2025 = (date(2025, 4, 19), date(2025, 4, 21))


def begin(root, agreement="easter-2025"):
    """Make an empty workspace whose log key is public."""
    return start(root, agreement_folder(agreement), SEED, NOW)


def take(desk, source, raw, name="file.csv", now=NOW):
    """Ingest bytes or a file."""
    if isinstance(raw, Path):
        raw, name = raw.read_bytes(), raw.name
    return ingest(desk, source, raw, name, now)


def lines_of(path, *numbers):
    """Cut a shipped CSV down to its header and some of its lines (1-based)."""
    lines = path.read_bytes().splitlines(keepends=True)
    return b"".join([lines[0], *(lines[n - 1] for n in numbers)])


def small_files():
    """Give source, name and bytes of a handful of rows of Easter 2025."""
    reports = EASTER_2025 / "reports.csv"
    return (
        ("reports", "one.csv", lines_of(reports, 2, 3, 4, 5, 6, 7)),
        ("reports", "two.csv", lines_of(reports, 46, 47, 48, 49, 50, 51, 52)),
        ("claims", "claims.csv", lines_of(EASTER_2025 / "claims.csv", 2, 3, 4)),
        ("contradictions", "differ.csv", lines_of(EASTER_2025 / "contradictions.csv", 2, 3)),
        ("counts", "counts.csv", (EASTER_2025 / "daily_counts.csv").read_bytes()),
    )


def small(root, files=None):
    """Make a workspace with a handful of rows of Easter 2025, fused and reported."""
    desk = begin(root)
    for source, name, raw in small_files() if files is None else files:
        take(desk, source, raw, name)
    run(desk, NOW)
    write_report(desk, DAYS_2025, NOW)
    return desk


def easter_2025(root):
    """Make the workspace of all that ships about Easter 2025, fused and reported."""
    desk = begin(root)
    for source, name in FILES_2025:
        take(desk, source, EASTER_2025 / name)
    run(desk, NOW)
    write_report(desk, DAYS_2025, NOW)
    return desk


def hashes(root):
    """Give the hash of every file under a folder, by its path in it."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def flip(path, at, mask):
    """Change one byte of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= mask
    path.write_bytes(bytes(data))


def command(*arguments, now="2026-05-13T08:00:00Z", cwd=None, **variables):
    """Run the command line as a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        env={**os.environ, "TRUCELINE_NOW": now, "COLUMNS": "200", **variables},
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        timeout=120,
    )


def called(capsys, monkeypatch, *arguments, now="2026-05-13T08:00:00Z"):
    """Call the command line inside this process; give exit code, output and errors."""
    monkeypatch.setattr(sys, "argv", ["truceline", *map(str, arguments)])
    monkeypatch.setenv("TRUCELINE_NOW", now)
    monkeypatch.setenv("COLUMNS", "200")
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code or 0
    said = capsys.readouterr()
    return code, said.out, said.err


def make(told, root):
    """Make a workspace, in a process of its own; say when it begins and when it is done."""
    told.send("begun")
    begin(root).close()
    told.send("done")


def work(told, root, folder):
    """Ingest what lies in a folder and run, in a process of its own."""
    with open_desk(root) as desk:
        told.send("begun")
        for path in sorted(folder.iterdir()):
            take(desk, path.name.split("-")[1], path)
        run(desk, NOW)
    told.send("done")
