"""Makes src/truceline/publication/coastline.json from npm's world-atlas (Natural Earth).

    npm pack world-atlas && tar xzf world-atlas-2.0.2.tgz      # in a scratch folder
    .venv/bin/python tools/make_coastline.py package/land-10m.json src/truceline/publication/coastline.json

Land against water only. No border between states is read from any file, because sets of such
borders take sides.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import shapely

WEST, SOUTH, EAST, NORTH = 20, 40, 45, 56
TOLERANCE_DEG = 0.01
DECIMALS = 3
SMALLEST_DEG2 = 0.0005
SOURCE = (
    "Natural Earth 1:10 m land (public domain), from world-atlas 2.0.2 (npm, ISC), clipped to "
    f"{WEST}-{EAST} E {SOUTH}-{NORTH} N, simplified to {TOLERANCE_DEG} deg"
)


def decode_arcs(topology: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """Undo quantisation and delta coding of TopoJSON."""
    (scale_x, scale_y), (move_x, move_y) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(points)
    return arcs


def ring(indices: list[int], arcs: list[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    """Join arcs to a ring; a negative index runs its arc backwards."""
    points: list[tuple[float, float]] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def polygons(topology: dict[str, Any]) -> list[shapely.Polygon]:
    """Give all land polygons."""
    arcs = decode_arcs(topology)
    found = []
    for geometry in topology["objects"]["land"]["geometries"]:
        parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for rings in parts:
            outer, *holes = [ring(indices, arcs) for indices in rings]
            found.append(shapely.Polygon(outer, holes))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("topology", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    box = shapely.box(WEST, SOUTH, EAST, NORTH)
    land = []
    for polygon in polygons(json.loads(arguments.topology.read_text(encoding="utf-8"))):
        if not polygon.intersects(box):
            continue
        clipped = shapely.make_valid(polygon).intersection(box).simplify(TOLERANCE_DEG)
        for part in getattr(clipped, "geoms", [clipped]):
            if part.geom_type == "Polygon" and part.area > SMALLEST_DEG2:
                rings = [
                    part.exterior,
                    *[h for h in part.interiors if shapely.Polygon(h).area > SMALLEST_DEG2],
                ]
                land.append(
                    [[[round(x, DECIMALS), round(y, DECIMALS)] for x, y in r.coords] for r in rings]
                )
    document = {"source": SOURCE, "box": [WEST, SOUTH, EAST, NORTH], "land": land}
    arguments.out.write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{arguments.out}: {len(land)} polygons, {arguments.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
