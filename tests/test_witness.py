"""What a witness cosigns and what it refuses, by its bytes alone."""

import base64
import hashlib
import shutil
import stat
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.errors import EvidenceError, WorkspaceError
from truceline.evidence import merkle
from truceline.evidence.checkpoint import Checkpoint
from truceline.evidence.cosignature import (
    ML_DSA_44,
    cosigned_message,
    subtree_message,
    verifiable,
)
from truceline.evidence.cosigner import Cosigner, read_cosigner
from truceline.evidence.fork import parse_fork, verify_fork
from truceline.evidence.note import (
    COSIGNATURE,
    Signer,
    Verifier,
    open_note,
    parse_note,
    parse_signatures,
    parse_vkey,
)
from truceline.evidence.witness import open_witness
from truceline.evidence.witness_request import (
    LONGEST_BODY,
    SIZE_TYPE,
    Answer,
    format_request,
    parse_request,
    size_stated,
)
from witness_world import NAME, NOW, ORIGIN, MemoryLog, later, line_of, seed, witness_in

LOG = MemoryLog()


@pytest.fixture
def witness(tmp_path):
    return witness_in(tmp_path / "a")


def cosigned(witness, log, size, answer):
    """Verify an answer as a mission does, and give the time of the cosignature."""
    assert (answer.status, answer.content_type) == (200, "text/plain; charset=utf-8"), answer.body
    own = witness.cosigner.verifier
    note = log.note(size) + answer.body
    found = open_note(note, [log.verifier, own]).signatures
    assert [one.name for one in found] == [log.signer.name, own.name]
    return found[1].time_s


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def status(witness, body, now=NOW):
    return witness.add_checkpoint(body, now).status


def test_the_worked_example_is_made_byte_by_byte(tmp_path):
    cosigner = Cosigner("party-a.example/witness", seed("seed a"))
    expected = "party-a.example/witness+d8bd4bf9+BKkUodvkC9ZsmdtswptOlxjzEpKLwDDiL2cxfZCAp2Xp"
    assert cosigner.verifier.vkey == expected
    text = b"evidence.example/log\n3\nAGY868XbXobp8XZfZbJMmU/3CMbVFFNGO6OZYeEjAMc=\n"
    assert cosigner.cosign(text, 1750000000).line.decode() == (
        "\u2014 party-a.example/witness 2L1L+QAAAABoTuGAQcNi7NKQAJnhlhKfdQkSAsK0aoN8BWNjGczfm8Uvb"
        "TvetUSCLEr6sGEz4JYc/Ip/A3Zf3AGOSUYkIvyAQpotBQ==\n"
    )
    assert "seed" not in repr(cosigner)
    assert cosigner.seed.hex() not in repr(cosigner)


def test_a_log_is_cosigned_from_nothing_and_as_it_grows(witness):
    times = []
    for number, (old, new) in enumerate([(0, 5), (5, 5), (5, 8), (8, 300), (300, 301)]):
        answer = witness.add_checkpoint(LOG.request(old, new), later(number))
        times.append(cosigned(witness, LOG, new, answer))
    assert times == [int(later(n).timestamp()) for n in range(5)]
    assert witness.seen(ORIGIN).checkpoint.size == 301
    assert witness.latest("0" * 64) is None


@given(sizes=st.lists(st.integers(0, 70), min_size=1, max_size=6), data=st.data())
@settings(max_examples=40, deadline=None)
def test_any_growth_is_cosigned_and_no_other_root_is(tmp_path_factory, sizes, data):
    witness = witness_in(tmp_path_factory.mktemp("w"))
    last = 0
    for size in sorted(sizes):
        lie = MemoryLog(history="lie", fork_at=data.draw(st.integers(0, max(last - 1, 0))))
        if last:
            assert status(witness, lie.request(last, size)) == 422
        cosigned(witness, LOG, size, witness.add_checkpoint(LOG.request(last, size), NOW))
        last = size


def test_the_first_size_may_be_zero_and_that_again(witness):
    cosigned(witness, LOG, 0, witness.add_checkpoint(LOG.request(0, 0), NOW))
    cosigned(witness, LOG, 0, witness.add_checkpoint(LOG.request(0, 0), later(5)))
    cosigned(witness, LOG, 9, witness.add_checkpoint(LOG.request(0, 9), later(9)))


