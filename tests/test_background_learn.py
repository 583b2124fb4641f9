"""Learning the background: counts, order, posteriors."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.codec.heat_table import read_table, write_table
from truceline.errors import SourceError
from truceline.fusion.background import learn, posterior, prune
from truceline.fusion.background_beta import fit_beta, fit_concentration, interval_90
from truceline.fusion.background_seasonal import burst_factor

MARCH_1 = 19417  # 2023-03-01
WORKS = (34.875, 47.175)


def a_year(rng, *, works_share=0.4, fires=3000):
    """250 days: a steel works hot on a share of days, and fields that burn once, most in summer."""
    days = MARCH_1 + np.arange(250)
    hot = days[rng.random(250) < works_share]
    burn = MARCH_1 + np.minimum(rng.gamma(20, 7.5, fires).astype(int), 249)
    lon = np.concatenate([np.full(hot.size, WORKS[0]), rng.uniform(30, 38, fires)])
    lat = np.concatenate([np.full(hot.size, WORKS[1]), rng.uniform(46, 50, fires)])
    return lon, lat, np.concatenate([hot, burn])


rows = st.lists(
    st.tuples(st.floats(30, 30.05), st.floats(47, 47.05), st.integers(MARCH_1 - 60, MARCH_1 + 300)),
    min_size=1,
    max_size=60,
)


def columns(listed):
    return [np.array(column) for column in zip(*listed, strict=True)]


def test_finds_the_works_and_nothing_else():
    lon, lat, day = a_year(np.random.default_rng(1))
    background = learn(lon, lat, day)
    standing = background.table.cells[background.persistence > 0.5]
    assert standing.tolist() == [[3487, 4717]]


def test_share_of_hot_days_is_near_the_true_one_and_inside_its_interval():
    looked = MARCH_1 + np.arange(250)
    background = learn(*a_year(np.random.default_rng(2), works_share=0.4), looked=looked)
    works = int(np.argmax(background.persistence))
    spring_to_autumn = slice(1, 4)
    assert np.all(np.abs(background.mean[works, spring_to_autumn] - 0.4) < 0.12)
    assert np.all(background.lower[works, spring_to_autumn] < 0.4)
    assert np.all(background.upper[works, spring_to_autumn] > 0.4)
    # nothing was looked at in winter: the belief is there, but wider than in any other season
    width = (background.upper - background.lower)[works]
    assert background.days_looked[0] == 0
    assert np.argmax(width) == 0


def test_days_looked_at_without_any_row_lower_the_share():
    lon, lat, day = np.full(9, 30.0), np.full(9, 47.0), MARCH_1 + 7 * np.arange(9)
    rows_only = learn(lon, lat, day)
    known = learn(lon, lat, day, looked=MARCH_1 + np.arange(60))
    assert known.days_looked.sum() == 60
    assert known.mean[0, 1] < rows_only.mean[0, 1] / 2


def test_a_burst_of_days_is_no_standing_source():
    """Twelve hot days within two weeks, and twelve spread over twelve weeks: not the same."""
    lon, lat, day = a_year(np.random.default_rng(3))
    burst = MARCH_1 + 90 + np.arange(12)
    spread = MARCH_1 + 7 + 14 * np.arange(16)
    lon = np.concatenate([lon, np.full(12, 31.005), np.full(16, 32.005)])
    lat = np.concatenate([lat, np.full(12, 47.005), np.full(16, 47.005)])
    background = learn(lon, lat, np.concatenate([day, burst, spread]))
    cells = background.table.cells.tolist()
    assert background.persistence[cells.index([3100, 4700])] < 0.05
    assert background.persistence[cells.index([3200, 4700])] > 0.5


def test_counts_can_be_checked_by_hand():
    background = learn([30.005, 30.007, 30.005, 31.0], [47.005] * 4, [19417, 19417, 19600, 19601])
    table = background.table
    assert table.cells.tolist() == [[3000, 4700], [3100, 4700]]
    assert table.cell_rows.tolist() == [3, 1]
    assert table.cell_days.tolist() == [[0, 1, 1, 0], [0, 0, 0, 1]]
    assert table.cell_weeks.tolist() == [2, 1]
    assert table.days_looked.tolist() == [0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0]
    assert (table.about["first_day"], table.about["last_day"]) == ("2023-03-01", "2023-09-01")


def test_days_may_be_dates():
    by_number = learn([30.0], [47.0], [MARCH_1])
    by_date = learn([30.0], [47.0], np.array(["2023-03-01"], dtype="datetime64[D]"))
    assert by_number.version == by_date.version


@settings(max_examples=15, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(listed, random):
    mixed = list(listed)
    random.shuffle(mixed)
    assert learn(*columns(listed)).version == learn(*columns(mixed)).version


@settings(max_examples=15, deadline=None)
@given(rows)
def test_intervals_hold_their_means(listed):
    background = learn(*columns(listed))
    for part in (background, background.seasonal):
        assert np.all(part.lower <= part.mean)
        assert np.all(part.mean <= part.upper)
    assert np.all((background.mean > 0) & (background.mean < 1))


@settings(max_examples=15, deadline=None)
@given(rows)
def test_within_one_background_more_hot_weeks_are_never_less_persistent(listed):
    background = learn(*columns(listed))
    order = np.argsort(background.table.cell_weeks, kind="stable")
    assert np.all(np.diff(background.persistence[order]) >= -1e-12)


@settings(max_examples=20, deadline=None)
@given(rows, st.data())
def test_one_more_hot_day_never_lowers_persistence(listed, data):
    """With the priors as they were: refitting them would change what all cells are compared with."""
    before = learn(*columns(listed))
    table = before.table
    i = data.draw(st.integers(0, len(table.cells) - 1))
    days, weeks = table.cell_days.copy(), table.cell_weeks.copy()
    season = data.draw(
        st.sampled_from(np.flatnonzero(before.days_looked > days[i]).tolist() or [-1])
    )
    if season >= 0:
        days[i, season] += 1
        weeks[i] = min(weeks[i] + data.draw(st.integers(0, 1)), table.weeks_looked)
        after = posterior(dataclasses.replace(table, cell_days=days, cell_weeks=weeks))
        assert after.persistence[i] >= before.persistence[i]
        assert after.mean[i, season] > before.mean[i, season]


@settings(max_examples=15, deadline=None)
@given(rows)
def test_reading_the_table_back_gives_the_same_background(listed):
    background = learn(*columns(listed), about={"source": 'a "quoted", odd name'})
    again = posterior(read_table(write_table(background.table)))
    assert again.version == background.version
    np.testing.assert_array_equal(again.mean, background.mean)
    np.testing.assert_array_equal(again.persistence, background.persistence)
    np.testing.assert_array_equal(again.seasonal.upper, background.seasonal.upper)


def test_pruning_keeps_the_priors_and_the_recurrent_cells():
    background = learn(*a_year(np.random.default_rng(5)))
    small = prune(background)
    assert small.table.prior == background.table.prior
    assert len(small.table.cells) < len(background.table.cells) / 10
    assert small.table.cell_weeks.min() >= 3
    with pytest.raises(ValueError, match="min_weeks"):
        prune(background, min_weeks=0)


@pytest.mark.parametrize(
    ("lon", "lat", "day", "words"),
    [
        ([], [], [], "no satellite row"),
        ([30.0], [47.0, 48.0], [1], "one length"),
        ([30.0, 200.0], [47.0, 47.0], [1, 1], "row 1"),
        ([30.0], [float("nan")], [1], "row 0"),
    ],
)
def test_refuses_what_cannot_be_learned_from(lon, lat, day, words):
    with pytest.raises(SourceError, match=words):
        learn(lon, lat, np.array(day, dtype=np.int64))


def test_a_table_without_its_priors_is_refused():
    table = learn([30.0], [47.0], [MARCH_1]).table
    with pytest.raises(SourceError, match="hot_day"):
        posterior(dataclasses.replace(table, prior={**table.prior, "hot_day": (1.0,)}))
    with pytest.raises(SourceError, match="more days"):
        posterior(dataclasses.replace(table, cell_days=table.cell_days + 5))


def test_fit_beta_finds_the_beta_from_which_shares_were_drawn():
    rng = np.random.default_rng(6)
    hot = rng.binomial(200, rng.beta(2.0, 6.0, 2000)).astype(float)
    a, b = fit_beta(hot, np.full(2000, 200.0), np.ones(2000))
    assert a == pytest.approx(2.0, rel=0.1)
    assert b == pytest.approx(6.0, rel=0.1)


def test_fit_concentration_finds_the_weight_of_the_foretold_mean():
    rng = np.random.default_rng(7)
    mean = rng.uniform(0.1, 0.6, 3000)
    hot = rng.binomial(90, rng.beta(20 * mean, 20 * (1 - mean))).astype(float)
    found = fit_concentration(hot, np.full(3000, 90.0), mean, np.ones(3000))
    assert found == pytest.approx(20, rel=0.1)


def test_interval_is_drawn_out_to_a_mean_beyond_it():
    lower, upper = interval_90(np.array([0.01, 50.0]), np.array([1.0, 50.0]))
    assert upper[0] == pytest.approx(0.01 / 1.01)
    assert (lower[1], upper[1]) == pytest.approx((0.418, 0.582), abs=2e-3)


def test_rows_of_one_fire_count_as_a_burst():
    alone = burst_factor(np.array([30.0, 31.0]), np.array([47.0, 47.0]), np.array([1, 1]))
    assert alone == 1.0
    assert burst_factor(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)) == 1.0
