"""Where a sound was made: against arrivals computed here, with the errors that are claimed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import chi2

from truceline.fusion.calibrate import Acoustics
from truceline.fusion.locate import Arrivals, Origin, locate

T0 = 1.777e9
AIR = Acoustics()


def stations(n: int, rng: np.random.Generator) -> np.ndarray:
    """Give places of stations around the middle, none beside another. Unit: m."""
    bearing = 2 * np.pi * (np.arange(n) + rng.uniform(-0.3, 0.3, n)) / n
    reach = rng.uniform(2_500, 7_000, n)
    return np.column_stack([reach * np.sin(bearing), reach * np.cos(bearing)])


def arrivals(
    stand: np.ndarray,
    at: np.ndarray,
    rng: np.random.Generator,
    *,
    sigma_s: float = 0.05,
    slow: float = 0.0,
    wind: tuple[float, float] = (0.0, 0.0),
    azimuth_sigma: float | None = None,
) -> Arrivals:
    """Compute arrivals of a sound made at ``at`` at ``T0``; wind blows towards, in m/s."""
    off = stand - at
    away = np.hypot(off[:, 0], off[:, 1])
    along = off @ np.array(wind) / np.maximum(away, 1e-9)
    travel = away * (1 + slow) / (AIR.speed_m_s + along)
    azimuth = np.full(len(stand), np.nan)
    if azimuth_sigma is not None:
        azimuth = np.arctan2(-off[:, 0], -off[:, 1]) + rng.normal(0, azimuth_sigma, len(stand))
    return Arrivals(
        stand[:, 0],
        stand[:, 1],
        T0 + travel + rng.normal(0, sigma_s, len(stand)),
        np.full(len(stand), sigma_s),
        azimuth,
        np.full(len(stand), azimuth_sigma or 0.2),
    )


def guess(east: float = 0.0, north: float = 0.0, late: float = 0.0) -> Origin:
    return Origin(east, north, T0 + late, np.eye(3))


def distance2(found: Origin, at: np.ndarray) -> float:
    """Give the squared error in units of the covariance that is claimed, over place and time."""
    off = np.array([found.east - at[0], found.north - at[1], found.time - T0])
    return float(off @ np.linalg.solve(found.cov, off))


def drawn(seed: int, *, air: bool) -> tuple[Origin, np.ndarray]:
    rng = np.random.default_rng(seed)
    at = rng.uniform(-2_000, 2_000, 2)
    heard = arrivals(
        stations(int(rng.integers(5, 10)), rng),
        at,
        rng,
        slow=float(rng.normal(0, AIR.speed_relative_sigma)) if air else 0.0,
        wind=tuple(rng.normal(0, AIR.wind_sigma_m_s, 2)) if air else (0.0, 0.0),
    )
    found = locate(heard, guess(*rng.uniform(-800, 800, 2), late=1.0), AIR)
    assert found is not None
    return found, at


@pytest.mark.parametrize("air", [False, True], ids=["still air", "wind and temperature"])
def test_the_error_is_as_large_as_claimed(air):
    """Fifty draws: none many sigmas off, and nine in ten inside the 90 % region but for chance."""
    far = np.array([distance2(*drawn(seed, air=air)) for seed in range(50)])
    assert far.max() < chi2.ppf(1 - 1e-5, 3)
    inside = int((far <= chi2.ppf(0.9, 3)).sum())
    assert inside >= 38  # of 50 at 0.9: fewer than 38 with a chance below 1e-3


def test_covariance_is_a_covariance():
    for seed in range(10):
        found, _ = drawn(seed, air=True)
        assert found.cov == pytest.approx(found.cov.T)
        assert (np.linalg.eigvalsh(found.cov) > 0).all()


def test_without_noise_the_place_is_found():
    rng = np.random.default_rng(1)
    at = np.array([640.0, -1_210.0])
    heard = arrivals(stations(7, rng), at, rng, sigma_s=1e-4)
    found = locate(heard, guess(900.0, -300.0, 2.0), AIR)
    assert found is not None
    assert math.hypot(found.east - at[0], found.north - at[1]) < 5.0
    assert abs(found.time - T0) < 0.02


def test_more_stations_make_the_place_sharper():
    at = np.array([300.0, 200.0])
    rng = np.random.default_rng(3)
    heard = arrivals(stations(32, rng), at, rng)
    areas = []
    for each in (8, 4, 2, 1):
        found = locate(heard.take(np.arange(0, 32, each)), guess(), AIR)
        assert found is not None
        areas.append(float(np.linalg.det(found.cov[:2, :2])))
    assert areas == sorted(areas, reverse=True)


def test_two_stations_with_bearings_fix_a_place():
    rng = np.random.default_rng(2)
    at = np.array([500.0, 3_000.0])
    stand = np.array([[-3_000.0, 0.0], [3_500.0, -200.0]])
    heard = arrivals(stand, at, rng, azimuth_sigma=0.02)
    found = locate(heard, guess(0.0, 2_000.0), AIR)
    assert found is not None
    assert distance2(found, at) < chi2.ppf(0.9999, 3)
    assert math.hypot(found.east - at[0], found.north - at[1]) < 400.0


def test_a_bearing_across_north_is_no_turn_around():
    """Azimuths of -179 and +179 degrees are two degrees apart."""
    rng = np.random.default_rng(4)
    stand = np.array([[0.0, 5_000.0], [40.0, 7_000.0], [-60.0, 9_000.0], [4_000.0, 100.0]])
    heard = arrivals(stand, np.zeros(2), rng, azimuth_sigma=0.02)
    found = locate(heard, guess(200.0, 500.0), AIR)
    assert found is not None
    assert math.hypot(found.east, found.north) < 300.0


def test_one_wrong_arrival_does_not_carry_the_place_away():
    rng = np.random.default_rng(8)
    heard = arrivals(stations(9, rng), np.array([200.0, 100.0]), rng)
    time = heard.time.copy()
    time[3] += 4.0  # 1.4 km of travel
    spoilt = Arrivals(
        heard.east, heard.north, time, heard.time_sigma, heard.azimuth, heard.azimuth_sigma
    )
    found = locate(spoilt, guess(), AIR)
    assert found is not None
    assert math.hypot(found.east - 200.0, found.north - 100.0) < 250.0


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_arrivals_fix_nothing_and_break_nothing(n):
    rng = np.random.default_rng(5)
    heard = arrivals(stations(6, rng), np.zeros(2), rng).take(np.arange(n))
    found = locate(heard, guess(), AIR)
    assert found is None or (np.linalg.eigvalsh(found.cov)[-1] > 1e6)


def test_stations_of_one_mast_fix_nothing_sharply():
    rng = np.random.default_rng(6)
    heard = arrivals(np.full((5, 2), 2_000.0), np.zeros(2), rng)
    found = locate(heard, guess(), AIR)
    assert found is None or np.linalg.eigvalsh(found.cov[:2, :2])[-1] > 1e6


def test_a_sound_at_the_foot_of_a_mast():
    rng = np.random.default_rng(7)
    stand = np.vstack([stations(6, rng), [[0.0, 0.0]]])
    found = locate(arrivals(stand, np.zeros(2), rng, sigma_s=0.02), guess(0.0, 0.0), AIR)
    assert found is not None
    assert math.hypot(found.east, found.north) < 200.0


def test_the_order_of_arrivals_does_not_show():
    rng = np.random.default_rng(9)
    heard = arrivals(stations(8, rng), np.array([-700.0, 900.0]), rng)
    one = locate(heard, guess(), AIR)
    other = locate(heard.take(rng.permutation(8)), guess(), AIR)
    assert one is not None
    assert other is not None
    assert (other.east, other.north) == pytest.approx((one.east, one.north), abs=1e-3)
    assert other.time == pytest.approx(one.time, abs=1e-5)
