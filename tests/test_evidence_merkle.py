"""Merkle proofs: the public vectors, every one, and properties over random trees."""

import base64
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.errors import EvidenceError
from truceline.evidence import merkle

VECTORS = Path(__file__).parents[1] / ".." / "shared" / "evidence" / "vectors"

sizes = st.integers(1, 600)


def leaves_of(size):
    return [merkle.leaf_hash(b"%d" % n) for n in range(size)]


def naive_root(leaves):
    """The recursive definition of RFC 6962, word for word."""
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def vectors(kind):
    if not VECTORS.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the public vectors are missing at {VECTORS}")
        pytest.skip(f"the public vectors are not beside the checkout ({VECTORS})")
    for path in sorted((VECTORS / kind).rglob("*.json")):
        yield path, json.loads(path.read_bytes())


def decoded(text):
    return base64.b64decode(text or "")


def refuses(verify, *arguments):
    try:
        verify(*arguments)
    except EvidenceError:
        return True
    return False


def hashes_of(vector):
    return [decoded(text) for text in vector["proof"] or []]


@pytest.mark.shared
def test_every_public_inclusion_vector():
    accepted = []
    for path, vector in vectors("inclusion"):
        leaf, root = decoded(vector["leafHash"]), decoded(vector["root"])
        index, size, proof = vector["leafIdx"], vector["treeSize"], hashes_of(vector)
        accepted.append(merkle.verify_inclusion(leaf, index, size, proof, root))
        assert accepted[-1] is not vector["wantErr"], path
        assert (
            refuses(merkle.require_inclusion, index, size, leaf, proof, root) is vector["wantErr"]
        )
    assert (len(accepted), sum(accepted)) == (98, 6)


@pytest.mark.shared
def test_every_public_consistency_vector():
    accepted = []
    for path, vector in vectors("consistency"):
        roots = decoded(vector["root1"]), decoded(vector["root2"])
        sizes_, proof = (vector["size1"], vector["size2"]), hashes_of(vector)
        accepted.append(merkle.verify_consistency(*sizes_, proof, *roots))
        assert accepted[-1] is not vector["wantErr"], path
        assert refuses(merkle.require_consistency, *sizes_, *roots, proof) is vector["wantErr"]
    assert (len(accepted), sum(accepted)) == (98, 6)


OWN_SIZES = (1, 2, 3, 7, 8, 255, 256, 257, 600)


