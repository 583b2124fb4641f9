"""Bytes to prose: encodings, refusals, markup with its way back, boilerplate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.errors import WrongKindOfFile
from truceline.guarantees.reading.boilerplate import boilerplate_in
from truceline.guarantees.reading.decode import LIMIT_BYTES, decode
from truceline.guarantees.reading.documents import days_in, opened
from truceline.guarantees.reading.language import language_of
from truceline.guarantees.reading.markup import prose_of
from truceline.guarantees.reading.prose import Prose, blank
from truceline.guarantees.reading.reader import read_documents
from truceline.model.article import Boilerplate, Span

ENGLISH = "The minister said that the talks in the capital were over and the guns silent. " * 3
UKRAINIAN = "Міністр заявив, що переговори у столиці завершено і що зброя мовчить. " * 3
RUSSIAN = "Министр заявил, что переговоры в столице были окончены и что оружие молчит. " * 3
FRENCH = (
    "Le ministre a dit que les pourparlers dans la capitale sont finis et que le feu cesse. " * 3
)


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("utf-8", UKRAINIAN),
        ("utf-8-sig", ENGLISH),
        ("utf-16", RUSSIAN),
        ("utf-16-le", ENGLISH),
        ("utf-16-be", ENGLISH),
        ("cp1251", UKRAINIAN),
        ("cp1252", FRENCH + "Très « sûr ». "),
    ],
)
def test_an_article_is_decoded_whatever_its_encoding(codec, text):
    assert decode("a.txt", text.encode(codec)).strip("\ufeff") == text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"%PDF-1.7 and so on", "a PDF"),
        (b"PK\x03\x04rest", "a ZIP"),
        (bytes(range(256)) * 20, "no text"),
        (b"\xff\xfe" + b"\x00\xd8" * 40, "no text"),
        (b"0123456789+/" * 50, "no text"),
        (ENGLISH.encode() * 30000, "too many"),
        (ENGLISH.encode() * 400 + b"\xff\x00\x01" * 9000, "breaks off"),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(data, why):
    with pytest.raises(WrongKindOfFile, match=why) as caught:
        decode("odd.txt", data)
    assert str(caught.value).startswith("odd.txt: ")


def test_a_large_file_of_noise_is_refused_by_a_sample_and_the_batch_goes_on():
    noise = bytes((i * 7919) % 256 for i in range(4096)) * (LIMIT_BYTES * 2 // 4096)
    reading = read_documents({"noise.bin": noise, "good.txt": ENGLISH.encode()})
    assert [d.name for d in reading.documents] == ["good.txt"]
    assert reading.refused[0][0] == "noise.bin"
    assert "noise" in reading.refused[0][1]


@pytest.mark.parametrize(
    ("text", "code"),
    [(ENGLISH, "en"), (UKRAINIAN, "uk"), (RUSSIAN, "ru"), (FRENCH, "fr"), ("12 + 3", "und")],
)
def test_the_language_is_told_by_letters_and_small_words(text, code):
    assert language_of(text) == code


def test_cyrillic_without_telling_letters_is_not_guessed():
    assert language_of("Мама мала раму та кота") == "und"


def test_another_language_stays_a_document_and_says_why_it_has_no_proposals():
    reading = read_documents({"ru.txt": RUSSIAN.encode()})
    assert reading.documents[0].language == "ru"
    assert "'ru'" in reading.refused[0][1]
    assert reading.statements == ()


def test_the_sidecar_gives_what_is_known_and_unknown_stays_null():
    entry = {"outlet": "unknown", "author": "A. Nonym", "published": "2031-09-05", "about": None}
    document = opened("a.txt", ENGLISH.encode(), entry).document
    assert (document.outlet, document.author, document.published) == (
        None,
        "A. Nonym",
        "2031-09-05",
    )
    assert document.about == ()


def test_a_day_of_publication_is_read_from_the_article_itself():
    text = "Title here\nPublished on 5 September 2031\n" + ENGLISH
    assert opened("a.txt", text.encode(), None).document.published == "2031-09-05"


@pytest.mark.parametrize("day", ["Published on 31 February 2031", "Published May 3, 2031"])
def test_a_day_that_does_not_exist_is_no_day(day):
    found = opened("a.txt", (day + "\n" + ENGLISH).encode(), None).document.published
    assert found == (None if "February" in day else "2031-05-03")


def test_days_of_events_are_read_from_words():
    assert days_in("Summit of 4 September 2025") == ("2025-09-04",)
    assert days_in([]) == ()


PAGE = """<!DOCTYPE html><html><head><title>Site | Page</title><script>var x = "<p>no</p>";</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Guns fall silent</h1>
<p>The envoy said it&rsquo;s &ldquo;a <b>good</b> day&rdquo; &amp; left.<br/>He smiled.</p>
<div class="ad-slot">Buy now</div><!-- hidden --><p>The end.</p></article>
<footer>About us</footer></body></html>"""


def test_markup_becomes_prose_that_leads_back_to_the_file():
    prose, furniture = prose_of(PAGE)
    at = prose.text.index("it’s “a good day” & left.")
    span = prose.in_file(Span(at, at + len("it’s “a good day” & left.")))
    assert PAGE[span.start : span.end] == "it&rsquo;s &ldquo;a <b>good</b> day&rdquo; &amp; left."
    gone = {PAGE[s.start : s.end] for s in (prose.in_file(b.span) for b in furniture)}
    assert gone == {"Site | Page", "Home", "Buy now", "About us"}
    assert "no</p>" not in prose.text
    assert "hidden" not in prose.text


def test_each_line_of_a_page_stands_by_itself():
    prose, _ = prose_of(
        "<div>One<p>Two</p>Three</div>Four &hellip; five&nbsp;six<ul><li>Seven</ul>"
    )
    assert prose.text.split("\n") == ["One", "Two", "Three", "Four … five six", "Seven", ""]


@given(st.text(alphabet="ab <>/&;pdiv=\"'\n", max_size=80))
def test_any_markup_leads_back_into_its_file(text):
    prose, furniture = prose_of(text)
    assert len(prose.text) == len(prose.offsets)
    assert all(0 <= o < max(len(text), 1) for o in prose.offsets)
    assert list(prose.offsets) == sorted(prose.offsets)
    assert all(b.span.end <= len(prose.text) for b in furniture)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Sponsored content", "advertising"),
        ("Warm socks - Save 15% this week", "advertising"),
        ("Sign up for our newsletter and get the news daily", "newsletter"),
        ("Get the latest stories sent straight to your inbox", "newsletter"),
        ("Follow us on Chirp", "newsletter"),
        ("CLICK HERE FOR MORE", "read_more"),
        ("READ MORE: the text of the declaration", "read_more"),
        ("Related stories", "related"),
        ("MOST READ", "related"),
        ("COMMENTS POLICY: be kind to one another, please.", "comment_policy"),
        ("Join the Discussion", "comment_policy"),
        ("Share on Facebook", "navigation"),
        ("3 min read", "navigation"),
        ("We use cookies to make this site better", "cookies"),
        ("© 2031 The Invented Herald", "copyright"),
        ("(Reporting by A. Desk; editing by B. Desk)", "credit"),
        ("Photo: Pool", "caption"),
    ],
)
def test_lines_that_are_not_of_the_article_are_named_by_kind(line, kind):
    prose = f"The talks went on for hours.\n{line}\nThe talks ended in the evening."
    found = boilerplate_in(prose)
    assert [(b.kind, prose[b.span.start : b.span.end]) for b in found] == [(kind, line)]


@pytest.mark.parametrize(
    "line",
    [
        "“Save 20% of our people and the rest follow,” the envoy said.",
        "He told them to sign up for the force or to leave the room.",
        "The ministry shares the news daily with its partners.",
        "Home guards will follow us, the general said.",
        "The advertising of arms was banned by the truce.",
        "Readers more than once asked how the war would end.",
        "GRADSK (ZNA) — The border stayed shut on Friday.",
    ],
)
def test_no_sentence_of_an_article_is_lost(line):
    assert boilerplate_in(f"The talks went on.\n{line}\nThe talks ended.") == ()


def test_a_list_of_links_goes_only_where_no_article_follows():
    links = "The talks ended.\nRelated stories\nFive things to know\nWho signed what"
    assert len(boilerplate_in(links)) == 3
    more = (
        links + "\n" + "The envoy left the hall late at night and spoke to nobody on his way. " * 2
    )
    assert [b.kind for b in boilerplate_in(more.strip())] == ["related"]


def test_blanking_keeps_every_offset():
    text = "one\ntwo three\nfour"
    out = blank(text, [Boilerplate(Span(4, 9), "x", "y"), Boilerplate(Span(6, 13), "x", "y")])
    assert out == "one\n         \nfour"
    assert Prose(text).in_file(Span(1, 2)) == Span(1, 2)
