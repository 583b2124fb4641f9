"""Proof that a log has shown two histories: two checkpoints that it signed, and why both cannot be.

Of two checkpoints of one size the roots must be the same. Of a smaller and a larger one, the root
that the larger one's tree had at the smaller size must be the root of the smaller one; a
consistency proof from *that* root to the larger one shows what it was, so that the file needs
nothing but the log's public key to be checked.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from truceline.errors import EvidenceError
from truceline.evidence import merkle
from truceline.evidence.checkpoint import Checkpoint, open_checkpoint
from truceline.evidence.note import Verifier, alone_signed, decode_base64, parse_vkey

HEADER: Final = "truceline/fork/v1"
"""Type of the file."""


@dataclass(frozen=True, slots=True)
class Fork:
    """A proof of misbehaviour; whoever holds it can show it to anybody."""

    log: Verifier
    """Public key of the log."""
    smaller: bytes
    """Checkpoint of the smaller size, with the log's signature alone."""
    larger: bytes
    """Checkpoint of the larger size, or another one of the same."""
    prefix_root: bytes
    """Root that the larger one's tree had at the smaller size. Unit: 32 bytes."""
    proof: tuple[bytes, ...] = ()
    """Consistency proof from that root to the larger checkpoint; empty for one size."""


def continues(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether one tree is proved to continue another; every tree continues the empty one.

    >>> continues(0, 5, merkle.EMPTY_ROOT, bytes(32), [])
    True
    """
    if old == 0:
        return not proof and old_root == merkle.EMPTY_ROOT
    return merkle.verify_consistency(old, new, proof, old_root, new_root)


def same_size_fork(log: Verifier, one: bytes, other: bytes) -> Fork | None:
    """Give the proof where two checkpoints of one size have different roots.

    Raises:
        EvidenceError: when the log has not signed one of them.
    """
    a, b = (open_checkpoint(note, log)[0] for note in (one, other))
    if a.size != b.size or a.root == b.root:
        return None
    return Fork(log, alone_signed(one, log), alone_signed(other, log), b.root)


def find_fork(log: Verifier, one: bytes, other: bytes, subtree: merkle.Subtree) -> Fork | None:
    """Compare two signed checkpoints with the help of the larger one's tiles.

    Args:
        log: public key of the log.
        one: a checkpoint.
        other: another one; the order of the two is of no account.
        subtree: hashes of the larger one's tree, such as a ``TileReader`` gives.

    Raises:
        EvidenceError: when the log has not signed one of them, or the hashes are not those of the
            larger one.
    """
    (a, smaller), (b, larger) = sorted(
        ((open_checkpoint(note, log)[0], note) for note in (one, other)), key=_by_size
    )
    if a.size == b.size:
        return same_size_fork(log, smaller, larger)
    if subtree(0, b.size) != b.root:
        raise EvidenceError(
            f"the tiles are not those of the checkpoint of {b.size} entries, so they cannot show "
            "whether it continues the other one; get the tiles that belong to it"
        )
    if a.size == 0:
        return None
    prefix = subtree(0, a.size)
    if prefix == a.root:
        return None
    proof = tuple(merkle.consistency_proof(a.size, b.size, subtree))
    return Fork(log, alone_signed(smaller, log), alone_signed(larger, log), prefix, proof)


def verify_fork(fork: Fork) -> str:
    """Check a proof of misbehaviour and say in a sentence what it shows.

    Raises:
        EvidenceError: when it does not show that the log forked.
    """
    a, b = (open_checkpoint(note, fork.log)[0] for note in (fork.smaller, fork.larger))
    if fork.prefix_root == a.root:
        raise EvidenceError("no fork: the two checkpoints have one root at the smaller size")
    if not 0 < a.size <= b.size:
        raise EvidenceError("no fork: the smaller checkpoint must have entries and come first")
    if not continues(a.size, b.size, fork.prefix_root, b.root, fork.proof):
        raise EvidenceError("no fork is shown: the proof does not lead to the larger checkpoint")
    if a.size == b.size:
        return f"{fork.log.name} has signed two different logs of {a.size} entries"
    return (
        f"{fork.log.name} has signed a log of {a.size} entries, and one of {b.size} that does not "
        "continue it"
    )


def format_fork(fork: Fork) -> bytes:
    """Write a proof of misbehaviour as JSON; the same proof gives the same bytes."""
    plain = {
        "type": HEADER,
        "log": fork.log.vkey,
        "smaller": fork.smaller.decode(),
        "larger": fork.larger.decode(),
        "prefix_root": _base64(fork.prefix_root),
        "proof": [_base64(found) for found in fork.proof],
    }
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def parse_fork(data: bytes) -> Fork:
    """Read a proof of misbehaviour; it is not yet verified.

    Raises:
        EvidenceError: when the bytes are none.
    """
    try:
        plain: Any = json.loads(data)
        kind, vkey = plain["type"], str(plain["log"])
        smaller, larger = str(plain["smaller"]).encode(), str(plain["larger"]).encode()
        hashes = [decode_base64(str(h), "hash") for h in [plain["prefix_root"], *plain["proof"]]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EvidenceError(f"no proof of a fork: {type(error).__name__} {error}") from None
    if kind != HEADER:
        raise EvidenceError(f"no proof of a fork: type {kind!r}, expected {HEADER!r}")
    return Fork(parse_vkey(vkey), smaller, larger, hashes[0], tuple(hashes[1:]))


def _by_size(pair: tuple[Checkpoint, bytes]) -> int:
    return pair[0].size


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
