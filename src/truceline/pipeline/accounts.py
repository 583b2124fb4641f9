"""Passwords and second factors: set, changed, and asked for at a login."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.engine import Connection

from truceline.access import passwords, second_factor, throttle
from truceline.access.hidden import Draw, Hidden
from truceline.access.rules import Operation, Subject
from truceline.access.sealing import seal, unseal
from truceline.access.tokens import How
from truceline.codec.canonical import rfc3339
from truceline.errors import AccessError, WorkflowError
from truceline.model.person import Person, Principal
from truceline.pipeline import recording
from truceline.pipeline.access_log import note
from truceline.pipeline.account_key import account_key, made_account_key
from truceline.pipeline.acting import allow, by_of
from truceline.pipeline.desk import Desk
from truceline.pipeline.registered import people, person
from truceline.store import accounts as store
from truceline.store import database

WITHOUT_CODE: Final = frozenset({Operation.SET_CREDENTIALS.value})
"""All that a password is good for while no second factor is set."""
_WRONG: Final = "id, password or code is wrong."
_STRANGERS: Final = 1024
"""Ids that nobody has share as many counters, so that they cannot fill the records."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator is set up with, once."""

    secret: Hidden
    uri: Hidden
    """The same as ``otpauth://``."""


def set_password(
    desk: Desk, principal: Principal, password: Hidden, now: datetime, draw: Draw
) -> None:
    """Set one's own password; an invitation is spent by it, and every session ends.

    Args:
        desk: the workspace.
        principal: whose it is: after a login, or by an invitation.
        password: the new one.
        now: UTC.
        draw: source of the salt.

    Raises:
        AccessError: when who asks may not, or the invitation was used before.
        WorkflowError: when the password cannot stand.
        WorkspaceError: when log or records cannot be written.
    """
    mine = _own(desk, principal, now)
    checked = passwords.checked(password, person_id=mine.person_id)
    hashed = passwords.hashed(checked, draw(passwords.SALT_BYTES))
    with recording.recording(desk):
        with database.writing(desk.engine) as connection:
            if principal.how == How.INVITATION and not store.spend_token(
                connection, principal.proof, rfc3339(now)
            ):
                raise AccessError("this invitation was used or revoked; ask for another one.")
            store.put_password(connection, mine.person_id, hashed)
            _end_sessions(connection, mine.person_id, now)
            store.forget_failures(connection, mine.person_id)
        note(desk, "password set", mine.person_id, by_of(principal), now, {"how": principal.how})


def begin_second_factor(desk: Desk, principal: Principal, now: datetime, draw: Draw) -> Enrolment:
    """Give what an authenticator is to be set up with; it counts once a code of it was shown.

    Raises:
        AccessError: when who asks may not.
        WorkflowError: when a second factor is set already.
        WorkspaceError: when the records cannot be written.
    """
    mine = _own(desk, principal, now)
    secret = second_factor.new_secret(draw)
    with recording.recording(desk):
        key = made_account_key(desk.workspace.root, draw)
        with database.writing(desk.engine) as connection:
            held = store.secrets_of(connection, mine.person_id)
            if held.totp_confirmed:
                raise WorkflowError(
                    f"{mine.person_id} has a second factor; an administrator removes a lost one "
                    "with an invitation (`truceline people invite WS ID --reset`)."
                )
            sealed = seal(key, secret, mine.person_id, draw)
            store.put_secrets(
                connection, store.Secrets(mine.person_id, held.password, sealed, False, -1)
            )
    mission = f"Truceline {desk.agreement.id}"
    return Enrolment(secret, second_factor.enrolment_uri(secret, mine.person_id, mission))


def confirm_second_factor(
    desk: Desk, principal: Principal, code: str, now: datetime, draw: Draw
) -> tuple[Hidden, ...]:
    """Take the first code of an authenticator, and give recovery codes, once; sessions end.

    Raises:
        AccessError: when who asks may not, or the code is wrong.
        WorkflowError: when no second factor was begun, or one is set already.
        WorkspaceError: when log or records cannot be written.
    """
    mine = _own(desk, principal, now)
    codes = second_factor.recovery_codes(draw)
    hashes = tuple(second_factor.recovery_hash(mine.person_id, one.text) for one in codes)
    with recording.recording(desk), _one_try(desk, mine.person_id, now):
        with database.reading(desk.engine) as connection:
            held = store.secrets_of(connection, mine.person_id)
        if not held.totp or held.totp_confirmed:
            raise WorkflowError(
                "begin with `truceline people totp WS`; there is nothing to confirm."
            )
        step = _step(desk, held, code, now)
        if step is None:
            raise AccessError("the code is wrong; look whether the two clocks are right.")
        with database.writing(desk.engine) as connection:
            store.put_secrets(
                connection, store.Secrets(mine.person_id, held.password, held.totp, True, step)
            )
            store.put_recovery(connection, mine.person_id, hashes)
            _end_sessions(connection, mine.person_id, now)  # they were begun without a code
        note(desk, "second factor set", mine.person_id, by_of(principal), now, {})
    return codes


