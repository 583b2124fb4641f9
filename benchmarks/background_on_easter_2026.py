"""What the background makes of the fires of Easter 2026 in the front-line box.

python benchmarks/background_on_easter_2026.py TABLE.csv EASTER_2026.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

from truceline.codec.heat_table import CELL_DEG, read_table
from truceline.fusion.background import OtherFire, explain, posterior
from truceline.fusion.background_grid import cell_of, near_any

BOX = (34.5, 39.0, 46.0, 50.6)


def main(table_path: str, rows_path: str) -> None:
    background = posterior(read_table(Path(table_path).read_bytes()))
    with Path(rows_path).open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if _in_box(row)]
    lon, lat, scan, track = (
        np.array([float(row[name]) for row in rows])
        for name in ("longitude", "latitude", "scan", "track")
    )
    day = np.array([row["acq_date"] for row in rows], dtype="datetime64[D]")
    often = background.table.cells[background.table.cell_days.sum(axis=1) >= 15]
    simple = near_any(often, cell_of(lon, lat, CELL_DEG))
    result = explain(background, lon, lat, day, scan * 1000, track * 1000)
    print("| day | all | left by 15-day rule | left by probability | explained, expected number |")
    print("|---|---|---|---|---|")
    for today in np.unique(day):
        d = day == today
        print(
            f"| {today} | {d.sum()} | {(d & ~simple).sum()} | {(d & ~result.masked).sum()} | "
            f"{result.explained[d].sum():.1f} |"
        )
    print("\nwhere the two rules differ:")
    for i in np.flatnonzero(simple != result.masked):
        print(f"- {day[i]}: {result.sentence[i]}")
    print("\nexpected number explained, by share of the seasonal field that was the season's:")
    for share in (1.0, 0.5, 0.25):
        part = explain(
            background, lon, lat, day, scan * 1000, track * 1000, usual_share=share
        ).explained
        numbers = [round(float(part[day == today].sum()), 1) for today in np.unique(day)]
        print(f"- {share}: {numbers}")
    print("\nleft when the rate of other fire, per km² and day, is another:")
    for rate in (1e-5, 1e-4, 1e-3, 1e-2):
        other = OtherFire(per_km2_day=rate)
        again = explain(background, lon, lat, day, scan * 1000, track * 1000, other=other)
        left = [int((~again.masked[day == today]).sum()) for today in np.unique(day)]
        print(
            f"- {rate:g}: {left}; mean explained of those left {again.explained[~again.masked].mean():.2f}"
        )


def _in_box(row: dict[str, str]) -> bool:
    lon, lat = float(row["longitude"]), float(row["latitude"])
    return BOX[0] <= lon <= BOX[1] and BOX[2] <= lat <= BOX[3]


if __name__ == "__main__":
    main(*sys.argv[1:])
