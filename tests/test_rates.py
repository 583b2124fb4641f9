"""Rates before, during and after: intervals that hold what they say, and honest phases."""

from __future__ import annotations

import csv
import math
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model.coverage import DailyCount
from truceline.model.interval import Interval, local_day
from truceline.model.rate import RateComparison
from truceline.model.words import percent, words_for
from truceline.verification.comparison import compare_counts, month_around, phase_of
from truceline.verification.rates import (
    day_range,
    dispersion,
    mean_interval,
    mean_ratio,
    phase_rate,
    ratio,
    tail_for,
)

TRUCE = Interval(datetime(2025, 4, 19, 15, tzinfo=UTC), datetime(2025, 4, 20, 21, tzinfo=UTC))
SHARED = Path(__file__).parents[1] / ".." / "shared" / "data" / "truce-reports"


def daily(values: dict[date, int], metric: str = "reports", zone: str = "Europe/Kyiv"):
    return [
        DailyCount("series", metric, local_day(day, zone), value, "rows", "fewer reporters")
        for day, value in values.items()
    ]


def april(value: int = 100) -> dict[date, int]:
    wobble = (0, 9, -12, 4, -3, 15, -8)
    return {date(2025, 4, d): value + wobble[d % 7] for d in range(1, 31)}


@pytest.mark.parametrize(
    ("mean", "size", "truth", "outliers"),
    [(119, 20.0, 0.6, 0.0), (23, 3.4, 0.25, 0.0), (23, 3.4, 1.0, 0.05), (8, 4.0, 0.5, 0.0)],
)
def test_the_90_percent_interval_of_the_ratio_holds_the_truth(mean, size, truth, outliers):
    rng = np.random.default_rng(20250420)
    trials, held = 300, 0
    days = np.ones(28)
    for _ in range(trials):
        base = rng.negative_binomial(size, size / (size + mean), 28).astype(float)
        base = np.where(rng.random(28) < outliers, 3 * base, base)
        count = int(rng.negative_binomial(size, size / (size + truth * mean)))
        found = ratio(count, 1.0, base, days, dispersion(base, days))
        assert found is not None
        held += found.low <= truth <= found.high
    slack = 2.6 * math.sqrt(0.9 * 0.1 / trials)
    assert 0.88 - slack <= held / trials <= 0.96 + slack


def test_the_interval_of_a_rate_holds_the_truth():
    rng = np.random.default_rng(7)
    trials, held, size, mean = 400, 0, 5.0, 30.0
    for _ in range(trials):
        counts = rng.negative_binomial(size, size / (size + mean), 25).astype(float)
        days = np.ones(25)
        rate = phase_rate("before", counts, days, dispersion(counts, days), tail_for(25))
        held += rate.low <= mean <= rate.high
    assert 0.84 <= held / trials <= 0.96


def test_poisson_counts_give_the_textbook_interval():
    # mid-P interval of 10 events, Poisson: the exact (Garwood) one, 5.43 to 16.96, contains it
    low, high = mean_interval(10, 1.0, 0.0, 0.05)
    assert 5.43 < low < 6.2
    assert 15.7 < high < 16.96


def test_no_event_has_a_lower_end_of_zero_and_a_positive_upper_end():
    base, days = np.full(10, 20.0), np.ones(10)
    found = ratio(0, 1.0, base, days, 0.1)
    assert found is not None
    assert found.value == 0.0
    assert found.low == 0.0
    assert 0.0 < found.high < 1.0


@given(st.integers(0, 400), st.floats(0.0, 1.0), st.floats(0.25, 40.0))
def test_the_interval_encloses_the_count_and_widens_with_dispersion(count, alpha, days):
    low, high = mean_interval(count, days, alpha, 0.05)
    wider = mean_interval(count, days, alpha + 0.5, 0.05)
    assert low <= count + 1e-6
    assert high >= count
    assert wider[1] >= high - 1e-6
    assert wider[1] - wider[0] >= high - low - 1e-6


def test_several_windows_are_compared_by_their_means():
    two = Interval(TRUCE.start, TRUCE.end + timedelta(days=1))
    (found,) = compare_counts(daily(april()), two, month_around(two, "Europe/Kyiv"))
    ratio_of_means = found.during_over_baseline
    assert found.during.windows == 2
    assert ratio_of_means is not None
    assert ratio_of_means.value == pytest.approx(
        found.during.rate_per_day / found.baseline.rate_per_day
    )
    assert ratio_of_means.low < ratio_of_means.value < ratio_of_means.high


