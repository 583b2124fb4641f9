"""Inventory files in a workspace: to a page of discrepancies, each side its own, positions logged."""

import json
import secrets
import shutil
from datetime import datetime

import pytest
from typer.testing import CliRunner

from doc_pages import ROOT, doc_session
from truceline.access.rules import Operation
from truceline.cli.app import app
from truceline.errors import AccessError
from truceline.model.person import Grant, Person, Principal, Role
from truceline.pipeline.acting import AT_DESK, PUBLIC
from truceline.pipeline.desk import open_desk
from truceline.pipeline.inventory import compared, sites_of
from truceline.pipeline.people import register
from truceline.pipeline.reads import reads

PAGE = ROOT / "docs" / "inventory.md"


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory):
    """Play the page; its workspace is what the tests look at."""
    folder = tmp_path_factory.mktemp("inventory")
    text = PAGE.read_text(encoding="utf-8")
    assert doc_session.played(text, folder) == text
    return folder


NOW = doc_session.NOW


def asked(folder, *words, code=0):
    done = CliRunner().invoke(app, ["inventory", *words], env={"TRUCELINE_NOW": NOW})
    assert done.exit_code == code, done.output
    return done.output


def test_the_page_prints_what_it_says_and_programs_can_read_it(folder):
    told = json.loads(asked(folder, "show", str(folder / "ws"), "--json", code=1))
    assert [s["missing_at_least"] for s in told["sites"]] == [1, 0]
    assert {d["kind"] for d in told["discrepancies"]} == {
        "missing",
        "unregistered",
        "denied",
        "moved",
    }
    assert "lon" not in json.dumps(told)


def test_before_anybody_looked_nothing_is_missing(folder):
    told = json.loads(
        asked(folder, "show", str(folder / "ws"), "--at", "2026-05-05T00:00:00Z", "--json")
    )
    assert told["discrepancies"] == []
    assert "no time with a zone" in asked(folder, "show", str(folder / "ws"), "--at", "May", code=2)


def test_a_read_of_positions_is_logged(folder):
    asked(folder, "sites", str(folder / "ws"), "--side", "SOU", "--json")
    with open_desk(folder / "ws") as desk:
        last = reads(desk)[-1]
    assert (last.operation, last.subject) == (Operation.SEE_SITES.value, "sites of SOU")


def test_a_liaison_sees_its_own_side_and_who_keeps_accounts_nothing(folder, tmp_path):
    shutil.copytree(folder / "ws", tmp_path / "ws")
    now = datetime.fromisoformat(NOW)
    keeper = Person("a.example", "A. Example", "NO", (Grant(Role.ADMINISTRATOR),))
    liaison = Person("l.example", "L. Example", "CH", (Grant(Role.LIAISON, "SOU"),))
    with open_desk(tmp_path / "ws") as desk:
        assert {d.side for d in compared(desk, AT_DESK, now, now).discrepancies} == {"NOR", "SOU"}
        register(desk, AT_DESK, keeper, now, secrets.token_bytes)
        register(desk, Principal(keeper, "token"), liaison, now, secrets.token_bytes)
        own = compared(desk, Principal(liaison, "token"), now, now)
        assert {d.side for d in own.discrepancies} == {s.site.side for s in own.sites} == {"SOU"}
        assert [s.site_id for s in sites_of(desk, Principal(liaison, "token"), "SOU", now)] == [
            "S1"
        ]
        for who, side in ((liaison, "NOR"), (keeper, "NOR"), (keeper, "SOU")):
            with pytest.raises(AccessError):
                sites_of(desk, Principal(who, "token"), side, now)
        for nobody in (AT_DESK, PUBLIC, Principal(keeper, "token")):
            with pytest.raises(AccessError):
                compared(desk, nobody, now, now)
