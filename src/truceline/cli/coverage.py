"""Where a network was listening, and how much it did not hear."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from truceline.cli.associate import FOLDER, JSON, THREADS
from truceline.cli.coverage_words import as_json, in_words
from truceline.cli.screen import busy, err, out, print_json

if TYPE_CHECKING:
    from truceline.pipeline.coverage_files import CoverageOptions

INCIDENTS = typer.Option(..., "--incidents", help="Folder that `truceline associate` wrote.")
OUT = typer.Option(..., "--out", help="Folder for coverage, cells and rates.")
CELL = typer.Option(1000.0, "--cell-m", min=100.0, help="Side of a cell of the grid, in metres.")
REACH = typer.Option(
    10_000.0, "--reach-m", min=1000.0, help="Farthest sensor of a cell, in metres."
)
AREA = typer.Option(10_000.0, "--area-m", min=100.0, help="Side of the squares that rates are for.")
FROM = typer.Option(None, "--from", help="Begin here, as in 2026-05-12T00:00Z.")
TO = typer.Option(None, "--to", help="End here.")
SPLIT = typer.Option(None, "--split", help="Compare the rates before and after this instant.")
COMPLETE = typer.Option(
    False, "--complete", help="The incidents are all events that four sensors heard."
)


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("coverage")(coverage)


def coverage(
    folder: Path = FOLDER,
    incidents: Path = INCIDENTS,
    to: Path = OUT,
    cell_m: float = CELL,
    reach_m: float = REACH,
    area_m: float = AREA,
    begin: str | None = FROM,
    end: str | None = TO,
    split: str | None = SPLIT,
    complete: bool = COMPLETE,
    threads: int = THREADS,
    json: bool = JSON,
) -> None:
    """Tell silence from blindness: where a network was listening, and how much it did not hear.

    What it writes betrays where sensors stand; it is for the inside only (docs/coverage.md).

    Example: truceline coverage recorded --incidents incidents --out coverage
    """
    # loads a compiler: half a second that the help of all commands should not wait for
    from truceline.pipeline.association import paths_in  # noqa: PLC0415
    from truceline.pipeline.coverage_files import (  # noqa: PLC0415 - the same
        CoverageOptions,
        coverage_files,
    )

    options: CoverageOptions = CoverageOptions(
        cell_m, reach_m, area_m, _ns(begin), _ns(end), _ns(split), complete
    )
    with busy("computing coverage"):
        result = coverage_files(paths_in(folder), incidents, to, options, threads)
    for remark in result.remarks:
        err.print(remark, markup=False)
    if json:
        print_json(as_json(result))
        return
    for line in in_words(result):
        out.print(line, markup=False)


def _ns(text: str | None) -> int | None:
    """Read an instant.

    Raises:
        typer.BadParameter: when it is none, or has no time zone.
    """
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time; write it as 2026-05-12T18:00Z") from None
    if instant.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no time zone; write it as 2026-05-12T18:00Z")
    return round(instant.timestamp() * 1000) * 10**6
