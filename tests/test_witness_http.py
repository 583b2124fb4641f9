"""A witness as a server: the protocol over HTTP, and clients that behave badly."""

import contextlib
import hashlib
import http.client
import signal
import socket
import ssl
import sys
import threading
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from time_authorities import openssl
from truceline.errors import SourceError, WorkspaceError
from truceline.evidence.note import open_note, parse_vkey
from truceline.evidence.witness_request import LONGEST_BODY, SIZE_TYPE, size_stated
from truceline.transport import witness_server
from truceline.transport.witness_client import add_checkpoint
from witness_world import (
    NAME,
    NOW,
    ORIGIN,
    MemoryLog,
    running,
    witness_in,
)
from workspaces import called

LOG = MemoryLog()
OTHER = MemoryLog(origin="other.example/log", key="other")


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


@contextlib.contextmanager
def threaded(witness, now=NOW, **limits):
    """Serve in a thread; give the address and what the person who runs it is told."""
    told = []
    listening = witness_server.listen("127.0.0.1", 0)
    server = witness_server.make_server(witness, lambda: now, told.append, **limits)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield witness_server.address(listening), told
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()
        listening.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    witness = witness_in(tmp_path_factory.mktemp("served"), LOG, OTHER)
    with threaded(witness) as (url, told):
        yield url, witness, told


def call(url, method, path, body=None, headers=None):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def raw(url, timeout=10):
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout)


def test_the_protocol_from_the_first_checkpoint_on(tmp_path):
    with threaded(witness_in(tmp_path, LOG)) as (url, told):
        path = f"/{sha(ORIGIN)}/checkpoint"
        assert call(url, "GET", path)[0] == 404
        status, headers, line = call(url, "POST", "/add-checkpoint", LOG.request(0, 5))
        assert (status, headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
        status, headers, note = call(url, "GET", path)
        assert (status, note) == (200, LOG.note(5) + line)
        assert headers["Content-Type"].startswith("text/plain")
        status, headers, body = call(url, "POST", "/add-checkpoint", LOG.request(0, 9))
        assert (status, headers["Content-Type"], body) == (409, SIZE_TYPE, b"5\n")
        assert call(url, "POST", "/add-checkpoint", LOG.request(5, 9))[0] == 200
        lie = MemoryLog(history="lie", fork_at=3)
        assert call(url, "POST", "/add-checkpoint", lie.request(9, 12))[0] == 422
        assert told == [
            "refused (422): not proved that the log of 12 entries continues the one of 9"
        ]
        assert call(url, "POST", "/add-checkpoint", b"old x\n\n")[0] == 400
        stranger = MemoryLog(key="x")
        assert call(url, "POST", "/add-checkpoint", stranger.request(9, 9))[0] == 403
        assert call(url, "POST", "/add-checkpoint", OTHER.request(0, 9))[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/add-checkpoint", 405),
        ("PUT", "/add-checkpoint", 405),
        ("DELETE", f"/{sha(ORIGIN)}/checkpoint", 405),
        ("POST", f"/{sha(ORIGIN)}/checkpoint", 405),
        ("POST", "/", 404),
        ("POST", "/add-checkpoint/", 404),
        ("POST", "/sign-subtree", 404),
        ("GET", f"/{sha(ORIGIN).upper()}/checkpoint", 404),
        ("GET", f"/{sha('unknown')}/checkpoint", 404),
        ("GET", "/..%2f..%2fwitness.key/checkpoint", 404),
        ("GET", "/../witness.key", 404),
        ("GET", "/%00/checkpoint", 404),
    ],
)
def test_other_methods_and_paths(served, method, path, expected):
    assert call(served[0], method, path, b"x" if method != "GET" else None)[0] == expected


def test_one_connection_serves_many_requests(served):
    parts = urlsplit(served[0])
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    for size in (3, 4, 7):
        connection.request("POST", "/add-checkpoint", OTHER.request(0, size))
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == 409:
            connection.request("POST", "/add-checkpoint", OTHER.request(int(body), size))
            answer = connection.getresponse()
            answer.read()
        assert answer.status == 200
    connection.close()


