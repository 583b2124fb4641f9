"""``truceline agreement schema``: what an editor needs to complete and check a file."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.cli.screen import out
from truceline.codec.agreement_fields import instead
from truceline.codec.json_schema import SHAPES, schema_text
from truceline.errors import AgreementError

FILE = typer.Argument("agreement", help=f"Which file: {', '.join(SHAPES)}.", metavar="[FILE]")
TO = typer.Option(None, "--out", help="Write it to this file instead of printing it.")


def schema(file: str = FILE, to: Path | None = TO) -> None:
    """Print the JSON Schema of one file of an agreement, for editors that complete and check it.

    Raises:
        AgreementError: when no file of an agreement has that name.

    Example: truceline agreement schema text --out text.schema.json
    """
    if file not in SHAPES:
        known = instead(file, SHAPES)
        raise AgreementError([f"no file of an agreement is called {file!r}; {known}"])
    text = schema_text(file)
    if to is None:
        typer.echo(text, nl=False)
        return
    to.write_text(text, encoding="utf-8")
    out.print(f"{to} written", markup=False)
