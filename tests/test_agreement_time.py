"""Local time with a zone becomes UTC, and what cannot be meant is refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.codec.agreement_time import local_to_utc, parse_length, parse_local

ZONES = ("Europe/Moscow", "Europe/Kyiv", "Atlantic/Azores", "UTC", "Australia/Lord_Howe")
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, st.sampled_from(ZONES))
def test_local_and_back_gives_the_same_moment(moment, zone):
    moment = moment.replace(microsecond=0)
    local = moment.astimezone(ZoneInfo(zone))
    bare = local.replace(tzinfo=None).isoformat()
    twice = any(
        (moment + shift).astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat() == bare
        for minutes in (-60, -30, 30, 60)
        for shift in (timedelta(minutes=minutes),)
    )
    offset = local.isoformat()[len(bare) :] if twice else ""
    assert local_to_utc(bare + offset, zone) == moment


@pytest.mark.parametrize(
    ("local", "zone", "offsets"),
    [
        ("2026-10-25T03:30", "Europe/Kyiv", ("+03:00", "+02:00")),
        ("2026-04-05T01:45", "Australia/Lord_Howe", ("+11:00", "+10:30")),
    ],
)
def test_a_time_that_happens_twice_asks_for_one_of_two_offsets(local, zone, offsets):
    with pytest.raises(ValueError, match="happens twice") as caught:
        local_to_utc(local, zone)
    assert all(local + offset in str(caught.value) for offset in offsets)
    first, second = (local_to_utc(local + offset, zone) for offset in offsets)
    assert first < second
    with pytest.raises(ValueError, match="happens twice"):
        local_to_utc(local + "+07:00", zone)


def test_a_time_that_the_clock_skips_is_refused_with_the_next_one():
    with pytest.raises(ValueError, match=r"does not exist .* write 2026-03-29T04:30"):
        local_to_utc("2026-03-29T03:30", "Europe/Kyiv")


def test_an_offset_that_is_not_asked_for_is_refused_even_if_right():
    for text in ("2026-04-11T16:00+03:00", "2026-04-11T13:00Z", "2026-04-11T16:00-00:30"):
        with pytest.raises(ValueError, match="carries an offset"):
            local_to_utc(text, "Europe/Moscow")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-04-11 16:00", "no local time"),
        ("11.04.2026", "no local time"),
        ("2026-04-11T24:00", "write T00:00 of the next day"),
        ("2026-02-30T10:00", "no date of the calendar"),
        ("0001-01-01T00:00", "out of range"),
    ],
)
def test_what_is_no_time_is_refused(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_local(text)


def test_the_two_easter_windows():
    assert local_to_utc("2025-04-19T18:00", "Europe/Moscow") == datetime(
        2025, 4, 19, 15, tzinfo=UTC
    )
    assert local_to_utc("2026-04-13T00:00", "Europe/Kyiv") == datetime(2026, 4, 12, 21, tzinfo=UTC)


@given(st.integers(0, 400), st.integers(0, 99), st.integers(0, 99))
def test_lengths_add_up(days, hours, minutes):
    expected = timedelta(days=days, hours=hours, minutes=minutes)
    assert parse_length(f"P{days}DT{hours}H{minutes}M") == expected


@pytest.mark.parametrize("text", ["P", "PT", "1H", "PT1", "P1DT", "1 hour", "", "PT-1H", "P1M"])
def test_what_is_no_length_is_refused(text):
    with pytest.raises(ValueError, match="no length of time"):
        parse_length(text)
