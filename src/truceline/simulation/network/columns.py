"""Dataclasses whose fields are columns: choose rows, put one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar, cast

import numpy as np

from truceline.simulation.network.numbers import Bools, Ints

T = TypeVar("T")


def rows_of(table: T, choice: Bools | Ints) -> T:
    """Choose rows of every column, all of which are arrays."""
    chosen = (getattr(table, f.name)[choice] for f in fields(cast("Any", table)))
    return type(table)(*chosen)


def joined(parts: Sequence[T]) -> T:
    """Put the rows of tables of one kind one after the other; there is at least one."""
    columns: list[Any] = []
    for one in fields(cast("Any", parts[0])):
        values = [getattr(part, one.name) for part in parts]
        if isinstance(values[0], list):
            columns.append([value for part in values for value in part])
        else:
            columns.append(np.concatenate(values))
    return type(parts[0])(*columns)
