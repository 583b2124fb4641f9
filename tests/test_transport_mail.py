"""Mail against a real SMTP server: encrypted or not at all, kept or refused, nothing told of us."""

import socket
import threading
from datetime import UTC, datetime

import pytest

from notice_servers import Mailbox, authority, smtp_server, unused_port
from truceline.transport.mail import Mail, MailServer, message_of, send
from truceline.transport.outcome import Result

T0 = datetime(2026, 5, 14, 9, tzinfo=UTC)
SENDER = "cell@verification.example"
LONG = "0123456789ab/RV%20SERIOUS/STEP-000001/" + "both-sides/" * 9 + "NOR-LIAISON"
MAIL = Mail(
    to="liaison@north.example",
    subject="Notice: x" + " and a long title" * 12,
    body="Überraschung: Ω, Київ\n"
    + "a line of much more than what stands on one line " * 30
    + "\n",
    key=LONG,
    dated=T0,
)


def server_at(port, **changes):
    return MailServer(
        **{
            "host": "127.0.0.1",
            "port": port,
            "security": "none",
            "sender": SENDER,
            "timeout_s": 2,
            **changes,
        }
    )


@pytest.fixture
def box():
    return Mailbox()


def test_one_message_arrives_as_it_was_meant(box):
    with smtp_server(box) as port:
        outcome = send(server_at(port), "", MAIL)
    assert (outcome.result, outcome.code) == (Result.SENT, "SMTP 250")
    ((to, message, _),) = box.taken
    assert to == (MAIL.to,)
    assert message["To"] == MAIL.to
    assert message["From"] == SENDER
    assert message["Subject"] == MAIL.subject
    assert message["Message-ID"] == f"<{LONG}@verification.example>"
    assert message["Date"].datetime == T0
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["In-Reply-To"] is None
    assert message.get_content().replace("\r\n", "\n") == MAIL.body
    # no name of this machine is told
    assert set(box.names) == {"verification.example"}
    assert socket.gethostname() not in message.as_string()


def test_what_takes_a_notice_back_stands_under_it_in_the_reader(box):
    back = Mail(MAIL.to, "Withdrawn", "x\n", f"{LONG}/withdrawal", T0, answers=LONG)
    with smtp_server(box) as port:
        send(server_at(port), "", MAIL)
        send(server_at(port), "", back)
    first, second = (message for _, message, _ in box.taken)
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]


@pytest.mark.parametrize(
    ("answer", "result", "code"),
    [
        ("550 5.1.1 <liaison@north.example>: no such user", Result.FAILED, "SMTP 550 5.1.1"),
        ("450 4.2.1 try later, liaison@north.example", Result.LATER, "SMTP 450 4.2.1"),
        ("451 greylisted", Result.LATER, "SMTP 451"),
        ("553 liaison@north.example is odd", Result.FAILED, "SMTP 553"),
    ],
)
@pytest.mark.parametrize("where", ["at_rcpt", "at_data"])
def test_a_passing_refusal_is_kept_and_a_lasting_one_is_told(box, where, answer, result, code):
    if where == "at_rcpt":
        box.at_rcpt[MAIL.to] = answer
    else:
        box.at_data.append(answer)
    with smtp_server(box) as port:
        outcome = send(server_at(port), "", MAIL)
    assert (outcome.result, outcome.code) == (result, code)
    assert (outcome.down, outcome.unsure) == (False, False)
    assert "@" not in outcome.code  # what is logged holds no address
    assert box.taken == []


def test_a_line_that_breaks_after_the_text_leaves_it_open_whether_it_was_taken(box):
    box.at_data.append("hang up")
    with smtp_server(box) as port:
        outcome = send(server_at(port), "", MAIL)
    assert (outcome.result, outcome.unsure) == (Result.LATER, True)
    assert len(box.taken) == 1


def test_nobody_there(box):
    outcome = send(server_at(unused_port()), "", MAIL)
    assert (outcome.result, outcome.down, outcome.unsure) == (Result.LATER, True, False)
    assert outcome.code == "no connection"


def test_a_server_that_says_nothing_is_left(box):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        outcome = send(server_at(silent.getsockname()[1], timeout_s=0.3), "", MAIL)
    assert (outcome.result, outcome.down) == (Result.LATER, True)


def test_a_server_that_drips_is_cut_off():
    """Each step comes in time; all together they would take for ever."""
    stop = threading.Event()

    def drip(listener):
        with listener.accept()[0] as line:
            line.sendall(b"220 slow.example\r\n")
            line.recv(1000)
            while not stop.wait(0.1):
                try:
                    line.sendall(b"250-and more\r\n")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        outcome = send(server_at(listener.getsockname()[1], timeout_s=0.3), "", MAIL)
        stop.set()
        thread.join()
    assert (outcome.result, outcome.down) == (Result.LATER, True)


def test_encrypted_with_a_name_and_a_password(box, tmp_path):
    ca_file, context = authority(tmp_path)
    with smtp_server(box, context, user=("cell", "open sesame")) as port:
        good = server_at(port, security="starttls", user="cell", ca_file=ca_file)
        assert send(good, "open sesame", MAIL).result is Result.SENT
        wrong = send(good, "a wrong one", MAIL)
        # the mission's own mistake: every notice is kept, and no other is tried there now
        assert (wrong.result, wrong.code, wrong.down) == (Result.LATER, "login refused", True)
        assert "open sesame" not in wrong.said
        unknown = send(server_at(port, security="starttls"), "", MAIL)
        assert (unknown.result, unknown.code) == (Result.LATER, "certificate not trusted")
    ((_, _, encrypted),) = box.taken
    assert encrypted is not None


def test_encrypted_from_the_first_byte(box, tmp_path):
    ca_file, context = authority(tmp_path)
    with smtp_server(box, context, implicit=True) as port:
        assert send(server_at(port, security="tls", ca_file=ca_file), "", MAIL).code == "SMTP 250"
        unknown = send(server_at(port, security="tls"), "", MAIL)
        assert (unknown.result, unknown.code) == (Result.LATER, "certificate not trusted")
        plain = send(server_at(port, timeout_s=0.5), "", MAIL)
        assert (plain.result, plain.down) == (Result.LATER, True)
    assert len(box.taken) == 1


def test_where_encryption_is_not_offered_nothing_is_sent(box):
    with smtp_server(box) as port:
        outcome = send(server_at(port, security="starttls"), "", MAIL)
    assert (outcome.result, outcome.down) == (Result.LATER, True)
    assert outcome.code == "server does not offer what is needed"
    assert box.taken == []


@pytest.mark.parametrize("change", ["to", "subject", "key"])
def test_no_header_can_be_slipped_in(box, change):
    evil = f"x@north.example\r\nBcc: {MAIL.to}"
    mail = Mail(**{**{n: getattr(MAIL, n) for n in Mail.__slots__}, change: evil})
    outcome = send(server_at(unused_port()), "", mail)
    assert (outcome.result, outcome.code) == (Result.FAILED, "message cannot be written")


def test_every_line_of_the_message_is_short_enough_and_plain_ascii():
    raw = message_of(server_at(25), MAIL).as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_an_address_beyond_ascii_is_told_where_the_server_cannot(box):
    mail = Mail("вузол@north.example", "x", "x\n", "k", T0)
    with smtp_server(box) as port:
        outcome = send(server_at(port), "", mail)
    # this server can: SMTPUTF8
    assert outcome.result in (Result.SENT, Result.FAILED)
