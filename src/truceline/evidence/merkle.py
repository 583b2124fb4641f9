"""Merkle tree hashing and proofs, as pure functions over hashes (SHA-256).

Source: RFC 6962 section 2.1 (hashing, making proofs); RFC 9162 sections 2.1.3.2 and 2.1.4.2
(verifying them).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from truceline.errors import EvidenceError

HASH_BYTES = 32
"""Length of every hash of the tree. Unit: bytes."""
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree that has no entry."""

Subtree = Callable[[int, int], bytes]
"""Gives the Merkle hash of the entries ``[low, high)``; the source of the hashes of a proof."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry: ``SHA-256(00 || entry)``.

    Source: RFC 6962 section 2.1.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children into their parent: ``SHA-256(01 || left || right)``.

    Source: RFC 6962 section 2.1.
    """
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes, or over roots of neighbouring subtrees of equal size 2^k.

    Pairing level by level, with an odd last hash carried up unchanged, is the same tree as the
    recursive definition that splits at the largest power of two. The last subtree may be smaller.

    Source: RFC 6962 section 2.1.

    >>> root([]) == EMPTY_ROOT
    True
    """
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        paired = [node_hash(*level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[2 * len(paired) :]
    return level[0]


def subtrees_of(leaves: Sequence[bytes]) -> Subtree:
    """Give the hash of any range of leaves held in memory."""
    return lambda low, high: root(leaves[low:high])


def split(size: int) -> int:
    """Give the largest power of two below ``size``; ``size`` is at least 2.

    >>> split(2), split(5), split(8)
    (1, 4, 4)
    """
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Give the hashes from the leaf's sibling up to the child of the root.

    Source: RFC 6962 section 2.1.1.

    Raises:
        ValueError: when the tree has no such index.

    >>> inclusion_proof(0, 1, subtrees_of([leaf_hash(b"a")]))
    []
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} entries has no index {index}")
    low, high, proof = 0, size, []
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            proof.append(subtree(middle, high))
            high = middle
        else:
            proof.append(subtree(low, middle))
            low = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Give the hashes that show that the first ``old`` of ``new`` entries are unchanged.

    Source: RFC 6962 section 2.1.2; empty when the sizes are equal or ``old`` is 0.

    Raises:
        ValueError: when ``old`` is above ``new`` or negative.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a log does not shrink: from {old} to {new} entries")
    if old in (0, new):
        return []
    low, high, proof = 0, new, []
    while old != high:
        middle = low + split(high - low)
        if old <= middle:
            proof.append(subtree(middle, high))
            high = middle
        else:
            proof.append(subtree(low, middle))
            low = middle
    if low:
        proof.append(subtree(low, high))
    return proof[::-1]


def verify_inclusion(
    leaf_hash: bytes,  # shadows the function of this name: the parameter's name is public
    index: int,
    size: int,
    proof: Sequence[bytes],
    root: bytes,
) -> bool:
    """Tell whether a proof shows that a leaf stands at ``index`` of a tree of ``size`` entries.

    Whatever is handed in, an answer comes back: anything that is no proof proves nothing.

    >>> leaf = hashlib.sha256(bytes([0])).digest()
    >>> verify_inclusion(leaf, 0, 1, [], leaf), verify_inclusion(leaf, -1, 1, [], leaf)
    (True, False)
    """
    if not (_sizes(index, size) and _listed(proof)):
        return False
    try:
        require_inclusion(index, size, leaf_hash, proof, root)
    except EvidenceError:
        return False
    return True


def verify_consistency(
    size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes
) -> bool:
    """Tell whether a proof shows that a tree of ``size2`` entries is a growth of one of ``size1``.

    Growth from the empty tree proves nothing and is refused, as in :func:`require_consistency`.
    Whatever is handed in, an answer comes back: anything that is no proof proves nothing.

    >>> verify_consistency(1, 1, [], bytes(32), bytes(32))
    True
    >>> verify_consistency(0, 1, [], EMPTY_ROOT, bytes(32)), verify_consistency(2, 1, [], b"", b"")
    (False, False)
    """
    if not (_sizes(size1, size2) and _listed(proof)):
        return False
    try:
        require_consistency(size1, size2, root1, root2, proof)
    except EvidenceError:
        return False
    return True


def _sizes(*numbers: object) -> bool:
    return all(type(number) is int for number in numbers)


def _listed(proof: object) -> bool:
    """Tell a list of hashes from what only looks like one, such as bytes."""
    return isinstance(proof, list | tuple)


def require_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected_root: bytes
) -> None:
    """Check that the leaf stands at ``index`` of the tree of ``size`` entries with that root.

    Source: RFC 9162 section 2.1.3.2.

    Raises:
        EvidenceError: when it does not, or when the proof has a hash too many or too few.
    """
    if not 0 <= index < size:
        raise EvidenceError(f"inclusion proof: a tree of {size} entries has no index {index}")
    _require_hashes("inclusion", (leaf, expected_root, *proof))
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise EvidenceError("inclusion proof: it has more hashes than the tree has levels")
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            node, last = _skip_even(node, last)
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise EvidenceError("inclusion proof: hashes are missing, it ends below the root")
    if found != expected_root:
        raise EvidenceError(
            f"inclusion proof: entry {index} and the proof do not give the root of the checkpoint; "
            "the entry, the proof or the checkpoint is not the right one"
        )


def require_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of ``new`` entries is a growth of the tree of ``old`` entries.

    Growth from the empty tree proves nothing and is refused here; whoever must accept it (a
    witness that sees a log for the first time) does so before calling.

    Source: RFC 9162 section 2.1.4.2.

    Raises:
        EvidenceError: when it is not, or when the proof has a hash too many or too few.
    """
    if not 0 < old <= new:
        raise EvidenceError(f"consistency proof: nothing to prove from {old} to {new} entries")
    _require_bytes("consistency", (old_root, new_root))
    _require_hashes("consistency", proof)
    if old == new:
        if proof or old_root != new_root:
            raise EvidenceError(f"consistency proof: two different trees of {old} entries")
        return
    if not proof:
        raise EvidenceError("consistency proof: it is empty though the log grew")
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    found_old, found_new = _climb(old - 1, new - 1, path)
    if found_old != old_root or found_new != new_root:
        raise EvidenceError(
            f"consistency proof: the log of {new} entries does not continue the one of {old}; "
            "keep both checkpoints, together they show that the past was rewritten"
        )


def _climb(node: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Walk from the old tree's last entry to both roots."""
    while node & 1:
        node, last = node >> 1, last >> 1
    found_old = found_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise EvidenceError("consistency proof: it has more hashes than the tree has levels")
        if node & 1 or node == last:
            found_old = node_hash(sibling, found_old)
            found_new = node_hash(sibling, found_new)
            node, last = _skip_even(node, last)
        else:
            found_new = node_hash(found_new, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise EvidenceError("consistency proof: hashes are missing, it ends below the root")
    return found_old, found_new


def _skip_even(node: int, last: int) -> tuple[int, int]:
    """Pass the levels at which the rightmost node has no sibling."""
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last


def _require_hashes(proof: str, hashes: Sequence[bytes]) -> None:
    _require_bytes(proof, hashes)
    for found in hashes:
        if len(found) != HASH_BYTES:
            raise EvidenceError(f"{proof} proof: a hash has {len(found)} bytes, not {HASH_BYTES}")


def _require_bytes(proof: str, hashes: Sequence[object]) -> None:
    for found in hashes:
        if not isinstance(found, bytes):
            raise EvidenceError(f"{proof} proof: a hash is {type(found).__name__}, not bytes")