@pytest.mark.parametrize("size", OWN_SIZES)
def test_as_many_proofs_of_our_own_are_accepted(size):
    """At least 98 of each kind over these sizes, each against hashes by the recursive definition."""
    leaves = leaves_of(size)
    subtree = merkle.subtrees_of(leaves)
    root = naive_root(leaves)
    for at in range(0, size, max(1, size // 30)):
        proof = merkle.inclusion_proof(at, size, subtree)
        assert merkle.verify_inclusion(leaves[at], at, size, proof, root)
        assert not merkle.verify_inclusion(leaves[at], at, size + size, proof, root)
        old = naive_root(leaves[: at + 1])
        proof = merkle.consistency_proof(at + 1, size, subtree)
        assert merkle.verify_consistency(at + 1, size, proof, old, root)
        assert at + 1 == size or not merkle.verify_consistency(at + 1, size, proof, root, old)


def test_own_proofs_are_as_many_as_the_public_vectors():
    assert sum(len(range(0, size, max(1, size // 30))) for size in OWN_SIZES) >= 98


@pytest.mark.parametrize("size", [2**20, 2**40 + 12345, 2**62 + 1])
def test_proofs_in_trees_too_large_to_be_held_are_accepted(size):
    """The tree of equal leaves: a subtree's hash depends on its size alone."""
    leaf, known = merkle.leaf_hash(b"same"), {}

    def hash_of(count):
        if count == 1:
            return leaf
        if count not in known:
            left = merkle.split(count)
            known[count] = merkle.node_hash(hash_of(left), hash_of(count - left))
        return known[count]

    def subtree(low, high):
        return hash_of(high - low)

    for index in (0, 1, size // 3, size - 2, size - 1):
        proof = merkle.inclusion_proof(index, size, subtree)
        assert merkle.verify_inclusion(leaf, index, size, proof, hash_of(size))
        assert not merkle.verify_inclusion(leaf, size, size, proof, hash_of(size))
    for old in (1, 2, size // 3, size - 1, size):
        proof = merkle.consistency_proof(old, size, subtree)
        assert merkle.verify_consistency(old, size, proof, hash_of(old), hash_of(size))
        assert not merkle.verify_consistency(old, size, [*proof, leaf], hash_of(old), hash_of(size))


odd = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.binary(max_size=40), st.lists(st.one_of(st.binary(max_size=40), st.none()), max_size=4),
    st.binary(min_size=32, max_size=32), st.just([bytes(32)]), st.just("0" * 32),
)  # fmt: skip


@given(odd, odd, odd, odd, odd)
def test_whatever_is_handed_in_there_is_an_answer(a, b, c, d, e):
    assert merkle.verify_inclusion(a, b, c, d, e) in (True, False)
    assert merkle.verify_consistency(a, b, c, d, e) in (True, False)


LEAF = merkle.leaf_hash(b"")


@pytest.mark.parametrize(
    "arguments",
    [
        (LEAF, -1, 1, [], LEAF),
        (LEAF, 0, -1, [], LEAF),
        (LEAF, 0, 0, [], LEAF),
        (LEAF, False, True, [], LEAF),
        (LEAF, 0.0, 1, [], LEAF),
        (LEAF, "0", 1, [], LEAF),
        (LEAF, 0, 1, None, LEAF),
        (LEAF, 0, 1, b"", LEAF),
        (LEAF, 0, 1, {}, LEAF),
        (LEAF.hex(), 0, 1, [], LEAF.hex()),
        (bytearray(LEAF), 0, 1, [], LEAF),
        (None, 0, 1, [], None),
        (LEAF[:31], 0, 1, [], LEAF[:31]),
        (LEAF, 0, 2, [LEAF.hex()], LEAF),
        (LEAF, 0, 2, [LEAF[:31]], LEAF),
        (LEAF, 0, 2, [LEAF], LEAF),
    ],
)
def test_odd_inclusion_is_refused_without_raising(arguments):
    assert merkle.verify_inclusion(*arguments) is False


@pytest.mark.parametrize(
    "arguments",
    [
        (0, 0, [], merkle.EMPTY_ROOT, merkle.EMPTY_ROOT),
        (0, 1, [], merkle.EMPTY_ROOT, LEAF),
        (-1, -1, [], LEAF, LEAF),
        (2, 1, [], LEAF, LEAF),
        (1, 1, [LEAF], LEAF, LEAF),
        (1, 1, None, LEAF, LEAF),
        (1, 1, [], None, None),
        (1, 1, [], "a", "a"),
        (True, True, [], LEAF, LEAF),
        (1, 2, [None], LEAF, LEAF),
        (1, 2, [LEAF], LEAF.hex(), LEAF),
        (1, 2, LEAF, LEAF, LEAF),
    ],
)
def test_odd_consistency_is_refused_without_raising(arguments):
    assert merkle.verify_consistency(*arguments) is False


@pytest.mark.parametrize("size", [*range(20), 255, 256, 257, 1000])
def test_root_is_that_of_the_recursive_definition(size):
    assert merkle.root(leaves_of(size)) == naive_root(leaves_of(size))


@given(sizes, st.data())
def test_inclusion_proofs_verify_and_any_flipped_bit_fails(size, data):
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    root = merkle.root(leaves)
    proof = merkle.inclusion_proof(index, size, merkle.subtrees_of(leaves))
    merkle.require_inclusion(index, size, leaves[index], proof, root)
    hashes = [leaves[index], root, *proof]
    leaf, wrong_root, *wrong_proof = flip_one_bit(hashes, data)
    assert refuses(merkle.require_inclusion, index, size, leaf, wrong_proof, wrong_root)
    assert refuses(merkle.require_inclusion, index, size, leaves[index], [*proof, root], root)
    assert refuses(merkle.require_inclusion, index, size, leaves[index], [root, *proof], root)
    if proof:
        assert refuses(merkle.require_inclusion, index, size, leaves[index], proof[:-1], root)
        assert refuses(merkle.require_inclusion, index, size, leaves[index], proof[1:], root)
        other = data.draw(st.integers(0, size - 1).filter(lambda i: i != index))
        assert refuses(merkle.require_inclusion, other, size, leaves[index], proof, root)


@given(sizes, st.data())
def test_consistency_proofs_verify_and_any_flipped_bit_fails(new, data):
    old = data.draw(st.integers(1, new))
    leaves = leaves_of(new)
    roots = merkle.root(leaves[:old]), merkle.root(leaves)
    proof = merkle.consistency_proof(old, new, merkle.subtrees_of(leaves))
    merkle.require_consistency(old, new, *roots, proof)
    old_root, new_root, *wrong_proof = flip_one_bit([*roots, *proof], data)
    assert refuses(merkle.require_consistency, old, new, old_root, new_root, wrong_proof)
    assert refuses(merkle.require_consistency, old, new, *roots, [*proof, roots[1]])
    if proof:
        assert refuses(merkle.require_consistency, old, new, *roots, proof[:-1])
        assert refuses(merkle.require_consistency, old, new, *roots, proof[1:])


def flip_one_bit(hashes, data):
    which = data.draw(st.integers(0, len(hashes) - 1))
    bit = data.draw(st.integers(0, 255))
    changed = bytearray(hashes[which])
    changed[bit // 8] ^= 1 << bit % 8
    return [*hashes[:which], bytes(changed), *hashes[which + 1 :]]


def test_growth_from_nothing_has_an_empty_proof_that_proves_nothing():
    assert merkle.consistency_proof(0, 5, merkle.subtrees_of(leaves_of(5))) == []
    with pytest.raises(EvidenceError, match="nothing to prove"):
        merkle.require_consistency(0, 5, merkle.EMPTY_ROOT, merkle.root(leaves_of(5)), [])


def test_proofs_of_what_is_not_there_cannot_be_made():
    with pytest.raises(ValueError, match="no index 3"):
        merkle.inclusion_proof(3, 3, merkle.subtrees_of(leaves_of(3)))
    with pytest.raises(ValueError, match="does not shrink"):
        merkle.consistency_proof(4, 3, merkle.subtrees_of(leaves_of(3)))
