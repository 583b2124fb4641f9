"""Sentences of the prose, each with its paragraph and whether it is a heading or a bullet.

A quotation of several sentences is not torn: what stands between one pair of marks belongs to one
sentence, so that it has one speaker.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from truceline.guarantees.reading.word_lists import words
from truceline.model.article import Span

_ABBREVIATIONS = words("abbreviations")
_INITIALS = re.compile(r"(?:[A-Z]\.){1,}$")
_STARTERS = words("sentence_starters")
_END = re.compile(r"[.!?…]+[”\"’»)\]]*(?=\s|$)")
_NEXT = re.compile(r"\s+([“\"«„‘(\[]*)([A-ZÀ-ÞЀ-Я0-9][\w.]*)?")
_TAIL = re.compile(
    r"\s+(?:(?:the|[A-ZÀ-Þ][\w.’-]*)\s+){1,6}"
    r"(?:said|says|asked|asks|added|told|wrote|warned|insisted|replied|declared|posted)\b"
)
_NUMBERED = frozenset(["no", "art", "fig", "sat", "sun", "mar", "may"])
"""Words too: abbreviations only before a number."""
_BULLET = re.compile(r"\s*(?:[-•*·–—▪]|\d{1,2}[.)])\s+")
_CLOSING = {"“": "”", "«": "»", "„": "“", '"': '"'}
_OPENING = re.compile(r"[“«„\"]")
LONGEST = 4000
"""Characters beyond which nothing is a sentence."""
_LAST_WORD = re.compile(r"(\S+)$")


@dataclass(frozen=True, slots=True, order=True)
class Sentence:
    """One sentence of the prose."""

    span: Span
    """Where it stands in the prose; equal to the offsets of the file for plain text."""
    text: str
    paragraph: int
    """0-based, counted over the prose."""
    kind: str
    """``prose``, ``heading`` (a line without a full stop) or ``bullet``."""


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Split the prose.

    >>> [s.text for s in sentences_of("Gen. Orr of the U.S. Army said so. He left.")]
    ['Gen. Orr of the U.S. Army said so.', 'He left.']
    >>> sentences_of("")
    ()
    """
    found: list[Sentence] = []
    for number, (start, end) in enumerate(paragraphs_of(text)):
        bullet = _BULLET.match(text, start, end)
        first = bullet.end() if bullet else start
        kind = "bullet" if bullet else _kind(text[start:end])
        for a, b in _split(text, first, end):
            found.append(Sentence(Span(a, b), text[a:b], number, kind))
    return tuple(found)


_T = TypeVar("_T")


def inside(
    sentences: Sequence[Sentence], things: Sequence[_T], spans: Sequence[Span]
) -> list[list[_T]]:
    """Give for each sentence the things that lie in it.

    Args:
        sentences: in order.
        things: ordered by where they start.
        spans: of the things.
    """
    found: list[list[_T]] = []
    starts = [span.start for span in spans]
    for one in sentences:
        first = bisect_left(starts, one.span.start)
        last = bisect_left(starts, one.span.end)
        found.append([things[at] for at in range(first, last) if spans[at].end <= one.span.end])
    return found


def paragraphs_of(text: str) -> list[tuple[int, int]]:
    """Bounds of the paragraphs: lines, or blocks of lines where a file is hard-wrapped."""
    lines = [
        (m.start(1), m.end(1))
        for m in re.finditer(r"[^\S\n]*([^\s](?:[^\n]*[^\s])?)[^\S\n]*", text)
    ]
    if not _wrapped(text, lines):
        return lines
    joined: list[tuple[int, int]] = []
    for start, end in lines:
        if joined and _soft_break(text, joined[-1][1], start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Tell whether lines end by width: at least one in three breaks off before a small letter."""
    if len(lines) < 3 or max(b - a for a, b in lines) > 120:
        return False
    soft = sum(
        text[b:c].count("\n") == 1 and text[c].islower() for (_, b), (c, _) in pairwise(lines)
    )
    return soft * 3 >= len(lines) - 1


def _soft_break(text: str, end: int, start: int) -> bool:
    return text[end:start].count("\n") == 1 and not _BULLET.match(text, start)


def _kind(line: str) -> str:
    quoted = line[0] in '“"«„'
    stop = line.rstrip('”"’»)] ')[-1:] in ".!?…:;,"
    return "prose" if quoted or stop or len(line.split()) > 40 else "heading"


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    bounds: list[tuple[int, int]] = []
    inside = _quoted_zones(text, start, end)
    at = start
    for match in _END.finditer(text, start, end):
        stop = match.end()
        if any(a < match.start() and stop < b for a, b in inside):
            continue
        if stop < end and not _is_end(text, match, end):
            continue
        bounds.append((at, stop))
        following = re.compile(r"\s*").match(text, stop, end)
        at = following.end() if following else stop
    if at < end:
        bounds.append((at, end))
    return [part for a, b in bounds if b > a for part in _cut(text, a, b)]


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what is too long for a sentence, at an end inside it or else at a blank.

    A mark of quotation without its partner, or noise, makes a sentence of a whole page; its cost
    would grow with the square of its length.
    """
    while end - start > LONGEST:
        ends = [m.end() for m in _END.finditer(text, start, start + LONGEST) if m.end() > start]
        stop = ends[-1] if ends else text.rfind(" ", start + 1, start + LONGEST)
        stop = stop if stop > start else start + LONGEST
        yield start, stop
        start = stop
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _is_end(text: str, match: re.Match[str], end: int) -> bool:
    following = _NEXT.match(text, match.end(), end)
    if following is None or not (following.group(1) or following.group(2)):
        return False
    marks = match.group()
    if marks[-1] in '”"»' and marks[0] in "!?" and _TAIL.match(text, match.end(), end):
        return False
    if marks != ".":
        return True
    last = _LAST_WORD.search(text, max(match.start() - 24, 0), match.start())
    word = last.group(1).lstrip('(“"‘«') if last else ""
    if _INITIALS.search(word + "."):
        return len(word) > 1 and following.group(2) in _STARTERS
    if word.casefold() in _NUMBERED:
        return not (following.group(2) or "")[:1].isdigit()
    return word.casefold() not in _ABBREVIATIONS


def _quoted_zones(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Stretches between a pair of marks; an opening mark without its partner runs to the end."""
    zones: list[tuple[int, int]] = []
    at = start
    while match := _OPENING.search(text, at, end):
        at = match.start()
        close = _CLOSING[text[at]]
        partner = text.find(close, at + 1, end)
        if partner < 0:
            zones.append((at, end + 1))
            break
        zones.append((at, partner + 1))
        at = partner + 1
    return zones
