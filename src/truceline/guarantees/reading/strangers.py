"""Persons whom the tables do not hold: capitalised names with a role, an apposition or a speech."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from truceline.guarantees.reading.roles import role_before
from truceline.guarantees.reading.sentences import Sentence
from truceline.guarantees.reading.verbs import starts_with_speech
from truceline.guarantees.reading.word_lists import words
from truceline.model.article import Span

_APPOSITION = re.compile(
    r",\s(?:an?|the|who|\d\d\b|[A-Z][\w’]+\s(?:president|prime|foreign|defen))"
)
_NOT_NAMES = words("not_names")

_PART = (
    rf"(?!(?:{'|'.join(sorted(_NOT_NAMES))})\b)(?:al-)?"
    r"[A-ZÀ-Þ][a-zà-ÿā-ž]*[A-ZÀ-Þa-zà-ÿā-ž’-]*[a-zà-ÿā-ž]"
)
_LINK = r"(?:(?:de|van|von|der|den|la|al|bin|el)\s)*"
_NAME = re.compile(rf"\b({_PART}(?:\s(?:[A-Z]\.\s)?{_LINK}{_PART}){{1,2}})")


def strangers_in(
    text: str, sentences: Sequence[Sentence], taken: Sequence[Span]
) -> list[tuple[Span, str]]:
    """Find them and later mentions by their family name.

    Args:
        text: the prose.
        sentences: of that prose.
        taken: stretches that already stand for somebody, in order.
    """
    full: dict[str, str] = {}
    found: list[tuple[Span, str]] = []
    starts = [span.start for span in taken]
    for sentence in sentences:
        if sentence.kind == "heading":
            continue
        near = _near(taken, starts, sentence)
        new = _introduced(text, sentence, near, full)
        found += new
        found += _named_again(text, sentence, [*near, *(s for s, _ in new)], full)
    return found


def _near(taken: Sequence[Span], starts: Sequence[int], sentence: Sentence) -> Sequence[Span]:
    """Give what is taken in a sentence or reaches into it; nothing taken holds another."""
    first = bisect_left(starts, sentence.span.start)
    return taken[max(first - 1, 0) : bisect_left(starts, sentence.span.end)]


def _introduced(
    text: str, sentence: Sentence, taken: Sequence[Span], full: dict[str, str]
) -> list[tuple[Span, str]]:
    found = []
    for match in _NAME.finditer(text, sentence.span.start, sentence.span.end):
        start, end = _trimmed(text, match.start(1), match.end(1))
        span = Span(start, end)
        name = text[start:end]
        if " " not in name or any(t.overlap(span) for t in taken):
            continue
        if any(word in _NOT_NAMES for word in name.split()):
            continue
        if name.rpartition(" ")[2] not in full and not _is_person(text, span, sentence):
            continue
        full.setdefault(name.rpartition(" ")[2], name)
        found.append((span, full[name.rpartition(" ")[2]]))
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = [(m.start() + start, m.group()) for m in re.finditer(r"\S+", text[start:end])]
    while words and words[0][1] in _NOT_NAMES:
        words.pop(0)
    if not words:
        return start, start
    last = re.sub(r"[’']s?$", "", text[words[0][0] : end])
    return words[0][0], words[0][0] + len(last)


def _is_person(text: str, span: Span, sentence: Sentence) -> bool:
    role = role_before(text, span.start, sentence.span.start)
    said_before = re.search(
        r"[,”\"]\s(?:said|told|[a-z]{3,}s|[a-z]{2,}ed)\s$", text[: span.start][-14:]
    )
    return bool(
        role
        or said_before
        or _APPOSITION.match(text, span.end)
        or starts_with_speech(text, span.end, sentence.span.end)
    )


def _named_again(
    text: str, sentence: Sentence, taken: Sequence[Span], full: dict[str, str]
) -> list[tuple[Span, str]]:
    if not full:
        return []
    again = re.compile(r"\b(" + "|".join(map(re.escape, full)) + r")\b")
    found = []
    for match in again.finditer(text, sentence.span.start, sentence.span.end):
        span = Span(match.start(), match.end())
        if not any(t.overlap(span) for t in taken):
            found.append((span, full[match.group(1)]))
    return found
