"""The signature of a web hook: who sent it, that nothing was changed, and when.

It is the one that users of web hooks find in other systems too: header ``webhook-id`` with the
same value at each try, ``webhook-timestamp`` in seconds, ``webhook-signature`` with ``v1,`` and the
base64 of HMAC-SHA256 over ``<id>.<timestamp>.<body>``.

Source: Standard Webhooks, https://github.com/standard-webhooks/standard-webhooks, scheme v1.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from truceline.errors import EvidenceError, WorkspaceError

PREFIX: Final = "whsec_"
"""What a secret begins with."""
SHORTEST: Final = 24
"""Of a secret. Unit: bytes."""
LONGEST: Final = 64
"""Of a secret. Unit: bytes."""
TOLERANCE: Final = timedelta(minutes=5)
"""How far the time of a hook may lie from the receiver's clock."""


def secret_bytes(text: str) -> bytes:
    """Read a secret.

    Raises:
        WorkspaceError: when it is not of the form, or so short that it can be guessed.

    >>> len(secret_bytes("whsec_" + "QUFB" * 8))
    24
    """
    try:
        letters = text.strip().removeprefix(PREFIX).rstrip("=")  # some leave the filling out
        found = base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not text.strip().startswith(PREFIX) or not SHORTEST <= len(found) <= LONGEST:
        raise WorkspaceError(
            f"a secret of a web hook is {PREFIX} and the base64 of {SHORTEST} to {LONGEST} random "
            f"bytes; make one with: echo {PREFIX}$(head -c 32 /dev/urandom | base64 -w 0)"
        )
    return found


def signed(secret: bytes, key: str, moment: datetime, body: bytes) -> dict[str, str]:
    """Give the headers that sign a body.

    Args:
        secret: shared with the receiver.
        key: the same at each try of one message; without a full stop, which parts what is signed.
        moment: of this try; UTC.
        body: as it goes out.

    Raises:
        ValueError: when the key holds a full stop.
    """
    if "." in key:
        raise ValueError(f"the key {key!r} holds a full stop, which would make it ambiguous")
    seconds = str(int(moment.timestamp()))
    return {
        "webhook-id": key,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{_mac(secret, key, seconds, body)}",
    }


def check(secret: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Check a hook as its receiver should, and give its key.

    A receiver keeps the keys that it has seen and drops what comes again.

    Args:
        secret: shared with the sender.
        headers: of the request; their case does not matter.
        body: as it came, before it is parsed.
        now: the receiver's clock; UTC.

    Raises:
        EvidenceError: when a header is missing, the time is off, or no signature fits.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        key, seconds, said = (given[f"webhook-{n}"] for n in ("id", "timestamp", "signature"))
        off = abs(now.timestamp() - int(seconds))
    except (KeyError, ValueError) as error:
        raise EvidenceError(f"the hook is not signed as it should be: {error}") from None
    if off > TOLERANCE.total_seconds():
        raise EvidenceError(
            f"the hook is of another time: {off:.0f} s from now; it may be replayed"
        )
    wanted = f"v1,{_mac(secret, key, seconds, body)}".encode()
    if not any(hmac.compare_digest(one.encode(), wanted) for one in said.split(" ")):
        raise EvidenceError("the signature of the hook does not fit; it was changed or is not ours")
    return key


def _mac(secret: bytes, key: str, seconds: str, body: bytes) -> str:
    over = b".".join([key.encode(), seconds.encode(), body])
    return base64.b64encode(hmac.new(secret, over, hashlib.sha256).digest()).decode()
