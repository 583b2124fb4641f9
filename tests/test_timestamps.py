"""Time stamps by a real authority: those that we ask for, those that come along, and bad ones."""

import hashlib
import random
import sys
from datetime import UTC, datetime, timedelta

import pytest

from time_authorities import Authority, openssl, serving
from truceline.errors import EvidenceError, SourceError, WorkspaceError
from truceline.evidence.cosigner import Cosigner
from truceline.evidence.log import Log, create_log
from truceline.evidence.note import parse_vkey
from truceline.evidence.timestamp import (
    LONGEST_STAMP,
    StampState,
    stamp_request,
    stamped_bytes,
    verify_checkpoint_stamp,
    verify_stamp,
)
from truceline.pipeline import stamping
from truceline.store.workspace import create
from truceline.transport import time_authority
from workspaces import called

DATA = b"a photograph\n"
SHA256 = hashlib.sha256(DATA).digest()


def clock():
    return datetime.now(UTC)  # noqa: TID251 - the authority reads the real clock too


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa") / "a")


@pytest.fixture(scope="module")
def answer(authority):
    return authority.stamp(DATA)


def test_a_stamp_of_a_trusted_authority_is_valid(authority, answer):
    report = verify_stamp(answer, SHA256, [authority.root])
    assert (report.state, report.problem, report.valid) == (StampState.VALID, "", True)
    assert abs((report.time - clock()).total_seconds()) < 60
    assert (report.accuracy_s, report.authority) == (1.5, "CN=Example time authority")
    assert (report.policy, report.digest) == ("1.2.3.4.1", "sha256")
    assert int(report.serial) > 1
    assert timedelta(days=360) < report.certificate_ends - clock() < timedelta(days=366)


def test_a_bare_token_and_a_der_root_will_do(authority):
    answer = authority.stamp(DATA)
    token = openssl("ts", "-reply", "-in", "r.tsr", "-token_out", cwd=authority.folder)
    der = openssl("x509", "-in", "root.pem", "-outform", "DER", cwd=authority.folder)
    assert token != answer
    assert verify_stamp(token, SHA256, [der]).valid


def test_other_digests_need_the_data(authority):
    for name in ("sha384", "sha512"):
        stamp = authority.stamp(DATA, name)
        assert verify_stamp(stamp, SHA256, [authority.root], data=DATA).valid
        other = verify_stamp(stamp, SHA256, [authority.root], data=DATA + b"x")
        assert (other.state, other.digest) == (StampState.INVALID, name)
        missing = verify_stamp(stamp, SHA256, [authority.root])
        assert missing.problem == f"it stamps a {name}, and the data are not here to compare"
    weak = verify_stamp(authority.stamp(DATA, "sha1"), SHA256, [authority.root], data=DATA)
    assert weak.problem == "it stamps a digest that is not safe or not known: 1.3.14.3.2.26"


def test_a_stamp_of_other_bytes_is_invalid(authority, answer):
    report = verify_stamp(answer, hashlib.sha256(b"other").digest(), [authority.root])
    assert report.state is StampState.INVALID
    assert "other bytes" in report.problem


def test_nobody_is_trusted_who_was_not_named(tmp_path, authority, answer):
    stranger = Authority(tmp_path / "b", "Stranger")
    for roots in ([], [stranger.root], [(authority.folder / "tsa.pem").read_bytes()]):
        report = verify_stamp(answer, SHA256, roots)
        assert report.state is StampState.UNTRUSTED
        assert "nothing here trusts CN=Example time authority" in report.problem
    assert verify_stamp(answer, SHA256, [stranger.root, authority.root]).valid


def test_a_certificate_that_had_ended_is_invalid(tmp_path):
    ended = Authority(tmp_path / "ended", ended=True)
    report = verify_stamp(ended.stamp(DATA), SHA256, [ended.root])
    assert report.state is StampState.INVALID
    assert report.problem.endswith("certificate has expired")


