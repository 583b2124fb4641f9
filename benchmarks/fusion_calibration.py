"""Are the probabilities and ellipses of fusion right on simulated days that it has not seen?

python benchmarks/fusion_calibration.py --learn 0:60 --check 1000:1060 --svg docs/img/reliability.svg

Learns the figures of ``Acoustics`` on the first seeds and prints them; then fuses the other seeds
with the figures that ship, and prints reliability, ellipses, precision and recall, once as
simulated by default and once each for worse noise, fewer masts and more false alarms. Nothing is
written to disk but the diagram.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from time import process_time
from types import MappingProxyType

import numpy as np
import pyarrow as pa
from scipy.optimize import minimize

from truceline.adapters import claims, firms, patrol, reports, stations
from truceline.adapters.interface import Adapter, ParseContext, Parsed
from truceline.codec.agreement import load_agreement
from truceline.codec.taxonomy import taxonomy
from truceline.fusion import background_learn
from truceline.fusion.arrays import fusable
from truceline.fusion.background_posterior import posterior
from truceline.fusion.calibrate import LOG_ODDS_BEND, Acoustics, Calibration, learn
from truceline.fusion.engine import Fused, HeatView, Standards, fuse, learnable
from truceline.fusion.network import acoustic, network_of
from truceline.fusion.network_events import events_of
from truceline.fusion.sounds import taught_by
from truceline.model.coverage import Coverage
from truceline.model.network import NetworkFacts
from truceline.model.place import CHI2_90
from truceline.pipeline.calibration import ACOUSTICS
from truceline.pipeline.heat import heat_view
from truceline.pipeline.shipped import agreement_folder
from truceline.simulation.day import SimulatedDay, simulate_day
from truceline.simulation.matching import Matching, ScoredIncident, match
from truceline.simulation.score import score
from truceline.simulation.scorecard import Score
from truceline.simulation.settings import Settings
from truceline.simulation.theatre import BOX, measured
from truceline.simulation.truth import Truth, truth_of
from truceline.simulation.write import raw_files

DAY = date(2026, 5, 12)
FILES: tuple[tuple[Adapter, str], ...] = (
    (stations.ADAPTER, "sensors.csv"),
    (stations.ADAPTER, "stations.csv"),
    (patrol.ADAPTER, "patrol.csv"),
    (patrol.ADAPTER, "patrol.txt"),
    (firms.ADAPTER, "viirs.csv"),
    (reports.ADAPTER, "reports.csv"),
    (claims.ADAPTER, "claims.csv"),
)
WORLDS = MappingProxyType(
    {
        "as simulated by default": Settings(),
        "noise 1.5": Settings(noise=1.5),
        "6 masts, 3 of them with two sensors": Settings(masts=6, twin_masts=3),
        "2.4 false alarms an hour": Settings(false_alarms_per_h=2.4),
    }
)
NEUTRAL = replace(
    ACOUSTICS,
    log_odds_scale=1.0,
    log_odds_shift=0.0,
    many_log_odds_scale=1.0,
    many_log_odds_shift=0.0,
    covariance_scale=1.0,
    few_covariance_scale=1.0,
    bare_covariance_scale=1.0,
)
"""With these a sound's odds are its bent evidence, and its ellipse is as solved."""


@dataclass(frozen=True, slots=True)
class Day:
    """One simulated day as fusion sees it, and the truth."""

    table: pa.Table
    coverage: tuple[Coverage, ...]
    network: NetworkFacts
    heat: HeatView
    truth: Truth


@dataclass(frozen=True, slots=True)
class Checked:
    """What came out of one day."""

    seconds: float
    score: Score
    rows: tuple[tuple[float, bool, bool, str], ...]
    """Of every incident: probability, right, right about the salvo, who tells of it."""
    inside: tuple[bool, ...]
    """Of every right incident: does its 90 % ellipse hold the truth."""
    away_m: tuple[float, ...]
    missed: int
    """Events with two witnesses of which no incident is right."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Sounds of one day before calibration: bent evidence, right, facts, squared error, of few."""

    rows: tuple[tuple[float, bool, int, float, bool], ...]
    taught: bool
    """Whether the network taught its own model."""


@cache
def standards() -> Standards:
    procedure = load_agreement(agreement_folder("riverline")).procedure
    return Standards(
        procedure.prior_odds,
        procedure.reliability_log_lr,
        procedure.credibility_log_lr,
        procedure.same_side_discount,
    )


