"""What a signature line of a note signs, for each type of key, and whether it holds.

A cosignature says: at this time, this was the largest state of the log that the witness has seen,
and it continues all that it saw before. Type 04 (Ed25519) signs a time and the whole text; type 06
(ML-DSA-44, safe against quantum computers) signs names, time, size and root, without extension
lines.

Source: C2SP signed-note (type 0x01); tlog-cosignature (types 0x04 and 0x06, signed messages).
"""

from __future__ import annotations

import base64
import binascii
from functools import cache
from types import ModuleType
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519: Final = 0x01
"""Type of a log's key: signs the text of the note."""
COSIGNATURE: Final = 0x04
"""Type of a witness's key: signs a time and the text of the note."""
ML_DSA_44: Final = 0x06
"""Type of a witness's second key: signs a time, names, size and root."""
KEY_BYTES: Final = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
"""Type of a key to the length of the public key. Unit: bytes."""
LATEST_TIME_S: Final = 2**63 - 1
"""Of a cosignature. Unit: s since 1970-01-01 UTC."""

_TIME_BYTES: Final = 8


def cosigned_message(text: bytes, time_s: int) -> bytes:
    r"""Give what a cosignature of type 04 signs.

    >>> cosigned_message(b"a.example\n", 5)
    b'cosignature/v1\ntime 5\na.example\n'
    """
    return b"cosignature/v1\ntime %d\n" % time_s + text


def subtree_message(cosigner: str, text: bytes, time_s: int) -> bytes:
    """Give what a cosignature of type 06 over a whole checkpoint signs.

    Raises:
        ValueError: when the text is no checkpoint, or a name does not fit.
    """
    origin, size, encoded, *_ = text.split(b"\n")
    name = cosigner.encode()
    root = base64.b64decode(encoded, validate=True)
    if not 0 < len(name) < 256 or not 0 < len(origin) < 256 or len(root) != 32:
        raise ValueError("a name of 1..255 bytes and a root of 32 are needed")
    return b"".join(
        (
            b"subtree/v1\n\0",
            bytes([len(name)]) + name,
            time_s.to_bytes(8, "big"),
            bytes([len(origin)]) + origin,
            (0).to_bytes(8, "big"),
            int(size).to_bytes(8, "big"),
            root,
        )
    )


def verifiable(kind: int) -> bool:
    """Say whether signatures of a type can be verified by the libraries that are installed.

    >>> verifiable(ED25519), verifiable(2)
    (True, False)
    """
    return kind in (ED25519, COSIGNATURE) or (kind == ML_DSA_44 and _ml_dsa() is not None)


def signature_holds(kind: int, public: bytes, name: str, text: bytes, value: bytes) -> bool:
    """Say whether a signature over the text of a note holds.

    Args:
        kind: type of the key.
        public: the key.
        name: under which it signs.
        text: of the note, with its last line feed.
        value: signature, after the time if it is a cosignature.
    """
    try:
        if kind == ED25519:
            Ed25519PublicKey.from_public_bytes(public).verify(value, text)
            return True
        time_s = int.from_bytes(value[:_TIME_BYTES], "big")
        signature = value[_TIME_BYTES:]
        if time_s > LATEST_TIME_S or not signature:
            return False
        if kind == COSIGNATURE:
            key = Ed25519PublicKey.from_public_bytes(public)
            key.verify(signature, cosigned_message(text, time_s))
            return True
        return _ml_dsa_holds(public, subtree_message(name, text, time_s), signature)
    except (InvalidSignature, ValueError, OverflowError, binascii.Error):
        return False


def _ml_dsa_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    module = _ml_dsa()
    if module is None:
        return False
    module.MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    return True


@cache
def _ml_dsa() -> ModuleType | None:
    """Give the module that knows ML-DSA; null where cryptography or OpenSSL are too old for it."""
    try:
        from cryptography.hazmat.primitives.asymmetric import mldsa  # noqa: PLC0415 - may be missing

        mldsa.MLDSA44PrivateKey.from_seed_bytes(bytes(32))
    except (ImportError, UnsupportedAlgorithm, AttributeError):
        return None
    return mldsa
