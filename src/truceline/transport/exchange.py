"""One POST whose answer is read, with an end to waiting and to the answer's length."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from truceline.errors import SourceError
from truceline.transport.hook import url_problem
from truceline.transport.patience import at_most


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    """HTTP status code."""
    content_type: str
    body: bytes


def exchange(
    url: str,
    body: bytes,
    content_type: str,
    *,
    longest: int,
    timeout_s: float = 10.0,
    ca_file: str = "",
) -> Reply:
    """Post once and read the answer. A redirect is not followed.

    Args:
        url: https; http is for loopback only.
        body: to post.
        content_type: of the body.
        longest: bytes of an answer that are read; one more, and it is refused.
        timeout_s: for each step; three times as long for all of it. Unit: s.
        ca_file: certificates of a private authority; empty for those of the system.

    Raises:
        SourceError: when the address cannot be used, or no whole answer comes.
    """
    if problem := url_problem(url):
        raise SourceError(f"{url!r} {problem}")
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection = http.client.HTTPConnection(host, parts.port, timeout=timeout_s)
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=ca_file or None)
            connection = http.client.HTTPSConnection(
                host, parts.port, timeout=timeout_s, context=context
            )
        connection.connect()
        with at_most(3 * timeout_s, lambda: connection.sock):
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"Content-Type": content_type, "User-Agent": "truceline"}
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            read = answer.read(longest + 1)
            if answer.length and len(read) <= longest:
                raise http.client.IncompleteRead(read, answer.length)
    except (OSError, http.client.HTTPException) as error:
        said = str(error) or type(error).__name__
        raise SourceError(f"{url}: no answer ({said}); is it running there?") from None
    finally:
        connection.close()
    if len(read) > longest:
        raise SourceError(f"{url}: the answer is longer than {longest} bytes, it is not believed")
    return Reply(answer.status, answer.headers.get("Content-Type", ""), read)
