"""How people log in, what programs may do for them, and who was given or has read what."""

from __future__ import annotations

import json as json_of
import os
import secrets
import sys
from pathlib import Path

import typer

from truceline.access.hidden import Hidden
from truceline.access.tokens import LONGEST
from truceline.cli.acting import (
    PASSWORD_FILE,
    TOKEN_FILE,
    acting,
    ask_secret,
    logged_in,
    secret_in,
    token_given,
)
from truceline.cli.screen import err, now, out, print_json, shown
from truceline.errors import WorkflowError
from truceline.pipeline import accounts, identities, tokens
from truceline.pipeline.access_log import audit_access
from truceline.pipeline.acting import AT_DESK
from truceline.pipeline.desk import open_desk
from truceline.pipeline.reads import audit_reads
from truceline.transport.openid import Identity, begin, finish
from truceline.transport.openid_settings import read_provider

WS = typer.Argument(help="Folder of the workspace.", metavar="WS")
ID = typer.Argument(help="Id of the person, such as r.example.", metavar="ID")
WHO = typer.Argument("", help="Id of the person who logs in with a password.", metavar="[ID]")
OPENID = typer.Option(False, "--openid", help="At the identity provider of openid.toml instead.")
ISSUER = typer.Option(..., "--issuer", help="Address of the provider.", metavar="URL")
SUBJECT = typer.Option(..., "--subject", help="Its own id for the person; no mail address.")
UNDO = typer.Option(False, "--undo", help="Take it back.")
CODE = typer.Option("", "--code", help="Code of the authenticator.", metavar="CODE")
RESET = typer.Option(False, "--reset", help="Take away password, second factor and tokens first.")
SCOPE = typer.Option([], "--scope", help="Operation (docs/roles.md); may be given again.")
DAYS = typer.Option(30.0, "--days", help=f"How long it is good; at most {LONGEST.days}.")
PURPOSE = typer.Option(..., "--purpose", help="What it is for, in words.", metavar="TEXT")
TOKEN_ID = typer.Argument(help="Id of the token.", metavar="TOKEN")
PERSON = typer.Option(None, "--person", help="Only of one person.", metavar="ID")
ACCESS = typer.Option(False, "--access", help="Who was given access, instead of who read what.")
JSON = typer.Option(False, "--json", help="Print JSON for a program.")


def register(app: typer.Typer) -> None:
    """Add these commands to the group."""
    for command in (password, totp, login, bind, invite, token, list_tokens, revoke, audit):
        name = command.__name__.removeprefix("list_")
        app.command(name)(command)


