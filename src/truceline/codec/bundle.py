"""The file form of a bundle: canonical JSON under a seal, so that no byte of it changes unseen."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from truceline.codec.canonical import canonical
from truceline.evidence.note import Signer

FORMAT: Final = "truceline-bundle/v1"
"""Form of the body."""
_DOMAIN: Final = b"truceline/bundle/v1\n"
"""Keeps a seal from being taken for another signature of the same key."""


def write_bundle(body: Mapping[str, Any], signer: Signer) -> bytes:
    """Write a bundle: ``{"body":BODY,"seal":"SEAL"}`` and a line feed.

    The seal is the Ed25519 signature over ``"truceline/bundle/v1" LF || SHA-256(BODY)``.

    Args:
        body: what it holds; keys in ASCII, no numbers with a fraction outside of embedded texts.
        signer: of the log.

    Raises:
        ValueError: when the body holds what canonical JSON cannot.
        TypeError: the same.
    """
    inside = canonical(dict(body))
    private = Ed25519PrivateKey.from_private_bytes(signer.seed)
    seal = private.sign(_DOMAIN + hashlib.sha256(inside).digest())
    return b'{"body":' + inside + b',"seal":"' + base64.b64encode(seal) + b'"}\n'