def test_the_latest_checkpoint_bears_both_signatures(witness):
    assert witness.latest(sha(ORIGIN)) is None
    answer = witness.add_checkpoint(LOG.request(0, 5), NOW)
    assert witness.latest(sha(ORIGIN)) == LOG.note(5) + answer.body


def test_faults_are_answered_as_the_specification_says_and_change_nothing(witness):
    cosigned(witness, LOG, 6, witness.add_checkpoint(LOG.request(0, 6), NOW))
    stranger = MemoryLog(key="stolen name")
    other = MemoryLog(origin="other.example/log")
    proof = LOG.proof(6, 9)
    empty = LOG.signer.sign(Checkpoint(ORIGIN, 0, bytes(32)).text)
    for expected, body in (
        (404, other.request(6, 9)),
        (403, stranger.request(6, 9)),
        (403, LOG.request(6, 9).replace(b"\n9\n", b"\n8\n")),
        (400, LOG.request(9, 6)),
        (400, format_request(6, [], LOG.note(5))),
        (400, format_request(6, [], LOG.note(0))),
        (422, format_request(6, [], LOG.note(9))),
        (422, format_request(6, proof[:-1], LOG.note(9))),
        (422, format_request(6, [*proof, proof[0]], LOG.note(9))),
        (422, format_request(6, LOG.proof(5, 9), LOG.note(9))),
        (422, format_request(6, proof, LOG.note(6))),
        (422, format_request(6, [], MemoryLog(history="lie").note(6))),
    ):
        assert status(witness, body) == expected, body
    for old, new in ((0, 9), (5, 9), (7, 9), (0, 0), (0, 6)):
        answer = witness.add_checkpoint(LOG.request(old, new), NOW)
        assert answer == Answer(409, b"6\n", SIZE_TYPE)
        assert size_stated(answer) == 6
    # a log without entries and with a root: 409 comes before 422
    assert status(witness, format_request(0, [], empty)) == 409
    assert witness.seen(ORIGIN).checkpoint.size == 6


def test_an_empty_log_with_a_root_and_a_proof_from_nothing_are_422(witness):
    empty = LOG.signer.sign(Checkpoint(ORIGIN, 0, bytes(32)).text)
    assert status(witness, format_request(0, [], empty)) == 422
    assert status(witness, format_request(0, [bytes(32)], LOG.note(5))) == 422
    assert status(witness, format_request(0, [bytes(32)], LOG.note(0))) == 422
    assert witness.seen(ORIGIN) is None


def test_malformed_requests_are_400(witness):
    good = LOG.request(0, 5)
    note = LOG.note(5)
    assert status(witness, good) == 200
    grown = LOG.request(5, 9)
    head, _, checkpoint = grown.partition(b"\n\n")
    first_hash = head.split(b"\n")[1]
    for body in (
        b"",
        b"\n",
        b"old 5",
        b"old 5\n\n",
        note,
        b"old 05\n\n" + note,
        b"old -1\n\n" + note,
        b"old +5\n\n" + note,
        b"old 5 \n\n" + note,
        b"old  5\n\n" + note,
        b"Old 5\n\n" + note,
        "old \u0665\n\n".encode() + note,
        b"old \xff\n\n" + note,
        b"old 9223372036854775808\n\n" + note,
        b"old 5\r\n\r\n" + note,
        b"old 5\n" + note,
        b"old 5\n\n\n" + note,
        grown.replace(first_hash, first_hash[:-1]),
        grown.replace(first_hash, b" " + first_hash),
        grown.replace(first_hash, b"AAAA"),
        grown.replace(first_hash, first_hash + b"\nzz"),
        head + b"\n" + b"\n".join([first_hash] * 63) + b"\n\n" + checkpoint,
        grown[:-1],
        grown + b"\n",
        grown + b"x",
        grown.replace(b"\n9\n", b"\n09\n"),
        grown.replace(b"\n9\n", b"\n\n9\n"),
        grown.replace(b"\n9\n", b"\n"),
        grown.replace("\u2014".encode(), b"--"),
        grown.replace(b"evidence.example", b"evidence\x00example"),
        b"old 5\n\n" + b"\xff" + note,
        b"old 5\n\n\n5\n" + note.split(b"\n", 2)[2],
        b"x" * (LONGEST_BODY + 1),
    ):
        assert status(witness, body) == 400, body[:200]
    assert witness.seen(ORIGIN).checkpoint.size == 5


