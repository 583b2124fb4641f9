"""SIGKILL while persons record, files come in and a run is made; the server killed under them.

Two kills on each database here; ``tools/acceptance_records.py kills`` does two hundred.
"""

import random
import shutil

import pytest

import postgres
from killed_records import Rounds
from truceline.pipeline.backup import backup
from truceline.pipeline.desk import open_desk
from truceline.pipeline.import_ import import_
from truceline.pipeline.run import run
from workspaces import NOW, begin, small_files, take

KILLS = 2


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    with begin(folder / "ws") as desk:
        source, name, raw = small_files()[0]
        take(desk, source, raw, name)
        run(desk, NOW)
        backup(desk, folder / "b.tar")
    return folder


def killed(root, seed):
    rounds = Rounds(root, random.Random(seed))  # noqa: S311 - moments, no secret
    acknowledged = 0
    for at in range(KILLS):
        acknowledged += rounds.kill()
        rounds.check(whole=at == KILLS - 1)
    assert acknowledged > 0


def test_nothing_acknowledged_is_lost_on_sqlite(made, tmp_path):
    shutil.copytree(made / "ws", tmp_path / "ws")
    killed(tmp_path / "ws", 1)


def test_nothing_acknowledged_is_lost_on_postgresql(made, tmp_path, server_url):
    import_(made / "b.tar", tmp_path / "ws", server_url)
    killed(tmp_path / "ws", 2)


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    made, tmp_path, cluster, server_url
):
    import_(made / "b.tar", tmp_path / "ws", server_url)
    rounds = Rounds(tmp_path / "ws", random.Random(3))  # noqa: S311 - moments, no secret
    acknowledged = rounds.kill(0.8, meanwhile=lambda: cluster.stop("immediate"))
    cluster.start()
    assert acknowledged > 0
    rounds.check(whole=True)
    assert postgres.missing() == ""
    with open_desk(tmp_path / "ws") as desk:
        assert run(desk, NOW).again
