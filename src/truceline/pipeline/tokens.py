"""Tokens, sessions and invitations: issued, presented, listed, revoked."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from truceline.access import tokens as rules
from truceline.access.hidden import Draw
from truceline.access.persons import checked_name
from truceline.access.rules import Operation, Subject
from truceline.access.tokens import How, NewToken
from truceline.codec.canonical import canonical, rfc3339
from truceline.errors import AccessError, WorkflowError
from truceline.model.person import Principal
from truceline.pipeline import recording
from truceline.pipeline.access_log import changes, note
from truceline.pipeline.acting import allow, by_of
from truceline.pipeline.desk import Desk
from truceline.pipeline.registered import people, person
from truceline.store import accounts as store
from truceline.store import database

_TOUCHED: Final = timedelta(minutes=1)
"""How exactly it is known when a token was used last."""
_NONE: Final = "this token is not known, has expired, or was revoked; ask for another one."


def issue(
    desk: Desk,
    principal: Principal,
    scopes: Iterable[str],
    days: float,
    purpose: str,
    now: datetime,
    draw: Draw,
) -> NewToken:
    """Issue a token for oneself; its secret is shown once and kept nowhere.

    Args:
        desk: the workspace.
        principal: who wants it, after a login; a token cannot make others.
        scopes: operations that it is good for; none given: all that the roles allow.
        days: how long it is good.
        purpose: what for, in words.
        now: UTC.
        draw: source of the secret.

    Raises:
        AccessError: when who asks may not, or it would be wider than they are.
        WorkflowError: when scopes, days or purpose cannot stand.
        WorkspaceError: when log or records cannot be written.
    """
    subject = Subject(owner=by_of(principal))
    current = allow(desk, principal, Operation.ISSUE_TOKEN, now, subject)
    if current.person is None or current.how not in (How.PASSWORD, How.OPENID):
        raise AccessError("log in with your password for this: a token cannot make others.")
    good_for = rules.checked_scopes(current, scopes)
    expires = rules.checked_expiry(days, now)
    said = checked_name(purpose)
    return _give(desk, current.person.person_id, How.TOKEN, good_for, said, expires, now, draw)


def invite(desk: Desk, principal: Principal, person_id: str, now: datetime, draw: Draw) -> NewToken:
    """Invite a registered person to set a password, once, within a week.

    While nobody can log in yet, whoever holds the files may invite; afterwards an administrator.

    Raises:
        AccessError: when who asks may not.
        WorkflowError: when there is no such person, or they are disabled.
        WorkspaceError: when log or records cannot be written.
    """
    if begun(desk) or principal.person is not None:
        allow(desk, principal, Operation.MANAGE_PEOPLE, now)
    if person(desk, person_id).disabled:
        raise WorkflowError(f"{person_id} is disabled; `truceline people change WS ID --enable`.")
    good_for = frozenset({Operation.SET_CREDENTIALS.value})
    expires = now + rules.INVITATION
    return _give(
        desk, person_id, How.INVITATION, good_for, "invitation", expires, now, draw,
        by=by_of(principal),
    )  # fmt: skip


def begun(desk: Desk) -> bool:
    """Tell whether anybody can log in yet; until then whoever holds the files may invite."""
    with database.reading(desk.engine) as connection:
        return store.anybody_can_log_in(connection)


def open_session(desk: Desk, principal: Principal, now: datetime, draw: Draw) -> NewToken:
    """Give a session to somebody who has just logged in, so that they need not again for hours.

    Raises:
        AccessError: when who asks has not just logged in.
        WorkspaceError: when log or records cannot be written.
    """
    if principal.person is None or principal.proof or principal.how == How.TOKEN:
        raise AccessError("a session begins with a login.")
    ends = now + rules.SESSION
    how = How(principal.how)
    whose = principal.person.person_id
    return _give(desk, whose, how, principal.scopes, "session", ends, now, draw)


def by_token(desk: Desk, text: str, now: datetime) -> Principal:
    """Tell who presents a token.

    Raises:
        AccessError: when it is none, or not good any more; which of these is not told.
        WorkspaceError: when the records cannot be read or written.
    """
    token_id, secret = rules.read(text)
    with database.reading(desk.engine) as connection:
        token = store.token(connection, token_id)
    kept = "" if token is None else token.hash
    same = hmac.compare_digest(kept.encode(), rules.hash_of(secret).encode())
    if token is None or not same or not _good(token, now):
        raise AccessError(_NONE)
    whose = people(desk).get(token.person_id)
    if whose is None or whose.disabled:
        raise AccessError(_NONE)
    if not token.single_use and _stale(token, now):
        with database.writing(desk.engine) as connection:
            store.touch_token(connection, token_id, rfc3339(now))
    scopes = json.loads(token.scopes)
    return Principal(
        whose,
        token.how,
        None if scopes is None else frozenset(scopes),
        datetime.fromisoformat(token.expires),
        token_id,
    )


def listed(
    desk: Desk, principal: Principal, now: datetime, person_id: str | None = None
) -> tuple[store.Token, ...]:
    """Give tokens and sessions without their secrets: all, or those of one person.

    Raises:
        AccessError: when who asks may not see them.
    """
    subject = Subject() if person_id is None else Subject(owner=person_id)
    allow(desk, principal, Operation.REVOKE_TOKEN, now, subject)
    with database.reading(desk.engine) as connection:
        return store.tokens(connection, person_id)


def revoke(desk: Desk, principal: Principal, token_id: str, now: datetime) -> None:
    """Revoke a token or session: from now on it counts no more.

    Raises:
        AccessError: when who asks may not, or it is not theirs.
        WorkflowError: when there is no such token, or it was revoked before.
        WorkspaceError: when log or records cannot be written.
    """
    with database.reading(desk.engine) as connection:
        token = store.token(connection, token_id)
    subject = Subject(owner="" if token is None else token.person_id)
    allow(desk, principal, Operation.REVOKE_TOKEN, now, subject)
    if token is None:
        raise WorkflowError(f"no token is called {token_id[:64]!r}; `truceline people tokens WS`.")
    with recording.recording(desk):
        with database.writing(desk.engine) as connection:
            store.revoke_token(connection, token_id, rfc3339(now))
        if _revoked_in_log(desk, token):
            raise WorkflowError(f"{token_id} was revoked at {token.revoked or 'this moment'}.")
        by, detail = by_of(principal), {"token_id": token_id}
        note(desk, "token revoked", token.person_id, by, now, detail)


def _revoked_in_log(desk: Desk, token: store.Token) -> bool:
    """Tell whether the log says so already: a crash may have come between the two."""
    said = (one for one in changes(desk, token.person_id) if one.what == "token revoked")
    return any(json.loads(one.detail)["token_id"] == token.token_id for one in said)


def _give(
    desk: Desk,
    person_id: str,
    how: How,
    scopes: frozenset[str] | None,
    purpose: str,
    expires: datetime,
    now: datetime,
    draw: Draw,
    by: str | None = None,
) -> NewToken:
    """Log that a token was issued, and keep its hash."""
    made = rules.new_token(draw)
    named = None if scopes is None else sorted(scopes)
    ends = expires.replace(microsecond=0)
    detail = {
        "token_id": made.token_id, "how": how.value, "scopes": named, "expires": rfc3339(ends),
        "purpose": purpose,
    }  # fmt: skip
    token = store.Token(
        token_id=made.token_id,
        hash=made.hash,
        person_id=person_id,
        purpose=purpose,
        scopes=canonical(named).decode(),
        how=how.value,
        single_use=how is How.INVITATION,
        issued=rfc3339(now),
        expires=rfc3339(ends),
        last_used="",
        revoked="",
    )
    with recording.recording(desk):
        note(desk, "token issued", person_id, person_id if by is None else by, now, detail)
        with database.writing(desk.engine) as connection:
            store.add_token(connection, token)
    return made


def _good(token: store.Token, now: datetime) -> bool:
    spent = token.single_use and bool(token.last_used)
    return not spent and not token.revoked and now < datetime.fromisoformat(token.expires)


def _stale(token: store.Token, now: datetime) -> bool:
    return not token.last_used or datetime.fromisoformat(token.last_used) + _TOUCHED <= now