def test_base64_that_is_not_canonical_is_refused(witness):
    note = LOG.note(5)
    root = note.split(b"\n")[2]
    assert root.endswith(b"=")
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    again = letters[letters.index(root[-2]) ^ 1 : (letters.index(root[-2]) ^ 1) + 1]
    twisted = LOG.signer.sign(LOG.text(5).replace(root, root[:-2] + again + b"="))
    assert base64.b64decode(root[:-2] + again + b"=") == base64.b64decode(root)
    assert status(witness, format_request(0, [], twisted)) == 400


def test_lines_of_unknown_keys_are_passed_over_and_twice_is_once(witness):
    own = LOG.note(5).split(b"\n\n")[1]
    strangers = b"".join(
        line_of(f"x{n}.example/w", bytes([n] * 4), bytes([n] * 72)) for n in range(62)
    )
    odd = line_of(ORIGIN, b"abcd", b"z")  # the log's name with another key
    note = LOG.text(5) + b"\n" + strangers + own + own + odd
    assert len(parse_note(note).signatures) == 65
    answer = witness.add_checkpoint(format_request(0, [], note), NOW)
    assert cosigned(witness, LOG, 5, answer)
    assert witness.latest(sha(ORIGIN)).count(ORIGIN.encode()) == 2  # text and one line


def test_a_broken_line_of_a_known_key_spoils_the_note(witness):
    line = LOG.note(5).split(b"\n\n")[1]
    broken = line_of(ORIGIN, LOG.verifier.key_id, bytes(64))
    for lines in (line + broken, broken + line, broken):
        body = format_request(0, [], LOG.text(5) + b"\n" + lines)
        assert status(witness, body) == 403
    assert status(witness, format_request(0, [], LOG.text(5) + b"\n")) == 403


def test_an_origin_that_cannot_be_ours_is_unknown_not_malformed(witness):
    signer = replace(LOG.signer)
    text = b"a log of others\n5\n" + LOG.text(5).split(b"\n", 2)[2]
    line = signer.sign(text).split(b"\n\n")[1]
    assert status(witness, format_request(0, [], text + b"\n" + line)) == 404


def test_extension_lines_are_cosigned_with_the_text(witness):
    text = LOG.text(5) + b"extra words\n"
    answer = witness.add_checkpoint(format_request(0, [], LOG.signer.sign(text)), NOW)
    found = open_note(text + b"\n" + answer.body, [witness.cosigner.verifier])
    assert found.text == text


def test_two_logs_are_kept_apart(tmp_path):
    other = MemoryLog(origin="other.example/log", key="other")
    witness = witness_in(tmp_path, LOG, other)
    assert status(witness, LOG.request(0, 5)) == 200
    assert status(witness, other.request(5, 9)) == 409
    assert status(witness, other.request(0, 9)) == 200
    assert status(witness, LOG.request(5, 6)) == 200
    assert witness.origins == (ORIGIN, "other.example/log")
    crossed = LOG.signer.sign(other.text(12))
    assert status(witness, format_request(9, other.proof(9, 12), crossed)) == 403


def test_a_log_may_have_two_keys(tmp_path):
    new_key = MemoryLog(key="second key")
    witness = witness_in(tmp_path, LOG, new_key)
    assert status(witness, LOG.request(0, 5)) == 200
    assert status(witness, new_key.request(5, 9)) == 200
    assert status(witness, LOG.request(9, 12)) == 200


def test_the_time_never_goes_back_and_is_never_zero(witness):
    assert cosigned(witness, LOG, 5, witness.add_checkpoint(LOG.request(0, 5), later(100)))
    # a clock that stands a little back: the last time is kept
    answer = witness.add_checkpoint(LOG.request(5, 5), later(41))
    assert cosigned(witness, LOG, 5, answer) == int(later(100).timestamp())
    # one that stands far back: nothing is cosigned
    answer = witness.add_checkpoint(LOG.request(5, 6), later(39))
    assert (answer.status, b"clock" in answer.body) == (503, True)
    assert witness.seen(ORIGIN).checkpoint.size == 5
    assert cosigned(witness, LOG, 6, witness.add_checkpoint(LOG.request(5, 6), later(101)))


