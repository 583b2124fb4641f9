"""How alike two statements of one speaker are, 0..1, by four views of their words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from truceline.guarantees.align_time import months_of
from truceline.guarantees.align_words import grams, weights, words
from truceline.model.article import Document, Statement

_RUN: Final = 5
"""Words quoted alike in a row that make two quotations one utterance."""
_COPY: Final = 0.85
"""Share of common character n-grams from which a text is a copy of another."""
_CLAUSE: Final = 0.9
"""What a likeness of clauses counts, next to one of whole statements."""
_WITHIN: Final = 0.6
"""What a likeness within one document counts, next to one between two."""
_GAP: Final = 3
"""Characters between a paraphrase and the quotation that it leads into."""
_MOSTLY: Final = 0.6
"""Share of a statement that is quoted from which it is a quoted sentence."""
_LEAST: Final = 4
"""Content words that a clause needs to be compared on its own."""
_SPLIT: Final = re.compile(r"[;:]|\s[—–-]\s|—|,?\s(?:but|while|although|and)\s|[.?!]\W*\s")
_PLAIN: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A statement, or a clause of it that could stand alone."""

    weights: Mapping[str, float]
    """Content words with their weights."""
    quoted: frozenset[str]
    """Content words inside quotation marks."""
    length: float
    """Euclidean norm of the weights."""
    total: float
    """Sum of the weights."""


@dataclass(frozen=True, slots=True)
class Item:
    """A statement made ready for comparison."""

    statement: Statement
    months: frozenset[str]
    """``YYYY-MM``; empty where nothing tells."""
    parts: tuple[Part, ...]
    """The whole first, then its clauses."""
    runs: frozenset[tuple[str, ...]]
    """Quoted words in a row, ``_RUN`` at a time."""
    grams: frozenset[str]
    """Character trigrams."""


def items(statements: Sequence[Statement], by_name: Mapping[str, Document]) -> list[Item]:
    """Make statements ready, weighing their words over the whole batch."""
    texts = [by_name[one.doc].text[one.span.start : one.span.end] for one in statements]
    quotes = [_quotes(one, by_name[one.doc]) for one in statements]
    content = [_content(one, text) for one, text in zip(statements, texts, strict=True)]
    weighed = weights(content, [one.speaker for one in statements])
    leads = _leads(statements, weighed, by_name)
    return [
        Item(
            one,
            months_of(one, by_name[one.doc]),
            _parts(text, weight, frozenset(word for quote in said for word in words(quote)), lead),
            _runs(said),
            grams(text),
        )
        for one, weight, text, said, lead in zip(
            statements, weighed, texts, quotes, leads, strict=True
        )
    ]


def likeness(one: Item, other: Item) -> float:
    """Give how alike two statements are: 0 nothing in common, 1 the same words.

    Near-identical text is 1. Otherwise the best of the whole against the whole and, a little less,
    of clause against clause, since one outlet puts in two sentences what another puts in one. An
    article seldom gives one thing twice, so within one document likeness counts less.
    """
    if _share(one.grams, other.grams) >= _COPY:
        return 1.0
    whole = _alike(one.parts[0], other.parts[0])
    clauses = (_alike(mine, theirs) for mine in one.parts for theirs in other.parts)
    best = max(whole, _CLAUSE * max(clauses))
    return best * _WITHIN if one.statement.doc == other.statement.doc else best


def _alike(one: Part, other: Part) -> float:
    """Give the mean of three views: cosine, cover of the shorter, quoted words that are carried."""
    both = one.weights.keys() & other.weights.keys()
    if not both:
        return 0.0
    shared = sum(one.weights[word] for word in sorted(both))
    product = sum(one.weights[word] * other.weights[word] for word in sorted(both))
    views = [product / (one.length * other.length), shared / min(one.total, other.total)]
    if one.quoted or other.quoted:
        views.append(max(_carried(one, other), _carried(other, one)))
    return min(sum(views) / len(views), 1.0)


def verbatim(one: Item, other: Item) -> bool:
    """Tell whether both quote the same words at length."""
    return bool(one.runs & other.runs)


def _carried(one: Part, other: Part) -> float:
    """Give the share of the weight of the words that ``one`` quotes that ``other`` has too."""
    mine = sorted(one.quoted & one.weights.keys())
    total = sum(one.weights[word] for word in mine)
    return sum(one.weights[word] for word in mine if word in other.weights) / total if total else 0


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def _content(statement: Statement, text: str) -> list[str]:
    """Give the content words of a statement without the name of its speaker."""
    own = frozenset(words(statement.speaker) + words(statement.name_as_given))
    return [word for word in words(text) if word not in own]


def _leads(
    statements: Sequence[Statement],
    weighed: Sequence[Mapping[str, float]],
    by_name: Mapping[str, Document],
) -> list[Mapping[str, float]]:
    """Give the words of the paraphrase that leads into each quotation; empty where none does."""
    order = sorted(range(len(statements)), key=lambda n: (statements[n].doc, statements[n].span))
    found: list[Mapping[str, float]] = [{} for _ in statements]
    for before, after in pairwise(order):
        one, other = statements[before], statements[after]
        same = one.doc == other.doc and one.speaker == other.speaker
        text = by_name[one.doc].text
        if not same or one.quotes or not _whole_sentence(other, text):
            continue
        between = text[one.span.end : other.span.start]
        if len(between) <= _GAP and not between.strip():
            found[after] = weighed[before]
    return found


def _whole_sentence(statement: Statement, text: str) -> bool:
    """Tell whether a statement is a quoted sentence, and little else."""
    quoted = sum(one.end - one.start for one in statement.quotes)
    long = quoted >= _MOSTLY * (statement.span.end - statement.span.start)
    return long and text[statement.quotes[0].start].isupper()


def _parts(
    text: str, weight: Mapping[str, float], quoted: frozenset[str], lead: Mapping[str, float]
) -> tuple[Part, ...]:
    """Give the whole, the whole with its lead, and clauses heavy enough to be about something."""
    whole = _part(weight, quoted)
    clauses = [
        _part({word: weight[word] for word in sorted(set(words(clause)) & weight.keys())}, quoted)
        for clause in _SPLIT.split(text)
    ]
    heavy = [one for one in clauses if len(one.weights) >= _LEAST and one.total < whole.total]
    led = [_part({**lead, **weight}, quoted)] if lead else []
    return (whole, *led, *heavy)


def _part(weight: Mapping[str, float], quoted: frozenset[str]) -> Part:
    length = math.sqrt(sum(value * value for value in weight.values()))
    return Part(weight, quoted & weight.keys(), length, sum(weight.values()))


def _quotes(statement: Statement, document: Document) -> list[str]:
    return [document.text[span.start : span.end] for span in statement.quotes]


def _runs(quotes: Sequence[str]) -> frozenset[tuple[str, ...]]:
    rows = [_PLAIN.findall(quote.lower()) for quote in quotes]
    return frozenset(
        tuple(row[at : at + _RUN]) for row in rows for at in range(len(row) - _RUN + 1)
    )
