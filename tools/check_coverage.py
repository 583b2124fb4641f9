"""Compare what `truceline coverage` says with the truth of simulated networks.

    python tools/check_coverage.py 3001-3030 --sensors 60 --events 100 --hours 2
    python tools/check_coverage.py 3101-3108 --sensors 80 --events 150 --hours 3 --engine
    python tools/check_coverage.py 7-7 --sensors 1000 --events 10 --hours 24 --speed

The incidents are the true members of each event that four sensors heard, or with ``--engine`` what
`truceline associate` makes of the detections.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from truceline.fusion.coverage.cells import Cells, cell_at, cells_within
from truceline.fusion.coverage.hearing import hearing_of
from truceline.fusion.coverage.run import Rules, grid_chances
from truceline.pipeline.association import associated
from truceline.pipeline.association_files import AssociationInput
from truceline.pipeline.coverage_files import FOUND, CoverageOptions, CoverageResult, covered
from truceline.pipeline.coverage_world import world_of
from truceline.simulation.network.picks import ECHO
from truceline.simulation.network.settings import NetworkSettings, faults_of
from truceline.simulation.network.tables_told import told
from truceline.simulation.network.world import Network, simulate_network

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Checked:
    """One simulated network."""

    inside: int
    """Events in cells and hours that the result calls watched."""
    beyond: int
    """Events elsewhere."""
    row: dict[str, Any]
    """The row of the whole."""
    hours: list[bool]
    """For each hour, whether the interval holds the number of events."""
    areas: list[bool]
    ratio: bool
    """Whether the interval of the ratio of both halves holds 1."""
    chance: Floats
    """Chance that four sensors hear each event."""
    heard: NDArray[np.bool_]
    """Whether they did."""


def true_tables(network: Network) -> tuple[pa.Table, pa.Table]:
    """Give events and their arrivals as if an engine had found them."""
    events, picks = network.events, network.picks
    rows = np.flatnonzero((picks.event > 0) & (picks.mark != ECHO))
    time = round(network.settings.start.timestamp()) * 10**9 + np.round(events.time_s * 1e9)
    incidents = pa.table(
        {
            "incident_id": np.arange(1, len(events) + 1),
            "time": pa.array(time.astype(np.int64)).cast(pa.timestamp("ns", "UTC")),
            "lon": events.lon,
            "lat": events.lat,
            "probability": np.ones(len(events)),
        }
    )
    return incidents, pa.table({"incident_id": picks.event[rows], "detection_id": rows + 1})


def checked(settings: NetworkSettings, *, engine: bool) -> Checked:
    """Simulate a network and hold what is said of it against the truth."""
    network = simulate_network(settings)
    tables = told(network)
    given = AssociationInput(
        **{name: tables.get(name) for name in ("sensors", "detections", "outages", "weather")},
        reports=None, fires=None, remarks=(),
    )  # fmt: skip
    found = true_tables(network)
    if engine:
        result = associated(given, 2)
        found = (result.incidents, result.members)
    start = round(settings.start.timestamp()) * 10**9
    options = CoverageOptions(
        start_ns=start, end_ns=start + round(settings.seconds * 1e9),
        split_ns=start + round(settings.seconds / 2 * 1e9), complete=not engine,
    )  # fmt: skip
    return held(network, covered(given, found, options), options)


def held(network: Network, result: CoverageResult, options: CoverageOptions) -> Checked:
    """Compare a result with the truth."""
    watch, events = result.watch, network.events
    known = {
        pair: at for at, pair in enumerate(zip(watch.cells.row, watch.cells.column, strict=True))
    }
    row, column = cell_at(events.lon, events.lat, watch.rules.size_m)
    cell = np.array([known.get(pair, -1) for pair in zip(row, column, strict=True)])
    hour = np.searchsorted(watch.hours_s, events.time_s, side="right") - 1
    cell = np.where(hour < len(watch.hours_s) - 1, cell, -1)  # impacts may fall after the end
    seen = cell >= 0
    seen[seen] = watch.watched[cell[seen], hour[seen]] > 0
    arrivals = np.bincount(
        network.picks.event[network.picks.mark != ECHO], minlength=len(events) + 1
    )[1:]
    rows = _plain(result.rates)
    by_hour = np.bincount(hour[seen], minlength=len(watch.hours_s) - 1)
    areas = np.unique(
        np.column_stack(cell_at(watch.cells.lon, watch.cells.lat, options.area_m)), axis=0
    )
    place = {pair: at for at, pair in enumerate(map(tuple, areas.tolist()))}
    own = zip(
        *(c.tolist() for c in cell_at(watch.cells.lon, watch.cells.lat, options.area_m)),
        strict=True,
    )
    area_of = np.array([place[pair] for pair in own])
    by_area = np.bincount(area_of[cell[seen]], minlength=len(areas))
    assert result.comparison is not None
    return Checked(
        inside=int(seen.sum()),
        beyond=int((~seen).sum()),
        row=rows[0],
        hours=_hits([r for r in rows if r["scope"] == "hour"], by_hour),
        areas=_hits([r for r in rows if r["scope"] == "area"], by_area),
        ratio=result.comparison.low <= 1.0 <= result.comparison.high,
        chance=watch.chance[cell[cell >= 0], hour[cell >= 0], 1].astype(float),
        heard=(arrivals >= 4)[cell >= 0],
    )


def _plain(table: pa.Table) -> list[dict[str, Any]]:
    return table.drop_columns(["hour"]).to_pylist()


def _hits(rows: list[dict[str, Any]], true: NDArray[np.int64]) -> list[bool]:
    """Tell which intervals hold the truth, where anything is said."""
    pairs = zip(rows, true.tolist(), strict=True)
    return [bool(r["low"] <= n <= r["high"]) for r, n in pairs if r["watched"] > 0]


def main(arguments: list[str]) -> int:
    """Check some seeds and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("seeds", help="first and last, as 3001-3030")
    parser.add_argument("--sensors", type=int, default=60)
    parser.add_argument("--events", type=int, default=100)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--faults", default="none")
    parser.add_argument("--network", default="line")
    parser.add_argument("--engine", action="store_true", help="incidents of the engine")
    parser.add_argument("--speed", action="store_true", help="only measure the computing time")
    given = parser.parse_args(arguments)
    first, last = (int(word) for word in given.seeds.split("-"))
    every = []
    for seed in range(first, last + 1):
        settings = NetworkSettings(
            network=given.network, sensors=given.sensors, events=given.events, hours=given.hours,
            faults=faults_of(given.faults), seed=seed,
        )  # fmt: skip
        if given.speed:
            _clocked(settings)
            continue
        one = checked(settings, engine=given.engine)
        low, high = one.row["low"], one.row["high"]
        print(
            f"seed {seed}: {one.inside} events watched, {one.beyond} elsewhere; counted "
            f"{one.row['observed']:.0f}, said {low:.0f} to {high:.0f}"
            f"{'' if low <= one.inside <= high else '  MISSED'}"
        )
        every.append(one)
    if every:
        _summary(every)
    return 0


