"""Pages: no sentence of an article lost, no advertising kept; and no page that takes for ever."""

import importlib.util
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from truceline.errors import WrongKindOfFile
from truceline.guarantees.reading import html_library
from truceline.guarantees.reading.documents import LONGEST, opened
from truceline.guarantees.reading.furniture import mark_of
from truceline.guarantees.reading.markup import page_of, prose_of
from truceline.guarantees.reading.page_date import published_in_page
from truceline.model.article import Span

DATA = Path(__file__).parent / "data" / "statements"
LIBRARY = importlib.util.find_spec(html_library.LIBRARY) is not None
needs_library = pytest.mark.skipif(
    not LIBRARY, reason=f"{html_library.LIBRARY} is not installed: pip install truceline[html]"
)


def coded(name):
    return yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))["pages"]


def flat(text):
    return " ".join(text.replace("\xa0", " ").split())


def measured(name, monkeypatch, *, library):
    """Give what is lost and what is kept over a set of pages."""
    if not library:
        monkeypatch.setattr(html_library, "_extract", lambda: None)
    lost, kept = [], []
    for page, want in coded(name).items():
        body = flat(opened(page, (DATA / name / page).read_bytes(), None).prose.text)
        lost += [(page, line) for line in want["article"] if flat(line) not in body]
        kept += [(page, words) for words in want["gone"] if words in body]
    return lost, kept


def test_rules_alone_lose_nothing_but_what_a_page_itself_calls_furniture(monkeypatch):
    lost, kept = measured("html", monkeypatch, library=False)
    assert {page for page, _ in lost} == {"14_class_traps.html"}
    assert len(kept) <= 7
    lost, kept = measured("html_held_out", monkeypatch, library=False)
    assert lost == []
    assert len(kept) <= 20


@needs_library
def test_with_the_library_nothing_is_lost_and_less_is_kept(monkeypatch):
    lost, kept = measured("html", monkeypatch, library=True)
    assert lost == []
    assert len(kept) <= 1
    lost, kept = measured("html_held_out", monkeypatch, library=True)
    assert lost == []
    assert len(kept) <= 10


@pytest.mark.parametrize("name", ["html", "html_held_out"])
def test_every_removal_lies_in_the_file_and_has_its_rule(name):
    for page in coded(name):
        data = (DATA / name / page).read_bytes()
        one = opened(page, data, None)
        for gone in one.document.boilerplate:
            assert 0 <= gone.span.start < gone.span.end <= len(one.document.text)
            assert gone.rule.split(".")[0] in {"html", "line"}
            words = prose_of(one.document.text)[0].text
            assert words.strip()
        back = one.prose
        for line in filter(None, map(str.strip, back.text.split("\n"))):
            at = back.text.index(line)
            span = back.in_file(Span(at, at + len(line)))
            assert one.document.text[span.start] in line[0] + "&"


# What the library says, against what the rules say: each case of the stated rule.

STORY = [
    "The two banks of the river opened one crossing on Thursday after a night of talks.",
    "Heavy guns are to be drawn back by fifteen kilometres within ten days of that.",
    "Whether the crossing stays open depends on the ten days that lie ahead of us.",
]


def judged(monkeypatch, page, taken):
    """Read a page with a library that takes these words for the article."""
    monkeypatch.setattr(html_library, "_extract", lambda: lambda html, **_: taken)
    one = opened("a.html", f"<html><body>{page}</body></html>".encode(), None)
    rules = {b.rule for b in one.document.boilerplate}
    return flat(one.prose.text), rules


def paragraphs(*lines):
    return "".join(f"<p>{line}</p>" for line in lines)


def test_prose_that_only_a_class_calls_furniture_comes_back(monkeypatch):
    page = (
        paragraphs(*STORY[:2]) + f'<div class="social-policy"><p>{STORY[2]}</p><p>Share</p></div>'
    )
    body, _ = judged(monkeypatch, page, "\n".join([*STORY, "Share"]))
    assert STORY[2] in body
    assert "Share" not in body
    body, rules = judged(monkeypatch, page, "\n".join(STORY[:2]))
    assert STORY[2] not in body
    assert "html.class.navigation" in rules


