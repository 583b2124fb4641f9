"""Records on a PostgreSQL server with PostGIS: its address, what it must have, what it says.

The password is never part of a workspace. ``psycopg`` takes it from where every program of
PostgreSQL takes it: the environment (``PGPASSWORD``, ``PGPASSFILE``, ``PGSERVICE``) or the file
``.pgpass`` in the home folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from truceline.errors import WorkspaceError

DIALECT: Final = "postgresql"
OLDEST: Final = 15
"""Version of PostgreSQL that is needed at least."""
HOW_TO_SAY_IT: Final = "give it in PGPASSWORD or in the file .pgpass of your home folder"
EXAMPLE: Final = "postgresql+psycopg://user@host/database"
_MIGRATING: Final = 0x7472756365  # any number, the same in every process
_FACILITIES: Final = MappingProxyType(
    {
        "connection refused": "start the server, or correct the address in truceline.toml",
        "no such file or directory": "start the server, or correct the address in truceline.toml",
        "could not translate host name": "correct the host in truceline.toml",
        "failed to resolve host": "correct the host in truceline.toml",
        "timeout expired": "see whether the server runs and can be reached from here",
        "no password supplied": f"it asks for a password: {HOW_TO_SAY_IT}",
        "password authentication failed": f"name or password is wrong: {HOW_TO_SAY_IT}",
        "does not exist": (
            "have the database made: createdb --template template0 --encoding UTF8 NAME"
        ),
        "too many clients": "wait, or let the server take more connections (max_connections)",
        "too many connections": "wait, or let the server take more connections (max_connections)",
        "starting up": "the server is starting; wait for it and do the same again",
        "shutting down": "the server is stopping; do the same again when it runs",
    }
)
"""What the server says where no connection comes about, to what is to be done."""


def given(url: str) -> str:
    """Check the address of a server as a person gives it, and give it as it is kept.

    Raises:
        WorkspaceError: when it is no address of PostgreSQL, names no database, or has a password.

    >>> given("postgresql://cell@db.example/truceline")
    'postgresql+psycopg://cell@db.example/truceline'
    """
    try:
        found = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise WorkspaceError(
            f"--database has no address of a database; write it as {EXAMPLE}."
        ) from None
    if found.password is not None or "password" in found.query:
        raise WorkspaceError(
            "--database holds a password, which would stand in truceline.toml and in the list of "
            f"processes; leave it out and {HOW_TO_SAY_IT}."
        )
    shown = found.render_as_string(hide_password=True)
    if found.drivername not in {DIALECT, f"{DIALECT}+psycopg"} or not found.database:
        raise WorkspaceError(
            f"--database {shown}: records lie in SQLite (leave the option out) or in PostgreSQL "
            f"with PostGIS; write {EXAMPLE}."
        )
    if not url.isprintable():
        raise WorkspaceError("--database holds characters that cannot be printed; correct it.")
    return found.set(drivername=f"{DIALECT}+psycopg").render_as_string()


def engine_of(url: sa.URL) -> Engine:
    """Make the engine; nothing is connected yet.

    Raises:
        WorkspaceError: when the driver is not installed.
    """
    try:
        engine = sa.create_engine(
            url, pool_pre_ping=True, pool_size=2, connect_args={"connect_timeout": 10}
        )
    except ModuleNotFoundError as error:
        raise WorkspaceError(
            f"records on PostgreSQL need {error.name}, which is not installed: "
            "pip install 'truceline[server]'"
        ) from None
    sa.event.listen(engine, "connect", _in_utc)
    return engine


def _in_utc(connection: Any, _record: Any) -> None:
    """Say of every connection what must not depend on how the server is set."""
    before, connection.autocommit = connection.autocommit, True
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute("SET synchronous_commit = on")  # acknowledged is durable
    connection.autocommit = before


def require(connection: Connection) -> None:
    """Refuse a server that cannot hold the records.

    Raises:
        WorkspaceError: when it is too old, or its texts are not UTF-8.
    """
    version = connection.dialect.server_version_info or (0,)
    place = connection.engine.url.render_as_string(hide_password=True)
    if int(version[0]) < OLDEST:
        raise WorkspaceError(
            f"{place}: this is PostgreSQL {'.'.join(map(str, version))}, {OLDEST} or later is "
            "needed; use another server."
        )
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise WorkspaceError(
            f"{place}: the database keeps its texts in {encoding}; make one with "
            "createdb --template template0 --encoding UTF8 NAME"
        )


def migrate_alone(connection: Connection) -> None:
    """Keep other processes from migrating the same records until this transaction ends."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")


def sort_by_bytes(connection: Connection, tables: Iterable[str]) -> None:
    """Sort every text by its bytes, as SQLite does, whatever the language of the database is.

    Without it the same records would come in another order, and what is made of them with it.
    """
    inspector = sa.inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    for table in sorted(set(tables) & set(inspector.get_table_names())):
        texts = [
            column
            for column in inspector.get_columns(table)
            if isinstance(column["type"], sa.String) and column["type"].collation != "C"
        ]
        steps = ", ".join(
            f"ALTER COLUMN {quote(c['name'])} TYPE "
            f'{c["type"].compile(connection.dialect).split(" COLLATE")[0]} COLLATE "C"'
            for c in texts
        )
        if steps:
            connection.exec_driver_sql(f"ALTER TABLE {quote(table)} {steps}")


def said(error: BaseException) -> tuple[str, str]:
    """Give what the server says in one line, and what is to be done about it.

    >>> said(OSError('connection to server at "x", port 5432 failed: Connection refused'))[1]
    'start the server, or correct the address in truceline.toml'
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    cause = re.sub(r"\s+", " ", lines[0] if lines else type(error).__name__)
    state = getattr(error, "sqlstate", None) or ""
    if "postgis" in cause:
        return cause, (
            "the records need PostGIS: install it on the server (Debian: apt-get install "
            "postgresql-15-postgis-3) and let an administrator do CREATE EXTENSION postgis in it"
        )
    if state == "42501":
        return cause, "let the owner of the database give this user the right to make tables in it"
    if state in {"40001", "40P01", "55P03", "23505"}:
        return cause, "another process is writing there; wait for it and do the same again"
    if state in {"53100", "53200"}:
        return cause, "the server has no room left; make room and do the same again"
    if state == "25006":
        return cause, "the server may only be read now; use the one that may be written"
    if state.startswith("28"):
        return cause, f"name or password is wrong: {HOW_TO_SAY_IT}"
    if state.startswith(("57", "08")) or "closed" in cause or "lost" in cause:
        return cause, (
            "the connection was lost; nothing that was acknowledged is lost, do the same again "
            "when the server runs"
        )
    text = str(error).lower()
    advice = next((what for key, what in _FACILITIES.items() if key in text), None)
    return cause, advice or "correct it at the server, or put back a backup (`truceline restore`)"
