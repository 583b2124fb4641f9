"""Mass of ellipses against quadrature, draws walked by pyproj, and the scalar reference."""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from scipy.special import ndtr
from scipy.special import owens_t as reference_t
from scipy.stats import ncx2, qmc

from truceline.geodesy import from_plane, near_line_mass, nearest, reaches, zone_mass
from truceline.geodesy.ellipses import Ellipses, LineField, ZoneField
from truceline.geodesy.lines import LineIndex
from truceline.geodesy.normal import edge_mass, owen_t, upper_tail

GEOD = Geod(ellps="WGS84")
SLOW = bool(numba.config.DISABLE_JIT)
if SLOW:  # what is as right, and sooner built in plain Python
    nearest._SHORT, nearest._SMALL, reaches._FINEST = 12, 0.3, 5
N = 4 if SLOW else 60
LON, LAT = 37.0, 48.3
DRAWS = qmc.MultivariateNormalQMC([0.0, 0.0], rng=np.random.default_rng(7)).random(
    2**7 if SLOW else 2**14
)
CROSS = shapely.union_all(
    [shapely.box(36.97, 48.2, 37.02, 48.4), shapely.box(36.8, 48.29, 37.25, 48.33)]
)
HOLED = shapely.difference(
    shapely.box(36.6, 48.1, 37.5, 48.6), shapely.box(36.95, 48.25, 37.2, 48.5)
)
PARTS = shapely.union_all(
    [shapely.box(36.7, 48.0, 36.9, 48.6), shapely.box(36.9, 48.6, 37.3, 48.9)]
)
LINE = shapely.MultiLineString(
    [[(36.0, 48.1), (36.9, 48.4), (37.3, 48.15), (39.0, 48.7)], [(37.4, 48.8), (37.4, 49.8)]]
)
REACHES = (2_000.0, 50_000.0) if SLOW else (500.0, 2_000.0, 15_000.0, 50_000.0, 140_000.0)


def ellipses(rng, count, box, sigmas=(10.0, 20_000.0), thinnest=0.03):
    """Draw positions in a box, with standard errors and shapes of every size."""
    west, south, east, north = box
    major = np.exp(rng.uniform(*np.log(sigmas), count))
    minor = major * np.exp(rng.uniform(np.log(thinnest), 0, count))
    turn = rng.uniform(0, np.pi, count)
    sin, cos = np.sin(turn), np.cos(turn)
    return Ellipses.of(
        rng.uniform(west, east, count),
        rng.uniform(south, north, count),
        (major * sin) ** 2 + (minor * cos) ** 2,
        (major**2 - minor**2) * sin * cos,
        (major * cos) ** 2 + (minor * sin) ** 2,
    )


def covariance(e, i):
    return np.array([[e.ee[i], e.en[i]], [e.en[i], e.nn[i]]])


def drawn(e, i, sigma_m=0.0):
    """Draw positions by walking geodesics from the mean, without the code under test."""
    values, vectors = np.linalg.eigh(covariance(e, i) + np.eye(2) * sigma_m**2)
    east, north = ((DRAWS * np.sqrt(np.maximum(values, 0.0))) @ vectors.T).T
    azimuth = np.rad2deg(np.arctan2(east, north))
    start = np.full(len(east), e.lon[i]), np.full(len(east), e.lat[i])
    lon, lat, _ = GEOD.fwd(*start, azimuth, np.hypot(east, north))
    return np.asarray(lon), np.asarray(lat)


def round_at(lon, lat, sigma):
    return Ellipses.of([lon], [lat], [sigma**2], [0.0], [sigma**2])


# the kernels


@given(st.floats(-9, 9), st.floats(-50, 50))
@settings(max_examples=50 if SLOW else 300, deadline=None)
def test_the_function_of_owen(h, a):
    assert owen_t(h, a) == pytest.approx(float(reference_t(h, a)), abs=1e-7)


