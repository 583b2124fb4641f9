"""notices.toml: what can be meant is read, a slip of the pen is named, no secret stands in it."""

import os
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.errors import WorkspaceError
from truceline.model.procedure import Recipient
from truceline.transport.cap_out import write_cap
from truceline.transport.outcome import Result
from truceline.transport.settings import Route, read_settings
from truceline.transport.settings_template import template

T0 = datetime(2026, 5, 13, 8, tzinfo=UTC)
KNOWN = (Recipient("CELL", "Coordination cell"), Recipient("NORTH", "Liaison of the north"))
HEAD = 'format = 1\nsender = "cell@verification.example"\n'
MAIL = '[mail]\nhost = "mail.example"\n'


def read(tmp_path, text):
    (tmp_path / "notices.toml").write_text(text, encoding="utf-8")
    return read_settings(tmp_path, KNOWN)


def test_none_is_none(tmp_path):
    assert read_settings(tmp_path, KNOWN) is None


def test_the_template_is_valid_and_sends_nothing(tmp_path):
    found = read(tmp_path, template(KNOWN, T0))
    assert set(found.routes) == {"CELL", "NORTH"}
    assert set(found.routes.values()) == {()}
    assert (found.mail, found.begins) == (None, T0)


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=4, unique_by=lambda p: p[0]))
def test_whatever_recipients_are_called_the_template_names_them(pairs):
    known = [Recipient(*pair) for pair in pairs]
    found = tomllib.loads(template(known, T0))
    assert list(found.get("recipients", {})) == [one.id for one in known]


def test_everything_that_may_stand_in_it(tmp_path):
    found = read(
        tmp_path,
        HEAD
        + 'begins = 2026-05-13T10:00:00+02:00\ntimeout_s = 5\nca_file = "ours.pem"\n'
        + '[mail]\nhost = "mail.example"\nsecurity = "tls"\nuser = "cell"\npassword_env = "P"\n'
        + '[recipients.CELL]\nmail = ["a@cell.example", "b@cell.example"]\n'
        + 'hook = "https://cell.example/hook"\nhook_secret_env = "S"\n'
        + 'cap_folder = "notices/cell"\ncap_post = "https://cell.example/cap"\n',
    )
    assert found.begins == T0
    assert (found.mail.host, found.mail.port, found.mail.security) == ("mail.example", 465, "tls")
    assert (found.mail.user, found.password_env, found.timeout_s) == ("cell", "P", 5)
    assert found.ca_file == found.mail.ca_file == str(tmp_path / "ours.pem")
    assert found.routes["CELL"] == (
        Route("mail-1", "mail", "a@cell.example"),
        Route("mail-2", "mail", "b@cell.example"),
        Route("hook", "hook", "https://cell.example/hook", "S"),
        Route("cap-post", "cap-post", "https://cell.example/cap"),
        Route("cap-file", "cap-file", str((tmp_path / "notices" / "cell").resolve())),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format = 2\n", "format is 2"),
        ("sender = 'x@y.example'\n", "format is None"),
        ("format = 1\n", "sender: '' is no bare address"),
        ("format = true\n", "format is no whole number"),
        ("format = 1\nsender = 'Cell <cell@verification.example>'\n", "no bare address"),
        ("format = 1\nsender = 'a@b@c.example'\n", "no bare address"),
        (f"{HEAD}begins = 2026-05-13T10:00:00\n", "begins has no zone"),
        (f"{HEAD}begins = 'soon'\n", "begins is no time such as"),
        (f"{HEAD}timeout_s = 0\n", "give 1 to 300 seconds"),
        (f"{HEAD}colour = 'red'\n", "colour is not known; known are format"),
        (f"{HEAD}[mail]\npassword = 'x'\n", "secrets do not stand in this file"),
        (f"{HEAD}[recipients.CELL]\nhook_secret = 'x'\n", "hook_secret_env or cap_post_secret_env"),
        (f"{HEAD}[mail]\nhost = 'm.example'\nsecurity = 'ssl'\n", "write starttls or tls"),
        (f"{HEAD}[mail]\nhost = 'm.example'\nsecurity = 'none'\n", "unencrypted"),
        (f"{HEAD}[mail]\nhost = 'm.example'\nport = 0\n", "give 1 to 65535"),
        (f"{HEAD}[mail]\nhost = 'm.example'\nuser = 'x'\n", "belong together"),
        (f"{HEAD}[recipients.CEL]\nmail = []\n", "recipients.CEL is nobody of the agreement"),
        (f"{HEAD}[recipients]\nCELL = 1\n", "recipients.CELL is no table"),
        (f"{HEAD}[recipients.CELL]\nmail = 'x@y.example'\n", "recipients.CELL.mail is no list"),
        (f"{HEAD}[recipients.CELL]\nmail = ['x@y.example']\n", "mail.host is missing"),
        (f"{HEAD}{MAIL}[recipients.CELL]\nmail = ['x@y.example\\nBcc: z']\n", "TOML|no bare"),
        (f'{HEAD}{MAIL}[recipients.CELL]\nmail = ["x@y.example\\nBcc: z"]\n', "no bare address"),
        (f"{HEAD}{MAIL}[recipients.CELL]\nmail = [1]\n", "1 is no bare address"),
        (f"{HEAD}[recipients.CELL]\nhook = 'https://a.example/'\n", "always signed"),
        (f"{HEAD}[recipients.CELL]\nhook = 'http://a.example/'\n", "hook is not https"),
        (f"{HEAD}[recipients.CELL]\ncap_post = 'http://a.example/'\n", "cap_post is not https"),
        (f"{HEAD}[recipients.CELL]\ncap_folder = 'raw/../raw/x'\n", "files the log knows"),
        ("format = \n", "cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_named(tmp_path, text, said):
    with pytest.raises(WorkspaceError, match=said) as caught:
        read(tmp_path, text)
    assert str(tmp_path / "notices.toml") in str(caught.value)


def test_a_cap_file_is_whole_and_the_second_try_is_the_same_file(tmp_path):
    folder = tmp_path / "not" / "yet"
    for alert in (b"<alert>1</alert>", b"<alert>2</alert>"):
        assert write_cap(folder, "0123/RV-1/S/CELL", alert).result is Result.SENT
    (path,) = folder.iterdir()
    assert path.name == "0123%2FRV-1%2FS%2FCELL.xml"
    assert path.read_bytes() == b"<alert>2</alert>"
    assert path.stat().st_mode & 0o007 == 0


def test_a_folder_that_cannot_be_written_is_tried_later(tmp_path):
    (tmp_path / "file").write_text("in the way")
    outcome = write_cap(tmp_path / "file", "key", b"<alert/>")
    assert (outcome.result, outcome.down) == (Result.LATER, True)
    assert str(Path(os.sep)) not in outcome.code
