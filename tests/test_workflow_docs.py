"""Every command of docs/workflow.md is run by the person whom it names, and says what stands there."""

import re
import shlex

import pytest

from case_workspace import BEGUN, BY_ID, built, draw
from doc_pages import ROOT
from truceline.model.person import Principal
from truceline.model.review_rules import StepKind
from truceline.pipeline.desk import open_desk
from truceline.pipeline.tokens import open_session
from workspaces import called

PAGE = (ROOT / "docs" / "workflow.md").read_text(encoding="utf-8")
FENCES = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
LINES = [tuple(re.split(r"\s+#\s", line, maxsplit=1)) for line in FENCES[0].splitlines()]


@pytest.fixture(scope="module")
def mission(tmp_path_factory):
    ws = built(tmp_path_factory.mktemp("mission"))
    with open_desk(ws) as desk:
        given = {
            one: open_session(desk, Principal(person, "password"), BEGUN, draw).secret.text
            for one, person in BY_ID.items()
        }
    return ws, given


def test_the_session_says_what_stands_there(mission, capsys, monkeypatch):
    ws, tokens = mission
    monkeypatch.chdir(ws.parent)
    for number, (command, expected) in enumerate(LINES):
        words = shlex.split(command)[1:]
        who = words[words.index("--by") + 1] if "--by" in words else ""
        monkeypatch.setenv("TRUCELINE_TOKEN", tokens.get(who, ""))
        now = f"2026-05-13T09:{number:02d}:00Z"
        code, out, err = called(capsys, monkeypatch, *words, now=now)
        said = " ".join((out + err).split())
        assert " ".join(expected.split()) in said, (command, said)
        assert code == (2 if "refused" in said or "may not do" in said else 0), (command, said)
        assert "Traceback" not in said


def test_every_step_and_the_drawing_are_told():
    table = PAGE.split("## The steps")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `\w+` \| `(\w+)` \|", table, re.MULTILINE)) == set(StepKind)
    commands = {shlex.split(command)[2] for command, _ in LINES}
    assert {"queue", "case", "assign", "review", "reopen", "reply", "dissent"} <= commands
