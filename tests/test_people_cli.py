"""The commands for people: from an empty workspace to a mission, and how a command learns who acts."""

import json
import os
import pty
import select
import sys

import pyotp
import pytest

from openid_provider import CLIENT, REDIRECT, SECRET, World, sent_back, serving
from people_workspace import NOW, PASSWORD, Drawn, cheap, copied, made, of
from truceline.access.rules import Operation
from truceline.cli.acting import acting, permitted
from truceline.errors import AccessError, WorkspaceError
from truceline.pipeline import tokens
from truceline.pipeline.acting import AT_DESK
from truceline.pipeline.desk import open_desk
from truceline.transport.openid_settings import read_provider
from workspaces import PROGRAM, begin, called

AT = "2026-05-13T08:00:00Z"
AFTER = "2026-05-13T08:01:00Z"


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return made(tmp_path_factory.mktemp("cli") / "ws")


@pytest.fixture
def ws(once, tmp_path, monkeypatch):
    cheap(monkeypatch)
    monkeypatch.delenv("TRUCELINE_TOKEN", raising=False)
    copied(once, tmp_path).close()
    return tmp_path / "ws"


@pytest.fixture
def empty(tmp_path, monkeypatch):
    cheap(monkeypatch)
    monkeypatch.delenv("TRUCELINE_TOKEN", raising=False)
    begin(tmp_path / "ws", "riverline").close()
    return tmp_path / "ws"


@pytest.fixture
def run(capsys, monkeypatch):
    """Give a way to call `truceline people` and get what it printed; it must succeed."""

    def go(*arguments, now=AT, fails=0):
        code, out, err = called(capsys, monkeypatch, "people", *arguments, now=now)
        assert code == fails, err
        return err if fails else out

    return go


def token_for(ws, person_id, scopes=(), draw=Drawn(90)):  # noqa: B008 - goes on from call to call
    with open_desk(ws) as desk:
        return tokens.issue(desk, of(desk, person_id), scopes, 1, "test", NOW, draw).secret.text


def written(path, text):
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


def token_in(text):
    return next(word for word in text.replace("=", " ").split() if word.startswith("tlt_"))


def test_from_an_empty_workspace_to_a_mission_with_two_people(empty, run, tmp_path, monkeypatch):
    assert "nobody is registered" in run("list", empty)
    first = ("add", empty, "a.admin", "--name", "A. Admin")
    assert "first person of a workspace is an administrator" in run(
        *first, "--role", "analyst", fails=2
    )
    invitation = token_in(run(*first, "--role", "administrator", "--nationality", "CH"))
    again = token_in(run("invite", empty, "a.admin"))  # the first one got lost
    assert again != invitation
    monkeypatch.setenv("TRUCELINE_TOKEN", again)
    file = written(tmp_path / "pw", PASSWORD.text)
    assert "password of a.admin set" in run("password", empty, "--password-file", file)
    assert "not known" in run("password", empty, "--password-file", file, fails=2)
    monkeypatch.setenv("TRUCELINE_TOKEN", invitation)  # every other invitation ended with it
    assert "not known" in run("password", empty, "--password-file", file, fails=2)
    monkeypatch.setenv(
        "TRUCELINE_TOKEN", run("login", empty, "a.admin", "--password-file", file).strip()
    )
    assert "second factor" in run("list", empty, fails=2)
    secret = run("totp", empty).split("authenticator: ")[1].split()[0]
    printed = run("totp", empty, "--code", pyotp.TOTP(secret).at(NOW))
    assert len([line for line in printed.splitlines() if line.startswith("  ")]) == 10
    code = pyotp.TOTP(secret).at(int(NOW.timestamp()) + 60)
    login = ("login", empty, "a.admin", "--password-file", file, "--code", code)
    monkeypatch.setenv("TRUCELINE_TOKEN", run(*login, now=AFTER).strip())
    said = run(
        "add", empty, "r.example", "--name", "R. Example", "--role", "verifier@storage,lights",
        "--nationality", "SE", now=AFTER,
    )  # fmt: skip
    assert "r.example" in said
    assert token_in(said)
    listed = run("list", empty, now=AFTER).splitlines()
    assert [line.split()[0] for line in listed] == ["a.admin", "r.example"]
    assert "verifier@storage,lights" in listed[1]
    shown = json.loads(run("show", empty, "r.example", "--json", now=AFTER))
    assert [(one["by"], one["roles"]) for one in shown] == [
        ("a.admin", ["verifier@storage,lights"])
    ]


