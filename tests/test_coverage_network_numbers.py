"""Numbers with intervals: salvos, silence, ratios, against truth that was drawn here."""

from __future__ import annotations

import numpy as np
import pytest

from truceline.fusion.coverage.cells import Cells
from truceline.fusion.coverage.comparing import compared
from truceline.fusion.coverage.hearing import Hearing
from truceline.fusion.coverage.loudness import Loudness
from truceline.fusion.coverage.numbers import Counted, spread_of, tally
from truceline.fusion.coverage.run import Rules, Watch
from truceline.fusion.coverage.salvos import Sizes, answered, salvo_of, sizes_of
from truceline.fusion.coverage.shares import audible, true_shares
from truceline.fusion.coverage.variances import within_salvos

SHARE = np.array([0.4, 0.6])
QUIET_LOUD = np.array([0.3, 0.9])
MEAN = float(SHARE @ QUIET_LOUD)


def drawn(rng, rate, mean=4.0, by_class=QUIET_LOUD):
    """Salvos at a rate, of one loudness each; which rounds are counted, and how many there were."""
    salvos = rng.poisson(rate / mean)
    size = rng.geometric(1.0 / mean, salvos)
    kind = rng.choice(2, salvos, p=SHARE)
    salvo = np.repeat(np.arange(salvos), size)
    seen = rng.random(len(salvo)) < by_class[np.repeat(kind, size)]
    return salvo[seen], len(salvo)


def counted(salvo, by_class=QUIET_LOUD):
    rows = np.tile(by_class, (len(salvo), 1))
    none = np.zeros((len(salvo), 0))
    return Counted(np.ones(len(salvo)), rows @ SHARE, rows, salvo, none, 0.0, 0.0)


def told(salvo, by_class=QUIET_LOUD, chance=MEAN):
    sizes = sizes_of(salvo, np.ones(len(salvo)))
    zero = np.zeros(len(salvo), np.int64)
    return tally(counted(salvo, by_class), SHARE, sizes, zero, np.array([chance]), 1)


@pytest.mark.parametrize(("rate", "seed"), [(40.0, 1), (150.0, 2), (1500.0, 3)])
def test_nine_of_ten_intervals_hold_number_and_rate(rate, seed):
    rng = np.random.default_rng(seed)
    number = expected = 0
    for _ in range(300):
        salvo, true = drawn(rng, rate)
        said = told(salvo)
        number += bool(said.low[0] <= true <= said.high[0])
        expected += bool(said.rate_low[0] <= rate <= said.rate_high[0])
    assert 0.85 <= number / 300 <= 0.98
    assert 0.85 <= expected / 300 <= 0.98


def test_the_weighed_number_is_right_on_average():
    rng = np.random.default_rng(4)
    pairs = [(told(salvo), true) for salvo, true in (drawn(rng, 100.0) for _ in range(300))]
    said = np.mean([float((t.observed + t.unobserved)[0]) for t, _ in pairs])
    assert said == pytest.approx(np.mean([true for _, true in pairs]), rel=0.05)


def test_the_variance_of_rounds_heard_together_is_that_of_many_draws():
    rng = np.random.default_rng(5)
    number, parts = [], []
    for _ in range(2000):
        size = np.repeat([6, 3, 1], 4)
        kind = rng.choice(2, len(size), p=SHARE)
        salvo = np.repeat(np.arange(len(size)), size)
        seen = rng.random(len(salvo)) < QUIET_LOUD[np.repeat(kind, size)]
        one = counted(salvo[seen])
        order = np.arange(len(one.salvo))
        number.append(float(np.sum(1.0 / one.chance)))
        parts.append(
            float(
                within_salvos(order, one.salvo, one.weight, one.chance, one.by_class, SHARE).sum()
            )
        )
    assert np.mean(number) == pytest.approx(40.0, rel=0.02)
    assert np.mean(parts) == pytest.approx(np.var(number), rel=0.1)


