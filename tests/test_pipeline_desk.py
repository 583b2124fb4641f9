"""A workspace is made whole or not at all, and opened when it is whole."""

import hashlib

import pytest

from truceline.errors import AgreementError, WorkspaceError
from truceline.evidence.log import Log
from truceline.pipeline import desk as under_test
from truceline.pipeline.desk import digest_of, open_desk, start
from truceline.pipeline.shipped import agreement_folder
from truceline.pipeline.verify import verify
from workspaces import NOW, SEED, begin, hashes


class CutOffError(Exception):
    """The machine stops."""


def test_a_new_workspace_is_logged_and_verifies(tmp_path):
    desk = begin(tmp_path / "ws")
    (created,) = desk.events()
    assert created.type == "workspace.created"
    assert created.fields["agreement"] == "easter-2025"
    assert created.fields["agreement_sha256"] == desk.agreement_digest
    files = {p.name: p.read_bytes() for p in (tmp_path / "ws" / "agreement").iterdir()}
    assert created.fields["agreement_files"] == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items()
    }
    assert verify(desk).problems == ()
    desk.close()
    assert not (tmp_path / "ws" / ".truceline-init").exists()


def test_the_same_seed_and_time_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        begin(tmp_path / name).close()
    a, b = (hashes(tmp_path / name) for name in ("a", "b"))
    assert a.keys() == b.keys()
    assert {k for k in a if a[k] != b[k]} <= {"truceline.db"}


def test_an_existing_workspace_is_refused_and_left_as_it_is(tmp_path):
    begin(tmp_path / "ws").close()
    before = hashes(tmp_path / "ws")
    with pytest.raises(WorkspaceError, match="is a workspace already"):
        begin(tmp_path / "ws", "easter-2026")
    assert hashes(tmp_path / "ws") == before


def test_files_of_others_in_the_folder_are_left_alone(tmp_path):
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws" / "notes.txt").write_text("mine")
    begin(tmp_path / "ws").close()
    assert (tmp_path / "ws" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("part", ["log", "raw", "keys", "truceline.db"])
def test_parts_without_their_file_are_never_overwritten(tmp_path, part):
    begin(tmp_path / "ws").close()
    (tmp_path / "ws" / "truceline.toml").unlink()
    for path in list((tmp_path / "ws").iterdir()):
        if path.name != part:
            path.rename(tmp_path / path.name)
    if part == "raw":
        (tmp_path / "ws" / "raw").mkdir()
    before = hashes(tmp_path / "ws")
    with pytest.raises(WorkspaceError, match=f"holds {part} but no truceline.toml"):
        begin(tmp_path / "ws")
    assert hashes(tmp_path / "ws") == before


def test_an_empty_leftover_does_not_let_a_lost_file_cost_the_workspace(tmp_path):
    """A stop after the last move leaves the empty folder; much later the file is lost."""
    begin(tmp_path / "ws").close()
    (tmp_path / "ws" / ".truceline-init").mkdir()
    (tmp_path / "ws" / "truceline.toml").unlink()
    before = hashes(tmp_path / "ws")
    with pytest.raises(WorkspaceError, match=r"but no truceline\.toml"):
        begin(tmp_path / "ws")
    assert hashes(tmp_path / "ws") == before


def steps_of_start(tmp_path, monkeypatch):
    """Count the times that a start writes a file or moves a part."""
    count = 0

    def counted(real):
        def one(*arguments, **named):
            nonlocal count
            count += 1
            return real(*arguments, **named)

        return one

    for name in ("write_durably", "sync_folder", "create_log", "create", "open_desk"):
        monkeypatch.setattr(under_test, name, counted(getattr(under_test, name)))
    begin(tmp_path / "counted").close()
    monkeypatch.undo()
    return count


def test_a_stop_at_any_step_of_making_it_is_healed_by_making_it_again(tmp_path, monkeypatch):
    steps = steps_of_start(tmp_path, monkeypatch)
    assert steps >= 10
    for at in range(steps):
        root = tmp_path / str(at)
        left = at

        def stopping(real):
            def one(*arguments, **named):
                nonlocal left
                left -= 1
                if left < 0:
                    raise CutOffError
                return real(*arguments, **named)

            return one

        for name in ("write_durably", "sync_folder", "create_log", "create", "open_desk"):
            monkeypatch.setattr(under_test, name, stopping(getattr(under_test, name)))
        with pytest.raises(CutOffError):
            begin(root)
        monkeypatch.undo()
        if not (root / "truceline.toml").exists():
            begin(root).close()
        desk = open_desk(root)
        assert verify(desk).problems == ()
        assert len(desk.events()) == 1
        desk.close()


def test_a_folder_that_cannot_be_made_is_the_systems_own_error(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError, match="file"):
        begin(tmp_path / "file" / "ws")


def test_an_agreement_that_cannot_be_read_makes_no_folder(tmp_path):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "agreement.yaml").write_text("id: [")
    with pytest.raises(AgreementError):
        start(tmp_path / "ws", tmp_path / "bad", SEED, NOW)
    assert not (tmp_path / "ws").exists()


def test_a_workspace_without_its_agreement_says_so(tmp_path):
    begin(tmp_path / "ws").close()
    (tmp_path / "ws" / "agreement").rename(tmp_path / "elsewhere")
    with pytest.raises(AgreementError, match="has lost its agreement"):
        open_desk(tmp_path / "ws")


def test_the_digest_of_files_hangs_on_names_and_content_alone():
    assert digest_of({"a": b"1", "b": b"2"}) == digest_of({"b": b"2", "a": b"1"})
    others = ({"a": b"2", "b": b"1"}, {"a": b"1"}, {"a": b"1", "c": b"2"}, {})
    digests = {digest_of(files) for files in ({"a": b"1", "b": b"2"}, *others)}
    assert len(digests) == 5


def test_agreements_are_found_by_name_and_by_path(tmp_path):
    assert agreement_folder("riverline").name == "riverline"
    assert agreement_folder(str(agreement_folder("riverline"))).is_dir()
    for name in ("nothing", "../riverline", str(tmp_path)):
        with pytest.raises(AgreementError, match=r"shipped: .*easter-2025, easter-2026"):
            agreement_folder(name)


def test_what_an_append_left_behind_is_no_event(tmp_path, monkeypatch):
    """A batch whose checkpoint was never written is not in the log."""
    desk = begin(tmp_path / "ws")
    monkeypatch.setattr("truceline.evidence.durable.Disk.rename", stop)
    with pytest.raises(CutOffError):
        desk.log([{"type": "position.opened", "incident_id": "INC-000001", "time": "t"}])
    monkeypatch.undo()
    assert len(list((tmp_path / "ws" / "openings").iterdir())) == 2
    assert [e.type for e in desk.events()] == ["workspace.created"]
    assert verify(desk).problems == ()
    assert "cut off" in verify(desk).remarks[0]
    assert Log.open(tmp_path / "ws").size == 64
    desk.close()


def stop(*_arguments):
    raise CutOffError
