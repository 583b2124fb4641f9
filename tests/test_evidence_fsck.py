"""Where a log first diverges is named: leaf index, tile and byte."""

import json
import shutil

import pytest

from truceline.errors import EvidenceError
from truceline.evidence import Log, create_log, keys
from truceline.evidence.checkpoint import Checkpoint
from truceline.evidence.fsck import Earlier, against_checkpoints, against_log, fsck
from truceline.evidence.note import parse_vkey
from truceline.evidence.proof import verify_proof
from truceline.evidence.tiles import TileReader
from workspaces import called

ORIGIN = "evidence.example/log"
COUNTS = (500, 1, 60, 1, 300)


def build(root, counts=COUNTS, seed=bytes(range(32)), change=None):
    """Make a log; ``change`` is the number of a record that is another one."""
    vkey = create_log(root, ORIGIN, seed)
    log = Log.open(root)
    notes, number = [], 0
    for count in counts:
        records = [b'{"n":%d}' % n for n in range(number, number + count)]
        if change is not None and number <= change < number + count:
            records[change - number] = b'{"n":"other"}'
        log.append(records)
        number += count
        notes.append(log.checkpoint_text().encode())
    return parse_vkey(vkey), notes


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("fsck")
    key, notes = build(root / "a")
    build(root / "b", change=561)
    build(root / "short", counts=COUNTS[:3])
    return root, key, notes


@pytest.fixture
def copy(made, tmp_path):
    shutil.copytree(made[0], tmp_path / "logs")
    return tmp_path / "logs", made[1], made[2]


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


def test_a_sound_log_has_no_divergence(made):
    root, key, _ = made
    found = fsck(root / "a/log", key)
    assert (found.ok, found.size, found.origin) == (True, 1024, ORIGIN)
    assert fsck(root / "a/log").root == found.root
    assert "was not checked" in fsck(root / "a/log").remarks[1]


@pytest.mark.parametrize(
    ("name", "at", "index", "byte"),
    [
        ("tile/entries/001", 47 * 10 + 20, 266, 470),
        ("tile/entries/000", 1, 0, 0),
        ("tile/0/001", 32 * 7 + 5, 263, 32 * 7 + 5),
        ("tile/1/000.p/4", 32 * 2 + 9, 512, 32 * 2 + 9),
    ],
)
def test_a_changed_byte_is_named_with_its_leaf_index(copy, name, at, index, byte):
    root, key, _ = copy
    flip(root / "a/log" / name, at)
    for verifier in (key, None):
        first = fsck(root / "a/log", verifier).divergences[0]
        assert (first.path, first.index, first.byte) == (f"log/{name}", index, byte)


def test_the_first_of_several_comes_first(copy):
    root, key, _ = copy
    flip(root / "a/log/tile/0/002", 100)
    flip(root / "a/log/tile/entries/001", 100)
    flip(root / "a/log/tile/1/000.p/4", 127)
    assert [d.index for d in fsck(root / "a/log", key).divergences] == [258, 515, 768]


def test_what_only_the_signature_tells_is_said_to_need_another_copy(copy):
    root, key, _ = copy
    shutil.rmtree(root / "a/log/tile")
    shutil.copytree(root / "b/log/tile", root / "a/log/tile")
    found = fsck(root / "a/log", key)
    assert [d.path for d in found.divergences] == ["log/checkpoint"]
    assert any("compare with another copy" in line for line in found.remarks)


def test_files_cut_missing_and_added(copy):
    root, key, _ = copy
    log = root / "a/log"
    (log / "tile/entries/003").write_bytes((log / "tile/entries/003").read_bytes()[:-1])
    (log / "tile/0/002").unlink()
    (log / "notes").write_text("x")
    found = {(d.path, d.index) for d in fsck(log, key).divergences}
    assert found == {("log/tile/entries/003", 1023), ("log/tile/0/002", None), ("log/notes", None)}


def test_a_log_without_checkpoint_or_of_another_key(copy):
    root, _, _ = copy
    other = keys.derive(bytes(32), ORIGIN)[0].verifier
    assert [d.path for d in fsck(root / "a/log", other).divergences] == ["log/checkpoint"]
    (root / "a/log/checkpoint").unlink()
    assert [d.path for d in fsck(root / "a/log").divergences] == ["log/checkpoint"]


# Two copies