def password(
    ws: Path = WS,
    password_file: Path | None = PASSWORD_FILE,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Set one's own password: with an invitation the first one, after a login another one.

    Example: truceline people password ws --token-file invitation.txt
    """
    with open_desk(ws) as desk:
        principal = acting(desk, token_file=token_file)
        new = _new_password() if password_file is None else secret_in(password_file)
        accounts.set_password(desk, principal, new, now(), secrets.token_bytes)
    who = "" if principal.person is None else principal.person.person_id
    out.print(f"password of {who} set; next: truceline people totp {ws}", markup=False)


def totp(ws: Path = WS, code: str = CODE, token_file: Path | None = TOKEN_FILE) -> None:
    """Set up an authenticator as second factor; once its first code is given, it is asked for.

    Example: truceline people totp ws
    """
    with open_desk(ws) as desk:
        principal = acting(desk, token_file=token_file)
        if not code:
            made = accounts.begin_second_factor(desk, principal, now(), secrets.token_bytes)
            out.print(f"secret for the authenticator: {made.secret.text}", markup=False)
            out.print(f"the same as a link: {made.uri.text}", markup=False)
            if not sys.stdin.isatty():
                out.print(f"then: truceline people totp {ws} --code CODE", markup=False)
                return
            code = ask_secret("first code of the authenticator").text
        codes = accounts.confirm_second_factor(desk, principal, code, now(), secrets.token_bytes)
    out.print("second factor set; log in again. Each of these counts once, for when it is lost:")
    for one in codes:
        out.print(f"  {one.text}", markup=False)


def login(
    ws: Path = WS,
    person: str = WHO,
    openid: bool = OPENID,
    password_file: Path | None = PASSWORD_FILE,
    code: str = CODE,
) -> None:
    """Log in and print a token that is good for 12 hours, for TRUCELINE_TOKEN.

    Example: truceline people login ws r.example
    """
    if bool(person) is openid:
        raise typer.BadParameter("give either the id of the person or --openid")
    with open_desk(ws) as desk:
        if openid:
            principal = identities.principal_of(desk, _at_provider(ws))
        else:
            principal = logged_in(desk, person, password_file, code)
        session = tokens.open_session(desk, principal, now(), secrets.token_bytes)
    typer.echo(session.secret.text)


def bind(
    ws: Path = WS,
    person: str = ID,
    issuer: str = ISSUER,
    subject: str = SUBJECT,
    undo: bool = UNDO,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Say who a person is at an identity provider, so that they can log in there.

    Example: truceline people bind ws r.example --issuer https://id.example --subject 248289761001
    """
    with open_desk(ws) as desk:
        principal = acting(desk, token_file=token_file)
        change = identities.unbind if undo else identities.bind
        change(desk, principal, person, Identity(issuer, subject), now())
    done = "is no longer known by" if undo else "is known by"
    out.print(f"{person} {done} that identity at {issuer}", markup=False)


def invite(
    ws: Path = WS, person: str = ID, reset: bool = RESET, token_file: Path | None = TOKEN_FILE
) -> None:
    """Invite a person to set a password, once; ``--reset`` for one who lost theirs.

    Example: truceline people invite ws r.example --reset
    """
    from truceline.cli.people import tell_invitation  # noqa: PLC0415 - it imports this module

    with open_desk(ws) as desk:
        nobody_can = not tokens.begun(desk) and token_given(token_file) is None
        principal = AT_DESK if nobody_can else acting(desk, token_file=token_file)
        if reset:
            accounts.reset(desk, principal, person, now())
        made = tokens.invite(desk, principal, person, now(), secrets.token_bytes)
    tell_invitation(ws, person, made.secret)


def token(
    ws: Path = WS,
    purpose: str = PURPOSE,
    scope: list[str] = SCOPE,
    days: float = DAYS,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Issue a token for a program that acts for oneself; never wider than oneself, shown once.

    Example: truceline people token ws --purpose "nightly list" --scope findings.list --days 90
    """
    with open_desk(ws) as desk:
        principal = acting(desk, token_file=token_file)
        made = tokens.issue(desk, principal, scope, days, purpose, now(), secrets.token_bytes)
    typer.echo(made.secret.text)


def list_tokens(
    ws: Path = WS,
    person: str | None = PERSON,
    json: bool = JSON,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """List tokens and sessions without their secrets: one's own, or with --person another's.

    Example: truceline people tokens ws
    """
    with open_desk(ws) as desk:
        principal = acting(desk, token_file=token_file)
        whose = person or (principal.person.person_id if principal.person else None)
        found = tokens.listed(desk, principal, now(), whose)
    names = ("token_id", "person_id", "how", "purpose", "issued", "expires", "last_used", "revoked")
    if json:
        print_json(
            [
                {**{n: getattr(t, n) for n in names}, "scopes": json_of.loads(t.scopes)}
                for t in found
            ]
        )
        return
    for one in found:
        state = f"revoked {one.revoked}" if one.revoked else f"good until {one.expires}"
        used = f", last used {one.last_used}" if one.last_used else ", never used"
        said = f"{one.token_id} {one.person_id} {one.how}: {one.purpose}; {state}{used}"
        out.print(shown(said), markup=False)
    if not found:
        out.print("no token")


def revoke(ws: Path = WS, token_id: str = TOKEN_ID, token_file: Path | None = TOKEN_FILE) -> None:
    """Revoke a token or session; it counts no more from this moment.

    Example: truceline people revoke ws 0123456789ab
    """
    with open_desk(ws) as desk:
        tokens.revoke(desk, acting(desk, token_file=token_file), token_id, now())
    out.print(f"{token_id} revoked", markup=False)


def audit(
    ws: Path = WS,
    person: str | None = PERSON,
    access: bool = ACCESS,
    json: bool = JSON,
    token_file: Path | None = TOKEN_FILE,
) -> None:
    """Show who read what is sensitive: the chief of mission everybody's, others their own.

    Example: truceline people audit ws --person r.example
    """
    with open_desk(ws) as desk:
        principal = acting(desk, token_file=token_file)
        if access:
            found = audit_access(desk, principal, now(), person)
            lines = [
                f"{o.time} {o.person_id} {o.what} by {o.by or 'desk'} {o.detail}" for o in found
            ]
            plain = [
                {**{n: getattr(o, n) for n in o.__slots__}, "detail": json_of.loads(o.detail)}
                for o in found
            ]
        else:
            reads = audit_reads(desk, principal, now(), person)
            lines = [
                f"{r.time} {r.person_id or '(desk)'} {r.operation} {r.subject} "
                f"({r.how}, entry {r.log_index} of the log)"
                for r in reads
            ]
            plain = [{n: getattr(r, n) for n in r.__slots__} for r in reads]
    if json:
        print_json(plain)
        return
    for line in lines or ["nothing is recorded"]:
        out.print(shown(line), markup=False)


def _new_password() -> Hidden:
    """Ask for a new password twice.

    Raises:
        AccessError: when there is no terminal.
        WorkflowError: when the two differ.
    """
    first = ask_secret("new password")
    if ask_secret("the same again").text != first.text:
        raise WorkflowError("the two passwords differ; nothing was changed.")
    return first


def _at_provider(ws: Path) -> Identity:
    """Send the person to the identity provider, and take the address to which it sends them back.

    Raises:
        AccessError: when the provider does not say who they are.
        WorkspaceError: when it is set up wrongly or cannot be asked.
    """
    provider = read_provider(ws, os.environ)
    begun = begin(provider, secrets.token_bytes, now())
    err.print("go to this address, log in, and give the address to which you are sent back:")
    err.print(begun.url, markup=False)
    answer = str(typer.prompt("address", err=True))
    return finish(provider, begun, answer, now())
