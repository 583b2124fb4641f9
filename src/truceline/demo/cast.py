"""The people of the tutorial: registered, with password and second factor, logged in.

It plays all of them on one machine, which nobody would do outside a tutorial; each step is the one
that a person takes by ``truceline people``.

    python -m truceline.demo.cast ws secret 2026-05-14T08:00:00Z
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pyotp

from truceline.access.hidden import Hidden
from truceline.access.tokens import How
from truceline.model.person import Grant, Person, Principal, Role
from truceline.pipeline import accounts, people, tokens
from truceline.pipeline.acting import AT_DESK
from truceline.pipeline.desk import Desk, open_desk

KEEPER: Final = Person("a.keeper", "A. Example", "IS", (Grant(Role.ADMINISTRATOR),))
"""The administrator, registered first."""
CAST: Final = (
    KEEPER,
    Person("d.duty", "D. Example", "FI", (Grant(Role.DUTY_OFFICER),)),
    Person("n.analyst", "N. Example", "KE", (Grant(Role.ANALYST),)),
    Person("v.sweden", "V. Example", "SE", (Grant(Role.VERIFIER),)),
    Person("w.chile", "W. Example", "CL", (Grant(Role.VERIFIER),)),
    Person("c.chief", "C. Example", "NZ", (Grant(Role.CHIEF),)),
    Person("l.north", "M. Example", "XN", (Grant(Role.LIAISON, "NOR"),)),
    Person("l.south", "L. Example", "XS", (Grant(Role.LIAISON, "SOU"),)),
)
"""Everybody, for the invented agreement ``riverline``."""
Draw = Callable[[int], bytes]
"""Gives that many secret random bytes."""
_BEFORE: Final = timedelta(minutes=5)
"""How long before the login they set up their second factor: a code counts once."""


def enter(desk: Desk, folder: Path, now: datetime, draw: Draw) -> None:
    """Register everybody and write a token of each, good for twelve hours, into a folder.

    Args:
        desk: the workspace, in which nobody is registered yet.
        folder: where the tokens go, a file for each id; made for the owner alone.
        now: when they log in. UTC.
        draw: source of keys, passwords and tokens.

    Raises:
        WorkflowError: when somebody is registered already.
        WorkspaceError: when log, records or keys cannot be written.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    keeper = Principal(KEEPER, How.PASSWORD)
    for person in CAST:
        who = AT_DESK if person is KEEPER else keeper
        people.register(desk, who, person, now - _BEFORE, draw)
        token = _logged_in(desk, keeper, person.person_id, now, draw)
        path = folder / person.person_id
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(token.text + "\n")


def _logged_in(desk: Desk, keeper: Principal, person_id: str, now: datetime, draw: Draw) -> Hidden:
    """Go the way of a new person: invitation, password, second factor, login."""
    before = now - _BEFORE
    password = Hidden(draw(16).hex())
    invitation = tokens.invite(desk, keeper, person_id, before, draw)
    invited = tokens.by_token(desk, invitation.secret.text, before)
    accounts.set_password(desk, invited, password, before, draw)
    first = accounts.log_in(desk, person_id, password, "", before, draw)
    enrolment = accounts.begin_second_factor(desk, first, before, draw)
    code = pyotp.TOTP(enrolment.secret.text)
    accounts.confirm_second_factor(desk, first, code.at(before), before, draw)
    principal = accounts.log_in(desk, person_id, password, code.at(now), now, draw)
    return tokens.open_session(desk, principal, now, draw).secret


def main(words: list[str]) -> None:
    """Enter everybody into the workspace that the command line names."""
    root, folder, text = words
    with open_desk(Path(root)) as desk:
        enter(desk, Path(folder), datetime.fromisoformat(text), secrets.token_bytes)


if __name__ == "__main__":
    main(sys.argv[1:])
