"""The taxonomy as a noun, on a small tree of its own."""

from __future__ import annotations

import pytest

from truceline.model.acts import Act, Taxonomy

TREE = Taxonomy(
    "0",
    {
        code: Act(code, code, by_a_party=True, may_be=may_be, terms=terms)
        for code, may_be, terms in [
            ("fire", (), {"x": ("shelling",)}),
            ("fire.mortar", (), {}),
            ("fire.mortar.heavy", (), {"x": ("big tube",)}),
            ("fire.mortar.light", (), {}),
            ("fire.tank", (), {}),
            ("fires", (), {"x": ("wildfire",)}),
            ("bang", ("fire.mortar", "fires"), {"x": ("boom", "bang")}),
        ]
    },
)


@pytest.mark.parametrize(
    ("code", "ancestor", "is_a"),
    [
        ("fire", "fire", True),
        ("fire.mortar.heavy", "fire", True),
        ("fire", "fire.mortar", False),
        ("fires", "fire", False),  # the dot counts, not the letters
        ("fire.mortar", "fire.mort", False),
    ],
)
def test_is_a_follows_the_dots(code, ancestor, is_a):
    assert TREE.is_a(code, ancestor) is is_a


@pytest.mark.parametrize(
    ("code", "leaves"),
    [
        ("fire", ("fire.mortar.heavy", "fire.mortar.light", "fire.tank")),
        ("fire.tank", ("fire.tank",)),
        ("bang", ("bang", "fire.mortar.heavy", "fire.mortar.light", "fires")),
    ],
)
def test_leaves_are_the_ends_of_the_branch_and_of_what_it_may_be(code, leaves):
    assert TREE.leaves(code) == leaves


def test_terms_there_and_back():
    assert TREE.from_term("x", "boom") == "bang"
    assert TREE.from_term("x", "Boom") is None
    assert TREE.from_term("y", "boom") is None
    assert TREE.to_terms("x", "fire.mortar.light") == ("shelling",)  # its grandparent's
    assert TREE.to_terms("x", "fire.mortar.heavy") == ("big tube",)
    assert TREE.to_terms("x", "bang") == ("boom", "bang")
    assert TREE.to_terms("y", "fire.tank") == ()


def test_an_unknown_code_is_refused():
    with pytest.raises(KeyError):
        TREE.leaves("smoke")
    with pytest.raises(KeyError):
        TREE.to_terms("x", "smoke")