def test_a_stamp_without_its_certificate_is_invalid(authority):
    (authority.folder / "data").write_bytes(DATA)
    request = openssl("ts", "-query", "-data", "data", "-sha256", cwd=authority.folder)
    report = verify_stamp(authority.answer(request), SHA256, [authority.root])
    assert report.problem == "it does not bring the certificate that signed it"


def test_a_stamp_of_later_than_now_is_refused_where_it_is_asked(authority, answer):
    early = clock() - timedelta(days=1)
    report = verify_stamp(answer, SHA256, [authority.root], now=early)
    assert (report.state, "later than now" in report.problem) == (StampState.INVALID, True)
    later = clock() + timedelta(days=1)
    assert verify_stamp(answer, SHA256, [authority.root], now=later).valid


def test_a_wrong_nonce_is_an_answer_to_another_request(authority):
    request, nonce = stamp_request(DATA)
    answered = authority.answer(request)
    assert verify_stamp(answered, SHA256, [authority.root], nonce=nonce).valid
    for other in (nonce + 1, 0):
        report = verify_stamp(answered, SHA256, [authority.root], nonce=other)
        assert "nonce is not that of the request" in report.problem
    assert stamp_request(DATA)[1] != nonce


def test_rubbish_is_unreadable_and_a_refusal_is_none(authority, answer):
    refused = bytes.fromhex("30053003020102")
    for rubbish in (b"", b"x", bytes(100), answer[:-1], answer + b"x", DATA, refused,
                    b"\x30\x80" * 5000, b"0" * (LONGEST_STAMP + 1)):  # fmt: skip
        report = verify_stamp(rubbish, SHA256, [authority.root])
        assert report.state is StampState.UNREADABLE
        assert report.time is None
        assert report.problem.startswith("it is no RFC 3161 time stamp: ")


def test_no_changed_byte_makes_it_say_another_time_or_another_digest(authority, answer):
    true = verify_stamp(answer, SHA256, [authority.root])
    rng = random.Random(5)  # noqa: S311 - places of changes
    states = set()
    for _ in range(300):
        changed = bytearray(answer)
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
        report = verify_stamp(bytes(changed), SHA256, [authority.root])
        states.add(report.state)
        if report.valid:  # what nobody signed, such as the order of certificates
            assert (report.time, report.digest) == (true.time, true.digest)
    assert {StampState.INVALID, StampState.UNREADABLE} <= states


def test_roots_must_be_certificates(answer):
    for root in (b"", b"-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n"):
        with pytest.raises(EvidenceError, match="no certificate can be read"):
            verify_stamp(answer, SHA256, [root])


def test_the_library_that_is_missing_is_named(monkeypatch, answer):
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(WorkspaceError, match=r"truceline\[custody\]"):
        verify_stamp(answer, SHA256, [])


# --- checkpoints ----------------------------------------------------------------------------------


@pytest.fixture
def ws(tmp_path):
    vkey = create_log(tmp_path / "ws", "evidence.example/log", hashlib.sha256(b"s").digest())
    Log.open(tmp_path / "ws").append([b'{"n":1}'])
    create(tmp_path / "ws", "riverline", "evidence.example/log", vkey)
    return tmp_path / "ws"


def log_of(ws):
    return parse_vkey((ws / "keys/log.vkey").read_text().strip())


def test_a_checkpoint_is_stamped_kept_and_checked(ws, authority):
    with serving(authority.answer) as url:
        done = stamping.stamp(ws, log_of(ws), url, [authority.root], time_authority.ask, clock())
        assert (done.size, done.report.state) == (64, StampState.VALID)
        Log.open(ws).append([b'{"n":2}'])
        stamping.stamp(ws, log_of(ws), url, [authority.root], time_authority.ask, clock())
    names = sorted(path.name for path in (ws / "timestamps").iterdir())
    assert names == ["128.checkpoint", "128.tsr", "64.checkpoint", "64.tsr"]
    checked = stamping.check_stamps(ws, log_of(ws), [authority.root])
    assert [(one.size, one.report.valid) for one in checked] == [(64, True), (128, True)]
    (ws / "timestamps/128.tsr").write_bytes((ws / "timestamps/64.tsr").read_bytes())
    checked = stamping.check_stamps(ws, log_of(ws), [authority.root])
    assert [one.report.valid for one in checked] == [True, False]
    (ws / "timestamps/64.checkpoint").rename(ws / "timestamps/65.checkpoint")
    with pytest.raises(EvidenceError, match="no checkpoint lies beside it"):
        stamping.check_stamps(ws, log_of(ws), [authority.root])
    (ws / "timestamps/64.tsr").rename(ws / "timestamps/65.tsr")
    with pytest.raises(EvidenceError, match="a checkpoint of 64 entries"):
        stamping.check_stamps(ws, log_of(ws), [authority.root])


