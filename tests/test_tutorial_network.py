"""The tutorial from a network to an incident is run, word for word."""

import re

from doc_pages import ROOT, doc_session, same

PAGE = "docs/tutorial-network.md"


def test_every_block_prints_what_the_page_says():
    same(PAGE)


def test_it_ends_where_it_says():
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    assert "everything follows from the raw bytes" in text
    assert re.search(r"^run 1: \d{2,} incidents$", text, re.MULTILINE)
    assert re.search(r"^INC-\d+/SYN-1 +\w+ +0\.\d+", text, re.MULTILINE)
    assert len(doc_session.commands(text)) > 12
