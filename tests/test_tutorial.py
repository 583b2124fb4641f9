"""The tutorial is run, word for word, and the places where it should fail do."""

import re

import pytest

from doc_pages import ROOT, doc_session, same

PAGE = "docs/tutorial.md"


def test_every_block_prints_what_the_page_says():
    same(PAGE)


def test_every_block_of_commands_is_of_the_kind_that_is_run():
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    assert set(re.findall(r"^```(\w*)$", text, re.MULTILINE)) == {"console", ""}
    assert len(doc_session.commands(text)) > 25


def test_a_changed_byte_is_found_and_a_restored_one_forgiven():
    lines = (ROOT / PAGE).read_text(encoding="utf-8").splitlines()
    wrong = next(n for n, line in enumerate(lines) if line.startswith("WRONG: raw file ws/raw/"))
    assert lines[wrong + 1] == "verification FAILED"
    assert lines[wrong + 3] == "1"
    assert "everything follows from the raw bytes" in lines[wrong:]


def test_a_command_that_fails_unseen_stops_the_writing(tmp_path):
    page = "```console\n$ echo well\n$ false\n$ echo on\n```\n"
    with pytest.raises(SystemExit, match=r"\$ false"):
        doc_session.played(page, tmp_path)


def test_a_failure_that_the_page_shows_goes_on_in_the_same_shell(tmp_path):
    page = "```console\n$ word=here\n$ false\n$ echo $?\n```\ntext\n```console\n$ echo $word\nold\n```\n"
    made = doc_session.played(page, tmp_path)
    assert made == (
        "```console\n$ word=here\n$ false\n$ echo $?\n1\n```\ntext\n```console\n$ echo $word\nhere\n```\n"
    )