def test_an_administrator_changes_and_shuts_out(ws, run, monkeypatch):
    monkeypatch.setenv("TRUCELINE_TOKEN", token_for(ws, "a.admin"))
    changed = run("change", ws, "v.example", "--role", "analyst", "--name", "V. Other")
    assert "V. Other" in changed
    assert "nothing of v.example would change" in run("change", ws, "v.example", fails=2)
    assert "DISABLED" in run("disable", ws, "v.example")
    assert "DISABLED" not in run("change", ws, "v.example", "--enable")
    assert len(run("show", ws, "v.example").splitlines()) == 4 * 3
    assert len(json.loads(run("list", ws, "--json"))) == 9
    assert "'boss' is no role" in run("change", ws, "v.example", "--role", "boss", fails=2)
    assert "--side, one of NOR, SOU" in run(
        "change", ws, "v.example", "--role", "party_liaison", fails=2
    )
    assert run("change", ws, "v.example", "--role", "party_liaison:NOR")


def test_a_key_of_ones_own_and_a_new_one(ws, run, tmp_path, monkeypatch):
    session = Drawn(91)
    with open_desk(ws) as desk:
        text = tokens.open_session(desk, of(desk, "v.example"), NOW, session).secret.text
    monkeypatch.setenv("TRUCELINE_TOKEN", text)
    point = "A" * 42 + "E="
    written(tmp_path / "key.pub", point)
    said = run("key", ws, "v.example", "--public-key", tmp_path / "key.pub")
    assert f"key ed25519 {point} (kept by the person)" in said
    assert "proves the system's word" in run("key", ws, "v.example", "--new")
    for wrong in ((), ("--new", "--public-key", tmp_path / "key.pub")):
        assert "either" in run("key", ws, "v.example", *wrong, fails=2)
    assert "people.manage" in run("key", ws, "c.example", "--new", fails=2)


def test_tokens_are_issued_listed_and_revoked(ws, run, monkeypatch):
    with open_desk(ws) as desk:
        session = tokens.open_session(desk, of(desk, "n.example"), NOW, Drawn(92)).secret.text
    monkeypatch.setenv("TRUCELINE_TOKEN", session)
    issue = ("token", ws, "--purpose", "nightly list", "--days", "2")
    assert "never wider" in run(*issue, "--scope", "publish", fails=2)
    text = run(*issue, "--scope", "run").strip()
    token_id = text.split("_")[1]
    (line,) = [one for one in run("tokens", ws).splitlines() if one.startswith(token_id)]
    assert line.endswith("nightly list; good until 2026-05-15T08:00:00Z, never used")
    found = json.loads(run("tokens", ws, "--json"))
    assert {one["how"] for one in found} == {"password", "token"}
    assert "hash" not in found[0]
    monkeypatch.setenv("TRUCELINE_TOKEN", text)
    assert "not good for" in run("tokens", ws, fails=2)
    monkeypatch.setenv("TRUCELINE_TOKEN", session)
    assert "revoked" in run("revoke", ws, token_id)
    monkeypatch.setenv("TRUCELINE_TOKEN", text)
    assert "not known, has expired, or was revoked" in run("tokens", ws, fails=2)


def test_a_person_without_tokens_has_none(ws, run, monkeypatch):
    monkeypatch.setenv("TRUCELINE_TOKEN", token_for(ws, "a.admin"))
    assert run("tokens", ws, "--person", "o.example").strip() == "no token"


def test_who_was_given_access_and_who_read_what(ws, run, monkeypatch):
    monkeypatch.setenv("TRUCELINE_TOKEN", token_for(ws, "c.example"))
    assert run("audit", ws).strip() == "nothing is recorded"
    assert "token issued by c.example" in run("audit", ws, "--access")
    assert json.loads(run("audit", ws, "--access", "--json"))[-1]["what"] == "token issued"
    assert json.loads(run("audit", ws, "--json", "--person", "v.example")) == []
    monkeypatch.setenv("TRUCELINE_TOKEN", token_for(ws, "v.example"))
    assert "own" in run("audit", ws, fails=2)
    assert run("audit", ws, "--person", "v.example").strip() == "nothing is recorded"


def test_a_reset_leads_to_a_new_invitation(ws, run, monkeypatch):
    monkeypatch.setenv("TRUCELINE_TOKEN", token_for(ws, "a.admin"))
    assert token_in(run("invite", ws, "v.example", "--reset"))
    said = [
        one["what"]
        for one in json.loads(run("audit", ws, "--access", "--person", "v.example", "--json"))
    ]
    assert said == ["access reset", "token issued"]


def test_how_a_command_learns_who_acts(ws, monkeypatch, tmp_path):
    with open_desk(ws) as desk:
        with pytest.raises(AccessError, match="a name alone counts no more: set TRUCELINE_TOKEN"):
            acting(desk, "V. Example")
        text = token_for(ws, "v.example")
        monkeypatch.setenv("TRUCELINE_NOW", AT)
        file = written(tmp_path / "token", text)
        assert acting(desk, token_file=file).person.person_id == "v.example"
        monkeypatch.setenv("TRUCELINE_TOKEN", text)
        for by in ("", "v.example", "V. Example"):
            assert acting(desk, by).person.person_id == "v.example"
        with pytest.raises(AccessError, match=r"--by says 'C\. Example'"):
            acting(desk, "C. Example")
        assert permitted(desk, Operation.OPEN_CASE).person.person_id == "v.example"
        with pytest.raises(AccessError, match="publish"):
            permitted(desk, Operation.PUBLISH)


