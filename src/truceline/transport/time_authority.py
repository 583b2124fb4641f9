"""Asking a time authority for a stamp, over HTTP.

Source: RFC 3161 section 3.4.
"""

from __future__ import annotations

from truceline.errors import SourceError
from truceline.evidence.timestamp import LONGEST_STAMP
from truceline.transport.exchange import exchange

_QUERY = "application/timestamp-query"
_REPLY = "application/timestamp-reply"


def ask(url: str, request: bytes, *, timeout_s: float = 20.0, ca_file: str = "") -> bytes:
    """Post a request for a time stamp and give the answer, unverified.

    Args:
        url: of the authority.
        request: DER of the request.
        timeout_s: for each step. Unit: s.
        ca_file: certificates of a private authority; empty for those of the system.

    Raises:
        SourceError: when no time stamp comes back.
    """
    reply = exchange(
        url, request, _QUERY, longest=LONGEST_STAMP, timeout_s=timeout_s, ca_file=ca_file
    )
    kind = reply.content_type.split(";")[0].strip().lower()
    if reply.status != 200 or kind != _REPLY:
        raise SourceError(
            f"{url}: answered HTTP {reply.status} with {kind or 'no content type'}, a time "
            f"authority answers 200 with {_REPLY}"
        )
    return reply.body
