"""Salted commitments: the log shows that a record existed without showing the record.

An entry is ``"truceline/v1" LF || SHA-256(salt || record)``: 45 bytes, salt of 32 bytes. Without
the salt, nobody can test a guess of the record against the entry. Salts come from a chain of
secrets, one for each index, in which each secret is the hash of the one before: the same start
gives the same bytes, and once the chain has moved on and an opening is deleted, not even the
keeper of the keys can test a guess.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from truceline.errors import EvidenceError

PREFIX = b"truceline/v1\n"
"""What every entry starts with: the form of the commitment."""
SALT_BYTES = 32
"""Length of a salt. Unit: bytes."""
PADDING = b'{"type":"padding"}'
"""Record of the entries that fill a batch; its commitments look like all others."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one entry."""

    index: int
    """Index of the entry in the log."""
    salt: bytes
    """Unit: 32 bytes."""
    record: bytes
    """Canonical JSON of the record."""

    @property
    def entry(self) -> bytes:
        """The entry that the log must hold at the index."""
        return entry_of(self.salt, self.record)


def entry_of(salt: bytes, record: bytes) -> bytes:
    """Commit to a record.

    Raises:
        ValueError: when the salt has not 32 bytes (else two pairs could give one entry).

    >>> len(entry_of(bytes(32), b"{}"))
    45
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return PREFIX + hashlib.sha256(salt + record).digest()


@dataclass(frozen=True, slots=True)
class SaltChain:
    """The secret from which the salt at one index is made; it moves forward only."""

    index: int
    """Index whose salt this secret makes."""
    secret: bytes
    """Unit: 32 bytes."""

    def salt(self, record: bytes) -> bytes:
        """Give the salt of a record at this index: ``HMAC-SHA256(secret, u64 index || record)``.

        The record is part of it, so that an append that was cut off and another one in its place
        never share a salt.
        """
        return hmac.digest(self.secret, self.index.to_bytes(8, "big") + record, "sha256")

    def following(self) -> SaltChain:
        """Give the secret of the next index: ``SHA-256("truceline/salt-chain/v1" LF || secret)``."""
        secret = hashlib.sha256(b"truceline/salt-chain/v1\n" + self.secret).digest()
        return SaltChain(self.index + 1, secret)

    def at(self, index: int) -> SaltChain:
        """Move on to an index.

        Raises:
            EvidenceError: when the chain has already passed it.
        """
        if index < self.index:
            raise EvidenceError(
                f"salt key: it stands at entry {self.index}, the log at {index}; the log was set "
                "back, restore log, openings and keys from one copy"
            )
        chain = self
        while chain.index < index:
            chain = chain.following()
        return chain
