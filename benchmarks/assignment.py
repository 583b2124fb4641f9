"""How reports and fires are given to incidents, beside a rival and beside what is possible.

    python benchmarks/assignment.py --seeds 301-306 [--faults none,all] [--events 400] [--keep FOLDER]

Each simulated network is drawn and associated; then reports and fires are given to incidents

- by `truceline associate`,
- by the rule that an engineer would try first: to the nearest incident that fits in time,
- by the first again, but with the true events that four sensors heard in place of the incidents.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truceline.fusion.assignment.places import offsets_m
from truceline.pipeline.association import associate_files, paths_in
from truceline.pipeline.association_files import AssociationInput, numbers, read_input, seconds
from truceline.pipeline.association_joining import joined
from truceline.simulation.network.matching import match
from truceline.simulation.network.picks import DIRECT
from truceline.simulation.network.plane import between
from truceline.simulation.network.read import Output, Truth, read_output, read_truth
from truceline.simulation.network.score import ENOUGH, SALVO_M, SALVO_S
from truceline.simulation.network.settings import NetworkSettings, faults_of
from truceline.simulation.network.world import simulate_network
from truceline.simulation.network.write import write_network

Links = list[tuple[str, str, float]]
"""Incident, report or fire, probability."""
BINS = (0.0, 0.3, 0.6, 0.8, 0.9, 0.95, 1.0)


@dataclass
class Tally:
    """Sums over networks."""

    true: int = 0
    right: int = 0
    wrong: int = 0
    """Of an event, and given to another."""
    clutter: int = 0
    alone: int = 0
    """Clutter that was given to nothing."""

    def add(self, true: dict[str, int | None], said: list[tuple[str, bool, float]]) -> None:
        """Add one network: each link with whether it is right."""
        given = {name for name, _, _ in said}
        self.true += sum(event is not None for event in true.values())
        self.right += sum(right for _, right, _ in said)
        self.wrong += sum(not right and true.get(name) is not None for name, right, _ in said)
        self.clutter += sum(event is None for event in true.values())
        self.alone += sum(event is None and name not in given for name, event in true.items())

    def text(self) -> str:
        """Say it in a cell."""
        share = self.right / self.true if self.true else float("nan")
        return (
            f"{self.right:4d} of {self.true:4d} right ({share:.2f}), {self.wrong:3d} wrong, "
            f"{self.alone:3d} of {self.clutter:3d} of nothing left alone"
        )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seeds", default="301-306")
    parser.add_argument("--faults", default="none,all")
    parser.add_argument("--events", type=int, default=400)
    parser.add_argument("--keep", type=Path, help="Folder of networks and incidents, kept.")
    given = parser.parse_args()
    first, last = (int(word) for word in (given.seeds + "-" + given.seeds).split("-")[:2])
    with tempfile.TemporaryDirectory() as spare:
        for faults in given.faults.split(","):
            run(faults, range(first, last + 1), given.events, given.keep or Path(spare))


def run(faults: str, seeds: range, events: int, keep: Path) -> None:
    """Measure all seeds with the same faults."""
    ways = ("assignment", "nearest", "true events")
    tally = {(way, what): Tally() for way in ways for what in ("reports", "fires")}
    bins: dict[str, list[tuple[float, bool]]] = {"reports": [], "fires": []}
    own: list[tuple[bool, float]] = []
    for seed in seeds:
        folder, out = prepared(faults, seed, events, keep)
        truth, output = read_truth(folder / "truth"), read_output(out)
        tables, incidents = read_input(paths_in(folder)), pq.read_table(out / "incidents.parquet")
        ideal, ideal_table = true_incidents(truth)
        said = {
            "assignment": (output, assigned(tables, incidents)),
            "nearest": (output, nearest(tables, incidents)),
            "true events": (ideal, assigned(tables, ideal_table)),
        }
        own += own_incidents(truth, tables, incidents)
        for way, (engine, (reports, fires)) in said.items():
            for what, links in (("reports", reports), ("fires", fires)):
                true = truth.report_event if what == "reports" else truth.fire_event
                judged = judge(truth, engine, links, true, near=what == "reports")
                tally[way, what].add(true, judged)
                if way == "assignment":
                    bins[what] += [(p, right) for _, right, p in judged]
    print(f"\nfaults: {faults}; {events} events; seeds {seeds.start} to {seeds.stop - 1}")
    right = sum(ok for ok, _ in own)
    said_own = sum(p for _, p in own)
    print(f"  incidents of reports alone: {len(own)}, right {right}, said {said_own:.1f}")
    for (way, what), one in tally.items():
        print(f"  {what:8} {way:12} {one.text()}")
    for what, pairs in bins.items():
        reliability(what, pairs)


def prepared(faults: str, seed: int, events: int, keep: Path) -> tuple[Path, Path]:
    """Draw and associate a network, unless that was done before."""
    name = f"{faults}-{events}-{seed}"
    folder, out = keep / name, keep / f"out-{name}"
    if not (out / "incidents.parquet").is_file():
        size = {"network": "line", "sensors": 300, "events": events, "hours": 6.0}
        settings = NetworkSettings(seed=seed, faults=faults_of(faults), **size)
        folder.mkdir(parents=True, exist_ok=True)
        write_network(folder, simulate_network(settings))
        associate_files(paths_in(folder), out, threads=2)
    return folder, out


def assigned(given: AssociationInput, incidents: pa.Table) -> tuple[Links, Links]:
    """Give reports and fires as the engine does."""
    found = joined(given, incidents)
    return _links(found.report_members, "report_id"), _links(found.fire_members, "fire_id")


def _links(table: pa.Table, name: str) -> Links:
    columns = (table[key].to_pylist() for key in ("incident_id", name, "probability"))
    return [(str(a), str(b), p) for a, b, p in zip(*columns, strict=True)]


def own_incidents(
    truth: Truth, given: AssociationInput, incidents: pa.Table
) -> list[tuple[bool, float]]:
    """Tell of each incident of reports alone whether its members speak of one salvo, and what it said."""
    found = joined(given, incidents)
    chance = found.reported_incidents["probability"].to_pylist()
    members: dict[int, list[int | None]] = {number: [] for number in range(len(chance))}
    for row in found.reported_members.to_pylist():
        name, true = row["report_id"], truth.report_event
        if name is None:
            name, true = row["fire_id"], truth.fire_event
        event = true[str(name)]
        members[row["reported_id"]].append(
            None if event is None else int(truth.events.salvo[event])
        )
    return [
        (len(set(of)) == 1 and None not in of, p)
        for of, p in zip(members.values(), chance, strict=True)
    ]


def nearest(given: AssociationInput, incidents: pa.Table) -> tuple[Links, Links]:
    """Give each report and fire to the nearest sound incident of the same minutes or hours."""
    sound = numbers(incidents, "probability") >= 0.5
    table = incidents.filter(pa.array(sound))
    reports = [] if given.reports is None else _nearest_reports(given.reports, table)
    return reports, [] if given.fires is None else _nearest_fires(given.fires, table)


def _nearest_reports(reports: pa.Table, incidents: pa.Table) -> Links:
    """Take the middle of the sector; within two standard errors of time and 3 km."""
    middle = (numbers(reports, "range_min_m") + numbers(reports, "range_max_m")) / 2
    way, late = np.deg2rad(numbers(reports, "bearing_deg")), 2 * numbers(reports, "time_sigma_s")
    east, north = middle * np.sin(way), middle * np.cos(way)
    return _closest(reports, incidents, "report_id", (east, north), 3000.0, (-late, late))


def _nearest_fires(fires: pa.Table, incidents: pa.Table) -> Links:
    """Within a pixel's side and three hours before."""
    none = np.zeros(fires.num_rows)
    pixel = numbers(fires, "pixel_m")
    return _closest(fires, incidents, "fire_id", (none, none), pixel, (none, none + 3 * 3600))


