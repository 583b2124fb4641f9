"""Is the background calibrated on days that it has not seen?

python benchmarks/background_held_out.py VIIRS_2023.csv VIIRS_2022.csv MODIS_2021.csv

Prints: hot-day probabilities foretold from half of the months of 2023 against the other half, and
from all of 2023 against autumn 2022; the change of rates between those autumns; and which MODIS
pixels of 2021, a year of peace, would be masked, by FIRMS's own type.
"""

from __future__ import annotations

import csv
import itertools
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.codec.heat_table import CELL_DEG
from truceline.fusion.background import Background, Drift, explain, learn
from truceline.fusion.background_grid import cell_of, match, season_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EDGES = np.array([0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0])


class Rows(NamedTuple):
    lon: Floats
    lat: Floats
    day: Ints
    scan_m: Floats
    track_m: Floats
    type: NDArray[np.str_]

    def of(self, chosen: NDArray[np.bool_]) -> Rows:
        return Rows(*(part[chosen] for part in self))


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    number = [
        np.array([float(row[name]) for row in rows])
        for name in ("longitude", "latitude", "scan", "track")
    ]
    day = np.array([row["acq_date"] for row in rows], dtype="datetime64[D]").astype(np.int64)
    kind = np.array([row.get("type", "") for row in rows])
    return Rows(number[0], number[1], day, number[2] * 1000, number[3] * 1000, kind)


def months(day: Ints) -> Ints:
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1


def foretold(background: Background, new: Rows) -> tuple[Floats, Floats, Floats]:
    """Give foretold share, hot days and days looked of each kept cell and season of new rows."""
    cell = match(background.table.cells, cell_of(new.lon, new.lat, CELL_DEG))
    season = season_of(months(new.day))
    hot = np.unique(np.column_stack([cell, season, new.day])[cell >= 0], axis=0)
    counts = np.zeros(background.mean.shape)
    np.add.at(counts, (hot[:, 0], hot[:, 1]), 1)
    looked_days = np.unique(new.day)
    looked = np.bincount(season_of(months(looked_days)), minlength=4).astype(np.float64)
    kept = (background.table.cell_weeks >= 3)[:, None] & (looked > 0)
    return background.mean[kept], counts[kept], np.broadcast_to(looked, counts.shape)[kept]


def reliability(title: str, share: Floats, hot: Floats, looked: Floats) -> None:
    print(f"\n{title}: {len(share)} cell-seasons, {int(looked.sum())} cell-days")
    print("| foretold | cell-days | mean foretold | share hot |\n|---|---|---|---|")
    error = 0.0
    for low, high in itertools.pairwise(EDGES):
        inside = (share >= low) & ((share < high) | (high == 1.0))
        days = looked[inside].sum()
        if not days:
            continue
        mean, seen = share[inside] @ looked[inside] / days, hot[inside].sum() / days
        error += days * abs(mean - seen)
        print(f"| {low:.2f} to {high:.2f} | {int(days)} | {mean:.3f} | {seen:.3f} |")
    print(f"expected calibration error {error / looked.sum():.4f}")
    brier = (hot * (1 - share) ** 2 + (looked - hot) * share**2).sum() / looked.sum()
    climate = hot.sum() / looked.sum()
    print(f"Brier score {brier:.4f}; of one share for all cells {climate * (1 - climate):.4f}")


def within(title: str, background: Background, new: Rows) -> None:
    """Say how often the 90 per cent interval holds the hot days of standing sources."""
    looked_days = np.unique(new.day)
    looked = np.bincount(season_of(months(looked_days)), minlength=4)
    cell = match(background.table.cells, cell_of(new.lon, new.lat, CELL_DEG))
    hot = np.unique(np.column_stack([cell, new.day])[cell >= 0], axis=0)
    counts = np.zeros(background.mean.shape)
    np.add.at(counts, (hot[:, 0], season_of(months(hot[:, 1]))), 1)
    kept = (background.persistence >= 0.9)[:, None] & (looked >= 10)
    ratio = (counts + 0.5)[kept] / (background.mean * looked + 0.5)[kept]
    spread = np.log(ratio)
    noise = 1.0 / (background.mean * looked + 0.5)[kept]
    drift = np.sqrt(max(0.0, float(np.mean(spread**2) - noise.mean())))
    print(
        f"\n{title}: {kept.sum()} cell-seasons of standing sources; seen / foretold "
        f"{counts[kept].sum() / (background.mean * looked)[kept].sum():.2f}; standard deviation of "
        f"its logarithm {np.sqrt(np.mean(spread**2)):.2f}, beyond sampling {drift:.2f}"
    )


