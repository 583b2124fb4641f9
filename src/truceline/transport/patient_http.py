"""HTTP connections that do not wait for ever, so that a slow client stops nobody but itself."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

ENDING_S: Final = 1.0
"""How long a connection may still take once the server is asked to end. Unit: s."""


def patient(patience_s: float, most_open: int) -> type[H11Protocol]:
    """Make a kind of connection that is cut when it takes too long or too many are open.

    Args:
        patience_s: from connecting, or from the last answer, to the next answer. Unit: s.
        most_open: connections that may be open at once.
    """
    opened: dict[H11Protocol, None] = {}

    class Patient(H11Protocol):
        """One connection."""

        _timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            """Begin to count the time; let the connection go that was idle longest."""
            super().connection_made(transport)
            self._begin()
            if len(opened) > most_open:
                next(iter(opened)).transport.abort()

        def connection_lost(self, exc: Exception | None) -> None:
            """Stop counting."""
            super().connection_lost(exc)
            self._stop()

        def on_response_complete(self) -> None:
            """Begin to count anew for the next request."""
            super().on_response_complete()
            if not self.transport.is_closing():
                self._begin()

        def shutdown(self) -> None:
            """End; one in the middle of a request has little time left for it."""
            super().shutdown()
            self._begin(ENDING_S)

        def _begin(self, allowed_s: float = patience_s) -> None:
            self._stop()
            opened[self] = None
            self._timer = self.loop.call_later(allowed_s, self.transport.abort)

        def _stop(self) -> None:
            opened.pop(self, None)
            if self._timer is not None:
                self._timer.cancel()

    return Patient
