"""The likelihood of bearings and times against the same sums written out; runs as plain Python too."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from truceline.fusion.bearings.likelihood import Assumed, Heard, Paths, log_ratios, memberships

ASSUMED = Assumed(
    slowness_s_m=np.array([1 / 335.0, 1 / 295.0]),
    slowness_sigma_s_m=np.array([3e-5, 8e-5]),
    azimuth_sigma_deg=3.0,
    tail=0.0,
    heard=0.7,
    common_s_m=np.array([[-2e-5, -5e-5], [2e-5, 5e-5]]),
    common_deg=np.array([-1.0, 1.0]),
    weight=np.array([0.5, 0.5]),
)
HEARD = Heard(
    time_s=np.array([700.0, 300.0, 1010.0]),
    azimuth_deg=np.array([91.0, 200.0, -1.0]),
    at=np.array([0, 2, 3]),
    log_clutter=np.log(np.array([2e-6, 1e-6])),
    free=np.ones(3, np.int8),
)
PATHS = Paths(
    distance_m=np.array([[200e3, 250e3], [300e3, 280e3]]),
    azimuth_deg=np.array([[90.0, 100.0], [0.0, 1.0]]),
    sector=np.array([0, 0]),
)
ORIGINS = np.array([0.0, 30.0])


def density(d, array, place, origin, shift):
    off = HEARD.azimuth_deg[d] - PATHS.azimuth_deg[array, place] - ASSUMED.common_deg[shift]
    away = PATHS.distance_m[array, place]
    mean = away * (ASSUMED.slowness_s_m + ASSUMED.common_s_m[shift])
    sigma = away * ASSUMED.slowness_sigma_s_m + 5.0
    travel = HEARD.time_s[d] - origin
    return norm.pdf(off, scale=3.0) * norm.pdf(travel, mean, sigma).mean()


def ratio(array, place, origin, shift, rows):
    clutter = np.exp(HEARD.log_clutter[array])
    return 0.3 + 0.7 * sum(density(d, array, place, origin, shift) for d in rows) / clutter


@pytest.mark.parametrize("sectors", [1, 2])
def test_ratios_are_the_sums_written_out(sectors):
    paths = PATHS._replace(sector=np.arange(2) % sectors)
    got = log_ratios(ORIGINS, HEARD, paths, ASSUMED)
    for p in range(2):
        for t, origin in enumerate(ORIGINS):
            each = np.array(
                [
                    [ratio(a, p, origin, k, rows) for k in range(2)]
                    for a, rows in ((0, (0, 1)), (1, (2,)))
                ]
            )
            want = each.prod(axis=0) @ [0.5, 0.5] if sectors == 1 else each.mean(axis=1).prod()
            assert got[p, t] == pytest.approx(np.log(want), rel=1e-6)


def test_memberships_are_the_shares_written_out():
    weight = np.array([[1.0, 0.0], [0.0, 0.0]])
    got = memberships(weight, ORIGINS, HEARD, PATHS, ASSUMED)
    each = np.array(
        [[ratio(a, 0, 0.0, k, rows) for k in range(2)] for a, rows in ((0, (0, 1)), (1, (2,)))]
    )
    post = each.prod(axis=0) / each.prod(axis=0).sum()
    first = [0.7 * density(0, 0, 0, 0.0, k) / np.exp(HEARD.log_clutter[0]) for k in range(2)]
    assert got[0] == pytest.approx(float(post @ (first / each[0])), rel=1e-6)
    assert got[1] == pytest.approx(0.0, abs=1e-9)
    assert 0.9 < got[2] <= 1.0


def test_a_place_that_one_array_alone_may_point_to_counts_as_missed():
    paths = PATHS._replace(azimuth_deg=np.array([[90.0, 90.0], [180.0, 180.0]]))
    got = log_ratios(ORIGINS, HEARD, paths, ASSUMED)
    assert got == pytest.approx(np.full((2, 2), 2 * np.log(0.3)))


def test_a_detection_that_another_event_has_is_no_detection():
    claimed = HEARD._replace(free=np.array([0, 1, 1], np.int8))
    weight = np.full((2, 2), 0.25)
    assert memberships(weight, ORIGINS, claimed, PATHS, ASSUMED)[0] == 0.0
