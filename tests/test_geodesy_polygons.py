"""Many positions against many polygons: the same answers as shapely's, to the last position."""

from __future__ import annotations

from fractions import Fraction

import numba
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import truceline.geodesy.polygons as polygons_module
from truceline.geodesy.exact import side
from truceline.geodesy.kernel import in_threads
from truceline.geodesy.polygons import PolygonIndex
from truceline.geodesy.rings import running_on

SLOW = bool(numba.config.DISABLE_JIT)
N = 300 if SLOW else 20_000
EXAMPLES = 10 if SLOW else 60
SQUARE = shapely.box(30.0, 50.0, 31.0, 51.0)


def by_shapely(polygons, lon, lat, rule):
    points = shapely.points(lon, lat)
    at, polygon = shapely.STRtree(polygons).query(points, predicate=rule)
    order = np.lexsort((polygon, at))
    return at[order], polygon[order]


def agrees(polygons, lon, lat, *, rules=((True, "covered_by"), (False, "within"))):
    for edge_inside, rule in rules:
        index = PolygonIndex.build(polygons, edge_inside=edge_inside)
        at, polygon = by_shapely(polygons, lon, lat, rule)
        starts, found = index.membership(lon, lat)
        assert np.array_equal(found, polygon)
        assert np.array_equal(np.diff(starts), np.bincount(at, minlength=len(lon)))
        counts = np.bincount(polygon, minlength=len(polygons))
        assert np.array_equal(index.count(lon, lat), counts)
        assert np.array_equal(index.count(lon, lat, threads=1), counts)
        wanted = np.full(len(lon), -1)
        some = np.diff(starts) > 0
        wanted[some] = found[starts[:-1][some]]
        assert np.array_equal(index.first(lon, lat), wanted)


def star(rng, x, y, points, hole):
    angle = np.sort(rng.uniform(0, 2 * np.pi, points))
    radius = rng.uniform(0.3, 2.0, points)
    made = shapely.Polygon(np.c_[x + radius * np.cos(angle), y + radius * np.sin(angle)])
    made = shapely.buffer(made, 0)
    return shapely.difference(made, shapely.Point(x, y).buffer(0.25)) if hole else made


def on_edges(polygons, rng):
    """Give corners, middles of edges, and positions one rounding beside them."""
    corners = shapely.get_coordinates(polygons)
    middles = (corners[:-1] + corners[1:]) / 2
    exact = np.concatenate([corners, middles])
    beside = np.nextafter(exact, exact + rng.choice([-1.0, 1.0], exact.shape))
    return np.concatenate([exact, beside]).T


def test_random_stars_with_holes_and_every_corner_and_middle_of_an_edge():
    rng = np.random.default_rng(4)
    count = 6 if SLOW else 40
    polygons = [
        star(rng, *rng.uniform(-4, 4, 2), int(rng.integers(5, 30 if SLOW else 200)), bool(k % 2))
        for k in range(count)
    ]
    x, y = np.hstack([rng.uniform(-6, 6, (2, N)), on_edges(polygons, rng)])
    agrees(polygons, x, y)


WHOLE = st.integers(0, 6)
# not 1e-74: there shapely's own predicate, of twice the usual digits, is no longer exact
PLAIN = st.floats(-9, 9).map(lambda x: round(x, 10))


@given(
    st.lists(st.tuples(WHOLE, WHOLE, st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=6),
    st.data(),
)
@settings(max_examples=EXAMPLES, deadline=None)
def test_polygons_of_a_lattice_at_each_of_its_positions(boxes, data):
    """Level and upright edges, shared edges, holes that touch: every position is a special case."""
    parts = [shapely.box(x, y, x + w, y + h) for x, y, w, h in boxes]
    wanted = data.draw(st.sampled_from(["each", "union", "difference", "turned"]))
    if wanted == "union":
        parts = [shapely.union_all(parts)]
    elif wanted == "difference":
        parts = [shapely.difference(shapely.box(-1, -1, 11, 11), shapely.union_all(parts))]
    elif wanted == "turned":
        turn = np.array([[1.0, 2.0], [-1.0, 1.0]])
        parts = [shapely.transform(part, lambda xy: xy @ turn) for part in parts]
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(-12, 23) / 2, np.arange(-4, 46) / 2))
    keep = slice(None, None, 11) if SLOW else slice(None)
    agrees([p for p in parts if p.geom_type in ("Polygon", "MultiPolygon")], x[keep], y[keep])


