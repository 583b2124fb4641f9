"""Tables of people, of how they prove who they are, and of what they looked at.

``person_versions``, ``access_changes`` and ``sensitive_reads`` are only ever added to, and each row
has its entry in the evidence log. The five others are **secret**: they hold hashes, sealed secrets
and counters, are written over, have no entry in the log, and belong in a backup that is kept as a
key is kept, never in an export of content (:data:`SECRET`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, Text

from truceline.store.schema import metadata

person_versions = Table(
    "person_versions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("person_id", String(64), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("nationality", String(2), nullable=False),
    Column("grants", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("by", String(64), nullable=False),
    Column("time", String(32), nullable=False),
    Column("log_index", BigInteger, nullable=False, unique=True),
)
"""The newest row of a ``person_id`` counts; ``grants`` and ``key`` are canonical JSON."""

access_changes = Table(
    "access_changes",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("what", String(32), nullable=False),
    Column("person_id", String(64), nullable=False, index=True),
    Column("by", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("time", String(32), nullable=False),
    Column("log_index", BigInteger, nullable=False, unique=True),
)
"""That a password was set, a token issued or revoked; ``detail`` is canonical JSON, no secret."""

sensitive_reads = Table(
    "sensitive_reads",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("operation", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("person_id", String(64), nullable=False, index=True),
    Column("person", Text, nullable=False),
    Column("how", String(16), nullable=False),
    Column("time", String(32), nullable=False),
    Column("log_index", BigInteger, nullable=False, unique=True),
)

person_secrets = Table(
    "person_secrets",
    metadata,
    Column("person_id", String(64), primary_key=True),
    Column("password", Text, nullable=False),
    Column("totp", Text, nullable=False),
    Column("totp_confirmed", Boolean, nullable=False),
    Column("totp_last", BigInteger, nullable=False),
)
"""SECRET. ``password`` is an argon2id hash; ``totp`` is sealed with ``keys/accounts.key``."""

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person_id", String(64), primary_key=True),
    Column("hash", String(64), primary_key=True),
)
"""SECRET. Those that were not used yet, hashed."""

login_failures = Table(
    "login_failures",
    metadata,
    Column("person_id", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("not_before", String(32), nullable=False),
)
"""SECRET. Failed logins since the last that succeeded, and until when none is tried."""

tokens = Table(
    "tokens",
    metadata,
    Column("token_id", String(16), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("person_id", String(64), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("how", String(16), nullable=False),
    Column("single_use", Boolean, nullable=False),
    Column("issued", String(32), nullable=False),
    Column("expires", String(32), nullable=False),
    Column("last_used", String(32), nullable=False),
    Column("revoked", String(32), nullable=False),
)
"""SECRET. Tokens and sessions: only the hash of each; ``scopes`` is canonical JSON."""

openid_identities = Table(
    "openid_identities",
    metadata,
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person_id", String(64), nullable=False, index=True),
)
"""SECRET. Who somebody is at an identity provider."""

LOGGED: Final = (person_versions, access_changes, sensitive_reads)
"""Tables whose rows have an entry in the evidence log."""
SECRET: Final = (person_secrets, recovery_codes, login_failures, tokens, openid_identities)
"""Tables that no export of content may hold."""