def test_a_clock_that_stands_at_the_epoch_cosigns_nothing(witness):
    assert status(witness, LOG.request(0, 5), datetime(1970, 1, 1, tzinfo=UTC)) == 503
    assert status(witness, LOG.request(0, 5), datetime(1960, 1, 1, tzinfo=UTC)) == 503
    assert witness.seen(ORIGIN) is None


def test_a_second_history_is_refused_and_the_proof_is_kept(witness):
    lie = MemoryLog(history="lie", fork_at=3)
    assert status(witness, LOG.request(0, 5)) == 200
    assert status(witness, lie.request(5, 5)) == 422
    assert status(witness, lie.request(0, 5)) == 409
    path = witness.folder(ORIGIN) / "fork-5.json"
    fork = parse_fork(path.read_bytes())
    assert fork.log == LOG.verifier
    assert verify_fork(fork) == f"{ORIGIN} has signed two different logs of 5 entries"
    assert {fork.smaller, fork.larger} == {LOG.note(5), lie.note(5)}
    assert status(witness, LOG.request(5, 6)) == 200


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path):
    first = witness_in(tmp_path / "a", key="one").cosigner
    again = witness_in(tmp_path / "a", key="two").cosigner
    assert first == again == read_cosigner(tmp_path / "a")
    assert stat.S_IMODE((tmp_path / "a/witness.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    vkey = (tmp_path / "a/witness.vkey").read_text().strip()
    assert parse_vkey(vkey) == first.verifier
    assert first.verifier.kind == COSIGNATURE


def test_a_witness_must_not_have_the_key_of_a_log(tmp_path):
    with pytest.raises(EvidenceError, match="key of its own"):
        witness_in(tmp_path / "a", LOG, key="seed log")
    other = MemoryLog(origin="x.example/log", key="seed a")
    with pytest.raises(EvidenceError, match="key of its own"):
        witness_in(tmp_path / "b", LOG, other)


def test_a_folder_of_another_witness_or_without_its_memory_is_refused(tmp_path):
    witness_in(tmp_path)
    with pytest.raises(WorkspaceError, match=r"witness party-a\.example/witness, not of b"):
        witness_in(tmp_path, name="b.example/w")
    shutil.rmtree(tmp_path / "logs")
    with pytest.raises(WorkspaceError, match="no memory"):
        witness_in(tmp_path)


def checkpoint_gone(folder):
    (folder / "checkpoint").unlink()


def folder_emptied(folder):
    shutil.rmtree(folder)
    folder.mkdir()


def logs_emptied(folder):
    shutil.rmtree(folder.parent)
    folder.parent.mkdir()


def forks_alone(folder):
    checkpoint_gone(folder)
    (folder / "lock").touch()
    (folder / "fork-5.json").write_text("{}")
    (folder.parents[1] / "cosigned").unlink()
    (folder.parent / "other").mkdir()
    (folder.parent / "other/checkpoint").touch()


@pytest.mark.parametrize(
    "lose", [checkpoint_gone, folder_emptied, logs_emptied, shutil.rmtree, forks_alone]
)
def test_a_memory_of_a_log_that_was_lost_is_not_begun_anew(tmp_path, lose):
    other = MemoryLog(origin="other.example/log", key="other")
    running = witness_in(tmp_path, LOG, other)
    assert status(running, LOG.request(0, 5)) == 200
    lose(running.folder(ORIGIN))
    lie = MemoryLog(history="lie")
    for witness in (running, witness_in(tmp_path, LOG, other)):
        for log in (lie, LOG):
            with pytest.raises(EvidenceError, match="lost what it cosigned last of evidence"):
                witness.add_checkpoint(log.request(0, 5), NOW)
        with pytest.raises(EvidenceError, match="lost what it cosigned"):
            witness.latest(sha(ORIGIN))
    assert status(witness, other.request(0, 3)) == 200


def test_what_was_never_cosigned_is_not_locked_out_by_a_refusal_or_a_restart(tmp_path):
    assert status(witness_in(tmp_path), LOG.request(4, 5)) == 409
    assert status(witness_in(tmp_path), LOG.request(0, 5)) == 200


def test_the_list_of_what_was_cosigned_is_made_where_an_earlier_version_kept_none(tmp_path):
    assert status(witness_in(tmp_path), LOG.request(0, 5)) == 200
    (tmp_path / "cosigned").unlink()
    witness_in(tmp_path)
    assert (tmp_path / "cosigned").read_text() == ORIGIN + "\n"
    (tmp_path / "cosigned").unlink()
    logs_emptied(tmp_path / "logs/x")
    with pytest.raises(WorkspaceError, match="no memory"):
        witness_in(tmp_path)


@pytest.mark.parametrize("damage", [b"evidence.exam", b"\xff\n", b"\n"])
def test_a_damaged_list_of_what_was_cosigned_cosigns_no_new_log(tmp_path, damage):
    witness_in(tmp_path)
    (tmp_path / "cosigned").write_bytes(damage)
    with pytest.raises(EvidenceError, match="damaged"):
        witness_in(tmp_path).add_checkpoint(LOG.request(0, 5), NOW)


def test_what_cannot_be_a_witness_is_refused(tmp_path):
    with pytest.raises(EvidenceError, match="must not be empty"):
        witness_in(tmp_path, name="")
    with pytest.raises(EvidenceError, match="at least one log"):
        open_witness(tmp_path, NAME, [], bytes(32))
    with pytest.raises(EvidenceError, match="type 04 is that of a witness"):
        open_witness(tmp_path, NAME, [Cosigner("x", bytes(32)).verifier], bytes(32))
    with pytest.raises(ValueError, match="32 bytes"):
        open_witness(tmp_path / "n", NAME, [LOG.verifier], b"short")
    with pytest.raises(WorkspaceError, match="is no witness"):
        read_cosigner(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda key: b"", "expected PRIVATE"),
        (lambda key: key.replace(b"PRIVATE", b"PUBLIC"), "expected PRIVATE"),
        (lambda key: b"PRIVATE+KEY+a+b\n", "expected PRIVATE"),
        (lambda key: b"+A".join(key.rsplit(b"+B", 1)), "type 04"),
        (lambda key: key.replace(NAME.encode(), b"x.example"), "key id is not"),
        (lambda key: key[:-4] + b"\n", "base64"),
    ],
)
def test_a_damaged_key_is_refused(tmp_path, damage, said):
    witness_in(tmp_path)
    path = tmp_path / "witness.key"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(EvidenceError, match=said):
        read_cosigner(tmp_path)