def test_the_function_of_owen_at_its_ends():
    for h in (0.0, 0.3, 2.0):
        assert owen_t(h, math.inf) == pytest.approx(float(ndtr(-h)) / 2, abs=1e-12)
        assert owen_t(h, -math.inf) == pytest.approx(-float(ndtr(-h)) / 2, abs=1e-12)
    assert owen_t(1.0, 0.0) == 0.0
    assert upper_tail(1.0) == pytest.approx(float(ndtr(-1.0)))


@given(*[st.floats(-6, 6)] * 4)
@settings(max_examples=50 if SLOW else 200, deadline=None)
def test_an_edge_takes_what_the_integral_over_its_angle_says(ax, ay, bx, by):
    t = np.linspace(0, 1, 200_001)
    x, y = ax + t * (bx - ax), ay + t * (by - ay)
    r2 = x * x + y * y
    if r2.min() < 1e-4:
        return
    wanted = np.trapezoid((ax * by - ay * bx) * np.exp(-r2 / 2) / r2, t) / (2 * math.pi)
    assert edge_mass(ax, ay, bx, by) == pytest.approx(float(wanted), abs=4e-4)


def test_an_edge_of_no_length_takes_nothing():
    assert edge_mass(1.0, 1.0, 1.0, 1.0) == 0.0


# zones


@pytest.mark.parametrize("zone", [CROSS, HOLED, PARTS], ids=["cross", "hole", "touching parts"])
def test_zones_against_counted_draws_and_the_scalar_reference(zone):
    e = ellipses(np.random.default_rng(1), N, (36.6, 48.1, 37.5, 48.7))
    shapely.prepare(zone)
    for sigma in (0.0, 700.0):
        got = ZoneField.build(zone).mass(e, sigma)
        for i in range(N):
            reference = zone_mass(zone, e.lon[i], e.lat[i], covariance(e, i), sigma)
            assert got[i] == pytest.approx(reference, abs=0.002)
            counted = shapely.contains_xy(zone, *drawn(e, i, sigma)).mean()
            assert got[i] == pytest.approx(float(counted), abs=0.08 if SLOW else 0.005)


@pytest.mark.parametrize("lat", [0.0, 65.0, -75.0])
@pytest.mark.parametrize("middle", [30.0, 180.0])
def test_zones_at_high_latitudes_and_across_the_antimeridian(lat, middle):
    wide = 1 / math.cos(math.radians(lat))
    xy = np.array([(-0.3, -0.2), (0.4, -0.3), (0.1, 0.0), (0.3, 0.3), (-0.2, 0.25)])
    zone = shapely.Polygon(xy * [wide, 1] + [middle, lat])
    e = ellipses(
        np.random.default_rng(3),
        N,
        (middle - 0.4 * wide, lat - 0.4, middle + 0.4 * wide, lat + 0.4),
    )
    cut = np.where(e.lon > 180, e.lon - 360, e.lon)
    jumping = shapely.transform(zone, lambda at: np.c_[(at[:, 0] + 180) % 360 - 180, at[:, 1]])
    got = ZoneField.build(jumping).mass(e._replace(lon=cut), 100.0)
    for i in range(N):
        reference = zone_mass(zone, e.lon[i], e.lat[i], covariance(e, i), 100.0)
        assert got[i] == pytest.approx(reference, abs=0.002)


def test_the_edge_through_the_mean_and_one_sigma_inside():
    field = ZoneField.build(shapely.box(LON, 47.0, 39.0, 50.0))
    for sigma in (0.5, 30.0, 900.0, 5_000.0):
        away = [float(from_plane(LON, LAT, [k * sigma], [0.0])[0][0]) for k in (-1, 0, 1)]
        got = [float(field.mass(round_at(lon, LAT, sigma))[0]) for lon in away]
        assert got == pytest.approx([float(ndtr(k)) for k in (-1, 0, 1)], abs=0.0015)


def test_a_sharp_position_on_the_edge_is_inside_and_far_ones_are_sure():
    field = ZoneField.build(HOLED)
    lon, lat = [36.6, 36.95, 36.7, 37.0, 30.0], [48.3, 48.3, 48.3, 48.3, 48.3]
    none = [0.0] * 5
    assert field.mass(Ellipses.of(lon, lat, none, none, none)).tolist() == [1, 1, 1, 0, 0]
    small = [1.0] * 5
    got = field.mass(Ellipses.of(lon, lat, small, none, small))
    assert got == pytest.approx([0.5, 0.5, 1.0, 0.0, 0.0], abs=1e-3)


