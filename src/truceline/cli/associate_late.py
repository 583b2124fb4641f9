"""Association under a calibration, and its update, as the command line tells of it."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.cli.screen import busy, err, now, out, print_json


def late(
    paths: dict[str, Path],
    to: Path,
    calibrate: Path | None,
    calibration: Path | None,
    update: bool,
    threads: int,
    json: bool,
) -> None:
    """Associate under a calibration and print what came out.

    Raises:
        typer.BadParameter: when two calibrations are asked for at once.
    """
    # loads a compiler: half a second that the help of all commands should not wait for
    from truceline.pipeline.association_late import How, associate_late  # noqa: PLC0415

    if calibrate is not None and calibration is not None:
        raise typer.BadParameter(
            "--calibrate learns a calibration and --calibration takes one; give one of them"
        )
    with busy("associating detections"):
        found = associate_late(paths, to, How(calibrate, calibration, update), now(), threads)
    for remark in found.result.remarks:
        err.print(remark, markup=False)
    if json:
        print_json(
            {
                "calibration": found.calibration,
                "incidents": found.result.incidents.num_rows,
                "members": found.result.members.num_rows,
                "blocks": found.touched.cells,
                "blocks_solved": found.touched.solved,
                "incidents_changed": found.touched.changed,
                "remarks": list(found.result.remarks),
            }
        )
        return
    out.print(
        f"{found.result.incidents.num_rows} incidents from {found.result.members.num_rows} "
        f"detections in {to}, under calibration {found.calibration}; {found.touched.solved} of "
        f"{found.touched.cells} blocks solved, {found.touched.changed} incidents changed",
        markup=False,
    )
