"""Findings from the command line: listed, traced to the shipped line, held while they are fresh."""

import json
import shutil

import pytest

from truceline.pipeline.desk import open_desk
from truceline.pipeline.run import run
from workspaces import EASTER_2025, begin, called, easter_2025, lines_of, take

REPORTS = EASTER_2025 / "reports.csv"
LINES = REPORTS.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    desk = easter_2025(tmp_path_factory.mktemp("findings") / "ws")
    desk.close()
    return desk.workspace.root


@pytest.fixture
def ws(made, tmp_path):
    shutil.copytree(made, tmp_path / "ws")
    return tmp_path / "ws"


@pytest.fixture
def cli(capsys, monkeypatch):
    def call(*arguments, **named):
        return called(capsys, monkeypatch, *arguments, **named)

    return call


def opened(ws):
    with open_desk(ws) as desk:
        return [e.fields["subject"] for e in desk.events() if e.type == "read.sensitive"]


def test_findings_are_listed_most_probable_first(cli, made):
    code, out, _ = cli("findings", "list", made)
    assert code == 0
    lines = out.strip().splitlines()
    assert lines[-1].startswith(f"{len(lines) - 1} findings, all preliminary and automatic")
    numbers = [float(line.split()[2]) for line in lines[:-1]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) > 100


def test_listed_by_outcome_and_as_json(cli, made):
    code, out, _ = cli("findings", "list", made, "--json")
    every = json.loads(out)
    assert code == 0
    counts = {}
    for outcome in ("violated", "permitted", "undetermined"):
        _, out, _ = cli("findings", "list", made, "--outcome", outcome, "--json")
        counts[outcome] = len(json.loads(out))
        assert {f["outcome"] for f in json.loads(out)} <= {outcome}
    assert sum(counts.values()) == len(every)
    assert counts["undetermined"] > 0
    code, _, err = cli("findings", "list", made, "--outcome", "broken")
    assert (code, "none of violated" in " ".join(err.split())) == (2, True)


@pytest.mark.parametrize("number", [1, 20, 77, 130])
def test_a_row_that_is_shown_is_the_shipped_line(cli, ws, number):
    code, out, _ = cli("findings", "show", ws, f"INC-{number:06d}", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["incident"]["incident_id"] == f"INC-{number:06d}"
    assert found["rows"]
    for row in found["rows"]:
        assert row["text"] == LINES[row["line"] - 1]
        assert row["observation_id"] == f"reports:{row['text'].split(',')[0]}"
    assert opened(ws) == [f"INC-{number:06d}"]


def test_in_words_it_says_when_where_how_sure_and_on_whose_word(cli, ws):
    _, out, _ = cli("findings", "list", ws, "--json")
    finding = json.loads(out)[0]
    code, out, _ = cli("findings", "show", ws, finding["finding_id"])
    assert code == 0
    for words in ("when ", "where ", "90 % ellipse", "real ", "independent groups", "support",
                  "reports.csv line ", finding["words"], finding["clause_id"]):  # fmt: skip
        assert words in out
    for name, _, _, reason in finding["factors"]:
        assert name in out
        assert reason in out
    assert any(line.strip() in out for line in LINES[1:])


def test_what_is_not_there_is_told(cli, ws):
    code, _, err = cli("findings", "show", ws, "INC-999999")
    assert (code, "findings list WS" in err, "Traceback" in err) == (2, True, False)
    assert opened(ws) == []


def test_a_fresh_incident_is_held_and_its_opening_is_logged(cli, tmp_path):
    with begin(tmp_path / "ws") as desk:
        take(desk, "reports", lines_of(REPORTS, 48))
        (incident,) = run(desk, incident_time()).incidents
    before = incident.time.end.isoformat()
    code, out, err = cli("findings", "show", tmp_path / "ws", "INC-000001", now=before)
    said = " ".join(err.split())
    assert (code, out) == (2, "")
    opens = incident.time.end.replace(hour=incident.time.end.hour + 1)
    assert f"at {opens.isoformat().replace('+00:00', 'Z')}" in said
    assert opened(tmp_path / "ws") == []
    code, out, _ = cli("findings", "show", tmp_path / "ws", "INC-000001", now=opens.isoformat())
    assert (code, "where " in out) == (0, True)
    assert opened(tmp_path / "ws") == ["INC-000001"]
    assert cli("evidence", "verify", tmp_path / "ws")[0] == 0


def incident_time():
    from datetime import UTC, datetime

    return datetime(2025, 4, 19, 18, tzinfo=UTC)


def test_an_empty_workspace_has_no_findings(cli, tmp_path):
    begin(tmp_path / "ws").close()
    code, out, _ = cli("findings", "list", tmp_path / "ws")
    assert (code, out.startswith("0 findings")) == (0, True)