def test_needle_thin_ellipses():
    field = ZoneField.build(CROSS)
    for en in (1.0, -1.0, 0.999999):
        e = Ellipses.of([LON], [LAT], [4e6], [4e6 * en], [4e6])
        reference = zone_mass(CROSS, LON, LAT, covariance(e, 0))
        assert field.mass(e)[0] == pytest.approx(reference, abs=0.002)


def test_an_empty_zone_holds_nothing():
    assert ZoneField.build(shapely.Polygon()).mass(round_at(LON, LAT, 500.0)).tolist() == [0.0]


@given(st.integers(0, 10_000), st.floats(0.0, 0.2), st.floats(0.0, 3_000.0))
@settings(max_examples=4 if SLOW else 25, deadline=None)
def test_a_larger_zone_never_holds_less(seed, more, sigma):
    small = shapely.buffer(shapely.LineString([(36.8, 48.2), (37.0, 48.4), (37.3, 48.3)]), 0.05)
    large = shapely.union_all([small, shapely.buffer(small, more)])
    e = ellipses(np.random.default_rng(seed), N, (36.6, 48.1, 37.5, 48.6))
    less, most = ZoneField.build(small).mass(e, sigma), ZoneField.build(large).mass(e, sigma)
    assert np.all(most >= less - 0.001)


def test_a_zone_and_the_rest_share_the_mass():
    e = ellipses(np.random.default_rng(2), N, (36.6, 48.1, 37.5, 48.6))
    around = shapely.box(36.0, 47.5, 38.0, 49.2)
    parts = [CROSS, shapely.difference(around, CROSS)]
    both = sum(ZoneField.build(part).mass(e) for part in parts)
    assert both == pytest.approx(ZoneField.build(around).mass(e), abs=0.001)


def test_order_and_threads_change_nothing():
    count = N if SLOW else 70_000
    e = ellipses(np.random.default_rng(2), count, (36.6, 48.1, 37.5, 48.6), sigmas=(10.0, 500.0))
    field = ZoneField.build(CROSS)
    here = field.mass(e)
    assert np.array_equal(field.mass(Ellipses(*(part[::-1] for part in e)), threads=1)[::-1], here)


# lines


def test_lines_against_the_scalar_reference():
    e = ellipses(np.random.default_rng(5), N, (36.0, 48.0, 39.0, 49.5))
    field = LineField.build(LINE, REACHES)
    for sigma in (0.0, 1_500.0):
        got = field.within(e, sigma)
        assert field.beyond(e, sigma) == pytest.approx(1 - got)
        for i in range(0, N, 2):
            for k, reach in enumerate(REACHES):
                cov = covariance(e, i)
                reference = near_line_mass(LINE, reach, e.lon[i], e.lat[i], cov, sigma)
                # the reference draws round ends 1/250 of the smaller standard error too near
                assert got[i, k] == pytest.approx(reference, abs=0.002)


@pytest.mark.parametrize("lat", [65.0] if SLOW else [0.0, 48.0, 65.0, 75.0])
def test_lines_against_counted_draws(lat):
    wide = 1 / math.cos(math.radians(lat))
    line = shapely.LineString(
        [(30 + wide * x, lat + y) for x, y in ((-1, -0.3), (0, 0.2), (0.3, -0.3), (1.5, 0.1))]
    )
    distances = (1_000.0, 8_000.0, 60_000.0)
    field, index = LineField.build(line, distances), LineIndex.build(line)
    e = ellipses(np.random.default_rng(6), N, (30 - wide, lat - 0.5, 30 + wide, lat + 0.5))
    got = field.within(e, 300.0)
    for i in range(N):
        away = index.distance_m(*drawn(e, i, 300.0))
        for k, reach in enumerate(distances):
            counted = float((away <= reach).mean())
            assert got[i, k] == pytest.approx(counted, abs=0.08 if SLOW else 0.005)