def _clocked(settings: NetworkSettings) -> None:
    """Print how long one thread computes the chances of every cell of 1 km and hour."""
    tables = told(simulate_network(settings))
    given = AssociationInput(
        tables["sensors"],
        tables["detections"],
        tables["outages"],
        tables["weather"],
        None,
        None,
        (),
    )
    world = world_of(given, round(settings.start.timestamp()) * 10**9, settings.seconds)
    hours = np.arange(0.0, settings.seconds + 1.0, 3600.0)
    rules, hearing = Rules(found=FOUND), hearing_of(world.model)
    cells = cells_within(world.sensors.lon, world.sensors.lat, rules.size_m, rules.reach_m)
    asked = (world.sensors, world.air, hearing)
    grid_chances(*asked, Cells._make(c[:1] for c in cells), hours, rules, 1)  # compiles
    before = time.process_time()
    grid_chances(*asked, cells, hours, rules, 1)
    spent = time.process_time() - before
    print(f"{len(cells.lon)} cells of 1 km, {len(hours) - 1} h: {spent:.1f} s of processor time")


def _summary(every: list[Checked]) -> None:
    hit = [one.row["low"] <= one.inside <= one.row["high"] for one in every]
    print(f"whole: {sum(hit)} of {len(hit)} intervals of 90 % hold the number of events")
    for name in ("hours", "areas"):
        flat = [hit for one in every for hit in getattr(one, name)]
        print(f"{name}: {sum(flat)} of {len(flat)} ({sum(flat) / max(len(flat), 1):.1%})")
    print(f"ratio of both halves: {sum(one.ratio for one in every)} of {len(every)} hold 1")
    said = sum(one.row["unobserved"] for one in every)
    true = sum(one.inside - one.row["observed"] for one in every)
    print(f"not counted: {said:.0f} said, {true:.0f} true")
    chance = np.concatenate([one.chance for one in every])
    heard = np.concatenate([one.heard for one in every])
    print("chance of four arrivals: said, true, events")
    tenth = np.minimum((chance * 10).astype(int), 9)
    for at in range(10):
        here = tenth == at
        if here.any():
            print(f"  {chance[here].mean():.2f}  {heard[here].mean():.2f}  {here.sum()}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