def test_at_a_desk_a_name_is_enough_and_a_token_of_elsewhere_does_not_matter(empty, monkeypatch):
    monkeypatch.setenv("TRUCELINE_TOKEN", "tlt_of_elsewhere")
    with open_desk(empty) as desk:
        assert acting(desk, "N. Example") == AT_DESK


def test_a_login_needs_one_way(ws, run):
    assert "either" in run("login", ws, fails=2)
    assert "either" in run("login", ws, "v.example", "--openid", fails=2)


def test_a_login_at_an_identity_provider(ws, run, monkeypatch):
    from truceline.cli import people_access

    with serving(World(int(NOW.timestamp()))) as world:
        (ws / "openid.toml").write_text(
            f'format = 1\nissuer = "{world.issuer}"\nclient_id = "{CLIENT}"\n'
            f'redirect_uri = "{REDIRECT}"\nclient_secret_env = "OPENID_SECRET"\n'
        )
        monkeypatch.setenv("OPENID_SECRET", SECRET)
        monkeypatch.setenv("TRUCELINE_TOKEN", token_for(ws, "a.admin"))
        shown = []
        real = people_access.begin

        def begin_and_tell(*arguments):
            shown.append(real(*arguments))
            return shown[-1]

        monkeypatch.setattr(people_access, "begin", begin_and_tell)
        answer = lambda *_, **__: sent_back(shown[-1].url)  # noqa: E731 - the person at the browser
        monkeypatch.setattr(people_access.typer, "prompt", answer)
        assert "nobody in this mission" in run("login", ws, "--openid", fails=2)
        who = ("--issuer", world.issuer, "--subject", world.subject)
        assert "v.example is known by" in run("bind", ws, "v.example", *who)
        text = run("login", ws, "--openid").strip()
        with open_desk(ws) as desk:
            principal = tokens.by_token(desk, text, NOW)
        assert (principal.person.person_id, principal.how) == ("v.example", "openid")
        assert "no longer known" in run("bind", ws, "v.example", *who, "--undo")
        assert "nobody in this mission" in run("login", ws, "--openid", fails=2)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (None, "is missing"),
        ("format = 2\n", "begins with format = 1"),
        ("format = 1\nissuer = 'x'\n", "client_id is missing"),
        ("format = 1\nsecret = 'x'\n", "'secret' is no setting"),
        ("format = 1\nissuer = 7\nclient_id = 'x'\nredirect_uri = 'y'\n", "issuer is missing"),
        ("x", "cannot be read"),
        (
            "format = 1\nissuer = 'x'\nclient_id = 'x'\nredirect_uri = 'y'\nclient_secret_env = 'NO'\n",
            "variable NO holds no secret",
        ),
    ],
)
def test_settings_of_a_provider_that_cannot_stand(tmp_path, text, match):
    if text is not None:
        (tmp_path / "openid.toml").write_text(text)
    with pytest.raises(WorkspaceError, match=match):
        read_provider(tmp_path, {})


def test_a_public_client_has_no_secret(tmp_path):
    (tmp_path / "openid.toml").write_text(
        "format = 1\nissuer = 'https://id.example'\nclient_id = 'x'\nredirect_uri = 'y'\n"
    )
    assert read_provider(tmp_path, {}).client_secret == ""


def test_at_a_terminal_it_asks_and_what_is_typed_is_not_shown(ws):
    """A real terminal, a real process: an invitation, a password typed twice, a login."""
    with open_desk(ws) as desk:
        invitation = tokens.invite(desk, AT_DESK, "v.example", NOW, Drawn(95)).secret.text
    words = "purple tractor mountain"
    said = at_terminal(["people", "password", str(ws)], [words, words], TRUCELINE_TOKEN=invitation)
    assert "password of v.example set" in said
    assert words not in said
    said = at_terminal(["people", "login", str(ws), "v.example"], [words, ""])
    assert "tlt_" in said
    assert words not in said


def at_terminal(arguments, typed, **variables):
    """Run the command line at a terminal of its own, type lines, and give what it showed."""
    environment = {**os.environ, "TRUCELINE_NOW": AT, "COLUMNS": "200", **variables}
    child, master = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, "-c", PROGRAM, *arguments], environment)  # noqa: S606 - our own
    shown, lines = "", list(typed)
    while select.select([master], [], [], 20)[0]:
        try:
            data = os.read(master, 4096).decode()
        except OSError:
            break
        if not data:
            break
        shown += data
        if shown.endswith(": ") and lines:  # the blank comes when what is typed is hidden
            os.write(master, (lines.pop(0) + "\n").encode())
    os.waitpid(child, 0)
    os.close(master)
    assert not lines, shown
    return shown
