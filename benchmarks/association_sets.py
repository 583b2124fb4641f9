"""The simulated sets of the benchmark: how large, how faulty, drawn from which seed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truceline.simulation.network.settings import NetworkSettings, faults_of
from truceline.simulation.network.world import simulate_network
from truceline.simulation.network.write import write_network

SMALL_RATES: Final = (300, 440, 650, 970, 1420, 2100, 3100, 4600, 6800, 10_000)
"""Events a day of the ten small sets: equal steps of the logarithm."""
ROWS_OF_NOISE: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Made:
    """One set: what ``truceline simulate --network`` is asked for."""

    network: str
    sensors: int
    events: int
    hours: float
    seed: int
    faults: str = "none"
    noise: int = 0
    """Rows of noise in place of all that was heard."""

    @property
    def name(self) -> str:
        said = (
            f"{self.network}-{self.sensors}-{self.events}-{self.hours:g}h-{self.faults}-{self.seed}"
        )
        return (said + (f"-noise{self.noise}" if self.noise else "")).replace(",", "+")

    @property
    def command(self) -> str:
        return (
            f"truceline simulate --network {self.network} --sensors {self.sensors} "
            f"--events {self.events} --hours {self.hours:g} --faults {self.faults} --seed {self.seed}"
        )

    @property
    def events_a_day(self) -> int:
        return round(self.events * 24.0 / self.hours)


def small(seed: int) -> list[Made]:
    return [Made("line", 200, round(rate / 4), 6.0, seed + n) for n, rate in enumerate(SMALL_RATES)]


def faults(seed: int) -> list[Made]:
    return [Made("line", 200, 275, 6.0, seed + n, "all") for n in range(5)]


def bare(seed: int) -> list[Made]:
    return [Made("line", 200, 275, 6.0, seed + n, "no-azimuth,no-weather") for n in range(5)]


def large(seed: int) -> list[Made]:
    return [
        Made("line", 1000, events, 24.0, seed + n) for n, events in enumerate((50, 1100, 10_000))
    ]


def hour(seed: int) -> list[Made]:
    return [Made("line", 1000, events, 1.0, seed + n) for n, events in enumerate((46, 417))]


def growth(seed: int) -> list[Made]:
    return [
        Made("line", 1000, events, hours, seed) for events, hours in ((46, 1), (275, 6), (1100, 24))
    ]


def country(seed: int) -> list[Made]:
    return [Made("country", 10_000, 3000, 24.0, seed)]


def sick(seed: int) -> list[Made]:
    return [Made("line", 1000, 1100, 24.0, seed, "all")]


def noise(seed: int) -> list[Made]:
    return [Made("line", 1000, 0, 24.0, seed, noise=ROWS_OF_NOISE)]


def quick(seed: int) -> list[Made]:
    kinds = ("none", "all", "no-azimuth,no-weather")
    return [Made("line", 100, 60, 1.0, seed + n, kind) for n, kind in enumerate(kinds)]


PARTS: Final[Mapping[str, Callable[[int], list[Made]]]] = {
    "quick": quick,
    "small": small,
    "faults": faults,
    "bare": bare,
    "hour": hour,
    "large": large,
    "growth": growth,
    "country": country,
    "sick": sick,
    "noise": noise,
}
WARM: Final = Made("line", 80, 60, 1.0, 1)
"""What every engine runs on before it is timed."""


def folder_of(made: Made, scratch: Path) -> Path:
    """Simulate a set unless it is there; give its folder."""
    folder = scratch / "sets" / made.name
    if (folder / "whole").is_file():
        return folder
    if folder.exists():
        shutil.rmtree(folder)  # an earlier run was stopped while it wrote
    folder.mkdir(parents=True)
    asked = NetworkSettings(
        network=made.network,
        sensors=made.sensors,
        events=made.events,
        hours=made.hours,
        faults=faults_of(made.faults),
        seed=made.seed,
    )
    write_network(folder, simulate_network(asked))
    if made.noise:
        _drown(folder, made, asked)
    (folder / "whole").touch()
    return folder


def _drown(folder: Path, made: Made, asked: NetworkSettings) -> None:
    """Put evenly spread detections in place of those that were heard."""
    rng = np.random.default_rng(made.seed)
    names = pq.read_table(folder / "sensors.parquet")["sensor_id"].to_pylist()
    start = int(asked.start.timestamp()) * 10**9
    when = np.sort(rng.integers(0, int(asked.seconds * 1e9), made.noise)) + start
    sensor = rng.integers(0, len(names), made.noise, dtype=np.int32)
    table = pa.table(
        {
            "detection_id": np.arange(1, made.noise + 1),
            "sensor_id": pa.DictionaryArray.from_arrays(pa.array(sensor), names).cast(pa.string()),
            "time": pa.array(when).cast(pa.timestamp("ns", "UTC")),
            "level_db": rng.normal(70.0, 4.0, made.noise),
        }
    )
    pq.write_table(table, folder / "detections.parquet")
    for name in ("events", "members"):
        told = folder / "truth" / f"{name}.parquet"
        pq.write_table(pq.read_table(told).slice(0, 0), told)


def named(parts: Sequence[str], seed: int, scale: float = 1.0) -> dict[str, list[Made]]:
    """Give the sets of each part; the n-th set of a part has the n-th seed from ``seed`` on.

    Args:
        parts: names of PARTS.
        seed: of the first set.
        scale: share of the hours, events and rows of noise that are taken.
    """
    return {part: [shrunk(made, scale) for made in PARTS[part](seed)] for part in parts}


def shrunk(made: Made, scale: float) -> Made:
    """Take a share of the time, with as many events and rows an hour."""
    events = round(made.events * scale)
    return replace(made, events=events, hours=made.hours * scale, noise=round(made.noise * scale))
