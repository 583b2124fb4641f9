"""Inclusion of one entry as a text that can be checked without the log.

Source: C2SP tlog-proof.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from truceline.errors import EvidenceError
from truceline.evidence.checkpoint import Checkpoint, decimal, open_checkpoint
from truceline.evidence.merkle import HASH_BYTES, leaf_hash, require_inclusion
from truceline.evidence.note import decode_base64, parse_vkey

HEADER = "c2sp.org/tlog-proof@v1"
"""First line of a proof."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof taken apart; nothing of it is verified yet."""

    index: int
    """Index of the entry."""
    hashes: tuple[bytes, ...]
    """Inclusion proof, the leaf's sibling first."""
    checkpoint: bytes
    """Signed note of the checkpoint, verbatim."""


def format_proof(proof: Proof) -> str:
    """Write a proof."""
    encoded = [base64.b64encode(found).decode() for found in proof.hashes]
    lines = [HEADER, f"index {proof.index}", *encoded, ""]
    return "".join(line + "\n" for line in lines) + proof.checkpoint.decode("utf-8")


def parse_proof(text: str) -> Proof:
    """Read a proof; an ``extra`` line is passed over, for nothing authenticates it.

    Raises:
        EvidenceError: when it is not exactly one.
    """
    head, empty, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not empty or lines.pop(0) != HEADER:
        raise EvidenceError(f"proof: expected {HEADER!r}, index, hashes, an empty line, checkpoint")
    if lines and lines[0].startswith("extra "):
        decode_base64(lines.pop(0).removeprefix("extra "), "proof, extra line")
    if not lines or not lines[0].startswith("index "):
        raise EvidenceError("proof: no line 'index N'")
    index = decimal(lines[0].removeprefix("index "), "proof, index")
    hashes = tuple(decode_base64(line, "proof, hash") for line in lines[1:])
    if any(len(found) != HASH_BYTES for found in hashes):
        raise EvidenceError(f"proof: a hash has not {HASH_BYTES} bytes")
    return Proof(index, hashes, checkpoint.encode())


def verify_proof(
    text: str, entry: bytes, vkey: str, cosigner_vkeys: Sequence[str] = (), quorum: int = 0
) -> Checkpoint:
    """Check that a log held the entry, and give the signed checkpoint that says so.

    Args:
        text: the proof.
        entry: the entry's bytes, which you have from elsewhere (for a record: ``entry_of`` of the
            salt and the record).
        vkey: public key of the log.
        cosigner_vkeys: public keys of witnesses that you trust.
        quorum: how many of them must have signed.

    Raises:
        EvidenceError: when anything about it does not hold.
    """
    proof = parse_proof(text)
    cosigners = [parse_vkey(cosigner) for cosigner in cosigner_vkeys]
    checkpoint, signed = open_checkpoint(proof.checkpoint, parse_vkey(vkey), cosigners)
    if len({verifier.public for verifier in signed}) < quorum:
        raise EvidenceError(f"proof: {len(signed)} witnesses have signed, {quorum} are needed")
    leaf = leaf_hash(entry)
    require_inclusion(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root)
    return checkpoint
