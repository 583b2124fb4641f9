"""A witness's private key: how it signs, and how it lies in the folder of the witness."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from truceline.errors import EvidenceError, WorkspaceError
from truceline.evidence.cosignature import cosigned_message
from truceline.evidence.durable import PRIVATE, Disk, put_files
from truceline.evidence.note import COSIGNATURE, Signature, Verifier, decode_base64, require_name

KEY_FILE: Final = "witness.key"
"""Private key of a witness, in the folder of its state."""

_VKEY: Final = "witness.vkey"
_PRIVATE: Final = "PRIVATE+KEY"


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness's private key with the name it signs under."""

    name: str
    seed: bytes
    """Ed25519 private key. Unit: 32 bytes."""

    def __repr__(self) -> str:
        """Show the name alone."""
        return f"Cosigner({self.name!r})"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(self.name, COSIGNATURE, private.public_key().public_bytes_raw())

    def cosign(self, text: bytes, time_s: int) -> Signature:
        """Sign the text of a checkpoint and the time.

        Args:
            text: of the checkpoint.
            time_s: unit: s since 1970-01-01 UTC.
        """
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        signed = private.sign(cosigned_message(text, time_s))
        return Signature(self.name, self.verifier.key_id, time_s.to_bytes(8, "big") + signed)


def read_cosigner(root: Path) -> Cosigner:
    """Read the private key of a witness.

    Raises:
        WorkspaceError: when the folder holds none.
        EvidenceError: when the file is broken.
    """
    path = root / KEY_FILE
    try:
        text = path.read_bytes().decode("utf-8", errors="replace").removesuffix("\n")
    except (FileNotFoundError, NotADirectoryError):
        raise WorkspaceError(f"{root} is no witness ({KEY_FILE} is missing)") from None
    parts = text.removeprefix(_PRIVATE + "+").split("+", 2)
    if not text.startswith(_PRIVATE + "+") or len(parts) != 3:
        raise EvidenceError(f"{path}: expected {_PRIVATE}+NAME+KEYID+KEY")
    name, key_id, encoded = parts
    require_name(name)
    key = decode_base64(encoded, f"{path}, key")
    if len(key) != 33 or key[0] != COSIGNATURE:
        raise EvidenceError(f"{path}: not an Ed25519 key of type 04")
    cosigner = Cosigner(name, key[1:])
    if cosigner.verifier.key_id.hex() != key_id:
        raise EvidenceError(f"{path}: the key id is not that of the key")
    return cosigner


def write_cosigner(disk: Disk, root: Path, cosigner: Cosigner) -> None:
    """Store the private key for its owner alone, after the public one.

    Raises:
        ValueError: when the seed has not 32 bytes.
        OSError: when the disk refuses.
    """
    if len(cosigner.seed) != 32:
        raise ValueError(f"the seed of a witness has 32 bytes, not {len(cosigner.seed)}")
    verifier = cosigner.verifier
    encoded = base64.b64encode(bytes([COSIGNATURE]) + cosigner.seed).decode()
    text = f"{_PRIVATE}+{cosigner.name}+{verifier.key_id.hex()}+{encoded}\n"
    put_files(disk, {root / _VKEY: verifier.vkey.encode() + b"\n"})
    put_files(disk, {root / KEY_FILE: text.encode()}, PRIVATE)