def main(paths: list[str]) -> None:
    viirs, autumn, modis = (read(Path(path)) for path in paths)
    odd = months(viirs.day) % 2 == 1
    for name, inside in (("odd months from even", ~odd), ("even months from odd", odd)):
        seen, unseen = viirs.of(inside), viirs.of(~inside)
        half = learn(seen.lon, seen.lat, seen.day)
        reliability(f"2023, {name}", *foretold(half, unseen))
        within(f"2023, {name}", half, unseen)
    whole = learn(viirs.lon, viirs.lat, viirs.day)
    reliability("autumn 2022 from 2023", *foretold(whole, autumn))
    within("autumn 2022 from 2023", whole, autumn)
    print("\nrows away from standing sources per day looked, 2022 against 2023:")
    for month in (9, 10, 11):
        rate = []
        for rows in (autumn, viirs):
            part = rows.of(months(rows.day) == month)
            away = ~explain(whole, part.lon, part.lat, part.day, part.scan_m, part.track_m).masked
            rate.append(away.sum() / len(np.unique(part.day)))
        print(
            f"month {month}: {rate[0]:.1f} against {rate[1]:.1f}, log {np.log(rate[0] / rate[1]):.2f}"
        )
    print(
        "\nMODIS 2021, pixels that VIIRS 2023 masks, by type (0 vegetation, 2 static, 3 offshore):"
    )
    result = explain(whole, modis.lon, modis.lat, modis.day, modis.scan_m, modis.track_m)
    cell = cell_of(modis.lon, modis.lat, CELL_DEG)
    hot_days = np.zeros(len(cell), dtype=np.int64)
    for east in range(-2, 3):
        for north in range(-2, 3):
            row = match(whole.table.cells, cell + np.array([east, north]))
            here = np.where(row >= 0, whole.table.cell_days.sum(axis=1)[row], 0)
            hot_days = np.maximum(hot_days, here)
    for kind in np.unique(modis.type):
        part = modis.type == kind
        still = part & (hot_days >= 15)
        print(
            f"type {kind}: {result.masked[part].sum()} of {part.sum()}; where a cell within two cells "
            f"was hot on 15 or more days of 2023, {result.masked[still].sum()} of {still.sum()}; "
            f"elsewhere {result.masked[part & ~still].sum()} of {(part & ~still).sum()}"
        )
    cold = (modis.type == "2") & (hot_days < 15)
    tenth = np.column_stack([np.round(modis.lon * 5) / 5, np.round(modis.lat * 5) / 5])[cold]
    places, number = np.unique(tenth, axis=0, return_counts=True)
    print("static sources of 2021 that 2023 hardly saw, by 0.2 deg:")
    for at in np.argsort(-number)[:4]:
        print(f"  {places[at][0]:.1f}E {places[at][1]:.1f}N: {number[at]} pixels in 2021")
    print("\nshare of rows away from standing sources that lie in 34.5-39 E, 46-50.6 N, by month:")
    for month in range(3, 12):
        shares = []
        for rows in (viirs, modis.of(modis.type != "2")):
            part = rows.of(months(rows.day) == month)
            away = part.of(
                ~explain(whole, part.lon, part.lat, part.day, part.scan_m, part.track_m).masked
            )
            box = (away.lon >= 34.5) & (away.lon <= 39) & (away.lat >= 46) & (away.lat <= 50.6)
            shares.append(box.mean())
        print(f"month {month}: VIIRS 2023 {shares[0]:.2f}, MODIS 2021 {shares[1]:.2f}")
    print(f"\ndrift used by explain: {Drift()}")


if __name__ == "__main__":
    main(sys.argv[1:])
