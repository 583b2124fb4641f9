"""Secrets that must be read back lie sealed in the records, with a key that lies beside the log's.

Whoever gets hold of the database alone, or of a dump of it, cannot make anybody's codes.

Source: RFC 8439 (ChaCha20-Poly1305).
"""

from __future__ import annotations

import base64
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from truceline.access.hidden import Draw, Hidden
from truceline.errors import WorkspaceError

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


def seal(key: bytes, secret: Hidden, whose: str, draw: Draw) -> str:
    """Give a secret as it may lie in the records, bound to whose it is."""
    nonce = draw(_NONCE_BYTES)
    sealed = ChaCha20Poly1305(key).encrypt(nonce, secret.text.encode(), _bound(whose))
    return base64.b64encode(nonce + sealed).decode()


def unseal(key: bytes, sealed: str, whose: str) -> Hidden:
    """Give a sealed secret back.

    Raises:
        WorkspaceError: when it was sealed with another key, for somebody else, or was changed.
    """
    data = base64.b64decode(sealed)
    try:
        plain = ChaCha20Poly1305(key).decrypt(
            data[:_NONCE_BYTES], data[_NONCE_BYTES:], _bound(whose)
        )
    except (InvalidTag, ValueError):
        raise WorkspaceError(
            f"the second factor of {whose} cannot be read: keys/accounts.key is not the one with "
            "which it was sealed; put back a copy of it, or invite the person anew."
        ) from None
    return Hidden(plain.decode())


def _bound(whose: str) -> bytes:
    return b"truceline/second-factor/v1\n" + whose.encode()