def test_nothing_in_several_windows_is_a_ratio_of_zero_with_an_upper_end():
    days = np.ones(10)
    none = phase_rate("during", np.zeros(2), np.ones(2), 0.1, 0.05)
    base = phase_rate("baseline", np.full(10, 20.0), days, 0.1, 0.05)
    found = mean_ratio(none, base)
    assert found is not None
    assert (found.value, found.low) == (0.0, 0.0)
    assert 0.0 < found.high < 1.0
    assert mean_ratio(base, phase_rate("before", np.zeros(10), days, 0.1, 0.05)) is None
    assert mean_ratio(phase_rate("during", np.ones(2), np.ones(2), None, 0.05), base) is None


def test_an_outlier_moves_the_dispersion_little():
    calm = np.array([90, 95, 100, 105, 110] * 5, dtype=float)
    struck = calm.copy()
    struck[3] = 900
    assert dispersion(struck, np.ones(25)) < 2 * dispersion(calm, np.ones(25)) + 0.01


def test_a_silent_baseline_gives_no_ratio_and_no_range():
    zeros, days = np.zeros(8), np.ones(8)
    assert dispersion(zeros, days) == 0.0
    assert ratio(3, 1.0, zeros, days, 0.0) is None
    assert day_range(zeros, days) == (0.0, 0.0)


def test_regular_counts_are_read_as_poisson():
    regular, days = np.full(8, 50.0), np.ones(8)
    assert dispersion(regular, days) == 0.0
    low, high = day_range(regular, days)
    assert 36 <= low < 50 < high <= 64


def test_too_few_windows_give_no_dispersion():
    with pytest.raises(ValueError, match="too few"):
        dispersion(np.ones(4), np.ones(4))
    assert ratio(3, 1.0, np.ones(4), np.ones(4), 0.1) is None


@pytest.mark.parametrize(("counts", "days"), [([1.0], [1.0, 2.0]), ([-1.0], [1.0]), ([1.0], [0.0])])
def test_impossible_arrays_are_refused(counts, days):
    with pytest.raises(ValueError, match=r"exposure|counts"):
        phase_rate("before", np.array(counts), np.array(days), None, 0.05)


def test_a_day_partly_in_force_counts_nowhere():
    (found,) = compare_counts(daily(april()), TRUCE, month_around(TRUCE, "Europe/Kyiv"))
    assert found.partly == 1
    assert (found.before.windows, found.during.windows, found.after.windows) == (18, 1, 10)
    assert found.baseline.windows == 28
    assert any("partly" in caveat for caveat in found.caveats)


def test_a_day_of_another_zone_that_sticks_out_of_the_truce_is_partly():
    # in winter Kyiv is an hour behind Moscow: a Kyiv day ends an hour after a Moscow truce
    moscow = Interval(
        local_day(date(2025, 12, 24), "Europe/Moscow").start,
        local_day(date(2025, 12, 25), "Europe/Moscow").end,
    )
    assert phase_of(local_day(date(2025, 12, 24), "Europe/Kyiv"), moscow) == "during"
    assert phase_of(local_day(date(2025, 12, 25), "Europe/Kyiv"), moscow) == "partly"


def test_series_in_different_units_are_never_mixed():
    other = [
        DailyCount("series", "reports", c.time, 5000, "place-rows", "") for c in daily(april())
    ]
    found = compare_counts([*daily(april()), *other], TRUCE, month_around(TRUCE, "Europe/Kyiv"))
    assert [c.unit for c in found] == ["place-rows", "rows"]
    assert found[0].baseline.median_per_day == 5000


def test_windows_outside_the_period_are_left_out():
    march = {date(2025, 3, d): 10_000 for d in range(1, 32)}
    period = month_around(TRUCE, "Europe/Kyiv")
    assert compare_counts(daily(march), TRUCE, period) == ()
    with_march = compare_counts(daily(march | april()), TRUCE, period)
    assert with_march == compare_counts(daily(april()), TRUCE, period)


