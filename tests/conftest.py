"""One set of rules for every property test.

Nothing is timed here (timings live in benchmarks/), so no example has a deadline. In CI the examples
are the same each time, so that a change is judged by what it does and not by the draw; on a desk they
are new each time, and what they find is worth a test of its own.
"""

import itertools
import os
import shutil

import pytest
from hypothesis import settings

import postgres

settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "desk")


@pytest.fixture(scope="session")
def cluster():
    """A PostgreSQL server of this worker's own."""
    postgres.require()
    folder = postgres.folder()
    made = postgres.Cluster(folder)
    try:
        yield made.make()
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


_NUMBERS = itertools.count(1)


@pytest.fixture
def server_url(cluster):
    """Address of an empty database with PostGIS; dropped afterwards."""
    name = f"test_{next(_NUMBERS)}"
    yield cluster.database(name)
    cluster.drop(name)