def test_silence_speaks_as_loudly_as_the_chance_to_hear():
    none = np.zeros(0, np.int64)
    sure, half, hardly = (told(none, chance=c) for c in (1.0, 0.5, 0.1))
    assert sure.rate_high[0] == pytest.approx(3.0 * 4.0, rel=0.01)  # three salvos of four
    assert half.rate_high[0] == pytest.approx(2 * sure.rate_high[0])
    assert hardly.rate_high[0] == pytest.approx(10 * sure.rate_high[0])
    assert sure.low[0] == sure.high[0] == 0.0
    assert 0.0 < half.high[0] < hardly.high[0] < np.inf


def test_the_limit_of_silence_errs_once_in_twenty_at_most():
    rng = np.random.default_rng(6)
    chance = np.array([0.5, 0.5])
    limit = told(np.zeros(0, np.int64), chance, 0.5).rate_high[0]
    silent = sum(not len(drawn(rng, limit, by_class=chance)[0]) for _ in range(2000))
    assert silent / 2000 <= 0.05


def test_blindness_bounds_nothing():
    said = told(np.zeros(0, np.int64), chance=0.0)
    assert said.low[0] == 0.0
    assert said.high[0] == said.rate_high[0] == np.inf


def test_doubtful_incidents_widen_downwards_too():
    sure = counted(np.arange(40))
    doubtful = sure._replace(weight=np.full(40, 0.8))
    zero, sizes = np.zeros(40, np.int64), Sizes(1.0, 1.0)
    said = tally(doubtful, SHARE, sizes, zero, np.array([MEAN]), 1)
    assert said.observed[0] == pytest.approx(32.0)
    assert said.low[0] < 32.0 / MEAN < said.high[0]
    wider = tally(doubtful._replace(found_error=0.3), SHARE, sizes, zero, np.array([MEAN]), 1)
    assert wider.high[0] - wider.low[0] > said.high[0] - said.low[0]


def test_the_jackknife_is_what_it_is_by_hand():
    one = counted(np.arange(3))._replace(replicates=np.array([[0.5, 0.4]] * 3))
    zero = np.zeros(3, np.int64)
    assert spread_of(one, zero, 1)[0] == pytest.approx((7.5 - 6.0) ** 2 / 4)
    assert spread_of(counted(np.arange(3)), zero, 1)[0] == 0.0


def test_shares_of_what_was_heard_are_set_right_for_what_was_not():
    rng = np.random.default_rng(7)
    count = 4000
    kind = rng.choice(2, count, p=SHARE)
    kind = kind[rng.random(count) < QUIET_LOUD[kind]]
    seems = np.where(rng.random(len(kind)) < 0.2, 1 - kind, kind)
    logs = np.log(np.where(np.arange(2) == seems[:, None], 0.8, 0.2) * QUIET_LOUD)
    chance, weight = np.tile(QUIET_LOUD, (len(kind), 1)), np.ones(len(kind))
    learned = true_shares(logs, chance, weight, np.array([0.5, 0.5]))
    assert learned == pytest.approx(SHARE, abs=0.04)
    assert np.mean(kind == 0) < 0.25  # what was heard alone would have said


def test_a_class_that_cannot_be_heard_is_left_out():
    chance = np.tile([0.01, 0.6], (10, 1))
    able = audible(chance, np.ones(10))
    assert able.tolist() == [0.0, 1.0]
    shares = true_shares(np.zeros((10, 2)), chance, np.ones(10), np.array([0.5, 0.5]) * able)
    assert shares.tolist() == [0.0, 1.0]


def test_salvos_are_near_in_place_and_time():
    lon = np.array([37.5, 37.505, 37.6, 37.5])
    time = np.array([0.0, 60.0, 60.0, 1000.0])
    assert salvo_of(lon, np.full(4, 48.2), time).tolist() == [0, 0, 1, 2]
    sizes = sizes_of(np.array([0, 0, 0, 1]), np.ones(4))
    assert sizes.mean == pytest.approx((4 + 4) / 3)
    assert sizes.dispersion == pytest.approx((9 + 1 + 16) / 8)


