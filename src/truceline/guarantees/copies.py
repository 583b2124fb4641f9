"""Which documents are largely copied from one another, by their words in a row.

Words inside quotation marks are left out: two reporters who quote one speech are not copies.
Cost grows with the length of all texts together, not with the number of pairs.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

SHINGLE: Final = 6
"""Words in a row that are compared as one."""
THRESHOLD: Final = 0.3
"""Share of the shorter document's shingles that both have, from which they are one text."""
_LEAST: Final = 12
"""Shingles without which a document is too short to tell."""
_FEW: Final = 8
"""Documents of one shingle up to which all their pairs are looked at; beyond it neighbours only."""
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_WORD: Final = re.compile(r"[^\W_]+|\|")
_QUOTED: Final = re.compile(r"“[^”\n]*”|«[^»\n]*»|„[^“\n]*“|\"[^\"\n]*\"")


@dataclass(frozen=True, slots=True)
class Copy:
    """Two documents of one wording."""

    one: str
    other: str
    share: float
    """Shingles of both, over those of the shorter document; 0..1."""


def copies_in(texts: Mapping[str, str]) -> list[Copy]:
    """Find the documents that share their wording, sorted by name.

    Where a shingle is in more than a few documents only neighbours by name are compared, so of
    many copies of one text not each pair is given, but enough of them to join all. Of texts too
    short to be compared so, those of just the same words are copies.

    >>> line = "the envoy left the hall late at night and spoke to nobody on his way out of town "
    >>> [(c.one, c.other, c.share) for c in copies_in({"a": line * 2, "b": line * 2, "c": "so"})]
    [('a', 'b', 1.0)]
    """
    names = sorted(texts)
    rows = [shingles(texts[name]) for name in names]
    found = []
    for one, other in sorted(_candidates(rows)):
        shorter = min(len(rows[one]), len(rows[other]))
        both = len(np.intersect1d(rows[one], rows[other], assume_unique=True))
        if both >= THRESHOLD * shorter:
            found.append(Copy(names[one], names[other], both / shorter))
    pairs = {(copy.one, copy.other) for copy in found}
    same = (copy for copy in _same(texts) if (copy.one, copy.other) not in pairs)
    return sorted((*found, *same), key=lambda copy: (copy.one, copy.other))


def _same(texts: Mapping[str, str]) -> Iterator[Copy]:
    """Give neighbours by name of one wording from first to last, if it is a row of words at least."""
    last: dict[tuple[str, ...], str] = {}
    for name in sorted(texts):
        words = tuple(_WORD.findall(texts[name].casefold()))
        if words in last and len(words) >= SHINGLE:
            yield Copy(last[words], name, 1.0)
        last[words] = name


def shingles(text: str) -> NDArray[np.uint64]:
    """Give the distinct hashes of the words in a row of a text, sorted; none of a short one.

    A row never runs over a quotation: a bar stands for each.
    """
    words = _WORD.findall(_QUOTED.sub(" | ", text).casefold())
    if len(words) < SHINGLE:
        return np.zeros(0, np.uint64)
    codes = np.array([zlib.crc32(word.encode()) for word in words], np.uint64)
    torn = np.array([word == "|" for word in words])
    size = len(codes) - SHINGLE + 1
    total = np.zeros(size, np.uint64)
    whole = np.ones(size, np.bool_)
    for step in range(SHINGLE):
        total = total * _MULTIPLIER + codes[step : step + size] + np.uint64(1)
        whole &= ~torn[step : step + size]
    found = np.unique(total[whole] ^ (total[whole] >> np.uint64(29)))
    return found if len(found) >= _LEAST else found[:0]


def _candidates(rows: list[NDArray[np.uint64]]) -> Iterator[tuple[int, int]]:
    """Give the pairs that may share enough, by the shingles that several documents have."""
    if not any(len(row) for row in rows):
        return
    values = np.concatenate(rows)
    owners = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    order = np.argsort(values, kind="stable")
    values, owners = values[order], owners[order]
    edges = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1], [True])))
    sizes = np.diff(edges)
    counts: Counter[tuple[int, int]] = Counter()
    for start, size in zip(edges[:-1][sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        run = owners[start : start + size].tolist()
        counts.update(combinations(run, 2) if size <= _FEW else pairwise(run))
    # Neighbours meet in fewer shingles than they share, so a tenth of what is needed is enough.
    for (one, other), met in counts.items():
        if met >= THRESHOLD * min(len(rows[one]), len(rows[other])) / 10:
            yield one, other
