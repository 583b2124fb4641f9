"""Single fields withheld, the others still proved."""

import copy
import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.codec.canonical import canonical
from truceline.custody.fields import (
    commit_fields,
    disclose,
    fields_of_record,
    salts_of,
    verify_disclosed,
)
from truceline.errors import EvidenceError, SourceError, WorkflowError
from truceline.pipeline.acting import AT_DESK
from truceline.pipeline.custody import Upload, hand_in
from truceline.pipeline.custody_fields import commit_item, disclosed
from truceline.pipeline.custody_said import Offer
from truceline.pipeline.desk import open_desk
from truceline.pipeline.verify import verify
from workspaces import NOW, begin, called

SECRET = bytes(range(32))
RECORD = {"witness": {"name": "R. Example", "age": 41}, "seen": ["smoke", "fire"], "at": "12:00"}
values = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
records = st.dictionaries(
    st.text(max_size=6),
    st.recursive(
        values,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
        max_leaves=6,
    ),
    min_size=1,
    max_size=5,
)


def salted(record):
    return salts_of(SECRET, fields_of_record(record))


@given(records, st.data())
def test_any_fields_may_be_withheld_and_the_rest_is_proved(record, data):
    fields = fields_of_record(record)
    shown = data.draw(st.sets(st.sampled_from(sorted(fields))))
    committed = commit_fields(record, salted(record))
    made = json.loads(canonical(disclose(record, salted(record), shown)))
    assert set(shown) <= set(made["shown"])
    proved = verify_disclosed(made, committed.root)
    assert proved == {pointer: fields[pointer] for pointer in made["shown"]}
    text = canonical(made).decode()
    for pointer in fields.keys() - made["shown"].keys():
        assert salted(record)[pointer].hex() not in text
    assert len(made["shown"]) + len(made["withheld"]) == len(fields)


@given(records, st.data())
def test_nothing_that_is_changed_is_proved(record, data):
    root = commit_fields(record, salted(record)).root
    made = disclose(record, salted(record), sorted(fields_of_record(record))[::2])
    changed = copy.deepcopy(made)
    shown = sorted(changed["shown"])
    kinds = ["value", "salt", "rename", "hide"] * bool(shown)
    kinds += ["drop"] * bool(changed["withheld"]) + ["add"]
    kind = data.draw(st.sampled_from(kinds))
    if kind in ("value", "salt", "rename", "hide"):
        pointer = data.draw(st.sampled_from(shown))
        field = changed["shown"].pop(pointer)
        if kind == "value":
            changed["shown"][pointer] = {**field, "value": [field["value"]]}
        elif kind == "salt":
            changed["shown"][pointer] = {**field, "salt": bytes(32).hex()}
        elif kind == "rename":
            changed["shown"][pointer + "x"] = field
    elif kind == "drop":
        changed["withheld"].pop()
    else:
        changed["withheld"].append("ab" * 32)
    with pytest.raises(EvidenceError):
        verify_disclosed(changed, root)


def test_a_disclosure_shows_neither_name_nor_place_of_what_is_withheld():
    made = disclose(RECORD, salted(RECORD), ["/at", "/seen"])
    assert sorted(made["shown"]) == ["/at", "/seen/0", "/seen/1"]
    assert "witness" not in canonical(made).decode()
    assert made["withheld"] == sorted(made["withheld"])
    assert len(made["withheld"]) == 2


def test_the_same_value_under_another_name_has_another_hash():
    hashes = commit_fields({"a": 1, "b": 1}, salts_of(SECRET, ["/a", "/b"])).hashes
    assert hashes["/a"] != hashes["/b"]


def test_names_with_slashes_are_told_apart():
    record = {"a/b": 1, "a": {"b": 2}, "a~1b": 3}
    assert fields_of_record(record) == {"/a/b": 2, "/a~1b": 1, "/a~01b": 3}


@pytest.mark.parametrize(
    "given_",
    [
        {},
        {"shown": [], "withheld": []},
        {"shown": {"/a": 7}, "withheld": []},
        {"shown": {"/a": {"salt": "zz", "value": 1}}, "withheld": []},
        {"shown": {"/a": {"salt": "00", "value": 1}}, "withheld": []},
        {"shown": {}, "withheld": ["00" * 32, "00" * 32]},
        {"shown": {}, "withheld": ["00"]},
        {"shown": {}, "withheld": 7},
        {"shown": {"/a": {"salt": "00" * 32, "value": float("nan")}}, "withheld": []},
        {"shown": {"/a": {"salt": "00" * 32, "value": "\ud800"}}, "withheld": []},
        [],
        None,
    ],
)
def test_what_is_no_disclosure_is_refused(given_):
    with pytest.raises(EvidenceError):
        verify_disclosed(given_, "00" * 32)


