"""The page about people is true: its commands print what stands there, its words are the code's."""

import re

from doc_pages import ROOT, doc_session
from truceline.access.passwords import HASHER
from truceline.access.throttle import FREE, LONGEST, wait_after
from truceline.access.tokens import LONGEST as LONGEST_TOKEN
from truceline.access.tokens import SESSION
from truceline.model.person import Role
from truceline.store.schema_people import LOGGED, SECRET
from truceline.transport.openid import ALGORITHMS

PAGE = (ROOT / "docs" / "people.md").read_text(encoding="utf-8")


def test_every_command_prints_what_stands_there(tmp_path):
    assert doc_session.played(PAGE, tmp_path).splitlines() == PAGE.splitlines()


def test_every_role_is_told_and_every_table_named():
    named = set(re.findall(r"(?m)^\| `([a-z_]+)` \|", PAGE))
    assert {role.value for role in Role if role is not Role.PUBLIC} <= named
    rows = {
        line.split("|")[1]: line.split("|")[3].strip()
        for line in PAGE.splitlines()
        if "`, `" in line and line.startswith("|")
    }
    tables = {
        name: leaves for cell, leaves in rows.items() for name in re.findall(r"`(\w+)`", cell)
    }
    assert {name for name, leaves in tables.items() if leaves == "yes"} == {t.name for t in LOGGED}
    assert {t.name for t in SECRET} <= {
        name for name, leaves in tables.items() if leaves == "never"
    }


def test_every_figure_is_that_of_the_code():
    words = " ".join(PAGE.split())
    assert f"good for {SESSION.seconds // 3600} hours" in words
    assert f"at most {LONGEST_TOKEN.days} days" in words
    assert FREE == 4
    assert "After four failures" in words
    assert f"from {wait_after(FREE + 1).seconds} seconds" in words
    assert LONGEST.seconds == 15 * 60
    assert (HASHER.memory_cost, HASHER.time_cost) == (64 * 1024, 3)
    assert "64 MiB, 3 passes" in words
    assert ", ".join(ALGORITHMS) in words
