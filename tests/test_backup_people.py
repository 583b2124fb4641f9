"""A whole workspace is taken out only by who may, and where people are registered that is logged first."""

import pytest

from people_workspace import NOW, Drawn, copied, made, of
from truceline.pipeline import tokens
from truceline.pipeline.desk import open_desk
from truceline.pipeline.reads import reads
from workspaces import called

AT = "2026-05-13T08:01:00Z"


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return made(tmp_path_factory.mktemp("taken") / "ws")


@pytest.fixture
def ws(once, tmp_path, monkeypatch):
    monkeypatch.setenv("TRUCELINE_NOW", AT)
    monkeypatch.delenv("TRUCELINE_TOKEN", raising=False)
    copied(once, tmp_path).close()
    return tmp_path / "ws"


def token_of(ws, person_id):
    with open_desk(ws) as desk:
        return tokens.open_session(
            desk, of(desk, person_id), NOW, Drawn(sum(person_id.encode()))
        ).secret.text


@pytest.mark.parametrize(
    ("command", "may", "others"),
    [
        ("export", "c.example", ("a.admin", "v.example", "l.south")),
        ("backup", "a.admin", ("c.example", "v.example", "l.south")),
    ],
)
def test_who_may_not_is_refused_and_who_may_is_logged(
    ws, capsys, monkeypatch, tmp_path, command, may, others
):
    file = tmp_path / "out.tar"
    for given in (None, "nonsense", *others):
        text = token_of(ws, given) if given in others else given
        if text is not None:
            monkeypatch.setenv("TRUCELINE_TOKEN", text)
        code, _, _ = called(capsys, monkeypatch, command, ws, file)
        assert (code, file.exists()) == (2, False), given
        monkeypatch.delenv("TRUCELINE_TOKEN", raising=False)
    monkeypatch.setenv("TRUCELINE_TOKEN", token_of(ws, may))
    code, _, err = called(capsys, monkeypatch, command, ws, file)
    assert (code, file.exists()) == (0, True), err
    with open_desk(ws) as desk:
        last = reads(desk)[-1]
    assert (last.person_id, last.operation, last.subject) == (
        may,
        f"workspace.{command}",
        "out.tar",
    )


def test_an_export_with_secrets_is_for_nobody_but_a_desk(ws, capsys, monkeypatch, tmp_path):
    for person_id in ("c.example", "a.admin"):
        monkeypatch.setenv("TRUCELINE_TOKEN", token_of(ws, person_id))
        code, _, err = called(
            capsys, monkeypatch, "export", ws, tmp_path / "s.tar", "--with-secrets"
        )
        assert (code, (tmp_path / "s.tar").exists()) == (2, False), err
