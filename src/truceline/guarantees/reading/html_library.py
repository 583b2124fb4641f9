"""A second opinion on a page: what a well-kept library takes for the article (extra ``html``).

The library sees no offsets. What it takes is laid beside our own blocks line by line, and where the two
differ a stated rule decides, so that no sentence of an article is lost on one opinion alone:

* A block that only the *name of a class* calls furniture, and that the library keeps, is article where
  it is prose. Furniture by tag, and advertising or newsletters, stay out.
* A block that our rules keep and the library drops goes (rule ``html.library``) where it stands before
  the first or behind the last block that both keep and nobody speaks in it, or where it is no prose.
* Where the library keeps too little of what our rules keep, it has lost the article: it is not heard.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from truceline.guarantees.reading.markup import Furniture
from truceline.model.article import Boilerplate, Span

LIBRARY: Final = "trafilatura"
_LARGEST: Final = 2_000_000
"""Characters of a page beyond which the library is not asked."""
_HEARD: Final = 0.5
"""Share of the words of our blocks that the library must keep to be heard."""
_FIRM: Final = frozenset({"advertising", "newsletter", "hidden"})
"""Kinds of furniture that the library does not bring back."""
_PROSE: Final = re.compile(r"[.!?…][”\"’»)]*$")
_PROSE_WORDS: Final = 5
_SPEAKS: Final = re.compile(
    r"[“«\"].{8,}?[”»\"]|\b(?:said|says|told|tells|warned|announced|insisted|argued|added|asked)\b"
)
_BLANKS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Block:
    """One line of the prose."""

    span: Span
    text: str
    marks: Furniture | None
    kept: bool
    """Whether the library takes it for the article."""

    @property
    def is_prose(self) -> bool:
        """Whether it is a sentence, as far as its form tells."""
        return bool(_PROSE.search(self.text)) and len(self.text.split()) >= _PROSE_WORDS


def library() -> str:
    """Name the library and its version; empty where it is not installed."""
    try:
        return f"{LIBRARY} {version(LIBRARY)}"
    except PackageNotFoundError:
        return ""


def arbitrated(
    html: str, text: str, furniture: Sequence[Furniture]
) -> tuple[list[Boilerplate], list[Boilerplate]]:
    """Give what goes and what goes by the library's word; without the library, what the rules say.

    Args:
        html: the page.
        text: its prose.
        furniture: what of it the rules call furniture.

    Returns:
        Furniture that stays furniture, and what else goes (rule ``html.library``).
    """
    ruled = [_boilerplate(one) for one in furniture]
    taken = _taken(html)
    if not taken:
        return ruled, []
    blocks = list(_blocks(text, furniture, taken))
    ours = [one for one in blocks if one.marks is None]
    heard = sum(len(one.text) for one in ours if one.kept)
    if heard < _HEARD * sum(len(one.text) for one in ours):
        return ruled, []
    back = {one.span for one in blocks if one.marks and one.kept and _comes_back(one)}
    return _without(ruled, back), list(_dropped(ours))


def _boilerplate(one: Furniture) -> Boilerplate:
    mark = one.marks[-1]
    return Boilerplate(one.span, mark.kind, mark.rule)


def _comes_back(one: _Block) -> bool:
    marks = one.marks.marks if one.marks else ()
    return one.is_prose and all(m.by_class and m.kind not in _FIRM for m in marks)


def _without(ruled: Sequence[Boilerplate], back: set[Span]) -> list[Boilerplate]:
    """Cut what comes back out of the furniture."""
    found: list[Boilerplate] = []
    for one in ruled:
        at = one.span.start
        for span in sorted(back):
            if not span.overlap(one.span):
                continue
            if span.start > at:
                found.append(Boilerplate(Span(at, span.start), one.kind, one.rule))
            at = max(at, span.end)
        if at < one.span.end:
            found.append(Boilerplate(Span(at, one.span.end), one.kind, one.rule))
    return found


def _dropped(ours: Sequence[_Block]) -> Iterator[Boilerplate]:
    """Give the blocks of ours that go by the library's word."""
    both = [number for number, one in enumerate(ours) if one.kept and one.is_prose]
    for number, one in enumerate(ours):
        if one.kept:
            continue
        outside = not both or number < both[0] or number > both[-1]
        speaks = one.is_prose and _SPEAKS.search(one.text)
        if (outside and not speaks) or not one.is_prose:
            yield Boilerplate(one.span, "navigation", "html.library")


def _blocks(text: str, furniture: Sequence[Furniture], taken: str) -> Iterator[_Block]:
    """Give the lines of the prose, each with its furniture and whether the library takes it."""
    at = 0
    for match in re.finditer(r"[^\n]*[^\s][^\n]*", text):
        words = match.group().strip()
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        span = Span(start, start + len(words))
        while at < len(furniture) and furniture[at].span.end <= span.start:
            at += 1
        near = furniture[at] if at < len(furniture) else None
        mark = near if near and near.span.overlap(span) > 0 else None
        yield _Block(span, words, mark, _flat(words) in taken)


def _flat(text: str) -> str:
    """Give letters and digits only: the library sets blanks and marks in its own way."""
    return _BLANKS.sub("", text).casefold()


def _taken(html: str) -> str:
    """Give what the library takes for the article, letters and digits only; empty for nothing."""
    extract = _extract()
    if extract is None or len(html) > _LARGEST:
        return ""
    try:
        found = extract(html, include_comments=False, include_tables=True, favor_recall=True)
    except Exception:  # noqa: BLE001 - whatever the library makes of a page, our rules read it
        return ""
    return _flat(found or "")


@cache
def _extract() -> Any:
    if not library():
        return None
    logging.getLogger(LIBRARY).setLevel(logging.CRITICAL)
    return import_module(LIBRARY).extract
