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


@pytest.mark.shared
def test_every_public_inclusion_vector():
    count = 0
    for path, vector in vectors("inclusion"):
        proof = [decoded(text) for text in vector["proof"] or []]
        refused = refuses(
            merkle.verify_inclusion,
            vector["leafIdx"],
            vector["treeSize"],
            decoded(vector["leafHash"]),
            proof,
            decoded(vector["root"]),
        )
        assert refused == vector["wantErr"], path
        count += 1
    assert count == 98


@pytest.mark.shared
def test_every_public_consistency_vector():
    count = 0
    for path, vector in vectors("consistency"):
        proof = [decoded(text) for text in vector["proof"] or []]
        roots = decoded(vector["root1"]), decoded(vector["root2"])
        refused = refuses(
            merkle.verify_consistency, vector["size1"], vector["size2"], *roots, proof
        )
        assert refused == vector["wantErr"], path
        count += 1
    assert count == 98


@pytest.mark.parametrize("size", [*range(20), 255, 256, 257, 1000])
def test_root_is_that_of_the_recursive_definition(size):
    assert merkle.root(leaves_of(size)) == naive_root(leaves_of(size))


@given(sizes, st.data())
def test_inclusion_proofs_verify_and_any_flipped_bit_fails(size, data):
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    root = merkle.root(leaves)
    proof = merkle.inclusion_proof(index, size, merkle.subtrees_of(leaves))
    merkle.verify_inclusion(index, size, leaves[index], proof, root)
    hashes = [leaves[index], root, *proof]
    leaf, wrong_root, *wrong_proof = flip_one_bit(hashes, data)
    assert refuses(merkle.verify_inclusion, index, size, leaf, wrong_proof, wrong_root)
    assert refuses(merkle.verify_inclusion, index, size, leaves[index], [*proof, root], root)
    assert refuses(merkle.verify_inclusion, index, size, leaves[index], [root, *proof], root)
    if proof:
        assert refuses(merkle.verify_inclusion, index, size, leaves[index], proof[:-1], root)
        assert refuses(merkle.verify_inclusion, index, size, leaves[index], proof[1:], root)
        other = data.draw(st.integers(0, size - 1).filter(lambda i: i != index))
        assert refuses(merkle.verify_inclusion, other, size, leaves[index], proof, root)


@given(sizes, st.data())
def test_consistency_proofs_verify_and_any_flipped_bit_fails(new, data):
    old = data.draw(st.integers(1, new))
    leaves = leaves_of(new)
    roots = merkle.root(leaves[:old]), merkle.root(leaves)
    proof = merkle.consistency_proof(old, new, merkle.subtrees_of(leaves))
    merkle.verify_consistency(old, new, *roots, proof)
    old_root, new_root, *wrong_proof = flip_one_bit([*roots, *proof], data)
    assert refuses(merkle.verify_consistency, old, new, old_root, new_root, wrong_proof)
    assert refuses(merkle.verify_consistency, old, new, *roots, [*proof, roots[1]])
    if proof:
        assert refuses(merkle.verify_consistency, old, new, *roots, proof[:-1])
        assert refuses(merkle.verify_consistency, old, new, *roots, proof[1:])


def flip_one_bit(hashes, data):
    which = data.draw(st.integers(0, len(hashes) - 1))
    bit = data.draw(st.integers(0, 255))
    changed = bytearray(hashes[which])
    changed[bit // 8] ^= 1 << bit % 8
    return [*hashes[:which], bytes(changed), *hashes[which + 1 :]]


def test_growth_from_nothing_has_an_empty_proof_that_proves_nothing():
    assert merkle.consistency_proof(0, 5, merkle.subtrees_of(leaves_of(5))) == []
    with pytest.raises(EvidenceError, match="nothing to prove"):
        merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, merkle.root(leaves_of(5)), [])


def test_proofs_of_what_is_not_there_cannot_be_made():
    with pytest.raises(ValueError, match="no index 3"):
        merkle.inclusion_proof(3, 3, merkle.subtrees_of(leaves_of(3)))
    with pytest.raises(ValueError, match="does not shrink"):
        merkle.consistency_proof(4, 3, merkle.subtrees_of(leaves_of(3)))
