"""Opening the records, and telling in a sentence why they cannot be opened."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy.engine import Connection, Engine

from truceline.errors import WorkspaceError
from truceline.store import server
from truceline.store.schema import metadata


def connect(url: str | sa.URL) -> Engine:
    """Open the records, creating or migrating them to the newest schema.

    Raises:
        WorkspaceError: when they cannot be read, or another process holds them.
    """
    engine = engine_of(url)
    if engine.dialect.name == "sqlite" and _only_readable(engine.url.database):
        engine.dispose()
        return _for_reading(str(engine.url.database))
    try:
        if not _is_newest(engine):
            _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def engine_of(url: str | sa.URL) -> Engine:
    """Make the engine of SQLite or of a server; nothing is made there yet.

    Raises:
        WorkspaceError: when it is of another database, or its driver is not installed.
    """
    try:
        found = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise WorkspaceError(
            f"the address of the records cannot be read; it is empty or {server.EXAMPLE}."
        ) from None
    if found.get_backend_name() == server.DIALECT:
        return server.engine_of(found)
    if found.get_backend_name() != "sqlite":
        raise WorkspaceError(
            f"{found.render_as_string(hide_password=True)}: records lie in SQLite or in PostgreSQL "
            f"with PostGIS; write {server.EXAMPLE}."
        )
    engine = sa.create_engine(found)
    sa.event.listen(engine, "connect", _sqlite_pragmas)
    sa.event.listen(engine, "begin", _sqlite_begin)
    return engine


def require_empty(engine: Engine) -> None:
    """Refuse a database that holds records already.

    Raises:
        WorkspaceError: when it does, or cannot be used.
    """
    with reading(engine) as connection:
        if engine.dialect.name == server.DIALECT:
            server.require(connection)
        taken = sa.inspect(connection).has_table("alembic_version")
    if taken:
        raise WorkspaceError(
            f"{place(engine)}: the database holds records of a workspace already; make an empty "
            "one, each workspace has its own."
        )


def clear(engine: Engine) -> None:
    """Take away the tables of records that came to nothing; only for those just made.

    Raises:
        WorkspaceError: when the records cannot be changed.
    """
    with writing(engine) as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")


def version(engine: Engine) -> str:
    """Give the version of the tables.

    Raises:
        WorkspaceError: when the records cannot be read.
    """
    with reading(engine) as connection:
        return str(MigrationContext.configure(connection).get_current_revision())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "truceline.store:migrations")
    return config


@lru_cache(maxsize=1)
def _newest() -> str | None:
    """Give the revision that this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _is_newest(engine: Engine) -> bool:
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file():
        return False
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision() == _newest()


def _migrate(engine: Engine) -> None:
    """Bring the records to the newest schema, all of the way or not at all.

    Raises:
        WorkspaceError: when they are of another version, or cannot be changed.
    """
    config = _config()
    try:
        with writing(engine) as connection:
            config.attributes["connection"] = connection
            if engine.dialect.name == server.DIALECT:
                server.require(connection)
                server.migrate_alone(connection)
            command.upgrade(config, "head")
            if engine.dialect.name == server.DIALECT:
                server.sort_by_bytes(connection, {*metadata.tables, "alembic_version"})
    except CommandError as error:
        raise WorkspaceError(
            f"{place(engine)}: the records are of another version ({error}); use the version of "
            "Truceline that made them, or a later one."
        ) from None


def is_writable(engine: Engine) -> bool:
    """Tell whether records may be changed: not those of a copy that nobody may change."""
    return engine.url.query.get("immutable") != "1"


def _only_readable(database: str | None) -> bool:
    """Tell whether the file is there and nobody may change it: a copy on a read-only medium."""
    path = Path(database or "")
    return path.is_file() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def _for_reading(database: str) -> Engine:
    """Open records that cannot be changed, for those who check a copy.

    Raises:
        WorkspaceError: when they are of another version, or were not closed before the copy.
    """
    copy = "copy the workspace to a folder that can be written and do the same there"
    left = Path(f"{database}-wal")
    if left.is_file() and left.stat().st_size:
        raise WorkspaceError(
            f"{left}: the records were not closed before they were copied; {copy}."
        )
    engine = sa.create_engine(f"sqlite:///file:{quote(database)}?mode=ro&immutable=1&uri=true")
    with reading(engine) as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    newest = _newest()
    if found != newest:
        engine.dispose()
        raise WorkspaceError(
            f"{database}: the records are of version {found}, this program needs {newest}; {copy}."
        )
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection to read from; what it reads is of one moment.

    Raises:
        WorkspaceError: when the records cannot be read, or another process holds them.
    """
    with _told(engine), engine.connect() as connection:
        if engine.dialect.name == server.DIALECT:
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose changes are kept all together, or not at all.

    Raises:
        WorkspaceError: when the records cannot be changed, or another process holds them.
    """
    with _told(engine), engine.begin() as connection:
        yield connection


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """Turn what a database driver says into a sentence for the person in front of it."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
        cause: object = getattr(error, "orig", None) or error
        if engine.dialect.name == server.DIALECT:
            cause, advice = server.said(cause if isinstance(cause, BaseException) else error)
        elif "locked" in str(cause) or isinstance(error, sa.exc.IntegrityError):
            advice = "another process is writing there; wait for it and do the same again"
        elif "readonly" in str(cause):
            advice = "copy the workspace to a folder that can be written and do the same there"
        else:
            advice = (
                "put back a copy; or move the file away, ingest the raw files again and run: "
                "incidents come out the same, though not their numbers"
            )
        raise WorkspaceError(
            f"{place(engine)}: the records cannot be used ({cause}); {advice}."
        ) from None


def place(engine: Engine) -> str:
    """Name the records for a message, without a password."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        return engine.url.database
    return engine.url.render_as_string(hide_password=True)


def _sqlite_begin(connection: Connection) -> None:
    """Begin a transaction ourselves: the driver begins none before a table is made.

    Without it a machine that stops in the middle of a migration leaves half of the tables, and
    the next migration fails on them.
    """
    connection.exec_driver_sql("BEGIN")


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