def parsed(adapter: Adapter, name: str, raw: bytes) -> Parsed:
    return adapter.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), name, BOX))


def simulated(seed: int, settings: Settings) -> SimulatedDay:
    return simulate_day(np.random.default_rng(seed), DAY, settings)


def day_of(seed: int, settings: Settings) -> Day:
    """Simulate one day and read its files with the adapters."""
    day = simulated(seed, settings)
    files = raw_files(day)
    past = parsed(firms.ADAPTER, "viirs.csv", files["heat-history.csv"]).observations
    lon, lat = (past[name].to_numpy(zero_copy_only=False).astype(float) for name in ("lon", "lat"))
    days = past["phenomenon_end"].to_numpy(zero_copy_only=False).astype("datetime64[D]")
    background = posterior(background_learn.learn(lon, lat, days, about={}).table)
    read = [parsed(adapter, name, files[name]) for adapter, name in FILES]
    table = pa.concat_tables([part.observations for part in read]).sort_by("observation_id")
    coverage = tuple(stretch for part in read for stretch in part.coverage)
    network = sum((part.network for part in read), NetworkFacts())
    return Day(table, coverage, network, heat_view(background, table), truth_of(day))


def calibration_of(day: Day, acoustics: Acoustics) -> Calibration:
    taught = taught_by(fusable(day.table, taxonomy()), acoustics, day.coverage, day.network)
    learned = learn(learnable(day.table, taxonomy(), standards()), acoustics, "")
    network, enough = taught if taught is not None else (None, False)
    return replace(learned, network=network, network_learned=enough)


def fused(day: Day, acoustics: Acoustics = ACOUSTICS) -> Fused:
    calibration = calibration_of(day, acoustics)
    return fuse(
        day.table, taxonomy(), standards(), calibration, day.heat, day.coverage, day.network
    )


def scored(result: Fused) -> list[ScoredIncident]:
    return [
        ScoredIncident(
            f"I{number:04}", i.time.start, i.time.end, i.lon, i.lat, i.cov_ee_m2, i.cov_en_m2,
            i.cov_nn_m2, i.probability, i.kind, tuple(m.observation_id for m in i.members),
        )
        for number, i in enumerate(result.incidents)
    ]  # fmt: skip


def matched(truth: Truth, incidents: Sequence[ScoredIncident]) -> Matching:
    """Match every incident, improbable ones too."""
    return match(truth, [replace(i, probability=1.0) for i in incidents])


def squared(incident: ScoredIncident, truth: Truth, event: str) -> tuple[float, float]:
    """Give the squared Mahalanobis distance and the distance (m) from an incident to its event."""
    true = next(e for e in truth.events if e.id == event)
    away, azimuth = measured(incident.lon, incident.lat, true.lon, true.lat)
    east = float(away) * np.sin(np.deg2rad(float(azimuth)))
    north = float(away) * np.cos(np.deg2rad(float(azimuth)))
    ee, en, nn = incident.cov_ee_m2, incident.cov_en_m2, incident.cov_nn_m2
    return (nn * east**2 - 2 * en * east * north + ee * north**2) / (ee * nn - en**2), float(away)


def checked(seed: int, settings: Settings) -> Checked:
    """Fuse one day with the figures that ship, and compare it with the truth."""
    day = day_of(seed, settings)
    before = process_time()
    incidents = scored(fused(day))
    seconds = process_time() - before
    found, result = matched(day.truth, incidents), score(day.truth, incidents)
    rows = tuple(
        (i.probability, i.id in found.event_of, i.id in found.salvo_of, _tells(i))
        for i in incidents
    )
    errors = [
        squared(i, day.truth, found.event_of[i.id]) for i in incidents if i.id in found.event_of
    ]
    missed = round((1 - result.recall[2]) * result.observable[2])
    return Checked(
        seconds,
        result,
        rows,
        tuple(square <= CHI2_90 for square, _ in errors),
        tuple(away for _, away in errors),
        missed,
    )


def _tells(incident: ScoredIncident) -> str:
    sources = {m.split(":", 1)[0] for m in incident.members}
    people = sorted(sources & {"patrol", "reports"})
    if "stations" in sources:
        return "stations with people" if people else "stations alone"
    return " and ".join(people) + " alone"