def test_cosignatures_that_come_later_change_no_stamp(ws, authority):
    note = (ws / "log/checkpoint").read_bytes()
    token = authority.stamp(stamped_bytes(note, log_of(ws)))
    text = note.split(b"\n\n")[0] + b"\n"
    later = note + Cosigner("w.example", bytes(32)).cosign(text, 5).line
    assert verify_checkpoint_stamp(token, later, log_of(ws), [authority.root]).valid
    Log.open(ws).append([b'{"n":2}'])
    grown = (ws / "log/checkpoint").read_bytes()
    assert not verify_checkpoint_stamp(token, grown, log_of(ws), [authority.root]).valid
    stranger = Cosigner("w.example", bytes(32)).verifier
    with pytest.raises(EvidenceError, match="none of the keys"):
        verify_checkpoint_stamp(token, note, stranger, [authority.root])


def test_a_stamp_that_does_not_hold_is_not_kept(ws, authority, answer):
    def stamp(url, now=None):
        stamping.stamp(ws, log_of(ws), url, [authority.root], time_authority.ask, now or clock())

    old = authority.stamp(stamped_bytes((ws / "log/checkpoint").read_bytes(), log_of(ws)))
    with serving(lambda _: old) as url, pytest.raises(EvidenceError, match="nonce is not"):
        stamp(url)
    with serving(lambda _: answer) as url, pytest.raises(EvidenceError, match="other bytes"):
        stamp(url)
    with serving(lambda _: b"x") as url, pytest.raises(EvidenceError, match="unreadable"):
        stamp(url)
    with (
        serving(authority.answer) as url,
        pytest.raises(EvidenceError, match="one of them is wrong"),
    ):
        stamp(url, datetime(2020, 1, 1, tzinfo=UTC))
    with (
        serving(authority.answer, kind="text/html") as url,
        pytest.raises(SourceError, match="HTTP 200 with text/html"),
    ):
        stamp(url)
    with (
        serving(authority.answer, status=500) as url,
        pytest.raises(SourceError, match="HTTP 500"),
    ):
        stamp(url)
    with pytest.raises(SourceError, match="no answer"):
        stamp("http://127.0.0.1:1/")
    assert not (ws / "timestamps").exists()


def test_the_commands_say_what_a_stamp_is_worth(ws, authority, tmp_path, capsys, monkeypatch):
    root = authority.folder / "root.pem"
    now = clock().isoformat()
    with serving(authority.answer) as url:
        arguments = ("evidence", "stamp", ws, "--authority", url, "--certificate", root)
        code, said, _ = called(capsys, monkeypatch, *arguments, now=now)
    assert (code, said.startswith("64 entries: valid, ")) == (0, True)
    code, said, _ = called(capsys, monkeypatch, "evidence", "stamps", ws, "--certificate", root)
    assert (code, said.endswith("1 time stamps\n")) == (0, True)
    stranger = Authority(tmp_path / "b", "Stranger").folder / "root.pem"
    code, said, _ = called(capsys, monkeypatch, "evidence", "stamps", ws, "--certificate", stranger)
    assert (code, "untrusted" in said) == (1, True)
    missing = tmp_path / "none.pem"
    code, _, errors = called(
        capsys, monkeypatch, "evidence", "stamps", ws, "--certificate", missing
    )
    assert (code, "none.pem: no such file" in errors) == (2, True)
