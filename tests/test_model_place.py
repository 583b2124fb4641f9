"""Boxes and confidence ellipses."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from truceline.model.place import CHI2_90, BoundingBox, ellipse_of

BOX = BoundingBox(22.0, 44.0, 41.0, 53.0)


@pytest.mark.parametrize(
    ("lon", "lat", "inside"),
    [
        (22.0, 44.0, True),
        (41.0, 53.0, True),
        (30.0, 44.0, True),
        (21.999999, 48.0, False),
        (30.0, 53.000001, False),
        (48.0, 37.8, False),  # latitude and longitude swapped
        (math.nan, 48.0, False),
        (30.0, math.nan, False),
    ],
)
def test_a_box_holds_its_edges_and_no_undefined_place(lon, lat, inside):
    assert BOX.contains(lon, lat) is inside


@given(
    st.floats(0.01, 1e5),
    st.floats(1e-3, 1.0),
    st.floats(0.0, 179.999),
    st.floats(0.01, 0.999),
)
def test_an_ellipse_gives_back_its_axes_and_azimuth(major, thin, azimuth, level):
    assume(thin < 0.999)  # a circle has no azimuth
    sin, cos = math.sin(math.radians(azimuth)), math.cos(math.radians(azimuth))
    a, b = major**2, (major * thin) ** 2
    found = ellipse_of(
        a * sin * sin + b * cos * cos, (a - b) * sin * cos, a * cos * cos + b * sin * sin, level
    )
    chi = math.sqrt(-2 * math.log(1 - level))
    assert found.semi_major_m == pytest.approx(chi * major, rel=1e-6)
    assert found.semi_minor_m == pytest.approx(chi * major * thin, rel=1e-4)
    assert found.confidence_level == level
    turn = abs(found.azimuth_deg - azimuth)
    assert min(turn, 180 - turn) == pytest.approx(0.0, abs=1e-3)


@given(
    st.floats(0, 1e12), st.floats(0, 1e12), st.one_of(st.floats(-1, 1), st.floats(-1e-30, 1e-30))
)
def test_an_azimuth_is_below_180_and_the_minor_axis_the_shorter(ee, nn, rho):
    found = ellipse_of(ee, rho * math.sqrt(ee) * math.sqrt(nn), nn)
    assert 0.0 <= found.azimuth_deg < 180.0
    assert 0.0 <= found.semi_minor_m <= found.semi_major_m


def test_the_smallest_turn_to_the_west_is_no_azimuth_of_180():
    assert ellipse_of(100.0, -1e-20, 400.0).azimuth_deg == 0.0


def test_the_level_is_the_mass_inside():
    cov = np.array([[4e4, 1.5e4], [1.5e4, 9e4]])
    found = ellipse_of(cov[0, 0], cov[0, 1], cov[1, 1])
    draws = np.random.default_rng(11).multivariate_normal([0, 0], cov, 40_000)
    sin, cos = math.sin(math.radians(found.azimuth_deg)), math.cos(math.radians(found.azimuth_deg))
    along = draws[:, 0] * sin + draws[:, 1] * cos
    across = draws[:, 0] * cos - draws[:, 1] * sin
    inside = (along / found.semi_major_m) ** 2 + (across / found.semi_minor_m) ** 2 <= 1
    assert inside.mean() == pytest.approx(0.9, abs=0.006)  # 4 standard errors
    assert pytest.approx(-2 * math.log(0.1)) == CHI2_90


def test_a_point_is_an_ellipse_of_no_size():
    found = ellipse_of(0.0, 0.0, 0.0)
    assert (found.semi_major_m, found.semi_minor_m, found.azimuth_deg) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    "cov",
    [
        (1.0, 2.0, 1.0),
        (-1.0, 0.0, 1.0),
        (-5.0, 0.0, -5.0),
        (math.nan, 0.0, 1.0),
        (1.0, math.nan, 1.0),
        (math.inf, 0.0, 1.0),
    ],
)
def test_what_is_no_covariance_is_refused(cov):
    with pytest.raises(ValueError, match="positive semi-definite"):
        ellipse_of(*cov)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, 1.5, math.nan])
def test_a_level_lies_between_0_and_1(level):
    with pytest.raises(ValueError, match="confidence level"):
        ellipse_of(1.0, 0.0, 1.0, level)


def test_rounding_just_below_zero_is_no_error():
    assert ellipse_of(-1e-12, 0.0, -1e-12).semi_major_m == 0.0
    assert ellipse_of(1e8, 1e8, 1e8).semi_minor_m == 0.0
