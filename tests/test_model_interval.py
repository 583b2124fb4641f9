"""Half-open intervals and local days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model.interval import Interval, local_day

T0 = datetime(2025, 4, 19, 15, tzinfo=UTC)
MOMENTS = st.integers(-100, 100).map(lambda s: T0 + timedelta(seconds=s))
INTERVALS = st.tuples(MOMENTS, MOMENTS).map(lambda p: Interval(min(p), max(p)))


def test_the_start_is_inside_and_the_end_is_not():
    truce = Interval(T0, T0 + timedelta(hours=30))
    assert truce.contains(T0)
    assert truce.contains(T0 + timedelta(hours=30) - timedelta(microseconds=1))
    assert not truce.contains(T0 + timedelta(hours=30))
    assert not truce.contains(T0 - timedelta(microseconds=1))
    assert truce.seconds == 30 * 3600


def test_an_instant_holds_itself_alone():
    instant = Interval(T0, T0)
    assert instant.contains(T0)
    assert not instant.contains(T0 + timedelta(microseconds=1))
    assert instant.seconds == 0.0


def test_the_same_moment_in_another_zone_is_inside():
    truce = Interval(T0, T0 + timedelta(hours=1))
    assert truce.contains(datetime(2025, 4, 19, 18, tzinfo=timezone(timedelta(hours=3))))


@pytest.mark.parametrize(
    ("start", "end", "match"),
    [
        (T0.replace(tzinfo=None), T0, "start of an interval needs a time zone"),
        (T0, T0.replace(tzinfo=None), "end of an interval needs a time zone"),
        (T0, T0 - timedelta(microseconds=1), "before it starts"),
        (T0, datetime(2025, 4, 19, 16, tzinfo=ZoneInfo("Europe/Moscow")), "before it starts"),
    ],
)
def test_what_is_no_interval_is_refused(start, end, match):
    with pytest.raises(ValueError, match=match):
        Interval(start, end)


@given(INTERVALS, INTERVALS)
def test_overlap_is_the_length_of_the_common_part(a, b):
    assert a.overlap_s(b) == b.overlap_s(a)
    assert 0.0 <= a.overlap_s(b) <= min(a.seconds, b.seconds)
    seconds = [T0 + timedelta(seconds=s) for s in range(-100, 100)]
    assert a.overlap_s(b) == sum(a.start <= s < a.end and b.start <= s < b.end for s in seconds)


@given(INTERVALS, MOMENTS)
def test_an_interval_is_cut_without_gap_or_double(whole, cut):
    if not whole.start < cut < whole.end:
        return
    left, right = Interval(whole.start, cut), Interval(cut, whole.end)
    assert left.overlap_s(right) == 0.0
    for moment in (whole.start, cut, whole.end, cut - timedelta(microseconds=1)):
        assert whole.contains(moment) == (left.contains(moment) or right.contains(moment))
        assert not (left.contains(moment) and right.contains(moment))


@pytest.mark.parametrize(
    ("day", "zone", "start", "hours"),
    [
        (date(2025, 4, 20), "Europe/Kyiv", "2025-04-19T21:00:00+00:00", 24),
        (date(2025, 3, 30), "Europe/Kyiv", "2025-03-29T22:00:00+00:00", 23),
        (date(2025, 10, 26), "Europe/Kyiv", "2025-10-25T21:00:00+00:00", 25),
        (date(2025, 4, 20), "UTC", "2025-04-20T00:00:00+00:00", 24),
        (date(2025, 4, 20), "Asia/Kathmandu", "2025-04-19T18:15:00+00:00", 24),
    ],
)
def test_a_local_day_is_as_long_as_its_clocks_make_it(day, zone, start, hours):
    found = local_day(day, zone)
    assert found.start.isoformat() == start
    assert found.seconds == hours * 3600
    assert found.start.tzinfo is UTC


@given(st.dates(date(1990, 1, 1), date(2037, 12, 30)))
def test_local_days_follow_one_another(day):
    today, tomorrow = (local_day(d, "Europe/Kyiv") for d in (day, day + timedelta(days=1)))
    assert today.end == tomorrow.start


def test_an_unknown_zone_is_refused():
    with pytest.raises(ZoneInfoNotFoundError):
        local_day(date(2025, 4, 20), "Europe/Nowhere")