def test_a_damaged_state_cosigns_nothing_more(witness):
    assert status(witness, LOG.request(0, 5)) == 200
    path = witness.folder(ORIGIN) / "checkpoint"
    good = path.read_bytes()
    for bad in (b"", good[:-20], LOG.note(3), good.replace(b"\n5\n", b"\n4\n")):
        path.write_bytes(bad)
        with pytest.raises(EvidenceError, match="state of this witness is damaged"):
            witness.add_checkpoint(LOG.request(0, 9), NOW)
        with pytest.raises(EvidenceError, match="damaged"):
            witness.latest(sha(ORIGIN))
    path.write_bytes(good)
    assert status(witness, LOG.request(5, 9)) == 200


def test_a_state_of_another_log_is_damaged(tmp_path):
    other = MemoryLog(origin="other.example/log", key="other")
    witness = witness_in(tmp_path, LOG, other)
    assert status(witness, LOG.request(0, 5)) == 200
    witness.folder(ORIGIN).rename(witness.folder("other.example/log"))
    with pytest.raises(EvidenceError, match=f"damaged .it is of the log {ORIGIN}"):
        witness.add_checkpoint(other.request(0, 5), NOW)


def test_a_log_with_a_new_key_goes_on_where_the_old_one_was(tmp_path):
    assert status(witness_in(tmp_path, LOG), LOG.request(0, 5)) == 200
    new_key = MemoryLog(key="new key")
    witness = witness_in(tmp_path, new_key)
    assert status(witness, LOG.request(5, 9)) == 403
    assert status(witness, MemoryLog(key="new key", history="lie").request(5, 9)) == 422
    assert status(witness, new_key.request(5, 9)) == 200