def _closest(
    told: pa.Table, incidents: pa.Table, name: str, shift: Any, gate: Any, window: Any
) -> Links:
    if not incidents.num_rows:
        return []
    time, at = seconds(told["time"], 0), seconds(incidents["time"], 0)
    lon, lat = numbers(told, "lon"), numbers(told, "lat")
    gate = np.broadcast_to(gate, time.shape)
    links: Links = []
    for row, key in enumerate(told[name].to_pylist()):
        east, north = offsets_m(
            lon[row], lat[row], numbers(incidents, "lon"), numbers(incidents, "lat")
        )
        away = np.hypot(east - shift[0][row], north - shift[1][row])
        before = time[row] - at
        away[(before < window[0][row]) | (before > window[1][row])] = np.inf
        if away.min() <= gate[row]:
            best = int(np.argmin(away))
            links.append((str(incidents["incident_id"][best].as_py()), str(key), 1.0))
    return links


def true_incidents(truth: Truth) -> tuple[Output, pa.Table]:
    """Give the events that four sensors heard as if an engine had found each of them."""
    events = truth.events
    rows = np.flatnonzero(events.direct >= ENOUGH)
    cov = np.where(np.isnan(events.bound_m2), [2500.0, 0.0, 2500.0], events.bound_m2)[rows]
    number = np.flatnonzero(np.isin(truth.event_of, rows) & (truth.mark_of == DIRECT))
    names = [str(row) for row in rows]
    output = Output(
        names,
        events.time_s[rows],
        events.lon[rows],
        events.lat[rows],
        cov,
        np.ones(len(rows)),
        events.direct[rows],
        [str(truth.event_of[one]) for one in number],
        number,
        [],
        [],
        None,
    )
    time = (events.time_s[rows] * 1e9).round().astype(np.int64)
    table = pa.table(
        {
            "incident_id": pa.array(rows, pa.int64()),
            "time": pa.array(time).cast(pa.timestamp("ns", "UTC")),
            "time_sigma_s": np.full(len(rows), 0.05),
            "lon": output.lon,
            "lat": output.lat,
            "cov_ee_m2": cov[:, 0],
            "cov_en_m2": cov[:, 1],
            "cov_nn_m2": cov[:, 2],
            "probability": np.full(len(rows), 0.99),
        }
    )
    return output, table


