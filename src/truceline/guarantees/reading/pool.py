"""Several processes that read one batch: the same readings in the same order as one would give."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Final

from truceline.guarantees.reading.tables import Tables
from truceline.model.article import Reading

FEW: Final = 20
"""Files up to which starting processes costs more than it saves."""
_PARCEL: Final = 8
"""Files that a process takes at a time."""
_AHEAD: Final = 3
"""Parcels a process may have waiting, so that memory does not grow with the batch."""

Entry = Mapping[str, Any] | None
ReadOne = Callable[[str, bytes, Entry, Tables | None], Reading]
_Parcel = list[tuple[str, bytes, Entry]]


def read_pooled(
    files: Mapping[str, bytes],
    sidecar: Mapping[str, Mapping[str, Any]],
    tables: Tables | None,
    workers: int,
    read_one: ReadOne,
) -> Iterator[Reading]:
    """Read files by several processes, in the order of their names.

    Where a process dies (killed for its memory, say) the rest is read by this one.

    Args:
        files: bytes by name.
        sidecar: what is known besides, by name.
        tables: who is who.
        workers: how many processes.
        read_one: reads one file; a function of a module, which a process can find by its name.
    """
    names = sorted(files)
    parcels = deque(names[at : at + _PARCEL] for at in range(0, len(names), _PARCEL))
    # Started afresh and not forked: the parent may have threads (a progress display).
    context = multiprocessing.get_context("spawn")
    waiting: deque[tuple[list[str], Future[list[Reading]]]] = deque()
    with ProcessPoolExecutor(workers, context) as pool:
        try:
            while parcels or waiting:
                while parcels and len(waiting) < workers * _AHEAD:
                    parcel = parcels.popleft()
                    full = [(name, files[name], sidecar.get(name)) for name in parcel]
                    waiting.append((parcel, pool.submit(_read_parcel, full, tables, read_one)))
                    del full
                yield from waiting[0][1].result()
                waiting.popleft()
        except BrokenProcessPool:
            left = [*(parcel for parcel, _ in waiting), *parcels]
            for name in (name for parcel in left for name in parcel):
                yield read_one(name, files[name], sidecar.get(name), tables)


def _read_parcel(parcel: _Parcel, tables: Tables | None, read_one: ReadOne) -> list[Reading]:
    return [read_one(name, data, entry, tables) for name, data, entry in parcel]
