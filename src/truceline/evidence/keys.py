"""The two secrets of a workspace's log: the key that signs, and the chain that salts.

Both come from 32 bytes that the caller draws once, and the log keeps only what it made of them:
``keys/log.key`` (the private key in the text form of signed notes), ``keys/salt.key`` (where the
chain of salts stands), and beside them the public ``keys/log.vkey``.
"""

from __future__ import annotations

import base64
import hmac
import re
from pathlib import Path

from truceline.errors import EvidenceError, WorkspaceError
from truceline.evidence.commitment import SaltChain
from truceline.evidence.durable import PRIVATE, Disk, put_files, temporary
from truceline.evidence.note import ED25519, Signer, decode_base64, require_name

SEED_BYTES = 32
"""Length of the seed. Unit: bytes."""
LOG_KEY = Path("keys/log.key")
"""Private key of the log, below the workspace."""
LOG_VKEY = Path("keys/log.vkey")
"""Public key of the log, below the workspace."""
SALT_KEY = Path("keys/salt.key")
"""Where the chain of salts stands, below the workspace."""

_SALT_KEY = re.compile(r"truceline-salt-key/v1\n(0|[1-9][0-9]{0,17})\n([0-9a-f]{64})\n")
_PRIVATE = "PRIVATE+KEY"


def derive(seed: bytes, origin: str) -> tuple[Signer, SaltChain]:
    """Make the log's key and the start of its salts from one seed.

    Neither secret can be found from the other: each is HMAC-SHA256 of the seed over a label and
    the origin.

    Raises:
        EvidenceError: when the origin cannot name a key.
        ValueError: when the seed has not 32 bytes.
    """
    require_name(origin)
    if len(seed) != SEED_BYTES:
        raise ValueError(f"the seed of a log has {SEED_BYTES} bytes, not {len(seed)}")
    name = origin.encode()
    signing = hmac.digest(seed, b"truceline/log-key/v1\n" + name, "sha256")
    salting = hmac.digest(seed, b"truceline/salt-key/v1\n" + name, "sha256")
    return Signer(origin, signing), SaltChain(0, salting)


def private_key_text(signer: Signer) -> str:
    """Write a private key as signed notes do: ``PRIVATE+KEY+NAME+KEYID+BASE64(type || seed)``."""
    encoded = base64.b64encode(bytes([ED25519]) + signer.seed).decode()
    return f"{_PRIVATE}+{signer.name}+{signer.verifier.key_id.hex()}+{encoded}"


def parse_private_key(text: str) -> Signer:
    """Read a private key back.

    Raises:
        EvidenceError: when it is no such key or its key id is not that of the key.
    """
    parts = text.removeprefix(_PRIVATE + "+").split("+", 2)
    if not text.startswith(_PRIVATE + "+") or len(parts) != 3:
        raise EvidenceError("private key of the log: expected PRIVATE+KEY+NAME+KEYID+KEY")
    name, key_id, encoded = parts
    require_name(name)
    key = decode_base64(encoded, f"private key of {name}")
    if len(key) != 1 + SEED_BYTES or key[0] != ED25519:
        raise EvidenceError(f"private key of {name}: not an Ed25519 key of type 01")
    signer = Signer(name, key[1:])
    if signer.verifier.key_id.hex() != key_id:
        raise EvidenceError(f"private key of {name}: the key id is not that of the key")
    return signer


def write_keys(disk: Disk, root: Path, signer: Signer, chain: SaltChain) -> None:
    """Store both secrets for their owner alone, and the public key.

    Raises:
        OSError: when the disk refuses.
    """
    key_text = private_key_text(signer).encode() + b"\n"
    put_files(disk, {root / LOG_KEY: key_text}, PRIVATE)
    put_files(disk, {root / LOG_VKEY: signer.verifier.vkey.encode() + b"\n"})
    write_salt_key(disk, root, chain)


def write_salt_key(disk: Disk, root: Path, chain: SaltChain) -> None:
    """Store where the chain of salts stands; the earlier secret is gone from the workspace.

    Raises:
        OSError: when the disk refuses.
    """
    put_files(disk, {root / SALT_KEY: salt_key_text(chain)}, PRIVATE)


def place_salt_key(disk: Disk, root: Path) -> None:
    """Put a salt key in its place that is already on the disk under its temporary name.

    Raises:
        OSError: when the disk refuses.
    """
    disk.rename(temporary(root / SALT_KEY), root / SALT_KEY)
    disk.sync((root / SALT_KEY).parent)


def salt_key_text(chain: SaltChain) -> bytes:
    """Write where the chain of salts stands."""
    return f"truceline-salt-key/v1\n{chain.index}\n{chain.secret.hex()}\n".encode()


def read_signer(root: Path) -> Signer:
    """Read the log's private key from a workspace.

    Raises:
        WorkspaceError: when the workspace holds none: nobody can append to this copy.
        EvidenceError: when the file is broken.
    """
    return parse_private_key(_read(root, LOG_KEY).removesuffix("\n"))


def read_salt_chain(root: Path) -> SaltChain:
    """Read where the chain of salts stands.

    Raises:
        WorkspaceError: when the workspace holds none: nobody can append to this copy.
        EvidenceError: when the file is broken.
    """
    match = _SALT_KEY.fullmatch(_read(root, SALT_KEY))
    if match is None:
        raise EvidenceError(f"{SALT_KEY.as_posix()}: not a salt key; restore it from a copy")
    return SaltChain(int(match[1]), bytes.fromhex(match[2]))


def _read(root: Path, relative: Path) -> str:
    try:
        return (root / relative).read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        raise WorkspaceError(
            f"{relative.as_posix()} is missing in {root}: this copy of the log can be read and "
            "verified, but not appended to"
        ) from None
