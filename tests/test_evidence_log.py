"""The life of a log: create, append, crash at any step, open again, prove."""

import fcntl
import hashlib
import os
import shutil
import stat

import pytest

from truceline.errors import EvidenceError, WorkspaceError
from truceline.evidence import Log, create_log, entry_of, keys, verify_log, verify_proof
from truceline.evidence.commitment import PADDING, SaltChain
from truceline.evidence.openings import iterate_openings, write_openings
from truceline.evidence.tiles import TileReader

ORIGIN = "evidence.example/log"
SEED = hashlib.sha256(b"a seed for tests").digest()


def records_of(count, what=b"n"):
    return [b'{"%s":%d}' % (what, n) for n in range(count)]


def tree(root):
    return {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def assert_sound(root, vkey):
    report = verify_log(root / "log", root / "openings", vkey)
    assert report.problems == ()
    assert report.complete
    return report


def test_a_new_log_is_empty_signed_and_sound(tmp_path):
    vkey = create_log(tmp_path, ORIGIN, SEED)
    log = Log.open(tmp_path)
    assert log.size == 0
    assert log.checkpoint_text().startswith(
        f"{ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— {ORIGIN} "
    )
    assert (tmp_path / "keys/log.vkey").read_text() == vkey + "\n"
    assert_sound(tmp_path, vkey)


def test_records_come_back_in_order_without_the_padding(tmp_path):
    vkey = create_log(tmp_path, ORIGIN, SEED)
    log = Log.open(tmp_path)
    assert log.append(records_of(3)) == range(3)
    assert log.append(records_of(65, b"m")) == range(64, 129)
    assert log.size == 192
    assert list(log.records()) == [
        *enumerate(records_of(3)),
        *enumerate(records_of(65, b"m"), start=64),
    ]
    report = assert_sound(tmp_path, vkey)
    assert report.padding == 192 - 68


def test_no_record_no_batch(tmp_path):
    create_log(tmp_path, ORIGIN, SEED)
    before = tree(tmp_path)
    assert Log.open(tmp_path).append([]) == range(0)
    assert tree(tmp_path) == before


def test_same_seed_and_records_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        create_log(tmp_path / name, ORIGIN, SEED)
        for count in (3, 300, 1):
            Log.open(tmp_path / name).append(records_of(count))
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_entries_show_neither_record_nor_padding(tmp_path):
    create_log(tmp_path, ORIGIN, SEED)
    log = Log.open(tmp_path)
    log.append([b'{"n":1}', b'{"n":1}'])
    bundle = TileReader(log.log_dir, 64).bundle(0)
    assert {len(entry) for entry in bundle} == {45}
    assert {entry[:13] for entry in bundle} == {b"truceline/v1\n"}
    assert len(set(bundle)) == 64  # equal records do not give equal entries
    first = next(iterate_openings(log.openings_dir, 64))
    assert bundle[0] == b"truceline/v1\n" + hashlib.sha256(first.salt + b'{"n":1}').digest()


@pytest.mark.parametrize("steps", [[1] * 9, [64] * 5, [200, 100, 700], [255, 1, 1, 255, 1]])
def test_root_and_proofs_hold_however_the_log_grew(tmp_path, steps):
    vkey = create_log(tmp_path, ORIGIN, SEED)
    log = Log.open(tmp_path, batch=1)
    for count in steps:
        log.append(records_of(count))
    assert_sound(tmp_path, vkey)
    openings = list(iterate_openings(log.openings_dir, log.size))
    for index in {0, 1, 127, 255, 256, 300, 511, 512, log.size - 1} & set(range(log.size)):
        entry = openings[index].entry
        assert verify_proof(log.prove(index), entry, vkey) == log.checkpoint()
        with pytest.raises(EvidenceError):
            verify_proof(log.prove(index), entry[:-1] + b"?", vkey)
    with pytest.raises(ValueError, match="no index"):
        log.prove(log.size)


def test_partial_tiles_go_once_the_full_one_exists_and_old_readers_still_read(tmp_path):
    create_log(tmp_path, ORIGIN, SEED)
    log = Log.open(tmp_path)
    for _ in range(3):
        log.append(records_of(1))
    assert {p.name for p in (log.log_dir / "tile/0/000.p").iterdir()} == {"64", "128", "192"}
    old = TileReader(log.log_dir, 192)
    before = old.root(), old.bundle(0)
    log.append(records_of(1))
    assert not (log.log_dir / "tile/0/000.p").exists()
    assert not (log.log_dir / "tile/entries/000.p").exists()
    again = TileReader(log.log_dir, 192)
    assert (again.root(), again.bundle(0)) == before
    assert (log.log_dir / "tile/1/000.p/1").is_file()


def test_secrets_are_for_their_owner_and_the_seed_is_not_kept(tmp_path):
    create_log(tmp_path, ORIGIN, SEED)
    log = Log.open(tmp_path)
    log.append(records_of(1))
    for private in ("keys/log.key", "keys/salt.key", "openings/000000000.jsonl"):
        assert stat.S_IMODE((tmp_path / private).stat().st_mode) == 0o600
    for folder in ("keys", "openings"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700
    signer, chain = keys.derive(SEED, ORIGIN)
    stored = b"".join(tree(tmp_path).values())
    assert chain.secret.hex().encode() not in stored  # the chain has moved on
    assert keys.read_salt_chain(tmp_path) == chain.at(64)
    assert keys.read_signer(tmp_path) == signer
    assert signer.seed != SEED


def test_salts_move_forward_only():
    chain = SaltChain(0, bytes(32))
    assert chain.at(3) == chain.following().following().following()
    with pytest.raises(EvidenceError, match="set back"):
        chain.at(3).at(2)
    with pytest.raises(ValueError, match="32 bytes"):
        entry_of(b"short", b"{}")


@pytest.mark.parametrize(
    "record", [b"", b"[1]", b'{"a":\n1}', b'"text"', b'{"a":"\x00"}', b"{}\n", PADDING]
)
def test_records_that_cannot_be_logged_are_refused_before_anything_is_written(tmp_path, record):
    create_log(tmp_path, ORIGIN, SEED)
    before = tree(tmp_path)
    with pytest.raises(ValueError, match="record"):
        Log.open(tmp_path).append([b'{"good":1}', record])
    assert tree(tmp_path) == before


def test_a_file_of_openings_is_of_at_least_one_entry():
    with pytest.raises(ValueError, match="at least one"):
        write_openings([])


def test_a_workspace_has_one_log(tmp_path):
    with pytest.raises(WorkspaceError, match="has no log"):
        Log.open(tmp_path)
    create_log(tmp_path, ORIGIN, SEED)
    with pytest.raises(WorkspaceError, match="has a log already"):
        create_log(tmp_path, ORIGIN, SEED)


def test_bad_names_and_seeds_are_refused(tmp_path):
    with pytest.raises(EvidenceError, match="no space"):
        create_log(tmp_path, "evidence example", SEED)
    with pytest.raises(ValueError, match="32 bytes"):
        create_log(tmp_path, ORIGIN, b"short")


def test_a_copy_without_keys_can_be_read_but_not_appended_to(tmp_path):
    vkey = create_log(tmp_path, ORIGIN, SEED)
    Log.open(tmp_path).append(records_of(2))
    for key in ("keys/salt.key", "keys/log.key"):
        (tmp_path / key).unlink()
        with pytest.raises(WorkspaceError, match=key):
            Log.open(tmp_path).append(records_of(1))
    copy = Log.open(tmp_path)
    assert [record for _, record in copy.records()] == records_of(2)
    assert copy.prove(1)
    assert_sound(tmp_path, vkey)


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("keys/log.key", "PRIVATE+KEY+a+b", "expected PRIVATE"),
        ("keys/log.key", "PRIVATE+KEY+a+00000000+AQ==", "not an Ed25519 key"),
        ("keys/log.key", "PRIVATE+KEY+a+00000000+AQ" + "A" * 42, "key id"),
        ("keys/salt.key", "truceline-salt-key/v1\n01\n", "not a salt key"),
    ],
)
def test_broken_keys_are_refused(tmp_path, key, text, why):
    create_log(tmp_path, ORIGIN, SEED)
    (tmp_path / key).write_text(text)
    with pytest.raises(EvidenceError, match=why):
        Log.open(tmp_path).append(records_of(1))


