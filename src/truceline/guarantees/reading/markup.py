"""HTML to prose: text with the offset of each character in the file, and what is page furniture.

Cost grows with the length of a page, whatever stands in it: nothing is looked for twice that was not
there, and a page that is all opening marks is refused.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from truceline.errors import WrongKindOfFile
from truceline.guarantees.reading.furniture import Mark, mark_of
from truceline.guarantees.reading.prose import Prose
from truceline.model.article import Boilerplate, Span

_TOKEN: Final = re.compile(
    r"<!--|<!\[CDATA\["
    r"|</?(?P<tag>[a-zA-Z][\w:-]*)(?P<rest>(?:\"[^\"]*\"|'[^']*'|[^'\">])*+)>|<[!?][^>]*+>"
    r"|&(?:#\d{1,8}|#[xX][\da-fA-F]{1,7}|[a-zA-Z]\w{1,30});|[\s\xa0]+",
)
_LOOKS: Final = re.compile(r"<(?:!doctype\s+html|html|head|body|article|p|div)\b", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    ["p", "div", "article", "section", "main", "header", "footer", "nav", "aside", "figure",
     "figcaption", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3",
     "h4", "h5", "h6", "table", "tr", "td", "th", "caption", "form", "fieldset", "br", "hr",
     "title", "body", "html", "head", "button", "details", "summary", "address", "label",
     "option", "select", "dialog", "center"]
)  # fmt: skip
_RAW: Final = frozenset(
    ["script", "style", "noscript", "template", "svg", "iframe", "math", "textarea"]
)
"""Elements whose text is none of the page's words."""
_VOID: Final = frozenset("br hr img input meta link source col area base embed wbr track".split())  # noqa: SIM905 - the same
_MOST_MARKS: Final = 8
"""Marked elements inside one another that are told apart; no page has more."""
_TORN: Final = 2000
"""Opening marks without their closing ones from which a file is no page."""
_BULK: Final = 0.4
"""Share of the sentences of a page from which an element is no furniture, whatever it is called."""
_SENTENCE: Final = re.compile(r"(?:^|(?<=[.!?…\n]))[^\n.!?…]{40,}+[.!?…]")

Marks = tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Furniture:
    """A stretch of the prose inside elements that are furniture."""

    span: Span
    marks: Marks
    """Outermost first."""


def is_markup(text: str) -> bool:
    """Tell HTML from plain text.

    >>> is_markup("<p>no</p>"), is_markup("a < b")
    (True, False)
    """
    return bool(_LOOKS.search(text[:4096]))


@dataclass(slots=True)
class _Page:
    html: str
    parts: list[str] = field(default_factory=list)
    offsets: array[int] = field(default_factory=lambda: array("l"))
    open_tags: list[tuple[str, Marks]] = field(default_factory=list)
    """Each with the marks of all that it stands in."""
    opened: Counter[str] = field(default_factory=Counter)
    furniture: list[tuple[int, int, Marks]] = field(default_factory=list)
    last: str = "\n"
    count: int = 0
    absent: set[str] = field(default_factory=set)
    """Closing marks that are nowhere in the rest of the file."""

    def put(self, text: str, at: int) -> None:
        if not text:
            return
        self.parts.append(text)
        self.offsets.extend(range(at, at + len(text)))
        self.last = text[-1]

    def line(self, at: int) -> None:
        if self.last == " ":
            self.last = self.parts[-1][-1]
        if self.last != "\n":
            self.put("\n", at)

    def marks(self) -> Marks:
        return self.open_tags[-1][1] if self.open_tags else ()

    def past(self, closing: str, at: int) -> int | None:
        """Give where a closing mark ends; null where there is none, which is looked for once."""
        if closing in self.absent:
            return None
        found = self.html.find(closing, at)
        if found < 0:
            self.absent.add(closing)
            return None
        return found + len(closing)


def prose_of(html: str) -> tuple[Prose, tuple[Boilerplate, ...]]:
    """Take the readable text out of a page; furniture is given back in offsets of the prose.

    Raises:
        WrongKindOfFile: the file is all opening marks.

    >>> prose, _ = prose_of("<p>A &amp; B</p>")
    >>> prose.text.strip(), prose.offsets[2]
    ('A & B', 5)
    """
    prose, furniture = page_of(html)
    return prose, tuple(Boilerplate(f.span, f.marks[-1].kind, f.marks[-1].rule) for f in furniture)


