"""Learn the table of persistent heat from FIRMS files.

python tools/learn_background.py FILES... --out data/background/persistent_heat.csv
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
from pathlib import Path

import numpy as np

from truceline.codec.heat_table import write_table
from truceline.errors import TrucelineError, WrongKindOfFile
from truceline.fusion.background import learn, prune

_NEEDED = ("latitude", "longitude", "acq_date", "acq_time", "satellite")
_NAMES = {"N": "Suomi NPP", "N20": "NOAA-20", "N21": "NOAA-21", "1": "NOAA-20"}


def read_rows(paths: list[Path]) -> tuple[set[tuple[str, str, str, float, float]], int]:
    """Read the rows of FIRMS files, each once, and count those that cannot be read.

    Raises:
        WrongKindOfFile: when a file lacks a column that is needed.
    """
    rows: set[tuple[str, str, str, float, float]] = set()
    broken = 0
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise WrongKindOfFile(
                    f"{path}: this is no FIRMS CSV of VIIRS or MODIS, column(s) "
                    f"{', '.join(missing)} are missing; nothing was learned."
                )
            for row in reader:
                try:
                    rows.add(_row(row))
                except (TypeError, ValueError):
                    broken += 1
    return rows, broken


def _row(row: dict[str, str]) -> tuple[str, str, str, float, float]:
    """Read one row; the time may be 0011 or 00:11:00."""
    day = dt.date.fromisoformat(row["acq_date"][:10]).isoformat()
    time = row["acq_time"].replace(":", "")[:4].zfill(4)
    lon, lat = float(row["longitude"]), float(row["latitude"])
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError("no place on Earth")
    return row["satellite"], day, time, lon, lat


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when the table was written, 2 when the files cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="FIRMS CSV files, either column layout")
    parser.add_argument("--out", type=Path, required=True, help="where the table is written")
    options = parser.parse_args(arguments)
    try:
        rows, broken = read_rows(options.files)
        table = [np.array(column) for column in zip(*sorted(rows), strict=True)] or [
            np.array([])
        ] * 5
        satellites = sorted({_NAMES.get(name, name) for name in table[0].tolist()})
        about = {
            "satellites": ", ".join(satellites),
            "source": "NASA FIRMS, " + ", ".join(sorted(path.name for path in options.files)),
        }
        background = prune(learn(table[3], table[4], table[1], about=about))
    except (OSError, TrucelineError) as error:
        print(error, file=sys.stderr)
        return 2
    raw = write_table(background.table)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(raw)
    print(f"{options.out}: {len(rows)} rows learned, {broken} rows could not be read,")
    print(
        f"{len(background.table.cells)} cells kept, {len(raw)} bytes, version {background.version}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
