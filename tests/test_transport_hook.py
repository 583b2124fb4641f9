"""Web hooks against a real server: signed so that others can check, encrypted, no redirect."""

import base64
import json
import socket
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notice_servers import Hooks, authority, http_server, unused_port
from truceline.errors import EvidenceError, WorkspaceError
from truceline.transport.hook import Post, post, url_problem
from truceline.transport.outcome import Result
from truceline.transport.signature import check, secret_bytes, signed

T0 = datetime(2026, 5, 14, 9, tzinfo=UTC)
SECRET = bytes(range(32))
BODY = json.dumps({"notice": "RV/1", "drill": False}).encode()


def message(port, path="/hook", secret=SECRET, scheme="http"):
    url = f"{scheme}://127.0.0.1:{port}{path}"
    return Post(url, BODY, "application/json", "0123/RV-1", secret, {"Idempotency-Key": '"x"'})


@pytest.fixture
def hooks():
    return Hooks()


def test_what_arrives_can_be_checked_and_is_fresh(hooks):
    with http_server(hooks) as port:
        outcome = post(message(port, "/hook?to=cell"), T0, 2)
    assert (outcome.result, outcome.code) == (Result.SENT, "HTTP 204")
    ((path, headers, body),) = hooks.taken
    assert path == "/hook?to=cell"
    assert body == BODY
    assert headers["Content-Type"] == "application/json"
    assert headers["Idempotency-Key"] == '"x"'
    assert check(SECRET, headers, body, T0 + timedelta(minutes=4)) == "0123/RV-1"


@pytest.mark.parametrize(
    ("secret", "key", "seconds", "body", "signature"),
    [
        # made with another program, the library `standardwebhooks` 1.1.0
        (
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "0123456789ab/RV-SERIOUS/STEP-000001/cell/CELL",
            1778749200,
            '{"about":"Überraschung","drill":false}'.encode(),
            "v1,n/j+VU2NAeNFJWvbSd1JqVPODZdSWRblBJRsZBVN/YY=",
        ),
    ],
)
def test_the_signature_is_that_of_other_programs(secret, key, seconds, body, signature):
    made = signed(secret_bytes(secret), key, datetime.fromtimestamp(seconds, UTC), body)
    assert made == {
        "webhook-id": key,
        "webhook-timestamp": str(seconds),
        "webhook-signature": signature,
    }


@given(st.binary(max_size=200), st.integers(0, 4), st.data())
def test_whatever_is_changed_no_longer_fits(body, which, data):
    made = signed(SECRET, "a/key", T0, body)
    assert check(SECRET, made, body, T0) == "a/key"
    secret, now = SECRET, T0
    if which == 0:
        body += b"x"
    elif which == 1:
        made["webhook-id"] = "another"
    elif which == 2:
        made["webhook-timestamp"] = str(int(made["webhook-timestamp"]) + 1)
    elif which == 3:
        secret = bytes(32)
    else:
        del made[data.draw(st.sampled_from(sorted(made)))]
    with pytest.raises(EvidenceError):
        check(secret, made, body, now)


def test_an_old_or_early_hook_is_refused_by_its_time():
    made = signed(SECRET, "key", T0, BODY)
    for off in (timedelta(minutes=6), timedelta(minutes=-6)):
        with pytest.raises(EvidenceError, match="of another time"):
            check(SECRET, made, BODY, T0 + off)
    # one of several signatures is enough: so a secret can be changed without a gap
    both = {**made, "webhook-signature": f"v1,{'A' * 44} {made['webhook-signature']}"}
    assert check(SECRET, both, BODY, T0) == "key"
    with pytest.raises(ValueError, match="full stop"):
        signed(SECRET, "a.key", T0, BODY)


def test_a_secret_must_be_one():
    assert secret_bytes(" whsec_" + base64.b64encode(SECRET).decode().rstrip("=")) == SECRET
    assert len(secret_bytes("whsec_" + base64.b64encode(bytes(32)).decode())) == 32
    for bad in ("", "password", "whsec_", "whsec_c2hvcnQ=", "whsec_!!", "c2hvcnQ=" * 8,
                "whsec_" + base64.b64encode(bytes(65)).decode()):  # fmt: skip
        with pytest.raises(WorkspaceError, match="random bytes"):
            secret_bytes(bad)


