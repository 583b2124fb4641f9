"""Each phase: travel times, and derivatives against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.propagation import hearing, travel_s
from truceline.fusion.propagation.infrasound import WAYS, between, infrasound
from truceline.fusion.propagation.layers import first_arrivals, layers_of, sliced
from truceline.fusion.propagation.seismic import Ground, layered, uniform
from truceline.fusion.propagation.sound import (
    MovingAir,
    acoustic,
    effective_speed_m_s,
    speed_of_sound_m_s,
)
from truceline.fusion.propagation.tables import table_of

CRUST = layers_of([0.0, 5_500.0, 16_000.0], [5500.0, 6300.0, 6700.0])
TABLE = table_of(CRUST, 60_000.0, 20_000.0, 500.0, 500.0)
OFFSETS = st.floats(-40_000, 40_000).filter(lambda v: abs(v) > 50)


def differences(phase, medium, at, step):
    """Central differences of the time by each part of the offset."""
    out = []
    for axis in range(3):
        up, down = list(at), list(at)
        up[axis] += step
        down[axis] -= step
        gap = phase(*up, medium).time_s - phase(*down, medium).time_s
        out.append(float(gap) / (2 * step))
    return out


def told(travel):
    return [float(part) for part in (travel.by_east, travel.by_north, travel.by_depth)]


@given(
    OFFSETS, OFFSETS, st.floats(0, 20_000), st.floats(300, 360), st.floats(-40, 40), st.floats(-40, 40)
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_sound_in_wind_has_the_derivative_it_says(east, north, depth, speed, wind_e, wind_n):
    air = MovingAir(speed, wind_e, wind_n)
    want = differences(acoustic, air, (east, north, depth), 0.5)
    assert told(acoustic(east, north, depth, air)) == pytest.approx(want, rel=1e-5, abs=1e-8)


@given(OFFSETS, OFFSETS, st.floats(-40, 40), st.floats(-40, 40))
@settings(max_examples=60, deadline=None)
def test_wave_fronts_are_spheres_carried_along(east, north, wind_e, wind_n):
    time = float(acoustic(east, north, 0.0, MovingAir(340.0, wind_e, wind_n)).time_s)
    assert np.hypot(east - wind_e * time, north - wind_n * time) == pytest.approx(340.0 * time)
    bearing = np.rad2deg(np.arctan2(east, north))
    speed = effective_speed_m_s(bearing, MovingAir(340.0, wind_e, wind_n))
    assert np.hypot(east, north) / time == pytest.approx(float(speed))


def test_a_wind_as_fast_as_sound_is_refused():
    with pytest.raises(ValueError, match="units of the weather table"):
        acoustic(1.0, 0.0, 0.0, MovingAir(340.0, 340.0, 0.0))


def test_sound_spreads_by_what_is_not_known_of_its_speed():
    travel = acoustic(3400.0, 0.0, 0.0, MovingAir(340.0, speed_sigma_m_s=3.4))
    assert float(travel.sigma_s) == pytest.approx(0.1)
    assert float(speed_of_sound_m_s(0.0)) == pytest.approx(331.3, abs=0.1)


@given(OFFSETS, OFFSETS, st.sampled_from(WAYS))
@settings(max_examples=40, deadline=None)
def test_infrasound_has_the_derivative_it_says(east, north, way):
    want = differences(infrasound, way, (east, north, 0.0), 0.5)
    got = infrasound(east, north, 0.0, way)
    assert told(got) == pytest.approx(want, rel=1e-5, abs=1e-9)
    assert float(got.sigma_s / got.time_s) == pytest.approx(way.sigma_s_m / way.slowness_s_m)


def test_nine_tenths_of_a_way_lie_between_its_bounds():
    way = between("a way", 280.0, 310.0)
    slow = np.random.default_rng(0).normal(way.slowness_s_m, way.sigma_s_m, 20_000)
    assert np.mean((1 / slow > 280.0) & (1 / slow < 310.0)) == pytest.approx(0.9, abs=0.01)


@given(OFFSETS, OFFSETS, st.floats(10, 30_000), st.floats(2000, 9000))
@settings(max_examples=60, deadline=None)
def test_straight_rays_have_the_derivative_they_say(east, north, depth, speed):
    ground = Ground(speed)
    want = differences(uniform, ground, (east, north, depth), 0.5)
    assert told(uniform(east, north, depth, ground)) == pytest.approx(want, rel=1e-5, abs=1e-9)


@given(
    st.integers(1, 118),
    st.integers(1, 38),
    st.floats(0.05, 0.95),
    st.floats(0.05, 0.95),
    st.floats(0, 360),
)
@settings(max_examples=80, deadline=None)
def test_layers_have_the_derivative_they_say(row, column, a, b, bearing):
    # within a cell of the table: between cells the derivative jumps
    distance, depth = (row + a) * 500.0, (column + b) * 500.0
    angle = np.deg2rad(bearing)
    at = distance * np.sin(angle), distance * np.cos(angle), depth
    want = differences(layered, TABLE, at, 2.0)
    assert told(layered(*at, TABLE)) == pytest.approx(want, rel=1e-4, abs=1e-8)


@given(st.floats(1_000, 59_000), st.floats(0, 19_500))
@settings(max_examples=60, deadline=None)
def test_a_table_is_the_rays_between_its_points(distance, depth):
    ray = first_arrivals(np.array([distance]), depth, CRUST)[0]
    # speeds jump at 16 km within a cell: there a table of 500 m is a tenth of a pick's error off
    assert float(layered(distance, 0.0, depth, TABLE).time_s) == pytest.approx(ray, abs=0.02)


@given(st.floats(0, 200_000), st.floats(0, 30_000))
@settings(max_examples=60, deadline=None)
def test_no_ray_is_faster_than_the_fastest_layer_or_slower_than_the_straight_line(distance, depth):
    time = first_arrivals(np.array([distance]), depth, CRUST)[0]
    way = np.hypot(distance, depth)
    assert way / 6700.0 - 1e-9 <= time <= way / 5500.0 + 1e-9


def test_two_layers_are_as_the_textbook_says():
    two = layers_of([0.0, 4_000.0], [4000.0, 6000.0])
    far, near = first_arrivals(np.array([50_000.0, 5_000.0]), 0.0, two)
    legs = 2 * 4_000.0 * np.sqrt(1 / 4000.0**2 - 1 / 6000.0**2)
    assert far == pytest.approx(50_000.0 / 6000.0 + legs)
    assert near == pytest.approx(5_000.0 / 4000.0)


def test_a_ray_bends_by_the_law_of_snell():
    two = layers_of([0.0, 3_000.0], [3000.0, 6000.0])
    down = np.arcsin(0.4)  # at the source; above, the sine is half of that
    up = np.arcsin(0.2)
    distance = 3_000.0 * np.tan(up) + 2_000.0 * np.tan(down)
    time = first_arrivals(np.array([distance]), 5_000.0, two)[0]
    want = 3_000.0 / np.cos(up) / 3000.0 + 2_000.0 / np.cos(down) / 6000.0
    assert time == pytest.approx(want, rel=1e-9)


def test_thin_slices_are_the_steady_gradient():
    # a ray through a speed that grows steadily is an arc: acosh formula of the textbook
    low, gain = 5000.0, 0.05
    layers = sliced([0.0, 30_000.0], [low, low + gain * 30_000.0], 250.0)
    distance, depth = 20_000.0, 10_000.0
    below = low + gain * depth
    want = np.arccosh(1 + gain**2 * (distance**2 + depth**2) / (2 * low * below)) / gain
    assert first_arrivals(np.array([distance]), depth, layers)[0] == pytest.approx(want, rel=2e-4)


def test_beyond_its_edges_a_table_goes_on_at_the_slowness_of_the_edge():
    edge = layered(60_500.0, 0.0, 5_000.0, TABLE)
    far = layered(121_000.0, 0.0, 10_000.0, TABLE)
    assert float(far.time_s) > float(edge.time_s)
    assert float(layered(100.0, 0.0, 30_000.0, TABLE).time_s) > 4.0


@pytest.mark.parametrize(
    ("top", "speed", "words"),
    [
        ([0.0, 1.0], [1.0], "one speed for each top"),
        ([1.0], [1.0], "first top be 0"),
        ([0.0, 5.0, 5.0], [1.0, 1.0, 1.0], "rise"),
        ([0.0], [-1.0], "positive"),
        ([0.0], [np.nan], "positive"),
    ],
)
def test_layers_that_cannot_be_are_refused(top, speed, words):
    with pytest.raises(ValueError, match=words):
        layers_of(top, speed)


def test_slices_and_tables_need_lengths():
    with pytest.raises(ValueError, match="slice"):
        sliced([0.0, 1.0], [1.0, 1.0], 0.0)
    with pytest.raises(ValueError, match="positive lengths"):
        table_of(CRUST, 0.0, 1.0, 1.0, 1.0)


def test_the_package_gives_what_the_file_gave_before():
    assert callable(hearing)
    assert callable(travel_s)
