"""Locating by bearing and time: invented explosions, clutter, wrong input, real ones."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from pyproj import Geod

from truceline.fusion.bearings.likelihood import bearing_density
from truceline.fusion.bearings.locate import locate
from truceline.fusion.bearings.settings import Settings

WGS84 = Geod(ellps="WGS84")
SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"
TRUTH = 37.0, 48.0
NEAR = Settings(reach_m=500_000.0)


def explosion(directions=(10.0, 130.0, 250.0), away_m=(200e3, 300e3, 250e3), speed=295.0, off=0.0):
    count = len(directions)
    at = np.full(count, TRUTH[0]), np.full(count, TRUTH[1])
    lon, lat, back = WGS84.fwd(*at, np.array(directions), np.array(away_m))
    time = 1000.0 + np.array(away_m) / speed
    return np.array(lon), np.array(lat), np.arange(count), time, np.array(back) + off


def with_clutter(case):
    lon, lat, array, time, azimuth = case
    more = (
        np.array([0, 1, 2]),
        np.array([3000.0, 400.0, 2500.0]),
        azimuth[:3] + np.array([90.0, 170.0, -80.0]),
    )
    joined = (np.concatenate(pair) for pair in zip((array, time, azimuth), more, strict=True))
    return lon, lat, *joined


def error_m(source):
    return WGS84.inv(source.lon, source.lat, *TRUTH)[2]


@pytest.fixture(scope="module")
def clean():
    return locate(*explosion(), NEAR)


def test_an_explosion_is_where_bearings_and_times_say(clean):
    (source,) = clean
    assert error_m(source) < 10_000
    assert abs(source.time_s - 1000.0) < 2 * source.time_sigma_s
    assert source.square(*TRUTH) < 4.605
    assert source.probability > 0.5
    assert np.all(source.membership > 0.9)
    assert 100 < source.area_km2(4.605) < 20_000


def test_clutter_is_told_from_the_explosion(clean):
    (source, *_) = locate(*with_clutter(explosion()), NEAR)
    assert np.all(source.membership[:3] > 0.9)
    assert np.all(source.membership[3:] < 0.1)
    assert WGS84.inv(source.lon, source.lat, clean[0].lon, clean[0].lat)[2] < 8_000


def test_rows_in_another_order_give_the_same_place():
    lon, lat, array, time, azimuth = with_clutter(explosion())
    turn = np.random.default_rng(3).permutation(len(time))
    one = locate(lon, lat, array, time, azimuth, NEAR)[0]
    two = locate(lon, lat, array[turn], time[turn], azimuth[turn], NEAR)[0]
    assert (one.lon, one.lat, one.time_s) == (two.lon, two.lat, two.time_s)
    assert np.array_equal(one.membership[turn], two.membership)


def test_wind_is_shared_by_the_paths_of_one_sector_only():
    def east_and_area(case, common):
        source = locate(*case, Settings(reach_m=500_000.0, common=common))[0]
        return source.cov_m2[0], source.area_km2(4.605)

    # bearings of one side that err together cross more sharply: their distance is better known
    side = explosion(directions=(260.0, 270.0, 280.0), away_m=(250e3, 250e3, 250e3))
    assert east_and_area(side, 0.9)[0] < 0.7 * east_and_area(side, 0.0)[0]
    # each path in a sector of its own: what is shared by one is its own error
    around = explosion()
    together, apart = east_and_area(around, 0.9)[1], east_and_area(around, 0.0)[1]
    assert together == pytest.approx(apart, rel=0.1)


def test_bearings_that_meet_nowhere_are_no_explosion():
    lon, lat, array, time, azimuth = explosion()
    assert locate(lon, lat, array, time, azimuth + 180.0, NEAR) == []


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_arrays_are_no_source(count):
    lon, lat, array, time, azimuth = explosion()
    assert locate(lon, lat, array[:count], time[:count], azimuth[:count], NEAR) == []


def test_two_explosions_are_two():
    lon, lat, array, time, azimuth = explosion()
    place = np.full(3, 38.5), np.full(3, 48.3)
    back, _, away = WGS84.inv(lon, lat, *place)
    both = (
        np.concatenate([array, array]),
        np.concatenate([time, 4000.0 + np.array(away) / 295.0]),
        np.concatenate([azimuth, back]),
    )
    found = locate(lon, lat, *both, NEAR)
    assert len(found) == 2
    assert sorted(np.flatnonzero(s.membership > 0.5).tolist() for s in found) == [
        [0, 1, 2],
        [3, 4, 5],
    ]


def test_the_density_of_bearings_is_one_in_all_and_goes_round():
    turn = np.linspace(-180, 180, 7201)[:-1]
    total = sum(bearing_density(v, 3.0, 0.05) for v in turn) * (turn[1] - turn[0])
    assert total == pytest.approx(1.0, abs=1e-6)
    assert bearing_density(359.0, 3.0, 0.05) == pytest.approx(bearing_density(-1.0, 3.0, 0.05))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [(2, np.array([5, 1, 2]), "array that is not given"), (4, np.array([np.nan] * 3), "lacks"),
     (3, np.array([1.0]), "equal length"), (3, np.array([0.0, 1.0, 1e5]), "six hours")],
)  # fmt: skip
def test_input_that_is_wrong_is_refused(column, value, words):
    case = list(explosion())
    case[column] = value
    with pytest.raises(ValueError, match=words):
        locate(*case, NEAR)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["UTTR 2004, with clutter", "UTTR 2004", "HRR-5 2012"])
def test_real_explosions_lie_in_their_ellipses(name, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    folder = SHARED / "infrasound"
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("infrasound is not beside the checkout")
        pytest.skip("needs ../shared/data/infrasound")
    from real_data import bearings
    from real_infrasound import told

    given = bearings(folder, name)
    source = locate(*told(given))[0]
    assert source.square(*given.truth) < 4.605
    assert np.array_equal(np.flatnonzero(source.membership > 0.5), given.of_it)
    if name == "HRR-5 2012":
        assert WGS84.inv(source.lon, source.lat, *given.truth)[2] < 30_000
