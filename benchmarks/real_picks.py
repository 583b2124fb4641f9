"""Association and location on real data, beside rivals: prints Markdown.

    python benchmarks/real_picks.py [--part seismic] [--part labelled] [--part infrasound] [--scrambled]

Reads ``../shared/data`` beside the checkout (``--data`` to read elsewhere). PyOcto gets an
environment of its own under ``--scratch``; both associators use one thread and the same picks, and
seconds are those of the processor, since a machine has other work.
``--scrambled`` adds picks whose stations are moved against each other, where every event is false;
PyOcto takes minutes there.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyocto_picks
from pyocto_picks import run_pyocto
from pyproj import Geod
from real_data import EXPLOSIONS, BearingSet, Catalogue, PickSet, bearings, labelled, saltonsea
from real_infrasound import invented, plain_fit, told
from real_scores import Found, by_chance, labels_right, matched, well_supported

from truceline.fusion.bearings.locate import Source, locate
from truceline.fusion.phases.run import associate
from truceline.fusion.phases.settings import Settings, southern_california
from truceline.model.place import CHI2_90

RULES = ((2.0, 10_000.0), (3.0, 15_000.0), (5.0, 25_000.0))
"""Time and distance within which a found event is that of the catalogue; the middle one counts."""
_WGS84 = Geod(ellps="WGS84")
_MOVE_S = 8_337.0


def ours(picks: PickSet, settings: Settings) -> Found:
    begin = float(picks.time_s.min())
    start = time.process_time()
    got = associate(
        picks.lon, picks.lat, picks.station, picks.secondary, picks.time_s - begin, settings
    )
    took = time.process_time() - start
    return Found(got.time_s + begin, got.lon, got.lat, got.event, took)


def scrambled(picks: PickSet) -> PickSet:
    """Move each station's picks by its own time, round the end: rates stay, events are gone."""
    begin, span = picks.time_s.min(), np.ptp(picks.time_s)
    moved = begin + (picks.time_s - begin + picks.station * _MOVE_S) % span
    return replace(picks, time_s=moved)


def seismic(data: Path, python: Path, scratch: Path, *, false_too: bool) -> None:
    picks, truth = saltonsea(data / "saltonsea-2020")
    settings = southern_california()
    ours(picks.part(picks.time_s < picks.time_s.min() + 3600), settings)  # compiles
    moved = scrambled(picks)
    print("\n### Salton Sea, 48 h\n")
    print(
        "| associator | processor s | events | " + " | ".join(f"recall {t:g} s, {d / 1000:g} km" for t, d in RULES)
        + " | day one, day two | median distance km | further events | well supported | false |"
    )  # fmt: skip
    print("|---" * (9 + len(RULES) - 1) + "|")
    found = ours(picks, settings)
    wrong = len(ours(moved, settings).time_s) if false_too else None
    print(row("Truceline", found, picks, truth, wrong))
    for name, chosen in pyocto_picks.SALTONSEA.items():
        found = run_pyocto(python, picks, scratch / "pyocto", chosen)
        wrong = None
        if false_too and name in ("10 picks", "6 picks"):
            wrong = len(run_pyocto(python, moved, scratch / "pyocto", chosen).time_s)
        print(row(f"PyOcto, {name}", found, picks, truth, wrong), flush=True)


def row(name: str, found: Found, picks: PickSet, truth: Catalogue, false: int | None) -> str:
    recalls = [
        f"{len(matched(found, truth, *rule)) / len(truth.time_s):.3f} "
        f"({by_chance(found, truth, *rule):.3f})"
        for rule in RULES
    ]
    pairs = matched(found, truth, *RULES[1])
    second = truth.time_s >= picks.time_s.min() + 86400.0
    there = np.isin(np.arange(len(second)), [p[0] for p in pairs])
    days = f"{there[~second].mean():.3f}, {there[second].mean():.3f}"
    further = np.ones(len(found.time_s), bool)
    further[[p[1] for p in pairs]] = False
    well = int((well_supported(found, picks) & further).sum())
    away = np.median([p[2] for p in pairs]) / 1000
    cells = [name, f"{found.seconds:.1f}", len(found.time_s), *recalls, days, f"{away:.2f}"]
    return (
        "| "
        + " | ".join(str(c) for c in [*cells, further.sum(), well, "" if false is None else false])
        + " |"
    )