def test_requests_come_back_as_they_were_written():
    request = parse_request(LOG.request(5, 9))
    assert (request.old, request.stated.size, request.root_fits) == (5, 9, True)
    assert list(request.proof) == LOG.proof(5, 9)
    assert merkle.verify_consistency(5, 9, request.proof, LOG.subtree(0, 5), request.stated.root)


@pytest.mark.parametrize(
    ("kind", "body"),
    [("text/plain", b"5\n"), (SIZE_TYPE, b"5"), (SIZE_TYPE, b"05\n"), (SIZE_TYPE, b"\xff\n")],
)
def test_a_conflict_that_states_no_size_is_not_believed(kind, body):
    with pytest.raises(EvidenceError, match="size"):
        size_stated(Answer(409, body, kind))


def ml_dsa_key():
    from cryptography.hazmat.primitives.asymmetric import mldsa

    return mldsa.MLDSA44PrivateKey.from_seed_bytes(seed("pq"))


needs_ml_dsa = pytest.mark.skipif(
    not verifiable(ML_DSA_44), reason="cryptography here knows no ML-DSA-44; take 48 or newer"
)


@needs_ml_dsa
def test_a_second_signature_line_of_type_06_is_verified():
    private = ml_dsa_key()
    key = Verifier(NAME, ML_DSA_44, private.public_key().public_bytes_raw())
    assert parse_vkey(key.vkey) == key
    message = subtree_message(NAME, LOG.text(5), 7)
    assert message == (
        b"subtree/v1\n\0" + bytes([len(NAME)]) + NAME.encode() + (7).to_bytes(8, "big")
        + bytes([len(ORIGIN)]) + ORIGIN.encode() + bytes(8) + (5).to_bytes(8, "big")
        + LOG.subtree(0, 5)
    )  # fmt: skip
    value = (7).to_bytes(8, "big") + private.sign(message)
    line = line_of(NAME, key.key_id, value)
    found = open_note(LOG.note(5) + line, [LOG.verifier, key])
    assert [one.key_id for one in found.signatures] == [LOG.verifier.key_id, key.key_id]
    assert found.signatures[1].time_s == 7
    for spoilt in (
        line_of(NAME, key.key_id, (8).to_bytes(8, "big") + value[8:]),
        line_of(NAME, key.key_id, value[:-1]),
        line_of(NAME, key.key_id, value[:8]),
    ):
        with pytest.raises(EvidenceError, match="does not verify"):
            open_note(LOG.note(5) + spoilt, [LOG.verifier, key])
    with pytest.raises(EvidenceError, match="does not verify"):
        open_note(LOG.note(6) + line, [LOG.verifier, key])
    with pytest.raises(EvidenceError, match="does not verify"):
        open_note(b"no checkpoint\n\n" + line, [key])


def test_a_key_of_type_06_is_passed_over_where_it_cannot_be_verified(monkeypatch):
    from truceline.evidence import cosignature

    monkeypatch.setattr(cosignature, "_ml_dsa", lambda: None)
    key = Verifier(NAME, ML_DSA_44, bytes(1312))
    assert parse_vkey(key.vkey) == key
    assert not key.verifiable
    line = line_of(NAME, key.key_id, bytes(2428))
    found = open_note(LOG.note(5) + line, [LOG.verifier, key])
    assert [one.name for one in found.signatures] == [ORIGIN]
    assert not cosignature.signature_holds(ML_DSA_44, key.public, NAME, LOG.text(5), bytes(2428))


def test_signed_messages_are_those_of_the_specification():
    assert cosigned_message(LOG.text(5), 0) == b"cosignature/v1\ntime 0\n" + LOG.text(5)
    with pytest.raises(ValueError, match=r"1\.\.255"):
        subtree_message("x" * 256, LOG.text(5), 1)


def test_signature_lines_alone_must_be_whole():
    with pytest.raises(EvidenceError):
        parse_signatures(b"")
    with pytest.raises(EvidenceError):
        parse_signatures(b"cosigned, believe me\n")
    signer = Signer("x.example/log", bytes(32))
    line = signer.sign(b"a\n").split(b"\n\n")[1]
    assert parse_signatures(line)[0].name == "x.example/log"
