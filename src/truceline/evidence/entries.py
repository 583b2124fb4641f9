"""Entry bundles: each entry as ``u16 length || bytes``, big-endian, nothing after the last.

Source: C2SP tlog-tiles, section on log entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from truceline.errors import EvidenceError

LONGEST_ENTRY = 0xFFFF
"""Longest entry that fits the two length bytes. Unit: bytes."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What can be read from a bundle, and where reading had to stop."""

    entries: tuple[bytes, ...]
    """Entries in order."""
    broken_at: int | None
    """Offset of the first byte that does not fit; ``None`` for a whole bundle. Unit: bytes."""


def pack(entries: Iterable[bytes]) -> bytes:
    """Write entries one after another.

    Raises:
        ValueError: when an entry is longer than 65,535 bytes.

    >>> pack([b"alpha", b""]).hex()
    '0005616c7068610000'
    """
    packed = bytearray()
    for entry in entries:
        if len(entry) > LONGEST_ENTRY:
            raise ValueError(f"an entry of {len(entry)} bytes is too long; log its hash instead")
        packed += len(entry).to_bytes(2, "big") + entry
    return bytes(packed)


def read(data: bytes, count: int) -> Bundle:
    """Read as far as the bundle goes; it must hold exactly ``count`` entries.

    >>> read(bytes.fromhex("0005616c7068610000"), 2)
    Bundle(entries=(b'alpha', b''), broken_at=None)
    >>> read(b"", 1).broken_at
    0
    """
    entries: list[bytes] = []
    offset = 0
    while len(entries) < count:
        start = offset + 2
        end = start + int.from_bytes(data[offset:start], "big")
        if start > len(data) or end > len(data):
            return Bundle(tuple(entries), offset)
        entries.append(data[start:end])
        offset = end
    return Bundle(tuple(entries), None if offset == len(data) else offset)


def unpack(data: bytes, count: int) -> list[bytes]:
    """Read exactly ``count`` entries.

    Raises:
        EvidenceError: when the bundle has more or fewer bytes than its entries need.
    """
    bundle = read(data, count)
    if bundle.broken_at is not None:
        raise EvidenceError(
            f"entry bundle: at byte {bundle.broken_at}, after {len(bundle.entries)} entries, the "
            f"bytes are not those of a bundle of {count} entries; fetch the file again"
        )
    return list(bundle.entries)
