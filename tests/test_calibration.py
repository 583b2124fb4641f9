"""Probabilities and ellipses are right on simulated days never used to learn them; silence counts."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.codec.canonical import canonical
from truceline.codec.nouns import projection
from truceline.fusion.calibrate import Acoustics
from truceline.fusion.join import Event
from truceline.fusion.propagation import hearing
from truceline.fusion.silence import Ears
from truceline.simulation.settings import Settings

SEEDS = range(5000, 5005)
WHOLE_DAY = ((0.0, 86_400.0),)


def load_benchmark():
    path = Path(__file__).parents[1] / "benchmarks" / "fusion_calibration.py"
    spec = importlib.util.spec_from_file_location("fusion_calibration", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def benchmark():
    return load_benchmark()


@pytest.fixture(scope="module")
def days(benchmark):
    return [benchmark.checked(seed, Settings()) for seed in SEEDS]


def test_probabilities_miss_by_no_more_than_chance_allows(benchmark, days):
    said, right = (np.array([row[k] for day in days for row in day.rows], float) for k in (0, 1))
    rng = np.random.default_rng(1)
    perfect = [benchmark.ece(said, (rng.random(len(said)) < said) * 1.0) for _ in range(999)]
    # outcomes within a burst go together, so that chance allows more than for single draws
    assert benchmark.ece(said, right) <= 1.5 * max(perfect)


def test_a_probability_too_high_would_be_noticed(benchmark, days):
    said = np.array([row[0] for day in days for row in day.rows])
    rng = np.random.default_rng(2)
    perfect = [benchmark.ece(said, (rng.random(len(said)) < said) * 1.0) for _ in range(999)]
    too_bold = (rng.random(len(said)) < said - 0.12 * (said > 0.5)) * 1.0
    assert benchmark.ece(said, too_bold) > 1.5 * max(perfect)


def test_ellipses_of_ninety_per_cent_hold_nine_true_places_in_ten(days):
    inside = [held for day in days for held in day.inside]
    # the wind of a day moves all its places: twice the binomial error, as docs/calibration.md measures
    error = 2 * np.sqrt(0.09 / len(inside))
    assert abs(np.mean(inside) - 0.9) <= 3 * error


def test_no_day_has_a_fault_and_most_of_what_was_seen_twice_is_found(days):
    assert [fault for day in days for fault in day.score.faults] == []
    scores = [day.score for day in days]
    assert sum(s.right for s in scores) / sum(s.incidents for s in scores) > 0.92
    assert np.mean([s.recall[2] for s in scores]) > 0.88


def test_rows_in_any_order_give_the_same_incidents(benchmark):
    day = benchmark.day_of(SEEDS[0], Settings())
    rng = np.random.default_rng(3)
    order = rng.permutation(day.table.num_rows)
    turned = benchmark.Day(
        day.table.take(order), tuple(reversed(day.coverage)), day.network, day.heat, day.truth
    )
    first, second = (
        [canonical(projection(i)) for i in benchmark.fused(d).incidents] for d in (day, turned)
    )
    assert first == second
    assert len(first) > 10


def test_seeds_to_learn_from_are_never_those_to_check(benchmark, capsys):
    with pytest.raises(SystemExit):
        benchmark.main(["--learn", "0:3", "--check", "2:4"])
    assert "disjoint" in capsys.readouterr().err


@given(
    st.lists(st.tuples(st.floats(0.01, 0.99), st.booleans()), min_size=1, max_size=30),
)
def test_a_diagram_holds_every_bin(rows):
    module = load_benchmark()
    said, right = (np.array(column, float) for column in zip(*rows, strict=True))
    found = module.bins(said)
    assert sum(int(inside.sum()) for _, inside in found) == len(rows)
    assert 0.0 <= module.ece(said, right) <= 1.0


def test_fits_find_the_figures_that_made_the_data(benchmark):
    rng = np.random.default_rng(4)
    feature = rng.normal(1.0, 1.5, 20_000)
    right = rng.random(20_000) < 1 / (1 + np.exp(-(0.8 * feature - 0.3)))
    assert benchmark.fitted_odds(feature, right)[:2] == pytest.approx((0.8, -0.3), abs=0.06)
    away = rng.uniform(0.0, 20_000.0, 20_000)
    known = Acoustics(earshot_m=25_000.0)
    heard = rng.random(20_000) < hearing(away, known)
    best, half, width = benchmark.fitted_hearing(
        [(False, float(a), bool(g)) for a, g in zip(away, heard, strict=True)]
    )
    assert best == pytest.approx(known.hearing_best, abs=0.02)
    assert half == pytest.approx(known.hearing_range_m, rel=0.02)
    assert width == pytest.approx(known.hearing_width, rel=0.1)


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_more_evidence_never_lowers_the_odds(a, b):
    low, high = sorted((a, b))
    assert Acoustics().log_odds(low) <= Acoustics().log_odds(high)


def network(times=(), azimuths=None, up=WHOLE_DAY, stations=2):
    """Give stations 3 km to the south of the centre and beyond, with lone arrivals at the first."""
    azimuth = np.full(len(times), np.nan) if azimuths is None else np.deg2rad(azimuths)
    return Ears(
        centre=(-28.0, 47.2),
        east=np.zeros(stations),
        north=-3_000.0 * np.arange(1, stations + 1),
        clutter_per_s=np.full(stations, 1 / 3600),
        azimuth_sigma=np.full(stations, 0.07),
        up=(up,) * stations,
        at=np.array([0] + [len(times)] * stations),
        time=np.array(times, float),
        azimuth=azimuth,
        acoustics=Acoustics(),
    )


def told(start=3_600.0, end=3_660.0, sigma=0.0):
    kinds = np.array([1.0])
    return Event((0,), -28.0, 47.2, (250_000.0, 0.0, 250_000.0), start, end, sigma, kinds)


def test_stations_that_heard_nothing_speak_against_what_people_tell():
    assert network().log_ratio(told(), 0.0, 1.0) < -3.0


def test_silence_says_nothing_where_nobody_is_known_to_have_listened():
    assert network(up=()).log_ratio(told(), 0.0, 1.0) == 0.0
    elsewhere = ((20_000.0, 30_000.0),)
    assert network(up=elsewhere).log_ratio(told(), 0.0, 1.0) == 0.0


def test_silence_says_nothing_about_what_makes_no_sound_or_has_no_hour():
    assert network().log_ratio(told(), 0.0, 0.0) == 0.0
    assert network().log_ratio(told(0.0, 80_000.0), 0.0, 1.0) == 0.0


def test_silence_says_less_of_a_rifle_afar_than_of_a_gun():
    far = network(stations=3)
    assert far.log_ratio(told(), 1.0, 1.0) >= far.log_ratio(told(), 0.0, 1.0)


def test_one_lone_arrival_that_fits_speaks_for_it_and_one_from_behind_does_not():
    fits = network(times=(3_640.0,), azimuths=(0.0,), stations=1)
    behind = network(times=(3_640.0,), azimuths=(180.0,), stations=1)
    deaf = network(times=(3_640.0,), stations=1)
    assert fits.log_ratio(told(), 0.0, 1.0) > 1.0
    assert deaf.log_ratio(told(), 0.0, 1.0) > 0.5
    assert behind.log_ratio(told(), 0.0, 1.0) < -1.0
