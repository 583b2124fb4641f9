"""Findings: list them, show one down to the raw rows behind it; the steps of persons beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import typer

from truceline.access.rules import Operation, forbidden, may_somewhere, require
from truceline.cli import findings_case, findings_sign, findings_steps
from truceline.cli.acting import TOKEN_FILE, acting
from truceline.cli.screen import now, out, print_json
from truceline.codec.nouns import finding_to_plain
from truceline.model.case import NOBODY, Attribution
from truceline.model.finding import Finding, Outcome
from truceline.pipeline.acting import still
from truceline.pipeline.case import Case, cases_on, may_see, shown_to
from truceline.pipeline.desk import open_desk
from truceline.pipeline.kinds import STEP
from truceline.pipeline.step_rows import changed_since
from truceline.pipeline.trace import Trace, trace
from truceline.store import cases, database, logged, records
from truceline.store.notices import FindingStep

app = typer.Typer(
    help="Findings: list them, trace one to the raw rows, review, confirm, reply, dissent.",
    no_args_is_help=True,
)
WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
KEY = typer.Argument(help="Id of a finding or of an incident.", metavar="ID")
OUTCOME = typer.Option("", help="Only violated, undetermined or permitted.")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")


@app.command("list")
def list_findings(
    ws: Path = WS, outcome: str = OUTCOME, json: bool = JSON, token_file: Path | None = TOKEN_FILE
) -> None:
    """List findings, most probable breach first.

    Example: truceline findings list ws --outcome violated
    """
    if outcome and outcome not in [o.value for o in Outcome]:
        raise typer.BadParameter(f"{outcome!r} is none of {', '.join(o.value for o in Outcome)}")
    with open_desk(ws) as desk:
        who = still(desk, acting(desk, token_file=token_file), now())
        if not may_somewhere(who, Operation.LIST_FINDINGS):  # "0 findings" would be untrue
            require(who, Operation.LIST_FINDINGS)
        with database.reading(desk.engine) as connection:
            every = records.findings(connection)
            standing = cases_on(connection, desk.agreement, every, now())
            if forbidden(who, Operation.LIST_FINDINGS):  # not everything, perhaps something
                every = tuple(
                    f
                    for f in every
                    if may_see(connection, desk.agreement, f, _who(standing.get(f.finding_id)), who)
                )
                shown = {f.finding_id for f in every}
                standing = {
                    key: shown_to(connection, desk.agreement, one, who)
                    for key, one in standing.items()
                    if key in shown
                }
                taken = {f.finding_id: _steps_in(standing, f.finding_id) for f in every}
                taken = {key: rows for key, rows in taken.items() if rows}
            else:
                taken = _by_finding(logged.every(connection, STEP))
    found = [f for f in every if outcome in ("", f.outcome.value)]
    found.sort(key=lambda f: (-f.probability, f.finding_id))
    if json:
        mine = ((f, taken.get(f.finding_id, [])) for f in found)
        print_json(
            [
                {**finding_to_plain(f), **_stands(standing.get(f.finding_id)),
                 "steps": _plain(given, every)}
                for f, given in mine
            ]
        )  # fmt: skip
        return
    for f in found:
        out.print(
            f"{f.finding_id:<28} {f.outcome.value:<13} {f.probability:.3f} {f.words}, {f.grade}"
            + "".join(
                f"; {_status(standing, one, every)}" for one in taken.get(f.finding_id, [])[-1:]
            ),
            markup=False,
        )
    touched = sum(f.finding_id in taken for f in found)
    if touched:
        out.print(f"{len(found)} findings, {touched} with a person's step, the others automatic")
    else:
        out.print(
            f"{len(found)} findings, all preliminary and automatic until a person reviews them"
        )
    if not outcome:
        _tell_orphans(taken, every)


@app.command()
def show(
    ws: Path = WS, key: str = KEY, json: bool = JSON, token_file: Path | None = TOKEN_FILE
) -> None:
    """Trace a finding or incident: factors, members, and the very bytes of each raw row.

    Opening a sharp position is logged. Before the procedure's hold has passed it is refused.

    Example: truceline findings show ws INC-000001
    """
    with open_desk(ws) as desk:
        found = trace(desk, key, now(), acting(desk, token_file=token_file))
        with database.reading(desk.engine) as connection:
            by_finding = cases.steps_on(connection, (f.finding_id for f in found.findings))
        taken = sorted((s for rows in by_finding.values() for s in rows), key=lambda s: s.number)
    if json:
        print_json({**found.as_plain(), "steps": _plain(taken, found.findings)})
        return
    _tell(found)
    for one in taken:
        out.print(f"  {_short(one, found.findings)}: {one.reason}", markup=False)


def _who(one: Case | None) -> Attribution:
    return NOBODY if one is None else one.state.attribution


def _steps_in(standing: Mapping[str, Case], finding_id: str) -> list[FindingStep]:
    one = standing.get(finding_id)
    return [] if one is None else list(one.steps)


def _stands(one: Case | None) -> dict[str, object]:
    """Give what persons made of a finding; the finding itself stays as the machine made it."""
    if one is None:
        return {}
    return {
        "status": one.state.status.value,
        "mode": "manual",
        "grade": one.grade,
        "attribution": [list(part) for part in one.state.attribution],
    }


def _status(standing: Mapping[str, Case], step: FindingStep, findings: Iterable[Finding]) -> str:
    """Say where a finding stands, where its newest step alone does not say it."""
    one = standing.get(step.finding_id)
    said = _short(step, findings)
    if one is None or one.state.status.value == step.step:
        return said
    return f"{one.state.status.value}; {said}"


def _by_finding(taken: Iterable[FindingStep]) -> dict[str, list[FindingStep]]:
    found: dict[str, list[FindingStep]] = {}
    for one in taken:
        found.setdefault(one.finding_id, []).append(one)
    return found


def _short(step: FindingStep, findings: Iterable[Finding]) -> str:
    changed = changed_since(step, findings)
    said = f"{step.step} by {step.person} at {step.time}"
    return f"{said} ({changed})" if changed else said


def _plain(taken: Iterable[FindingStep], findings: Iterable[Finding]) -> list[dict[str, object]]:
    names = ("number", "incident_revision", "step", "person", "reason", "time", "log_index")
    every = tuple(findings)
    return [
        {**{n: getattr(one, n) for n in names}, "changed_since": changed_since(one, every)}
        for one in taken
    ]


def _tell_orphans(taken: Mapping[str, list[FindingStep]], every: Iterable[Finding]) -> None:
    """Name the steps whose finding is no more: they must not go unseen."""
    alive = {f.finding_id for f in every}
    for finding_id in sorted(taken.keys() - alive):
        out.print(f"{finding_id}: {_short(taken[finding_id][-1], ())}", markup=False)


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


findings_case.register(app)
findings_steps.register(app)
findings_sign.register(app)
