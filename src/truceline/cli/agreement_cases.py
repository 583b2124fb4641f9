"""Running the lawyers' cases: those of an agreement, or a file of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from truceline.cli.screen import out, print_json
from truceline.codec.agreement import load_agreement, read_cases
from truceline.codec.shared_cases import is_shared, read_shared_cases
from truceline.codec.taxonomy import taxonomy
from truceline.errors import AgreementError
from truceline.model.agreement import Agreement
from truceline.pipeline.shipped import agreement_folder, agreement_names
from truceline.verification.cases import CaseResult, run_case
from truceline.verification.shared import SharedResult, run_shared

NAME = typer.Argument(
    None, help="Name of a shipped agreement, or a folder; may be left out with --cases."
)
FILE = typer.Option(None, "--cases", help="Run the cases of this file.", metavar="FILE")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")


def cases(name: str | None = NAME, file: Path | None = FILE, json: bool = JSON) -> None:
    """Run the cases of an agreement; exit code 1 when one comes out otherwise than expected.

    With --cases the cases of a file are run. Where they name the texts that count (texts_loaded),
    each text is looked for in the named agreement first and then in all that ship.

    Example: truceline agreement cases riverline
    """
    if file is not None and is_shared(file):
        _shared(name, file, json=json)
        return
    if name is None:
        raise AgreementError(["which agreement is meant? Give its name, or --cases FILE"])
    agreement = load_agreement(agreement_folder(name))
    chosen = agreement.cases if file is None else read_cases(file, agreement)
    _own([run_case(agreement, case, taxonomy()) for case in chosen], json=json)


def _own(results: list[CaseResult], *, json: bool) -> None:
    failed = [r for r in results if not r.passed]
    if json:
        rows = [
            {"case": r.case.id, "passed": r.passed, "got": r.got, "wanted": r.wanted}
            for r in results
        ]
        print_json(rows)
    else:
        for r in results:
            out.print(f"{'ok  ' if r.passed else 'FAIL'} {r.case.id}: {r.got}", markup=False)
            if not r.passed:
                out.print(f"     wanted {r.wanted} (cases.yaml:{r.case.line})", markup=False)
        out.print(f"{len(results) - len(failed)} of {len(results)} cases as expected")
    if failed:
        raise typer.Exit(1)


def _shared(name: str | None, file: Path, *, json: bool) -> None:
    homes = _agreements(name)
    results = [run_shared(case, homes, taxonomy()) for case in read_shared_cases(file)]
    if json:
        print_json([_plain(r) for r in results])
    else:
        for r in results:
            _print_shared(r)
        passed = sum(r.passed for r in results)
        out.print(f"{passed} of {len(results)} cases as expected")
    if not all(r.passed for r in results):
        raise typer.Exit(1)


def _agreements(name: str | None) -> list[Agreement]:
    """Load the named agreement and all that ship, the named one first."""
    names = [one for one in agreement_names() if one != name]
    return [load_agreement(agreement_folder(one)) for one in ([name] if name else []) + names]


def _print_shared(r: SharedResult) -> None:
    p = "" if r.p_violation is None else f", p = {r.p_violation:.4f}"
    if r.low is not None and r.high is not None and r.low != r.high:
        p += f" ({r.low:.2f} to {r.high:.2f})"
    head = f"{'ok  ' if r.passed else 'FAIL'} {r.case.id}: {r.outcome} under {r.clause}{p}"
    out.print(head, markup=False)
    out.print(f"     {r.reason}", markup=False)
    if r.unverified and r.outcome != "permitted":
        out.print(f"     hangs on: {'; '.join(r.unverified)}", markup=False)
    if r.at_thresholds != r.outcome:
        out.print(f"     likelier side; at the thresholds: {r.at_thresholds}", markup=False)
    if not r.passed:
        said = ", ".join(f"{key} {value}" for key, value in r.case.expected.items())
        out.print(f"     wanted {said} (line {r.case.line})", markup=False)


def _plain(r: SharedResult) -> dict[str, Any]:
    return {
        "id": r.case.id,
        "family": r.case.family,
        "outcome": r.outcome,
        "outcome_at_thresholds": r.at_thresholds,
        "clause": r.clause,
        "p_violation": r.p_violation,
        "low": r.low,
        "high": r.high,
        "also": list(r.also),
        "unverified": list(r.unverified),
        "values": dict(r.values),
        "reason": r.reason,
        "expected": dict(r.case.expected),
        "passed": r.passed,
    }
