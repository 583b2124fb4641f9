"""init, ingest, run, report, background, calibrate from the command line, as a new user types them."""

import json
import shutil

import pytest

from truceline.pipeline.shipped import shipped
from workspaces import EASTER_2025, called, hashes, lines_of, small

REPORTS = EASTER_2025 / "reports.csv"


@pytest.fixture
def cli(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(*arguments, **named):
        return called(capsys, monkeypatch, *arguments, **named)

    return call


def refused(result):
    """Exit code 2, one message on the error stream, and no stack."""
    code, _, err = result
    assert code == 2, result
    assert "Traceback" not in err
    assert err.strip()
    return " ".join(err.split())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    desk = small(tmp_path_factory.mktemp("cli") / "ws")
    desk.close()
    return desk.workspace.root


@pytest.fixture
def ws(made, tmp_path):
    shutil.copytree(made, tmp_path / "ws")
    return tmp_path / "ws"


def test_the_daily_work_from_nothing_to_a_report(cli, tmp_path):
    code, out, _ = cli("init", "ws", "--agreement", "easter-2025")
    assert code == 0
    assert "public key of its evidence log: truceline.example/easter-2025/" in out
    for source, name in (("reports", "reports.csv"), ("counts", "daily_counts.csv")):
        code, out, _ = cli("ingest", "ws", source, EASTER_2025 / name)
        assert code == 0
        assert "0 rejected" in out
    code, out, _ = cli("run", "ws")
    assert (code, "run 1: 130 incidents" in out) == (0, True)
    code, out, _ = cli("run", "ws")
    assert "nothing changed" in out
    code, out, _ = cli("report", "ws", "--day", "2025-04-20")
    assert code == 0
    assert all((tmp_path / line).is_file() for line in out.split())
    code, out, _ = cli("evidence", "verify", "ws")
    assert code == 0
    assert "everything follows from the raw bytes" in out
    # a key drawn at random: two workspaces have two
    cli("init", "other", "--agreement", "easter-2025")
    keys = {(tmp_path / name / "keys" / "log.vkey").read_text() for name in ("ws", "other")}
    assert len(keys) == 2


# init


def test_init_on_a_workspace_is_refused_and_changes_nothing(cli, ws):
    before = hashes(ws)
    assert "is a workspace already" in refused(cli("init", ws, "--agreement", "riverline"))
    assert hashes(ws) == before


@pytest.mark.parametrize("name", ["nothing", "./nothing", ".", "/"])
def test_init_for_an_unknown_agreement_names_the_shipped_ones(cli, tmp_path, name):
    said = refused(cli("init", "ws", "--agreement", name))
    assert "easter-2025, easter-2026" in said
    assert not (tmp_path / "ws").exists()


def test_init_where_a_file_is_in_the_way(cli, tmp_path):
    (tmp_path / "file").write_text("x")
    assert "file" in refused(cli("init", "file", "--agreement", "riverline"))
    assert "file" in refused(cli("init", "file/ws", "--agreement", "riverline"))


def test_init_in_this_folder(cli, tmp_path):
    assert cli("init", ".", "--agreement", "riverline")[0] == 0
    assert (tmp_path / "truceline.toml").is_file()
    assert cli("run", ".")[0] == 0


def test_init_needs_an_agreement(cli):
    assert "--agreement" in refused(cli("init", "ws"))


# ingest


def test_a_missing_file_a_folder_an_empty_and_a_wrong_file_are_refused_and_the_rest_goes_on(
    cli, ws, tmp_path
):
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "wrong.csv").write_bytes(b"a,b\n1,2\n")
    (tmp_path / "good.csv").write_bytes(lines_of(REPORTS, 60, 61))
    (tmp_path / "none").mkdir()
    names = ("nothing.csv", "none", "empty.csv", "good.csv", "wrong.csv")
    log = len(list((ws / "openings").iterdir()))
    result = cli("ingest", "ws", "reports", *names)
    assert result[0] == 2
    assert "2 rows, 0 rejected" in result[1]
    lines = [" ".join(line.split()) for line in result[2].strip().splitlines()]
    assert len(lines) == 4
    assert all(line.startswith("refused: ") for line in lines)
    for name in ("nothing.csv", "none:", "empty.csv", "wrong.csv"):
        assert [line for line in lines if name in line], name
    assert len(list((ws / "openings").iterdir())) == log + 1
    assert len([p for p in (ws / "raw").rglob("*") if p.is_file()]) == 6
    assert cli("evidence", "verify", "ws")[0] == 0


