"""Signed notes: a text, an empty line, signature lines; keys as one-line texts.

Source: C2SP signed-note (type 0x01) and tlog-cosignature (types 0x04 and 0x06).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from truceline.errors import EvidenceError
from truceline.evidence import cosignature
from truceline.evidence.cosignature import KEY_BYTES, LATEST_TIME_S, signature_holds, verifiable

ED25519 = cosignature.ED25519
"""Type of a log's key: signs the text of the note."""
COSIGNATURE = cosignature.COSIGNATURE
"""Type of a witness's key: signs a time and the text of the note."""
MOST_SIGNATURES = 100
"""Signature lines read at most (16 must be accepted), so that a note cannot keep a reader busy."""

_DASH = "\u2014 ".encode()


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with the name it signs under."""

    name: str
    """Name of the key; a log's is its origin."""
    kind: int
    """``ED25519`` (a log), ``COSIGNATURE`` or ``ML_DSA_44`` (a witness)."""
    public: bytes
    """Public key. Unit: bytes, 32 of Ed25519, 1312 of ML-DSA-44."""

    @property
    def verifiable(self) -> bool:
        """Whether signatures of this kind can be verified by the libraries that are installed."""
        return verifiable(self.kind)

    @property
    def key_id(self) -> bytes:
        """First four bytes of ``SHA-256(name || LF || type || public key)``."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as text: name, key id and key, joined by ``+``."""
        key = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note."""

    name: str
    """Name of the key that is said to have signed."""
    key_id: bytes
    """Key id, 4 bytes."""
    value: bytes
    """What follows the key id: the signature, after a time if it is a cosignature."""

    @property
    def time_s(self) -> int:
        """Time of a cosignature. Unit: s since 1970-01-01 UTC."""
        return int.from_bytes(self.value[:8], "big")

    @property
    def line(self) -> bytes:
        """The line as it stands in a note, with its line feed."""
        encoded = base64.b64encode(self.key_id + self.value)
        return _DASH + self.name.encode() + b" " + encoded + b"\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note whose form was checked, but no signature."""

    text: bytes
    """What is signed, with its last line feed."""
    signatures: tuple[Signature, ...]
    """Signature lines in order."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A log's private key with the name it signs under."""

    name: str
    """Name of the key, the log's origin."""
    seed: bytes
    """Ed25519 private key. Unit: 32 bytes."""

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(self.name, ED25519, private.public_key().public_bytes_raw())

    def sign(self, text: bytes) -> bytes:
        """Give the note of this text with one signature.

        Raises:
            EvidenceError: when the text cannot be that of a note.
        """
        _require_text(text)
        signed = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text)
        return text + b"\n" + Signature(self.name, self.verifier.key_id, signed).line


def parse_vkey(vkey: str) -> Verifier:
    """Read a public key from its text.

    Raises:
        EvidenceError: when the text is no such key or its key id is not that of the key.
    """
    parts = vkey.split("+", 2)
    if len(parts) != 3:
        raise EvidenceError(f"public key {vkey!r}: expected NAME+KEYID+KEY")
    name, key_id, encoded = parts
    require_name(name)
    key = decode_base64(encoded, f"public key of {name}")
    if not key or len(key) - 1 != KEY_BYTES.get(key[0]):
        raise EvidenceError(
            f"public key of {name}: only Ed25519 keys of type 01 or 04 and ML-DSA-44 keys of type "
            "06 are read"
        )
    verifier = Verifier(name, key[0], key[1:])
    if verifier.key_id.hex() != key_id:
        raise EvidenceError(
            f"public key of {name}: key id {key_id!r} is not that of the key; copy the key again"
        )
    return verifier


def parse_note(note: bytes) -> Note:
    """Take a note apart without checking its signatures.

    Raises:
        EvidenceError: when the bytes are not in the one form a note may have.
    """
    at = note.rfind(b"\n\n")
    if at < 0:
        raise EvidenceError("note: no empty line between the text and the signatures")
    text, block = note[: at + 1], note[at + 2 :]
    _require_text(text)
    if not block.endswith(b"\n"):
        raise EvidenceError("note: no signature line, or the last one does not end")
    lines = block[:-1].split(b"\n")
    if len(lines) > MOST_SIGNATURES:
        raise EvidenceError(f"note: {len(lines)} signature lines, {MOST_SIGNATURES} are read")
    return Note(text, tuple(_parse_signature(line) for line in lines))


