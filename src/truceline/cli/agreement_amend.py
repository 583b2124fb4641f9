"""What an amendment changes: in the text, and in findings about what has happened."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from truceline.cli.agreement_show import write_page
from truceline.cli.screen import out, print_json
from truceline.codec.agreement import load_agreement
from truceline.codec.taxonomy import taxonomy
from truceline.model.amendment import Difference, Edit
from truceline.pipeline.desk import open_desk
from truceline.pipeline.shipped import agreement_folder
from truceline.store import database, records
from truceline.verification.amendment import changed_findings, differences

OLD = typer.Argument(help="Name of a shipped agreement, or a folder.", metavar="A")
NEW = typer.Argument(help="The other version: a name or a folder.", metavar="B")
WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
UNDER = typer.Option(..., "--under", help="The amended agreement: a name or a folder.")
DIFF_PAGE = typer.Option(None, "--page", help="File to write the comparison to, in HTML.")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")
_SIGNS = {Edit.ADDED: "+", Edit.REMOVED: "-", Edit.CHANGED: "~"}


def diff(a: str = OLD, b: str = NEW, page: Path | None = DIFF_PAGE, json: bool = JSON) -> None:
    """Show in what two versions of an agreement differ; exit code 1 when they do.

    With --page both stand side by side on a page, and on its map what moves.

    Example: truceline agreement diff easter-2025 easter-2026
    """
    old, new = load_agreement(agreement_folder(a)), load_agreement(agreement_folder(b))
    found = differences(old, new)
    if page is not None:
        from truceline.publication.agreement_diff_page import diff_page  # noqa: PLC0415 - slow to load

        write_page(page, diff_page(old, new, found), quiet=json)
    if json:
        print_json([asdict(one) for one in found])
    else:
        for one in found:
            _print(one)
        out.print(f"{len(found)} difference(s) between {old.id} and {new.id}")
    if found:
        raise typer.Exit(1)


def reevaluate(ws: Path = WS, under: str = UNDER, json: bool = JSON) -> None:
    """Evaluate the incidents of a workspace under an amended text; say which findings change.

    Nothing in the workspace is changed: its findings stand under the text that it was made for.

    Example: truceline agreement reevaluate ws --under amended/riverline
    """
    new = load_agreement(agreement_folder(under))
    with open_desk(ws) as desk:
        with database.reading(desk.engine) as connection:
            incidents = records.current_incidents(connection)
        changes = changed_findings(desk.agreement, new, incidents, taxonomy())
    if json:
        print_json([asdict(one) for one in changes])
        return
    for one in changes:
        before = f"{one.before} {one.p_before:.3f}" if one.before else "not concerned"
        after = f"{one.after} {one.p_after:.3f}" if one.after else "not concerned"
        out.print(f"{one.incident_id} {one.clause_id}: {before} -> {after}", markup=False)
        out.print(f"    {one.reason}", markup=False)
    out.print(f"{len(incidents)} incident(s), {len(changes)} finding(s) that come out otherwise")


def _print(one: Difference) -> None:
    out.print(f"{_SIGNS[one.edit]} {one.part} {one.id}: {one.summary}", markup=False)
    for name, before, after in one.fields:
        out.print(f"    {name}: {before} -> {after}", markup=False)
