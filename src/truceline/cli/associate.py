"""Recorded detections of a sensor network to incidents."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.cli.associate_late import late
from truceline.cli.screen import busy, err, out, print_json

FILES = ("sensors", "detections", "outages", "weather", "reports", "fires")
"""Tables, in the order of the options below."""
FOLDER = typer.Argument(
    None, help="Folder with sensors.parquet, detections.parquet and, where known, the others."
)
OUT = typer.Option(..., "--out", help="Folder for incidents, their members, and sick sensors.")
THREADS = typer.Option(2, "--threads", min=1, help="Blocks of detections worked on at once.")
CALIBRATE = typer.Option(
    None, "--calibrate", help="Learn a calibration from these files, write it here, and use it."
)
CALIBRATION = typer.Option(
    None, "--calibration", help="Use this calibration; learn nothing. Incidents cite its version."
)
UPDATE = typer.Option(
    False,
    "--update",
    help="Bring the incidents in OUT up to date: only what changed is solved, and ids stay.",
)
JSON = typer.Option(False, "--json", help="Print JSON for a program.")
TABLES = {
    name: typer.Option(None, f"--{name}", help=f"File of this table, in place of {name}.parquet.")
    for name in FILES
}


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("associate")(associate)


def associate(
    folder: Path | None = FOLDER,
    to: Path = OUT,
    sensors: Path | None = TABLES["sensors"],
    detections: Path | None = TABLES["detections"],
    outages: Path | None = TABLES["outages"],
    weather: Path | None = TABLES["weather"],
    reports: Path | None = TABLES["reports"],
    fires: Path | None = TABLES["fires"],
    calibrate: Path | None = CALIBRATE,
    calibration: Path | None = CALIBRATION,
    update: bool = UPDATE,
    threads: int = THREADS,
    json: bool = JSON,
) -> None:
    """Find which detections are one event, where and when it was, and how sure that is.

    It works on recorded files. The format is that of docs/associate.md; what a calibration and an
    update are stands in docs/late-data.md.

    Example: truceline associate recorded --out incidents
    """
    # loads a compiler: half a second that the help of all commands should not wait for
    from truceline.pipeline.association import associate_files, paths_in  # noqa: PLC0415

    given = (sensors, detections, outages, weather, reports, fires)
    paths = paths_in(folder) if folder is not None else {}
    paths |= {name: path for name, path in zip(FILES, given, strict=True) if path is not None}
    if calibrate is not None or calibration is not None or update:
        late(paths, to, calibrate, calibration, update, threads, json)
        return
    with busy("associating detections"):
        result = associate_files(paths, to, threads)
    for remark in result.remarks:
        err.print(remark, markup=False)
    if json:
        print_json(
            {
                "incidents": result.incidents.num_rows,
                "members": result.members.num_rows,
                "report_members": result.joined.report_members.num_rows,
                "fire_members": result.joined.fire_members.num_rows,
                "reported_incidents": result.joined.reported_incidents.num_rows,
                "remarks": list(result.remarks),
            }
        )
        return
    out.print(
        f"{result.incidents.num_rows} incidents from {result.members.num_rows} detections in {to}",
        markup=False,
    )
