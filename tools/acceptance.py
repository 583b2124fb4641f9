"""Runs the long measurements in full and writes their record into docs/acceptance.md.

    make acceptance

Each measurement is a command that anyone can run by itself; the record holds the command, what it
printed, and how it ended. One that fails is written down as failed, and the whole ends with 1.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "docs" / "acceptance.md"
PYTHON = str(ROOT / ".venv" / "bin" / "python")


@dataclass(frozen=True)
class Measurement:
    title: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    lines: int = 30
    shared: bool = False


MEASUREMENTS = (
    Measurement(
        "Easter 2026 over everything: 42,415 rows of background, 299 of heat, 13,740 of reports",
        ("benchmarks/easter_2026_full.py",),
        shared=True,
    ),
    Measurement("Evidence log and background", ("benchmarks/evidence_and_background.py",)),
    Measurement(
        "Calibration of fusion on 60 simulated days that nothing was learned from",
        ("benchmarks/fusion_calibration.py", "--check", "1000:1060", "--jobs", "2"),
        lines=60,
    ),
    Measurement(
        "200 kills at random moments of taking in and running",
        ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_kill.py"),
        {"TRUCELINE_KILLS": "200"},
        lines=4,
    ),
    Measurement(
        "The log killed 200 times under load, and whole runs watched by strace",
        ("tools/acceptance_log.py", "--kills", "200"),
    ),
    Measurement(
        "Every byte of a small log changed to every other value",
        ("tools/acceptance_log_bytes.py",),
    ),
    Measurement("How fast the log takes in entries", ("benchmarks/evidence_log.py",)),
    Measurement("A million entries verified", ("benchmarks/evidence_verify.py", "1000000")),
    Measurement(
        "A witness killed 200 times under two histories at once",
        ("tools/acceptance_witness.py", "200"),
    ),
    Measurement(
        "Easter 2026 on SQLite and on PostgreSQL: the same bytes",
        ("tools/acceptance_records.py", "day"),
        shared=True,
    ),
    Measurement(
        "Those who record killed 200 times, half on each database",
        ("tools/acceptance_records.py", "kills", "200"),
    ),
    Measurement(
        "The database server killed under those who record",
        ("tools/acceptance_records.py", "server", "10"),
    ),
    Measurement(
        "A finding with its whole chain among 100,000, on both databases",
        ("benchmarks/case.py",),
    ),
    Measurement(
        "Twenty people at once for ten minutes on PostgreSQL",
        ("benchmarks/load.py", "--minutes", "10"),
    ),
    Measurement(
        "Held-out background of heat",
        (
            "benchmarks/background_held_out.py",
            "../shared/data/firms-2022-2023/fire_nrt_SV-C2_400448.csv",
            "../shared/data/firms-2022-2023/VIIRS-NOAA-2022.csv",
            "../shared/data/firms-2022-2023/MODIS-2021.csv",
        ),
        lines=60,
        shared=True,
    ),
)


def main() -> None:
    parts = [
        "# Acceptance: the long measurements\n",
        "Written by `make acceptance`; each block is what the command above it printed last.\n",
        f"Machine: {os.cpu_count()} cores, Python {platform.python_version()}.\n",
    ]
    failed = 0
    for one in MEASUREMENTS:
        print(f"acceptance: {one.title}", flush=True)
        code, said = run(one)
        failed += code != 0
        state = "done" if code == 0 else f"FAILED with exit code {code}"
        shown = " ".join(
            (*(f"{k}={v}" for k, v in one.environment.items()), "python", *one.command)
        )
        body = "\n".join(line.rstrip() for line in said.splitlines()[-one.lines :])
        parts.append(f"## {one.title}\n\n`{shown}`: {state}\n\n```text\n{body}\n```\n")
    RECORD.write_text("\n".join(parts), encoding="utf-8")
    print(
        f"acceptance: {len(MEASUREMENTS) - failed} of {len(MEASUREMENTS)} done; {RECORD.name} written"
    )
    sys.exit(failed > 0)


def run(one: Measurement) -> tuple[int, str]:
    if one.shared and not (ROOT / ".." / "shared" / "data").is_dir():
        return 1, "the data that does not ship is absent: ../shared/data"
    done = subprocess.run(
        [PYTHON, *one.command],
        cwd=ROOT,
        env={**os.environ, **one.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + (done.stderr if done.returncode else "")
    return done.returncode, re.sub(r"/tmp/\w+/ws", "WS", said.replace(str(ROOT), "."))  # noqa: S108 - shown, not used


if __name__ == "__main__":
    main()
