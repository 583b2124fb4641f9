"""The same statement in several outlets, reworded or translated differently, is one.

A gate stands before every likeness: one speaker, one month, events of the same days. What passes
it is compared by rare content words, by quoted words and by numbers, which are words here,, and
grouped by average linkage, so that no chain of half-likenesses joins two things.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np
import scipy  # its cluster and spatial are loaded when they are used: that takes half a second
from numpy.typing import NDArray

from truceline.guarantees.align_likeness import Item, items, likenesses, verbatim
from truceline.guarantees.align_time import events_of, near
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
    blocks: dict[tuple[str, str], list[Item]] = defaultdict(list)
    ready = items(sorted(statements, key=lambda one: one.id), by_name)
    unknown = {item.statement.speaker for item in ready if not item.months}
    for item in ready:
        if item.statement.speaker not in _NOBODY:
            blocks[_block_of(item, unknown)].append(item)
    groups = (group for block in blocks.values() for group in _groups(block, by_name))
    found = (
        tuple(sorted(item.statement.id for item in group))
        for group in groups
        if len({item.statement.doc for item in group}) > 1
    )
    return tuple(Alignment(members) for members in sorted(found))


def _block_of(item: Item, unknown: AbstractSet[str]) -> tuple[str, str]:
    """Name the speaker and month that a statement is compared in; all months where one is unknown."""
    speaker = item.statement.speaker
    return speaker, "" if speaker in unknown else " ".join(sorted(item.months))


def gate(block: Sequence[Item], by_name: Mapping[str, Document]) -> NDArray[np.bool_]:
    """Tell of any two statements of one speaker whether they may be one at all.

    Both months must be known, be a single one, and be the same; the articles must be about events
    of the same days. Where the month of either is not known, only words quoted alike at length
    open the gate, since they are the same utterance whenever it was made.
    """
    months = [next(iter(item.months)) if len(item.months) == 1 else "" for item in block]
    month = _codes(months)
    events = [events_of(by_name[item.statement.doc]) for item in block]
    kinds = sorted(set(events))
    together = np.array([[near(one, other) for other in kinds] for one in kinds])
    event = np.array([kinds.index(one) for one in events])
    known = np.array([bool(one) for one in months])
    opened = (month[:, None] == month) & known[:, None] & known & together[np.ix_(event, event)]
    unknown = [number for number, item in enumerate(block) if not item.months]
    for number in unknown:
        for other, item in enumerate(block):
            opened[number, other] = opened[other, number] = verbatim(block[number], item)
    days = [item.statement.date_said or "" for item in block]
    day, dated = _codes(days), np.array([bool(one) for one in days])
    result: NDArray[np.bool_] = opened & ~(dated[:, None] & dated & (day[:, None] != day))
    return result


def _codes(values: Sequence[str]) -> NDArray[np.int64]:
    """Number values, equal ones alike."""
    return np.unique(np.array(values), return_inverse=True)[1].astype(np.int64)


def _groups(block: Sequence[Item], by_name: Mapping[str, Document]) -> Iterator[list[Item]]:
    """Give the groups of one speaker's statements, those of one member left out."""
    if len(block) < 2:
        return
    distance = np.where(gate(block, by_name), 1.0 - likenesses(block), _NEVER)
    np.fill_diagonal(distance, 0.0)
    condensed = scipy.spatial.distance.squareform(distance, checks=False)
    tree = scipy.cluster.hierarchy.linkage(condensed, method="average")
    labels = scipy.cluster.hierarchy.fcluster(tree, 1.0 - THRESHOLD, criterion="distance")
    groups: dict[int, list[Item]] = defaultdict(list)
    for item, label in zip(block, labels, strict=True):
        groups[int(label)].append(item)
    yield from (group for group in groups.values() if len(group) > 1)
