"""Asking a witness to cosign a checkpoint, over HTTP.

Source: C2SP tlog-witness, add-checkpoint.
"""

from __future__ import annotations

from truceline.evidence.witness_request import Answer
from truceline.transport.exchange import exchange

_LONGEST_ANSWER = 64 * 1024


def add_checkpoint(url: str, body: bytes, *, timeout_s: float = 10.0, ca_file: str = "") -> Answer:
    """Post a request to a witness and give its answer, whatever it says.

    Args:
        url: where the witness takes checkpoints, without ``/add-checkpoint``.
        body: of the request.
        timeout_s: for each step. Unit: s.
        ca_file: certificates of a private authority; empty for those of the system.

    Raises:
        SourceError: when the address cannot be used, or no whole answer comes.
    """
    reply = exchange(
        url.rstrip("/") + "/add-checkpoint",
        body,
        "text/plain; charset=utf-8",
        longest=_LONGEST_ANSWER,
        timeout_s=timeout_s,
        ca_file=ca_file,
    )
    return Answer(reply.status, reply.body, reply.content_type)
