"""Zone and line probabilities against closed forms, quasi-Monte Carlo and brute-force geodesics."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from scipy.spatial import cKDTree
from scipy.special import ndtr
from scipy.stats import ncx2, qmc

from truceline.geodesy import (
    distance_m,
    distance_to_m,
    from_plane,
    interval_mass,
    mass_in_polygon,
    near_line_mass,
    to_plane,
    zone_mass,
)

GEOD = Geod(ellps="WGS84")
LON, LAT = 37.0, 48.3
DRAWS = qmc.MultivariateNormalQMC([0.0, 0.0], rng=np.random.default_rng(7)).random(2**15)
SHARP = np.zeros((2, 2))


def covariance(major_m: float, minor_m: float, azimuth_deg: float) -> np.ndarray:
    sin, cos = math.sin(math.radians(azimuth_deg)), math.cos(math.radians(azimuth_deg))
    turn = np.array([[sin, cos], [cos, -sin]])
    return turn @ np.diag([major_m**2, minor_m**2]) @ turn.T


def drawn(cov: np.ndarray, lon: float = LON, lat: float = LAT) -> tuple[np.ndarray, np.ndarray]:
    """Draw positions by walking a geodesic from the mean, without the code under test."""
    values, vectors = np.linalg.eigh(cov)
    east, north = ((DRAWS * np.sqrt(np.maximum(values, 0.0))) @ vectors.T).T
    away = np.full(len(east), lon), np.full(len(east), lat)
    out = GEOD.fwd(*away, np.rad2deg(np.arctan2(east, north)), np.hypot(east, north))
    return np.asarray(out[0]), np.asarray(out[1])


def counted_in_zone(zone: shapely.Geometry, cov: np.ndarray) -> float:
    shapely.prepare(zone)
    return float(shapely.contains_xy(zone, *drawn(cov)).mean())


def on_earth(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Give positions in space, so that a tree finds the nearest. Unit: m."""
    e2 = 0.00669437999014
    lon, lat = np.deg2rad(lon), np.deg2rad(lat)
    n = 6_378_137.0 / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    flat = n * np.cos(lat)
    return np.column_stack([flat * np.cos(lon), flat * np.sin(lon), n * (1 - e2) * np.sin(lat)])