@pytest.mark.parametrize(
    "box", ['<div class="ad-box">', '<aside class="x">', "<div hidden>", '<div class="newsletter">']
)
def test_advertising_and_furniture_by_tag_stay_out_whatever_the_library_says(monkeypatch, box):
    page = paragraphs(*STORY[:2]) + f"{box}<p>{STORY[2]}</p></div>"
    body, _ = judged(monkeypatch, page, "\n".join(STORY))
    assert STORY[2] not in body


def test_what_the_library_drops_at_the_edges_goes_unless_somebody_speaks(monkeypatch):
    edge = "Create an account to save your progress and follow writers."
    spoken = "“Nobody fired a shot this morning,” the mayor of the town said."
    page = paragraphs(edge, *STORY, spoken, edge + " Now.")
    body, rules = judged(monkeypatch, page, "\n".join(STORY))
    assert edge not in body
    assert spoken in body
    assert "html.library" in rules


def test_in_the_middle_only_what_is_no_prose_goes(monkeypatch):
    page = paragraphs(
        STORY[0], "Tags and topics", "They also agreed on a telephone line.", STORY[2]
    )
    body, _ = judged(monkeypatch, page, f"{STORY[0]}\n{STORY[2]}")
    assert "Tags and topics" not in body
    assert "telephone line" in body


def test_a_library_that_keeps_too_little_or_fails_is_not_heard(monkeypatch):
    page = paragraphs(*STORY)
    assert judged(monkeypatch, page, STORY[0][:30])[0] == flat(" ".join(STORY))
    assert judged(monkeypatch, page, None)[0] == flat(" ".join(STORY))

    def fails(html, **_):
        raise RecursionError

    monkeypatch.setattr(html_library, "_extract", lambda: fails)
    assert flat(opened("a.html", page.encode(), None).prose.text) == flat(" ".join(STORY))


def test_the_library_is_named_with_its_version_where_it_is_installed():
    name = html_library.library()
    assert name.startswith("trafilatura ") if LIBRARY else name == ""


@pytest.mark.parametrize(
    ("tag", "rest", "kind"),
    [
        ("div", ' class="ad-slot"', "advertising"),
        ("div", ' id="div-gpt-ad-12"', "advertising"),
        ("div", ' data-ad="1"', "advertising"),
        ("ad-slot", "", "advertising"),
        ("amp-ad", ' type="x"', "advertising"),
        ("site-header", "", "navigation"),
        ("story-body", "", None),
        ("div", ' class="ad-free no-sidebar has-comments"', None),
        ("div", ' class="roadside reading"', None),
        ("article", ' class="promo"', None),
        ("p", ' style="display: none"', "hidden"),
        ("div", " hidden", "hidden"),
        ("div", ' aria-hidden="true"', "hidden"),
        ("div", ' class="hidden-gems"', None),
        ("body", ' aria-hidden="true"', None),
        ("div", ' class="sharedaddy"', "navigation"),
        ("div", "", None),
    ],
)
def test_furniture_is_told_by_tag_by_what_is_hidden_and_by_class(tag, rest, kind):
    mark = mark_of(tag, rest, 1)
    assert (mark.kind if mark else None) == kind


@pytest.mark.parametrize(
    ("html", "day"),
    [
        (
            '<meta property="article:published_time" content="2031-05-04T18:20:00+02:00">',
            "2031-05-04",
        ),
        ('<meta content="2031-05-04" name="pubdate">', "2031-05-04"),
        (
            '<script type="application/ld+json">{"datePublished": "2031-05-04T10:00Z"}</script>',
            "2031-05-04",
        ),
        ('<time datetime="2031-05-04T10:00">4 May</time>', "2031-05-04"),
        ('<time datetime="2031-05-04">a</time><time datetime="2031-05-05">b</time>', None),
        (
            '<meta name="pubdate" content="2031-02-31"><time datetime="2031-05-04">x</time>',
            "2031-05-04",
        ),
        ('<meta property="article:modified_time" content="2031-05-04">', None),
        ("<p>2031-05-04</p>", None),
    ],
)
def test_the_day_of_publication_is_what_the_markup_states(html, day):
    assert published_in_page(html) == day


