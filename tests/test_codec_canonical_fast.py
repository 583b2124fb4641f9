"""The fast way of writing canonical JSON gives the bytes of the slow one, whatever the value."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from truceline.codec.canonical import canonical, plain

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(-1e-3, 1e-3)
    | TEXT
    | st.datetimes(timezones=st.just(UTC))
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
@example(1e-5)
@example(-0.0)
@example(1e16)
@example(2.0**53)
@example(123456789012.0)
@example('\x7f\u2028\u20ac\x00\x1f"\\/\b\f\n\r\t')
@example({"\ue000": 1, "\U00010000": 2, "b": 3, "a": 4})
@example([datetime(2026, 4, 11, 13, 0, 0, 5, tzinfo=UTC)])
def test_both_ways_agree_to_the_byte(value):
    assert canonical(value) == rfc8785.dumps(plain(value))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": [float("-inf")]}])
def test_what_json_cannot_hold_is_refused_in_both(value):
    with pytest.raises(ValueError, match="infinite or undefined"):
        canonical(value)


def test_a_set_is_refused():
    with pytest.raises(TypeError, match="cannot hold a set"):
        canonical({"a": {1, 2}})