def test_two_histories_part_at_the_first_entry_that_differs(made):
    root, key, _ = made
    ((first,), remarks) = against_log(root / "a/log", root / "b/log", key)
    assert (first.path, first.index, first.byte) == ("log/tile/0/002", 640, 128 * 32)
    assert remarks == ()


@pytest.mark.parametrize("change", [0, 1, 255, 256, 499, 500, 861])
def test_any_record_that_differs_is_found_by_its_index(made, tmp_path, change):
    root, key, _ = made
    build(tmp_path / "c", change=change)
    begins = {0: 0, 500: 512, 501: 576, 561: 640, 562: 704}
    start = max(n for n in begins if n <= change)
    ((first,), _) = against_log(root / "a/log", tmp_path / "c/log", key)
    assert first.index == begins[start] + change - start


def test_few_tiles_are_read_where_the_copies_agree(made, monkeypatch):
    root, key, _ = made
    reads = []
    read = TileReader._read
    monkeypatch.setattr(
        TileReader, "_read", lambda self, tile: reads.append(tile) or read(self, tile)
    )
    assert against_log(root / "a/log", root / "a/log", key)[0] == ()
    assert {tile.level for tile in reads} == {1}


def test_a_shorter_copy_is_continued(made):
    root, key, _ = made
    for one, other in (("a", "short"), ("short", "a")):
        found, (remark,) = against_log(root / one / "log", root / other / "log", key)
        assert found == ()
        assert "agree on the first 640 entries" in remark


def test_a_copy_whose_tiles_contradict_one_another_is_named(copy):
    root, key, _ = copy
    flip(root / "b/log/tile/1/000.p/4", 3)
    ((first,), _) = against_log(root / "a/log", root / "b/log", key)
    assert first.path == "log/checkpoint"
    assert str(root / "b/log") in first.what


