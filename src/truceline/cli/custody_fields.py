"""Items that are JSON records: commit to their fields, show some, check what was shown."""

from __future__ import annotations

import json as json_format
import secrets
from pathlib import Path

import typer

from truceline.cli.acting import TOKEN_FILE, acting
from truceline.cli.screen import err, now, out, shown
from truceline.codec.canonical import canonical
from truceline.custody.fields import verify_disclosed
from truceline.errors import EvidenceError, TrucelineError
from truceline.pipeline.custody_fields import LARGEST_RECORD_BYTES, commit_item, disclosed
from truceline.pipeline.desk import open_desk
from truceline.store.intake import read_whole

WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
ITEM = typer.Argument(help="SHA-256 of the item, or its first six digits or more.", metavar="ITEM")
FILE = typer.Argument(help="What somebody disclosed.", metavar="FILE")
BY = typer.Option("", "--by", help="Name of the person who acts.", metavar="NAME")
FIELD = typer.Option(..., "--field", help="JSON pointer of a field; may be given again.")
OUT = typer.Option(..., "--out", help="File to write.", metavar="FILE")
ROOT = typer.Option(..., "--root", help="Root that the log has for the record.", metavar="HEX")


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    app.command("commit")(commit)
    app.command("disclose")(disclose)
    app.command("check-disclosed")(check_disclosed)


def commit(
    ws: Path = WS, item: str = ITEM, by: str = BY, token_file: Path | None = TOKEN_FILE
) -> None:
    """Commit to each field of a JSON record, so that some can be shown and the others withheld.

    Example: truceline custody commit ws 3f2a9c --by "A. Example"
    """
    with open_desk(ws) as desk:
        who = acting(desk, by, token_file)
        row = commit_item(desk, who, item, now(), secrets.token_bytes, by=by)
    out.print(f"{row.sha256[:12]}: {row.fields} fields, root {row.root} in entry {row.log_index}")


def disclose(
    ws: Path = WS,
    item: str = ITEM,
    field: list[str] = FIELD,
    to: Path = OUT,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Write a file that proves some fields of a record and withholds the others.

    Example: truceline custody disclose ws 3f2a9c --field /seen/at --out shown.json
    """
    with open_desk(ws) as desk:
        made = disclosed(desk, acting(desk, token_file=token_file), item, field, now())
    to.write_bytes(canonical(made))
    said = f"{len(made['shown'])} fields shown, {len(made['withheld'])} withheld"
    out.print(f"{shown(str(to))}: {said}", markup=False)


def check_disclosed(file: Path = FILE, root: str = ROOT) -> None:
    """Check a disclosure against the root in the log; no workspace is needed.

    Example: truceline custody check-disclosed shown.json --root 5feceb66…
    """
    try:
        given = json_format.loads(read_whole(file, 4 * LARGEST_RECORD_BYTES, follow=True))
        proved = verify_disclosed(given, root)
    except (EvidenceError, ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, TrucelineError) else "it is no JSON"
        err.print(f"NOT PROVED: {shown(why)}", markup=False)
        raise typer.Exit(1) from None
    for pointer, value in proved.items():
        text = json_format.dumps(value, ensure_ascii=False)
        out.print(f"{shown(pointer)}: {shown(text)}", markup=False)
    out.print(f"{len(given['withheld'])} fields are withheld")
