"""The reporting day on PostgreSQL: the same results, reports and proof as on SQLite."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from truceline.errors import WorkspaceError
from truceline.pipeline.desk import open_desk, start
from truceline.pipeline.reporting import write_report
from truceline.pipeline.run import run
from truceline.pipeline.shipped import agreement_folder
from truceline.pipeline.verify import verify
from truceline.store import database, records
from truceline.store.schema import metadata
from workspaces import DAYS_2025, NOW, SEED, hashes, small_files, take


def begun(root, url):
    """Make an empty workspace."""
    return start(root, agreement_folder("easter-2025"), SEED, NOW, url)


def day(root, url=""):
    """Do a small reporting day."""
    desk = begun(root, url)
    for source, name, raw in small_files():
        take(desk, source, raw, name)
    run(desk, NOW)
    write_report(desk, DAYS_2025, NOW)
    return desk


def told(desk):
    """Give everything that the records say."""
    with database.reading(desk.engine) as connection:
        tables = {name: records.rows(connection, table) for name, table in metadata.tables.items()}
        return tables, records.findings(connection), records.current_incidents(connection)


def test_both_databases_give_the_same_day(tmp_path, server_url):
    with day(tmp_path / "a") as here, day(tmp_path / "b", server_url) as there:
        assert told(here) == told(there)
        for desk in (here, there):
            found = verify(desk)
            assert found.ok, found.problems
            assert found.remarks == ()
    ours, theirs = hashes(tmp_path / "a"), hashes(tmp_path / "b")
    apart = {n for n in ours.keys() | theirs.keys() if ours.get(n) != theirs.get(n)}
    assert {n for n in apart if not n.startswith("truceline.db")} == {"truceline.toml"}


def test_opened_again_nothing_is_made_twice(tmp_path, server_url):
    day(tmp_path / "ws", server_url).close()
    with open_desk(tmp_path / "ws") as desk:
        assert run(desk, NOW).again
        assert verify(desk).ok


def test_migrations_and_tables_are_the_same(server_url):
    engine = database.connect(server_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _o, name, *_: "spatial" not in name,
            },
        )
        apart = [d for d in compare_metadata(context, metadata) if "places" not in str(d)]
        texts = connection.exec_driver_sql(
            "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND "
            "data_type IN ('text', 'character varying') AND coalesce(collation_name, '') <> 'C' "
            "AND table_name NOT LIKE '%%spatial%%' AND table_name NOT LIKE '%%geo%%'"
        ).scalar()
    engine.dispose()
    assert apart == []
    assert texts == 0


def test_order_is_that_of_bytes(server_url):
    """Most languages sort B behind a, bytes before it."""
    engine = database.connect(server_url)
    with database.writing(engine) as connection:
        for name in ("b", "A", "a", "B", "_"):
            connection.execute(
                sa.insert(metadata.tables["drills"]).values(
                    number=ord(name), procedure=name, person="", time="", log_index=ord(name)
                )
            )
    column = metadata.tables["drills"].c.procedure
    with database.reading(engine) as connection:
        found = list(connection.scalars(sa.select(column).order_by(column)))
    engine.dispose()
    assert found == ["A", "B", "_", "a", "b"]


def test_a_database_that_holds_records_is_not_taken(tmp_path, server_url):
    begun(tmp_path / "ws", server_url).close()
    with pytest.raises(WorkspaceError, match="holds records of a workspace already"):
        begun(tmp_path / "other", server_url)
    assert not (tmp_path / "other").exists()