@given(
    st.lists(st.tuples(PLAIN, PLAIN), min_size=3, max_size=12, unique=True),
    st.floats(0, 1),
)
@settings(max_examples=EXAMPLES, deadline=None)
def test_slivers(points, share):
    hull = shapely.convex_hull(shapely.MultiPoint(points))
    if hull.geom_type != "Polygon" or not hull.is_valid:
        return
    xy = shapely.get_coordinates(hull)
    on = xy[:-1] + share * (xy[1:] - xy[:-1])
    x, y = np.concatenate([xy, on, xy + 1e-13, np.array(points)]).T
    agrees([hull], x, y)


def test_a_needle_thinner_than_a_cell_and_a_zone_of_a_millimetre():
    needle = shapely.Polygon([(30.0, 50.0), (40.0, 51.0), (30.0, 50.0000001)])
    tiny = shapely.box(35.0, 50.5, 35.0 + 1e-8, 50.5 + 1e-8)
    rng = np.random.default_rng(1)
    t = rng.uniform(0, 1, N)
    x, y = 30 + 10 * t, 50 + t + rng.uniform(-1e-7, 2e-7, N)
    x[: N // 2] = 35 + rng.uniform(-1e-8, 2e-8, N // 2)
    y[: N // 2] = 50.5 + rng.uniform(-1e-8, 2e-8, N // 2)
    agrees([needle, tiny], x, y)
    agrees([tiny], x, y)


def test_zones_that_touch_share_the_edge_or_leave_it_out():
    zones = [SQUARE, shapely.box(31.0, 50.0, 32.0, 51.0)]
    at = np.array([31.0]), np.array([50.5])
    assert PolygonIndex.build(zones).count(*at).tolist() == [1, 1]
    assert PolygonIndex.build(zones, edge_inside=False).count(*at).tolist() == [0, 0]


def test_the_order_of_positions_and_of_polygons_does_not_matter():
    rng = np.random.default_rng(8)
    polygons = [star(rng, *rng.uniform(-2, 2, 2), 9, hole=False) for _ in range(8)]
    x, y = rng.uniform(-4, 4, (2, N))
    counts = PolygonIndex.build(polygons).count(x, y)
    turned = rng.permutation(N)
    assert np.array_equal(PolygonIndex.build(polygons).count(x[turned], y[turned]), counts)
    assert np.array_equal(PolygonIndex.build(polygons[::-1]).count(x, y), counts[::-1])


@given(st.integers(-60, 60), st.integers(-30, 30))
@settings(max_examples=EXAMPLES // 3, deadline=None)
def test_translation_by_whole_degrees_changes_nothing(east, north):
    rng = np.random.default_rng(3)
    cells = rng.integers(0, 64, (2, 200)) / 16
    zone = shapely.Polygon([(0, 0), (4, 1), (3, 3), (1, 4)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    moved = shapely.transform(zone, lambda xy: xy + np.array([east, north]))
    here = PolygonIndex.build([zone]).first(*cells)
    there = PolygonIndex.build([moved]).first(cells[0] + east, cells[1] + north)
    assert np.array_equal(here, there)


@pytest.mark.parametrize(
    "zone",
    [
        shapely.Polygon([(179, 60), (181, 60), (181, 62), (179, 62)]),
        shapely.Polygon([(-181, 60), (-179, 60), (-179, 62), (-181, 62)]),
        shapely.Polygon([(179, 60), (-179, 60), (-179, 62), (179, 62)]),
        shapely.union_all([shapely.box(179, 60, 180, 62), shapely.box(-180, 60, -179, 62)]),
    ],
    ids=["past 180", "past -180", "jumps", "cut"],
)
def test_four_ways_to_write_a_zone_across_the_antimeridian(zone):
    lon = np.array([179.5, -179.5, 180.0, -180.0, 178.9, -178.9, 0.0, 539.5])
    inside = PolygonIndex.build([zone]).first(lon, np.full(8, 61.0)) >= 0
    assert inside.tolist() == [True, True, True, True, False, False, False, True]


def test_a_hole_across_the_antimeridian():
    zone = shapely.Polygon(
        [(178, 60), (-178, 60), (-178, 64), (178, 64)],
        [[(179, 61), (179, 63), (-179, 63), (-179, 61)]],
    )
    inside = PolygonIndex.build([zone]).first([178.5, 180, -180, -178.5], [62.0] * 4) >= 0
    assert inside.tolist() == [True, False, False, True]


def test_a_zone_around_the_pole_reaches_all_longitudes():
    cap = shapely.Polygon([(-180, 80), (-60, 82), (60, 80), (180, 80), (180, 90), (-180, 90)])
    inside = PolygonIndex.build([cap]).first([-180, -60, 0, 180, 0], [85, 81, 85, 80, 79.0]) >= 0
    assert inside.tolist() == [True, False, True, True, False]


def test_what_is_no_position_is_in_no_zone():
    index = PolygonIndex.build([shapely.box(-180, -90, 180, 90), SQUARE])
    lon = np.array([np.nan, 0.0, np.inf, 30.5])
    assert index.count(lon, np.array([0.0, np.nan, 0.0, 50.5])).tolist() == [1, 1]


def test_no_zones_empty_zones_and_no_positions():
    nowhere = PolygonIndex.build([])
    assert nowhere.count([1.0], [1.0]).tolist() == []
    assert nowhere.first([1.0], [1.0]).tolist() == [-1]
    empty = PolygonIndex.build([shapely.Polygon(), SQUARE, shapely.MultiPolygon()])
    assert empty.count([30.5], [50.5]).tolist() == [0, 1, 0]
    assert empty.count([], []).tolist() == [0, 0, 0]
    starts, found = empty.membership([], [])
    assert (starts.tolist(), found.tolist()) == ([0], [])


def test_many_sets_of_zones_are_told_apart():
    """More sets than the first table holds, so that it grows."""
    k = 8 if SLOW else 70
    side_by_side = [shapely.box(i, 0, i + 1.5, 90) for i in range(k)]
    rows = [shapely.box(0, j, 90, j + 1.5) for j in range(k)]
    rng = np.random.default_rng(2)
    x, y = rng.uniform(0, k, (2, N))
    agrees([*side_by_side, *rows], x, y, rules=((True, "covered_by"),))


def test_long_edges_make_the_grid_coarser(monkeypatch):
    rng = np.random.default_rng(6)
    blades = [shapely.Polygon([(0, 0), (100, t), (100, t + 1e-3)]) for t in rng.uniform(0, 80, 40)]
    x, y = rng.uniform(0, 100, (2, N))
    fine = PolygonIndex.build(blades)
    monkeypatch.setattr(polygons_module, "_LISTED", 4_000)
    coarse = PolygonIndex.build(blades)
    assert len(coarse._cells.cells) < len(fine._cells.cells)
    assert len(coarse._cells.listed) <= 4_000
    assert np.array_equal(coarse.count(x, y), fine.count(x, y))
    agrees(blades, x, y)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), r"polygon 1 is not valid.*\[1 1\]"),
        (shapely.LineString([(0, 0), (1, 1)]), "polygon 1 is a LineString"),
        (None, "polygon 1 is a NoneType"),
    ],
)
def test_what_is_no_polygon_is_refused_and_named(bad, words):
    with pytest.raises(ValueError, match=words):
        PolygonIndex.build([SQUARE, bad])


def test_positions_of_two_lengths_are_refused():
    with pytest.raises(ValueError, match="two arrays of one length"):
        PolygonIndex.build([SQUARE]).count([1.0, 2.0], [1.0])


# the exact predicate

NUMBERS = st.floats(-200, 200).map(lambda x: x if abs(x) > 1e-60 else 0.0)


@given(*[NUMBERS] * 4, st.floats(0, 1), st.sampled_from([-1, 0, 1]))
@settings(max_examples=2000 if not SLOW else 200, deadline=None)
def test_side_is_exact(ax, ay, bx, by, share, beside):
    px, py = ax + share * (bx - ax), ay + share * (by - ay)
    py = np.nextafter(py, beside * np.inf) if beside else py
    if abs(py) < 1e-60:
        py = 0.0
    a, b, c, d, p, q = (Fraction(float(v)) for v in (ax, ay, bx, by, px, py))
    cross = (a - p) * (d - q) - (b - q) * (c - p)
    assert side(ax, ay, bx, by, float(px), float(py)) == (cross > 0) - (cross < 0)


def test_blocks_in_threads_come_back_in_order():
    assert in_threads(lambda i, j: (i, j), 10, 2, 4) == [(0, 4), (4, 8), (8, 10)]
    assert in_threads(lambda i, j: (i, j), 10, 1, 4) == [(0, 4), (4, 8), (8, 10)]


def test_longitudes_run_on_both_ways():
    assert running_on(np.array([-179.0, 179.0, -178.0])).tolist() == [-179.0, -181.0, -178.0]
    assert running_on(np.array([])).tolist() == []
