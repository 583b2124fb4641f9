"""An end to waiting: time-outs hold for one step each, and a slow other side has many steps."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def at_most(seconds: float, of: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Cut a connection off when a piece of work has taken too long; its next step then fails.

    Args:
        seconds: for all of the work. Unit: s.
        of: gives the socket as it is by then; null where there is none yet.
    """
    timer = threading.Timer(seconds, _cut, [of])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(of: Callable[[], socket.socket | None]) -> None:
    with suppress(OSError):
        if (connection := of()) is not None:
            connection.shutdown(socket.SHUT_RDWR)