def heard(seed: int) -> Heard:
    """Find the sounds of one day with neutral figures."""
    day = day_of(seed, Settings())
    arrivals = acoustic(fusable(day.table, taxonomy()))
    known, learned = taught_by(arrivals, NEUTRAL, day.coverage, day.network)
    network = network_of(arrivals, day.network, day.coverage, {})
    o = events_of(network, known, NEUTRAL, learned=learned)
    ids = arrivals["observation_id"].to_pylist()
    moments = [datetime.fromtimestamp(t, UTC) for t in o.time_s.tolist()]
    incidents = [
        ScoredIncident(
            f"S{n:04}", moments[n], moments[n], float(o.lon[n]), float(o.lat[n]),
            *_three(o.cov[n]), 1.0, "explosion", tuple(ids[row] for row in rows.tolist()),
        )
        for n, rows in enumerate(o.members)
    ]  # fmt: skip
    found, facts = matched(day.truth, incidents), _facts(day.table)
    rows = []
    for n, i in enumerate(incidents):
        event = found.event_of.get(i.id)
        square = squared(i, day.truth, event)[0] if event else np.nan
        number = len(set().union(*(facts[m] for m in i.members)))
        rows.append((float(o.log_odds[n]), event is not None, number, square, bool(o.few[n])))
    return Heard(tuple(rows), learned)


def _three(cov: np.ndarray) -> tuple[float, float, float]:
    return float(cov[0, 0]), float(cov[0, 1]), float(cov[1, 1])


def _facts(table: pa.Table) -> dict[str, set[tuple[str, bool]]]:
    """Give for each arrival what it tells: the time at its mast, and a bearing from there."""
    names = ["observation_id", "independence_groups", "bearing_deg"]
    return {
        row["observation_id"]: {
            (g, told)
            for g in row["independence_groups"]
            for told in (False, True)
            if not told or row["bearing_deg"] is not None
        }
        for row in table.select(names).to_pylist()
    }


def hearing_counts(seed: int) -> list[tuple[bool, float, bool]]:
    """Give quiet or not, distance (m) and heard or not of each event at each sensor without outage."""
    day = simulated(seed, Settings())
    got = {(pick.event, pick.sensor.id) for pick in day.detections}
    ears = [s for s in day.sensors if len(s.alive) == 1]
    lons, lats = [s.lon for s in ears], [s.lat for s in ears]
    return [
        (event.kind == "fire.small-arms", away, (event.id, ear.id) in got)
        for event in day.events
        for ear, away in zip(
            ears, measured(event.lon, event.lat, lons, lats)[0].tolist(), strict=True
        )
        if away < 25_000
    ]


def fitted_hearing(rows: Iterable[tuple[bool, float, bool]]) -> tuple[float, float, float]:
    """Fit probability beside the sensor, distance of half and relative width, by likelihood."""
    away, got = (np.array(column) for column in zip(*[(a, g) for _, a, g in rows], strict=True))

    def loss(p: np.ndarray) -> float:
        chance = np.clip(p[0] / (1 + np.exp((away / p[1] - 1) / p[2])), 1e-9, 1 - 1e-9)
        return -float(np.log(np.where(got, chance, 1 - chance)).sum())

    best, half, width = minimize(loss, [0.95, 9_000.0, 0.2], method="Nelder-Mead").x
    return float(best), float(half), float(width)


def fitted_odds(feature: np.ndarray, right: np.ndarray) -> tuple[float, float, float]:
    """Fit scale and shift by maximum likelihood (Platt 1999); give the log-likelihood too."""

    def loss(p: np.ndarray) -> float:
        return float(np.logaddexp(0, np.where(right, -1, 1) * (p[0] * feature + p[1])).sum())

    fit = minimize(loss, [1.0, 0.0], method="Nelder-Mead")
    return float(fit.x[0]), float(fit.x[1]), -float(fit.fun)


