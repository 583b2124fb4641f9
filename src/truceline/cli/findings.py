"""Findings: list them, show one down to the raw rows behind it."""

from __future__ import annotations

from pathlib import Path

import typer

from truceline.cli.screen import now, out, print_json
from truceline.codec.nouns import finding_to_plain
from truceline.model.finding import Finding, Outcome
from truceline.pipeline.desk import open_desk
from truceline.pipeline.trace import Trace, trace
from truceline.store import database, records

app = typer.Typer(help="Findings: list them, trace one to the raw rows.", no_args_is_help=True)
WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
KEY = typer.Argument(help="Id of a finding or of an incident.", metavar="ID")
OUTCOME = typer.Option("", help="Only violated, undetermined or permitted.")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")


@app.command("list")
def list_findings(ws: Path = WS, outcome: str = OUTCOME, json: bool = JSON) -> None:
    """List findings, most probable breach first.

    Example: truceline findings list ws --outcome violated
    """
    if outcome and outcome not in [o.value for o in Outcome]:
        raise typer.BadParameter(f"{outcome!r} is none of {', '.join(o.value for o in Outcome)}")
    with open_desk(ws) as desk, database.reading(desk.engine) as connection:
        found = [f for f in records.findings(connection) if outcome in ("", f.outcome.value)]
    found.sort(key=lambda f: (-f.probability, f.finding_id))
    if json:
        print_json([finding_to_plain(f) for f in found])
        return
    for f in found:
        out.print(
            f"{f.finding_id:<28} {f.outcome.value:<13} {f.probability:.3f} {f.words}, {f.grade}",
            markup=False,
        )
    out.print(f"{len(found)} findings, all preliminary and automatic until a person reviews them")


@app.command()
def show(ws: Path = WS, key: str = KEY, json: bool = JSON) -> None:
    """Trace a finding or incident: factors, members, and the very bytes of each raw row.

    Opening a sharp position is logged. Before the procedure's hold has passed it is refused.

    Example: truceline findings show ws INC-000001
    """
    with open_desk(ws) as desk:
        found = trace(desk, key, now())
    if json:
        print_json(found.as_plain())
        return
    _tell(found)


def _tell(found: Trace) -> None:
    incident = found.incident
    start, end = incident.time.start.isoformat(), incident.time.end.isoformat()
    when = start if start == end else f"somewhere in {start} .. {end}"
    out.print(f"{incident.incident_id} revision {incident.revision}: {incident.kind}", markup=False)
    out.print(f"  when   {when}", markup=False)
    out.print(
        f"  where  {incident.lon:.5f} {incident.lat:.5f}, 90 % ellipse {found.ellipse}"
        + (f", {incident.place_name}" if incident.place_name else ""),
        markup=False,
    )
    out.print(
        f"  real   {incident.probability:.3f}, independent groups: {', '.join(incident.groups)}",
        markup=False,
    )
    for finding in found.findings:
        _tell_finding(finding)
    for row in found.rows:
        out.print(f"  {row.role:<8} {row.observation_id} (adds {row.worth:+.2f})", markup=False)
        out.print(f"           {row.file_name} line {row.line}, sha256 {row.sha256}", markup=False)
        out.print(f"           {row.text}", markup=False)


def _tell_finding(finding: Finding) -> None:
    out.print(
        f"  {finding.clause_id} {finding.outcome.value}: p = {finding.probability:.3f}, "
        f"{finding.words}; {finding.grade}; {finding.status.value}, {finding.mode.value}",
        markup=False,
    )
    for factor in finding.factors:
        known = "" if factor.known else " (not known)"
        line = f"    {factor.name:<10} {factor.probability:.3f}{known}  {factor.reason}"
        out.print(line, markup=False)
    for figure in finding.unverified:
        out.print(f"    hangs on a figure that is not verified: {figure}", markup=False)
