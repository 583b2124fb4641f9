"""Where everything of the register stands: file names, anchors, words of a span."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from typing import Final

from truceline.model.article import Document, Reading, Span
from truceline.publication.reading_page import anchor_of, page_of
from truceline.publication.register_words import value_words

READING: Final = "reading/"
"""Folder of the pages of the reading inside the set."""
_PHRASE: Final = 60
"""Longest value of a side, in characters, that is a phrase and no sentence."""
_SHA: Final = re.compile(r"\bsha256 ([0-9a-f]{16,64})\b")
_UNSAFE: Final = re.compile(r"[^a-z0-9]+")


def file_name(kind: str, key: str) -> str:
    """Give a file name for anything with an id: the same id, the same name, on every system.

    Letters a-z, digits and hyphens only, lower case, at most 64 characters; a digest keeps ids
    apart that read alike.

    >>> file_name("pledge", "a b.txt#p12")
    'pledge-a-b-txt-p12-80cfa3ed2e.html'
    """
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    plain = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode().lower()
    slug = _UNSAFE.sub("-", plain).strip("-")[:36].strip("-")
    return "-".join(filter(None, (kind, slug, digest))) + ".html"


def anchor(key: str) -> str:
    """Give an id inside a page for anything with an id.

    >>> anchor("x#1")[:2]
    'i-'
    """
    return "i-" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10]


class Links:
    """Looks up pages and words of one reading."""

    def __init__(self, reading: Reading, *, words: bool) -> None:
        self._documents = {d.name: d for d in reading.documents}
        self._pages = {name: page_of(reading, name) for name in self._documents}
        self._anchors = _anchors(reading)
        self._words = words
        self._names = _names(reading)

    def document(self, name: str) -> Document | None:
        """Give a document of the reading; null for a source outside it."""
        return self._documents.get(name)

    def named(self, text: str) -> str:
        """Find the document that a source of an agreement names by ``sha256``; else nothing."""
        sha = _SHA.search(text)
        found = (d.name for d in self._documents.values() if sha and d.sha256.startswith(sha[1]))
        return next(found, "")

    def about(self, name: str) -> str:
        """Give the page about a document."""
        return file_name("document", name)

    def article(self, name: str) -> str:
        """Give the page with the text of a document."""
        return READING + self._pages[name]

    def span(self, name: str, span: Span) -> str:
        """Lead to a place in a document: in its text, or in the list of its places without it."""
        page = self.article(name) if self._words else self.about(name)
        at = anchor_of(span.start)
        return f"{page}#{at}" if span.start in self._anchors[name] else page

    def words(self, name: str, span: Span) -> str:
        """Give the words of a span in one line; nothing where words of others are not shown."""
        document = self._documents.get(name)
        if document is None or not self._words:
            return ""
        return " ".join(document.text[span.start : span.end].split())

    def value(self, field: str, value: str) -> str:
        """Give what a side of a contradiction says; a wording only where words of others are shown."""
        if not self._words and (field == "wording" or len(value) > _PHRASE):
            return "words left out"
        return value_words(value)

    def outlet(self, name: str) -> str:
        """Name a document: its outlet where known and its place in the batch."""
        return self._names.get(name, name)


def _names(reading: Reading) -> dict[str, str]:
    named = {}
    for number, d in enumerate(reading.documents, 1):
        known = d.outlet if d.outlet and d.outlet != "unknown" else None
        named[d.name] = f"{known} (article {number})" if known else f"article {number}"
    return named


def _anchors(reading: Reading) -> dict[str, set[int]]:
    """Starts of spans that have an anchor, by document: those of proposals and of sides."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for p in (*reading.statements, *reading.pledges, *reading.positions):
        found[p.doc].add(p.span.start)
    for item in reading.contradictions:
        for side in item.sides:
            found[side.doc].add(side.span.start)
    return found
