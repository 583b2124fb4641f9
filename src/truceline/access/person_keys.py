"""Keys by which a person's steps are known, as they are written in files.

A key that the system keeps is an Ed25519 seed, base64 on one line. A key that a person keeps comes
in as the public half alone: the line that OpenSSH writes (``ssh-ed25519``, or
``sk-ssh-ed25519@openssh.com`` for hardware), or the base64 of 32 bytes.

Source: RFC 8032 (Ed25519), RFC 8709 section 4 (ssh-ed25519), OpenSSH PROTOCOL.u2f (sk keys).
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from truceline.errors import WorkflowError, WorkspaceError
from truceline.model.person import KeptBy, PersonKey

SEED_BYTES: Final = 32
"""Length of a seed, and of a public key. Unit: bytes."""
SSH_KINDS: Final = ("ssh-ed25519", "sk-ssh-ed25519@openssh.com")
_LONGEST: Final = 4096
"""Of a file with a public key. Unit: bytes."""


def key_of_seed(seed: bytes) -> PersonKey:
    """Give the public key of a seed that the system keeps.

    Raises:
        ValueError: when the seed has not 32 bytes.
    """
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return PersonKey("ed25519", base64.b64encode(public).decode(), KeptBy.SYSTEM)


def seed_text(seed: bytes) -> bytes:
    """Give the bytes of the file in which the system keeps a seed."""
    return base64.b64encode(seed) + b"\n"


def parse_seed(data: bytes, name: str) -> bytes:
    """Read a seed back.

    Raises:
        WorkspaceError: when the file was changed; the message does not repeat what is in it.
    """
    try:
        seed = base64.b64decode(data.removesuffix(b"\n"), validate=True)
    except (binascii.Error, ValueError):
        seed = b""
    if len(seed) != SEED_BYTES:
        raise WorkspaceError(
            f"{name} holds no key of a person; put back a copy of it, or give the person a new key "
            "(`truceline people key WS ID --new`)."
        )
    return seed


def read_public_key(data: bytes) -> PersonKey:
    """Read the public half of a key that a person keeps.

    Args:
        data: of the file.

    Raises:
        WorkflowError: when it is no such key, or a private one.
    """
    if b"PRIVATE KEY" in data[:_LONGEST]:
        raise WorkflowError(
            "this is a private key: keep it to yourself, and give the file that ends in .pub."
        )
    lines = data[: _LONGEST + 1].decode("utf-8", errors="replace").split("\n")
    words = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    if len(data) <= _LONGEST and len(words) == 1:
        first = words[0]
        if first[0] in SSH_KINDS and len(first) > 1 and _fits(first[0], _decoded(first[1])):
            return PersonKey("sshsig", f"{first[0]} {first[1]}", KeptBy.PERSON)
        if len(first) == 1 and _is_point(_decoded(first[0])):
            return PersonKey("ed25519", first[0], KeptBy.PERSON)
    raise WorkflowError(
        f"this is no public key that is understood: give one line as OpenSSH writes it, of type "
        f"{' or '.join(SSH_KINDS)}, or the base64 of the 32 bytes of an Ed25519 key."
    )


def _decoded(text: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if base64.b64encode(found).decode() == text else b""  # one way to write a key


def _fits(kind: str, blob: bytes) -> bool:
    """Tell whether a blob says the same type as the line, holds a key, and nothing else."""
    parts = []
    while len(blob) >= 4:
        length = int.from_bytes(blob[:4])
        part, blob = blob[4 : 4 + length], blob[4 + length :]
        if len(part) != length:
            return False
        parts.append(part)
    wanted = 2 if kind == SSH_KINDS[0] else 3
    return not blob and len(parts) == wanted and parts[0] == kind.encode() and _is_point(parts[1])


def _is_point(key: bytes) -> bool:
    if len(key) != SEED_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key)
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True
