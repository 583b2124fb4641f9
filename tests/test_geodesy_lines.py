"""Distance and side of a line against geodesics walked and measured by pyproj."""

from __future__ import annotations

from itertools import pairwise

import numba
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from truceline.geodesy import distance_m, distance_to_m, nearest
from truceline.geodesy.lines import LineIndex

GEOD = Geod(ellps="WGS84")
SLOW = bool(numba.config.DISABLE_JIT)
if SLOW:  # a tree of fewer and longer lists is as right, and sooner built in plain Python
    nearest._SHORT, nearest._SMALL = 12, 0.3
N = 60 if SLOW else 3_000
VERTICES = 30 if SLOW else 1_500
LATITUDES = (0.0, 65.0) if SLOW else (0.0, 48.0, 65.0, 75.0)


def wiggling(lat, middle=30.0, seed=2, vertices=VERTICES):
    """Give the vertices of a line some 900 km long that bends back and forth."""
    rng = np.random.default_rng(seed)
    t = np.linspace(-0.5, 0.5, vertices)
    wide = 1 / np.cos(np.radians(lat))
    step = 4.0 / vertices
    lon = middle + wide * (8 * t + np.cumsum(rng.normal(0, step, vertices)))
    up = lat + 0.5 * np.sin(9 * t) + np.cumsum(rng.normal(0, step, vertices))
    return np.c_[lon, up]


def walked_from(xy, rng, count, furthest_m=200_000.0):
    at = xy[rng.integers(0, len(xy), count)]
    away = 10 ** rng.uniform(0, np.log10(furthest_m), count)
    lon, lat, _ = GEOD.fwd(at[:, 0], at[:, 1], rng.uniform(0, 360, count), away)
    return np.asarray(lon), np.asarray(lat)


def measured(xy, lon, lat):
    """Give the least geodesic distance: each segment is cut finely, and the best place refined."""
    best = np.full(len(lon), np.inf)
    for a, b in pairwise(xy):
        at = np.linspace(0, 1, 12)
        rough = np.array([walked(a, b, np.full(len(lon), t), lon, lat) for t in at])
        close = np.flatnonzero(rough.min(axis=0) < best + 5_000.0)
        if len(close) == 0:
            continue
        nearest = at[rough[:, close].argmin(axis=0)]
        low, high = np.maximum(nearest - 1 / 11, 0), np.minimum(nearest + 1 / 11, 1)
        for _ in range(45):
            one, two = low + (high - low) * 0.382, low + (high - low) * 0.618
            right = walked(a, b, one, lon[close], lat[close]) > walked(
                a, b, two, lon[close], lat[close]
            )
            low, high = np.where(right, one, low), np.where(right, high, two)
        ends = np.minimum(
            walked(a, b, low, lon[close], lat[close]), rough[[0, -1]][:, close].min(axis=0)
        )
        best[close] = np.minimum(best[close], ends)
    return best


def walked(a, b, t, lon, lat):
    x, y = a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])
    return np.asarray(GEOD.inv(lon, lat, x, y)[2])


@pytest.mark.parametrize("lat", LATITUDES if SLOW else [*LATITUDES, -48.0, 85.0])
@pytest.mark.parametrize("middle", [30.0, 180.0])
def test_distance_is_the_geodesic_to_the_nearest_point(lat, middle):
    rng = np.random.default_rng(5)
    xy = wiggling(lat, middle, vertices=6 if SLOW else 25)
    lon, lats = walked_from(xy, rng, 40 if SLOW else 300)
    given_as = xy.copy()
    given_as[:, 0] = (given_as[:, 0] + 180) % 360 - 180
    got = LineIndex.build(shapely.LineString(given_as)).distance_m(lon, lats)
    true = measured(xy, lon, lats)
    assert np.max(np.abs(got - true) / true) < 2e-6