def test_a_log_set_back_without_its_keys_is_not_continued(tmp_path):
    create_log(tmp_path, ORIGIN, SEED)
    shutil.copytree(tmp_path / "log", tmp_path / "copy")
    Log.open(tmp_path).append(records_of(1))
    shutil.rmtree(tmp_path / "log")
    (tmp_path / "copy").rename(tmp_path / "log")
    with pytest.raises(EvidenceError, match="set back"):
        Log.open(tmp_path).append(records_of(1))


@pytest.mark.parametrize("path", ["tile/0/000.p/64", "tile/entries/000.p/64", "checkpoint"])
def test_a_changed_edge_is_not_signed_over(tmp_path, path):
    create_log(tmp_path, ORIGIN, SEED)
    Log.open(tmp_path).append(records_of(1))
    changed = bytearray((tmp_path / "log" / path).read_bytes())
    changed[40] ^= 1
    (tmp_path / "log" / path).write_bytes(changed)
    before = tree(tmp_path)
    with pytest.raises(EvidenceError):
        Log.open(tmp_path).append(records_of(1))
    assert tree(tmp_path) == before


@pytest.mark.parametrize("path", ["tile/0/000.p/64", "tile/entries/000.p/64"])
@pytest.mark.parametrize("data", [None, b"short"])
def test_a_missing_or_cut_tile_is_named(tmp_path, path, data):
    create_log(tmp_path, ORIGIN, SEED)
    log = Log.open(tmp_path)
    log.append(records_of(1))
    (log.log_dir / path).unlink()
    if data is not None:
        (log.log_dir / path).write_bytes(data)
    with pytest.raises(EvidenceError, match="bundle" if data and "entries" in path else path):
        log.append(records_of(1))


def test_broken_openings_stop_the_reading_of_records(tmp_path):
    create_log(tmp_path, ORIGIN, SEED)
    log = Log.open(tmp_path)
    log.append(records_of(1))
    path = tmp_path / "openings/000000000.jsonl"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(EvidenceError, match=r"000000000\.jsonl: the last line does not end"):
        list(log.records())
    path.write_bytes(path.read_bytes().replace(b'"index":7,', b'"index":07,'))
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(EvidenceError, match="line 9 is not an opening"):
        list(log.records())


def test_two_processes_do_not_append_at_once(tmp_path):
    create_log(tmp_path, ORIGIN, SEED)
    log = Log.open(tmp_path)
    descriptor = os.open(tmp_path / "log", os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(WorkspaceError, match="another process"):
            log.append(records_of(1))
    finally:
        os.close(descriptor)
    assert log.append(records_of(1)) == range(1)
