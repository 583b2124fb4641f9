"""One case as a whole, and the queue of what is to be done."""

from __future__ import annotations

import json as jsons
from itertools import groupby
from pathlib import Path

import typer

from truceline.cli.acting import TOKEN_FILE
from truceline.cli.findings_options import BY, FINDING, JSON, WS, who_acts
from truceline.cli.screen import now, out, print_json, tell
from truceline.codec.canonical import rfc3339
from truceline.model.person import KeptBy
from truceline.model.review_rules import UNDETERMINED
from truceline.pipeline.case import (
    WITHOUT_RULES,
    Case,
    Queue,
    case_plain,
    open_case,
    proves,
    queue,
)
from truceline.pipeline.desk import open_desk
from truceline.pipeline.step_chain import FOLLOWS
from truceline.store.notices import FindingStep

LIMIT = typer.Option(20, "--limit", help="Findings without a step to list at most.", min=0)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("queue")(show_queue)
    app.command("case")(show_case)


def show_queue(
    ws: Path = WS,
    limit: int = LIMIT,
    by: str = BY,
    token_file: Path | None = TOKEN_FILE,
    json: bool = JSON,
) -> None:
    """List what is to be done: cases by status, who has them in progress, what is due, what waits.

    Example: truceline findings queue ws
    """
    with open_desk(ws) as desk:
        found = queue(desk, now(), limit, who_acts(desk, by, token_file))
    if json:
        print_json(_queue_plain(found))
        return
    for status, some in groupby(found.cases, lambda one: one.state.status.value):
        out.print(f"{status}:", markup=False)
        for one in some:
            _tell_waiting(one)
    if found.waiting:
        out.print("nobody has looked at:")
    for waiting in found.waiting:
        out.print(f"  {waiting.finding_id:<28} {waiting.probability:.3f}", markup=False)
    more = "" if not found.left else f", {found.left} more wait"
    out.print(f"{len(found.cases)} cases open, {found.ended} final or rejected{more}")


def _tell_waiting(one: Case) -> None:
    state = one.state
    lock = "" if state.lock is None else (
        f"; in progress with {state.lock.person} until {rfc3339(state.lock.until)}"
    )  # fmt: skip
    due = "" if state.reply_by is None else f"; reply due {rfc3339(state.reply_by)}"
    out.print(f"  {one.finding.finding_id:<28} {one.grade}{lock}{due}", markup=False)
    tell(f"next: {state.missing}", first="      ")


def _queue_plain(found: Queue) -> dict[str, object]:
    return {
        "cases": [
            {name: value for name, value in case_plain(one).items() if name != "steps"}
            for one in found.cases
        ],
        "ended": found.ended,
        "waiting": [
            {"finding_id": one.finding_id, "probability": one.probability} for one in found.waiting
        ],
        "left": found.left,
    }


def show_case(
    ws: Path = WS,
    finding: str = FINDING,
    by: str = BY,
    token_file: Path | None = TOKEN_FILE,
    json: bool = JSON,
) -> None:
    """Show the whole case: revisions, steps with persons and signatures, replies, dissent, what next.

    Example: truceline findings case ws INC-000001/R-2
    """
    with open_desk(ws) as desk:
        one = open_case(desk, finding, now(), who_acts(desk, by, token_file))
    if json:
        print_json(case_plain(one))
        return
    _tell_head(one)
    for revision, rows in groupby(one.steps, lambda row: row.case_revision):
        out.print(f"revision {revision} of the case", markup=False)
        for row in rows:
            _tell_step(row)
    for line in dict.fromkeys(f"{_signed(row)}: {proves(row)}" for row in one.steps):
        tell(line, first="  ")
    if not one.steps:
        out.print("nobody has taken a step; what stands here is the machine's")


def _tell_head(one: Case) -> None:
    finding, state = one.finding, one.state
    out.print(
        f"{finding.finding_id} {finding.clause_ref}: {state.status.value}, "
        f"revision {state.case_revision} of the case",
        markup=False,
    )
    tell(
        f"{finding.outcome.value}, p = {finding.probability:.3f}, {finding.words}; incident "
        f"revision {finding.incident_revision}",
        first="  machine  ",
    )
    graded = "graded by persons" if state.grade else "proposed by the machine"
    tell(f"{one.grade} ({graded})", first="  grade    ")
    who = ", ".join(
        party if (party, p) == (UNDETERMINED, 1) else f"{party} {p:.0%}"
        for party, p in state.attribution
    )
    tell(who, first="  who      ")
    if state.lock is not None:
        until = rfc3339(state.lock.until)
        tell(f"in progress with {state.lock.person} until {until}", first="  lock     ")
    for told in state.told:
        tell(f"{told.party}, may reply until {rfc3339(told.reply_by)}", first="  told     ")
    said = f"{len(state.replies)} replied, {len(state.dissents)} dissented"
    tell(said, first="  said     ")
    tell(state.missing, first="  next     ")
    if one.rules is None:
        tell(WITHOUT_RULES, first="  rules    ")


def _tell_step(row: FindingStep) -> None:
    where = f" ({row.nationality})" if row.nationality else ""
    detail = {name: v for name, v in jsons.loads(row.detail).items() if name != FOLLOWS}
    more = "".join(f", {name} {_shown(value)}" for name, value in sorted(detail.items()))
    tell(f"{row.time} {row.step} by {row.person}{where}{more}", first=f"  {row.number:>4}  ")
    if row.reason:  # a party is given no inner reasons
        tell(row.reason, first="        ")
    tell(f"entry {row.log_index} of the log, {_signed(row)}", first="        ")


def _signed(row: FindingStep) -> str:
    """Name the key under a step in a few words."""
    if not row.signature:
        return "no signature"
    if jsons.loads(row.signature)["kept_by"] == KeptBy.PERSON:
        return "their own key"
    return "the system's key" if row.person_id else "the desk's key"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return " ".join(f"{party} {p:g}" for party, p in value)
    return str(value)