@pytest.mark.parametrize(
    ("top", "day"),
    [
        ("Guns fall silent\n15 January 2031", "2031-01-15"),
        ("Guns fall silent\nThursday, January 15, 2031 | 10:20 CET", "2031-01-15"),
        ("Guns fall silent\n15 January 2031\n16 January 2031", None),
        ("Guns fall silent\nOn 15 January 2031 the guns fell silent.", None),
        ("Guns fall silent\n31 February 2031", None),
        ("a\nb\nc\nd\ne\nf\n15 January 2031", None),
    ],
)
def test_a_date_that_stands_alone_at_the_top_is_the_article_s_own(top, day):
    text = f"{top}\n" + "The minister said that the talks in the capital were over. " * 3
    assert opened("a.txt", text.encode(), None).document.published == day


def test_what_the_sidecar_says_goes_before_the_page():
    page = '<html><meta name="pubdate" content="2031-05-04"><p>Guns fell silent in the valley at night.</p>'
    assert (
        opened("a.html", page.encode(), {"published": "2031-05-06"}).document.published
        == "2031-05-06"
    )
    assert (
        opened("a.html", page.encode(), {"published": "unknown"}).document.published == "2031-05-04"
    )


# Pages that are made to take for ever.

MEGA = 1_000_000
BOMBS = {
    "deep divs": "<div>" * (MEGA // 10) + "deep" + "</div>" * (MEGA // 10),
    "deep ads": '<div class="ad">x' * (MEGA // 18),
    "scripts never closed": "<html>" + "<script>" * (MEGA // 9) + ">" * (MEGA // 9),
    "comments never closed": "<html>" + "<!-- " * (MEGA // 5) + ">" * (MEGA // 5),
    "stray closing tags": "<html>" + "<b>" * (MEGA // 8) + "</i>" * (MEGA // 8),
    "entities": "<html>" + "&#x41;" * (MEGA // 6),
    "attributes": "<html>" + "<a b='c' " * 1000 + ">" * 1000 + "<p>The end of the page.</p>",
    "one long attribute": '<html><img src="data:' + "A" * MEGA + '"><p>The end of the page.</p>',
    "custom tags": "<html>" + "<x-y>" * (MEGA // 10),
    "blanks": "<html>" + " \n" * (MEGA // 2) + "x",
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_page_takes_for_ever(name):
    start = time.process_time()
    prose, _ = page_of(BOMBS[name])
    assert time.process_time() - start < 10
    assert len(prose.text) == len(prose.offsets)


@pytest.mark.parametrize("piece", ["<a '", '<p "x', "<div a=b "])
def test_a_file_of_opening_marks_is_refused(piece):
    with pytest.raises(WrongKindOfFile, match="markup is torn"):
        opened("odd.html", ("<html>" + piece * 5000).encode(), None)


def test_more_prose_than_any_article_has_is_refused():
    line = "The minister said that the talks in the capital were over. "
    with pytest.raises(WrongKindOfFile, match="too many for one article"):
        opened("long.txt", (line * (LONGEST // 40)).encode(), None)


@given(st.text(alphabet="ab <>/&;pdivscrt=\"'\n-!", max_size=80))
def test_any_markup_leads_back_into_its_file(text):
    prose, furniture = page_of(text)
    assert len(prose.text) == len(prose.offsets)
    assert list(prose.offsets) == sorted(prose.offsets)
    assert all(0 <= o < max(len(text), 1) for o in prose.offsets)
    assert all(f.marks and f.span.end <= len(prose.text) for f in furniture)
