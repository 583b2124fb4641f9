"""report: what the days of a window come to, for people."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import typer

from truceline.access.operations import Operation
from truceline.cli.acting import TOKEN_FILE, permitted
from truceline.cli.screen import busy, now, out, print_json
from truceline.pipeline.desk import Desk, open_desk
from truceline.pipeline.reporting import report_window, write_report

WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("report")(report)


def report(
    ws: Path = WS,
    day: str = typer.Option("", help="Local day, e.g. 2025-04-20.", metavar="YYYY-MM-DD"),
    first: str = typer.Option("", "--from", help="First local day.", metavar="YYYY-MM-DD"),
    last: str = typer.Option("", "--to", help="Last local day.", metavar="YYYY-MM-DD"),
    json: bool = JSON,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Write the report of a day, or of the days from --from to --to, as HTML, JSON, CSV, GeoJSON.

    Example: truceline report ws --day 2025-04-20
    """
    with open_desk(ws) as desk, busy("writing the report"):
        permitted(desk, Operation.WRITE_REPORT, token_file)
        paths = write_report(desk, _window(desk, day, first, last), now())
    if json:
        print_json({"files": [str(path) for path in paths]})
    else:
        for path in paths:
            out.print(str(path), markup=False)


def _window(desk: Desk, day: str, first: str, last: str) -> tuple[date, date]:
    if bool(day) == bool(first or last):
        raise typer.BadParameter("give either --day, or --from and --to")
    try:
        a, b = date.fromisoformat(day or first), date.fromisoformat(day or last)
    except ValueError:
        raise typer.BadParameter("write days as YYYY-MM-DD, e.g. 2025-04-20") from None
    if b < a:
        raise typer.BadParameter(f"--to {b} lies before --from {a}")
    report_window(desk, a, b)
    return a, b
