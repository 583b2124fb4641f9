"""Threads of one process wait for one thing in the order in which they came."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from truceline.errors import WorkspaceError


class _Line:
    """Who waits for one thing; whoever stands first has it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()

    def enter(self, patience_s: float) -> bool:
        """Wait for one's turn; false where it does not come in time, and then one left the line."""
        mine = threading.Event()
        with self._guard:
            self._waiting.append(mine)
            if self._waiting[0] is mine:
                mine.set()
        if mine.wait(patience_s):
            return True
        with self._guard:
            if mine.is_set():  # it came just now
                return True
            self._waiting.remove(mine)
            return False

    def leave(self) -> None:
        """Let the next one in."""
        with self._guard:
            self._waiting.popleft()
            if self._waiting:
                self._waiting[0].set()


_LINES: Final[dict[str, _Line]] = {}
_GUARD: Final = threading.Lock()


@contextmanager
def turn(thing: Path, patience_s: float, busy: str) -> Iterator[None]:
    """Have something to oneself among the threads of this process.

    Args:
        thing: what is waited for.
        patience_s: how long. Unit: s.
        busy: what to say where the turn does not come.

    Raises:
        WorkspaceError: when it does not come in time.
    """
    with _GUARD:
        line = _LINES.setdefault(str(thing.resolve()), _Line())
    if not line.enter(patience_s):
        raise WorkspaceError(busy)
    try:
        yield
    finally:
        line.leave()