def brute_distance_m(line: shapely.Geometry, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    points = shapely.get_coordinates(shapely.segmentize(line, 0.0002))
    _, nearest = cKDTree(on_earth(points[:, 0], points[:, 1])).query(on_earth(lon, lat))
    return np.asarray(GEOD.inv(lon, lat, points[nearest, 0], points[nearest, 1])[2])


# the plane


@given(st.floats(-179, 179), st.floats(-80, 80), st.floats(-400_000, 400_000), st.floats(-4e5, 4e5))
def test_the_plane_and_back_again(lon, lat, east, north):
    there = from_plane(lon, lat, [east], [north])
    back = to_plane(lon, lat, *there)
    assert float(back[0][0]) == pytest.approx(east, abs=1e-4)
    assert float(back[1][0]) == pytest.approx(north, abs=1e-4)
    walked = distance_m(lon, lat, float(there[0][0]), float(there[1][0]))
    assert walked == pytest.approx(math.hypot(east, north), abs=1e-4)


def test_north_is_north_and_east_is_east():
    east, north = to_plane(30.0, 50.0, [30.0, 30.01], [50.01, 50.0])
    assert abs(float(east[0])) < 1e-6
    assert float(north[0]) == pytest.approx(1112.4, abs=1.0)
    assert float(east[1]) == pytest.approx(717.0, abs=1.0)
    assert abs(float(north[1])) < 0.1


def test_no_positions_give_no_positions():
    assert [len(a) for a in to_plane(30.0, 50.0, [], [])] == [0, 0]
    assert [len(a) for a in from_plane(30.0, 50.0, [], [])] == [0, 0]


# distances


@pytest.mark.parametrize("lat", [-75.0, -40.0, 0.0, 35.0, 50.0, 68.0, 82.0])
@pytest.mark.parametrize("reach_deg", [0.01, 0.2, 2.0])
def test_distance_to_a_long_line_is_the_shortest_geodesic(lat, reach_deg):
    line = shapely.LineString([(20.0, lat), (24.0, lat + 1.5), (30.0, lat - 0.5)])
    for lon, up in ((22.0, reach_deg), (25.5, -reach_deg), (19.0, 0.3), (31.0, reach_deg)):
        at = lon, lat + 0.75 + up
        brute = brute_distance_m(line, np.array([at[0]]), np.array([at[1]]))[0]
        assert distance_to_m(line, *at) == pytest.approx(brute, abs=max(0.5, 2e-5 * brute))


def test_distance_to_a_zone():
    ring = shapely.box(29.0, 49.0, 31.0, 51.0)
    zone = shapely.difference(ring, shapely.box(29.5, 49.5, 30.5, 50.5))
    far = shapely.box(33.0, 50.0, 33.1, 50.1)
    assert distance_to_m(ring, 30.0, 50.0) == 0.0
    hole = distance_to_m(zone, 30.0, 50.0)
    assert hole == pytest.approx(
        brute_distance_m(
            shapely.box(29.5, 49.5, 30.5, 50.5).exterior, np.array([30.0]), np.array([50.0])
        )[0],
        abs=1.0,
    )
    both = shapely.union_all([zone, far])
    assert distance_to_m(both, 33.05, 50.05) == 0.0
    assert distance_to_m(both, 30.0, 50.0) == pytest.approx(hole)


# mass inside a polygon of the plane


@given(st.floats(0, 180), st.floats(1.0, 1e5), st.floats(1e-4, 1.0), st.floats(0, 2 * math.pi))
def test_a_half_plane_through_the_mean_holds_half(azimuth, major, thin, turned):
    cov = covariance(major, major * thin, azimuth)
    far = 1e4 * major
    half = shapely.box(-far, 0.0, far, far)
    half = shapely.affinity.rotate(half, turned, origin=(0, 0), use_radians=True)
    assert mass_in_polygon(half, cov) == pytest.approx(0.5, abs=1e-3)


@given(st.floats(-0.999, 0.999), st.floats(1.0, 1e4), st.floats(1.0, 1e4))
def test_a_quadrant_holds_the_mass_of_the_arcsine_law(rho, sigma_e, sigma_n):
    cov = [[sigma_e**2, rho * sigma_e * sigma_n], [rho * sigma_e * sigma_n, sigma_n**2]]
    quadrant = shapely.box(0.0, 0.0, 1e6, 1e6)
    assert mass_in_polygon(quadrant, cov) == pytest.approx(
        0.25 + math.asin(rho) / (2 * math.pi), abs=1e-3
    )


@given(
    st.floats(-500, 400),
    st.floats(-500, 400),
    st.floats(1, 900),
    st.floats(1, 900),
    st.floats(5.0, 5_000.0),
    st.floats(5.0, 5_000.0),
    st.floats(0, 360),
)
def test_a_box_holds_the_product_of_two_normal_masses(x, y, width, height, sx, sy, turned):
    """Turning box and ellipse together changes nothing."""
    box = shapely.affinity.rotate(shapely.box(x, y, x + width, y + height), turned, origin=(0, 0))
    cov = covariance(sx, sy, 90.0 - turned)
    wanted = (ndtr((x + width) / sx) - ndtr(x / sx)) * (ndtr((y + height) / sy) - ndtr(y / sy))
    assert mass_in_polygon(box, cov) == pytest.approx(wanted, abs=1e-7)


@pytest.mark.parametrize("direction", [0.0, 33.0, 90.0, 147.0])
def test_a_needle_is_as_good_as_a_line(direction):
    """One variance may vanish altogether."""
    cov = covariance(1_000.0, 0.0, direction)
    box = shapely.affinity.rotate(shapely.box(-50, -200, 50, 700), -direction, origin=(0, 0))
    assert mass_in_polygon(box, cov) == pytest.approx(ndtr(0.7) - ndtr(-0.2), abs=1e-4)
    beside = shapely.affinity.rotate(shapely.box(10, -200, 50, 700), -direction, origin=(0, 0))
    assert mass_in_polygon(beside, cov) == pytest.approx(0.0, abs=1e-9)


def test_holes_parts_and_the_sense_of_rings():
    cov = covariance(300.0, 80.0, 20.0)
    outer, inner = shapely.box(-400, -300, 500, 600), shapely.box(-100, -50, 200, 300)
    away = shapely.box(700, 0, 900, 900)
    ringed = shapely.Polygon(outer.exterior, [inner.exterior])
    parts = shapely.MultiPolygon([ringed, away])
    masses = [mass_in_polygon(g, cov) for g in (outer, inner, away, ringed, parts)]
    assert masses[3] == pytest.approx(masses[0] - masses[1], abs=1e-12)
    assert masses[4] == pytest.approx(masses[3] + masses[2], abs=1e-12)
    for turned in (
        shapely.orient_polygons(parts),
        shapely.orient_polygons(parts, exterior_cw=True),
    ):
        assert mass_in_polygon(turned, cov) == pytest.approx(masses[4], abs=1e-12)


def test_tiles_share_the_mass_between_them():
    cov = covariance(250.0, 40.0, 71.0)
    edges = [-5_000.0, -120.0, 0.0, 33.0, 5_000.0]
    tiles = [shapely.box(w, s, e, n) for w, e in pairwise(edges) for s, n in pairwise(edges)]
    assert math.fsum(mass_in_polygon(t, cov) for t in tiles) == pytest.approx(1.0, abs=1e-9)


@given(st.floats(0, 2 * math.pi), st.floats(0.0, 1e7), st.floats(1.0, 1e6))
def test_mass_is_a_probability_wherever_the_polygon_lies(bearing, away, sigma):
    star = shapely.Polygon(
        [
            (r * math.cos(k * math.pi / 5), r * math.sin(k * math.pi / 5))
            for k, r in enumerate([3_000, 900] * 5)
        ]
    )
    moved = shapely.affinity.translate(star, away * math.cos(bearing), away * math.sin(bearing))
    mass = mass_in_polygon(moved, covariance(sigma, sigma / 9, 12.0))
    assert 0.0 <= mass <= 1.0
    if away > 3_000 + 9 * sigma:
        assert mass < 1e-12


def test_nothing_holds_nothing():
    assert mass_in_polygon(shapely.Polygon(), np.eye(2)) == 0.0
    assert mass_in_polygon(shapely.MultiPolygon(), np.eye(2)) == 0.0
    assert zone_mass(shapely.Polygon(), LON, LAT, np.eye(2)) == 0.0
    assert mass_in_polygon(shapely.Polygon(), SHARP) == 0.0


# zones on the globe

CROSS = shapely.union_all(
    [shapely.box(36.97, 48.2, 37.02, 48.4), shapely.box(36.8, 48.29, 37.25, 48.33)]
)
HOLED = shapely.difference(
    shapely.box(36.6, 48.1, 37.5, 48.6), shapely.box(36.95, 48.25, 37.2, 48.5)
)
PARTS = shapely.union_all(
    [shapely.box(36.0, 47.0, 36.9, 49.0), shapely.box(37.1, 47.0, 40.0, 49.0)]
)


@pytest.mark.parametrize("zone", [CROSS, HOLED, PARTS], ids=["cross", "hole", "parts"])
@pytest.mark.parametrize(
    ("major", "minor", "azimuth"),
    [
        (300.0, 300.0, 0.0),
        (5_000.0, 900.0, 40.0),
        (9_000.0, 2.0, 115.0),
        (30_000.0, 12_000.0, 160.0),
        (200_000.0, 150_000.0, 20.0),
    ],
)
def test_zone_mass_against_counted_draws(zone, major, minor, azimuth):
    cov = covariance(major, minor, azimuth)
    assert zone_mass(zone, LON, LAT, cov) == pytest.approx(counted_in_zone(zone, cov), abs=0.005)


def test_the_edge_of_a_zone_through_the_mean_gives_half():
    zone = shapely.box(LON, 40.0, 50.0, 55.0)  # the meridian is straight: no error of the map
    for cov in (covariance(50.0, 50.0, 0.0), covariance(9_000.0, 300.0, 62.0)):
        assert zone_mass(zone, LON, LAT, cov) == pytest.approx(0.5, abs=1e-6)
        assert zone_mass(zone, LON, LAT, cov, sigma_m=500.0) == pytest.approx(0.5, abs=1e-6)


def test_the_error_of_the_edge_is_added_in_quadrature():
    zone = shapely.box(LON, 40.0, 50.0, 55.0)
    lon, lat = (float(v[0]) for v in from_plane(LON, LAT, [-300.0], [0.0]))
    with_edge = zone_mass(zone, lon, lat, covariance(300.0, 300.0, 0.0), sigma_m=400.0)
    assert with_edge == pytest.approx(float(ndtr(-300 / 500)), abs=1e-4)
    assert zone_mass(zone, lon, lat, SHARP) == 0.0
    assert zone_mass(zone, lon, lat, SHARP, sigma_m=300.0) == pytest.approx(
        float(ndtr(-1.0)), abs=1e-4
    )


@pytest.mark.parametrize(
    ("lon", "lat", "wanted"),
    [
        (37.0, 48.0, 1.0),  # middle of an edge
        (36.0, 47.0, 1.0),  # a corner
        (37.0, 47.99999, 1.0),  # a metre inside
        (37.0, 48.00002, 0.0),  # two metres outside
        (36.5, 47.5, 1.0),
        (0.0, -48.0, 0.0),  # the other side of the world
    ],
)
def test_a_sharp_position_is_inside_or_not_and_an_edge_counts_as_inside(lon, lat, wanted):
    zone = shapely.Polygon([(36.0, 47.0), (38.0, 47.0), (38.0, 48.0), (37.0, 48.0), (36.0, 48.0)])
    assert zone_mass(zone, lon, lat, SHARP) == wanted


def test_far_away_zones_hold_nothing():
    cov = covariance(5_000.0, 400.0, 10.0)
    for zone in (shapely.box(-30, 10, -29, 11), shapely.box(150, -40, 151, -39)):
        assert zone_mass(zone, LON, LAT, cov) < 1e-15


# lines on the globe


@given(st.floats(10.0, 20_000.0), st.floats(0.0, 40_000.0), st.floats(5.0, 9_000.0))
@settings(max_examples=40)
def test_near_a_point_is_a_disc_whose_mass_is_known(reach, away, sigma):
    """The squared distance over the variance is noncentral chi-square with 2 degrees of freedom."""
    lon, lat = (float(v[0]) for v in from_plane(LON, LAT, [0.6 * away], [0.8 * away]))
    mass = near_line_mass(shapely.Point(LON, LAT), reach, lon, lat, covariance(sigma, sigma, 0.0))
    wanted = float(ncx2.cdf((reach / sigma) ** 2, 2, (away / sigma) ** 2))
    assert mass == pytest.approx(wanted, abs=0.005)


@pytest.mark.parametrize("sigma", [3.0, 25.0, 90.0, 1_000.0])
@pytest.mark.parametrize("bearing", [0.0, 12.34, 45.0, 200.7])
def test_a_sharp_position_at_the_reach_of_a_round_end_is_half_inside(sigma, bearing):
    """The polygon of the buffer must be rounder than the position is sharp."""
    reach = 15_000.0
    out = GEOD.fwd(LON, LAT, bearing, reach)
    mass = near_line_mass(
        shapely.Point(LON, LAT), reach, out[0], out[1], covariance(sigma, sigma, 0.0)
    )
    assert mass == pytest.approx(
        float(ncx2.cdf((reach / sigma) ** 2, 2, (reach / sigma) ** 2)), abs=0.005
    )


@pytest.mark.parametrize("lat0", [0.0, 47.2, -63.0, 75.0])
@pytest.mark.parametrize(
    ("major", "minor", "azimuth"),
    [(800.0, 200.0, 70.0), (20_000.0, 50.0, 10.0), (60_000.0, 40_000.0, 0.0)],
)
def test_near_line_mass_against_counted_draws(lat0, major, minor, azimuth):
    line = shapely.MultiLineString(
        [
            [(36.0, lat0 - 0.2), (36.9, lat0 + 0.1), (37.3, lat0 - 0.15), (39.0, lat0 + 0.4)],
            [(37.4, lat0 + 0.5), (37.4, lat0 + 1.5)],
        ]
    )
    cov = covariance(major, minor, azimuth)
    at = 37.1, lat0 + 0.12
    away = brute_distance_m(line, *drawn(cov, *at))
    for reach in (2_000.0, 15_000.0):
        wanted = float((away <= reach).mean())
        assert near_line_mass(line, reach, *at, cov) == pytest.approx(wanted, abs=0.005)


def test_a_sharp_position_at_exactly_the_reach_counts_as_within():
    line = shapely.LineString([(LON, 47.0), (LON, 49.0)])
    for reach in (1.0, 2_000.0, 15_000.0):
        lon, lat = (float(v[0]) for v in from_plane(LON, LAT, [reach], [0.0]))
        true = distance_to_m(line, lon, lat)
        assert near_line_mass(line, true, lon, lat, SHARP) == 1.0
        assert near_line_mass(line, true - 0.01, lon, lat, SHARP) == 0.0


def test_nearer_is_likelier_and_a_wider_reach_holds_more():
    line = shapely.LineString([(36.0, 48.0), (38.0, 48.6)])
    cov = covariance(900.0, 300.0, 30.0)
    by_reach = [near_line_mass(line, r, LON, LAT, cov) for r in (0.0, 10.0, 500.0, 5_000.0, 5e4)]
    assert all(b - a > -1e-12 for a, b in pairwise(by_reach))
    assert by_reach[0] == 0.0
    assert by_reach[-1] == pytest.approx(1.0)
    by_lat = [near_line_mass(line, 2_000.0, LON, lat, cov) for lat in (48.3, 48.33, 48.36, 48.5)]
    assert by_lat == sorted(by_lat, reverse=True)


# times


@pytest.mark.parametrize(
    ("start", "end", "low", "high", "sigma", "wanted"),
    [
        (5.0, 5.0, 5.0, 9.0, 0.0, 1.0),  # the start is inside
        (9.0, 9.0, 5.0, 9.0, 0.0, 0.0),  # the end is not
        (5.0, 5.0, 5.0, 9.0, 1e-3, 0.5),  # with an error half of it
        (5.0, 5.0, 5.0, math.inf, 3.0, 0.5),
        (0.0, 10.0, 5.0, 9.0, 0.0, 0.4),
        (0.0, 10.0, 5.0, math.inf, 99.0, 0.5),  # the error of a window is the window
        (0.0, 10.0, 10.0, 20.0, 0.0, 0.0),
        (0.0, 10.0, -5.0, 0.0, 0.0, 0.0),
        (0.0, 10.0, 0.0, 10.0, 0.0, 1.0),
        (0.0, 10.0, -math.inf, math.inf, 0.0, 1.0),
        (5.0, 5.0, -math.inf, math.inf, 2.0, 1.0),
        (5.0, 5.0, 5.0, 5.0, 0.0, 0.0),  # an empty interval holds nothing
        (1.7e9, 1.7e9, 1.7e9 - 60, 1.7e9 + 60, 1.0, 1.0),
    ],
)
def test_interval_mass_at_its_edges(start, end, low, high, sigma, wanted):
    assert interval_mass(start, end, low, high, sigma) == pytest.approx(wanted, abs=1e-12)


@given(
    st.floats(-1e9, 1e9),
    st.floats(0, 1e6),
    st.floats(-1e9, 1e9),
    st.floats(0, 1e6),
    st.floats(0, 1e5),
)
def test_time_before_inside_and_after_share_the_mass(start, length, low, width, sigma):
    end, high = start + length, low + width
    parts = [(-math.inf, low), (low, high), (high, math.inf)]
    masses = [interval_mass(start, end, *part, sigma) for part in parts]
    assert all(0.0 <= m <= 1.0 for m in masses)
    assert math.fsum(masses) == pytest.approx(1.0, abs=1e-6)
