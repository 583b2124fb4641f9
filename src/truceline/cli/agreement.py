"""Agreements: check the files, run the lawyers' cases, show what was promised."""

from __future__ import annotations

import typer

from truceline.cli.screen import err, out, print_json
from truceline.codec.agreement import load_agreement
from truceline.codec.taxonomy import taxonomy
from truceline.errors import AgreementError
from truceline.guarantees.describe import describe
from truceline.pipeline.shipped import agreement_folder
from truceline.verification.cases import run_case

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


@app.command()
def cases(
    name: str = NAME, json: bool = typer.Option(False, "--json", help="Print JSON for a program.")
) -> None:
    """Run the cases of an agreement; exit code 1 when one comes out otherwise than expected.

    Example: truceline agreement cases riverline
    """
    agreement = load_agreement(agreement_folder(name))
    results = [run_case(agreement, case, taxonomy()) for case in agreement.cases]
    failed = [r for r in results if not r.passed]
    if json:
        print_json(
            [
                {"case": r.case.id, "passed": r.passed, "got": r.got, "wanted": r.wanted}
                for r in results
            ]
        )
    else:
        for r in results:
            out.print(f"{'ok  ' if r.passed else 'FAIL'} {r.case.id}: {r.got}", markup=False)
            if not r.passed:
                out.print(f"     wanted {r.wanted} (cases.yaml:{r.case.line})", markup=False)
        out.print(f"{len(results) - len(failed)} of {len(results)} cases as expected")
    if failed:
        raise typer.Exit(1)


@app.command()
def show(name: str = NAME) -> None:
    """Show what was promised, in words.

    Example: truceline agreement show riverline
    """
    for line in describe(load_agreement(agreement_folder(name))):
        typer.echo(line)
