"""Checking the evidence log: verify everything, show its checkpoint."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.cli.screen import busy, out, print_json
from truceline.evidence.log import Log
from truceline.pipeline.verify import verify_workspace as recomputed
from truceline.store.workspace import open_workspace

WS = typer.Argument(help="Folder of the workspace.", metavar="WS")


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    app.command("verify")(verify)
    app.command("checkpoint")(checkpoint)


def verify(
    ws: Path = WS, json: bool = typer.Option(False, "--json", help="Print JSON for a program.")
) -> None:
    """Recompute everything from the raw bytes; exit code 1 and the place where it is wrong.

    Example: truceline evidence verify ws
    """
    with busy("recomputing from the raw bytes"):
        found = recomputed(ws)
    if json:
        print_json(
            {
                "ok": found.ok,
                "problems": list(found.problems),
                "checked": dict(found.checked),
                "remarks": list(found.remarks),
            }
        )
    else:
        for name, count in found.checked.items():
            out.print(f"{count:>8} {name}")
        for line in found.remarks:
            out.print(f"remark: {line}", markup=False)
        for line in found.problems:
            out.print(f"WRONG: {line}", markup=False)
        verdict = "everything follows from the raw bytes" if found.ok else "verification FAILED"
        out.print(verdict)
    if not found.ok:
        raise typer.Exit(1)


def checkpoint(ws: Path = WS) -> None:
    """Print the signed checkpoint of the log, to be handed to the parties.

    Example: truceline evidence checkpoint ws
    """
    open_workspace(ws)
    typer.echo(Log.open(ws).checkpoint_text(), nl=False)