def test_a_folder_stands_for_the_files_in_it_and_not_for_those_below(cli, ws, tmp_path):
    (tmp_path / "day" / "truth").mkdir(parents=True)
    (tmp_path / "day" / "b.csv").write_bytes(lines_of(REPORTS, 60))
    (tmp_path / "day" / "a.csv").write_bytes(lines_of(REPORTS, 61, 62))
    (tmp_path / "day" / "truth" / "c.csv").write_bytes(lines_of(REPORTS, 63))
    code, out, _ = cli("ingest", "ws", "reports", "day", "--json")
    assert code == 0
    assert [item["rows"] for item in json.loads(out)["ingested"]] == [2, 1]


def test_rejected_lines_are_shown_ten_at_most(cli, ws, tmp_path):
    (tmp_path / "b.csv").write_bytes(lines_of(REPORTS, 60) + b"broken,line\n" * 14)
    code, out, _ = cli("ingest", "ws", "reports", "b.csv")
    assert code == 0
    assert "1 rows, 14 rejected" in out
    assert out.count("rejected line ") == 10
    assert "and 4 more; the report lists all" in out
    code, out, _ = cli("ingest", "ws", "reports", "b.csv", "--json")
    (item,) = json.loads(out)["ingested"]
    assert (item["again"], len(item["rejected"])) == (True, 14)


def test_ingest_as_json_tells_what_was_refused_too(cli, ws):
    code, out, _ = cli("ingest", "ws", "reports", "nothing.csv", "--json")
    assert code == 2
    told = json.loads(out)
    assert told["ingested"] == []
    assert told["refused"][0].count("nothing.csv") == 1


def test_ingest_of_an_unknown_source_names_the_known_ones(cli, ws):
    assert "known are: claims" in refused(cli("ingest", "ws", "rumours", REPORTS))


def test_odd_file_names_come_through(cli, ws, tmp_path):
    path = tmp_path / "[bold]fünf & six.csv"
    path.write_bytes(lines_of(REPORTS, 60))
    assert cli("ingest", "ws", "reports", path)[0] == 0
    path.write_bytes(b"a,b\n")
    assert "[bold]fünf & six.csv" in refused(cli("ingest", "ws", "reports", path))


def test_ingest_without_a_file_is_a_mistake_of_usage(cli, ws):
    refused(cli("ingest", "ws", "reports"))


# run, background, calibrate


def test_run_as_json(cli, ws):
    code, out, _ = cli("run", "ws", "--json")
    told = json.loads(out)
    assert (code, told["again"], told["revised"]) == (0, True, 0)
    assert set(told["findings"]) == {"violated", "permitted", "undetermined"}


def test_calibrate_and_background(cli, ws):
    code, out, _ = cli("calibrate", "ws")
    assert (code, out.startswith("calibration ")) == (0, True)
    viirs = shipped("data") / "easter-2026" / "viirs.csv"
    code, out, _ = cli("background", "ws", viirs)
    assert (code, "cells learned from 299 rows" in out) == (0, True)


def test_background_of_wrong_files_is_refused(cli, ws, tmp_path):
    before = hashes(ws)
    assert "nothing.csv" in refused(cli("background", "ws", "nothing.csv"))
    assert "cannot be read" in refused(cli("background", "ws", tmp_path))
    assert "this is not" in refused(cli("background", "ws", REPORTS))
    (tmp_path / "none.csv").write_bytes(
        (shipped("data") / "easter-2026" / "viirs.csv").read_bytes().splitlines(keepends=True)[0]
    )
    assert "needs past fires" in refused(cli("background", "ws", "none.csv"))
    assert hashes(ws) == before


# report


def test_report_before_run_says_what_to_do(cli):
    cli("init", "new", "--agreement", "easter-2025")
    said = refused(cli("report", "new", "--day", "2025-04-20"))
    assert "do `truceline run new` first" in said