def open_note(note: bytes, verifiers: Sequence[Verifier]) -> Note:
    """Give the note with those signatures that were verified, one for each key.

    Lines of unknown keys are ignored, also those of a kind that cannot be verified here; a second
    line of one key counts no second time.

    Raises:
        EvidenceError: when the form is wrong, a known key's signature does not verify, or none of
            the keys has signed.
    """
    parsed = parse_note(note)
    known = {(one.name, one.key_id): one for one in verifiers if one.verifiable}
    verified: dict[tuple[str, bytes], Signature] = {}
    for signature in parsed.signatures:
        key = (signature.name, signature.key_id)
        if key in known:
            _verify(known[key], parsed.text, signature)
            verified.setdefault(key, signature)
    if not verified:
        signers = ", ".join(f"{s.name} {s.key_id.hex()}" for s in parsed.signatures)
        raise EvidenceError(f"note: signed by ({signers}), by none of the keys that you trust")
    return Note(parsed.text, tuple(verified.values()))


def alone_signed(note: bytes, verifier: Verifier) -> bytes:
    """Give the note with the signature of one key and no other line.

    Raises:
        EvidenceError: when the form is wrong or that key has not signed.
    """
    opened = open_note(note, [verifier])
    return format_note(opened)


def format_note(note: Note) -> bytes:
    """Write a note."""
    return note.text + b"\n" + b"".join(signature.line for signature in note.signatures)


def parse_signatures(lines: bytes) -> tuple[Signature, ...]:
    """Read signature lines that stand alone, such as a witness's answer; nothing is verified.

    Raises:
        EvidenceError: when one is not in the one form that it may have.
    """
    return parse_note(b"\n\n" + lines).signatures


def require_name(name: str) -> None:
    """Refuse a key name or origin that a note cannot carry.

    Raises:
        EvidenceError: when it is empty or holds a space, ``+`` or a control character.
    """
    if not name or any(c.isspace() or c == "+" or c < " " for c in name):
        raise EvidenceError(
            f"key name {name!r}: it must not be empty and hold no space, no '+' and no control "
            "character; take a host name with a path, such as evidence.example/log"
        )


def decode_base64(text: str | bytes, where: str) -> bytes:
    """Decode padded base64, and only in its canonical form, so that bytes have one text.

    Raises:
        EvidenceError: when it is anything else.
    """
    raw = text.encode() if isinstance(text, str) else text
    try:
        decoded = base64.b64decode(raw, validate=True)
    except binascii.Error as error:
        raise EvidenceError(f"{where}: no base64: {error}") from None
    if base64.b64encode(decoded) != raw:
        raise EvidenceError(f"{where}: base64 that is not canonical")
    return decoded


def _require_text(text: bytes) -> None:
    if not text.endswith(b"\n"):
        raise EvidenceError("note: the text does not end in a line feed")
    if any(byte < 0x20 and byte != 0x0A for byte in text):
        raise EvidenceError("note: the text holds a control character")
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EvidenceError(f"note: byte {error.start} is no UTF-8") from None


def _parse_signature(line: bytes) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).rpartition(b" ")
    if not line.startswith(_DASH) or not space:
        raise EvidenceError(f"note: signature line {line!r} is not '\u2014 NAME BASE64'")
    try:
        decoded_name = name.decode("utf-8")
    except UnicodeDecodeError:
        raise EvidenceError(f"note: key name {name!r} is no UTF-8") from None
    require_name(decoded_name)
    value = decode_base64(encoded, f"signature of {decoded_name}")
    if len(value) < 5:
        raise EvidenceError(f"note: signature of {decoded_name} has no byte beyond the key id")
    return Signature(decoded_name, value[:4], value[4:])


def _verify(verifier: Verifier, text: bytes, signature: Signature) -> None:
    """Check one signature of a known key.

    Raises:
        EvidenceError: when it does not hold.
    """
    if verifier.kind != ED25519 and signature.time_s > LATEST_TIME_S:
        raise EvidenceError(f"note: cosignature of {verifier.name} bears no possible time")
    if not signature_holds(verifier.kind, verifier.public, verifier.name, text, signature.value):
        raise EvidenceError(
            f"note: the signature of {verifier.name} ({verifier.key_id.hex()}) does not verify; "
            "the text was changed or the signature is of another text"
        )
