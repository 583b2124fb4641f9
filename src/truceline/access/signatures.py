"""Signatures of persons under what they did: what is signed, made, and checked.

Signed is the label and the canonical JSON of the step's record without the fields that only the log
gives it (``type``, ``number``, ``signature``) and without the finding itself, which its digest binds.

Source: RFC 8032 (Ed25519), OpenSSH PROTOCOL.sshsig and PROTOCOL.u2f.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_ssh_private_key,
)

from truceline.codec.canonical import canonical
from truceline.errors import WorkflowError
from truceline.model.person import KeptBy, PersonKey, Signature

NAMESPACE: Final = b"truceline"
"""What a signature of OpenSSH is for; ``ssh-keygen -Y sign -n truceline``."""
LABEL: Final = b"truceline/finding.step/v1\n"
"""First line of what is signed, so that it can be taken for nothing else."""
UNSIGNED: Final = frozenset({"type", "number", "signature", "finding"})
"""Fields of a record that are not signed."""
_SSH: Final = "ssh-ed25519"
_SK: Final = "sk-ssh-ed25519@openssh.com"
_BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
_END: Final = "-----END SSH SIGNATURE-----"
_MAGIC: Final = b"SSHSIG"
_HASHES: Final = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_TOUCHED: Final = 0x01
"""Flag of a hardware key: somebody was there and touched it."""
_LONGEST: Final = 8192
"""Of a signature or a private key, as text. Unit: characters."""


def statement(record: Mapping[str, Any]) -> bytes:
    """Give the bytes that a person signs for a step."""
    signed = {name: value for name, value in record.items() if name not in UNSIGNED}
    return LABEL + canonical(signed)


def signature_plain(signature: Signature) -> dict[str, str]:
    """Give the field ``signature`` of a step's record."""
    key = signature.key
    return {
        "kind": key.kind,
        "public": key.public,
        "kept_by": key.kept_by.value,
        "value": signature.value,
    }


def signature_of(plain: object) -> Signature:
    """Read the field ``signature`` of a step's record.

    Raises:
        WorkflowError: when it is none.
    """
    names = ("kind", "public", "kept_by", "value")
    if not isinstance(plain, Mapping) or not all(isinstance(plain.get(n), str) for n in names):
        raise WorkflowError("the signature is not whole; it has kind, public, kept_by and value.")
    try:
        kept = KeptBy(plain["kept_by"])
    except ValueError:
        raise WorkflowError("the signature does not say who keeps its key.") from None
    return Signature(PersonKey(plain["kind"], plain["public"], kept), plain["value"])


def sign_with_seed(key: PersonKey, seed: bytes, message: bytes) -> Signature:
    """Sign with a key that the system keeps.

    Raises:
        ValueError: when the seed has not 32 bytes.
    """
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return Signature(key, base64.b64encode(private.sign(message)).decode())


def sign_with_file(
    key: PersonKey, data: bytes, passphrase: bytes | None, message: bytes
) -> Signature:
    """Sign with a private key of a person's own, as OpenSSH or PEM writes it; nothing is kept.

    Args:
        key: the public half that is registered for the person.
        data: of the file.
        passphrase: null where the file has none.
        message: what is signed.

    Raises:
        WorkflowError: when it cannot be opened, or is not the private half of ``key``.
    """
    private = _private(data, passphrase)
    public = private.public_key().public_bytes_raw()
    if key.kind == "ed25519" and _unbase64(key.public) == public:
        return Signature(key, base64.b64encode(private.sign(message)).decode())
    blob = _string(_SSH.encode()) + _string(public)
    if key.kind == "sshsig" and key.public == f"{_SSH} {base64.b64encode(blob).decode()}":
        signed = _string(_SSH.encode()) + _string(private.sign(_to_sign(b"", b"sha512", message)))
        return Signature(key, _armoured(blob, signed))
    raise WorkflowError(
        "this is not the private half of the key that is registered for you; "
        "`truceline people show` says which one is."
    )


def wrong(signature: Signature, message: bytes) -> str:
    """Say why a signature does not stand under a message; empty where it does."""
    if len(signature.value) > _LONGEST:
        return "the signature is far too long"
    if signature.key.kind == "ed25519":
        return _verify(_unbase64(signature.key.public), _unbase64(signature.value), message)
    if signature.key.kind == "sshsig":
        return _wrong_ssh(signature, message)
    return f"signatures of the kind {signature.key.kind[:20]!r} are not known here"


