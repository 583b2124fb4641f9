"""Months of recorded detections to incidents, day by day, on one machine or a cluster."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.cli.screen import busy, err, now, out, print_json

FOLDER = typer.Argument(
    ..., help="Folder with sensors.parquet and detections/date=YYYY-MM-DD/*.parquet."
)
OUT = typer.Option(..., "--out", help="Folder for incidents, their members and their lineage.")
CALIBRATION = typer.Option(
    ..., "--calibration", help="What was learned; `truceline associate --calibrate` writes it."
)
UPDATE = typer.Option(
    False,
    "--update",
    help="Bring the incidents in OUT up to date: only what changed is solved, and ids stay.",
)
WORKERS = typer.Option(1, "--workers", min=1, help="Processes on this machine.")
SCHEDULER = typer.Option(
    None, "--scheduler", help="Address of a Dask cluster that sees both folders, in place of them."
)
BLOCKS = typer.Option(
    48, "--blocks", min=1, max=48, help="Half hours of one part; fewer give more parts to share."
)
JSON = typer.Option(False, "--json", help="Print JSON for a program.")


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("history")(history)


def history(
    folder: Path = FOLDER,
    to: Path = OUT,
    calibration: Path = CALIBRATION,
    update: bool = UPDATE,
    workers: int = WORKERS,
    scheduler: str | None = SCHEDULER,
    blocks: int = BLOCKS,
    json: bool = JSON,
) -> None:
    """Associate months of detections, one folder a day, with as many workers as there are.

    Under one calibration the result is that of `truceline associate` on all of it at once. Work that
    was broken off goes on where it was. The format is that of docs/scale.md.

    Example: truceline history mission --out incidents --calibration may.json --workers 4
    """
    # loads a compiler: half a second that the help of all commands should not wait for
    from truceline.scale.history import associate_history, cluster  # noqa: PLC0415
    from truceline.scale.work import Job  # noqa: PLC0415

    job = Job(str(folder.resolve()), str(calibration.resolve()), str(to.resolve()))
    with busy("associating detections"), cluster(workers, scheduler) as client:
        found = associate_history(job, now(), client, update=update, blocks=blocks)
    for remark in found.remarks:
        err.print(remark, markup=False)
    if json:
        names = ("calibration", "incidents", "members", "detections", "cells", "solved", "changed")
        said = {name: getattr(found, name) for name in names}
        print_json(said | {"remarks": list(found.remarks), "workers": len(found.workers)})
        return
    out.print(
        f"{found.incidents} incidents from {found.members} of {found.detections} detections in "
        f"{to}, under calibration {found.calibration}; {found.solved} of {found.cells} blocks "
        f"solved by {len(found.workers)} worker(s), {found.changed} incidents changed",
        markup=False,
    )
