"""How a loop over numbers becomes machine code, once for a machine and a version of the source.

Kernels stand in files that nothing imports at start, since loading the compiler takes half a second.
They release the interpreter's lock, so that :func:`in_threads` can run two at once. With
``NUMBA_DISABLE_JIT=1`` they run as plain Python: slow, and seen by coverage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])
_HERE: Final = Path(__file__).parent
THREADS: Final = 2
"""How many threads share a call, unless it says otherwise."""
BLOCK: Final = 1 << 16
"""Positions that a thread takes at a time."""


@cache
def _cache_folder(here: Path) -> str:
    """Name a folder of compiled kernels by what all kernels of a package were compiled from.

    The compiler looks only at the file of a kernel, and not at those that the kernel calls: after
    a change there it would go on with machine code of the old source.
    """
    digest = hashlib.sha256(numba.__version__.encode())
    for file in sorted({*here.glob("*.py"), *_HERE.glob("*.py")}):
        digest.update(file.read_bytes())
    return str(here / "__pycache__" / f"kernels-{digest.hexdigest()[:16]}")


def kernel(function: _Kernel) -> _Kernel:
    """Compile a function at its first call, and keep the machine code for the next start."""
    settings: Any = numba.config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = _cache_folder(Path(function.__code__.co_filename).parent)
    try:
        compiled = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    finally:
        settings.CACHE_DIR = before
    return cast("_Kernel", compiled)


def in_threads(
    work: Callable[[int, int], Any], count: int, threads: int, block: int = BLOCK
) -> list[Any]:
    """Call ``work(start, end)`` for consecutive blocks of ``count`` positions.

    Args:
        work: releases the lock, and writes nothing that another block writes.
        count: positions in all.
        threads: 1 or more.
        block: positions of one call.

    Returns:
        what the calls returned, in order of the blocks.

    >>> in_threads(lambda start, end: end - start, 10, threads=2, block=4)
    [4, 4, 2]
    >>> in_threads(lambda start, end: end - start, 0, threads=2)
    []
    """
    starts = range(0, count, block)
    if threads <= 1 or len(starts) <= 1:
        return [work(start, min(start + block, count)) for start in starts]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda start: work(start, min(start + block, count)), starts))
