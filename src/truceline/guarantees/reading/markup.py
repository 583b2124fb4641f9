"""HTML to prose: text with the offset of each character in the file, and what is page furniture."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from html import unescape

from truceline.guarantees.reading.prose import Prose
from truceline.model.article import Boilerplate, Span

_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<(?P<raw>script|style|noscript|template|svg|iframe)\b.*?</(?P=raw)\s*>"
    r"|</?(?P<tag>[a-zA-Z][\w:-]*)(?P<rest>(?:\"[^\"]*\"|'[^']*'|[^'\">])*)>|<[!?][^>]*>"
    r"|&(?:#\d+|#[xX][\da-fA-F]+|[a-zA-Z]\w{1,30});|[\s\xa0]+",
    re.DOTALL,
)
_LOOKS = re.compile(r"<(?:!doctype\s+html|html|head|body|article|p|div)\b", re.IGNORECASE)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "article",
        "section",
        "main",
        "header",
        "footer",
        "nav",
        "aside",
        "figure",
        "figcaption",
        "blockquote",
        "pre",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "tr",
        "td",
        "th",
        "form",
        "fieldset",
        "br",
        "hr",
        "title",
        "body",
        "html",
        "head",
        "button",
        "details",
        "summary",
        "address",
        "label",
        "option",
        "select",
    ]
)
_FURNITURE = {
    "nav": "navigation",
    "aside": "related",
    "footer": "navigation",
    "form": "newsletter",
    "figcaption": "caption",
    "button": "navigation",
    "title": "navigation",
    "select": "navigation",
    "label": "navigation",
}
_CLASSES = (
    ("advertising", r"advert\w*|ads?|sponsor\w*|promo\w*|banner|outbrain|taboola|dfp|commercial"),
    ("newsletter", r"newsletter\w*|subscri\w+|signup|sign-up|paywall"),
    ("related", r"related\w*|recommend\w*|read-?more|more-?stories|trending|most-?read|also-?read"),
    ("comment_policy", r"comments?|disqus|discussion"),
    (
        "navigation",
        r"nav\w*|menu|breadcrumbs?|share|sharing|social\w*|cookie\w*|consent|footer|tags",
    ),
    ("caption", r"caption|credit"),
)
_CLASS = tuple(
    (kind, re.compile(rf"(?:^|[\s_-])(?:{words})(?=$|[\s_-])", re.IGNORECASE))
    for kind, words in _CLASSES
)
_NAMES = re.compile(r"\b(?:class|id|role)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_VOID = frozenset("br hr img input meta link source col area base embed wbr track".split())  # noqa: SIM905 - the same


def is_markup(text: str) -> bool:
    """Tell HTML from plain text.

    >>> is_markup("<p>no</p>"), is_markup("a < b")
    (True, False)
    """
    return bool(_LOOKS.search(text[:4096]))


@dataclass(slots=True)
class _Page:
    parts: list[str] = field(default_factory=list)
    offsets: array[int] = field(default_factory=lambda: array("l"))
    open_tags: list[tuple[str, str | None]] = field(default_factory=list)
    furniture: list[tuple[int, int, str, str]] = field(default_factory=list)
    last: str = "\n"

    def put(self, text: str, at: int, *, step: int = 1) -> None:
        if not text:
            return
        self.parts.append(text)
        self.offsets.extend(at + i * step for i in range(len(text)))
        self.last = text[-1]

    def line(self, at: int) -> None:
        if self.last == " ":
            self.last = self.parts[-1][-1]
        if self.last != "\n":
            self.put("\n", at)

    def kind(self) -> str | None:
        return next((kind for _, kind in reversed(self.open_tags) if kind), None)


def prose_of(html: str) -> tuple[Prose, tuple[Boilerplate, ...]]:
    """Take the readable text out of a page; furniture is given back in offsets of the prose.

    >>> prose, _ = prose_of("<p>A &amp; B</p>")
    >>> prose.text.strip(), prose.offsets[2]
    ('A & B', 5)
    """
    page = _Page()
    at = 0
    for match in _TOKEN.finditer(html):
        _words(page, html[at : match.start()], at)
        at = match.end()
        _token(page, match)
    _words(page, html[at:], at)
    text = "".join(page.parts)
    return Prose(text, page.offsets), tuple(
        Boilerplate(Span(a, b), kind, rule)
        for a, b, kind, rule in page.furniture
        if text[a:b].strip()
    )


def _words(page: _Page, text: str, at: int) -> None:
    if not text:
        return
    start = len(page.offsets)
    page.put(text, at)
    kind = page.kind()
    if kind:
        _mark(page, start, len(page.offsets), kind)


def _mark(page: _Page, start: int, end: int, kind: str) -> None:
    if page.furniture and page.furniture[-1][1] >= start and page.furniture[-1][2] == kind:
        first, _, _, rule = page.furniture[-1]
        page.furniture[-1] = (first, end, kind, rule)
    else:
        page.furniture.append((start, end, kind, f"html.{kind}"))


def _token(page: _Page, match: re.Match[str]) -> None:
    text = match.group()
    if text[0] == "&":
        _words(page, unescape(text)[:1].replace("\xa0", " "), match.start())
    elif text[0].isspace() or text[0] == "\xa0":
        if page.last not in " \n":
            _words(page, " ", match.start())
    elif match.group("tag"):
        _tag(page, match, match.group("tag").lower())


def _tag(page: _Page, match: re.Match[str], tag: str) -> None:
    if tag in _BLOCKS:
        page.line(match.start())
    if match.group().startswith("</"):
        _close(page, tag)
    elif tag not in _VOID and not match.group().endswith("/>"):
        page.open_tags.append((tag, _furniture(tag, match.group("rest"))))


def _close(page: _Page, tag: str) -> None:
    for depth in range(len(page.open_tags) - 1, -1, -1):
        if page.open_tags[depth][0] == tag:
            del page.open_tags[depth:]
            return


def _furniture(tag: str, rest: str) -> str | None:
    if tag in {"html", "body", "main", "article", "p", "h1"}:
        return None
    if tag in _FURNITURE:
        return _FURNITURE[tag]
    names = " ".join(m.group(1).strip("\"'") for m in _NAMES.finditer(rest))
    return (
        next((kind for kind, pattern in _CLASS if pattern.search(names)), None) if names else None
    )
