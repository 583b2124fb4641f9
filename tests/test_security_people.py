"""Attacks on people and accounts: replays, widening, injection, floods, and secrets that leak."""

import base64
import io
import logging
import os
import traceback
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace

import pyotp
import pytest
import sqlalchemy as sa

from people_workspace import (
    LATER,
    NOW,
    PASSWORD,
    Drawn,
    cheap,
    copied,
    made,
    of,
    with_code,
)
from truceline.access.hidden import Hidden
from truceline.access.rules import Operation, Subject
from truceline.errors import AccessError, TrucelineError, WorkflowError
from truceline.model.person import Grant, Person, Principal, Role
from truceline.pipeline import accounts, people, reads, registered, tokens
from truceline.pipeline.acting import allow
from truceline.pipeline.desk import open_desk
from truceline.pipeline.verify import verify
from truceline.store import accounts as store
from truceline.store import database
from truceline.store.schema_people import LOGGED, SECRET
from workspaces import called

INJECTIONS = (
    "'; DROP TABLE tokens; --",
    "x' OR '1'='1",
    "<script>alert(1)</script>",
    "[bold red]x[/]",
    "=cmd|' /C calc'!A0",
    "{{7*7}}",
    "%s%n",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "a\u202eb",
    "\x1b[2J",
    "x\x00y",
    "x\ny",
    "\ud800",
)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return made(tmp_path_factory.mktemp("security") / "ws")


@pytest.fixture
def desk(once, tmp_path, monkeypatch):
    cheap(monkeypatch)
    with copied(once, tmp_path) as found:
        yield found


@pytest.mark.parametrize("text", INJECTIONS, ids=ascii)
def test_an_id_that_means_something_elsewhere_is_refused_and_changes_nothing(desk, text):
    admin = of(desk, "a.admin")
    before = sorted(p.name for p in desk.workspace.root.rglob("*"))
    new = Person(text, "R. Example", "", (Grant(Role.VERIFIER),))
    with pytest.raises(WorkflowError, match="cannot be the id"):
        people.register(desk, admin, new, NOW, Drawn())
    for ask in (
        lambda: registered.person(desk, text),
        lambda: people.disable(desk, admin, text, NOW, Drawn()),
        lambda: tokens.invite(desk, admin, text, NOW, Drawn()),
        lambda: tokens.revoke(desk, admin, text, NOW),
        lambda: accounts.reset(desk, admin, text, NOW),
    ):
        if text.isascii() or text != "\ud800":
            with pytest.raises(TrucelineError) as told:
                ask()
            assert len(str(told.value)) < 500
    assert sorted(p.name for p in desk.workspace.root.rglob("*")) == before
    assert len(registered.people(desk)) == 9


@pytest.mark.parametrize("text", INJECTIONS, ids=ascii)
def test_a_name_or_purpose_is_kept_as_text_or_refused(desk, text):
    """What is kept is what was given, to the letter: it meant nothing to any layer on the way."""
    admin, line = of(desk, "a.admin"), " ".join(text.split())
    try:
        people.change(desk, admin, "o.example", NOW, Drawn(), name=text)
    except WorkflowError:
        assert not line.isprintable() or not any(sign.isalpha() for sign in line)
    else:
        assert registered.person(desk, "o.example").name == line
    try:
        token = tokens.issue(desk, of(desk, "o.example"), [], 1, text, NOW, Drawn(1))
    except WorkflowError:
        assert not line.isprintable() or not any(sign.isalpha() for sign in line)
    else:
        (kept,) = tokens.listed(desk, admin, NOW, "o.example")
        assert (kept.purpose, kept.token_id) == (line, token.token_id)
    assert verify(desk).problems == ()


@pytest.mark.parametrize("text", INJECTIONS, ids=ascii)
def test_what_is_presented_as_a_proof_is_only_ever_compared(desk, text):
    for ask in (
        lambda: tokens.by_token(desk, text, NOW),
        lambda: tokens.by_token(desk, f"tlt_{text}_{'a' * 43}", NOW),
        lambda: accounts.log_in(desk, text, Hidden(text), text, NOW, Drawn()),
        lambda: accounts.log_in(desk, "v.example", Hidden(text), text, NOW, Drawn()),
    ):
        with pytest.raises(AccessError):
            ask()


def test_ids_that_look_alike_are_not_the_same_and_cannot_be_registered(desk):
    """Cyrillic, full-width, composed, with a zero-width sign, in capitals."""
    admin = of(desk, "a.admin")
    for alike in (
        "v.ex\u0430mple",
        "\uff56.example",
        "v.e\u0301xample",
        "v.exa\u200bmple",
        "V.example",
    ):
        new = Person(alike, "V. Example", "", (Grant(Role.CHIEF),))
        with pytest.raises(WorkflowError, match="cannot be the id"):
            people.register(desk, admin, new, NOW, Drawn())
        with pytest.raises(AccessError):
            accounts.log_in(desk, alike, PASSWORD, "", NOW, Drawn())


