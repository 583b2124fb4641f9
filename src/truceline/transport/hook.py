"""A POST over HTTPS: signed, without redirects, with an end to waiting."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import SplitResult, urlsplit

from truceline.transport.outcome import Outcome, Result
from truceline.transport.patience import at_most
from truceline.transport.signature import signed

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
"""Hosts that may be spoken to without encryption: nobody listens in between."""
_AGAIN: Final = frozenset({408, 425, 429})
"""Answers of the 4xx kind that mean: not now."""
_READ: Final = 300
"""How much of an answer is read. Unit: bytes."""


@dataclass(frozen=True, slots=True)
class Post:
    """What is posted."""

    url: str
    body: bytes
    content_type: str
    key: str
    """The same at each try, so that the receiver can drop what comes again."""
    secret: bytes | None
    """To sign with; null for a receiver that checks no signature."""
    headers: Mapping[str, str] = field(default_factory=dict)


def url_problem(url: str) -> str:
    """Say what is wrong with an address to post to; empty where nothing is.

    >>> url_problem("http://north.example/hook")
    'is not https (http is for loopback only)'
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"is no address: {error}"
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return "is no address of the form https://host/path"
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return "is not https (http is for loopback only)"
    if parts.username is not None or parts.password is not None:
        return "holds a name or password; secrets stand in environment variables"
    if parts.fragment or not url.isascii() or any(c.isspace() for c in url) or port == 0:
        return "holds a fragment, a blank, port 0 or letters beyond ASCII"
    return ""


def post(message: Post, now: datetime, timeout_s: float, ca_file: str = "") -> Outcome:
    """Post once and say what became of it. A redirect is not followed: it is a failure.

    Args:
        message: to post; its address was checked by :func:`url_problem`.
        now: moment of this try, which is signed; UTC.
        timeout_s: for each step; three times as long for all of it. Unit: s.
        ca_file: certificates of a private authority; empty for those of the system.
    """
    headers = {"Content-Type": message.content_type, "User-Agent": "truceline", **message.headers}
    if message.secret is not None:
        headers |= signed(message.secret, message.key, now, message.body)
    parts = urlsplit(message.url)
    try:
        connection = _connection(parts, timeout_s, ca_file)
        connection.connect()
    except (OSError, http.client.HTTPException) as error:
        return Outcome(Result.LATER, _named(error), str(error), down=True)
    try:
        with at_most(3 * timeout_s, lambda: connection.sock):
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, message.body, headers)
            answer = connection.getresponse()
            said = answer.read(_READ).decode("utf-8", errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return Outcome(Result.LATER, _named(error), str(error), unsure=True)
    finally:
        connection.close()
    return _outcome(answer.status, said)


def _connection(parts: SplitResult, timeout_s: float, ca_file: str) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=timeout_s)
    context = ssl.create_default_context(cafile=ca_file or None)
    return http.client.HTTPSConnection(host, parts.port, timeout=timeout_s, context=context)


def _outcome(status: int, said: str) -> Outcome:
    code = f"HTTP {status}"
    if 200 <= status < 300:
        return Outcome(Result.SENT, code)
    if status >= 500:
        return Outcome(Result.LATER, code, said, unsure=True)
    if status in _AGAIN:
        return Outcome(Result.LATER, code, said)
    return Outcome(Result.FAILED, code, said)


def _named(error: Exception) -> str:
    """Name what went wrong without an address."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate not trusted"
    return "no answer in time" if isinstance(error, TimeoutError) else "no connection"
