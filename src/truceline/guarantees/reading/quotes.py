"""Quoted stretches of the prose: curly, straight, German, guillemets; over several paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from truceline.guarantees.reading.sentences import Sentence
from truceline.model.article import Span

_PAIRS = {"“": "”", "«": "»", "„": "“", '"': '"'}
_OPEN = re.compile(r"[“«„\"]")
_SINGLE = re.compile(
    r"(?<![\w’])‘([^‘\n]{2,400}?)’(?![\w])|(?<![\w'’”\".,])'(?![\s])([^'\n]{2,400}?)(?<!\s)'(?![\w])"
)


def quoted_spans(text: str, sentences: Sequence[Sentence]) -> list[Span]:
    """Find what stands between marks, without the marks, in order.

    >>> from truceline.guarantees.reading.sentences import sentences_of
    >>> prose = "He said “no” and “never.”"
    >>> [prose[q.start : q.end] for q in quoted_spans(prose, sentences_of(prose))]
    ['no', 'never.']
    """
    found: list[Span] = []
    left_open = ""
    for start, end in _paragraphs(sentences):
        begins = start
        if left_open and _goes_on(text, left_open, start, end):
            close = text.find(left_open, start, end)
            found.append(Span(start, close))
            begins = close + 1
        here = _in_paragraph(text, begins, end)
        found += here
        mark = text[here[-1].start - 1] if here else ""
        torn = bool(here) and here[-1].end == end and mark in _PAIRS and _TORN.search(text, 0, end)
        left_open = _PAIRS[mark] if torn else ""
    return found


_TORN = re.compile(r"[\w,]\s*\Z")


def _goes_on(text: str, close: str, start: int, end: int) -> bool:
    """Tell whether a quotation that a line of furniture tore apart goes on in this paragraph."""
    lead = text[start:end]
    odd = lead.count('"') % 2 == 1 if close == '"' else 0 <= lead.find(close) < _first(lead)
    return odd and lead[:1] not in _PAIRS


def _first(text: str) -> int:
    match = _OPEN.search(text)
    return match.start() if match else len(text)


def _paragraphs(sentences: Sequence[Sentence]) -> list[tuple[int, int]]:
    bounds: dict[int, tuple[int, int]] = {}
    for s in sentences:
        start, _ = bounds.get(s.paragraph, (s.span.start, 0))
        bounds[s.paragraph] = (start, s.span.end)
    return list(bounds.values())


def _in_paragraph(text: str, start: int, end: int) -> list[Span]:
    found: list[Span] = []
    at = start
    while match := _OPEN.search(text, at, end):
        at = match.start()
        close = _PAIRS[text[at]]
        if text[at] == '"' and text[at - 1 : at].isdigit():
            at += 1
            continue
        partner = text.find(close, at + 1, end)
        # An opening mark without its partner: the quotation goes on in the next paragraph.
        stop = end if partner < 0 else partner
        if stop - at > 1:
            found.append(Span(at + 1, stop))
        at = stop + 1
    singles = (Span(*m.span(m.lastindex or 0)) for m in _SINGLE.finditer(text, start, end))
    return sorted([*found, *(s for s in singles if not any(s.overlap(f) for f in found))])


def is_whole(text: str, sentence: Sentence, quotes: Sequence[Span]) -> bool:
    """Tell whether a sentence is nothing but one quotation."""
    rest = "".join(
        text[a:b]
        for a, b in _outside(sentence.span, [q for q in quotes if q.overlap(sentence.span)])
    )
    return not re.sub(r"[\s“”\"«»„‘’.,!?…:;—–-]", "", rest)


def _outside(span: Span, quotes: Sequence[Span]) -> list[tuple[int, int]]:
    edges = [span.start]
    for quote in quotes:
        edges += [max(quote.start, span.start), min(quote.end, span.end)]
    edges.append(span.end)
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
