"""Checkpoints: what a log signs about itself (origin, size, root).

Source: C2SP tlog-checkpoint.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from truceline.errors import EvidenceError
from truceline.evidence.merkle import EMPTY_ROOT, HASH_BYTES
from truceline.evidence.note import Verifier, decode_base64, open_note, require_name

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One state of a log."""

    origin: str
    """Name of the log, equal to the name of its key."""
    size: int
    """Number of entries."""
    root: bytes
    """Root of the Merkle tree over them. Unit: 32 bytes."""
    extensions: tuple[str, ...] = ()
    """Further lines; Truceline writes none."""

    @property
    def text(self) -> bytes:
        """The text that is signed."""
        encoded = base64.b64encode(self.root).decode()
        lines = (self.origin, str(self.size), encoded, *self.extensions)
        return "".join(line + "\n" for line in lines).encode()


def decimal(text: str, where: str) -> int:
    """Read a decimal number without leading zeros, at most 2^63 - 1.

    Raises:
        EvidenceError: when it is written otherwise.

    >>> decimal("0", "size"), decimal("70000", "size")
    (0, 70000)
    """
    if not _DECIMAL.fullmatch(text) or int(text) > _LARGEST:
        raise EvidenceError(f"{where}: {text!r} is no decimal number in its shortest form")
    return int(text)


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Read the text of a note as a checkpoint.

    Raises:
        EvidenceError: when it is not exactly one.
    """
    try:
        lines = text.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise EvidenceError(f"checkpoint: byte {error.start} is no UTF-8") from None
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise EvidenceError("checkpoint: expected origin, size and root, each on a line")
    origin, size_text, root_text, *extensions = lines
    require_name(origin)
    size = decimal(size_text, "checkpoint, size")
    root = decode_base64(root_text, "checkpoint, root")
    if len(root) != HASH_BYTES:
        raise EvidenceError(f"checkpoint: the root has {len(root)} bytes, not {HASH_BYTES}")
    if size == 0 and root != EMPTY_ROOT:
        raise EvidenceError("checkpoint: a log without entries has another root")
    return Checkpoint(origin, size, root, tuple(extensions))


def open_checkpoint(
    note: bytes, log: Verifier, cosigners: Sequence[Verifier] = ()
) -> tuple[Checkpoint, tuple[Verifier, ...]]:
    """Give a checkpoint that the log has signed, with those of the cosigners who signed it too.

    Raises:
        EvidenceError: when the log has not signed it, when a known key's signature does not
            verify, or when the checkpoint is of another log.
    """
    opened = open_note(note, [log, *cosigners])
    signed = {(signature.name, signature.key_id) for signature in opened.signatures}
    if (log.name, log.key_id) not in signed:
        raise EvidenceError(f"checkpoint: not signed by the log {log.name}")
    checkpoint = parse_checkpoint(opened.text)
    if checkpoint.origin != log.name:
        raise EvidenceError(f"checkpoint: of log {checkpoint.origin}, expected {log.name}")
    return checkpoint, tuple(v for v in cosigners if (v.name, v.key_id) in signed)
