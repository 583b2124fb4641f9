"""evidence verify and checkpoint: exit codes, words and JSON."""

import json
import shutil

import pytest

from truceline.pipeline.desk import open_desk
from workspaces import EASTER_2025, called, flip, hashes, lines_of, small, take


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    desk = small(tmp_path_factory.mktemp("evidence") / "ws")
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


def test_what_stands_ends_with_nothing_wrong_and_no_byte_changed(cli, ws):
    before = hashes(ws)
    code, out, _ = cli("evidence", "verify", ws)
    assert code == 0
    assert "everything follows from the raw bytes" in out
    assert "5 raw files" in out
    code, out, _ = cli("evidence", "verify", ws, "--json")
    told = json.loads(out)
    assert (code, told["ok"], told["problems"], told["remarks"]) == (0, True, [], [])
    assert told["checked"]["raw files"] == 5
    assert hashes(ws) == before


FILES = (
    "raw/*/*", "archive/*/*.parquet", "archive/*/*.json", "log/checkpoint", "log/tile/0/000",
    "log/tile/entries/000", "openings/000000000.jsonl", "calibration/*.json",
    "calibration/current", "calibration/persistent_heat.csv", "agreement/agreement.yaml",
    "agreement/procedure.yaml", "agreement/cases.yaml", "out/*/report.html", "out/*/report.json",
    "out/*/*.csv", "out/*/*.geojson", "truceline.db",
)  # fmt: skip


@pytest.mark.parametrize("pattern", FILES)
def test_one_changed_byte_ends_with_exit_code_one_and_the_name_of_the_file(cli, ws, pattern):
    path = min(ws.glob(pattern))
    if path.name == "truceline.db":
        path.write_bytes(path.read_bytes().replace(b'"probability":0.', b'"probability":9.'))
    else:
        flip(path, path.stat().st_size // 3, 0x04)
    code, out, err = cli("evidence", "verify", ws, "--json")
    told = json.loads(out)
    assert (code, told["ok"], err) == (1, False, "")
    assert [line for line in told["problems"] if path.name in line], told["problems"]
    code, out, _ = cli("evidence", "verify", ws)
    assert code == 1
    assert f"WRONG: {told['problems'][0]}" in out
    assert "verification FAILED" in out


def test_what_could_not_be_checked_is_a_remark(cli, ws):
    with open_desk(ws) as desk:
        take(desk, "reports", lines_of(EASTER_2025 / "reports.csv", 90), "later.csv")
    code, out, _ = cli("evidence", "verify", ws)
    assert code == 0
    assert "remark: raw files, agreement, background or calibration have changed" in out


def test_the_checkpoint_is_printed_as_it_is_signed(cli, ws):
    code, out, _ = cli("evidence", "checkpoint", ws)
    assert (code, out) == (0, (ws / "log" / "checkpoint").read_text(encoding="utf-8"))


def test_the_checkpoint_can_be_had_though_the_rest_is_damaged(cli, ws):
    (ws / "truceline.db").write_bytes(b"x" * 5000)
    shutil.rmtree(ws / "agreement")
    assert cli("evidence", "checkpoint", ws)[0] == 0
    code, out, _ = cli("evidence", "verify", ws)
    assert code == 1
    assert "has lost its agreement" in out


def test_a_lost_log_is_told(cli, ws):
    shutil.rmtree(ws / "log")
    code, _, err = cli("evidence", "checkpoint", ws)
    assert (code, "has no log" in err) == (2, True)
    code, out, _ = cli("evidence", "verify", ws)
    assert code == 1
    assert "log/checkpoint: it is missing" in out


def test_a_key_that_cannot_be_read_is_told(cli, ws):
    path = ws / "truceline.toml"
    text = path.read_text()
    path.write_text(text.replace('vkey = "', 'vkey = "x'))
    assert cli("evidence", "verify", ws)[0] in {1, 2}
    path.write_text(text.replace('vkey = "truceline', 'vkey = "+'))
    code, out, err = cli("evidence", "verify", ws)
    assert (code, out, "Traceback" in err) == (2, "", False)
