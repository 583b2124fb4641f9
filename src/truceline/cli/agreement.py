"""Agreements: check the files, run the lawyers' cases, show what was promised."""

from __future__ import annotations

import typer

from truceline.cli.agreement_amend import diff, reevaluate
from truceline.cli.agreement_cases import cases
from truceline.cli.agreement_schema import schema
from truceline.cli.agreement_show import show
from truceline.cli.screen import err, out
from truceline.codec.agreement import load_agreement
from truceline.errors import AgreementError
from truceline.pipeline.shipped import agreement_folder

app = typer.Typer(
    help="Agreements: check the files, run their cases, show them.", no_args_is_help=True
)
NAME = typer.Argument(help="Name of a shipped agreement, or a folder.", metavar="NAME")


@app.command()
def check(name: str = NAME) -> None:
    """Read an agreement and name every mistake by file and line; exit code 1 when there is one.

    Example: truceline agreement check easter-2026
    """
    try:
        agreement = load_agreement(agreement_folder(name))
    except AgreementError as error:
        for line in error.problems:
            err.print(line, markup=False)
        err.print(f"{len(error.problems)} problem(s)")
        raise typer.Exit(1) from None
    out.print(
        f"{agreement.id}: {len(agreement.parties)} parties, {len(agreement.clauses)} clauses, "
        f"{len(agreement.geometry)} zones and lines, {len(agreement.pledges)} pledges, "
        f"{len(agreement.cases)} cases; no mistake found"
    )


app.command()(cases)
app.command()(diff)
app.command()(reevaluate)
app.command()(schema)
app.command()(show)