def page_of(html: str) -> tuple[Prose, tuple[Furniture, ...]]:
    """Take the readable text out of a page, with what of it is furniture and why.

    An element that only the name of a class calls furniture is none where it holds a great part of
    the page's sentences.

    Raises:
        WrongKindOfFile: the file is all opening marks.
    """
    if html.count("<") - html.count(">") > _TORN:
        raise WrongKindOfFile(
            "the markup is torn: thousands of tags are opened and never closed; save the page again,"
            " or save the article as plain text."
        )
    page = _Page(html)
    at = 0
    while match := _TOKEN.search(html, at):
        _words(page, html[at : match.start()], at)
        at = _token(page, match)
    _words(page, html[at:], at)
    text = "".join(page.parts)
    rows = [(Span(a, b), marks) for a, b, marks in page.furniture if text[a:b].strip()]
    free = _too_large(text, rows)
    kept = ((span, tuple(m for m in marks if m.number not in free)) for span, marks in rows)
    return Prose(text, page.offsets), tuple(Furniture(s, marks) for s, marks in kept if marks)


def _too_large(text: str, rows: list[tuple[Span, Marks]]) -> set[int]:
    """Give the elements that hold too many of the page's sentences to be furniture by their name."""
    total = _said(text)
    held: Counter[int] = Counter()
    for span, marks in rows:
        said = _said(text[span.start : span.end])
        for mark in marks:
            if mark.by_class:
                held[mark.number] += said
    return {number for number, said in held.items() if said > _BULK * total}


def _said(text: str) -> int:
    """Count the characters of whole sentences."""
    return sum(m.end() - m.start() for m in _SENTENCE.finditer(text))


def _words(page: _Page, text: str, at: int) -> None:
    if not text:
        return
    start = len(page.offsets)
    page.put(text, at)
    marks = page.marks()
    if not marks:
        return
    end = len(page.offsets)
    if page.furniture and page.furniture[-1][1] >= start and page.furniture[-1][2] == marks:
        page.furniture[-1] = (page.furniture[-1][0], end, marks)
    else:
        page.furniture.append((start, end, marks))


def _token(page: _Page, match: re.Match[str]) -> int:
    """Take one token; gives where to go on."""
    text = match.group()
    if text in {"<!--", "<![CDATA["}:
        return page.past("-->" if text == "<!--" else "]]>", match.end()) or match.end()
    if text[0] == "&":
        _words(page, unescape(text)[:1].replace("\xa0", " "), match.start())
    elif text[0].isspace() or text[0] == "\xa0":
        if page.last not in " \n":
            _words(page, " ", match.start())
    elif match.group("tag"):
        return _tag(page, match, match.group("tag").lower())
    return match.end()


def _tag(page: _Page, match: re.Match[str], tag: str) -> int:
    if tag in _BLOCKS or "-" in tag:
        page.line(match.start())
    text = match.group()
    if text.startswith("</"):
        _close(page, tag)
    elif text.endswith("/>") or tag in _VOID:
        return match.end()
    elif tag in _RAW:
        return _skipped(page, tag, match.end())
    else:
        page.count += 1
        outer = page.marks()
        mark = mark_of(tag, match.group("rest"), page.count) if len(outer) < _MOST_MARKS else None
        page.open_tags.append((tag, (*outer, mark) if mark else outer))
        page.opened[tag] += 1
    return match.end()


def _skipped(page: _Page, tag: str, at: int) -> int:
    """Give where an element of no words ends; one that never ends is passed over as a tag."""
    for closing in (f"</{tag}", f"</{tag.upper()}"):
        end = page.past(closing, at)
        if end is not None:
            return page.past(">", end) or end
    return at


def _close(page: _Page, tag: str) -> None:
    if not page.opened[tag]:
        return
    while True:
        name, _ = page.open_tags.pop()
        page.opened[name] -= 1
        if name == tag:
            return
