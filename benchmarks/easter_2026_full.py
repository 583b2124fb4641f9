"""How long Easter 2026 takes over everything: a year of fires, the heat of four days, four months of reports.

    python benchmarks/easter_2026_full.py [FOLDER OF THE SHARED DATA] [--keep WORKSPACE]

Prints the seconds of each step, their sum and the peak of memory, and ends with 1 when the sum is
20 s or more: the whole is to take under 20 s on two cores. Each step is a process of its own,
started as a user starts it, so the time to start Python is part of it.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

BAR_S = 20.0
SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"
TRUCELINE = Path(sys.executable).with_name("truceline")
DAYS = ("2026-04-09", "2026-04-14")


def steps(data: Path, ws: Path) -> list[tuple[str, list[str]]]:
    """Give the commands of the documents, with their names."""
    return [
        ("init", ["init", str(ws), "--agreement", "easter-2026"]),
        (
            "background (42,415 rows of 2023)",
            ["background", str(ws), str(data / "firms-2022-2023" / "fire_nrt_SV-C2_400448.csv")],
        ),
        (
            "ingest firms (299 rows)",
            ["ingest", str(ws), "firms",
             str(data / "easter-2026" / "viirs_20260410_20260413.csv")],
        ),
        (
            "ingest viina (13,740 rows)",
            ["ingest", str(ws), "viina", str(data / "viina" / "viina-events-2026-01-04.json")],
        ),
        ("run", ["run", str(ws)]),
        ("report", ["report", str(ws), "--from", DAYS[0], "--to", DAYS[1]]),
    ]  # fmt: skip


def in_days(start: str) -> bool:
    """Tell whether a local day of Kyiv (UTC+3 in April) that starts so is one of the report's."""
    return (
        DAYS[0]
        <= (datetime.fromisoformat(start) + timedelta(hours=3)).date().isoformat()
        <= DAYS[1]
    )


def main(data: Path, ws: Path) -> int:
    total = 0.0
    for name, arguments in steps(data, ws):
        begun = time.monotonic()
        done = subprocess.run(
            [str(TRUCELINE), *arguments], capture_output=True, text=True, check=False
        )
        took = time.monotonic() - begun
        total += took
        print(f"{took:7.2f} s  {name}: {(done.stdout or done.stderr).strip().splitlines()[-1]}")
        if done.returncode:
            print(done.stderr)
            return 2
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak, cpu = used.ru_maxrss / 1024, used.ru_utime + used.ru_stime
    load = os.getloadavg()[0]
    print(
        f"{total:7.2f} s  in all ({cpu:.1f} s of one core); peak {peak:.0f} MB; load average {load:.1f}, {os.cpu_count()} cores"
    )
    counts = json.loads((ws / "out" / "_".join(DAYS) / "report.json").read_bytes())["counts"]
    days = [c for c in counts if c["metric"] == "reports" and in_days(c["time"]["start"])]
    print("reports a day, 9 to 14 April:", [c["value"] for c in days])
    return int(total >= BAR_S)


if __name__ == "__main__":
    words = sys.argv[1:]
    keep = words.index("--keep") if "--keep" in words else None
    folder = Path(words.pop(keep + 1)) if keep is not None else Path(tempfile.mkdtemp()) / "ws"
    given = [word for word in words if word != "--keep"]
    try:
        code = main(Path(given[0]) if given else SHARED, folder)
    finally:
        if keep is None:
            shutil.rmtree(folder.parent)
    sys.exit(code)
