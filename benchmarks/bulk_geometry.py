"""Millions of positions against polygons, lines and the clauses of an agreement, beside rivals.

    python benchmarks/bulk_geometry.py [--points 10000000] [--sedona PYTHON] [--only NAME]

Polygons: 12,000 places around the settlements of ``../shared/data/viina`` and 54,000 more along the
front (seeded), each with its Voronoi cell. The cells whose nearest settlement of known side lies with the armed formations make
the front polygon; its buffers of 1 to 50 km are drawn on a metric plane; 449 districts are the unions
of the cells nearest to one of 449 towns. Line: 3,000 segments of the front. Clauses: the lines and
zones of ``agreements/minsk``, twelve distances each. Every contender runs in a process of its own
on the same files, so that its peak of memory is its own. ``--sedona`` names a Python that has SedonaDB.
Load is the load average of the machine when a contender started: above 2 it was shared.
"""

# ruff: noqa: PLC0415 - a contender loads only what it uses, so that its memory is its own

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
SHARED = ROOT / ".." / "shared"
SAMPLE = 1_000_000
DISTANCES_M = (1e3, 2e3, 5e3, 8e3, 15e3, 25e3, 30e3, 50e3, 70e3, 100e3, 120e3, 140e3)
BOX = (32.0, 44.0, 41.0, 52.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=10_000_000)
    parser.add_argument("--sedona", help="a Python in which SedonaDB is installed")
    parser.add_argument("--only", help="run contenders whose name starts so")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        name, folder = given.child
        CONTENDERS[name](Path(folder))
        return
    with tempfile.TemporaryDirectory() as folder:
        make_input(Path(folder), given.points)
        for name in CONTENDERS:
            if given.only and not name.startswith(given.only):
                continue
            python = given.sedona if name == "polygons: SedonaDB" else sys.executable
            if python:
                load = os.getloadavg()[0]
                subprocess.run(
                    [python, __file__, "--child", name, folder],
                    check=False,
                    env={**os.environ, "TRUCELINE_LOAD": f"{load:.1f}"},
                )


def say(what: str, seconds: float, more: str = "") -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    load = os.environ.get("TRUCELINE_LOAD", "?")
    print(f"| {what} | {seconds:.2f} s | {peak:.0f} MB | {load} | {more} |", flush=True)


class Clock:
    def __init__(self) -> None:
        self.start = time.perf_counter()
        self.cpu = time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self.start, time.process_time() - self.cpu


# the input


def make_input(folder: Path, points: int) -> None:
    import shapely

    rng = np.random.default_rng(11)
    places = settlements()
    villages = places[rng.integers(0, len(places), 12_000)] + rng.normal(0, 0.15, (12_000, 2))
    coarse = shapely.get_coordinates(front_of(*cells_of(villages)))
    beside = coarse[rng.integers(0, len(coarse), 54_000)] + rng.normal(0, 0.06, (54_000, 2))
    villages, cells = cells_of(np.concatenate([villages, beside]))
    front = front_of(villages, cells)
    towns = villages[rng.choice(len(villages), 449, replace=False)]
    of = nearest(towns, villages)
    districts = [shapely.union_all(cells[of == k]) for k in range(len(towns))]
    polygons = [front, *buffers(front), *districts]
    vertices = int(shapely.get_num_coordinates(polygons).sum())
    xy = rng.uniform(BOX[:2], BOX[2:], (points, 2))
    np.save(folder / "lon.npy", xy[:, 0])
    np.save(folder / "lat.npy", xy[:, 1])
    (folder / "polygons.json").write_text(json.dumps([p.wkb_hex for p in polygons]))
    edge = shapely.get_coordinates(front.exterior)
    np.save(folder / "line.npy", edge[:3001])
    print(f"{points:,} positions; {len(polygons)} polygons with {vertices:,} vertices, the front")
    print(f"with {len(edge):,}; a line of {min(len(edge) - 1, 3000):,} segments\n")
    print("| what | time | peak memory of the process | load | more |\n|---|---|---|---|---|")


