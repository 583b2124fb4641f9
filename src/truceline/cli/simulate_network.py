"""The part of `truceline simulate` that writes a network of sensors."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import typer

from truceline.cli.screen import out, print_json

_USE = {
    "sensors": "where the sensors stand and how good they are",
    "detections": "what they noted",
    "outages": "when they were dead",
    "weather": "sound speed and wind, as a model tells them",
    "reports": "what patrols heard and where they looked",
    "fires": "heat seen by satellites",
}


def simulate_into(
    folder: Path, network: str, seed: int, day: str, json: bool, asked: dict[str, Any]
) -> None:
    """Simulate a network into a new or empty folder and tell what was written.

    Raises:
        typer.BadParameter: when a figure is out of its range or the folder is in use.
    """
    from truceline.simulation.network.settings import (  # noqa: PLC0415 - loaded when asked for
        NetworkSettings,
        faults_of,
    )
    from truceline.simulation.network.world import simulate_network  # noqa: PLC0415 - the same
    from truceline.simulation.network.write import write_network  # noqa: PLC0415 - the same

    wanted = {name: value for name, value in asked.items() if value is not None}
    if "faults" in wanted:
        wanted["faults"] = faults_of(wanted["faults"])
    start = datetime.combine(day_of(day), time(), UTC)
    try:
        settings = NetworkSettings(network=network, seed=seed, start=start, **wanted)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    take_folder(folder)
    _tell(write_network(folder, simulate_network(settings)), json)


def day_of(text: str) -> date:
    """Read a day.

    Raises:
        typer.BadParameter: when it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it as 2026-05-12") from None


def take_folder(folder: Path) -> None:
    """Make a folder unless it is there.

    Raises:
        typer.BadParameter: when there is something in it.
    """
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise typer.BadParameter(f"{folder} holds something; give a new or empty folder")
    folder.mkdir(parents=True, exist_ok=True)


def _tell(paths: list[Path], json: bool) -> None:
    uses = [(path, _USE.get(path.stem) if path.parent.name != "truth" else None) for path in paths]
    if json:
        print_json([{"file": str(path), "use": use} for path, use in uses])
        return
    for path, use in uses:
        out.print(f"{path}  {use or 'the truth, for the score only'}", markup=False)
