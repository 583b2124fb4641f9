"""Any change of any byte of a log or its openings is found, and found where it is."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truceline.errors import EvidenceError
from truceline.evidence import EntryState, Log, create_log, keys, verify, verify_log
from truceline.evidence.deletion import Decision, forget
from truceline.evidence.entries import pack, unpack
from truceline.evidence.merkle import leaf_hash
from truceline.evidence.merkle import root as merkle_root
from truceline.evidence.note import parse_vkey
from truceline.evidence.openings import iterate_openings, sealed_line
from truceline.evidence.verify import _Verification
from truceline.evidence.verify_whole import whole_report

ORIGIN = "evidence.example/log"
SEED = bytes(range(32))


def build(root, batch, counts):
    vkey = create_log(root, ORIGIN, SEED)
    log = Log.open(root, batch=batch)
    for count in counts:
        log.append([b'{"n":%d}' % n for n in range(count)])
    return vkey


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Three batches of 3 entries: open, sealed, lawfully deleted ones, and padding."""
    root = tmp_path_factory.mktemp("small")
    vkey = build(root, 3, [2, 3])
    entry = unpack((root / "log/tile/entries/000.p/6").read_bytes(), 6)[4]
    digest = hashlib.sha256(entry).hexdigest()
    record = b'{"entry_sha256":"%s","index":4,"type":"entry.deleted"}' % digest.encode()
    Log.open(root, batch=3).append([record])
    forget(root / "openings", 3, Decision(6, 4, digest))
    path = root / "openings/000000000.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1] + sealed_line(1) + lines[3])
    return root, vkey


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Full tiles, partial tiles of two levels, several files of openings."""
    root = tmp_path_factory.mktemp("large")
    return root, build(root, 64, [500, 1, 60, 1])


@pytest.fixture
def copy(tmp_path, large):
    shutil.copytree(large[0], tmp_path / "ws")
    return tmp_path / "ws", large[1]


def check(root, vkey):
    return verify_log(root / "log", root / "openings", vkey)


def files_of(root):
    return sorted(p for f in ("log", "openings") for p in (root / f).rglob("*") if p.is_file())


def named(report):
    return {problem.path for problem in report.problems}


def change(path, at, mask):
    data = bytearray(path.read_bytes())
    data[at] ^= mask
    path.write_bytes(data)


def test_an_unchanged_log_has_no_problem(large):
    report = check(*large)
    assert report.problems == ()
    assert (report.size, report.origin) == (704, ORIGIN)
    assert report.states[EntryState.OPEN] == 704
    assert report.padding == 704 - 562
    assert report.complete


def test_the_small_log_has_an_entry_of_every_state(small):
    report = check(*small)
    assert (report.problems, report.deleted, report.sealed) == ((), ((4, 6),), (range(1, 2),))
    assert list(report.states.values()) == [7, 1, 1, 0]


def test_every_single_byte_of_a_small_log_counts(small):
    """Two bits of each byte of each file; every value: ``tools/acceptance_log_bytes.py``."""
    root, vkey = small
    verifier = parse_vkey(vkey)
    for path in files_of(root):
        with path.open("r+b", buffering=0) as file:
            for at, byte in enumerate(path.read_bytes()):
                for bit in (at * 3 % 8, (at * 3 + 5) % 8):
                    os.pwrite(file.fileno(), bytes([byte ^ 1 << bit]), at)
                    report = whole_report(root / "log", root / "openings", verifier)
                    assert report is None, (path, at, bit)
                os.pwrite(file.fileno(), bytes([byte]), at)
    assert check(root, vkey).ok


def test_a_changed_byte_is_named_with_its_file(small):
    root, vkey = small
    for path in files_of(root):
        original = path.read_bytes()
        for at in range(len(path.name) % 13, len(original), 13):
            change(path, at, 1 << (at * 3) % 8)
            report = check(root, vkey)
            assert str(path.relative_to(root)) in named(report), (path, at)
            assert not report.ok
            path.write_bytes(original)
    assert check(root, vkey).ok


def test_every_changed_byte_of_the_public_key_is_refused_or_fits_no_checkpoint(small):
    root, vkey = small
    for at in range(len(vkey)):
        for bit in range(7):
            changed = vkey[:at] + chr(ord(vkey[at]) ^ 1 << bit) + vkey[at + 1 :]
            try:
                assert not check(root, changed).ok
            except EvidenceError:
                continue


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12
)
@given(counts=st.lists(st.integers(1, 70), max_size=5), seals=st.sets(st.integers(0, 400)),
       batch=st.sampled_from([1, 3, 64]))  # fmt: skip
def test_the_quick_way_says_what_the_careful_way_says(tmp_path_factory, counts, seals, batch):
    root = tmp_path_factory.mktemp("both")
    vkey = build(root, batch, counts)
    for path in (root / "openings").iterdir():
        first = int(path.stem)
        lines = path.read_bytes().splitlines(keepends=True)
        for index in seals & set(range(first, first + len(lines) - 1)):
            lines[index - first + 1] = sealed_line(index)
        path.write_bytes(b"".join(lines))
    for openings in (root / "openings", None, root / "nowhere"):
        quick = whole_report(root / "log", openings, parse_vkey(vkey))
        assert quick == _Verification(root / "log", openings, parse_vkey(vkey)).report()
        assert quick.ok


def test_a_log_that_grows_while_it_is_verified_is_looked_at_again(copy, monkeypatch):
    root, vkey = copy
    grown = []

    class Late(_Verification):
        def _settle(self):
            if not grown:
                grown.append(Log.open(root).append([b'{"meanwhile":1}']))
            return super()._settle()

    monkeypatch.setattr(verify, "_Verification", Late)
    monkeypatch.setattr(verify, "whole_report", lambda *a: whole_report(*a) if grown else None)
    report = check(root, vkey)
    assert (report.problems, report.size) == ((), 768)


def test_a_log_that_grows_all_the_time_accuses_nobody(copy, monkeypatch):
    root, vkey = copy

    def late(*_):
        Log.open(root).append([b'{"meanwhile":1}'])

    monkeypatch.setattr(verify, "whole_report", late)
    with pytest.raises(EvidenceError, match="verify a copy"):
        check(root, vkey)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(data=st.data(), mask=st.integers(1, 255))
def test_any_changed_byte_is_found_and_the_file_named(large, data, mask):
    root, vkey = large
    path = data.draw(st.sampled_from(files_of(root)))
    original = path.read_bytes()
    change(path, data.draw(st.integers(0, len(original) - 1)), mask)
    try:
        assert named(check(root, vkey)) == {str(path.relative_to(root))}
    finally:
        path.write_bytes(original)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(data=st.data())
def test_a_file_cut_anywhere_or_lengthened_is_found_and_named(large, data):
    root, vkey = large
    path = data.draw(st.sampled_from(files_of(root)))
    original = path.read_bytes()
    cut = data.draw(st.integers(0, len(original) - 1))
    changed = data.draw(
        st.sampled_from([original[:cut], original + b"\n", original + b"\0", original[1:]])
    )
    path.write_bytes(changed)
    try:
        assert named(check(root, vkey)) == {str(path.relative_to(root))}
    finally:
        path.write_bytes(original)


def test_a_file_of_openings_cut_between_lines_is_found(copy):
    root, vkey = copy
    path = root / "openings/000000512.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    report = check(root, vkey)
    assert [(p.path, p.index) for p in report.problems] == [("openings/000000512.jsonl", 575)]


OUTGROWN = {f"log/tile/{level}/002.p/{width}" for level in ("0", "entries") for width in (64, 128)}
"""Partial tiles that earlier checkpoints needed and the latest does not."""


def test_every_deleted_file_is_found(large):
    root, vkey = large
    for path in files_of(root):
        original, name = path.read_bytes(), str(path.relative_to(root))
        path.unlink()
        report = check(root, vkey)
        if name.startswith("openings/"):
            first = int(path.stem)
            assert report.ok
            assert not report.complete
            assert report.sealed[0].start == first
        elif name in OUTGROWN:
            assert report.ok
        else:
            assert named(report) == {name}
        path.write_bytes(original)


@pytest.mark.parametrize(
    "name",
    [
        "log/tile/0/009",
        "log/tile/0/002.p/193",
        "log/tile/2/000.p/1",
        "log/tile/entries/003.p/1",
        "log/tile/0/2",
        "log/notes.txt",
        "log/.checkpoint.tmp",
        "log/tile/0/.003.tmp",
        "openings/notes.txt",
        "openings/000000001.jsonl",
        "openings/000000999.jsonl",
    ],
)
def test_an_added_file_is_found(copy, name):
    root, vkey = copy
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(b"added")
    assert named(check(root, vkey)) == {name}


def test_links_are_found(copy):
    root, vkey = copy
    (root / "log/link").symlink_to(root / "log/checkpoint")
    (root / "openings/000000704.jsonl").symlink_to(root / "openings/000000512.jsonl")
    assert named(check(root, vkey)) == {"log/link", "openings/000000704.jsonl"}


def test_openings_of_what_the_log_does_not_hold_are_found(copy):
    root, vkey = copy
    first = (root / "openings/000000512.jsonl").read_bytes()
    other = first.replace(b'"first":512', b'"first":513').replace(b'"padding"', b'"patting"')
    (root / "openings/000000513.jsonl").write_bytes(other)
    beyond = first.replace(b'"first":512', b'"first":9512').replace(b'"index":5', b'"index":95')
    (root / "openings/000009512.jsonl").write_bytes(beyond)
    report = check(root, vkey)
    assert named(report) == {"openings/000000513.jsonl", "openings/000009512.jsonl"}
    assert any("opens this entry too" in problem.what for problem in report.problems)
    assert any("has 704 entries" in problem.what for problem in report.problems)


def test_without_openings_every_entry_is_sealed(large):
    root, vkey = large
    for openings in (None, root / "nowhere"):
        report = verify_log(root / "log", openings, vkey)
        assert report.ok
        assert not report.complete
        assert report.sealed == (range(704),)


def test_another_key_is_not_that_of_the_log(large):
    root, vkey = large
    other = keys.derive(bytes(32), ORIGIN)[0].verifier.vkey
    report = check(root, other)
    assert named(report) == {"log/checkpoint"}
    assert "none of the keys that you trust" in report.problems[0].what
    assert report.root is None
    with pytest.raises(EvidenceError, match="key id"):
        check(root, vkey.replace("e60e5478", "e60e5479"))


def test_the_changed_entry_and_its_bytes_are_named(copy):
    root, vkey = copy
    change(root / "log/tile/entries/001", 47 * 10 + 20, 1)
    (problem,) = check(root, vkey).problems
    assert str(problem) == (
        "log/tile/entries/001, entry 266: bytes 470 to 516 are not the entry that was logged"
    )
    assert check(root, vkey).states[EntryState.TAMPERED] == 1


def test_a_changed_length_names_the_entry_where_the_bundle_breaks(copy):
    root, vkey = copy
    change(root / "log/tile/entries/001", 47 * 10 + 1, 1)
    report = check(root, vkey)
    assert {(p.path, p.index) for p in report.problems} == {("log/tile/entries/001", 266)}


def test_a_changed_record_is_named(copy):
    root, vkey = copy
    path = root / "openings/000000000.jsonl"
    path.write_bytes(path.read_bytes().replace(b'{"n":77}', b'{"n":78}'))
    report = check(root, vkey)
    assert [(p.path, p.index) for p in report.problems] == [("openings/000000000.jsonl", 77)]
    assert report.states[EntryState.TAMPERED] == 1


def test_many_changes_in_many_files_are_all_named(copy):
    root, vkey = copy
    changed = ["log/tile/entries/000", "log/tile/0/001", "log/tile/1/000.p/2"]
    changed += ["openings/000000640.jsonl"]
    for name in changed:
        change(root / name, 60, 4)
    (root / "log/tile/0/000").unlink()
    assert named(check(root, vkey)) == {*changed, "log/tile/0/000"}


def rewrite(root, levels):
    """Replace entry 300 and, consistently, what is computed from it up to a level."""
    path = root / "log/tile/entries/001"
    found = unpack(path.read_bytes(), 256)
    found[44] = b"truceline/v1\n" + bytes(32)
    path.write_bytes(pack(found))
    leaves = [leaf_hash(entry) for entry in found]
    if levels > 0:
        (root / "log/tile/0/001").write_bytes(b"".join(leaves))
    if levels > 1:
        above = root / "log/tile/1/000.p/2"
        above.write_bytes(above.read_bytes()[:32] + merkle_root(leaves))


@pytest.mark.parametrize("levels", [1, 2])
def test_a_consistent_rewrite_is_named_with_the_help_of_the_openings(copy, levels):
    root, vkey = copy
    rewrite(root, levels)
    report = check(root, vkey)
    files = ["log/tile/entries/001", "log/tile/0/001", "log/tile/1/000.p/2"]
    assert named(report) == set(files[: levels + 1])
    assert {p.index for p in report.problems} - {None} == {300}


@pytest.mark.parametrize("levels", [1, 2])
def test_a_consistent_rewrite_is_found_without_openings(copy, levels):
    root, vkey = copy
    rewrite(root, levels)
    report = verify_log(root / "log", None, vkey)
    assert not report.ok
    assert "log/checkpoint" in named(report)


def test_two_differing_sources_without_a_judge_are_both_named(copy):
    root, vkey = copy
    change(root / "log/tile/entries/002.p/192", 20, 1)
    change(root / "log/tile/0/002.p/192", 100, 1)
    report = verify_log(root / "log", None, vkey)
    assert {"log/tile/entries/002.p/192", "log/tile/0/002.p/192"} <= named(report)


def test_a_wholly_exchanged_bundle_is_told_in_one_line(copy):
    root, vkey = copy
    source = root / "log/tile/entries/000"
    (root / "log/tile/entries/001").write_bytes(source.read_bytes())
    report = check(root, vkey)
    assert len(report.problems) == 1
    assert "and 255 more" in report.problems[0].what
    assert report.states[EntryState.TAMPERED] == 256


def test_missing_checkpoint_or_log_is_told(copy):
    root, vkey = copy
    (root / "log/checkpoint").unlink()
    report = check(root, vkey)
    assert named(report) == {"log/checkpoint"}
    assert report.size == 704
    report = verify_log(root / "nowhere", None, vkey)
    assert named(report) == {"nowhere/checkpoint"}


def test_entries_that_are_nowhere_leave_the_root_unproved(copy):
    root, vkey = copy
    for name in ("log/tile/entries/001", "log/tile/0/001"):
        (root / name).unlink()
    report = verify_log(root / "log", None, vkey)
    assert named(report) == {"log/checkpoint", "log/tile/entries/001", "log/tile/0/001"}
    # With the openings everything about the entries is still known.
    report = check(root, vkey)
    assert named(report) == {"log/tile/entries/001", "log/tile/0/001"}


def test_a_checkpoint_of_an_absurd_size_is_answered_quickly(copy):
    from truceline.evidence.checkpoint import Checkpoint

    root, vkey = copy
    signer = keys.read_signer(root)
    note = signer.sign(Checkpoint(ORIGIN, 2**60, bytes(32)).text)
    (root / "log/checkpoint").write_bytes(note)
    report = check(root, vkey)
    assert any("the files show 704" in problem.what for problem in report.problems)


def test_a_header_that_promises_too_much_is_answered_quickly(copy):
    root, vkey = copy
    path = root / "openings/000000640.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"entries":64', b'"entries":99999999999'))
    report = check(root, vkey)
    assert named(report) == {"openings/000000640.jsonl"}
    assert len(report.problems) == 1


def test_what_lies_where_an_append_from_here_writes_is_pending_whatever_its_bytes(copy):
    root, vkey = copy
    later = root.parent / "later"
    shutil.copytree(root, later)
    Log.open(later).append([b'{"later":1}'])
    shutil.copy(later / "openings/000000704.jsonl", root / "openings")
    shutil.copytree(later / "log/tile", root / "log/tile", dirs_exist_ok=True)
    pending = {
        "openings/000000704.jsonl",
        "log/tile/0/002",
        "log/tile/entries/002",
        "log/tile/1/000.p/3",
    }
    assert (check(root, vkey).problems, set(check(root, vkey).pending)) == ((), pending)
    change(root / "log/tile/entries/002", 2 + 47 * 250, 1)
    (root / "log/tile/0/002").write_bytes(b"")
    (root / "openings/000000704.jsonl").write_bytes(b"torn")
    assert (check(root, vkey).problems, set(check(root, vkey).pending)) == ((), pending)
    (root / "openings/000000704.jsonl").unlink()
    assert named(check(root, vkey)) == pending - {"openings/000000704.jsonl"}


@pytest.mark.parametrize(
    "name", ["log/tile/0/900", "log/tile/9/000", "log/tile/0/.x", "openings/000000999.jsonl"]
)
def test_what_no_append_from_here_writes_is_a_problem(copy, name):
    root, vkey = copy
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_bytes(b"{}")
    assert named(check(root, vkey)) == {name}


def test_twenty_thousand_entries_are_all_looked_at(tmp_path):
    vkey = build(tmp_path, 64, [2000] * 10)
    report = check(tmp_path, vkey)
    assert report.complete
    assert len(list(iterate_openings(tmp_path / "openings", report.size))) == report.size
    assert Path(tmp_path / "log/checkpoint").stat().st_size < 300
