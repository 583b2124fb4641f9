"""How a command learns who acts: a name at a desk, else a token, or a password and a code."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from pathlib import Path
from typing import Final

import typer

from truceline.access.hidden import Hidden
from truceline.access.rules import ANYTHING, Operation, Subject
from truceline.cli.screen import now
from truceline.errors import AccessError
from truceline.model.person import Principal
from truceline.pipeline.accounts import log_in
from truceline.pipeline.acting import AT_DESK, allow
from truceline.pipeline.desk import Desk
from truceline.pipeline.registered import anybody
from truceline.pipeline.tokens import by_token

TOKEN: Final = "TRUCELINE_TOKEN"  # noqa: S105 - the name of a variable
"""Variable of the environment in which a token may stand."""
TOKEN_FILE = typer.Option(
    None, "--token-file", help=f"File with a token (or set {TOKEN}).", metavar="FILE"
)
PASSWORD_FILE = typer.Option(
    None, "--password-file", help="File with the password, where no terminal asks.", metavar="FILE"
)
_LONGEST: Final = 2048
"""Of a file with a secret. Unit: bytes."""


def acting(desk: Desk, by: str = "", token_file: Path | None = None) -> Principal:
    """Tell who acts; where nobody is registered, whoever holds the files.

    Args:
        desk: the workspace.
        by: what ``--by`` says: a free name at a desk, else the id or name of a registered person.
        token_file: where a token stands.

    Raises:
        AccessError: when people are registered and none of them is proved, or another one.
        WorkspaceError: when the records cannot be read.
    """
    if not anybody(desk):
        return AT_DESK
    token = token_given(token_file)
    if token is None:
        return _asked(desk, by)
    principal = by_token(desk, token.text, now())
    who = principal.person
    if who is not None and by and by not in {who.person_id, who.name}:
        raise AccessError(f"the token is that of {who.person_id}, but --by says {by[:64]!r}.")
    return principal


def logged_in(desk: Desk, person_id: str, password_file: Path | None, code: str) -> Principal:
    """Log in with a password from a file or from the terminal.

    Raises:
        AccessError: when id, password or code is wrong, or nothing can be asked.
        WorkspaceError: when the records cannot be read or written.
    """
    if password_file is not None:
        return log_in(desk, person_id, secret_in(password_file), code, now(), secrets.token_bytes)
    password = ask_secret(f"password of {person_id}")
    code = code or ask_secret("code (leave empty where none is set up)").text
    return log_in(desk, person_id, password, code, now(), secrets.token_bytes)


def token_given(token_file: Path | None) -> Hidden | None:
    """Give the token of a file or of the environment, if there is one.

    Raises:
        AccessError: when the file cannot be used.
    """
    if token_file is not None:
        return secret_in(token_file)
    text = os.environ.get(TOKEN, "")
    return Hidden(text) if text else None


def secret_in(path: Path) -> Hidden:
    """Read a secret from a file that is for its owner alone.

    Raises:
        AccessError: when others may read it, or it holds no line of text; nothing of it is repeated.
        OSError: when it cannot be read.
    """
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        data = file.read(_LONGEST + 1)
    if stat.S_ISREG(mode) and mode & 0o077:
        raise AccessError(f"{path}: others can read this file; do `chmod 600 {path}` first.")
    try:
        text = data.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        text = ""
    if not text or "\n" in text or len(data) > _LONGEST:
        raise AccessError(f"{path}: holds no secret; it is one line of text.")
    return Hidden(text)


def ask_secret(what: str) -> Hidden:
    """Ask at the terminal for what is not shown while it is typed.

    Raises:
        AccessError: when there is no terminal.
    """
    if not sys.stdin.isatty():
        raise AccessError(
            f"who acts is not proved: set {TOKEN}, or give --token-file FILE; there is no terminal "
            "to ask at."
        )
    typed = typer.prompt(what, default="", show_default=False, hide_input=True, err=True)
    return Hidden(str(typed))


def _asked(desk: Desk, by: str) -> Principal:
    """Ask for a password where no token is given; at a terminal only.

    Raises:
        AccessError: when there is no terminal, or what is typed is wrong.
    """
    if not sys.stdin.isatty():
        raise AccessError(
            "people are registered in this workspace, so a name alone counts no more: set "
            f"{TOKEN}, or give --token-file FILE (`truceline people login WS ID` gives a token)."
        )
    person_id = by or str(typer.prompt("id of the person who acts", err=True))
    return logged_in(desk, person_id, None, "")


def permitted(
    desk: Desk, operation: Operation, token_file: Path | None = None, subject: Subject = ANYTHING
) -> Principal:
    """Tell who acts, for a command that is one operation, and refuse it where the rules do.

    Args:
        desk: the workspace.
        operation: what the command does.
        token_file: where a token stands.
        subject: on what.

    Raises:
        AccessError: when it is not proved who acts, or they may not.
        WorkspaceError: when the records cannot be read.
    """
    return allow(desk, acting(desk, token_file=token_file), operation, now(), subject)
