"""Canonical JSON: one value, one sequence of bytes."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.codec.canonical import canonical, plain, rfc3339
from truceline.model.finding import Outcome

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def test_keys_are_ordered_by_utf_16_units():
    """The example of RFC 8785, section 3.2.3: code points would put the smiley last."""
    mixed = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert list(json.loads(canonical(mixed)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]
    assert max(mixed) == "\U0001f600"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (4.50, "4.5"),
        (2e-3, "0.002"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1e-27, "1e-27"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (-1e30, "-1e+30"),
        (0.1 + 0.2, "0.3"),
        (333333333.33333329, "333333333"),
        (5e-324, "5e-324"),
        (37.123456789, "37.1234568"),
        (2**53 - 1, "9007199254740991"),
        (2**53, '"9007199254740992"'),
        (-(2**53), '"-9007199254740992"'),
        (True, "true"),
        (np.float64(0.25), "0.25"),
        (Outcome.VIOLATED, '"violated"'),
        ('\u20ac$\x0f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ([], "[]"),
        ((1, (2,)), "[1,[2]]"),
        ({}, "{}"),
        ({2: "b", "1": "a"}, '{"1":"a","2":"b"}'),
    ],
)
def test_one_value_one_text(value, wanted):
    assert canonical(value).decode() == wanted


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="infinite or undefined"):
        canonical({"deep": [value]})


@pytest.mark.parametrize(
    "value", [b"bytes", {1, 2}, Decimal("1.5"), date(2026, 4, 11), 1j, object(), np.int64(3)]
)
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(TypeError, match=type(value).__name__):
        canonical([value])


class _Floating(tzinfo):
    """A zone that does not know its offset: such a time is naive."""

    def utcoffset(self, _moment):
        return None


@pytest.mark.parametrize(
    "moment", [datetime(2026, 4, 11, 13), datetime(2026, 4, 11, 13, tzinfo=_Floating())]
)
def test_a_naive_time_is_refused(moment):
    with pytest.raises(ValueError, match="without zone"):
        canonical([moment])


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [
        (datetime(2026, 4, 11, 16, tzinfo=ZoneInfo("Europe/Moscow")), "2026-04-11T13:00:00Z"),
        (datetime(2026, 4, 11, 13, 0, 0, 120_000, UTC), "2026-04-11T13:00:00.120000Z"),
        (datetime(2026, 1, 1, tzinfo=timezone(timedelta(minutes=-210))), "2026-01-01T03:30:00Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (datetime.max.replace(tzinfo=UTC), "9999-12-31T23:59:59.999999Z"),
        (
            datetime.combine(date(2026, 10, 25), time(1, 30, fold=1), ZoneInfo("UTC")),
            "2026-10-25T01:30:00Z",
        ),
    ],
)
def test_times_are_written_in_utc(moment, wanted):
    assert rfc3339(moment) == wanted
    assert datetime.fromisoformat(wanted) == moment


def test_two_keys_of_one_text_are_refused_rather_than_lost():
    with pytest.raises(ValueError, match="two keys"):
        canonical({1: "a", "1": "b"})


def test_a_lone_surrogate_is_refused():
    with pytest.raises(ValueError, match=r"surrogate|UTF-8|utf-8"):
        canonical("\ud800")


@given(VALUES)
def test_what_was_written_and_read_is_written_alike(value):
    data = canonical(value)
    assert canonical(json.loads(data, parse_int=_as_written)) == data
    assert canonical(plain(value)) == data


def _as_written(digits: str) -> float | int:
    """A float of 2^53 or more has no fraction to tell it from an integer."""
    return int(digits) if abs(int(digits)) < 2**53 else float(digits)


@given(st.dictionaries(TEXT, st.integers(0, 9), max_size=6), st.randoms())
def test_the_order_of_insertion_does_not_show(values, random):
    items = list(values.items())
    random.shuffle(items)
    assert canonical(dict(items)) == canonical(values)


@given(st.floats(1e-300, 1e300), st.floats(-4e-10, 4e-10))
def test_the_last_bits_do_not_show(value, wobble):
    """Nine digits are written, so a change of less than 5e-10 is at most one step of the ninth."""
    a, b = float(canonical(value)), float(canonical(value * (1 + wobble)))
    assert abs(a - b) <= 1.0000001e-8 * value
    assert abs(a - value) <= 0.500001e-8 * value
