"""The same statement in several outlets, reworded or translated differently, is one.

A gate stands before every likeness: one speaker, one month, events of the same days. What passes
it is compared by rare content words, by quoted words and by numbers, which are words here, and
grouped by average linkage, so that no chain of half-likenesses joins two things.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np
import scipy  # its cluster and spatial are loaded when they are used: that takes half a second

from truceline.guarantees.align_days import Told, told_by
from truceline.guarantees.align_gate import ANY_YEAR, Gate
from truceline.guarantees.align_likeness import Item, Likeness, items, likenesses
from truceline.model.article import Alignment, Document, Statement

THRESHOLD: Final = 0.34
"""Likeness from which two statements are one, 0..1; chosen on the seeds by ``tools/score_alignment.py``."""
_NOBODY: Final = frozenset({"", "unknown"})
_NEVER: Final = 1e6
"""Distance of two statements that the gate keeps apart; no average with it stays low."""
_SMALL: Final = 400
"""Statements of one speaker and month up to which all are compared at once."""


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
    told = {name: told_by(by_name[name]) for name in sorted({one.doc for one in statements})}
    blocks: dict[tuple[str, str], list[Item]] = defaultdict(list)
    ready = items(sorted(statements, key=lambda one: one.id), by_name, told)
    vague = {item.statement.speaker for item in ready if _is_vague(item)}
    for item in ready:
        if item.statement.speaker not in _NOBODY:
            blocks[_block_of(item, vague)].append(item)
    groups = (group for block in blocks.values() for group in _groups(block, told))
    found = (
        tuple(sorted(item.statement.id for item in group))
        for group in groups
        if len({item.statement.doc for item in group}) > 1
    )
    return tuple(Alignment(members) for members in sorted(found))


def _is_vague(item: Item) -> bool:
    """Tell whether a statement may have to be compared with those of several months."""
    return not item.months or any(month.startswith(ANY_YEAR) for month in item.months)


def _block_of(item: Item, vague: AbstractSet[str]) -> tuple[str, str]:
    """Name the speaker and month that a statement is compared in; all months where one is vague."""
    speaker = item.statement.speaker
    return speaker, "" if speaker in vague else " ".join(sorted(item.months))


def _groups(block: Sequence[Item], told: Mapping[str, Told]) -> Iterator[list[Item]]:
    """Give the groups of one speaker's statements, those of one member left out.

    Where no pair between two sets of statements is alike enough, no average between them is either:
    so each set that hangs together is grouped by itself, with the result of all at once.
    """
    if len(block) < 2:
        return
    for part in [block] if len(block) <= _SMALL else _hanging_together(block, told):
        opened = Gate(part, told).rows(np.arange(len(part)))
        distance = np.where(opened, 1.0 - likenesses(part), _NEVER)
        np.fill_diagonal(distance, 0.0)
        condensed = scipy.spatial.distance.squareform(distance, checks=False)
        tree = scipy.cluster.hierarchy.linkage(condensed, method="average")
        labels = scipy.cluster.hierarchy.fcluster(tree, 1.0 - THRESHOLD, criterion="distance")
        groups: dict[int, list[Item]] = defaultdict(list)
        for item, label in zip(part, labels, strict=True):
            groups[int(label)].append(item)
        yield from (group for group in groups.values() if len(group) > 1)


def _hanging_together(block: Sequence[Item], told: Mapping[str, Told]) -> Iterator[list[Item]]:
    """Give the sets of two statements or more that pairs above the threshold hold together."""
    gate, likeness = Gate(block, told), Likeness(block)
    first, second = [], []
    for rows, alike in likeness.by_rows():
        pairs = np.argwhere(gate.rows(rows) & (alike >= THRESHOLD))
        first.append(rows[pairs[:, 0]])
        second.append(pairs[:, 1])
    ends = np.concatenate(first), np.concatenate(second)
    size = len(block)
    graph = scipy.sparse.coo_array((np.ones(len(ends[0])), ends), shape=(size, size))
    _, labels = scipy.sparse.csgraph.connected_components(graph, directed=False)
    order = np.argsort(labels, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        if len(part) > 1:
            yield [block[int(number)] for number in part]
