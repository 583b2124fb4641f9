"""Simulate a day of the fictional theatre, or a network of sensors, and the truth behind it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import typer

from truceline.cli.screen import out, print_json
from truceline.cli.simulate_network import day_of, simulate_into, take_folder
from truceline.demo.examples import RIVERLINE_DAY, RIVERLINE_FILES
from truceline.simulation.day import simulate_day
from truceline.simulation.settings import Settings
from truceline.simulation.write import raw_files

OUT = typer.Option(..., "--out", help="New or empty folder for the files.")
_KEPT_APART = {
    "heat-history.csv": "past fires, for `truceline background`",
    "truth.json": "what happened, never ingested",
}


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("simulate")(simulate)


def simulate(
    folder: Path = OUT,
    seed: int = typer.Option(7, min=0, help="The same seed gives the same bytes."),
    day: str = typer.Option(
        RIVERLINE_DAY.isoformat(), help="Local day of the theatre.", metavar="YYYY-MM-DD"
    ),
    network: str = typer.Option(
        None, "--network", metavar="line|country", help="A sensor network in place of riverline."
    ),
    sensors: int = typer.Option(None, min=1, help="With --network: sensors.  [default: 1000]"),
    events: int = typer.Option(None, min=0, help="With --network: events.  [default: 1100]"),
    hours: float = typer.Option(None, help="With --network: time observed.  [default: 24]"),
    length_km: float = typer.Option(
        None, help="With --network line: its length.  [default: 1 km a sensor, at most 1000]"
    ),
    faults: str = typer.Option(
        None, help="With --network: all, none, or echo,clock,...  [default: none]"
    ),
    json: bool = typer.Option(False, "--json", help="Print JSON for a program."),
) -> None:
    """Write a simulated day to ingest, or a network to associate, and the truth behind it.

    Without --network: the raw files of one day of riverline. With it: the sensors, detections and
    weather that `truceline associate` reads; what happened stands apart, in the folder `truth`.

    Example: truceline simulate --out day --seed 7
    """
    asked = {
        "sensors": sensors,
        "events": events,
        "hours": hours,
        "length_km": length_km,
        "faults": faults,
    }
    if network is not None:
        simulate_into(folder, network, seed, day, json, asked)
        return
    if given := [name for name, value in asked.items() if value is not None]:
        raise typer.BadParameter(f"--{given[0].replace('_', '-')} goes with --network line|country")
    when = day_of(day)
    take_folder(folder)
    files = raw_files(simulate_day(np.random.default_rng(seed), when, Settings()))
    for name, data in files.items():
        (folder / name).write_bytes(data)
    _tell(folder, sorted(files), json)


def _tell(folder: Path, names: list[str], json: bool) -> None:
    source_of = {name: source for source, name in RIVERLINE_FILES}
    if json:
        print_json([{"file": str(folder / n), "source": source_of.get(n)} for n in names])
        return
    for name in names:
        use = f"source {source_of[name]}" if name in source_of else _KEPT_APART[name]
        out.print(f"{folder / name}  {use}", markup=False)
