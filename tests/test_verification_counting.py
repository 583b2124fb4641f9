"""Counts within a time, and full days without a breach."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from truceline.verification.counting import count_within, most_within, quiet_days

T0 = datetime(2026, 5, 1, tzinfo=UTC)
WEEK = timedelta(days=7)


def test_the_window_is_open_at_its_start_and_closed_at_its_end():
    assert count_within([T0, T0 + WEEK], T0 + WEEK, WEEK) == 1
    assert count_within([T0 + timedelta(seconds=1), T0 + WEEK], T0 + WEEK, WEEK) == 2


def test_three_serious_in_seven_days():
    days = [T0, T0 + timedelta(days=3, hours=12), T0 + timedelta(days=6, hours=23, minutes=59)]
    assert most_within(days, WEEK) == 3
    assert most_within([T0, T0 + timedelta(days=3), T0 + WEEK], WEEK) == 2


def test_nothing_counts_nothing():
    assert most_within([], WEEK) == 0
    assert quiet_days(None, T0, "UTC") is None


def test_quiet_days_are_full_local_days():
    last = datetime(2018, 4, 30, 20, 30, tzinfo=UTC)  # 23:30 in Kyiv
    assert quiet_days(last, datetime(2018, 5, 7, 21, 0, tzinfo=UTC), "Europe/Kyiv") == 7
    assert quiet_days(last, datetime(2018, 5, 7, 20, 59, tzinfo=UTC), "Europe/Kyiv") == 6
    later = datetime(2018, 4, 30, 21, 30, tzinfo=UTC)  # 00:30 of 1 May in Kyiv
    assert quiet_days(later, datetime(2018, 5, 7, 21, 0, tzinfo=UTC), "Europe/Kyiv") == 6


@given(st.lists(st.integers(0, 100_000), max_size=20), st.integers(1, 50_000))
def test_one_more_breach_never_lowers_the_count(seconds, window):
    times = [T0 + timedelta(seconds=s) for s in seconds]
    more = [*times, T0 + timedelta(seconds=777)]
    length = timedelta(seconds=window)
    assert most_within(more, length) >= most_within(times, length)
