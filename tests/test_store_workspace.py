"""A workspace on disk: opened when whole, refused with a sentence when not."""

import os
from pathlib import Path

import pytest

from truceline.errors import WorkspaceError
from truceline.store import database
from truceline.store.workspace import FORMAT, create, open_workspace, write_durably


@pytest.fixture
def ws(tmp_path):
    return create(tmp_path / "ws", "easter-2025", "example/log", "vkey")


def test_what_was_written_is_read(ws):
    assert open_workspace(ws.root) == ws
    assert (ws.agreement, ws.origin, ws.vkey, ws.database) == (
        "easter-2025", "example/log", "vkey", "",
    )  # fmt: skip


def test_a_second_one_in_the_same_folder_is_refused(ws):
    before = (ws.root / "truceline.toml").read_bytes()
    with pytest.raises(WorkspaceError, match="is a workspace already"):
        create(ws.root, "riverline", "example/log", "other")
    assert (ws.root / "truceline.toml").read_bytes() == before


@pytest.mark.parametrize("name", ["nothing", "a-file/below"])
def test_no_workspace_says_how_to_make_one(tmp_path, name):
    (tmp_path / "a-file").write_text("x")
    with pytest.raises(WorkspaceError, match="truceline init"):
        open_workspace(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"format = 1\nagreement", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"format = 7\n", f"is of format 7, this version reads {FORMAT}"),
        (b"", "is of format None"),
        (b'format = 1\nagreement = "a"\norigin = "o"\nvkey = "v"\n', "lacks 'database'"),
    ],
)
def test_a_damaged_file_is_told_from_another_format(ws, text, says):
    (ws.root / "truceline.toml").write_bytes(text)
    with pytest.raises(WorkspaceError, match=says):
        open_workspace(ws.root)


def test_a_folder_in_place_of_the_file_is_told(ws):
    (ws.root / "truceline.toml").unlink()
    (ws.root / "truceline.toml").mkdir()
    with pytest.raises(WorkspaceError, match="cannot be read"):
        open_workspace(ws.root)


@pytest.mark.parametrize("name", ["plain", "a?b", "50%20#of it", "Überblick ü"])
def test_the_records_lie_in_the_workspace_whatever_its_name(tmp_path, name):
    ws = create(tmp_path / name, "easter-2025", "example/log", "vkey")
    database.connect(ws.database_url).dispose()
    assert (ws.root / "truceline.db").is_file()
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert ws.records_name == str(ws.root / "truceline.db")


def test_a_server_of_records_is_named_without_its_password(ws):
    path = ws.root / "truceline.toml"
    url = "postgresql://truce:secret@db.example/line"
    path.write_text(path.read_text().replace('database = ""', f'database = "{url}"'))
    opened = open_workspace(ws.root)
    assert opened.database_url == url
    assert "secret" not in opened.records_name
    assert "db.example" in opened.records_name


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    path = tmp_path / "a" / "b" / "file"
    write_durably(path, b"old")

    def refuse(descriptor):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_durably(path, b"new and longer")
    assert path.read_bytes() == b"old"
    monkeypatch.undo()
    write_durably(path, b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in path.parent.iterdir()] == ["file"]


def test_every_new_name_is_forced_to_the_disk(tmp_path, monkeypatch):
    forced = set()
    real = os.fsync

    def note(descriptor):
        forced.add(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    write_durably(tmp_path / "raw" / "aa" / "file", b"x")
    for folder in (tmp_path, tmp_path / "raw", tmp_path / "raw" / "aa"):
        assert str(folder) in forced
