"""Simulate a day of the fictional theatre: raw files to ingest, and the truth behind them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import typer

from truceline.cli.screen import out, print_json
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
    json: bool = typer.Option(False, "--json", help="Print JSON for a program."),
) -> None:
    """Write the raw files of one simulated day of riverline, and the truth behind them.

    Example: truceline simulate --out day --seed 7
    """
    try:
        when = date.fromisoformat(day)
    except ValueError:
        raise typer.BadParameter(f"{day!r} is no day; write it as 2026-05-12") from None
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise typer.BadParameter(f"{folder} holds something; give a new or empty folder")
    folder.mkdir(parents=True, exist_ok=True)
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
