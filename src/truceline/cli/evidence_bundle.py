"""Taking evidence out: the bundle of a finding, the proof of an entry."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.cli.acting import TOKEN_FILE, acting
from truceline.cli.screen import err, now, out
from truceline.evidence.durable import PRIVATE, Disk, put_files
from truceline.pipeline.bundle import Audience, Bundle, make_bundle, prove
from truceline.pipeline.desk import open_desk
from truceline.store.workspace import write_durably

WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
FINDING = typer.Argument(help="Id of a finding.", metavar="FINDING")
OUT = typer.Option(..., "--out", help="File to write.", metavar="FILE", dir_okay=False)
FOR = typer.Option(
    Audience.PUBLIC,
    "--for",
    help="public: coarse; party: coarse, with who signed by name; cell: everything, sharp.",
)
INDEX = typer.Argument(help="Leaf index of an entry.", metavar="INDEX", min=0)


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    app.command("bundle")(bundle)
    app.command("prove")(prove_entry)


def bundle(
    ws: Path = WS,
    finding: str = FINDING,
    file: Path = OUT,
    audience: Audience = FOR,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Write one file with all that is needed to check a finding off-line.

    It is refused before the procedure's hold has passed, and for the public and parties before its
    publication delay. One for a party names who signed, and one for the cell is sharp: that it was
    made is logged.

    Example: truceline evidence bundle ws INC-000001/R-2 --out finding.bundle
    """
    with open_desk(ws) as desk:
        made = make_bundle(desk, finding, audience, now(), acting(desk, token_file=token_file))
    _write(file, made)
    states = ", ".join(f"{count} {state}" for state, count in made.states.items() if count)
    out.print(
        f"{file}: {finding} for the {made.audience.value}, {len(made.data)} bytes; "
        f"{states} entries under a checkpoint over {made.size}",
        markup=False,
    )
    if not made.cosignatures:
        err.print(
            "remark: no witness has cosigned this checkpoint; have it cosigned, and make the bundle "
            "again for those who do not trust the mission alone",
            markup=False,
        )


def _write(file: Path, made: Bundle) -> None:
    """Write the file; one that names persons is for its owner alone."""
    if made.audience is not Audience.PUBLIC:
        put_files(Disk(), {file: made.data}, PRIVATE)
    else:
        write_durably(file, made.data)


def prove_entry(ws: Path = WS, index: int = INDEX) -> None:
    """Print the proof that the latest checkpoint covers an entry (tlog-proof); WS may be a log's folder.

    Example: truceline evidence prove ws 0 > entry-0.tlog-proof
    """
    typer.echo(prove(ws, index), nl=False)