def print_learned(days: Sequence[Heard], counts: Sequence[tuple[bool, float, bool]]) -> None:
    print(f"\nnetworks that taught their own model: {sum(d.taught for d in days)} of {len(days)}")
    every = np.array([row for day in days if not day.taught for row in day.rows], float)
    for name, some in (("many", every[every[:, 4] == 0]), ("few", every[every[:, 4] == 1])):
        print(f"sounds that {name} heard: {len(some)}, {some[:, 1].mean():.3f} of them right")
    few = every[every[:, 4] == 1]
    feature, right = few[:, 0], few[:, 1] > 0
    scale, shift, likelihood = fitted_odds(feature, right)
    straight = fitted_odds(LOG_ODDS_BEND * np.sinh(feature), right)[2]
    print("figure | learned | shipped")
    print(f"log_odds_scale | {scale:.3f} | {ACOUSTICS.log_odds_scale}")
    print(f"log_odds_shift | {shift:.3f} | {ACOUSTICS.log_odds_shift}")
    many = every[every[:, 4] == 0]
    scale, shift, _ = fitted_odds(many[:, 0], many[:, 1] > 0)
    print(f"many_log_odds_scale | {scale:.3f} | {ACOUSTICS.many_log_odds_scale}")
    print(f"many_log_odds_shift | {shift:.3f} | {ACOUSTICS.many_log_odds_shift}")
    print(f"log-likelihood of few {likelihood:.1f}; with evidence not bent {straight:.1f}")
    good = every[every[:, 1] > 0]
    bare, of_few = good[:, 2] <= 3, good[:, 4] == 1
    for name, some in (
        ("covariance_scale", ~of_few),
        ("few_covariance_scale", of_few & ~bare),
        ("bare_covariance_scale", of_few & bare),
    ):
        value = np.quantile(good[some, 3], 0.9) / CHI2_90
        print(f"{name} ({some.sum()} right sounds) | {value:.2f} | {getattr(ACOUSTICS, name)}")
    for name, quiet in (("hearing_range_m", False), ("quiet_range_m", True)):
        best, half, width = fitted_hearing([c for c in counts if c[0] == quiet])
        print(
            f"{name} | {half:.0f} (beside {best:.2f}, width {width:.2f}) | {getattr(ACOUSTICS, name):.0f}"
        )


def print_reliability(days: Sequence[Checked]) -> None:
    rows = [row for day in days for row in day.rows]
    p, right, salvo = (
        np.array(column, float) for column in zip(*[r[:3] for r in rows], strict=True)
    )
    print(
        "\n| said | incidents | mean said | right | one binomial error | right about the salvo |\n|---|---|---|---|---|---|"
    )
    for low, inside in bins(p):
        mean, n = p[inside].mean(), int(inside.sum())
        error = np.sqrt(mean * (1 - mean) / n)
        print(
            f"| {low:.1f} to {low + 0.1:.1f} | {n} | {mean:.3f} | {right[inside].mean():.3f} | {error:.3f} | {salvo[inside].mean():.3f} |"
        )
    print(
        "\n| who tells | incidents | mean said | right | right about the salvo |\n|---|---|---|---|---|"
    )
    groups: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        groups[row[3]].append(number)
    for name, some in sorted(groups.items()):
        print(
            f"| {name} | {len(some)} | {p[some].mean():.3f} | {right[some].mean():.3f} | {salvo[some].mean():.3f} |"
        )


def bins(p: np.ndarray) -> list[tuple[float, np.ndarray]]:
    number = np.minimum((p * 10 + 1e-9).astype(int), 9)
    return [(b / 10, number == b) for b in range(10) if (number == b).any()]


def ece(p: np.ndarray, outcome: np.ndarray) -> float:
    """Expected calibration error over ten bins."""
    return float(sum(i.sum() * abs(p[i].mean() - outcome[i].mean()) for _, i in bins(p)) / len(p))