def test_bodies_have_an_end(served):
    status, headers, _ = call(served[0], "POST", "/add-checkpoint", b"x" * (LONGEST_BODY + 1))
    assert (status, headers["Connection"]) == (413, "close")
    endless = iter([b"y" * 65536] * 40)
    with contextlib.suppress(ConnectionError):  # it may hang up before all of it was sent
        assert call(served[0], "POST", "/add-checkpoint", endless)[0] == 413
    with raw(served[0]) as connection:
        connection.sendall(
            b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 413")
    assert call(served[0], "POST", "/add-checkpoint", b"x" * LONGEST_BODY)[0] == 400


def test_rubbish_is_answered_400_and_others_go_on(served):
    for rubbish in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20, b"HELLO\r\n\r\n"):
        with raw(served[0]) as connection:
            connection.sendall(rubbish)
            assert connection.recv(100).startswith(b"HTTP/1.1 400")
    assert call(served[0], "GET", "/")[0] == 404


def test_slow_and_half_open_clients_are_cut_and_stop_nobody(tmp_path):
    witness = witness_in(tmp_path, LOG)
    with (
        threaded(witness, patience_s=1.0, most_open=30) as (url, _),
        contextlib.ExitStack() as held,
    ):
        silent = [held.enter_context(raw(url)) for _ in range(20)]
        head = b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nold 5"
        for connection in silent[:10]:
            connection.sendall(head)
        began = time.monotonic()
        assert call(url, "POST", "/add-checkpoint", LOG.request(0, 5))[0] == 200
        assert time.monotonic() - began < 1.0  # nobody had to wait until the others were cut
        drip = silent[-1]
        assert gone(drip, b"P")
        assert all(gone(connection) for connection in silent[:-1])
        many = [held.enter_context(raw(url)) for _ in range(60)]
        assert call(url, "GET", f"/{sha(ORIGIN)}/checkpoint")[0] == 200
        assert gone(many[0])


def gone(connection, drip=b""):
    """Say whether the other side hangs up in time, though a byte comes now and then."""
    connection.settimeout(0.3)
    for _ in range(20):
        try:
            if drip:
                connection.sendall(drip)
            if connection.recv(10) == b"":
                return True
        except TimeoutError:
            continue
        except ConnectionError:
            return True
    return False


def test_a_damaged_state_is_503_without_a_word_of_the_machine(tmp_path):
    witness = witness_in(tmp_path, LOG)
    with threaded(witness) as (url, told):
        assert add_checkpoint(url, LOG.request(0, 5)).granted
        (witness.folder(ORIGIN) / "checkpoint").write_bytes(b"rubbish")
        answer = add_checkpoint(url, LOG.request(5, 9))
        assert (answer.status, str(tmp_path).encode() in answer.body) == (503, False)
        assert call(url, "GET", f"/{sha(ORIGIN)}/checkpoint")[0] == 503
        assert "damaged" in told[0]


def test_a_full_disk_is_503_and_nothing_is_cosigned(tmp_path, monkeypatch):
    witness = witness_in(tmp_path, LOG)

    def full(*_):
        raise OSError(28, "No space left on device")

    with threaded(witness) as (url, told):
        with monkeypatch.context() as patch:
            patch.setattr(witness._disk, "write", full)
            assert add_checkpoint(url, LOG.request(0, 5)).status == 503
        assert "No space left" in told[0]
        assert add_checkpoint(url, LOG.request(0, 7)).granted


def test_the_command_serves_ends_cleanly_and_remembers(tmp_path):
    with running(tmp_path / "w", LOG) as (url, process):
        key = parse_vkey(process.vkey)
        answer = add_checkpoint(url, LOG.request(0, 5))
        note = open_note(LOG.note(5) + answer.body, [key])
        assert (note.signatures[0].name, key.name) == (NAME, NAME)
        assert abs(note.signatures[0].time_s - time.time()) < 60  # noqa: TID251 - the real clock
        half = b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nold 5"
        for rude in (b"HELLO\r\n\r\n", half):
            with raw(url) as connection:
                connection.sendall(rude)
        assert add_checkpoint(url, LOG.request(0, 5)).body == b"5\n"
        with raw(url):  # one that hangs does not hold it up for long
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        assert process.stderr.read() == ""
    again = witness_in(tmp_path / "w", LOG, key="another")
    assert again.cosigner.verifier == key
    with threaded(again, now=datetime(2020, 1, 1, tzinfo=UTC)) as (url, _):
        assert add_checkpoint(url, LOG.request(0, 9)).body == b"5\n"
        back_dated = add_checkpoint(url, LOG.request(5, 9))
        assert (back_dated.status, b"clock" in back_dated.body) == (503, True)


