"""The same statement in several outlets, reworded or translated differently, is one.

A gate stands before every likeness: one speaker, one month, events of the same days. What passes
it is compared by rare content words, by quoted words, by character n-grams and by numbers, and
grouped by average linkage, so that no chain of half-likenesses joins two things.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from truceline.guarantees.align_likeness import Item, items, likeness, verbatim
from truceline.guarantees.align_time import near
from truceline.model.article import Alignment, Document, Statement

THRESHOLD: Final = 0.34
"""Likeness from which two statements are one, 0..1; chosen on the seeds by ``tools/score_alignment.py``."""
_NOBODY: Final = frozenset({"", "unknown"})
_NEVER: Final = 1e6
"""Distance of two statements that the gate keeps apart; no average with it stays low."""


def align(statements: Sequence[Statement], documents: Sequence[Document]) -> tuple[Alignment, ...]:
    """Group statements of two documents or more that are one statement.

    Statements of different speakers, of different months, or of a speaker who is not known are
    never grouped. The order of the input does not matter.

    Raises:
        ValueError: when a statement names a document that is not given.
    """
    by_name = {one.name: one for one in documents}
    missing = sorted({one.doc for one in statements} - set(by_name))
    if missing:
        raise ValueError(f"the documents {missing} of statements are not given; give them as well")
    blocks: dict[str, list[Item]] = defaultdict(list)
    for item in items(sorted(statements, key=lambda one: one.id), by_name):
        if item.statement.speaker not in _NOBODY:
            blocks[item.statement.speaker].append(item)
    groups = (group for block in blocks.values() for group in _groups(block, by_name))
    found = (
        tuple(sorted(item.statement.id for item in group))
        for group in groups
        if len({item.statement.doc for item in group}) > 1
    )
    return tuple(Alignment(members) for members in sorted(found))


def gate(one: Item, other: Item, by_name: Mapping[str, Document]) -> bool:
    """Tell whether two statements may be one at all.

    Both months must be known, be a single one, and be the same; the articles must be about events
    of the same days. Where the month of either is not known, only words quoted alike at length
    open the gate, since they are the same utterance whenever it was made.
    """
    mine, theirs = one.statement, other.statement
    if mine.speaker != theirs.speaker:
        return False
    if mine.date_said and theirs.date_said and mine.date_said != theirs.date_said:
        return False
    if not one.months or not other.months:
        return verbatim(one, other)
    same_month = one.months == other.months and len(one.months) == 1
    return same_month and near(by_name[mine.doc], by_name[theirs.doc])


def _groups(block: Sequence[Item], by_name: Mapping[str, Document]) -> Iterator[list[Item]]:
    """Give the groups of one speaker's statements, those of one member left out."""
    size = len(block)
    if size < 2:
        return
    distance = np.full((size, size), _NEVER)
    np.fill_diagonal(distance, 0.0)
    for i, one in enumerate(block):
        for j in range(i + 1, size):
            if gate(one, block[j], by_name):
                distance[i, j] = distance[j, i] = 1.0 - likeness(one, block[j])
    tree = linkage(squareform(distance), method="average")
    labels = fcluster(tree, 1.0 - THRESHOLD, criterion="distance")
    for label in range(1, int(labels.max()) + 1):
        group = [item for item, own in zip(block, labels, strict=True) if own == label]
        if len(group) > 1:
            yield group
