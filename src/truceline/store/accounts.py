"""How people prove who they are, in the secret tables; nothing here has an entry in the log.

What may happen once (a code, a wait, a token) is a single conditional update, so that of two
processes that try at once one comes first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from truceline.store import schema_people as schema


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a person's login is checked against."""

    person_id: str
    password: str = field(default="", repr=False)
    """argon2id hash; empty where none was set."""
    totp: str = field(default="", repr=False)
    """Sealed secret of the authenticator; empty where there is none."""
    totp_confirmed: bool = False
    """Whether a code of it was shown once."""
    totp_last: int = -1
    """Step of time whose code was accepted last."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed logins since the last that succeeded."""

    person_id: str
    failures: int
    not_before: str
    """No login is tried before. RFC 3339, UTC."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token or session, without its secret."""

    token_id: str
    hash: str = field(repr=False)
    person_id: str
    purpose: str
    """What for, in words."""
    scopes: str
    """Canonical JSON: operations, or ``null`` for all that the roles allow."""
    how: str
    """``token``, ``password``, ``openid`` or ``invitation``."""
    single_use: bool
    issued: str
    """RFC 3339, UTC; so are the others."""
    expires: str
    last_used: str
    """Empty: never. Of a token for a single use, when it was spent."""
    revoked: str
    """Empty: it was not."""


def secrets_of(connection: Connection, person_id: str) -> Secrets:
    """Give what a login is checked against; empty fields where nothing was set."""
    table = schema.person_secrets
    query = sa.select(table).where(table.c.person_id == person_id)
    row = connection.execute(query).mappings().first()
    return Secrets(person_id) if row is None else Secrets(**row)


def put_secrets(connection: Connection, secrets: Secrets) -> None:
    """Write a person's secrets over what stood there."""
    table = schema.person_secrets
    connection.execute(sa.delete(table).where(table.c.person_id == secrets.person_id))
    values = {f.name: getattr(secrets, f.name) for f in fields(secrets)}
    connection.execute(sa.insert(table).values(values))


def put_password(connection: Connection, person_id: str, password: str) -> None:
    """Write a password's hash, and leave the second factor as it is."""
    table = schema.person_secrets
    changed = connection.execute(
        sa.update(table).where(table.c.person_id == person_id).values(password=password)
    )
    if not changed.rowcount:
        put_secrets(connection, Secrets(person_id, password))


def put_hash(connection: Connection, seen: Secrets, password: str) -> None:
    """Write the hash of the same password anew, if it is still that password."""
    table = schema.person_secrets
    where = (table.c.person_id == seen.person_id, table.c.password == seen.password)
    connection.execute(sa.update(table).where(*where).values(password=password))


def anybody_can_log_in(connection: Connection) -> bool:
    """Tell whether any person has set a password or is known at an identity provider."""
    asked = (schema.person_secrets.c.person_id, schema.openid_identities.c.person_id)
    return any(connection.scalar(sa.select(one).limit(1)) is not None for one in asked)


def spend_step(connection: Connection, person_id: str, step: int) -> bool:
    """Take a code's step of time, if it or a later one was not taken yet."""
    table = schema.person_secrets
    where = (table.c.person_id == person_id, table.c.totp_last < step)
    changed = connection.execute(sa.update(table).where(*where).values(totp_last=step))
    return bool(changed.rowcount)


def put_recovery(connection: Connection, person_id: str, hashes: tuple[str, ...]) -> None:
    """Put new recovery codes in place of all that there were."""
    table = schema.recovery_codes
    connection.execute(sa.delete(table).where(table.c.person_id == person_id))
    rows = [{"person_id": person_id, "hash": one} for one in hashes]
    if rows:
        connection.execute(sa.insert(table), rows)


def spend_recovery(connection: Connection, person_id: str, hashed: str) -> bool:
    """Take a recovery code, if it is there and was not taken yet."""
    table = schema.recovery_codes
    where = (table.c.person_id == person_id, table.c.hash == hashed)
    return bool(connection.execute(sa.delete(table).where(*where)).rowcount)


def failures_of(connection: Connection, key: str) -> Failures:
    """Give the failed logins under a key."""
    table = schema.login_failures
    row = connection.execute(sa.select(table).where(table.c.person_id == key)).mappings().first()
    return Failures(key, 0, "") if row is None else Failures(**row)


