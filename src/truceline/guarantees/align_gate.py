"""Which two statements of one speaker may be one at all: months, events, days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import scipy  # its sparse is loaded when it is used
from numpy.typing import NDArray

from truceline.guarantees.align_days import Told, near
from truceline.guarantees.align_likeness import Item

ANY_YEAR: Final = "????"
"""Stands for the year of a month whose year is not told."""


class Gate:
    """Tells of any two statements of one speaker whether they may be one at all.

    Both months must be known, be a single one, and be the same; the articles must be about events
    of the same days, unless a statement tells its own month: "in September A said" looks back from
    an article about other days. A month without a year is the same as one of any year, and is of one event
    where the articles name a day in common. Where the month of either is not known, only words
    quoted alike at length open the gate, since they are the same utterance whenever it was made.
    Two known days must be one day.
    """

    def __init__(self, block: Sequence[Item], told: Mapping[str, Told]) -> None:
        """Make a block ready.

        Args:
            block: statements of one speaker.
            told: by document, what it tells of its own days.
        """
        months = [next(iter(item.months)) if len(item.months) == 1 else "" for item in block]
        self._year = _codes([month[:4] for month in months])
        self._loose = np.array([month.startswith(ANY_YEAR) for month in months])
        self._month = _codes([month[5:] for month in months])
        self._known = np.array([bool(month) for month in months])
        kinds = list(dict.fromkeys(told[item.statement.doc] for item in block))
        place = {kind: number for number, kind in enumerate(kinds)}
        self._event = np.array([place[told[item.statement.doc]] for item in block])
        self._together = np.array([[near(one, other) for other in kinds] for one in kinds])
        self._own = np.array([item.own for item in block])
        days = [item.statement.date_said or "" for item in block]
        self._day, self._dated = _codes(days), np.array([bool(day) for day in days])
        self._dateless = np.array([not item.months for item in block])
        self._runs = _runs(block) if self._dateless.any() else None

    def rows(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Give the gate of some statements, by their places in the block, against all."""
        same = self._year[rows][:, None] == self._year
        same |= self._loose[rows][:, None] | self._loose
        same &= self._month[rows][:, None] == self._month
        opened = same & self._known[rows][:, None] & self._known
        back = (self._own[rows][:, None] | self._own) & ~(self._loose[rows][:, None] | self._loose)
        opened &= self._together[self._event[rows]][:, self._event] | back
        if self._runs is not None:
            dateless = self._dateless[rows][:, None] | self._dateless
            opened |= dateless & ((self._runs[rows] @ self._runs.T).toarray() > 0)
        dated = self._dated[rows][:, None] & self._dated
        result: NDArray[np.bool_] = opened & ~(dated & (self._day[rows][:, None] != self._day))
        return result


def _runs(block: Sequence[Item]) -> scipy.sparse.csr_array:
    """Give which words are quoted in a row: a row a statement, a column a run."""
    column: dict[tuple[str, ...], int] = {}
    rows, columns = [], []
    for number, item in enumerate(block):
        for run in sorted(item.runs):
            rows.append(number)
            columns.append(column.setdefault(run, len(column)))
    shape = (len(block), max(len(column), 1))
    return scipy.sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)


def _codes(values: Sequence[str]) -> NDArray[np.int64]:
    """Number values, equal ones alike."""
    return np.unique(np.array(values), return_inverse=True)[1].astype(np.int64)
