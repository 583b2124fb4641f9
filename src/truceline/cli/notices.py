"""Notices: who must be told, who was, who answered. Nothing but notifying ever happens here."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from truceline.access.operations import Operation
from truceline.access.rules import Subject, forbidden, may_somewhere, require
from truceline.cli.acting import TOKEN_FILE, acting, permitted
from truceline.cli.screen import busy, now, out, print_json, tell
from truceline.codec.canonical import rfc3339
from truceline.errors import WorkspaceError
from truceline.model.person import Principal
from truceline.model.procedure import Notice, OpenProcedure
from truceline.pipeline import notice_sending as sending
from truceline.pipeline import notices as desk_of
from truceline.pipeline.acting import still
from truceline.pipeline.carriers import Wire
from truceline.pipeline.desk import Desk, open_desk
from truceline.publication.notice import email_text
from truceline.store.workspace import open_workspace
from truceline.transport.outcome import Result
from truceline.transport.settings import FILE, read_settings
from truceline.transport.settings_template import template

_Found = tuple[tuple[OpenProcedure, tuple[desk_of.Standing, ...]], ...]
app = typer.Typer(
    help="Notices: who must be told, by when, who was told and has answered.",
    no_args_is_help=True,
)
WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
NOTICE = typer.Argument(help="Id of a notice.", metavar="NOTICE")
PROCEDURE = typer.Argument(help="Id of a procedure of the agreement.", metavar="PROCEDURE")
BY = typer.Option(..., "--by", help="Name of the person who acts.", metavar="NAME")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")
DRY_RUN = typer.Option(False, "--dry-run", help="Print what would go out, and send nothing.")
AGAIN = typer.Option(
    False, "--again", help="Try also what failed for good, and what waits for its next try."
)


@app.command()
def setup(ws: Path = WS, token_file: Path | None = TOKEN_FILE) -> None:
    """Write notices.toml, in which addresses stand; an earlier one is left alone.

    Example: truceline notices setup ws
    """
    open_workspace(ws)
    path = ws / FILE
    with open_desk(ws) as desk:
        permitted(desk, Operation.CHANGE_SETTINGS, token_file)
        recipients = desk.agreement.recipients
        if not recipients:
            raise WorkspaceError(
                f"{desk.agreement.id} names nobody to be told: its folder has no procedures.yaml."
            )
        text = template(recipients, now())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise WorkspaceError(f"{path} is there already; change it with an editor.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    out.print(f"{path}: write addresses into it for {len(recipients)} recipients", markup=False)


@app.command("list")
def list_notices(ws: Path = WS, json: bool = JSON, token_file: Path | None = TOKEN_FILE) -> None:
    """List open procedures: who must be told, by when, what was sent, acknowledged, is overdue.

    Example: truceline notices list ws
    """
    with open_desk(ws) as desk:
        who = acting(desk, token_file=token_file)
        found = _seen(desk, who, desk_of.standings(desk, now()))
        remarks = {one.id: desk_of.changed(desk, one) for one, _ in found}
    if json:
        print_json([_plain(one, notices, remarks[one.id]) for one, notices in found])
        return
    for one, notices in found:
        _tell(one, notices, remarks[one.id])
    late = sum(standing.state.endswith("in time") for _, notices in found for standing in notices)
    out.print(f"{len(found)} open procedures, {late} notices overdue")


@app.command()
def send(
    ws: Path = WS,
    dry_run: bool = DRY_RUN,
    again: bool = AGAIN,
    json: bool = JSON,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Send what is due now; exit code 1 where something could not go out. Repeat it by a timer.

    Example: truceline notices send ws --dry-run
    """
    with open_desk(ws) as desk:
        permitted(desk, Operation.SEND_NOTICES, token_file)
        wire = _wire(desk)
        if dry_run:
            owed = sending.owed_now(desk, wire, now(), again=again)
            if json:
                print_json([{"notice": o.notice.id, "by": o.id[1]} for o in owed])
            else:
                _preview(owed)
            return
        with busy("sending"):
            done = sending.send_due(desk, wire, now(), again=again)
    wrong = sum(one.outcome.result is not Result.SENT for one in done)
    if json:
        print_json([_delivered(one) for one in done])
    else:
        for one in done:
            said = _delivered(one)
            words = f"{said['by'] or 'no way'}: {said['result']} ({said['code']})"
            out.print(f"{one.notice.id}  {words} {said['said']}".rstrip(), markup=False)
        out.print(f"{len(done) - wrong} sent, {wrong} not")
    if wrong:
        raise typer.Exit(1)


@app.command()
def acknowledge(
    ws: Path = WS, notice: str = NOTICE, by: str = BY, token_file: Path | None = TOKEN_FILE
) -> None:
    """Record that a person acknowledges a notice for its recipient. It answers, and decides nothing.

    Example: truceline notices acknowledge ws RV-ANY/STEP-000001/both-sides/CELL --by "N. Example"
    """
    with open_desk(ws) as desk:
        permitted(desk, Operation.ACKNOWLEDGE, token_file, _of(desk, _recipient(notice)))
        row = desk_of.acknowledge(desk, notice, by, now())
    out.print(f"{row.notice_id} acknowledged by {row.by} at {row.time}", markup=False)


@app.command()
def drill(
    ws: Path = WS, procedure: str = PROCEDURE, by: str = BY, token_file: Path | None = TOKEN_FILE
) -> None:
    """Open a procedure for practice; every text that follows from it says that it is a drill.

    Example: truceline notices drill ws RV-SERIOUS --by "N. Example"
    """
    with open_desk(ws) as desk:
        permitted(desk, Operation.SEND_NOTICES, token_file)
        opened = desk_of.drill(desk, procedure, now(), by)
    out.print(f"DRILL {opened.id} opened by {opened.cause.person}", markup=False)
    out.print(f"what it asks for: truceline notices list {ws}", markup=False)


