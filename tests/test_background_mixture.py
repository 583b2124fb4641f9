"""The mixture that tells persistent cells from occasional ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.background_mixture import (
    _START,
    Mixture,
    _loss,
    _steps_of,
    classes_of,
    fit,
    log_likelihood,
    persistence,
)


def _draw(rng, cells, share, a, b, weeks):
    kind = rng.choice(len(share), size=cells, p=share)
    k = rng.binomial(weeks, rng.beta(np.array(a)[kind], np.array(b)[kind]))
    return k[k > 0], kind[k > 0]


def test_finds_the_persistent_cells_of_a_simulated_region():
    rng = np.random.default_rng(1)
    k, kind = _draw(rng, 60_000, [0.94, 0.05, 0.01], [0.5, 1, 6], [60, 12, 3], 38)
    found = persistence(fit(k, 38), k, 38)
    assert np.mean(found[kind == 2] > 0.5) > 0.9
    assert np.mean(kind[found > 0.5] < 2) < 0.1
    # calibration: among cells given a probability, about that share is persistent
    middle = (found > 0.05) & (found < 0.95)
    tolerance = 3 * np.sqrt((found * (1 - found))[middle].sum())
    assert abs(np.sum(kind[middle] == 2) - found[middle].sum()) < tolerance


def test_fit_beats_the_numbers_it_started_from():
    rng = np.random.default_rng(2)
    k, _ = _draw(rng, 30_000, [0.94, 0.05, 0.01], [0.5, 1, 6], [60, 12, 3], 38)
    start = Mixture(*(tuple(part) for part in (_START[3][2], _START[3][0], _START[3][1])))
    assert log_likelihood(fit(k, 38), k, 38) > log_likelihood(start, k, 38) + 10


def test_three_classes_fit_no_worse_than_two():
    rng = np.random.default_rng(3)
    k, _ = _draw(rng, 30_000, [0.94, 0.05, 0.01], [0.5, 1, 6], [60, 12, 3], 38)
    assert log_likelihood(fit(k, 38), k, 38) > log_likelihood(fit(k, 38, 2), k, 38)


def test_slope_is_the_slope_of_the_loss():
    k, n = np.array([1, 2, 5, 30]), 38
    first = np.concatenate([_steps_of(*_START[3][:2]), np.log(_START[3][2])])
    x, weight = first + np.linspace(-0.3, 0.4, 9), np.array([500.0, 30.0, 4.0, 6.0])
    steps = np.eye(9) * 1e-6
    up = np.array([_loss(x + h, first, k, weight, n)[0] for h in steps])
    down = np.array([_loss(x - h, first, k, weight, n)[0] for h in steps])
    np.testing.assert_allclose(
        _loss(x, first, k, weight, n)[1], (up - down) / 2e-6, rtol=1e-4, atol=1e-4
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=0, max_size=60), st.integers(30, 60))
def test_one_more_hot_week_never_makes_a_cell_less_persistent(weeks, looked):
    mixture = fit(np.array(weeks, dtype=np.int64), looked)
    found = persistence(mixture, np.arange(looked + 1), looked)
    assert np.all(np.diff(found) >= -1e-12)
    assert found[0] == 0.0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=60))
def test_classes_sum_to_one_and_shares_too(weeks):
    mixture = fit(np.array(weeks), 30)
    assert sum(mixture.share) == pytest.approx(1.0, abs=1e-3)
    np.testing.assert_allclose(classes_of(mixture, np.array(weeks), 30).sum(axis=0), 1.0)


@pytest.mark.parametrize("weeks", [[0, 3], [39]])
def test_refuses_weeks_that_were_not_looked_at(weeks):
    with pytest.raises(ValueError, match=r"1\.\.38"):
        fit(np.array(weeks), 38)