def cells_of(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    import shapely

    xy = np.unique(xy[inside_box(xy)], axis=0)
    box = shapely.box(*BOX)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(xy), extend_to=box, ordered=True)
    return xy, shapely.intersection(shapely.get_parts(cells), box)


def front_of(xy: np.ndarray, cells: np.ndarray) -> object:
    import shapely

    front = shapely.union_all(cells[with_the_formations(xy)])
    return max(shapely.get_parts(front), key=shapely.area)


def settlements() -> np.ndarray:
    found = set()
    for file in sorted((SHARED / "data" / "viina").glob("viina_incidents_*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            found |= {(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(lines)}
    places = np.array(sorted(found))
    return places[inside_box(places)]


def inside_box(xy: np.ndarray) -> np.ndarray:
    return np.all((xy > BOX[:2]) & (xy < BOX[2:]), axis=1)


def with_the_formations(xy: np.ndarray) -> np.ndarray:
    import yaml

    known = yaml.safe_load((SHARED / "agreements" / "geometry" / "lines.yaml").read_text("utf-8"))
    sides = [s for s in known["settlements"] if s["side_2016_2020"] in ("GOV", "AF")]
    at = np.array([(s["lon"], s["lat"]) for s in sides])
    return np.array([s["side_2016_2020"] == "AF" for s in sides])[nearest(at, xy)]


def nearest(of: np.ndarray, xy: np.ndarray) -> np.ndarray:
    from scipy.spatial import cKDTree

    return cKDTree(of * [0.67, 1.0]).query(xy * [0.67, 1.0])[1]


def buffers(front: object) -> list[object]:
    import shapely
    from pyproj import Transformer

    there = Transformer.from_crs(4326, 32637, always_xy=True)
    flat = shapely.transform(front, there.transform, interleaved=False)
    back = lambda x, y: there.transform(x, y, direction="INVERSE")  # noqa: E731 - one line
    drawn = [shapely.buffer(flat, 1000.0 * km, quad_segs=38) for km in range(1, 51)]
    return [shapely.transform(one, back, interleaved=False) for one in drawn]


def read(folder: Path) -> tuple[np.ndarray, np.ndarray, list[object]]:
    import shapely

    polygons = shapely.from_wkb(json.loads((folder / "polygons.json").read_text()))
    return np.load(folder / "lon.npy"), np.load(folder / "lat.npy"), list(polygons)


# polygons


def polygons_truceline(folder: Path) -> None:
    from truceline.geodesy.polygons import PolygonIndex

    lon, lat, polygons = read(folder)
    warm = PolygonIndex.build(polygons[:2])
    warm.count(lon[:9], lat[:9]), warm.membership(lon[:9], lat[:9]), warm.first(lon[:9], lat[:9])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    clock = Clock()
    index = PolygonIndex.build(polygons, edge_inside=False)
    build, _ = clock.read()
    counts = index.count(lon, lat)
    wall, cpu = clock.read()
    beyond = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    more = (
        f"index {build:.2f} s of it; processor time {cpu:.2f} s; {beyond:.0f} MB beyond the input"
    )
    say("polygons: Truceline, index and count", wall, f"{more}; {counts.sum():,} pairs")
    np.save(folder / "counts.npy", index.count(lon[:SAMPLE], lat[:SAMPLE]))
    np.save(folder / "all_counts.npy", counts)
    clock = Clock()
    index.first(lon, lat)
    say("polygons: Truceline, first polygon of each", clock.read()[0])
    clock = Clock()
    starts, _ = index.membership(lon[:SAMPLE], lat[:SAMPLE])
    say(f"polygons: Truceline, pairs of {SAMPLE:,}", clock.read()[0], f"{starts[-1]:,} pairs")


def polygons_strtree(folder: Path) -> None:
    import shapely

    lon, lat, polygons = read(folder)
    lon, lat = lon[:SAMPLE], lat[:SAMPLE]
    clock = Clock()
    points = shapely.points(lon, lat)
    tree = shapely.STRtree(points)
    pairs = tree.query(np.array(polygons), predicate="contains")
    wall = clock.read()[0]
    counts = np.bincount(pairs[0], minlength=len(polygons))
    same = np.array_equal(counts, np.load(folder / "counts.npy"))
    more = f"counts equal to Truceline's: {'yes' if same else 'NO'}"
    say(f"polygons: shapely STRtree, contains, {len(lon):,} only", wall, more)


def polygons_prepared(folder: Path) -> None:
    import shapely

    lon, lat, polygons = read(folder)
    lon, lat = lon[:SAMPLE], lat[:SAMPLE]
    clock = Clock()
    counts = []
    for polygon in polygons:
        west, south, east, north = polygon.bounds
        box = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        shapely.prepare(polygon)
        counts.append(int(shapely.contains_xy(polygon, lon[box], lat[box]).sum()))
    wall = clock.read()[0]
    same = counts == np.load(folder / "counts.npy").tolist()
    more = f"counts equal to Truceline's: {'yes' if same else 'NO'}"
    say(f"polygons: shapely prepared, vectorised, {len(lon):,} only", wall, more)


def polygons_sedona(folder: Path) -> None:
    import pyarrow as pa
    import sedona.db

    lon, lat = np.load(folder / "lon.npy"), np.load(folder / "lat.npy")
    wkb = [bytes.fromhex(one) for one in json.loads((folder / "polygons.json").read_text())]
    engine = sedona.db.connect()
    engine.create_data_frame(pa.table({"lon": lon, "lat": lat})).to_view("positions")
    shapes = pa.table(
        {"k": pa.array(range(len(wkb)), pa.int32()), "wkb": pa.array(wkb, pa.binary())}
    )
    engine.create_data_frame(shapes).to_view("shapes")
    clock = Clock()
    found = engine.sql(
        "SELECT s.k, COUNT(*) AS n FROM (SELECT k, ST_GeomFromWKB(wkb) AS g FROM shapes) s "
        "JOIN (SELECT ST_Point(lon, lat) AS p FROM positions) t ON ST_Contains(s.g, t.p) GROUP BY s.k"
    ).to_pandas()
    wall, cpu = clock.read()
    counts = np.zeros(len(wkb), np.int64)
    counts[found["k"]] = found["n"]
    same = np.array_equal(counts, np.load(folder / "all_counts.npy"))
    more = f"processor time {cpu:.2f} s; counts equal to Truceline's: {'yes' if same else 'NO'}"
    say("polygons: SedonaDB, join and count", wall, more)


# lines


def around(line: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Move positions of the box to two degrees around the line."""
    low, high = line.min(axis=0) - 2.0, line.max(axis=0) + 2.0
    share_x, share_y = (lon - BOX[0]) / (BOX[2] - BOX[0]), (lat - BOX[1]) / (BOX[3] - BOX[1])
    return low[0] + share_x * (high[0] - low[0]), low[1] + share_y * (high[1] - low[1])


def lines_truceline(folder: Path) -> None:
    import shapely

    from truceline.geodesy.lines import LineIndex

    line = np.load(folder / "line.npy")
    lon, lat = around(line, np.load(folder / "lon.npy"), np.load(folder / "lat.npy"))
    LineIndex.build(shapely.LineString(line[:3])).nearest(lon[:9], lat[:9])
    clock = Clock()
    index = LineIndex.build(shapely.LineString(line))
    build, _ = clock.read()
    index.nearest(lon, lat)
    wall, cpu = clock.read()
    more = f"index {build:.2f} s of it; processor time {cpu:.2f} s"
    say("line: Truceline, distance, side and segment", wall, more)
    for centre in (0.0, 48.0, 65.0, 75.0):
        print(f"| line: largest error at {centre:g} deg | | | | {error_at(line, centre)} |")


def error_at(line: np.ndarray, centre: float, count: int = 2000) -> str:
    """Compare with geodesics by pyproj, up to 200 km, from a line moved to a latitude."""
    import shapely
    from pyproj import Geod
    from scipy.spatial import cKDTree

    from truceline.geodesy.lines import LineIndex

    geod = Geod(ellps="WGS84")
    middle = line.mean(axis=0)
    wide = np.cos(np.radians(middle[1])) / np.cos(np.radians(centre))
    moved = (line - middle) * [wide, 1.0] + [30.0, centre]
    rng = np.random.default_rng(3)
    start = moved[rng.integers(0, len(moved), count)]
    lon, lat, _ = geod.fwd(
        *start.T, rng.uniform(0, 360, count), 10 ** rng.uniform(0, np.log10(200_000), count)
    )
    lon, lat = np.array(lon), np.array(lat)
    got = LineIndex.build(shapely.LineString(moved)).distance_m(lon, lat)
    lengths = np.array(geod.inv(*moved[:-1].T, *moved[1:].T)[2])
    cuts = [j + np.arange(n) / n for j, n in enumerate(np.ceil(lengths / 20).astype(int))]
    t = np.concatenate([*cuts, [len(moved) - 1.0]])
    dense = np.c_[np.interp(t, np.arange(len(moved)), moved[:, 0]),
                  np.interp(t, np.arange(len(moved)), moved[:, 1])]  # fmt: skip
    tree = cKDTree(in_space(dense))
    true = np.full(count, np.inf)
    for candidate in tree.query(in_space(np.c_[lon, lat]), k=12)[1].T:
        # within one segment, where the distance has one least value
        part = np.minimum(np.floor(t[candidate]), t[-1] - 1)
        reach = 40.0 / lengths[part.astype(int)]
        low = np.maximum(t[candidate] - reach, part)
        high = np.minimum(t[candidate] + reach, part + 1)
        for _ in range(40):
            one, two = low + (high - low) / 3, high - (high - low) / 3
            right = walk(geod, moved, one, lon, lat) > walk(geod, moved, two, lon, lat)
            low, high = np.where(right, one, low), np.where(right, high, two)
        true = np.minimum(true, walk(geod, moved, low, lon, lat))
    far = true >= 1.0
    worst = np.max(np.abs(got - true)[far] / true[far])
    return f"{worst:.1e} of the distance, {far.sum():,} positions at 1 m to 200 km"


def in_space(xy: np.ndarray) -> np.ndarray:
    """Give positions of the ellipsoid in space; on a ball distances would be 0.3 % wrong."""
    from pyproj import Transformer

    there = Transformer.from_crs(4979, 4978, always_xy=True)
    return np.c_[there.transform(*xy.T, np.zeros(len(xy)))]


def walk(geod: object, line: np.ndarray, t: np.ndarray, lon: object, lat: object) -> np.ndarray:
    at = np.arange(len(line))
    return np.asarray(
        geod.inv(lon, lat, np.interp(t, at, line[:, 0]), np.interp(t, at, line[:, 1]))[2]
    )


def lines_shapely(folder: Path) -> None:
    import shapely
    from pyproj import Transformer

    line = np.load(folder / "line.npy")
    count = SAMPLE // 20
    lon, lat = around(line, np.load(folder / "lon.npy"), np.load(folder / "lat.npy"))
    there = Transformer.from_crs(4326, 32637, always_xy=True)
    flat = shapely.LineString(np.c_[there.transform(*line.T)])
    clock = Clock()
    points = shapely.points(*there.transform(lon[:count], lat[:count]))
    shapely.prepare(flat)
    shapely.distance(flat, points)
    more = "distance only, on a plane with up to 0.1 % of error"
    say(f"line: shapely prepared, {count:,} only", clock.read()[0], more)


# ellipses


def ellipses_truceline(folder: Path) -> None:
    import shapely

    from truceline.geodesy import near_line_mass, zone_mass
    from truceline.geodesy.ellipses import Ellipses, LineField, ZoneField

    shapes = json.loads((ROOT / "agreements" / "minsk" / "geometry.geojson").read_text("utf-8"))
    known = [f for f in shapes["features"] if f["geometry"]]
    drawn = [(shapely.from_geojson(json.dumps(f["geometry"])), f["properties"]) for f in known]
    lines = [(g, float(p["sigma_m"])) for g, p in drawn if "Line" in g.geom_type][:2]
    zones = [(g, float(p["sigma_m"])) for g, p in drawn if g.geom_type == "Polygon"][:3]
    line = shapely.get_coordinates([g for g, _ in lines])
    lon, lat = around(
        line, np.load(folder / "lon.npy")[:SAMPLE], np.load(folder / "lat.npy")[:SAMPLE]
    )
    rng = np.random.default_rng(4)
    count = len(lon)
    major = np.exp(rng.uniform(np.log(50), np.log(5000), count))
    minor, turn = major * rng.uniform(0.1, 1, count), rng.uniform(0, np.pi, count)
    sin, cos = np.sin(turn), np.cos(turn)
    many = Ellipses.of(
        lon,
        lat,
        (major * sin) ** 2 + (minor * cos) ** 2,
        (major**2 - minor**2) * sin * cos,
        (major * cos) ** 2 + (minor * sin) ** 2,
    )
    LineField.build(lines[0][0], [1e3]).within(many.part(0, 9))
    ZoneField.build(zones[0][0]).mass(many.part(0, 9))
    clock = Clock()
    line_fields = [LineField.build(g, DISTANCES_M) for g, _ in lines]
    zone_fields = [ZoneField.build(g) for g, _ in zones]
    build = clock.read()[0]
    for stated in (True, False):
        clock = Clock()
        for field, (_, sigma) in zip(line_fields, lines, strict=True):
            field.within(many, sigma if stated else 0.0)
        for field, (_, sigma) in zip(zone_fields, zones, strict=True):
            field.mass(many, sigma if stated else 0.0)
        wall, cpu = clock.read()
        sigmas = ", ".join(f"{sigma:g}" for _, sigma in (*lines, *zones)) if stated else "none"
        asked = len(line_fields) * len(DISTANCES_M) + len(zone_fields)
        more = f"{asked} answers each; stated errors {sigmas} m; processor time {cpu:.1f} s"
        say(f"ellipses: Truceline, {count:,}", wall, f"{more}; fields before it {build:.2f} s")
    some = 150
    few = many.part(0, some)
    clock = Clock()
    worst = 0.0
    for i in range(some):
        cov = np.array([[few.ee[i], few.en[i]], [few.en[i], few.nn[i]]])
        at = float(few.lon[i]), float(few.lat[i]), cov
        for field, (g, sigma) in zip(line_fields, lines, strict=True):
            got = field.within(few.part(i, i + 1), sigma)[0]
            for k, reach in enumerate(DISTANCES_M):
                worst = max(worst, abs(near_line_mass(g, reach, *at, sigma) - got[k]))
        for field, (g, sigma) in zip(zone_fields, zones, strict=True):
            got = field.mass(few.part(i, i + 1), sigma)[0]
            worst = max(worst, abs(zone_mass(g, *at, sigma) - got))
    say(
        f"ellipses: scalar reference, {some} only",
        clock.read()[0],
        f"largest difference {worst:.1e}",
    )


CONTENDERS = {
    "polygons: Truceline": polygons_truceline,
    "polygons: STRtree": polygons_strtree,
    "polygons: prepared": polygons_prepared,
    "polygons: SedonaDB": polygons_sedona,
    "line: Truceline": lines_truceline,
    "line: shapely": lines_shapely,
    "ellipses: Truceline": ellipses_truceline,
}

if __name__ == "__main__":
    main()