def judge(
    truth: Truth, output: Output, links: Links, true: dict[str, int | None], *, near: bool
) -> list[tuple[str, bool, float]]:
    """Tell of each link to an incident that counts whether it is right, by the score's own rule."""
    found = match(truth, replace(output, report_members=[], fire_members=[]))
    row_of = {output.incident_id[row]: row for row in found.counted}
    judged = []
    for incident, key, probability in links:
        if incident not in row_of:
            continue
        got, event = int(found.event_of[row_of[incident]]), true[key]
        right = (
            event is not None and got >= 0 and (got == event or (near and _same(truth, got, event)))
        )
        judged.append((key, bool(right), probability))
    return judged


def _same(truth: Truth, one: int, other: int) -> bool:
    true = truth.events
    a, b = np.array([one]), np.array([other])
    away = np.hypot(*between(true.lon[a], true.lat[a], true.lon[b], true.lat[b]))[0]
    return bool(away <= SALVO_M and abs(true.time_s[one] - true.time_s[other]) <= SALVO_S)


def reliability(what: str, pairs: list[tuple[float, bool]]) -> None:
    """Print how often links of each probability are right."""
    if not pairs:
        return
    p, right = (np.array(column, float) for column in zip(*pairs, strict=True))
    number = np.clip(np.searchsorted(BINS, p, side="right") - 1, 0, len(BINS) - 2)
    gap = 0.0
    for b in np.unique(number):
        own = number == b
        gap += abs(p[own].sum() - right[own].sum())
        print(
            f"    {what} said {BINS[b]:.2f}-{BINS[b + 1]:.2f}: {own.sum():3d}, "
            f"mean {p[own].mean():.2f}, right {right[own].mean():.2f}"
        )
    print(
        f"    {what}: calibration error {gap / len(p):.3f}, Brier {((p - right) ** 2).mean():.3f}"
    )


if __name__ == "__main__":
    main()
