"""The page about records is true: its commands print what stands there."""

from doc_pages import ROOT, doc_session
from truceline.pipeline.export import SECRET_PARTS
from truceline.store import server

PAGE = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")


def test_every_command_prints_what_stands_there(tmp_path):
    assert doc_session.played(PAGE, tmp_path).splitlines() == PAGE.splitlines()


def test_what_is_secret_and_needed_is_what_the_code_says():
    assert all(f"`{part}/`" in PAGE for part in SECRET_PARTS)
    assert f"PostgreSQL {server.OLDEST} or later" in PAGE
    assert server.given("postgresql+psycopg://cell@db.example/truceline") in PAGE