def count_failure(connection: Connection, seen: Failures, then: Failures) -> bool:
    """Write one more failure, if nobody else has counted one since ``seen`` was read."""
    table = schema.login_failures
    where = (table.c.person_id == seen.person_id, table.c.failures == seen.failures)
    values = {"failures": then.failures, "not_before": then.not_before}
    if connection.execute(sa.update(table).where(*where).values(values)).rowcount:
        return True
    if seen.failures:
        return False
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(table).values(person_id=then.person_id, **values))
    except sa.exc.IntegrityError:
        return False
    return True


def forget_failures(connection: Connection, key: str) -> None:
    """Begin to count anew, after a login that succeeded."""
    table = schema.login_failures
    connection.execute(sa.delete(table).where(table.c.person_id == key))


def add_token(connection: Connection, token: Token) -> None:
    """Keep a new token."""
    values = {f.name: getattr(token, f.name) for f in fields(token)}
    connection.execute(sa.insert(schema.tokens).values(values))


def token(connection: Connection, token_id: str) -> Token | None:
    """Give a token by its id."""
    table = schema.tokens
    row = (
        connection.execute(sa.select(table).where(table.c.token_id == token_id)).mappings().first()
    )
    return None if row is None else Token(**row)


def tokens(connection: Connection, person_id: str | None = None) -> tuple[Token, ...]:
    """Give all tokens, or those of one person, oldest first."""
    table = schema.tokens
    query = sa.select(table).order_by(table.c.issued, table.c.token_id)
    if person_id is not None:
        query = query.where(table.c.person_id == person_id)
    return tuple(Token(**row) for row in connection.execute(query).mappings())


def touch_token(connection: Connection, token_id: str, time: str) -> None:
    """Write down when a token was used."""
    table = schema.tokens
    where = table.c.token_id == token_id
    connection.execute(sa.update(table).where(where).values(last_used=time))


def spend_token(connection: Connection, token_id: str, time: str) -> bool:
    """Use a token for a single use, if it was neither used nor revoked."""
    table = schema.tokens
    where = (table.c.token_id == token_id, table.c.last_used == "", table.c.revoked == "")
    return bool(connection.execute(sa.update(table).where(*where).values(last_used=time)).rowcount)


def revoke_tokens(
    connection: Connection, person_id: str, time: str, *, hows: tuple[str, ...] | None = None
) -> None:
    """Revoke all tokens of a person, or those made in some ways."""
    table = schema.tokens
    where = [table.c.person_id == person_id, table.c.revoked == ""]
    if hows is not None:
        where.append(table.c.how.in_(hows))
    connection.execute(sa.update(table).where(*where).values(revoked=time))


def revoke_token(connection: Connection, token_id: str, time: str) -> None:
    """Revoke one token, if it was not yet."""
    table = schema.tokens
    where = (table.c.token_id == token_id, table.c.revoked == "")
    connection.execute(sa.update(table).where(*where).values(revoked=time))


def put_identity(connection: Connection, issuer: str, subject: str, person_id: str) -> bool:
    """Write who somebody is at an identity provider, if it is nobody's yet."""
    values = {"issuer": issuer, "subject": subject, "person_id": person_id}
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(schema.openid_identities).values(values))
    except sa.exc.IntegrityError:
        return False
    return True


def remove_identity(connection: Connection, issuer: str, subject: str) -> bool:
    """Let go of who somebody is at an identity provider."""
    table = schema.openid_identities
    where = (table.c.issuer == issuer, table.c.subject == subject)
    return bool(connection.execute(sa.delete(table).where(*where)).rowcount)


def person_at(connection: Connection, issuer: str, subject: str) -> str | None:
    """Give the id of the person who is known so at an identity provider."""
    table = schema.openid_identities
    where = (table.c.issuer == issuer, table.c.subject == subject)
    found = connection.scalar(sa.select(table.c.person_id).where(*where))
    return None if found is None else str(found)


def identities(connection: Connection, person_id: str) -> tuple[tuple[str, str], ...]:
    """Give issuer and subject of a person at each identity provider."""
    table = schema.openid_identities
    query = sa.select(table.c.issuer, table.c.subject).where(table.c.person_id == person_id)
    rows = connection.execute(query.order_by(table.c.issuer, table.c.subject))
    return tuple((str(row[0]), str(row[1])) for row in rows)
