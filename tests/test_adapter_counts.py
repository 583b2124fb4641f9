"""Daily counts: local days, units kept apart, medians of the shipped series."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.adapters.counts import ADAPTER
from truceline.adapters.interface import ParseContext, Parsed
from truceline.errors import WrongKindOfFile
from truceline.model.interval import local_day

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "data" / "counts"


def parse(raw: bytes) -> Parsed:
    return ADAPTER.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), "x.csv"))


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.csv").read_bytes()


def shipped(folder: str) -> Parsed:
    return parse((ROOT / "data" / folder / "daily_counts.csv").read_bytes())


def test_a_day_gives_two_figures_over_the_local_day():
    parsed = parse(golden("good"))
    assert parsed.rejected == ()
    assert parsed.observations.num_rows == 0
    first, second = parsed.counts[:2]
    assert (first.metric, first.value) == ("reports", 128)
    assert (second.metric, second.value) == ("strike_type", 28)
    assert first.series == "viina:rows of one form"
    assert first.time.start == datetime(2025, 3, 27, 22, tzinfo=UTC)
    assert "holiday" in first.caveat


def test_the_day_on_which_clocks_go_forward_has_23_hours():
    hours = {
        c.time.start.date().day + 1: c.time.seconds / 3600 for c in parse(golden("good")).counts
    }
    assert hours == {28: 24, 29: 24, 30: 23, 31: 24}


def test_two_units_are_two_series_and_their_gaps_are_told():
    parsed = parse(golden("two_units"))
    assert {c.series for c in parsed.counts} == {"viina:rows of one form", "viina:rows of another form"}  # fmt: skip
    assert parsed.notes == (
        "Series 'rows of one form' lacks 2 day(s) between 2025-03-28 and 2025-03-31.",
        "2 units in one file: their figures are never compared.",
    )


def test_broken_rows_are_rejected_with_their_reasons():
    raw = golden("bad_rows")
    parsed = parse(raw)
    reasons = [
        "reports is 'many'",
        "need a number each",
        "strike_type 29 is above reports 3",
        "date is '30 March'",
        "unit is empty",
        "date is '20250329'",
    ]
    assert len(parsed.rejected) == len(reasons)
    for line, (bad, reason) in enumerate(zip(parsed.rejected, reasons, strict=True), start=3):
        assert reason in bad.reason
        assert bad.line == line
        assert raw[bad.offset : bad.offset + bad.length] == raw.splitlines()[line - 1]
    assert len(parsed.counts) == 2


def test_a_row_that_is_not_utf8_is_rejected():
    (bad,) = parse(golden("not_utf8")).rejected
    assert "not UTF-8" in bad.reason


def test_a_day_that_stands_twice_is_counted_once():
    parsed = parse(golden("twice_same"))
    assert [(r.line, "counted once" in r.reason) for r in parsed.rejected] == [(4, True)]
    assert len(parsed.counts) == 4


def test_of_two_figures_for_one_day_neither_is_used():
    parsed = parse(golden("twice_different"))
    assert [(r.line, "none is used" in r.reason) for r in parsed.rejected] == [(2, True), (4, True)]
    assert [c.value for c in parsed.counts] == [129, 29]


def test_a_file_of_another_kind_is_refused_whole():
    with pytest.raises(WrongKindOfFile, match="not a table of daily counts"):
        parse(golden("wrong_kind"))


def test_medians_of_april_2025_and_the_truce_sunday():
    counts = shipped("easter-2025").counts
    truce = {
        local_day(datetime(2025, 4, day, tzinfo=UTC).date(), "Europe/Kyiv") for day in (19, 20)
    }
    april = datetime(2025, 3, 31, 21, tzinfo=UTC)
    medians, sunday = {}, {}
    for metric in ("reports", "strike_type"):
        days = [c for c in counts if c.metric == metric and c.time.start >= april]
        assert len(days) == 30
        medians[metric] = median(c.value for c in days if c.time not in truce)
        (sunday[metric],) = [c.value for c in days if c.time == max(truce)]
    assert medians == {"reports": 119, "strike_type": 23}
    assert sunday == {"reports": 76, "strike_type": 5}


@pytest.mark.parametrize(("folder", "days"), [("easter-2025", 61), ("easter-2026", 120)])
def test_shipped_series_have_one_unit_each_and_no_gap(folder, days):
    parsed = shipped(folder)
    assert parsed.rejected == ()
    assert parsed.notes == ()
    assert len(parsed.counts) == 2 * days
    assert len({c.series for c in parsed.counts}) == 1


def test_the_two_shipped_series_are_told_apart():
    series = {shipped(f).counts[0].series for f in ("easter-2025", "easter-2026")}
    assert len(series) == 2


@given(st.permutations(golden("twice_different").splitlines(keepends=True)[1:]))
def test_the_order_of_rows_does_not_matter(lines):
    header = golden("good").splitlines(keepends=True)[0]
    parsed = parse(header + b"".join(lines))
    assert sorted(c.value for c in parsed.counts) == [29, 129]
    assert all(c.time.seconds == timedelta(days=1).total_seconds() for c in parsed.counts)