def _wrong_ssh(signature: Signature, message: bytes) -> str:
    lines = signature.value.replace("\r", "").strip().split("\n")
    blob = _unbase64("".join(lines[1:-1]))
    if lines[0] != _BEGIN or lines[-1] != _END or not blob.startswith(_MAGIC + b"\0\0\0\1"):
        return "the signature is not as OpenSSH writes it (-----BEGIN SSH SIGNATURE-----)"
    parts = _strings(blob[len(_MAGIC) + 4 :], 5)
    words = signature.key.public.split()
    if parts is None or len(words) != 2:
        return "the signature or the key was cut"
    key, space, reserved, hashed_by, made = parts
    if key != _unbase64(words[1]):
        return "it was signed with another key than the one that is registered"
    if space != NAMESPACE:
        return f"it was signed for {space[:40]!r}; sign with `ssh-keygen -Y sign -n truceline`"
    if hashed_by not in _HASHES:
        return "the signature names a hash that is not known"
    return _wrong_inside(words[0], key, made, _to_sign(reserved, hashed_by, message))


def _wrong_inside(kind: str, key: bytes, made: bytes, signed: bytes) -> str:
    """Check the signature inside the frame, which for a hardware key has flags and a counter."""
    if kind == _SSH:
        pure, parts = _strings(key, 2), _strings(made, 2)
        if pure is None or parts is None or not pure[0] == parts[0] == _SSH.encode():
            return "key and signature are of different types"
        return _verify(pure[1], parts[1], signed)
    if kind != _SK:
        return f"keys of the type {kind[:40]!r} are not read here; use {_SSH} or {_SK}"
    pure, parts = _strings(key, 3), _strings(made[:-5], 2)
    if pure is None or parts is None or not pure[0] == parts[0] == _SK.encode():
        return "key and signature are of different types"
    flags_and_counter = made[-5:]
    if not flags_and_counter[0] & _TOUCHED:
        return "the hardware key says that nobody touched it; sign with a touch"
    whole = hashlib.sha256(pure[2]).digest() + flags_and_counter + hashlib.sha256(signed).digest()
    return _verify(pure[1], parts[1], whole)


def _verify(public: bytes, value: bytes, message: bytes) -> str:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(value, message)
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return "the signature is not one of this key under this statement"
    return ""


def _to_sign(reserved: bytes, hashed_by: bytes, message: bytes) -> bytes:
    digest = _HASHES[hashed_by](message).digest()
    return _MAGIC + b"".join(_string(part) for part in (NAMESPACE, reserved, hashed_by, digest))


def _armoured(key: bytes, signature: bytes) -> str:
    parts = (key, NAMESPACE, b"", b"sha512", signature)
    blob = _MAGIC + b"\0\0\0\1" + b"".join(_string(part) for part in parts)
    text = base64.b64encode(blob).decode()
    rows = [text[at : at + 70] for at in range(0, len(text), 70)]
    return "\n".join((_BEGIN, *rows, _END, ""))


def _private(data: bytes, passphrase: bytes | None) -> Ed25519PrivateKey:
    """Open a file with a private key.

    Raises:
        WorkflowError: when it cannot be opened; the message does not repeat what is in it.
    """
    load = load_ssh_private_key if b"OPENSSH PRIVATE KEY" in data else load_pem_private_key
    try:
        found = load(data, passphrase) if len(data) <= _LONGEST else None
    except TypeError:
        said = "is locked: give its passphrase" if passphrase is None else "has no passphrase"
        raise WorkflowError(f"the private key {said}.") from None
    except UnsupportedAlgorithm as error:
        if "bcrypt" not in str(error):
            raise WorkflowError("the private key is of a type that is not read here.") from None
        raise WorkflowError(
            "to open a locked key of OpenSSH's own form the package bcrypt is needed: install it, or "
            "let OpenSSH sign what `truceline findings statement` prints (`ssh-keygen -Y sign`)."
        ) from None
    except ValueError:
        raise WorkflowError(
            "the private key cannot be opened: it is damaged, of another type than Ed25519, or the "
            "passphrase is not its own. A hardware key signs with `ssh-keygen -Y sign`."
        ) from None
    if not isinstance(found, Ed25519PrivateKey):
        raise WorkflowError("the private key is not an Ed25519 key as OpenSSH or PEM writes it.")
    return found


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _strings(data: bytes, count: int) -> list[bytes] | None:
    """Read so many SSH strings and nothing after them; null where there is less or more."""
    found = []
    for _ in range(count):
        length = int.from_bytes(data[:4], "big")
        if len(data) < 4 + length:
            return None
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    return None if data else found
