"""The table of persistent heat: shipped or learned, logged before it is used, never swapped unseen."""

import pytest

from truceline.errors import EvidenceError, SourceError, WrongKindOfFile
from truceline.pipeline.heat import background_of, heat_view, table_path, use_learned, use_shipped
from truceline.pipeline.holdings import holdings
from truceline.pipeline.run import run
from truceline.pipeline.shipped import shipped
from truceline.pipeline.verify import verify
from truceline.store.archive import sha256_of
from workspaces import NOW, begin, flip, hashes, take

VIIRS = shipped("data") / "easter-2026" / "viirs.csv"


@pytest.fixture
def desk(tmp_path):
    desk = begin(tmp_path / "ws", "easter-2026")
    yield desk
    desk.close()


def set_events(desk):
    return [e.fields for e in desk.events() if e.type == "background.set"]


def test_a_new_workspace_uses_the_shipped_table_and_logs_it(desk):
    background, digest = background_of(desk)
    raw = table_path(desk).read_bytes()
    assert digest == sha256_of(raw)
    assert raw == (shipped("data") / "background" / "persistent_heat.csv").read_bytes()
    assert len(background.table.cells) > 100
    before = hashes(desk.workspace.root)
    assert background_of(desk)[1] == digest
    use_shipped(desk)
    assert hashes(desk.workspace.root) == before
    (event,) = set_events(desk)
    assert (event["sha256"], event["basis"]) == (digest, "shipped with the project")


def test_a_learned_table_names_the_files_that_it_was_learned_from(desk):
    raw = VIIRS.read_bytes()
    use_shipped(desk)
    use_learned(desk, [("viirs.csv", raw)])
    assert set_events(desk)[-1]["learned_from"] == [sha256_of(raw)]
    assert set_events(desk)[-1]["basis"] == "learned from viirs.csv"
    before = hashes(desk.workspace.root)
    use_learned(desk, [("viirs.csv", raw)])
    assert hashes(desk.workspace.root) == before
    use_shipped(desk)
    assert [e["basis"][:7] for e in set_events(desk)] == ["shipped", "learned", "shipped"]
    assert verify(desk).problems == ()


def test_the_order_of_files_does_not_show(desk, tmp_path):
    lines = VIIRS.read_bytes().splitlines(keepends=True)
    halves = [("a", b"".join(lines[:150])), ("b", b"".join([lines[0], *lines[150:]]))]
    use_learned(desk, halves)
    first = table_path(desk).read_bytes()
    other = begin(tmp_path / "other", "easter-2026")
    use_learned(other, halves[::-1])
    assert table_path(other).read_bytes() == first
    other.close()


def test_another_background_makes_another_run(desk):
    take(desk, "firms", VIIRS)
    run(desk, NOW)
    use_learned(desk, [("viirs.csv", VIIRS.read_bytes())])
    assert not run(desk, NOW).again
    assert run(desk, NOW).again


def test_wrong_and_empty_files_teach_nothing(desk):
    before = hashes(desk.workspace.root)
    with pytest.raises(WrongKindOfFile):
        use_learned(desk, [("x", b"a,b\n1,2\n")])
    with pytest.raises(SourceError):
        use_learned(desk, [("x", VIIRS.read_bytes().splitlines(keepends=True)[0])])
    assert hashes(desk.workspace.root) == before


@pytest.mark.parametrize("how", ["changed", "gone", "broken"])
def test_a_learned_table_that_is_not_as_logged_is_refused(desk, how):
    use_learned(desk, [("viirs.csv", VIIRS.read_bytes())])
    path = table_path(desk)
    {
        "changed": lambda: flip(path, 300, 1),
        "gone": path.unlink,
        "broken": lambda: path.write_bytes(b""),
    }[how]()
    with pytest.raises(EvidenceError, match="not the table that was logged last"):
        background_of(desk)
    assert [p for p in verify(desk).problems if path.name in p]
    use_learned(desk, [("viirs.csv", VIIRS.read_bytes())])
    background_of(desk)
    assert verify(desk).problems == ()


class CutOffError(Exception):
    """The machine stops."""


def test_learning_that_was_cut_off_stops_the_next_run_until_it_is_done_again(desk, monkeypatch):
    """The old table must not be used in silence where a new one was asked for."""
    take(desk, "firms", VIIRS)
    run(desk, NOW)

    def stop(*arguments):
        raise CutOffError

    monkeypatch.setattr("truceline.pipeline.heat.write_durably", stop)
    with pytest.raises(CutOffError):
        use_learned(desk, [("viirs.csv", VIIRS.read_bytes())])
    monkeypatch.undo()
    with pytest.raises(EvidenceError, match="do `truceline background` again"):
        run(desk, NOW)
    use_learned(desk, [("viirs.csv", VIIRS.read_bytes())])
    run(desk, NOW)
    assert verify(desk).problems == ()


def test_every_thermal_detection_is_asked_about_and_masked_ones_say_why(desk):
    take(desk, "firms", VIIRS)
    table = holdings(desk).table
    view = heat_view(background_of(desk)[0], table)
    assert set(view.natural) == set(table["observation_id"].to_pylist())
    assert 0 < len(view.masked) < len(view.natural)
    assert all(0 <= p <= 1 for p in view.natural.values())
    assert all(len(sentence) > 40 for sentence in view.masked.values())


def test_without_thermal_detections_there_is_nothing_to_say(desk):
    view = heat_view(background_of(desk)[0], holdings(desk).table)
    assert (dict(view.natural), dict(view.masked)) == ({}, {})
