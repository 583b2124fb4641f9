"""Migrations lead from nothing to exactly the tables that the code speaks of."""

import sqlite3

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from truceline.store import database
from truceline.store.schema import metadata


def opened(tmp_path):
    return database.connect(f"sqlite:///{tmp_path / 'records.db'}")


def test_migrations_and_tables_are_the_same(tmp_path):
    engine = opened(tmp_path)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        apart = [d for d in compare_metadata(context, metadata) if "places_tree" not in str(d)]
        names = set(sa.inspect(connection).get_table_names())
    engine.dispose()
    assert apart == []
    tree = {"places_tree", *(f"places_tree_{part}" for part in ("node", "parent", "rowid"))}
    assert names == {*metadata.tables, "alembic_version", *tree}


def test_opening_again_changes_no_byte(tmp_path):
    opened(tmp_path).dispose()
    before = (tmp_path / "records.db").read_bytes()
    opened(tmp_path).dispose()
    assert (tmp_path / "records.db").read_bytes() == before


def test_sqlite_is_made_safe(tmp_path):
    engine = opened(tmp_path)
    with engine.connect() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    engine.dispose()
    assert values == ["wal", 2, 1]


class CutOffError(Exception):
    """The machine stops."""


def test_a_stop_in_the_middle_of_a_migration_leaves_nothing_half_made(tmp_path, monkeypatch):
    from alembic import op

    real, left = op.create_table, 4

    def stopping(*arguments, **named):
        nonlocal left
        left -= 1
        if left < 0:
            raise CutOffError
        return real(*arguments, **named)

    monkeypatch.setattr(op, "create_table", stopping)
    with pytest.raises(CutOffError):
        opened(tmp_path)
    monkeypatch.undo()
    connection = sqlite3.connect(tmp_path / "records.db")
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    connection.close()
    opened(tmp_path).dispose()