def test_what_cannot_be_committed_to_is_refused():
    with pytest.raises(EvidenceError, match="no field"):
        commit_fields({}, {})
    with pytest.raises(ValueError, match="exactly the fields"):
        commit_fields({"a": 1}, {})
    with pytest.raises(ValueError, match="32 bytes"):
        commit_fields({"a": 1}, {"/a": b"short"})
    with pytest.raises(ValueError, match="32 bytes"):
        salts_of(b"short", ["/a"])
    with pytest.raises(EvidenceError, match="has no field /b"):
        disclose({"a": 1}, salted({"a": 1}), ["/b"])
    deep = {}
    for _ in range(60):
        deep = {"a": deep}
    with pytest.raises(EvidenceError, match="deeper"):
        fields_of_record(deep)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    with begin(tmp_path_factory.mktemp("made") / "ws") as desk:
        return desk.workspace.root


@pytest.fixture
def desk(empty, tmp_path):
    shutil.copytree(empty, tmp_path / "ws")
    with open_desk(tmp_path / "ws") as desk:
        yield desk


def take(desk, raw):
    return hand_in(desk, AT_DESK, Upload("r.json", [raw]), Offer("N. Example"), NOW, by="R.").sha256


def commit(desk, key):
    return commit_item(desk, AT_DESK, key, NOW, lambda size: SECRET[:size], by="A. Example")


def test_fields_of_an_item_are_committed_to_shown_and_verified(desk):
    key = take(desk, canonical(RECORD))
    with pytest.raises(WorkflowError, match="were not committed to"):
        disclosed(desk, AT_DESK, key, ["/at"], NOW)
    row = commit(desk, key[:8])
    assert row.fields == 5
    secret = desk.workspace.root / "keys" / "fields" / f"{row.root}.key"
    assert secret.stat().st_mode & 0o777 == 0o600
    made = disclosed(desk, AT_DESK, key, ["/at"], NOW)
    assert verify_disclosed(made, row.root) == {"/at": "12:00"}
    assert (made["item"], made["entry"]) == (key, row.log_index)
    assert verify(desk).ok
    with pytest.raises(WorkflowError, match="committed to already"):
        commit(desk, key)
    secret.write_text("00" * 32)
    with pytest.raises(EvidenceError, match="does not give the root"):
        disclosed(desk, AT_DESK, key, ["/at"], NOW)
    assert any("record and secret" in line for line in verify(desk).problems)
    secret.unlink()
    with pytest.raises(EvidenceError, match="missing or broken"):
        disclosed(desk, AT_DESK, key, ["/at"], NOW)
    assert verify(desk).ok


@pytest.mark.parametrize(
    "raw",
    [b"[1]", b"7", b"no json", b'{"a":1,"a":2}', b"[" * 100_000, b'{"a":NaN}', b"\xff", b"{}",
     b'{"a":"\\ud800"}'],
)  # fmt: skip
def test_what_has_no_fields_is_refused(desk, raw):
    key = take(desk, raw)
    with pytest.raises((SourceError, EvidenceError)):
        commit(desk, key)
    assert not [e for e in desk.events() if e.type == "custody.fields"]
    assert verify(desk).ok


def test_an_item_that_is_too_large_is_not_read(desk):
    with pytest.raises(SourceError, match="fields are told apart up to"):
        commit(desk, take(desk, b"{" + b" " * (4 << 20) + b"}"))


def test_the_commands_commit_disclose_and_check(desk, tmp_path, capsys, monkeypatch):
    root, key = desk.workspace.root, take(desk, canonical(RECORD))

    def call(*arguments):
        return called(capsys, monkeypatch, "custody", *arguments)

    code, out, _ = call("commit", root, key, "--by", "A. Example")
    assert code == 0
    assert "5 fields" in out
    logged = out.split("root ")[1].split()[0]
    shown = tmp_path / "shown.json"
    assert call("disclose", root, key, "--field", "/at", "--out", shown)[0] == 0
    code, out, _ = call("check-disclosed", shown, "--root", logged)
    assert code == 0
    assert '/at: "12:00"' in out
    assert "4 fields are withheld" in out
    shown.write_bytes(shown.read_bytes().replace(b"12:00", b"13:00"))
    code, _, err = call("check-disclosed", shown, "--root", logged)
    assert code == 1
    assert "not those of the record" in err
    shown.write_bytes(b"no json")
    assert call("check-disclosed", shown, "--root", logged)[0] == 1
    assert call("disclose", root, key, "--field", "/no", "--out", tmp_path / "b")[0] == 2
