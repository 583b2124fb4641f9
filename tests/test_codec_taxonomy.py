"""The shipped taxonomy: a tree without loose ends, and dictionaries without two meanings."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest
import yaml

from truceline.codec.taxonomy import taxonomy
from truceline.fusion.arrays import leaf_codes

TAXONOMY = taxonomy()
CODES = sorted(TAXONOMY.acts)
VOCABULARIES = sorted({v for act in TAXONOMY.acts.values() for v in act.terms})


class _NoDoubles(yaml.SafeLoader):
    """YAML keeps the last of two equal keys without a word; a taxonomy must not lose an entry."""


def _mapping(loader, node):
    keys = [loader.construct_object(key) for key, _ in node.value]
    assert len(keys) == len(set(keys)), f"a key stands twice: {Counter(keys).most_common(1)}"
    return loader.construct_mapping(node, deep=True)


_NoDoubles.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def test_no_code_stands_twice_in_the_file():
    text = files("truceline.taxonomy").joinpath("acts.yaml").read_text(encoding="utf-8")
    assert sorted(yaml.load(text, _NoDoubles)["acts"]) == CODES  # noqa: S506 - a safe loader


@pytest.mark.parametrize("code", CODES)
def test_each_code_is_a_root_or_has_its_parent(code):
    act = TAXONOMY.acts[code]
    assert act.code == code
    assert act.label
    if "." in code:
        assert code.rsplit(".", 1)[0] in TAXONOMY.acts


@pytest.mark.parametrize("code", CODES)
def test_what_it_may_be_exists_and_lies_on_other_branches(code):
    for other in TAXONOMY.acts[code].may_be:
        assert other in TAXONOMY.acts
        assert not TAXONOMY.is_a(other, code)
        assert not TAXONOMY.is_a(code, other)


@pytest.mark.parametrize("code", CODES)
def test_each_code_has_leaves_of_its_own(code):
    leaves = TAXONOMY.leaves(code)
    assert leaves
    assert set(leaves) <= set(leaf_codes(TAXONOMY))
    assert any(TAXONOMY.is_a(leaf, code) for leaf in leaves)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_each_term_maps_to_one_code_and_back(vocabulary):
    terms = [t for act in TAXONOMY.acts.values() for t in act.terms.get(vocabulary, ())]
    assert [t for t, n in Counter(terms).items() if n > 1] == []
    for term in terms:
        code = TAXONOMY.from_term(vocabulary, term)
        assert code is not None
        assert term in TAXONOMY.to_terms(vocabulary, code)


def test_all_neighbours_are_there():
    assert {"acled", "ucdp", "viina", "smm", "reports"} <= set(VOCABULARIES)
    assert all(
        isinstance(t, str) for a in TAXONOMY.acts.values() for t in sum(a.terms.values(), ())
    )


@pytest.mark.parametrize("root", ["heat", "alarm", "quiet", "speech", "control", "other", "harm"])
def test_no_party_does_what_only_happens_or_is_said(root):
    below = [c for c in CODES if TAXONOMY.is_a(c, root)]
    assert below
    assert not any(TAXONOMY.acts[c].by_a_party for c in below)


def test_a_leaf_that_only_happens_is_no_prohibited_act_by_itself():
    assert TAXONOMY.leaves("heat.persistent") == ("heat.persistent",)
    assert TAXONOMY.leaves("quiet") == ("quiet",)


def test_it_is_read_once():
    assert taxonomy() is TAXONOMY
    assert TAXONOMY.version