def forge(root, index):
    """Change an entry and only the hash of its tile in the tile above, and sign the lie."""
    path = root / "log/tile/1/000.p/4"
    data = bytearray(path.read_bytes())
    data[index // 256 * 32] ^= 1
    path.write_bytes(data)
    reader = TileReader(root / "log", 1024)
    note = keys.read_signer(root).sign(Checkpoint(ORIGIN, 1024, reader.root()).text)
    (root / "log/checkpoint").write_bytes(note)


def test_a_hash_above_that_is_not_that_of_its_tile_is_found_on_the_way_down(copy):
    root, key, _ = copy
    forge(root / "b", 300)
    ((first,), _) = against_log(root / "short/log", root / "b/log", key)
    assert (first.path, first.index, first.byte) == ("log/tile/1/000.p/4", 256, 32)
    assert str(root / "b/log") in first.what


def test_logs_of_two_missions_are_not_compared(made, tmp_path):
    root, _, _ = made
    create_log(tmp_path, "other.example/log", bytes(32))
    ((first,), _) = against_log(root / "a/log", tmp_path / "log")
    assert "other.example/log" in first.what
    with pytest.raises(EvidenceError, match="there is no log here"):
        against_log(root / "a/log", tmp_path)


# Checkpoints that were kept


def kept(notes, *numbers):
    return [Earlier(f"kept {n}", notes[n]) for n in numbers]


def test_every_checkpoint_of_the_past_is_continued(made):
    root, key, notes = made
    found, (remark,) = against_checkpoints(root / "a/log", kept(notes, 4, 2, 0, 1, 3), key)
    assert found == ()
    assert "up to 1024 entries" in remark


def test_a_rewritten_past_is_narrowed_by_each_checkpoint(made):
    root, key, notes = made
    ((first,), _) = against_checkpoints(root / "b/log", kept(notes, 4), key)
    assert (first.path, first.index) == ("log/tile/0/000", 0)
    ((first,), _) = against_checkpoints(root / "b/log", kept(notes, 4, 2, 3), key)
    assert (first.path, first.index) == ("log/tile/0/002", 640)
    assert "entries 640 to 703" in first.what


def test_a_log_that_was_cut_is_shorter_than_what_it_signed(made):
    root, key, notes = made
    ((first,), (remark,)) = against_checkpoints(root / "short/log", kept(notes, 1, 4), key)
    assert (first.path, first.index) == ("log/checkpoint", 640)
    assert "up to 576 entries" in remark


def test_what_another_key_signed_is_refused(made):
    root, key, _ = made
    signer = keys.derive(bytes(32), ORIGIN)[0]
    note = signer.sign(Checkpoint(ORIGIN, 64, bytes(32)).text)
    with pytest.raises(EvidenceError):
        against_checkpoints(root / "a/log", [Earlier("x", note)], key)
    ((first,), _) = against_checkpoints(root / "a/log", [Earlier("x", note)])
    assert first.index == 0


def test_the_empty_log_is_continued_by_all(made, tmp_path):
    root, key, _ = made
    create_log(tmp_path, ORIGIN, bytes(range(32)))
    assert fsck(tmp_path / "log", key).ok
    assert against_log(tmp_path / "log", root / "a/log", key)[0] == ()
    note = (tmp_path / "log/checkpoint").read_bytes()
    assert against_checkpoints(root / "a/log", [Earlier("x", note)], key)[0] == ()


# The command


@pytest.fixture
def cli(capsys, monkeypatch):
    def call(*arguments, **named):
        return called(capsys, monkeypatch, *arguments, **named)

    return call


def test_the_command_names_the_first_place_and_ends_with_one(copy, cli):
    root, key, notes = copy
    code, out, _ = cli("evidence", "fsck", root / "a/log", "--vkey", root / "a/keys/log.vkey")
    assert (code, "nothing diverges" in out) == (0, True)
    code, out, _ = cli("evidence", "fsck", root / "a", "--against", root / "b", "--json")
    told = json.loads(out)
    assert (code, told["ok"], told["size"]) == (1, False, 1024)
    assert [d["index"] for d in told["divergences"]] == [640]
    (root / "kept").mkdir()
    for number, note in enumerate(notes):
        (root / f"kept/{number}.checkpoint").write_bytes(note)
    code, out, _ = cli(
        "evidence", "fsck", root / "b", "--against", root / "kept", "--vkey", key.vkey
    )
    assert code == 1
    assert "FIRST: log/tile/0/002, entry 640, byte 4096: the log does not continue" in out
    flip(root / "b/log/tile/0/001", 0)
    code, out, _ = cli("evidence", "fsck", root / "b", "--against", root / "kept")
    assert code == 1
    assert "FIRST: log/tile/0/001, entry 256, byte 0" in out
    assert "not compared with anything else" in out


def test_what_is_no_log_and_no_checkpoint_is_told(copy, cli):
    root, _, _ = copy
    (root / "empty").mkdir()
    for given in (["fsck", root / "empty"], ["fsck", root / "a", "--against", root / "empty"],
                  ["fsck", root / "a", "--against", root / "nowhere"],
                  ["fsck", root / "a", "--vkey", "x+y"]):  # fmt: skip
        code, _, err = cli("evidence", *given)
        assert code == 2
        assert "Traceback" not in err


def test_an_empty_key_is_not_the_same_as_no_key(made, cli):
    root, key, _ = made
    code, _, err = cli("evidence", "fsck", root / "a/log", "--vkey", "")
    assert (code, "--vkey is empty" in err) == (2, True)
    assert cli("evidence", "fsck", root / "a/log", "--vkey", key.vkey)[0] == 0


def test_what_lies_beyond_the_checkpoint_is_told(copy):
    root, key, _ = copy
    (root / "a/log/tile/0/004.p").mkdir()
    (root / "a/log/tile/0/004.p/2").write_bytes(b"x" * 64)
    found = fsck(root / "a/log", key)
    assert found.ok
    assert any("1 file(s) beyond the checkpoint" in remark for remark in found.remarks)


def test_a_folder_in_the_place_of_a_tile_is_found(copy):
    root, key, _ = copy
    (root / "a/log/tile/0/004.p/2").mkdir(parents=True)
    found = fsck(root / "a/log", key)
    assert [d.path for d in found.divergences] == ["log/tile/0/004.p/2"]


def test_a_log_by_itself_proves_its_entries_too(made, cli):
    root, key, _ = made
    code, proof, _ = cli("evidence", "prove", root / "a/log", "700")
    assert (code, cli("evidence", "prove", root / "a", "700")[1]) == (0, proof)
    bundle = (root / "a/log/tile/entries/002").read_bytes()
    at = (700 - 512) * 47 + 2
    assert verify_proof(proof, bundle[at : at + 45], key.vkey).size == 1024
    assert cli("evidence", "prove", root / "a/log", "1024")[0] == 2
    assert cli("evidence", "checkpoint", root / "a/log")[1].startswith(ORIGIN)
