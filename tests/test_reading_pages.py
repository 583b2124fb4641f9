"""Pages and interchange of a reading: every line leads to its span, and nothing is resolved."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from truceline.codec.reading import reading_to_plain
from truceline.guarantees.articles import read_articles
from truceline.model.article import Disagreement, Side, Span
from truceline.publication.reading_page import TYPES, pieces_of, reading_pages

FIRST = (
    "Ardenia rules out troops after the Velm summit\n\n"
    "VELM (ANP) - Summit chair Odra Tolman said on Friday that 26 countries had committed "
    "to sending troops once a ceasefire is agreed. “The work is done,” Tolman said. "
    "Italy ruled out sending soldiers.\n\n"
    "Sign up for our newsletter and never miss a story!\n\n"
    "She added that the force would not be deployed on the front line.\n"
)
SECOND = (
    "Allies meet again\n\n"
    "Summit chair Odra Tolman said the work was done and that 35 countries took part. "
    "Italy remains hesitant about sending soldiers, diplomats said.\n"
)


@pytest.fixture(name="reading", scope="module")
def _reading():
    """Two invented articles, the second with a tag in its text."""
    second = SECOND + "Nobody said <script>alert(1)</script>.\n"
    return read_articles({"a.txt": FIRST.encode(), "b.txt": second.encode()}, {})


class _Page(HTMLParser):
    """Collects ids, links and scripts."""

    def __init__(self):
        super().__init__()
        self.ids, self.links, self.scripts = set(), [], 0

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.scripts += tag == "script"
        if "id" in values:
            self.ids.add(values["id"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])


def _parsed(page):
    parser = _Page()
    parser.feed(page.decode())
    return parser


def test_something_is_read_of_each_kind(reading):
    assert {s.doc for s in reading.statements} == {"a.txt", "b.txt"}
    assert any(p.status == "ruled_out" for p in reading.pledges)
    assert [b.kind for b in reading.documents[0].boilerplate] == ["newsletter"]


def test_every_link_leads_to_an_anchor_that_is_there(reading):
    pages = {name: _parsed(data) for name, data in reading_pages(reading).items()}
    followed = 0
    for page in pages.values():
        for link in page.links:
            name, _, anchor = link.partition("#")
            assert name in pages
            if anchor:
                assert anchor in pages[name].ids
                followed += 1
    assert followed >= len(reading.statements) + len(reading.pledges)


def test_text_of_others_stays_text_and_nothing_is_loaded(reading):
    for data in reading_pages(reading).values():
        assert _parsed(data).scripts == 0
        assert not re.search(rb"(src|href)=\"https?:", data)


def test_an_article_page_shows_the_whole_file(reading):
    for document in reading.documents:
        assert "".join(p.text for p in pieces_of(reading, document)) == document.text


def test_pages_are_the_same_each_time_and_in_any_order(reading):
    again = read_articles({d.name: d.text.encode() for d in reversed(reading.documents)}, {})
    assert reading_pages(again) == reading_pages(reading)


def test_every_type_of_disagreement_has_words():
    import typing

    documented = {"true", "stale_or_wrong", "attribution", "translation_variant",
                  "different_facts", "compatible"}  # fmt: skip
    assert set(typing.cast("dict[str, str]", TYPES)) == documented


def test_both_sides_of_a_disagreement_stand_on_the_page(reading):
    sides = (Side("26", "a.txt", Span(60, 80)), Side("35", "b.txt", Span(30, 50)))
    from dataclasses import replace

    shown = replace(reading, contradictions=(Disagreement("different_facts", "number", sides),))
    page = reading_pages(shown)["index.html"].decode()
    assert "different facts, no contradiction" in page
    assert page.count('class="side"') == 2


def test_the_interchange_holds_offsets_of_the_file(reading):
    plain = json.loads(json.dumps(reading_to_plain(reading)))
    texts = {d.name: d.text for d in reading.documents}
    assert set(plain) >= {"documents", "statements", "pledges", "positions", "alignments",
                          "contradictions"}  # fmt: skip
    quoted = [q for s in plain["statements"] for q in s["quotes"] if s["doc"] == "a.txt"]
    assert any(texts["a.txt"][q["start"] : q["end"]].startswith("The work is done") for q in quoted)
    for s in plain["statements"]:
        assert 0 <= s["start"] < s["end"] <= len(texts[s["doc"]])
        assert s["mode"] in {"direct", "partial", "paraphrase"}
        assert "date_said" not in s or re.fullmatch(r"\d{4}-\d\d-\d\d", s["date_said"])
    for p in plain["pledges"]:
        assert isinstance(p["obligor"], list)
        assert p["confidence"] <= 1


def test_the_command_reads_the_sidecar_and_goes_on_after_a_bad_file(tmp_path):
    from typer.testing import CliRunner

    from truceline.cli.app import app

    (tmp_path / "a.txt").write_text(FIRST, encoding="utf-8")
    (tmp_path / "noise.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "documents.yaml").write_text(
        'documents:\n  a.txt: {outlet: Velm Gazette, published: "2025-09-05"}\n', encoding="utf-8"
    )
    out, pages = tmp_path / "out.json", tmp_path / "pages"
    files = [str(tmp_path / "a.txt"), str(tmp_path / "noise.txt")]
    command = ["statements", "read", *files, "--json", str(out), "--pages", str(pages)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 1
    plain = json.loads(out.read_text(encoding="utf-8"))
    assert [r["file"] for r in plain["refused"]] == ["noise.txt"]
    assert plain["documents"][0]["outlet"] == "Velm Gazette"
    assert (pages / "index.html").is_file()
    assert "Velm Gazette" in Path(pages / "index.html").read_text(encoding="utf-8")
