"""What lies in keys/ is held against the log and the people: damage is found and named."""

import base64
import os
import shutil

import pytest

from case_workspace import AT_DESK, BEGUN, NOW, PEOPLE, draw, law, principal
from truceline.access.hidden import Hidden
from truceline.access.person_keys import seed_text
from truceline.access.sealing import seal
from truceline.evidence.commitment import SaltChain
from truceline.evidence.keys import derive, private_key_text, salt_key_text
from truceline.evidence.log import Log
from truceline.model.person import KeptBy, PersonKey
from truceline.pipeline import key_files
from truceline.pipeline.account_key import made_account_key
from truceline.pipeline.desk import open_desk, start
from truceline.pipeline.people import change, register
from truceline.pipeline.signing import desk_seed
from truceline.pipeline.verify import verify_workspace
from truceline.pipeline.verify_keys import check_keys
from truceline.store import accounts, database

FILES = (
    "log.vkey",
    "log.key",
    "salt.key",
    "accounts.key",
    "people/desk.key",
    "people/v.sweden.key",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    with start(folder / "ws", law(folder / "law", review=True), bytes(range(32)), BEGUN) as desk:
        desk_seed(folder / "ws")
        for one in (PEOPLE[0], PEOPLE[3]):
            register(
                desk, principal("a.admin") if one is not PEOPLE[0] else AT_DESK, one, BEGUN, draw
            )
        key = made_account_key(folder / "ws", draw)
        sealed = seal(key, Hidden("A" * 32), "v.sweden", draw)
        with database.writing(desk.engine) as connection:
            accounts.put_secrets(connection, accounts.Secrets("v.sweden", "", sealed, False, -1))
    return folder / "ws"


@pytest.fixture
def ws(made, tmp_path):
    shutil.copytree(made, tmp_path / "ws")
    return tmp_path / "ws"


def problems(ws, name):
    """Look at the keys: every problem names the file."""
    path = ws / "keys" / name
    with open_desk(ws) as desk:
        size = Log.open(ws).size
        found = tuple(check_keys(ws, desk.workspace.vkey, size, desk, []))
    assert all(line.startswith(f"{path}: ") for line in found), found
    return found


def test_the_keys_of_a_workspace_stand_and_looking_changes_nothing(ws):
    before = {p: p.read_bytes() for p in ws.rglob("*") if p.is_file()}
    found = verify_workspace(ws)
    assert (found.problems, found.remarks) == ((), ())
    assert {p: p.read_bytes() for p in ws.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_a_cut_and_what_is_no_key_are_found_and_told_without_the_secret(ws, name):
    path = ws / "keys" / name
    data = path.read_bytes()
    last = 22 if name == "salt.key" else len(data)  # its secret has no check sum: see the page
    changed = [
        data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in {0, last // 2, last - 1}
    ]
    cuts = (data[:-1], data[: len(data) // 2], b"", data + b"\n", b"\0" * 40, b"\xff\n" * 5000)
    for other in (*changed, *cuts):
        path.write_bytes(other)
        (line,) = problems(ws, name)
        assert data.decode().split("+")[-1].strip() not in line or name == "log.vkey"
    assert verify_workspace(ws).problems == (line,)
    path.write_bytes(data)
    assert problems(ws, name) == ()


def test_every_letter_of_a_key_counts(ws):
    path = ws / "keys" / "people" / "v.sweden.key"
    data = path.read_bytes()
    with open_desk(ws) as desk:
        for at in range(44):
            other = b"C" if data[at : at + 1] == b"B" else b"B"
            path.write_bytes(data[:at] + other + data[at + 1 :])
            assert len(list(check_keys(ws, desk.workspace.vkey, None, desk, []))) == 1


def test_another_logs_keys_are_found(ws):
    other, chain = derive(bytes(32), "truceline.example/other")
    for name, data in (
        ("log.key", private_key_text(other).encode() + b"\n"),
        ("log.vkey", other.verifier.vkey.encode() + b"\n"),
        ("salt.key", salt_key_text(SaltChain(1 << 20, chain.secret))),
        ("accounts.key", seed_text(bytes(32))),
        ("people/desk.key", seed_text(bytes(32))),
        ("people/v.sweden.key", seed_text(bytes(32))),
        ("people/nobody.key", seed_text(bytes(32))),
        ("people/nobody.txt", b"x"),
        ("foreign", b"x"),
    ):
        path = ws / "keys" / name
        before = path.read_bytes() if path.exists() else None
        path.write_bytes(data)
        assert len(problems(ws, name)) == 1, name
        path.unlink() if before is None else path.write_bytes(before)
    assert verify_workspace(ws).problems == ()


def test_the_key_of_another_person_a_link_and_a_folder_are_found(ws):
    path = ws / "keys" / "people" / "v.sweden.key"
    shutil.copy(ws / "keys" / "people" / "a.admin.key", path)
    assert "not the private half" in problems(ws, "people/v.sweden.key")[0]
    path.unlink()
    path.symlink_to("a.admin.key")
    assert "none of the workspace's keys" in problems(ws, "people/v.sweden.key")[0]
    path.unlink()
    path.mkdir()
    assert len(problems(ws, "people/v.sweden.key")) == 1


def test_absent_keys_are_a_remark(ws):
    shutil.rmtree(ws / "keys")
    found = verify_workspace(ws)
    assert found.problems == ()
    (remark,) = found.remarks
    assert all(name in remark for name in ("keys/log.vkey", "keys/log.key", "keys/salt.key"))


def test_keys_that_are_being_settled_are_none_of_the_problems(ws):
    people = ws / "keys" / "people"
    old = (people / "v.sweden.key").read_bytes()
    key_files.keep_next(ws, "v.sweden", bytes(32))
    key_files.keep_next(ws, "n.analyst", bytes(32))
    (people / ".v.sweden.key.tmp").write_bytes(b"half")
    found = verify_workspace(ws)
    assert found.problems == ()
    assert len(found.remarks) == 3
    for name in (".v.sweden.key.tmp", "v.sweden.key.next", "n.analyst.key.next"):
        (people / name).unlink()
    public = base64.b64encode(base64.b64decode(b"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="))
    with open_desk(ws) as desk:
        own = PersonKey("ed25519", public.decode(), KeptBy.PERSON)
        change(desk, principal("a.admin"), "v.sweden", NOW, draw, key=own)
    (people / "v.sweden.key").write_bytes(old)  # as after a stop before it was let go of
    assert verify_workspace(ws).problems == ()
    (people / "v.sweden.key.next").write_bytes(old[:-5])
    assert len(problems(ws, "people/v.sweden.key.next")) == 1


def test_keys_are_looked_at_where_the_records_cannot_be_opened(ws):
    (ws / "truceline.db").write_bytes(b"no database" * 400)
    (ws / "keys" / "people" / "v.sweden.key").write_bytes(b"x")
    assert any("v.sweden.key: " in line for line in verify_workspace(ws).problems)


@pytest.mark.skipif(os.geteuid() == 0, reason="whoever is root reads everything")
def test_a_key_that_is_closed_to_who_verifies_is_a_remark(ws):
    (ws / "keys" / "salt.key").chmod(0)
    found = verify_workspace(ws)
    assert found.problems == ()
    assert "closed to you" in found.remarks[0]
