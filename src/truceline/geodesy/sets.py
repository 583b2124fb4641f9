"""Sets of polygons, each kept once and known by a number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from truceline.geodesy.grid import Ints
from truceline.geodesy.kernel import kernel


class Sets(NamedTuple):
    """The sets noted so far; set 0 is the empty one."""

    codes: NDArray[np.uint64]
    """Of each polygon; a set's is that of its polygons, combined by exclusive or."""
    size: int
    start: Ints
    """Where each set starts in ``members``, and where the last one ends."""
    members: Ints
    """Polygons, ascending within a set."""
    table: Ints
    """Open addressing: number of a set, or -1."""


def scattered(count: int) -> NDArray[np.uint64]:
    """Give a code for each polygon, in which each bit is as often 0 as 1.

    Source: the finaliser of splitmix64 (Steele, Lea and Flood 2014, Fast Splittable Pseudorandom
    Number Generators).
    """
    z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@kernel
def no_sets(codes: NDArray[np.uint64]) -> Sets:
    """Give a store that knows the empty set, for polygons with these codes."""
    table = np.full(4096, -1, np.int32)
    table[0] = 0  # the code of the empty set is 0
    return Sets(codes, 1, np.zeros(1024, np.int32), np.empty(4096, np.int32), table)


@kernel
def number_of(some: Ints, sets: Sets) -> tuple[int, Sets]:
    """Give the number of a set, and the store, which has noted it where it was new."""
    codes, count, start, members, table = sets
    at = _slot(codes, table, start, members, some)
    if table[at] >= 0:
        return table[at], sets
    table[at] = count
    start = _grown(start, count + 2)
    end = start[count] + len(some)
    members = _grown(members, end)
    members[start[count] : end] = some
    start[count + 1] = end
    if 2 * count > len(table):
        table = _rehashed(codes, table, start, members, count + 1)
    return count, Sets(codes, count + 1, start, members, table)


@kernel
def _slot(codes: NDArray[np.uint64], table: Ints, start: Ints, members: Ints, some: Ints) -> int:
    """Give the place in the table of a set, or the free place where it belongs."""
    code = np.uint64(0)
    for one in some:
        code ^= codes[one]
    mask = len(table) - 1
    at = np.int64(code & np.uint64(mask))
    while table[at] >= 0:
        known = members[start[table[at]] : start[table[at] + 1]]
        if len(known) == len(some) and np.all(known == some):
            break
        at = (at + 1) & mask
    return int(at)


@kernel
def _grown(array: Ints, need: int) -> Ints:
    if need <= len(array):
        return array
    larger = np.empty(max(need, 2 * len(array)), np.int32)
    larger[: len(array)] = array
    return larger


@kernel
def _rehashed(
    codes: NDArray[np.uint64], table: Ints, start: Ints, members: Ints, count: int
) -> Ints:
    larger = np.full(4 * len(table), -1, np.int32)
    for known in range(count):
        some = members[start[known] : start[known + 1]]
        larger[_slot(codes, larger, start, members, some)] = known
    return larger
