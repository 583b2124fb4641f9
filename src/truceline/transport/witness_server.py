"""A witness over HTTP: ``POST /add-checkpoint`` and ``GET /<hex SHA-256(origin)>/checkpoint``.

Whoever is slow must not stop others: a connection that does not bring a whole request in time is
cut, bodies have an end, and when very many are open the one that was idle longest goes first.

Source: C2SP tlog-witness.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from truceline.errors import EvidenceError, WorkspaceError
from truceline.evidence.witness import Witness
from truceline.evidence.witness_request import (
    BAD_REQUEST,
    LONGEST_BODY,
    TEXT_TYPE,
    UNAVAILABLE,
    UNPROCESSABLE,
    Answer,
    refusal,
)

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

PATIENCE_S: Final = 20.0
"""How long a connection may take to bring a request and take the answer. Unit: s."""
_ENDING_S: Final = 2
"""Once the server is asked to end, what is still not done then is left. Unit: s."""
MOST_OPEN: Final = 400
"""Connections that are open at once; one more, and the one idle longest is cut."""
_TOO_LONG: Final = 413
_DRAINED: Final = 8 * LONGEST_BODY
"""Of a body that is too long, so much is read before the answer. Unit: bytes."""
_BACKLOG: Final = 256


def listen(host: str, port: int) -> socket.socket:
    """Take an address to listen on; from here on connections wait in line.

    Args:
        host: an address of this machine.
        port: 0 for any that is free.

    Raises:
        WorkspaceError: when the address cannot be taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # the protocol is named so that asyncio sends answers at once (TCP_NODELAY)
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise WorkspaceError(
            f"cannot listen on {host}:{port} ({error}); take another address or port"
        ) from None
    return listening


def address(listening: socket.socket) -> str:
    """Give the address that a socket listens on, for a client."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    witness: Witness,
    listening: socket.socket,
    now: Callable[[], datetime],
    told: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or SIGINT comes.

    Args:
        witness: whose state lies on this machine.
        listening: from :func:`listen`.
        now: gives the time, UTC.
        told: takes lines for the person who runs the witness.

    Raises:
        WorkspaceError: when the libraries of a server are not installed.
    """
    server = make_server(witness, now, told)
    if threading.current_thread() is threading.main_thread():
        # uvicorn raises the signal again once it has ended; ending cleanly is what was asked for
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: None)
    server.run(sockets=[listening])


def make_server(
    witness: Witness,
    now: Callable[[], datetime],
    told: Callable[[str], None],
    patience_s: float = PATIENCE_S,
    most_open: int = MOST_OPEN,
) -> uvicorn.Server:
    """Make the server, not yet running.

    Raises:
        WorkspaceError: when the libraries of a server are not installed.
    """
    try:
        import uvicorn  # noqa: PLC0415 - an extra: only who runs a witness needs it

        from truceline.transport.patient_http import patient  # noqa: PLC0415 - the same

        app = witness_app(witness, now, told)
    except ImportError:
        raise WorkspaceError(
            "a witness over HTTP needs libraries that are not installed; install them with: "
            "pip install 'truceline[server]'; `truceline evidence cosign` needs none"
        ) from None
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=patient(patience_s, most_open),
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=int(patience_s) or 1,
            timeout_graceful_shutdown=_ENDING_S,
        )
    )


def witness_app(
    witness: Witness, now: Callable[[], datetime], told: Callable[[str], None]
) -> Starlette:
    """Make the application of a witness.

    Raises:
        ImportError: when Starlette is not installed.
    """
    from starlette.applications import Starlette  # noqa: PLC0415 - an extra
    from starlette.concurrency import run_in_threadpool  # noqa: PLC0415 - the same
    from starlette.requests import ClientDisconnect  # noqa: PLC0415 - the same
    from starlette.routing import Route  # noqa: PLC0415 - the same

    async def add_checkpoint(request: Request) -> Response:
        try:
            body = await _body(request)
        except ClientDisconnect:
            return _response(refusal(BAD_REQUEST, "the request was cut off"))
        if body is None:
            long = refusal(_TOO_LONG, f"a request has at most {LONGEST_BODY} bytes")
            return _response(long, {"connection": "close"})
        return _response(await run_in_threadpool(_answer, witness, body, now, told))

    async def latest(request: Request) -> Response:
        found = await run_in_threadpool(_latest, witness, request.path_params["log"], told)
        return _response(found, {"cache-control": "no-store"})

    app = Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/{log}/checkpoint", latest, methods=["GET"]),
        ]
    )
    app.router.redirect_slashes = False
    return app


def _answer(
    witness: Witness, body: bytes, now: Callable[[], datetime], told: Callable[[str], None]
) -> Answer:
    """Let the witness answer; what it cannot do now is said without what lies on this machine."""
    try:
        answer = witness.add_checkpoint(body, now())
    except EvidenceError as error:
        told(str(error))
        return refusal(UNAVAILABLE, "the state of this witness is damaged; it cosigns nothing")
    except OSError as error:
        told(f"the state cannot be stored: {error}")
        return refusal(UNAVAILABLE, "this witness cannot store its state now; nothing was cosigned")
    if answer.status in (UNPROCESSABLE, UNAVAILABLE):
        told(f"refused ({answer.status}): {answer.body.decode().strip()}")
    return answer


def _latest(witness: Witness, log: str, told: Callable[[str], None]) -> Answer:
    try:
        note = witness.latest(log)
    except (EvidenceError, OSError) as error:
        told(str(error))
        return refusal(UNAVAILABLE, "the state of this witness cannot be read")
    if note is None:
        return refusal(404, "this witness has cosigned no checkpoint of such a log")
    return Answer(200, note, TEXT_TYPE)


async def _body(request: Request) -> bytes | None:
    """Read the body of a request; null where it is too long.

    What is a little too long is still taken off the line, for a client that is cut while it sends
    does not read why.
    """
    stated = request.headers.get("content-length", "0")
    if not stated.isascii() or not stated.isdigit() or int(stated) > _DRAINED:
        return None
    parts: list[bytes] = []
    total = 0
    async for part in request.stream():
        total += len(part)
        if total > _DRAINED:
            return None
        if total <= LONGEST_BODY:
            parts.append(part)
    return b"".join(parts) if total <= LONGEST_BODY else None


def _response(answer: Answer, headers: dict[str, str] | None = None) -> Response:
    from starlette.responses import Response  # noqa: PLC0415 - an extra

    # the type goes as a header, for Starlette would add a charset to it
    return Response(
        answer.body, answer.status, {"content-type": answer.content_type, **(headers or {})}
    )