def with_labels(data: Path, python: Path, scratch: Path) -> None:
    picks, settings = labelled(data / "pyocto-tests")
    ours(picks, settings)  # compiles
    print("\n### Labelled picks, 50 events\n")
    print(
        "| associator | processor s | events | recovered | picks in the right event | wrong among associated |"
    )
    print("|---|---|---|---|---|---|")
    print(label_row("Truceline, layers", ours(picks, settings), picks))
    top, p, s = settings.p.top_m / 1000, settings.p.speed_m_s / 1000, settings.s.speed_m_s / 1000
    layers = np.column_stack([top, p, s]).tolist()
    for name, chosen in pyocto_picks.coast(layers).items():
        found = run_pyocto(python, picks, scratch / "pyocto", chosen)
        print(label_row(f"PyOcto, {name}", found, picks), flush=True)


def label_row(name: str, found: Found, picks: PickSet) -> str:
    count, right, wrong = labels_right(found, picks.label)
    cells = [name, f"{found.seconds:.2f}", len(found.time_s), count, f"{right:.4f}", f"{wrong:.4f}"]
    return "| " + " | ".join(str(c) for c in cells) + " |"


def infrasound(data: Path, simulations: int) -> None:
    print("\n### Explosions\n")
    print(
        "| explosion | error km | plain bearing fit km | chi-square of the truth (90 %: 4.6) "
        "| area of the 90 % ellipse km² | probability | own detections | processor s |"
    )
    print("|---" * 8 + "|")
    for name in EXPLOSIONS:
        given = bearings(data / "infrasound", name)
        start = time.process_time()
        source = locate(*told(given))[0]
        took = time.process_time() - start
        fit = error_km(plain_fit(given), given)
        own = ", ".join(str(i + 1) for i in np.flatnonzero(source.membership > 0.5))
        cells = [name, f"{error_km((source.lon, source.lat), given):.1f}", f"{fit:.1f}"]
        cells += [f"{source.square(*given.truth):.2f}", f"{source.area_km2(CHI2_90):.0f}"]
        print("| " + " | ".join([*cells, f"{source.probability:.3f}", own, f"{took:.1f}"]) + " |")
    if simulations:
        calibration(simulations)


def error_km(place: tuple[float, float], given: BearingSet) -> float:
    return float(_WGS84.inv(*place, *given.truth)[2]) / 1000


def calibration(count: int) -> None:
    """Locate invented explosions; the first source within 200 km of the truth is taken as found."""
    inside, errors, areas, missed = 0, [], [], 0
    for seed in range(count):
        case = invented(np.random.default_rng(seed))
        near: list[Source] = [
            s for s in locate(*told(case.given)) if error_km((s.lon, s.lat), case.given) < 200
        ]
        if not near:
            missed += 1
            continue
        inside += near[0].square(*case.given.truth) < CHI2_90
        errors.append(error_km((near[0].lon, near[0].lat), case.given))
        areas.append(near[0].area_km2(CHI2_90))
    found = count - missed
    print(
        f"\nInvented explosions: {count}; not found {missed}; 90 % ellipses hold {inside / found:.3f} "
        f"of {found} (± {1.96 * np.sqrt(0.09 / found):.3f} by chance); median error "
        f"{np.median(errors):.1f} km, median area {np.median(areas):.0f} km²"
    )


def main() -> None:
    shared = Path(__file__).parents[1] / ".." / "shared" / "data"
    parser = argparse.ArgumentParser(description="Association and location on real data.")
    parser.add_argument("--data", type=Path, default=shared)
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()) / "real-picks")
    parser.add_argument("--part", action="append", choices=("seismic", "labelled", "infrasound"))
    parser.add_argument("--scrambled", action="store_true")
    parser.add_argument("--simulations", type=int, default=100)
    said = parser.parse_args()
    parts = said.part or ["seismic", "labelled", "infrasound"]
    if not said.data.is_dir():
        parser.error(f"{said.data} is not there: give the folder of the real data with --data")
    if "infrasound" in parts:
        infrasound(said.data, said.simulations)
    if set(parts) - {"infrasound"}:
        python = pyocto_picks.ready(said.scratch / "environment")
        if "labelled" in parts:
            with_labels(said.data, python, said.scratch)
        if "seismic" in parts:
            seismic(said.data, python, said.scratch, false_too=said.scrambled)


if __name__ == "__main__":
    main()