@pytest.mark.parametrize("lat", LATITUDES)
def test_the_tree_forgets_no_segment(lat):
    """Whatever the tree lists, the nearest of all segments asked one by one is no nearer."""
    xy = wiggling(lat)
    line = shapely.LineString(xy)
    rng = np.random.default_rng(7)
    lon, lats = walked_from(xy, rng, N // 10, furthest_m=2_000_000.0)
    got, _, segment = LineIndex.build(line).nearest(lon, lats)
    chosen = rng.choice(len(xy) - 1, VERTICES // 10, replace=False)
    for k in {*chosen.tolist(), *segment[:20].tolist()}:
        alone = LineIndex.build(shapely.LineString(xy[k : k + 2])).distance_m(lon, lats)
        assert np.all(got <= alone * (1 + 1e-9) + 1e-6)
        mine = segment == k
        assert np.allclose(got[mine], alone[mine], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("reach", [0.001, 1.0, 30.0, 4_000.0, 150_000.0])
def test_agrees_with_the_scalar_reference(reach):
    line = shapely.MultiLineString(
        [[(36.0, 47.8), (36.9, 48.1), (37.3, 47.85), (39.0, 48.4)], [(37.4, 48.5), (37.4, 49.5)]]
    )
    index = LineIndex.build(line)
    bearings = np.arange(0.0, 360.0, 24.0)
    lon, lat, _ = GEOD.fwd(np.full(15, 37.3), np.full(15, 47.85), bearings, np.full(15, reach))
    for x, y, got in zip(lon, lat, index.distance_m(lon, lat), strict=True):
        assert got == pytest.approx(distance_to_m(line, x, y), abs=max(0.15, 1e-5 * reach))


def test_on_the_line_the_distance_is_none():
    xy = wiggling(65.0)
    t = np.random.default_rng(1).uniform(0, 1, len(xy) - 1)[:, None]
    on = xy[:-1] + t * (xy[1:] - xy[:-1])
    index = LineIndex.build(shapely.LineString(xy))
    assert index.distance_m(*on.T).max() < 1e-4
    assert index.distance_m(*xy.T).max() < 1e-6


# sides


def test_left_is_positive_and_right_is_negative_at_both_ends_of_a_sharp_bend():
    """Beside a bend sharper than a right angle, the nearest vertex belongs to both sides' lines."""
    bend = LineIndex.build(shapely.LineString([(30, 50), (31, 50), (30, 50.2)]))
    lon = np.array([31.2, 31.2, 31.2, 30.5, 30.5, 30.5])
    lat = np.array([50.0, 50.05, 49.9, 50.05, 49.9, 50.3])
    assert np.sign(bend.signed_m(lon, lat)).tolist() == [-1, -1, -1, 1, -1, -1]
    back = LineIndex.build(shapely.LineString([(30, 50.2), (31, 50), (30, 50)]))
    assert back.signed_m(lon, lat) == pytest.approx(-bend.signed_m(lon, lat), rel=1e-9)


@given(
    st.lists(st.floats(0.05, 1.9), min_size=5, max_size=14),
    st.integers(0, 10_000),
    st.sampled_from(LATITUDES),
    st.sampled_from([30.0, 179.9]),
)
@settings(max_examples=2 if SLOW else 60, deadline=None)
def test_inside_a_closed_line_is_left_of_it(radii, seed, lat, middle):
    """The sign of distance to the edge of a star is that of being inside it, at corners too."""
    turn = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    radii = np.array(radii)
    wide = 1 / np.cos(np.radians(lat))
    ring = np.c_[middle + wide * radii * np.cos(turn), lat + radii * np.sin(turn)]
    star = shapely.Polygon(ring)
    index = LineIndex.build(star.exterior)
    rng = np.random.default_rng(seed)
    lon = middle + wide * rng.uniform(-2.2, 2.2, 40)
    lats = lat + rng.uniform(-2.2, 2.2, 40)
    away, side, _ = index.nearest(lon, lats)
    inside = shapely.contains_xy(star, lon, lats)
    sure = away > 0.01
    assert np.array_equal(side[sure] > 0, inside[sure])
    assert np.array_equal(index.signed_m(lon, lats) > 0, side > 0)


def test_straight_beyond_a_loose_end_is_neither_side():
    index = LineIndex.build(shapely.LineString([(30, 0), (31, 0)]))
    away, side, segment = index.nearest([32.0, 32.0, 32.0, 29.0], [0.0, 0.1, -0.1, 0.1])
    assert side.tolist() == [0, 1, -1, 1]
    assert segment.tolist() == [0, 0, 0, 0]
    assert away[0] == pytest.approx(distance_m(31, 0, 32, 0), rel=1e-6)


# how lines may be given


def test_across_the_antimeridian_and_over_the_pole():
    line = LineIndex.build(shapely.LineString([(179.5, 70.0), (-179.5, 70.0)]))
    assert line.distance_m([180.0, -180.0, 179.9, -179.9], [70.0] * 4).max() < 1e-3
    there = line.signed_m([180.0, -180.0, 540.0], [70.1] * 3)
    assert there == pytest.approx([distance_m(180, 70, 180, 70.1)] * 3, rel=1e-4)
    beyond = LineIndex.build(shapely.Point(0.0, 89.0)).distance_m([180.0], [89.0])
    assert beyond == pytest.approx([distance_m(0, 89, 180, 89)], rel=1e-6)


def test_segments_are_numbered_as_given_through_parts_and_repeated_vertices():
    line = shapely.MultiLineString(
        [[(30, 50), (31, 50), (31, 50), (32, 50)], [(30, 51), (30, 52), (35, 52)]]
    )
    lon, lat = np.array([30.5, 31.5, 30.0, 34.0]), np.array([50.0, 50.0, 51.5, 52.0])
    away, _, segment = LineIndex.build(line).nearest(lon, lat)
    assert segment.tolist() == [0, 2, 3, 4]
    assert away.max() < 1e-3


def test_a_point_is_a_line_without_sides():
    for point in (shapely.Point(30, 50), shapely.LineString([(30, 50), (30, 50)])):
        away, side, segment = LineIndex.build(point).nearest([30.0, 31.0], [50.0, 50.0])
        assert away == pytest.approx([0.0, distance_m(30, 50, 31, 50)], rel=1e-6)
        assert side.tolist() == [0, 0]
        assert segment.tolist() == [0, 0]


def test_order_and_threads_change_nothing():
    xy = wiggling(48.0)
    index = LineIndex.build(shapely.LineString(xy))
    lon, lat = walked_from(xy, np.random.default_rng(3), N)
    here = index.signed_m(lon, lat)
    assert np.array_equal(index.signed_m(lon[::-1], lat[::-1], threads=1)[::-1], here)
    assert index.distance_m([], []).tolist() == []


def test_far_away_the_nearest_is_still_found():
    xy = wiggling(48.0)
    index = LineIndex.build(shapely.LineString(xy))
    for lon, lat in ((-20.0, 30.0), (30.0, 8.0), (80.0, 40.0)):
        true = float(np.min(GEOD.inv(np.full(len(xy), lon), np.full(len(xy), lat), *xy.T)[2]))
        assert float(index.distance_m([lon], [lat])[0]) == pytest.approx(true, rel=1e-3)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (shapely.box(0, 0, 1, 1), "a Polygon"),
        (shapely.LineString(), "an empty LineString"),
        (None, "a NoneType"),
    ],
)
def test_what_is_no_line_is_refused(bad, words):
    with pytest.raises(ValueError, match=words):
        LineIndex.build(bad)