def test_a_short_series_says_that_it_can_give_no_interval():
    few = {date(2025, 4, d): 50 for d in (17, 18, 19, 20)}
    (found,) = compare_counts(daily(few), TRUCE, month_around(TRUCE, "Europe/Kyiv"))
    assert found.dispersion is None
    assert found.during_over_baseline is None
    assert found.during.rate_per_day == 50
    assert found.during.low is None
    assert any("Fewer than" in caveat for caveat in found.caveats)


def test_a_series_without_a_day_in_force_has_no_ratio():
    early = {day: n for day, n in april().items() if day.day < 15}
    (found,) = compare_counts(daily(early), TRUCE, month_around(TRUCE, "Europe/Kyiv"))
    assert found.during.windows == 0
    assert found.during.rate_per_day is None
    assert found.during_over_baseline is None
    assert found.after_over_before is None


def test_the_month_of_a_truce_over_new_year_is_two_months():
    truce = Interval(datetime(2025, 12, 31, 12, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    period = month_around(truce, "UTC")
    assert (period.start, period.end) == (
        datetime(2025, 12, 1, tzinfo=UTC),
        datetime(2026, 2, 1, tzinfo=UTC),
    )


def test_a_window_of_two_evenings_counts_with_its_length():
    rows = [
        DailyCount("smm", "violations", Interval(s, s + timedelta(days=n)), 100 * n, "v", "")
        for s, n in [
            (datetime(2025, 4, d, 16, tzinfo=UTC), n) for d, n in ((1, 1), (2, 2), (4, 1), (5, 1))
        ]
    ]
    (found,) = compare_counts(rows, TRUCE, month_around(TRUCE, "UTC"))
    assert found.before.exposure_days == 5.0
    assert found.before.rate_per_day == 100.0
    assert found.before.median_per_day == 100.0


def shared_april_2025() -> tuple[RateComparison, ...]:
    path = SHARED / "viina_daily_counts.csv"
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is absent although CI is set")
        pytest.skip("the unshipped data folder ../shared/data is absent")
    with path.open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["date"].startswith("2025-04")]
    counts = []
    for metric in ("reports", "strike_type"):
        values = {date.fromisoformat(r["date"]): int(r[metric]) for r in rows}
        counts += daily(values, metric)
    return compare_counts(counts, TRUCE, month_around(TRUCE, "Europe/Kyiv"))


@pytest.mark.shared
def test_easter_sunday_2025_lies_below_its_april():
    reports, strikes = shared_april_2025()
    assert reports.baseline.median_per_day == 119
    assert strikes.baseline.median_per_day == 23
    assert (reports.during.count, strikes.during.count) == (76, 5)
    assert reports.during_over_baseline is not None
    assert strikes.during_over_baseline is not None
    assert reports.during_over_baseline.value == pytest.approx(76 / 119)
    assert strikes.during_over_baseline.value == pytest.approx(5 / 23)
    assert reports.during_over_baseline.low < 76 / 119 < reports.during_over_baseline.high < 1
    assert strikes.during_over_baseline.low < 5 / 23 < strikes.during_over_baseline.high


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "almost no chance"),
        (0.049, "almost no chance"),
        (0.05, "very unlikely"),
        (0.2, "unlikely"),
        (0.45, "roughly even chance"),
        (0.55, "likely"),
        (0.8, "very likely"),
        (0.95, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_words_follow_the_ladder(probability, words):
    assert words_for(probability) == words


@pytest.mark.parametrize("wrong", [-0.01, 1.01, math.nan])
def test_what_is_no_probability_has_no_words(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        words_for(wrong)
    with pytest.raises(ValueError, match="between 0 and 1"):
        percent(wrong)


@given(st.floats(0.0, 1.0))
def test_a_probability_is_never_written_as_0_or_100(probability):
    assert percent(probability) not in {"0 %", "100 %"}


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_words_grow_with_the_probability(one, other):
    order = [words_for(p) for p in (0.0, 0.1, 0.3, 0.5, 0.6, 0.9, 0.99)]
    low, high = sorted((one, other))
    assert order.index(words_for(low)) <= order.index(words_for(high))


@pytest.mark.parametrize("alpha", [1.0, 9.0, 20.0, 100.0])
@pytest.mark.parametrize("count", [0, 5, 127])
def test_a_dispersion_beyond_all_measure_gives_a_wide_interval_and_no_error(alpha, count):
    """A row with nine digits too many among few must not stop a report."""
    low, high = mean_interval(count, 1.0, alpha, 0.035)
    assert 0.0 <= low < high < math.inf
