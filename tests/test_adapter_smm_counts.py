"""Reporting days of the SMM: real windows, running totals checked, nothing guessed."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.adapters.interface import ParseContext, Parsed
from truceline.adapters.rows import csv_records
from truceline.adapters.smm_counts import ADAPTER, SERIES, SERIES_TOTAL, SERIES_UNKNOWN
from truceline.adapters.smm_counts_day import COLUMNS, Day, read_day
from truceline.adapters.smm_counts_totals import Verdict, check_running_totals, summary
from truceline.errors import WrongKindOfFile
from truceline.model.coverage import DailyCount

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "data" / "smm_counts"
SHIPPED = (ROOT / "data" / "osce-smm" / "daily_counts.csv").read_bytes()


def parse(raw: bytes) -> Parsed:
    return ADAPTER.parse(raw, ParseContext(hashlib.sha256(raw).hexdigest(), "x.csv"))


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.csv").read_bytes()


def days(raw: bytes) -> list[Day]:
    return [read_day(record) for record in csv_records(raw, COLUMNS, "test")]


def verdicts(raw: bytes) -> dict[str, Verdict]:
    return {check.report: check.verdict for check in check_running_totals(days(raw))}


def figure(parsed: Parsed, report: str, series: str = SERIES) -> DailyCount:
    (found,) = [
        c
        for c in parsed.counts
        if c.series == series and c.metric == "violations" and f"report {report}," in c.caveat
    ]
    return found


def utc(month: int, day: int, hour: int = 16, minute: int = 30) -> datetime:
    return datetime(2020, month, day, hour, minute, tzinfo=UTC)


def test_the_good_file_gives_regions_and_sums():
    parsed = parse(golden("good"))
    assert parsed.rejected == ()
    first = [(c.series, c.metric, c.value) for c in parsed.counts[:6]]
    assert first == [
        ("osce-smm", "violations", 42),
        ("osce-smm", "explosions", 5),
        ("osce-smm:donetsk", "violations", 40),
        ("osce-smm:donetsk", "explosions", 4),
        ("osce-smm:luhansk", "violations", 2),
        ("osce-smm:luhansk", "explosions", 1),
    ]
    assert figure(parsed, "179/2020").time.seconds == 24 * 3600


def test_the_first_period_begins_with_the_running_total():
    first = figure(parse(golden("good")), "178/2020")
    assert first.time.start == utc(7, 26, 21, 1)  # 27 July, 00:01 in Kyiv
    assert first.time.end == utc(7, 27)
    assert "less than a full day" in first.caveat


def test_a_stated_total_is_checked_across_a_derived_one():
    assert verdicts(golden("good")) == {
        "178/2020": Verdict.CONSISTENT,
        "179/2020": Verdict.CONSISTENT,
        "180/2020": Verdict.CIRCULAR,
        "181/2020": Verdict.CONSISTENT,
    }


def test_a_wrong_total_is_told_with_both_numbers():
    parsed = parse(golden("total_wrong"))
    found = check_running_totals(days(golden("total_wrong")))
    assert [c.verdict for c in found[1:3]] == [Verdict.INCONSISTENT, Verdict.CIRCULAR]
    assert found[1].reason == "42 (178/2020) + 10 = 52, the row says 53"
    assert any("Running total of report 179/2020 is inconsistent" in n for n in parsed.notes)
    assert "inconsistent, 42 (178/2020) + 10 = 52" in figure(parsed, "179/2020").caveat


def test_a_derived_total_that_does_not_add_up_is_inconsistent_too():
    raw = golden("good").replace(b",53,cumulative derived", b",54,cumulative derived")
    assert verdicts(raw)["180/2020"] is Verdict.INCONSISTENT


def test_a_weekend_is_never_one_day():
    parsed = parse(golden("weekend"))
    three, two = figure(parsed, "180/2020"), figure(parsed, "181/2020")
    assert three.time.seconds == 72 * 3600
    assert "covers 3 evenings" in three.caveat
    assert "last 24 h only" not in three.caveat
    assert two.time.seconds == 48 * 3600
    assert "does not say whether the figures are of its last 24 h only" in two.caveat
    assert verdicts(golden("weekend"))["180/2020"] is Verdict.CONSISTENT
    assert verdicts(golden("weekend"))["182/2020"] is Verdict.NO_FIGURE


def test_over_a_gap_only_the_running_total_speaks():
    parsed = parse(golden("gap"))
    lost = figure(parsed, "180/2020", SERIES_UNKNOWN)
    assert lost.time.start == lost.time.end == utc(7, 29)
    assert "start of the window unknown: report 179/2020" in lost.caveat
    assert lost.unit.endswith("unknown start")
    last = figure(parsed, "183/2020")
    assert (last.time.start, last.time.end) == (utc(8, 1), utc(8, 2))
    gaps = [c for c in parsed.counts if c.series == SERIES_TOTAL]
    assert [(g.time.start, g.time.end, g.value) for g in gaps] == [
        (utc(7, 27), utc(7, 29), 18),
        (utc(7, 29), utc(8, 2), 30),
    ]
    found = verdicts(golden("gap"))
    assert found["180/2020"] is found["183/2020"] is Verdict.MISSING_REPORT
    assert found["184/2020"] is Verdict.CONSISTENT


def test_a_total_that_falls_gives_no_negative_count():
    parsed = parse(golden("total_falls"))
    assert all(c.value >= 0 for c in parsed.counts)
    assert not [c for c in parsed.counts if c.series == SERIES_TOTAL]
    assert any("180/2020 is inconsistent" in n for n in parsed.notes)


def test_a_first_period_with_more_than_the_total_is_not_cut_short():
    parsed = parse(golden("first_evening"))
    assert figure(parsed, "178/2020", SERIES_UNKNOWN).value == 62
    found = verdicts(golden("first_evening"))
    assert found == {"178/2020": Verdict.NO_FIGURE, "179/2020": Verdict.NO_FIGURE}
    # Without Donetsk there is no sum of the second day, yet Luhansk's figure stays.
    assert [c.value for c in parsed.counts if c.series == f"{SERIES}:luhansk"] == [5]


def test_broken_rows_are_rejected_with_their_reasons():
    raw = golden("bad_rows")
    parsed = parse(raw)
    reasons = [
        "donetsk_cfv is 'few'",
        "not a number and year",
        "donetsk_explosions 2 is above donetsk_cfv 1",
        "lies before the end of its period",
        "without an offset",
        "basis is empty",
    ]
    assert len(parsed.rejected) == len(reasons)
    for line, (bad, reason) in enumerate(zip(parsed.rejected, reasons, strict=True), start=3):
        assert reason in bad.reason
        assert raw[bad.offset : bad.offset + bad.length] == raw.splitlines()[line - 1]


def test_a_row_that_is_not_utf8_is_rejected_and_counts_as_missing():
    parsed = parse(golden("not_utf8"))
    assert "not UTF-8" in parsed.rejected[0].reason
    assert {c.series.split(":")[0] for c in parsed.counts} == {"osce-smm"}


def test_of_two_versions_of_a_report_neither_is_used():
    parsed = parse(golden("twice_different"))
    assert [(r.line, "none is used" in r.reason) for r in parsed.rejected] == [(3, True), (4, True)]
    assert figure(parsed, "178/2020").value == 42


def test_a_file_of_another_kind_is_refused_whole():
    with pytest.raises(WrongKindOfFile, match="not a table of coded SMM reporting days"):
        parse(golden("wrong_kind"))


def test_an_empty_table_says_nothing():
    parsed = parse(golden("good").splitlines(keepends=True)[0])
    assert (parsed.counts, parsed.notes, parsed.rejected) == ((), (), ())
    assert summary(check_running_totals([])) == ()


def test_the_thirty_shipped_rows_are_checked():
    parsed = parse(SHIPPED)
    assert parsed.rejected == ()
    found = Counter(verdicts(SHIPPED).values())
    assert found == {
        Verdict.CONSISTENT: 6,
        Verdict.CIRCULAR: 3,
        Verdict.MISSING_REPORT: 1,
        Verdict.NO_TOTAL: 20,
    }
    assert parsed.notes[0].startswith(
        "Running totals: 6 of 30 rows checked, 6 consistent, 0 inconsistent, 24 not checkable"
    )


def test_the_windows_of_the_shipped_rows():
    parsed = parse(SHIPPED)
    sums = [c for c in parsed.counts if c.metric == "violations"]
    known = Counter(round(c.time.seconds / 3600, 2) for c in sums if c.series == SERIES)
    assert known == {24.0: 22, 48.0: 1, 19.48: 1}
    unknown = [c for c in sums if c.series == SERIES_UNKNOWN]
    assert len(unknown) == 6
    assert all(c.time.seconds == 0 for c in unknown)
    weekend = figure(parsed, "183/2020")
    assert (weekend.time.start, weekend.time.end, weekend.value) == (utc(8, 1), utc(8, 2), 3)


def test_the_shipped_gap_gives_120_over_three_evenings():
    (gap,) = [c for c in parse(SHIPPED).counts if c.series == SERIES_TOTAL]
    assert (gap.time.start, gap.time.end, gap.value) == (utc(7, 30), utc(8, 2), 120)
    assert "the total of 183/2020 was derived" in gap.caveat


@given(st.permutations(SHIPPED.splitlines(keepends=True)[1:]))
def test_the_order_of_rows_does_not_matter(lines):
    shuffled = parse(SHIPPED.splitlines(keepends=True)[0] + b"".join(lines))
    plain = parse(SHIPPED)
    assert (shuffled.counts, shuffled.notes) == (plain.counts, plain.notes)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8), st.data()
)
def test_totals_that_add_up_pass_and_one_changed_total_never_does(pairs, data):
    total, rows = 0, []
    for number, (donetsk, luhansk) in enumerate(pairs):
        total += donetsk + luhansk
        end = utc(7, 27) + timedelta(days=number)
        rows.append(Day(2020, 178 + number, end, donetsk, None, luhansk, None, total, "stated"))
    assert {c.verdict for c in check_running_totals(rows)} == {Verdict.CONSISTENT}
    at = data.draw(st.integers(0, len(rows) - 1))
    old = rows[at]
    assert old.total is not None
    rows[at] = Day(2020, old.number, old.end, old.donetsk, None, old.luhansk, None, old.total + 1, "stated")  # fmt: skip
    found = check_running_totals(rows)
    assert found[at].verdict is Verdict.INCONSISTENT
    assert all(c.verdict is Verdict.CONSISTENT for c in found[:at])