def test_a_half_sent_body_does_not_hold_up_the_end(tmp_path):
    head = b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nold 5"
    with running(tmp_path / "w", LOG) as (url, process), raw(url) as slow:
        slow.sendall(head)
        assert add_checkpoint(url, LOG.request(0, 5)).granted
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert time.monotonic() - began < 5  # not the 20 s that a client may take
        assert process.stderr.read() == ""


def test_a_lost_checkpoint_is_503_over_http(tmp_path):
    witness = witness_in(tmp_path, LOG)
    with threaded(witness) as (url, told):
        assert add_checkpoint(url, LOG.request(0, 5)).granted
        (witness.folder(ORIGIN) / "checkpoint").unlink()
        assert add_checkpoint(url, LOG.request(0, 9)).status == 503
        assert call(url, "GET", f"/{sha(ORIGIN)}/checkpoint")[0] == 503
        assert "has lost" in told[0]


def test_what_cannot_be_served_is_said_in_a_sentence(tmp_path, capsys, monkeypatch):
    def truceline(*arguments):
        return called(capsys, monkeypatch, "evidence", "witness", *arguments)

    key = ("--name", NAME, "--log", LOG.verifier.vkey)
    code, _, said = truceline(tmp_path / "w", *key, "--listen", "127.0.0.1")
    assert (code, "127.0.0.1:8733" in said) == (2, True)
    with witness_server.listen("127.0.0.1", 0) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        code, _, said = truceline(tmp_path / "w", *key, "--listen", place)
    assert (code, f"cannot listen on {place} (" in said) == (2, True)
    assert not (tmp_path / "w").exists()
    (tmp_path / "file").write_text("x")
    code, _, said = truceline(tmp_path / "file", *key, "--listen", "127.0.0.1:0")
    assert (code, "is no folder" in said) == (2, True)


def test_libraries_that_are_missing_are_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(WorkspaceError, match=r"truceline\[server\]"):
        witness_server.make_server(witness_in(tmp_path), lambda: NOW, print)


def test_addresses_of_version_6_are_written_in_brackets():
    with witness_server.listen("::1", 0) as listening:
        assert witness_server.address(listening).startswith("http://[::1]:")


@pytest.mark.parametrize("url", ["http://far.example", "ftp://x.example", "http://127.0.0.1:1/"])
def test_a_client_says_what_is_wrong_with_an_address(url):
    with pytest.raises(SourceError, match=r"https|no answer"):
        add_checkpoint(url, b"")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"z" * 200_000, "longer than 65536"),
        (b"HTTP/1.1 409 Conflict\r\nContent-Length: 3\r\n\r\n6", "no answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "no answer"),
        (b"SSH-2.0-x\r\n", "no answer"),
        (b"", "no answer"),
    ],
)
def test_a_client_believes_no_endless_answer_and_none_that_was_cut_off(sent, said):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"

        def answer():
            connection, _ = listening.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                connection.sendall(sent)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(SourceError, match=said):
            add_checkpoint(url, b"")
        thread.join()


def test_a_client_speaks_tls_and_trusts_no_unknown_certificate(tmp_path):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", cwd=tmp_path)  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    reply = b"HTTP/1.1 409 Conflict\r\nContent-Type: %s\r\nContent-Length: 2\r\n\r\n6\n"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"https://localhost:{listening.getsockname()[1]}/w/"

        def answer():
            for _ in range(2):
                connection, _ = listening.accept()
                with (
                    contextlib.suppress(OSError),
                    context.wrap_socket(connection, server_side=True) as secured,
                ):
                    seen.append(secured.recv(65536).split(b"\r\n")[0])
                    secured.sendall(reply % SIZE_TYPE.encode())

        seen = []
        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(SourceError, match="certificate verify failed"):
            add_checkpoint(url, b"x")
        answered = add_checkpoint(url, b"x", ca_file=str(tmp_path / "cert.pem"))
        thread.join()
    assert (answered.status, size_stated(answered)) == (409, 6)
    assert seen == [b"POST /w/add-checkpoint HTTP/1.1"]