def test_fire_that_draws_fire_is_seen_and_chance_is_not():
    rng = np.random.default_rng(8)
    time = np.sort(rng.uniform(0, 86400.0, 300))
    lon, lat = 37.5 + rng.uniform(0, 0.1, 300), 48.2 + rng.uniform(0, 0.1, 300)
    alone = answered(lon, lat, time, np.arange(300), np.ones(300))
    both = np.concatenate([time, time + 60.0])
    order = np.argsort(both)
    place = np.concatenate([lon, lon + 0.03])[order], np.concatenate([lat, lat])[order]
    drawn_fire = answered(*place, both[order], np.arange(600), np.ones(600))
    assert alone < 1.6
    assert drawn_fire == pytest.approx(alone + 1.0, abs=0.8)


def a_day(rng, rates, chances):
    """Twenty cells, two hours, of given rates (events in an hour) and chances."""
    salvo, hour = [], []
    for h, (rate, chance) in enumerate(zip(rates, chances, strict=True)):
        seen, _ = drawn(rng, rate, by_class=np.full(2, chance))
        salvo += [1000 * h + s for s in seen]
        hour += [h] * len(seen)
    hours, cell = np.array(hour, np.int64), rng.integers(0, 20, len(hour))
    rows = np.tile(np.array(chances)[hours][:, None], (1, 2))
    grid = np.zeros((20, 2, 6))
    grid[:, :, 2] = chances
    nothing = np.zeros(20)
    one = Counted(
        np.ones(len(hour)),
        rows @ SHARE,
        rows,
        np.array(salvo, np.int64),
        np.zeros((len(hour), 0)),
        0.0,
        0.0,
    )
    known = Hearing(np.ones((2, 2)), SHARE, 0.0, 0.0, 100.0, 4.0)
    return Watch(
        rules=Rules(), loudness=Loudness(known, np.zeros((2, 0)), rows * 0.0, one.salvo, np.nan),
        cells=Cells(*(nothing.astype(np.int64),) * 2, nothing, nothing),
        hours_s=np.array([0.0, 3600.0, 7200.0]), chance=grid, counted=one, cell=cell, hour=hours,
        sizes=sizes_of(one.salvo, one.weight), elsewhere=0.0,
    )  # fmt: skip


@pytest.mark.parametrize(("rates", "ratio"), [((80.0, 80.0), 1.0), ((160.0, 40.0), 0.25)])
def test_the_ratio_of_two_periods_is_right_whoever_listened(rates, ratio):
    rng = np.random.default_rng(9)
    found = [compared(a_day(rng, rates, (0.9, 0.45)), 3600.0) for _ in range(200)]
    hit = np.mean([one.low <= ratio <= one.high for one in found])
    assert 0.83 <= hit <= 0.98
    assert np.median([one.ratio for one in found]) == pytest.approx(ratio, rel=0.15)
    if ratio < 1.0:
        assert np.mean([one.falling > 0.95 for one in found]) > 0.8


def test_a_period_in_which_nothing_was_heard_still_bounds_the_ratio():
    rng = np.random.default_rng(10)
    after = compared(a_day(rng, (60.0, 0.0), (0.9, 0.9)), 3600.0)
    assert after.ratio == 0.0
    assert after.low < 0.2
    assert after.high < 1.0
    before = compared(a_day(rng, (0.0, 60.0), (0.9, 0.9)), 3600.0)
    assert before.ratio == np.inf
    assert before.falling < 0.1


def test_a_period_without_eyes_is_not_compared():
    one = compared(a_day(np.random.default_rng(11), (60.0, 60.0), (0.9, 0.05)), 3600.0)
    assert one.cells == 0
    assert np.isnan(one.ratio)
    assert one.high == np.inf