def test_report_as_json_names_its_files(cli, ws):
    code, out, _ = cli("report", "ws", "--from", "2025-04-19", "--to", "2025-04-20", "--json")
    assert code == 0
    names = {path.rsplit("/", 1)[1] for path in json.loads(out)["files"]}
    assert {"report.html", "report.json", "incidents.csv", "incidents.geojson"} <= names


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "either --day, or --from and --to"),
        (["--day", "2025-04-20", "--from", "2025-04-20"], "either --day, or --from and --to"),
        (["--from", "2025-04-20"], "YYYY-MM-DD"),
        (["--to", "2025-04-20"], "YYYY-MM-DD"),
        (["--day", "yesterday"], "YYYY-MM-DD"),
        (["--day", "2025-02-30"], "YYYY-MM-DD"),
        (["--day", "20.04.2025"], "YYYY-MM-DD"),
        (["--from", "2025-04-21", "--to", "2025-04-19"], "lies before --from"),
        (["--day", "0001-01-01"], "check the year"),
        (["--day", "9999-12-31"], "check the year"),
        (["--day", ""], "either --day, or --from and --to"),
    ],
)
def test_a_window_that_cannot_be_is_refused(cli, ws, options, says):
    assert says in refused(cli("report", "ws", *options))


# Workspaces that are none

COMMANDS = (
    ("ingest", "WS", "reports", REPORTS),
    ("run", "WS"),
    ("calibrate", "WS"),
    ("background", "WS", REPORTS),
    ("report", "WS", "--day", "2025-04-20"),
    ("findings", "list", "WS"),
    ("findings", "show", "WS", "INC-000001"),
    ("evidence", "verify", "WS"),
    ("evidence", "checkpoint", "WS"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: " ".join(c[:2]))
@pytest.mark.parametrize(
    ("toml", "says"),
    [
        (None, "is no workspace"),
        (b"format = ", "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"format = 2", "is of format 2"),
        (b"format = 1", "lacks"),
    ],
)
def test_what_is_no_workspace_is_refused(cli, tmp_path, command, toml, says):
    (tmp_path / "no").mkdir()
    if toml is not None:
        (tmp_path / "no" / "truceline.toml").write_bytes(toml)
    said = refused(cli(*("no" if part == "WS" else part for part in command)))
    assert says in said
    assert {p.name for p in (tmp_path / "no").iterdir()} <= {"truceline.toml"}


def test_records_held_by_another_process_are_told(cli, ws, tmp_path):
    import sqlite3

    path = ws / "truceline.toml"
    url = f"sqlite:///{ws / 'truceline.db'}?timeout=0.05"
    path.write_text(path.read_text().replace('database = ""', f'database = "{url}"'))
    (tmp_path / "late.csv").write_bytes(lines_of(REPORTS, 60))
    other = sqlite3.connect(ws / "truceline.db")
    other.execute("BEGIN IMMEDIATE")
    assert "another process is writing" in refused(cli("ingest", "ws", "reports", "late.csv"))
    other.rollback()
    other.close()
    code, out, _ = cli("ingest", "ws", "reports", "late.csv")
    assert (code, "nothing changed" in out) == (0, False)


@pytest.mark.parametrize("now", ["yesterday", "2026-05-13T08:00:00", "2026-13-01T00:00:00Z"])
def test_a_clock_that_is_none_is_refused(cli, now):
    said = refused(cli("init", "ws", "--agreement", "riverline", now=now))
    assert "write it as 2026-05-13T08:00:00Z" in said


def test_without_the_override_the_clock_is_read(cli, monkeypatch, tmp_path):
    from truceline.pipeline.desk import open_desk

    cli("init", "ws", "--agreement", "riverline", now="")
    desk = open_desk(tmp_path / "ws")
    (event,) = desk.events()
    desk.close()
    assert event.fields["time"] > "2026-05"
    assert event.fields["time"].endswith("Z")


def test_sources_in_words_and_as_json(cli):
    code, out, _ = cli("sources")
    assert (code, "firms" in out, "licence: " in out) == (0, True, True)
    code, out, _ = cli("sources", "--json")
    cards = json.loads(out)
    assert {"firms", "viina", "patrol", "claims", "ucdp", "sirens", "reports"} <= {
        card["name"] for card in cards
    }
    assert all(card["licence"] and card["position_error"] for card in cards)
