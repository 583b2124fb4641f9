"""What goes wrong with a server is told in a sentence; records of the first version are migrated."""

import json
import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic import command

import postgres
from truceline.errors import WorkspaceError
from truceline.pipeline.desk import open_desk, start
from truceline.pipeline.shipped import agreement_folder
from truceline.pipeline.verify import verify_workspace
from truceline.store import database, server
from truceline.store.workspace import open_workspace
from workspaces import NOW, SEED, called

EASTER = "easter-2025"


def begun(root, url):
    return start(root, agreement_folder(EASTER), SEED, NOW, url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://u:secret-word@h/d", "holds a password"),
        ("postgresql://u@h/d?password=secret-word", "holds a password"),
        ("mysql://u@h/d", "SQLite"),
        ("sqlite:///x", "SQLite"),
        ("postgresql+psycopg2://u@h/d", "SQLite"),
        ("postgresql://u@h", "with PostGIS"),
        ("", "no address"),
        ("not a url", "no address"),
        ("postgresql://u@h:port/d", "no address"),
        ("postgresql://u@h/d\x1b[2J", "printed"),
    ],
)
def test_an_address_that_is_none_is_refused(url, why):
    with pytest.raises(WorkspaceError, match=why) as told:
        server.given(url)
    assert "secret-word" not in str(told.value)


def test_the_password_comes_from_the_environment(cluster, server_url, tmp_path, monkeypatch):
    """With a server that asks for one: missing, wrong, right. It is never kept or shown."""
    name = sa.make_url(server_url).database
    cluster.query("CREATE ROLE cell LOGIN PASSWORD 'secret-word'")
    cluster.query(f"ALTER DATABASE {name} OWNER TO cell")
    rules = cluster.data / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text("local all cell scram-sha-256\n" + before)
    cluster.call("pg_ctl", "-D", cluster.data, "reload")
    url = cluster.url(name, "cell")
    try:
        for given in ("", "other-word"):
            monkeypatch.setenv("PGPASSWORD", given)
            with pytest.raises(WorkspaceError, match="PGPASSWORD") as told:
                begun(tmp_path / "ws", url)
            assert "-word" not in str(told.value)
        monkeypatch.setenv("PGPASSWORD", "secret-word")
        begun(tmp_path / "ws", url).close()
        assert "secret-word" not in (tmp_path / "ws" / "truceline.toml").read_text()
    finally:
        rules.write_text(before)
        cluster.call("pg_ctl", "-D", cluster.data, "reload")


def test_a_server_that_is_down_is_told_and_nothing_is_made(tmp_path, capsys, monkeypatch):
    url = f"postgresql+psycopg://u@/d?host={tmp_path}"
    code, _, said = called(
        capsys, monkeypatch, "init", tmp_path / "ws", "--agreement", EASTER, "--database", url
    )
    assert (code, "start the server" in said) == (2, True)
    assert not (tmp_path / "ws").exists()


def test_a_database_that_is_not_there_is_told(cluster, tmp_path):
    with pytest.raises(WorkspaceError, match="createdb"):
        begun(tmp_path / "ws", cluster.url("nowhere"))


def test_a_server_without_postgis_is_told(cluster, tmp_path):
    """A user who may not make extensions, in a database that has none."""
    cluster.query("CREATE ROLE plain LOGIN")
    cluster.query("CREATE DATABASE bare OWNER plain")
    try:
        with pytest.raises(WorkspaceError, match="CREATE EXTENSION postgis"):
            begun(tmp_path / "ws", cluster.url("bare", "plain"))
    finally:
        cluster.drop("bare")


def test_a_database_of_another_encoding_is_told(cluster, tmp_path):
    cluster.query("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'")
    try:
        with pytest.raises(WorkspaceError, match="UTF8"):
            begun(tmp_path / "ws", cluster.url("latin"))
    finally:
        cluster.drop("latin")


def test_records_of_another_workspace_are_told(server_url, tmp_path):
    begun(tmp_path / "one", server_url).close()
    begun(tmp_path / "two", "").close()
    mark = tmp_path / "two" / "truceline.toml"
    mark.write_text(
        mark.read_text().replace('database = ""', f"database = {json.dumps(server_url)}")
    )
    # of the same agreement, made with another seed
    mark.write_text(mark.read_text().replace("truceline.example/", "truceline.example/other-"))
    with pytest.raises(WorkspaceError, match="another workspace"):
        open_desk(tmp_path / "two")


def test_records_of_a_later_version_are_told(server_url, tmp_path):
    with begun(tmp_path / "ws", server_url) as desk, database.writing(desk.engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(WorkspaceError, match="of another version"):
        open_desk(tmp_path / "ws")
    assert "of another version" in verify_workspace(tmp_path / "ws").problems[0]


def test_a_connection_that_is_lost_is_told_and_the_next_one_works(cluster, server_url, tmp_path):
    name = sa.make_url(server_url).database
    with begun(tmp_path / "ws", server_url) as desk:
        kill = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608 - our own name
            f"WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        )
        with (  # noqa: PT012 - the first row is what must go with the second
            pytest.raises(WorkspaceError, match="the connection was lost"),
            database.writing(desk.engine) as connection,
        ):
            connection.exec_driver_sql("INSERT INTO drills VALUES (1, 'p', 'n', 't', 1)")
            cluster.query(kill)
            connection.exec_driver_sql("INSERT INTO drills VALUES (2, 'p', 'n', 't', 2)")
        with database.reading(desk.engine) as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM drills").scalar() == 0
        cluster.query(kill)  # one that nobody uses just now
        with database.reading(desk.engine) as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM drills").scalar() == 0


def test_the_driver_that_is_not_installed_is_named(tmp_path):
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from truceline.store.database import connect\n"
        "from truceline.errors import WorkspaceError\n"
        "try: connect('postgresql+psycopg://u@h/d')\n"
        "except WorkspaceError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'truceline[server]'" in done.stdout


@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
def test_records_of_the_first_version_are_brought_up(where, tmp_path, cluster, server_url):
    """Rows of the oldest tables go through every migration and stand there unchanged."""
    url = server_url if where == "postgresql" else f"sqlite:///{tmp_path / 'r.db'}"
    engine = database.engine_of(url)
    config = database._config()
    with database.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    row = ("reports", "a" * 64, "Ж.csv", 5, "2026-05-13T08:00:00Z", "1", 1, 0, 64)
    with database.writing(engine) as connection:
        connection.execute(
            sa.text(
                "INSERT INTO raw_inputs (source, sha256, file_name, size, received, "
                "adapter_version, rows, rejected, log_index) VALUES (:a,:b,:c,:d,:e,:f,:g,:h,:i)"
            ),
            dict(zip("abcdefghi", row, strict=True)),
        )
    engine.dispose()
    engine = database.connect(url)
    with database.reading(engine) as connection:
        assert tuple(connection.exec_driver_sql("SELECT * FROM raw_inputs").one()) == row
    assert database.version(engine) == database._newest()
    engine.dispose()


def test_a_missing_server_skips_and_in_ci_fails(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "BIN", tmp_path)
    assert "tools/services.sh" in postgres.missing()
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception):
        postgres.require()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception):
        postgres.require()


def test_the_address_is_kept_without_a_password(server_url, tmp_path):
    begun(tmp_path / "ws", server_url).close()
    assert open_workspace(tmp_path / "ws").database == server.given(server_url)
