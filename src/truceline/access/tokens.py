"""Tokens: 32 random bytes shown once, of which only a hash is kept."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from truceline.access.hidden import Draw, Hidden
from truceline.access.rules import Operation, may_somewhere
from truceline.errors import AccessError, WorkflowError
from truceline.model.person import Principal

SECRET_BYTES: Final = 32
LONGEST: Final = timedelta(days=366)
"""How long a token may be good."""
SESSION: Final = timedelta(hours=12)
"""How long a login is good."""
INVITATION: Final = timedelta(days=7)
"""How long an invitation is good."""
PERSONAL: Final = frozenset({Operation.SET_CREDENTIALS, Operation.ISSUE_TOKEN})
"""What no token is good for but an invitation: a stolen one must not make itself at home."""
_TEXT: Final = re.compile(r"tlt_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class How(StrEnum):
    """How somebody proved who they are when the token was made, and so what it is."""

    TOKEN = "token"  # noqa: S105 - a word, no secret
    """Made for a program."""
    PASSWORD = "password"  # noqa: S105 - the same
    """A session after a login with password and code."""
    OPENID = "openid"
    """A session after a login at an identity provider."""
    INVITATION = "invitation"
    """Made by an administrator so that a person can set a password, once."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token as it is shown, once."""

    token_id: str
    """Names it in lists and in the log."""
    secret: Hidden
    hash: str
    """What is kept: SHA-256 of the secret."""


def new_token(draw: Draw) -> NewToken:
    """Make a token."""
    token_id = draw(6).hex()
    body = base64.urlsafe_b64encode(draw(SECRET_BYTES)).decode().rstrip("=")
    secret = Hidden(f"tlt_{token_id}_{body}")
    return NewToken(token_id, secret, hash_of(secret))


def hash_of(secret: Hidden) -> str:
    """Give the hash under which a token is kept; a plain one does for 256 random bits."""
    return hashlib.sha256(secret.text.encode()).hexdigest()


def read(text: str) -> tuple[str, Hidden]:
    """Give the id and the secret of a token that somebody presents.

    Raises:
        AccessError: when it is none; it is never repeated.
    """
    found = _TEXT.fullmatch(text.strip()) if len(text) < 200 else None
    if found is None:
        raise AccessError(
            "this is no token: it begins with tlt_ and stands on one line, as it was shown when it "
            "was issued."
        )
    return found[1], Hidden(found[0])


def checked_scopes(principal: Principal, names: Iterable[str]) -> frozenset[str]:
    """Give the scopes of a token that somebody wants for themselves.

    Args:
        principal: who wants it.
        names: of operations; none given: all that the roles allow.

    Raises:
        WorkflowError: when a name is no operation.
        AccessError: when it would be good for more than who asks may do.
    """
    wanted = frozenset(names)
    unknown = sorted(wanted - {one.value for one in Operation})
    if unknown:
        raise WorkflowError(
            f"{unknown[0][:64]!r} is no scope; docs/roles.md names every operation."
        )
    mine = {one.value for one in Operation if may_somewhere(principal, one)} - PERSONAL
    wider = sorted(wanted - mine)
    if wider:
        raise AccessError(
            f"a token is never wider than you are: {', '.join(wider)} is not yours to give."
        )
    return wanted or frozenset(mine)


def checked_expiry(days: float, now: datetime) -> datetime:
    """Give when a token ends.

    Args:
        days: how long it is to be good.
        now: UTC.

    Raises:
        WorkflowError: when that is no time, or too long.
    """
    if not 0 < days <= LONGEST.days:  # also refuses what is no number
        raise WorkflowError(f"a token is good for more than 0 and at most {LONGEST.days} days.")
    return now + timedelta(days=days)