@given(st.floats(10.0, 20_000.0), st.floats(0.0, 40_000.0), st.floats(1.0, 9_000.0))
@settings(max_examples=5 if SLOW else 40, deadline=None)
def test_around_a_point_the_mass_is_that_of_a_disc(reach, away, sigma):
    """The squared distance over the variance is noncentral chi-square with 2 degrees of freedom."""
    lon, lat = (float(v[0]) for v in from_plane(LON, LAT, [0.6 * away], [0.8 * away]))
    got = LineField.build(shapely.Point(LON, LAT), [reach]).within(round_at(lon, lat, sigma))
    wanted = float(ncx2.cdf((reach / sigma) ** 2, 2, (away / sigma) ** 2))
    assert float(got[0, 0]) == pytest.approx(wanted, abs=0.002)


@pytest.mark.parametrize(
    ("reach", "sigma"),
    [(200.0, 0.1), (200.0, 40.0), (15_000.0, 3.0), (15_000.0, 2_500.0), (140_000.0, 30.0)],
)
def test_at_the_reach_of_a_straight_line_half_is_within(reach, sigma):
    field = LineField.build(shapely.LineString([(LON, 44.0), (LON, 53.0)]), [reach])
    lon, lat, _ = GEOD.fwd([LON] * 3, [LAT] * 3, [90.0] * 3, [reach - sigma, reach, reach + sigma])
    many = [sigma**2] * 3
    got = field.within(Ellipses.of(lon, lat, many, [0.0] * 3, many))[:, 0]
    assert got == pytest.approx([float(ndtr(k)) for k in (1, 0, -1)], abs=0.001)


def test_a_sharp_position_at_exactly_the_distance_counts_as_within():
    index = LineIndex.build(LINE)
    away = float(index.distance_m([37.0], [48.9])[0])
    field = LineField.build(LINE, [away, away - 0.01, 0.0])
    sharp = Ellipses.of([37.0], [48.9], [0.0], [0.0], [0.0])
    assert field.within(sharp).tolist() == [[1.0, 0.0, 0.0]]
    on_it = Ellipses.of([36.0], [48.1], [0.0], [0.0], [0.0])
    assert field.within(on_it)[0, 2] == 1.0
    assert field.within(round_at(36.0, 48.1, 100.0))[0, 2] == 0.0


def test_a_wider_reach_never_holds_less_and_the_antimeridian_is_no_edge():
    distances = (1_000.0, 1_001.0, 4_000.0, 20_000.0)
    e = ellipses(np.random.default_rng(9), N, (36.0, 48.0, 39.0, 49.5))
    got = LineField.build(LINE, distances).within(e)
    assert np.all(np.diff(got, axis=1) >= -0.001)
    moved = shapely.transform(LINE, lambda at: np.c_[(at[:, 0] + 143 + 180) % 360 - 180, at[:, 1]])
    there = LineField.build(moved, distances).within(e._replace(lon=e.lon + 143))
    assert there == pytest.approx(got, abs=0.002)


# what is refused


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (([1.0], [1.0], [1.0], [0.0], [1.0, 2.0]), "give arrays of one length"),
        (([0, 1], [0, 1], [1, 1], [0, 2], [1, 1]), r"position 1 \(1, 1, 1, 2, 1\)"),
        (([0.0], [0.0], [-1.0], [0.0], [1.0]), "position 0"),
        (([math.nan], [0.0], [1.0], [0.0], [1.0]), "position 0"),
    ],
)
def test_what_is_no_covariance_is_refused_and_named(numbers, words):
    with pytest.raises(ValueError, match=words):
        Ellipses.of(*numbers)


def test_an_invalid_zone_and_a_negative_distance_are_refused():
    with pytest.raises(ValueError, match=r"not valid: Self-intersection\[1 1\]"):
        ZoneField.build(shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]))
    with pytest.raises(ValueError, match=r"a distance of -5\.0 m"):
        LineField.build(LINE, [-5.0])