def _seen(desk: Desk, who: Principal, found: _Found) -> _Found:
    """Leave out the notices that somebody may not see: a liaison sees those of the own side.

    Raises:
        AccessError: when who asks may see none of anybody's.
    """
    current = still(desk, who, now())
    if not may_somewhere(current, Operation.LIST_NOTICES):
        require(current, Operation.LIST_NOTICES)

    def may(standing: desk_of.Standing) -> bool:
        about = _of(desk, standing.notice.recipient.id)
        return not forbidden(current, Operation.LIST_NOTICES, about)

    left = ((one, tuple(each for each in notices if may(each))) for one, notices in found)
    return tuple((one, notices) for one, notices in left if notices)


def _recipient(notice: str) -> str:
    return notice.removesuffix("/withdrawal").rsplit("/", 1)[-1]


def _of(desk: Desk, recipient: str) -> Subject:
    """Give the side of a recipient: a body of a party bears its id first, such as NOR-LIAISON."""
    sides = (party.id for party in desk.agreement.parties)
    return Subject(side=next((s for s in sides if f"{recipient}-".startswith(f"{s}-")), ""))


def _wire(desk: Desk) -> Wire:
    settings = read_settings(desk.workspace.root, desk.agreement.recipients)
    if settings is None:
        raise WorkspaceError(
            f"{desk.workspace.root / FILE} is missing: nobody knows where notices go; write one "
            f"with `truceline notices setup {desk.workspace.root}`."
        )
    return Wire(settings, os.environ)


def _tell(one: OpenProcedure, notices: tuple[desk_of.Standing, ...], remark: str) -> None:
    mark = "DRILL " if one.drill else ""
    tell(f"{mark}{one.id}  {one.procedure.title}", rest="  ", bold=True)
    cause = notices[0].notice.cause if notices else ""
    tell(f"opened {rfc3339(one.cause.time)}: {cause}", "  ", "    ")
    if one.withdrawn is not None:
        rejected = f"{rfc3339(one.withdrawn.time)} by {one.withdrawn.person}"
        tell(f"WITHDRAWN: the finding was rejected {rejected}", "  ", "    ")
    if remark:
        tell(f"remark: {remark}", "  ", "    ")
    for standing in notices:
        _tell_notice(standing)
    out.print()


def _tell_notice(standing: desk_of.Standing) -> None:
    notice = standing.notice
    limit = f", by {rfc3339(notice.deadline)}" if notice.deadline is not None else ""
    tell(f"{standing.state.upper()}: {notice.recipient.name}{limit}", "  ", "    ")
    tell(notice.id, "    ")
    for row in standing.records:
        by = f"by {row.by}" if row.what == "acknowledged" else f"by {row.carrier}"
        why = f" ({row.detail})" if row.what == "failed" else ""
        tell(f"{row.time} {row.what} {by}{why}", "    ", "      ")
    for attempt in standing.attempts:
        if attempt.tries and attempt.state in ("later", "unsure", "begun"):
            tried = f"{attempt.carrier} tried {attempt.tries} times: {attempt.said}"
            tell(f"next {attempt.next_try}; {tried}", "    ", "      ")


def _plain(
    one: OpenProcedure, notices: tuple[desk_of.Standing, ...], remark: str
) -> dict[str, Any]:
    return {
        "id": one.id,
        "procedure": one.procedure.id,
        "title": one.procedure.title,
        "drill": one.drill,
        "opened": rfc3339(one.cause.time),
        "opened_by": one.cause.person,
        "withdrawn": rfc3339(one.withdrawn.time) if one.withdrawn is not None else None,
        "withdrawn_by": one.withdrawn.person if one.withdrawn is not None else None,
        "remark": remark,
        "notices": [_standing(standing) for standing in notices],
    }


def _standing(one: desk_of.Standing) -> dict[str, Any]:
    acknowledged = next((row for row in one.records if row.what == "acknowledged"), None)
    return {
        "notice": one.notice.id,
        "recipient": one.notice.recipient.id,
        "state": one.state,
        "deadline": _moment(one.notice.deadline),
        "withdrawal": one.notice.withdrawal,
        "sent": {row.carrier: row.time for row in one.records if row.what == "sent"},
        "failed": [[row.carrier, row.time, row.detail] for row in one.records
                   if row.what == "failed"],
        "acknowledged": acknowledged.time if acknowledged is not None else None,
        "acknowledged_by": acknowledged.by if acknowledged is not None else None,
        "next_try": {a.carrier: a.next_try for a in one.attempts
                     if a.state in ("later", "unsure", "begun")},
    }  # fmt: skip


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)


def _delivered(one: sending.Delivery) -> dict[str, str]:
    return {
        "notice": one.notice.id,
        "by": one.route,
        "result": one.outcome.result.value,
        "code": one.outcome.code,
        "said": one.outcome.said,
    }


def _preview(owed: tuple[sending.Owed, ...]) -> None:
    """Print what would go out: each notice once, with its ways."""
    ways: dict[str, tuple[Notice, list[str]]] = {}
    for one in owed:
        ways.setdefault(one.notice.id, (one.notice, []))[1].append(one.id[1] or "no way is known")
    for notice, names in ways.values():
        letter = email_text(notice)
        out.print(f"--- {', '.join(names)}", markup=False)
        out.print(f"Subject: {letter.subject}", markup=False)
        out.print()
        out.print(letter.body, markup=False, end="")
    out.print(f"{len(ways)} notices would go out; nothing was sent")