@pytest.mark.parametrize(
    ("status", "result", "unsure"),
    [
        (200, Result.SENT, False),
        (202, Result.SENT, False),
        (301, Result.FAILED, False),
        (302, Result.FAILED, False),
        (307, Result.FAILED, False),
        (400, Result.FAILED, False),
        (404, Result.FAILED, False),
        (410, Result.FAILED, False),
        (408, Result.LATER, False),
        (429, Result.LATER, False),
        (500, Result.LATER, True),
        (503, Result.LATER, True),
    ],
)
def test_what_an_answer_means_and_no_redirect_is_followed(hooks, status, result, unsure):
    hooks.answers.append(status)
    with http_server(hooks) as port:
        outcome = post(message(port), T0, 2)
    assert (outcome.result, outcome.code) == (result, f"HTTP {status}")
    assert (outcome.unsure, outcome.down) == (unsure, False)
    assert [path for path, _, _ in hooks.taken] == ["/hook"]


@pytest.mark.parametrize("answer", ["hang up", "drip"])
def test_where_no_answer_comes_it_may_have_been_taken(hooks, answer):
    hooks.answers.append(answer)
    with http_server(hooks) as port:
        outcome = post(message(port), T0, 0.3)
    assert (outcome.result, outcome.unsure, outcome.down) == (Result.LATER, True, False)
    assert len(hooks.taken) == 1


def test_nobody_there():
    outcome = post(message(unused_port()), T0, 1)
    assert (outcome.result, outcome.down, outcome.unsure) == (Result.LATER, True, False)


def test_an_answer_that_drips_is_cut_off():
    import threading

    stop = threading.Event()

    def drip(listener):
        with listener.accept()[0] as line:
            line.recv(10_000)
            while not stop.wait(0.1):
                try:
                    line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        outcome = post(message(listener.getsockname()[1]), T0, 0.3)
        stop.set()
        thread.join()
    assert (outcome.result, outcome.unsure) == (Result.LATER, True)


def test_encrypted_and_only_with_a_certificate_that_is_trusted(hooks, tmp_path):
    ca_file, context = authority(tmp_path)
    with http_server(hooks, context) as port:
        secure = message(port, scheme="https")
        assert post(secure, T0, 2, ca_file).code == "HTTP 204"
        strange = post(secure, T0, 2)
    assert (strange.result, strange.code) == (Result.LATER, "certificate not trusted")
    assert len(hooks.taken) == 1


def test_unsigned_where_the_receiver_checks_none(hooks):
    with http_server(hooks) as port:
        post(message(port, secret=None), T0, 2)
    assert not [name for name in hooks.taken[0][1] if name.lower().startswith("webhook-")]


@pytest.mark.parametrize(
    "url",
    [
        "https://north.example/hook",
        "https://north.example:8443/a?b=c",
        "http://127.0.0.1:9/x",
        "http://localhost/x",
        "http://[::1]:80/x",
    ],
)
def test_where_a_hook_may_go(url):
    assert url_problem(url) == ""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://north.example/hook", "is not https"),
        ("http://127.0.0.1.north.example/", "is not https"),
        ("http://10.0.0.1/", "is not https"),
        ("ftp://north.example/", "no address of the form"),
        ("north.example", "no address of the form"),
        ("https:///path", "no address of the form"),
        ("https://user:secret@north.example/", "name or password"),
        ("https://north.example/#part", "fragment"),
        ("https://north.example/a b", "blank"),
        ("https://north.example/\r\nX: y", "blank"),
        ("https://północ.example/", "ASCII"),
        ("https://north.example:0/", "port 0"),
        ("https://north.example:99999/", "is no address"),
    ],
)
def test_where_it_may_not(url, said):
    assert said in url_problem(url)