def figures(days: Sequence[Checked]) -> dict[str, str]:
    """Pool the days of one world."""
    rows = [row for day in days for row in day.rows]
    p, right = np.array([r[0] for r in rows]), np.array([r[1] for r in rows], float)
    counts = p >= 0.5
    square, missed = float(((p - right) ** 2)[counts].sum()), sum(d.missed for d in days)
    scores = [d.score for d in days]
    able = {k: sum(s.observable[k] for s in scores) for k in (1, 2, 4)}
    recall = {k: sum(s.recall[k] * s.observable[k] for s in scores) / able[k] for k in able}
    inside = np.array([i for d in days for i in d.inside])
    by_day = [(sum(d.inside), len(d.inside)) for d in days]
    clustered = np.sqrt(sum((k - n * inside.mean()) ** 2 for k, n in by_day)) / len(inside)
    n = int(counts.sum())
    return {
        "days": str(len(days)),
        "incidents that count": str(n),
        "precision": f"{sum(s.right for s in scores) / n:.3f}",
        "recall (2 witnesses)": f"{recall[2]:.3f}",
        "recall (4)": f"{recall[4]:.3f}",
        "ECE, all incidents": f"{ece(p, right):.3f}",
        "ECE, those that count": f"{ece(p[counts], right[counts]):.3f}",
        "Brier": f"{square / n:.3f}",
        "Brier counting misses": f"{(square + missed) / (n + missed):.3f}",
        "truth in the 90 % ellipse": f"{inside.mean():.3f} of {len(inside)}",
        "its binomial error; by whole days": f"{np.sqrt(0.09 / len(inside)):.3f}; {clustered:.3f}",
        "median location error (m)": f"{np.median([a for d in days for a in d.away_m]):.0f}",
        "salvo precision": f"{np.mean([s.salvo_precision for s in scores]):.3f}",
        "salvo recall": f"{np.mean([s.salvo_recall for s in scores]):.3f}",
        "faults": str(sum(len(s.faults) for s in scores)),
        "s a day, longest": f"{np.mean([d.seconds for d in days]):.2f}, {max(d.seconds for d in days):.2f}",
    }


def diagram(days: Sequence[Checked]) -> str:
    """Draw said against right, with two binomial errors; the area of a dot is its incidents."""
    p, right = (np.array([r[k] for d in days for r in d.rows], float) for k in (0, 1))
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320" role="img" font-size="11">',
        "<title>Reliability of incident probabilities on simulated days not seen</title>",
        '<rect width="320" height="320" fill="white"/>',
        '<path d="M40 280H290M40 280V30" stroke="black" fill="none"/>',
        '<path d="M40 280L290 30" stroke="gray" stroke-dasharray="4 3"/>',
        '<text x="165" y="312" text-anchor="middle">probability said</text>',
        '<text x="12" y="155" text-anchor="middle" transform="rotate(-90 12 155)">share right</text>',
    ]
    for tick in (0.0, 0.5, 1.0):
        parts.append(f'<text x="{40 + 250 * tick:.0f}" y="295" text-anchor="middle">{tick}</text>')
        parts.append(f'<text x="35" y="{284 - 250 * tick:.0f}" text-anchor="end">{tick}</text>')
    for _, inside in bins(p):
        said, seen, n = p[inside].mean(), right[inside].mean(), int(inside.sum())
        error = 2 * np.sqrt(said * (1 - said) / n)
        x, y = 40 + 250 * said, 280 - 250 * seen
        low, high = (280 - 250 * np.clip(seen + s * error, 0, 1) for s in (-1, 1))
        size = 1.5 + np.sqrt(n) / 6
        parts.append(f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="#1f5fa8"/>')
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="#1f5fa8"><title>{n}</title></circle>'
        )
    return "\n".join([*parts, "</svg>\n"])


def span(text: str) -> range:
    low, high = (int(part) for part in text.split(":"))
    return range(low, high)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--learn", type=span, default=range(0))
    parser.add_argument("--check", type=span, default=range(0))
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args(arguments)
    if set(given.learn) & set(given.check):
        parser.error("the seeds to learn from and those to check must be disjoint")
    with ProcessPoolExecutor(given.jobs) as pool:
        if given.learn:
            counts = [c for part in pool.map(hearing_counts, given.learn) for c in part]
            print_learned(list(pool.map(heard, given.learn)), counts)
        if given.check:
            check(given.check, given.svg, pool)


def check(seeds: range, svg: Path | None, pool: ProcessPoolExecutor) -> None:
    """Print the tables for the seeds; the harder worlds take a third of them."""
    columns = {}
    for name, settings in WORLDS.items():
        some = seeds if settings == Settings() else seeds[: max(len(seeds) // 3, 1)]
        days = list(pool.map(partial(checked, settings=settings), some))
        columns[name] = figures(days)
        if settings == Settings():
            print_reliability(days)
            if svg is not None:
                svg.parent.mkdir(parents=True, exist_ok=True)
                svg.write_text(diagram(days), encoding="utf-8")
    print("\n| | " + " | ".join(columns) + " |\n|" + "---|" * (len(columns) + 1))
    for name in next(iter(columns.values())):
        print(f"| {name} | " + " | ".join(column[name] for column in columns.values()) + " |")


if __name__ == "__main__":
    main(sys.argv[1:])