def reset(desk: Desk, principal: Principal, person_id: str, now: datetime) -> None:
    """Take away every way in of a person who lost theirs; an invitation lets them begin anew.

    Raises:
        AccessError: when who asks is no administrator.
        WorkflowError: when there is no such person.
        WorkspaceError: when log or records cannot be written.
    """
    allow(desk, principal, Operation.MANAGE_PEOPLE, now)
    person(desk, person_id)
    with recording.recording(desk):
        with database.writing(desk.engine) as connection:
            store.put_secrets(connection, store.Secrets(person_id))
            store.put_recovery(connection, person_id, ())
            store.revoke_tokens(connection, person_id, rfc3339(now))
            store.forget_failures(connection, person_id)
            for issuer, subject in store.identities(connection, person_id):
                store.remove_identity(connection, issuer, subject)
        note(desk, "access reset", person_id, by_of(principal), now, {})


def log_in(
    desk: Desk, person_id: str, password: Hidden, code: str, now: datetime, draw: Draw
) -> Principal:
    """Tell who somebody is by password and code.

    Every refusal reads the same and takes as long, whatever is wrong. Until a second factor is set,
    a password is good for setting one and for nothing else.

    Args:
        desk: the workspace.
        person_id: who they say they are.
        password: as typed.
        code: of the authenticator, or a recovery code; empty where none is set yet.
        now: UTC.
        draw: source of a salt, where the hash is to be made anew.

    Raises:
        AccessError: when they are not, or too many have failed just now.
        WorkspaceError: when log or records cannot be read or written.
    """
    everybody = people(desk)
    known = everybody.get(person_id)
    with _one_try(desk, person_id if known else _stranger(person_id), now):
        with database.reading(desk.engine) as connection:
            held = store.secrets_of(connection, person_id) if known else store.Secrets("")
        right = passwords.matches(held.password, password)
        if known is None or known.disabled or not right:
            raise AccessError(_WRONG)
        with_code = _spend_code(desk, held, code, now)
    if passwords.is_outdated(held.password):
        again = passwords.hashed(password, draw(passwords.SALT_BYTES))
        with database.writing(desk.engine) as connection:
            store.put_hash(connection, held, again)
    return Principal(known, How.PASSWORD.value, None if with_code else WITHOUT_CODE)


def _own(desk: Desk, principal: Principal, now: datetime) -> Person:
    """Give the person who asks, if they may change their own way in.

    Raises:
        AccessError: when they may not, or are nobody.
    """
    subject = Subject(owner=by_of(principal))
    current = allow(desk, principal, Operation.SET_CREDENTIALS, now, subject)
    if current.person is None:
        raise AccessError("nobody is registered here, so there is nothing to log in to.")
    return current.person


def _end_sessions(connection: Connection, person_id: str, now: datetime) -> None:
    hows = (How.PASSWORD.value, How.OPENID.value, How.INVITATION.value)
    store.revoke_tokens(connection, person_id, rfc3339(now), hows=hows)


def _spend_code(desk: Desk, held: store.Secrets, code: str, now: datetime) -> bool:
    """Take the code of a login; false where no second factor is set.

    Raises:
        AccessError: when the code is wrong, or was taken before.
    """
    if not held.totp_confirmed:
        return False
    step = _step(desk, held, code, now)
    recovery = second_factor.recovery_hash(held.person_id, code)
    with database.writing(desk.engine) as connection:
        if step is not None and store.spend_step(connection, held.person_id, step):
            return True
        spent = bool(recovery) and store.spend_recovery(connection, held.person_id, recovery)
    if not spent:
        raise AccessError(_WRONG)
    with recording.recording(desk):
        note(desk, "recovery code used", held.person_id, held.person_id, now, {})
    return True


def _step(desk: Desk, held: store.Secrets, code: str, now: datetime) -> int | None:
    secret = unseal(account_key(desk.workspace.root), held.totp, held.person_id)
    return second_factor.step_of(secret, code, now, held.totp_last)


def _stranger(person_id: str) -> str:
    """Give the counter of an id that nobody has; no person's id can look like it."""
    digest = hashlib.sha256(person_id.encode(errors="backslashreplace")).digest()
    return f"?{int.from_bytes(digest[:8]) % _STRANGERS}"


@contextmanager
def _one_try(desk: Desk, key: str, now: datetime) -> Iterator[None]:
    """Count a failure before anything is tried, and forget all of them when it succeeds.

    So however many try at once, each costs one.

    Raises:
        AccessError: when too many have failed just now, or another is being tried.
    """
    with database.reading(desk.engine) as connection:
        seen = store.failures_of(connection, key)
    if seen.not_before and datetime.fromisoformat(seen.not_before) > now:
        raise AccessError(
            f"too many logins have failed; the next is tried after {seen.not_before}."
        )
    until = rfc3339(now.replace(microsecond=0) + throttle.wait_after(seen.failures + 1))
    with database.writing(desk.engine) as connection:
        counted = store.count_failure(
            connection, seen, store.Failures(key, seen.failures + 1, until)
        )
    if not counted:
        raise AccessError("another login of the same id is being tried just now; try again.")
    yield
    with database.writing(desk.engine) as connection:
        store.forget_failures(connection, key)
