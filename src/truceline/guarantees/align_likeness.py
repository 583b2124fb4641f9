"""How alike two statements of one speaker are, 0..1, by three views of their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import scipy  # its sparse is loaded when it is used
from numpy.typing import NDArray

from truceline.guarantees.align_days import Told, told_by
from truceline.guarantees.align_time import months_of, tells_its_month
from truceline.guarantees.align_words import weights, words
from truceline.model.article import Document, Statement

_RUN: Final = 5
"""Words quoted alike in a row that make two quotations one utterance."""
_CLAUSE: Final = 0.9
"""What a likeness of clauses counts, next to one of whole statements."""
_WITHIN: Final = 0.6
"""What a likeness within one document counts, next to one between two."""
_TINY: Final = 1e-12
_CELLS: Final = 4_000_000
"""Pairs of parts that are compared at a time, so that memory does not grow with the square."""
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
    total: float
    """Sum of the weights."""


@dataclass(frozen=True, slots=True)
class Item:
    """A statement made ready for comparison."""

    statement: Statement
    months: frozenset[str]
    """``YYYY-MM``; empty where nothing tells."""
    own: bool
    """Whether its own words tell the month, and not only its article."""
    parts: tuple[Part, ...]
    """The whole first, then its clauses."""
    runs: frozenset[tuple[str, ...]]
    """Quoted words in a row, ``_RUN`` at a time."""


def items(
    statements: Sequence[Statement],
    by_name: Mapping[str, Document],
    told: Mapping[str, Told] | None = None,
) -> list[Item]:
    """Make statements ready, weighing their words over the whole batch.

    Args:
        statements: to be compared.
        by_name: their documents.
        told: what each document tells of its own days, where that was asked already.
    """
    known = told or {one.doc: told_by(by_name[one.doc]) for one in statements}
    texts = [by_name[one.doc].text[one.span.start : one.span.end] for one in statements]
    quotes = [_quotes(one, by_name[one.doc]) for one in statements]
    content = [_content(one, text) for one, text in zip(statements, texts, strict=True)]
    weighed = weights(content, [one.speaker for one in statements])
    leads = _leads(statements, weighed, by_name)
    return [
        Item(
            one,
            months_of(one, by_name[one.doc], known[one.doc]),
            tells_its_month(one, by_name[one.doc]),
            _parts(text, weight, frozenset(word for quote in said for word in words(quote)), lead),
            _runs(said),
        )
        for one, weight, text, said, lead in zip(
            statements, weighed, texts, quotes, leads, strict=True
        )
    ]


def likenesses(block: Sequence[Item]) -> NDArray[np.float64]:
    """Give how alike any two statements are: 0 nothing in common, 1 the same words."""
    found = np.concatenate([alike for _, alike in Likeness(block).by_rows()])
    result: NDArray[np.float64] = np.maximum(found, found.T)
    return result


class Likeness:
    """How alike any two statements of a block are, a few rows at a time.

    The best of the whole against the whole and, a little less, of clause against clause, since one
    outlet puts in two sentences what another puts in one. An article seldom gives one thing twice,
    so within one document likeness counts less. Of two parts it is the mean of three views: the
    cosine of their weights, the share of the lighter one's weight that both have, and the share of
    quoted words that the other one has too.
    """

    def __init__(self, block: Sequence[Item]) -> None:
        parts = [part for item in block for part in item.parts]
        self._starts = np.cumsum([0, *(len(item.parts) for item in block)])
        self._weight, self._present, self._quoted = _matrices(parts)
        self._length = np.maximum(np.sqrt(self._weight.multiply(self._weight).sum(axis=1)), _TINY)
        self._total = np.maximum(self._weight.sum(axis=1), _TINY)
        self._said = self._quoted.sum(axis=1)
        self._doc = np.unique([item.statement.doc for item in block], return_inverse=True)[1]

    def by_rows(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        """Give places of some statements and how alike they are to all, until all had their turn."""
        size, parts = len(self._doc), int(self._starts[-1])
        step = max(_CELLS * size // (parts * parts), 1)
        for at in range(0, size, step):
            rows = np.arange(at, min(at + step, size))
            yield rows, self._of(rows)

    def _of(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        first = self._starts[rows[0]]
        views = self._views(slice(first, self._starts[rows[-1] + 1]))
        heads, starts = self._starts[rows] - first, self._starts[:-1]
        best = np.maximum.reduceat(views, starts, axis=1)
        best = np.maximum.reduceat(best, heads, axis=0) * _CLAUSE
        found = np.maximum(best, views[np.ix_(heads, starts)])
        found[self._doc[rows][:, None] == self._doc] *= _WITHIN
        result: NDArray[np.float64] = np.minimum(found, 1.0)
        return result

    def _views(self, rows: slice) -> NDArray[np.float64]:
        """Give the mean of the views of some parts against all."""
        weight, present, quoted = self._weight[rows], self._present[rows], self._quoted[rows]
        said = self._said
        views = (weight @ self._weight.T).toarray() / np.outer(self._length[rows], self._length)
        views += (weight @ self._present.T).toarray() / np.minimum.outer(
            self._total[rows], self._total
        )
        mine = (quoted @ self._present.T).toarray() / np.maximum(said[rows], _TINY)[:, None]
        theirs = (present @ self._quoted.T).toarray() / np.maximum(said, _TINY)
        views += np.maximum(mine, theirs)
        views /= 2.0 + (np.maximum.outer(said[rows], said) > 0.0)
        result: NDArray[np.float64] = views
        return result


def _matrices(
    parts: Sequence[Part],
) -> tuple[scipy.sparse.csr_array, scipy.sparse.csr_array, scipy.sparse.csr_array]:
    """Give weights, presence, and weights of quoted words: a row a part, a column a word."""
    column: dict[str, int] = {}
    rows, columns, values, marks = [], [], [], []
    for number, part in enumerate(parts):
        for word, value in part.weights.items():
            rows.append(number)
            columns.append(column.setdefault(word, len(column)))
            values.append(value)
            marks.append(value if word in part.quoted else 0.0)
    shape = (len(parts), max(len(column), 1))

    def matrix(data: Sequence[float]) -> scipy.sparse.csr_array:
        return scipy.sparse.csr_array((np.array(data), (rows, columns)), shape=shape)

    return matrix(values), matrix([1.0] * len(values)), matrix(marks)


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
    return Part(weight, frozenset(quoted & weight.keys()), sum(weight.values()))


def _quotes(statement: Statement, document: Document) -> list[str]:
    return [document.text[span.start : span.end] for span in statement.quotes]


def _runs(quotes: Sequence[str]) -> frozenset[tuple[str, ...]]:
    rows = [_PLAIN.findall(quote.lower()) for quote in quotes]
    return frozenset(
        tuple(row[at : at + _RUN]) for row in rows for at in range(len(row) - _RUN + 1)
    )
