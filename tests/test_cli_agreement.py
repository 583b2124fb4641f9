"""Agreements, the register of pledges and the simulated day from the command line."""

import json
import shutil

import pytest

from truceline.pipeline.shipped import agreement_folder, shipped
from workspaces import called

NAMES = sorted(p.name for p in shipped("agreements").iterdir())


@pytest.fixture
def cli(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(*arguments, **named):
        return called(capsys, monkeypatch, *arguments, **named)

    return call


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_agreement_passes_its_check_and_its_cases(cli, name):
    code, out, _ = cli("agreement", "check", name)
    assert (code, out.startswith(f"{name}: "), "no mistake found" in out) == (0, True, True)
    code, out, _ = cli("agreement", "cases", name, "--json")
    results = json.loads(out)
    assert code == 0
    assert results
    assert all(r["passed"] for r in results)
    code, out, _ = cli("agreement", "cases", name)
    assert f"{len(results)} of {len(results)} cases as expected" in out
    code, out, _ = cli("agreement", "show", name)
    assert (code, len(out.splitlines()) > 10) == (0, True)


def test_a_mistake_is_named_by_file_and_line_and_ends_with_one(cli, tmp_path):
    shutil.copytree(agreement_folder("riverline"), tmp_path / "mine")
    path = tmp_path / "mine" / "agreement.yaml"
    path.write_text(path.read_text().replace("mode: prohibited", "mode: forbidden", 1))
    code, out, err = cli("agreement", "check", "mine")
    assert (code, out) == (1, "")
    assert "agreement.yaml:" in err
    assert "1 problem(s)" in err
    code, _, err = cli("agreement", "cases", "mine")
    assert (code, "agreement.yaml:" in err) == (2, True)


def test_a_case_that_comes_out_otherwise_ends_with_one(cli, tmp_path):
    shutil.copytree(agreement_folder("easter-2025"), tmp_path / "mine")
    path = tmp_path / "mine" / "cases.yaml"
    path.write_text(path.read_text().replace("outcome: violated", "outcome: permitted", 1))
    code, out, _ = cli("agreement", "cases", "mine")
    assert code == 1
    assert out.count("FAIL ") == 1
    assert "cases.yaml:" in out


def test_no_such_agreement(cli):
    for name in ("check", "cases", "show"):
        code, _, err = cli("agreement", name, "nothing")
        assert code in {1, 2}
        assert "easter-2025, easter-2026" in " ".join(err.split())


def test_the_register_in_words_and_as_json(cli):
    code, out, _ = cli("statements", "register", "paris-2026")
    assert (code, "leads in " in out, "refused: " in out) == (0, True, True)
    code, out, _ = cli("statements", "register", "paris-2026", "--json")
    told = json.loads(out)
    assert set(told) == {"rows", "leads", "refusals"}
    assert len(told["rows"]) > 5


def test_an_agreement_without_pledges_has_no_register(cli):
    code, _, err = cli("statements", "register", "easter-2025")
    assert (code, "has no pledges.yaml" in err) == (2, True)


def test_a_simulated_day_can_be_ingested_as_it_says(cli, tmp_path):
    code, out, _ = cli("simulate", "--out", "day", "--json")
    files = [item for item in json.loads(out) if item["source"]]
    assert code == 0
    cli("init", "ws", "--agreement", "riverline")
    for item in files:
        code, out, err = cli("ingest", "ws", item["source"], item["file"])
        assert code == 0, err
    code, _, err = cli("simulate", "--out", "day")
    assert (code, "holds something" in err) == (2, True)
    code, _, err = cli("simulate", "--out", "other", "--day", "tomorrow")
    assert (code, "is no day" in err) == (2, True)


def test_the_schema_of_a_file_is_printed_or_written(cli, tmp_path):
    code, out, _ = cli("agreement", "schema", "text")
    assert (code, json.loads(out)["$id"]) == (0, "urn:truceline:schema:text")
    code, said, _ = cli("agreement", "schema", "--out", "mine.json")
    assert (code, said.split()) == (0, ["mine.json", "written"])
    assert (
        json.loads((tmp_path / "mine.json").read_text())["$id"] == "urn:truceline:schema:agreement"
    )
    code, _, err = cli("agreement", "schema", "tekst")
    assert code != 0
    assert "write 'text'" in err
