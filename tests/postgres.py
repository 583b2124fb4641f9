"""A PostgreSQL server of the tests' own: made when it is first asked for, stopped by its own pid.

One cluster serves a test session (each worker of pytest-xdist that needs one has its own). It listens
on a socket in its own folder and nowhere else, keeps what it acknowledges (fsync), and gives each
test an empty database made from a template that has PostGIS. Where the server is not installed the tests are skipped and say how to get it; in
CI that is a failure.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa

HOW = "install it with `sh tools/services.sh` (Debian: postgresql-15 postgresql-15-postgis-3)"
BIN = Path("/usr/lib/postgresql/15/bin")
EXTENSION = Path("/usr/share/postgresql/15/extension/postgis.control")
TEMPLATE = "with_postgis"
USER = "truceline"


def missing():
    """Say what is not there; empty where everything is."""
    if not (BIN / "postgres").exists():
        return f"PostgreSQL 15 is not installed: {HOW}"
    if not EXTENSION.exists():
        return f"PostGIS is not installed: {HOW}"
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "the server refuses to run as root, and there is no setpriv to change the user"
    return ""


def require():
    """Skip where there is no server; in CI that fails."""
    said = missing()
    if said and os.environ.get("CI") == "true":
        pytest.fail(said)
    if said:
        pytest.skip(said)


def unprivileged():
    """Give what goes before a command of the server: it refuses root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def environment():
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8"}


class Cluster:
    """A server in a folder of its own."""

    def __init__(self, folder, settings=()):
        self.folder = folder
        self.data = folder / "data"
        self.settings = settings

    def call(self, name, *arguments, check=True):
        done = subprocess.run(
            [*unprivileged(), str(BIN / name), *map(str, arguments)],
            env=environment(), cwd=self.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"{name}: {done.stdout}{done.stderr}")
        return done

    def make(self):
        """Make the cluster and its template, and start it."""
        self.folder.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        options = ("-A", "trust", "-U", USER, "--no-sync", "--no-instructions", "-E", "UTF8")
        self.call("initdb", "-D", self.data, *options)
        self.start()
        self.query("CREATE DATABASE " + TEMPLATE)
        self.query("CREATE EXTENSION postgis", TEMPLATE)
        return self

    def start(self):
        """Start it, or start it again; what it acknowledged before is there."""
        options = (
            f"-c listen_addresses= -k {self.folder} -c fsync=on -c max_connections=60 "
            "-c shared_buffers=32MB -c autovacuum=off -c logging_collector=off "
            + " ".join(f"-c {one}" for one in self.settings)
        )
        self.call(
            "pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "-o", options, "start"
        )

    def stop(self, how="fast"):
        """Stop it; ``immediate`` is as when the machine fails."""
        self.call("pg_ctl", "-D", self.data, "-w", "-m", how, "stop", check=False)

    def query(self, text, database="postgres"):
        engine = sa.create_engine(self.url(database), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                found = connection.exec_driver_sql(text)
                return found.fetchall() if found.returns_rows else None
        finally:
            engine.dispose()

    def url(self, database, user=USER):
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def database(self, name):
        """Make an empty database and give its address."""
        self.query(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self.url(name)

    def drop(self, name):
        self.query(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def folder():
    """Give a short folder that the server may enter: a socket's path has at most 107 bytes."""
    return Path(tempfile.mkdtemp(prefix="tl-pg-"))
