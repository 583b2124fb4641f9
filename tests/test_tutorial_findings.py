"""The tutorial that takes a finding through the hands of people is run, word for word."""

from doc_pages import ROOT, same

PAGE = "docs/tutorial-findings.md"


def test_every_block_prints_what_the_page_says():
    same(PAGE)


def test_it_goes_all_the_way():
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    steps = ("reviewed", "attributed", "notified", "replied", "confirmed", "dissented", "final")
    assert all(f"INC-000006/R-1 {step} by" in text for step in steps)
    assert "The bundle stands." in text
    assert "The bundle does NOT stand" in text
    assert "everything follows from the raw bytes" in text
