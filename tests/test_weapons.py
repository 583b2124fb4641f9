"""Which weapons a clause speaks of: class before calibre, a named system before both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.codec.weapons import arsenal
from truceline.model.clause_terms import Bound, WeaponTest
from truceline.model.weapons import Weapon, catches

TABLE = arsenal()
OVER_100 = WeaponTest(("artillery",), (), Bound.ABOVE, 100.0)
FROM_100 = WeaponTest(("artillery",), ("mortar", "tank"), Bound.FROM, 100.0)


@pytest.mark.parametrize(
    ("words", "system", "classes", "calibre"),
    [
        ("6 Grads", "BM-21 Grad", "mlrs", 122.0),
        ("BM-21", "BM-21 Grad", "mlrs", 122.0),
        ("Tornado-G", "Tornado-G", "mlrs", 122.0),
        ("three T-72", "T-72", "tank", 125.0),
        ("120 mm mortar", "120 mm mortar", "mortar", 120.0),
        ("152 mm towed howitzer", None, "artillery", 152.0),
        ("a Tochka-U launcher", "Tochka-U", "missile", None),
        ("something large", None, None, None),
    ],
)
def test_words_are_led_to_the_table(words, system, classes, calibre):
    found = TABLE.resolve(words)
    assert (found.system, found.classes, found.calibre_mm) == (system, classes, calibre)


def test_what_the_description_says_goes_before_the_table():
    assert TABLE.resolve("BM-21 Grad", calibre_mm=140.0).calibre_mm == 140.0


def test_exactly_100_mm_is_outside_a_strict_bound_and_inside_the_other():
    gun = TABLE.resolve("MT-12")
    assert catches(OVER_100, gun, TABLE) is False
    assert catches(FROM_100, gun, TABLE) is True


def test_class_comes_before_calibre():
    assert catches(OVER_100, TABLE.resolve("BM-21 Grad"), TABLE) is False


def test_a_disputed_class_is_neither_caught_nor_left_out():
    assert catches(FROM_100, TABLE.resolve("T-64"), TABLE) is None
    assert catches(FROM_100, TABLE.resolve("82 mm mortar"), TABLE) is False


def test_a_class_above_stands_for_those_below():
    assert catches(WeaponTest(("heavy",)), TABLE.resolve("D-30"), TABLE) is True
    assert catches(WeaponTest(("heavy",)), TABLE.resolve("BTR-80"), TABLE) is False


def test_only_named_systems_and_their_types_are_caught():
    named = WeaponTest(systems=("Uragan", "Tochka"))
    assert catches(named, TABLE.resolve("Uragan"), TABLE) is True
    assert catches(named, TABLE.resolve("Tochka-U"), TABLE) is True
    assert catches(named, TABLE.resolve("Smerch"), TABLE) is False


def test_a_weapon_that_may_be_a_named_one_is_not_decided():
    named = WeaponTest(systems=("Uragan",))
    assert catches(named, TABLE.resolve("MLRS"), TABLE) is None
    assert catches(named, TABLE.resolve("220 mm MLRS"), TABLE) is None
    assert catches(named, TABLE.resolve("122 mm MLRS"), TABLE) is False


def test_systems_that_are_left_to_another_clause():
    others = WeaponTest(("mlrs",), without=("Uragan",))
    assert catches(others, TABLE.resolve("Uragan"), TABLE) is False
    assert catches(others, TABLE.resolve("BM-21 Grad"), TABLE) is True
    assert catches(others, TABLE.resolve("MLRS"), TABLE) is None


def test_unknown_class_or_calibre_stays_unknown():
    assert catches(OVER_100, Weapon("gun", "artillery", None, None), TABLE) is None
    assert catches(OVER_100, Weapon("thing", None, 152.0, None), TABLE) is None


@given(st.floats(1, 400), st.floats(1, 400))
def test_bounds_are_what_their_signs_say(value, figure):
    assert Bound.ABOVE.holds(value, figure) is (value > figure)
    assert Bound.FROM.holds(value, figure) is (value >= figure)
    assert Bound.BELOW.holds(value, figure) is (value < figure)
    assert Bound.UP_TO.holds(value, figure) is (value <= figure)