def test_a_scope_cannot_be_widened_in_the_token_itself(desk):
    token = tokens.issue(desk, of(desk, "n.example"), ["findings.list"], 1, "x", NOW, Drawn(2))
    text = token.secret.text
    other = tokens.issue(desk, of(desk, "c.example"), [], 1, "y", NOW, Drawn(3))
    swapped = text.replace(token.token_id, other.token_id)
    for forged in (swapped, text[:-1], text + "A", text[:-1] + "-", text.upper(), text[4:]):
        if forged != text:
            with pytest.raises(AccessError):
                tokens.by_token(desk, forged, NOW)
    narrow = tokens.by_token(desk, text, NOW)
    with pytest.raises(AccessError, match="not good for run"):
        allow(desk, narrow, Operation.RUN, NOW)
    wide = replace(narrow, scopes=None)  # what only code here could do, still ends at the role
    with pytest.raises(AccessError):
        allow(desk, wide, Operation.PUBLISH, NOW)


def test_a_token_says_nothing_to_who_reads_the_database(desk):
    token = tokens.issue(desk, of(desk, "v.example"), [], 1, "x", NOW, Drawn(2))
    with database.reading(desk.engine) as connection:
        kept = store.token(connection, token.token_id)
    with pytest.raises(AccessError):
        tokens.by_token(desk, f"tlt_{kept.token_id}_{kept.hash[:43]}", NOW)


def test_a_megabyte_of_password_costs_nothing(desk, monkeypatch):
    """It is refused before it is hashed."""
    from truceline.access import passwords

    class Counting:
        calls = 0

        def __getattr__(self, name):
            Counting.calls += 1
            raise AssertionError(name)

    with_code(desk, "v.example")
    monkeypatch.setattr(passwords, "HASHER", Counting())
    flood = Hidden("x" * 1_000_000)
    with pytest.raises(AccessError):
        accounts.log_in(desk, "v.example", flood, "", NOW, Drawn())
    with pytest.raises(WorkflowError, match="longer than 256"):
        accounts.set_password(desk, of(desk, "v.example"), flood, NOW, Drawn())
    assert Counting.calls == 0


def test_racing_for_one_invitation_only_one_sets_a_password(desk):
    """Each has read the invitation as good before either spends it."""
    from truceline.pipeline.acting import AT_DESK

    text = tokens.invite(desk, AT_DESK, "v.example", NOW, Drawn()).secret.text
    first, second = (tokens.by_token(desk, text, NOW) for _ in range(2))
    accounts.set_password(desk, first, PASSWORD, NOW, Drawn(1))
    with pytest.raises(AccessError, match="used or revoked"):
        accounts.set_password(desk, second, Hidden("the other one of them"), NOW, Drawn(2))
    accounts.log_in(desk, "v.example", PASSWORD, "", NOW, Drawn(3))


def test_racing_with_one_code_only_one_gets_in(desk):
    secret, _ = with_code(desk, "v.example")
    step = int(LATER.timestamp()) // 30
    with database.writing(desk.engine) as connection:
        assert store.spend_step(connection, "v.example", step)
    with database.writing(desk.engine) as connection:
        assert not store.spend_step(connection, "v.example", step)
    code = pyotp.TOTP(secret.text).at(LATER)
    with pytest.raises(AccessError):
        accounts.log_in(desk, "v.example", PASSWORD, code, LATER, Drawn(4))


def test_four_processes_guess_at_once_and_each_guess_counts(once, tmp_path, monkeypatch):
    """However they race, no guess is free: those that are tried are counted one by one."""
    import multiprocessing

    cheap(monkeypatch)
    with copied(once, tmp_path) as desk:
        root = desk.workspace.root
        with_code(desk, "v.example")
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    racing = [context.Process(target=_guess, args=(root, told)) for _ in range(4)]
    for one in racing:
        one.start()
    tried = sum(told.get(timeout=60) for _ in racing)
    for one in racing:
        one.join(60)
    with open_desk(root) as desk, database.reading(desk.engine) as connection:
        counted = store.failures_of(connection, "v.example").failures
    assert counted == tried <= 5


def _guess(root, told):
    tried = 0
    with open_desk(root) as desk:
        for number in range(10):
            try:
                guess = Hidden(f"guess number {number}")
                accounts.log_in(desk, "v.example", guess, "000000", LATER, Drawn())
            except AccessError as error:
                tried += "is wrong" in str(error)
            except TrucelineError:
                pass  # the database was locked: nothing was tried
    told.put(tried)


