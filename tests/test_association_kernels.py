"""Kernels of association: neighbours, triples, likelihood, fit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from truceline.fusion.association.likelihood import (
    first_from,
    heavy_log,
    source_log,
    source_of,
    time_log,
    turned,
)
from truceline.fusion.association.neighbours import neighbours, offset_m, place_of
from truceline.fusion.association.ordering import clutter_of, ordered
from truceline.fusion.association.prior import prior_model
from truceline.fusion.association.triples import from_three
from truceline.fusion.association.weather import air_of, still_air

WGS84 = Geod(ellps="WGS84")


@given(st.floats(-179, 179), st.floats(-75, 75), st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_offsets_are_those_of_the_geodesic(lon, lat, seed):
    rng = np.random.default_rng(seed)
    azimuth, distance = rng.uniform(0, 360, 20), rng.uniform(10, 20_000, 20)
    there_lon, there_lat, _ = WGS84.fwd(np.full(20, lon), np.full(20, lat), azimuth, distance)
    east, north, _turn = offset_m(np.array(lon), np.array(lat), there_lon, there_lat)
    want = np.deg2rad(azimuth)
    # the first terms of the formula lose a little towards the poles
    allowed = 0.05 / np.cos(np.deg2rad(lat)) ** 2
    assert np.abs(east - distance * np.sin(want)).max() < allowed
    assert np.abs(north - distance * np.cos(want)).max() < allowed
    back_lon, back_lat = place_of(np.full(20, lon), np.full(20, lat), east, north)
    assert np.abs((back_lon - there_lon + 180) % 360 - 180).max() < 1e-9
    assert np.abs(back_lat - there_lat).max() < 1e-9


def test_neighbours_stand_by_distance_with_oneself_first():
    rng = np.random.default_rng(1)
    lon, lat = 37 + rng.uniform(0, 0.6, 60), 48 + rng.uniform(0, 0.4, 60)
    near = neighbours(lon, lat, reach_m=9000.0)
    for i in range(60):
        known = near.known[i]
        assert near.sensor[i, 0] == i
        assert np.all(np.diff(near.distance_m[i, :known]) >= 0)
        assert near.distance_m[i, known - 1] <= 9000.0
        true = WGS84.inv(np.full(60, lon[i]), np.full(60, lat[i]), lon, lat)[2]
        assert known == min(np.sum(true <= 9000.0), near.sensor.shape[1])


def test_neighbours_across_the_antimeridian_and_a_sensor_alone():
    near = neighbours(np.array([179.98, -179.98, 10.0]), np.array([60.0, 60.0, 0.0]))
    assert near.known.tolist() == [2, 2, 1]
    assert near.sensor[0, 1] == 1


def test_a_bearing_on_the_plane_is_turned_to_true_north_at_the_neighbour():
    near = neighbours(np.array([37.0, 37.2]), np.array([48.0, 48.05]))
    back = WGS84.inv(37.0, 48.0, 37.2, 48.05)[1]
    plane = np.degrees(np.arctan2(-near.east_m[0, 1], -near.north_m[0, 1]))
    assert abs((plane + near.turn_deg[0, 1] - back + 180) % 360 - 180) < 1e-3


@given(
    st.tuples(st.floats(-6000, 6000), st.floats(-6000, 6000)),
    st.floats(-12, 12),
    st.floats(-12, 12),
    st.integers(0, 10_000),
)
@settings(max_examples=80, deadline=None)
def test_three_times_give_back_the_source(source, wind_x, wind_y, seed):
    rng = np.random.default_rng(seed)
    speed = 338.0
    sensors = rng.uniform(-7000, 7000, (3, 2))
    # arrival in moving air: the circle of radius c t is carried by the wind
    times = []
    for sensor in sensors:
        d = sensor - np.array(source)
        w = np.array([wind_x, wind_y])
        a, b, c = speed**2 - w @ w, w @ d, -(d @ d)
        times.append((-b + np.sqrt(b * b - a * c)) / a)
    order = np.argsort(times)
    first, rest = order[0], order[1:]
    out = np.zeros((2, 3))
    (b, c) = (sensors[i] - sensors[first] for i in rest)
    area = abs(b[0] * c[1] - b[1] * c[0]) / (np.hypot(*b) * np.hypot(*c) + 1e-9)
    count = from_three(
        *b, times[rest[0]] - times[first], *c, times[rest[1]] - times[first], speed, wind_x, wind_y, out
    )  # fmt: skip
    if area < 0.05:  # three in a row say too little
        return
    want = np.array(source) - sensors[first]
    error = min((np.hypot(*(out[i, :2] - want)) for i in range(count)), default=np.inf)
    assert error < 1.0 + 1e-3 * np.hypot(*want)


def test_sensors_in_a_row_give_no_place():
    out = np.zeros((2, 3))
    assert from_three(1000.0, 0.0, 1.0, 2000.0, 0.0, 2.0, 338.0, 0.0, 0.0, out) == 0


@given(st.lists(st.floats(0, 100), max_size=30), st.floats(-5, 105))
def test_the_first_time_not_before(times, moment):
    ordered_times = np.array(sorted(times))
    assert first_from(ordered_times, 0, len(times), moment) == np.searchsorted(
        ordered_times, moment
    )


@given(st.floats(-1e4, 1e4))
def test_angles_are_turned_into_one_circle(degrees):
    found = turned(degrees)
    assert -180.0 <= found <= 180.0
    assert abs(np.cos(np.deg2rad(found)) - np.cos(np.deg2rad(degrees))) < 1e-9


def test_densities_of_time_sum_to_one_over_the_window():
    at = np.linspace(-0.4, 0.4, 4001)
    total = np.trapezoid([np.exp(time_log(t, 0.1, 0.02)) for t in at], at)
    assert total == pytest.approx(1.0, abs=2e-3)


def test_a_source_is_fitted_to_its_levels_and_bears_with_a_wrong_one():
    model = prior_model(np.array([40.0, 50.0]), 1.0, -30.0, weather=True)
    above = np.full(8, model.source_db + 10.0)
    assert source_of(above, 8, model) == pytest.approx(model.source_db + 10.0, abs=0.5)
    above[3] -= 40.0
    assert source_of(above, 8, model) == pytest.approx(model.source_db + 10.0, abs=2.0)
    assert source_of(above, 0, model) == pytest.approx(model.source_db)


def test_a_fitted_source_adds_what_laplaces_method_gives():
    """One level: times its density about the fit, it is the bell with both variances."""
    model = prior_model(np.array([40.0, 50.0]), 1.0, -30.0, weather=True)
    own, prior, value = model.level_sigma_db**2, model.source_sigma_db**2, 7.0
    fitted = model.source_db + value * prior / (own + prior)
    left = value - value * prior / (own + prior)
    said = -0.5 * np.log(2 * np.pi * own) - 0.5 * left**2 / own + source_log(fitted, 1, model)
    want = -0.5 * np.log(2 * np.pi * (own + prior)) - 0.5 * value**2 / (own + prior)
    assert said == pytest.approx(want)


def test_densities_of_levels_sum_to_one_and_have_tails():
    at = np.linspace(-200.0, 200.0, 40001)
    inside = np.abs(at) <= 30.0
    density = np.exp([heavy_log(float(t), 3.0) for t in at])
    assert np.trapezoid(density[inside], at[inside]) == pytest.approx(1.0, abs=3e-3)
    assert heavy_log(30.0, 3.0) > np.log(0.01 / 60.0)


def test_order_of_input_is_moot():
    rng = np.random.default_rng(3)
    sensor, time = rng.integers(0, 4, 50).astype(np.int32), rng.uniform(0, 9, 50)
    none, key = np.full(50, np.nan), np.arange(50)
    turned_round = rng.permutation(50)
    one, at = ordered(sensor, time, none, none, key, 4)
    other, there = ordered(
        sensor[turned_round], time[turned_round], none, none, key[turned_round], 4
    )
    assert np.array_equal(one.time_s, other.time_s)
    assert np.array_equal(key[at], key[turned_round][there])
    assert np.array_equal(one.time_s[one.by_time], np.sort(time))


def test_clutter_follows_the_count_and_leans_on_what_is_stated():
    sensor = np.zeros(3600, np.int32)
    heard, _ = ordered(
        sensor, np.arange(3600.0), np.full(3600, np.nan), np.full(3600, np.nan), np.arange(3600), 2
    )
    rates = np.exp(clutter_of(heard, np.array([1.0, 2.0 / 3600]), 3600.0))
    assert rates[0] == pytest.approx(1.0, rel=0.01)
    assert rates[1] < 2.0 / 3600  # an hour without any is less than the two that were stated


def test_air_is_that_of_the_table_at_its_own_place_and_time():
    time = np.repeat([0.0, 7200.0], 2)
    lon, lat = np.tile([37.0, 40.0], 2), np.tile([48.0, 48.0], 2)
    values = np.array([[330, 1, 2], [340, 5, 6], [332, 3, 4], [342, 7, 8]], float)
    air = air_of(time, lon, lat, values, np.array([37.0]), np.array([48.0]))
    assert air.speed_m_s[:, 0] == pytest.approx([330, 331, 332], abs=0.02)
    assert air.east_m_s[0, 0] == pytest.approx(1, abs=0.02)
    still = still_air(0.0, 100.0, 3)
    assert still.speed_m_s.shape == (2, 3)
