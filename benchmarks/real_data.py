"""Read the raw files of the real data beside the checkout; nothing of them is kept."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from truceline.fusion.phases.settings import Settings
from truceline.fusion.propagation.layers import sliced

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
_SAMPLE_S = 0.01
"""The picker's samples at 100 Hz."""


@dataclass(frozen=True, slots=True)
class PickSet:
    """Stations and picks; times in s since 1970."""

    lon: Floats
    lat: Floats
    height_m: Floats
    """Above the sea; only PyOcto is told."""
    station: Longs
    secondary: NDArray[np.int8]
    time_s: Floats
    label: Longs
    """Event of each pick, -1: none; empty where the set has no labels."""

    def part(self, keep: NDArray[np.bool_]) -> PickSet:
        label = self.label[keep] if len(self.label) else self.label
        return PickSet(
            self.lon,
            self.lat,
            self.height_m,
            self.station[keep],
            self.secondary[keep],
            self.time_s[keep],
            label,
        )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Published events."""

    time_s: Floats
    lon: Floats
    lat: Floats
    magnitude: Floats


@dataclass(frozen=True, slots=True)
class BearingSet:
    """Arrays and their detections, and where the explosion was."""

    lon: Floats
    lat: Floats
    array: Longs
    time_s: Floats
    azimuth_deg: Floats
    truth: tuple[float, float]
    of_it: Longs
    """Detections that the plain bearing fit is given."""


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def tabbed(file: Path) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 30)
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def saltonsea(folder: Path) -> tuple[PickSet, Catalogue]:
    """One row of picks is an hour of a station: sample numbers from the hour in the file name."""
    stations = tabbed(folder / "stations.csv")
    number = {row["station"]: i for i, row in enumerate(stations)}
    rows: list[tuple[int, int, float]] = []
    for row in tabbed(folder / "picks.csv"):
        hour, name = seconds(row["fname"][:13] + ":00"), row["fname"][14:]
        for secondary, column in enumerate(("idx_p", "idx_s")):
            rows += [
                (number[name], secondary, hour + _SAMPLE_S * i) for i in json.loads(row[column])
            ]
    station, secondary, time = (np.array(column) for column in zip(*rows, strict=True))
    events = tabbed(folder / "events.csv")
    return (
        PickSet(
            np.array([float(s["lng"]) for s in stations]),
            np.array([float(s["lat"]) for s in stations]),
            np.array([float(s["elv(m)"]) for s in stations]),
            station.astype(np.int64),
            secondary.astype(np.int8),
            time,
            np.zeros(0, np.int64),
        ),
        Catalogue(
            np.array([seconds(e["time"]) for e in events]),
            np.array([float(e["lng"]) for e in events]),
            np.array([float(e["lat"]) for e in events]),
            np.array([float(e["mag"]) for e in events]),
        ),
    )


def labelled(folder: Path) -> tuple[PickSet, Settings]:
    """Picks with their event, and the layers that come with them; the files are Parquet without an ending."""
    stations = pq.read_table(folder / "stations").to_pylist()
    number = {row["id"]: i for i, row in enumerate(stations)}
    picks = pq.read_table(folder / "picks").to_pylist()
    with (folder / "graeber.csv").open(encoding="utf-8", newline="") as lines:
        layers = list(csv.DictReader(lines))
    depth, p, s = ([1000.0 * float(r[c]) for r in layers] for c in ("depth", "vp", "vs"))
    return (
        PickSet(
            np.array([r["longitude"] for r in stations]),
            np.array([r["latitude"] for r in stations]),
            np.array([r["elevation"] for r in stations]),
            np.array([number[r["station"]] for r in picks]),
            np.array([r["phase"] == "S" for r in picks], np.int8),
            np.array([r["time"].replace(tzinfo=UTC).timestamp() for r in picks]),
            np.array([r["event"] for r in picks]),
        ),
        # events under a subducting plate: from the surface to 250 km
        Settings(
            sliced(depth, p, 2000.0), sliced(depth, s, 2000.0), depth_m=100e3, depth_sigma_m=70e3,
            deepest_m=250e3, margin_m=100e3,
        ),
    )  # fmt: skip


UTTR = (-112.896, 41.131)
HRR5 = (-106.333961, 33.5377)
EXPLOSIONS = {
    "UTTR 2004, with clutter": ("example1.dets.json", UTTR, 4),
    "UTTR 2004": ("example2.dets.json", UTTR, 3),
    "HRR-5 2012": ("HRR-5.dets.json", HRR5, 5),
}
"""File, truth, and how many of its first rows are of the explosion (the plain fit gets only those)."""


def bearings(folder: Path, name: str) -> BearingSet:
    file, truth, count = EXPLOSIONS[name]
    rows: list[dict[str, Any]] = json.loads((folder / file).read_text(encoding="utf-8"))
    places = [(float(r["Longitude"]), float(r["Latitude"])) for r in rows]
    arrays = sorted(set(places))
    return BearingSet(
        np.array([a[0] for a in arrays]),
        np.array([a[1] for a in arrays]),
        np.array([arrays.index(p) for p in places]),
        np.array([seconds(r["Peak F-Stat Time (UTC)"]) for r in rows]),
        np.array([float(r["Back Azimuth"]) for r in rows]),
        truth,
        np.arange(count),
    )