def secrets_of_a_day(desk):
    """Do everything that involves a secret; give them all, and what was printed and logged."""
    secret, codes = with_code(desk, "v.example")
    token = tokens.issue(desk, of(desk, "v.example"), [], 1, "x", NOW, Drawn(60))
    session = tokens.open_session(desk, of(desk, "v.example"), NOW, Drawn(61))
    accounts.log_in(desk, "v.example", PASSWORD, codes[0].text, NOW, Drawn(62))
    folder = desk.workspace.root / "keys"
    files = [p for p in folder.rglob("*.key") if p.name not in {"log.key", "salt.key"}]
    kept = [p.read_text().strip() for p in files]
    raw = [base64.b64decode(text) for text in kept]
    hexed = [one.hex() for one in raw]
    texts = [PASSWORD.text, secret.text, token.secret.text, session.secret.text]
    return [*texts, *(code.text for code in codes), *kept, *hexed]


def test_no_secret_is_in_log_openings_database_or_messages(desk, caplog):
    out, err = io.StringIO(), io.StringIO()
    with caplog.at_level(logging.DEBUG), redirect_stdout(out), redirect_stderr(err):
        hidden = secrets_of_a_day(desk)
        for wrong in (hidden[0] + "x", hidden[2][:-2] + "xx"):
            for ask in (
                lambda text=wrong: accounts.log_in(
                    desk, "v.example", Hidden(text), text, NOW, Drawn()
                ),
                lambda text=wrong: tokens.by_token(desk, text, NOW),
            ):
                try:
                    ask()
                except TrucelineError:
                    err.write(traceback.format_exc())
    assert len(hidden) > 20
    said = out.getvalue() + err.getvalue() + caplog.text
    assert "AccessError" in said
    root = desk.workspace.root
    places = {
        p: p.read_bytes()
        for p in root.rglob("*")
        if p.is_file() and p.parent.name != "people" and p.name != "accounts.key"
    }
    places[root / "truceline.db"] += b"".join(
        str(row).encode() for row in _rows(desk, (*LOGGED, *SECRET))
    )
    assert any(p.parent.name == "openings" for p in places)
    for one in hidden:
        assert one not in said
        for path, data in places.items():
            assert one.encode() not in data, path


def _rows(desk, tables):
    with database.reading(desk.engine) as connection:
        return [row for table in tables for row in connection.execute(sa.select(table))]


def test_no_traceback_with_local_values_shows_a_secret(desk):
    """As a crash reporter prints them: every local of every frame, by its repr."""
    with_code(desk, "v.example")
    password = Hidden("another correct horse")
    try:
        accounts.log_in(desk, "v.example", password, "", NOW, Drawn())
    except AccessError as error:
        frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    text = "".join(frames.format())
    assert "password = (hidden)" in text
    assert password.text not in text
    assert PASSWORD.text not in text


def test_files_of_secrets_are_for_their_owner_alone(desk):
    with_code(desk, "v.example")
    folder = desk.workspace.root / "keys"
    private = [p for p in folder.rglob("*.key") if p.is_file()]
    assert {"accounts.key", "v.example.key"} <= {p.name for p in private}
    assert {oct(p.stat().st_mode & 0o777) for p in private} == {"0o600"}


def test_somebody_who_makes_up_a_principal_is_still_asked_who_they_are_now(desk):
    """Roles in the hand of who asks count for nothing: the records are asked."""
    liar = Principal(
        Person("o.example", "O. Example", "SE", (Grant(Role.CHIEF), Grant(Role.ADMINISTRATOR))),
        "password",
    )
    with pytest.raises(AccessError):
        allow(desk, liar, Operation.PUBLISH, NOW)
    with pytest.raises(AccessError):
        people.disable(desk, liar, "c.example", NOW, Drawn())


def test_the_name_of_what_is_read_cannot_make_a_line_of_its_own(desk, capsys, monkeypatch):
    forged = "S-1\n2026-05-13T08:00:00Z c.example position.open INC-000001"
    subject = Subject()
    reads.open_sensitive(desk, of(desk, "n.example"), Operation.SEE_SENSORS, forged, NOW, subject)
    token = tokens.issue(desk, of(desk, "c.example"), ["audit.reads"], 1, "x", NOW, Drawn(5))
    monkeypatch.setenv("TRUCELINE_TOKEN", token.secret.text)
    code, out, _ = called(capsys, monkeypatch, "people", "audit", desk.workspace.root)
    assert code == 0
    assert len(out.splitlines()) == 1
    assert token.secret.text not in out


def test_a_file_with_a_secret_that_others_can_read_is_refused(desk, tmp_path, capsys, monkeypatch):
    token = tokens.issue(desk, of(desk, "a.admin"), [], 1, "x", NOW, Drawn(5))
    path = tmp_path / "token"
    path.write_text(token.secret.text + "\n")
    path.chmod(0o644)
    given = ("people", "list", desk.workspace.root, "--token-file", path)
    code, out, err = called(capsys, monkeypatch, *given)
    assert (code, out) == (2, "")
    assert "chmod 600" in err
    path.chmod(0o600)
    assert called(capsys, monkeypatch, *given)[0] == 0
    for data in (b"", b"\n", b"a\nb\n", b"\xff" * 40, os.urandom(100_000)):
        path.write_bytes(data)
        code, _, err = called(capsys, monkeypatch, *given)
        assert code == 2
        assert "token" in err or "secret" in err
