"""Three observers of the same fighting, in the night to 16 August 2016: figures and a drawing.

    python benchmarks/assignment_evening.py OBSERVATIONS_CSV [--all] [--svg docs/img/assignment-evening.svg]

OBSERVATIONS_CSV is the file of coded observations, of which rows 18 to 20 are taken, or --all.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from truceline.adapters.interface import ParseContext
from truceline.adapters.patrol import ADAPTER
from truceline.adapters.patrol_places import gazetteer
from truceline.fusion.assignment.evidence import Incidents
from truceline.fusion.assignment.run import Assigned, assign
from truceline.geodesy import to_plane
from truceline.model.place import CHI2_90
from truceline.pipeline.association_observations import evidence_of, usable

ROWS = (b"18", b"19", b"20")
AREA_M2 = 2e9
PLACES = ("Donetsk centre", "Yasynuvata", "Avdiivka")
SCALE = 0.03  # pixels of the drawing in a metre


def main() -> None:
    """Print the figures, and draw where a file is named."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("observations", type=Path)
    parser.add_argument("--all", action="store_true", help="Take all rows of the file.")
    parser.add_argument("--svg", type=Path)
    given = parser.parse_args()
    table = read(given.observations.read_bytes(), every=given.all)
    found = joined(table)
    for where, chance, members in zip(
        found.own.meeting, found.own.probability, found.own.members, strict=True
    ):
        rows = table.take(pa.array(members))
        print(sorted(set(rows["datastream"].to_pylist())), rows["phenomenon_start"][0].as_py())
        print(f"{len(members)} of {table.num_rows} observations are one incident")
        print(f"probability {chance:.2f}, place {where.lon:.3f} E {where.lat:.3f} N")
        axes = np.sqrt(np.linalg.eigvalsh(matrix(where.cov_m2)) * CHI2_90) / 1000
        print(f"90 % ellipse: half axes {axes[1]:.1f} and {axes[0]:.1f} km")
        for name in PLACES:
            place = gazetteer()[name.lower()]
            (east,), (north,) = to_plane(place.lon, place.lat, [where.lon], [where.lat])
            turn = np.degrees(np.arctan2(east, north)) % 360
            print(f"from {name}: {np.hypot(east, north) / 1000:.1f} km, bearing {turn:.0f}")
    if given.svg:
        given.svg.write_text(drawing(table, found), encoding="utf-8")


def read(raw: bytes, *, every: bool) -> pa.Table:
    """Read the three rows, or all."""
    lines = raw.splitlines(keepends=True)
    raw = b"".join(
        [lines[0], *(line for line in lines[1:] if every or line.split(b",")[0] in ROWS)]
    )
    context = ParseContext(hashlib.sha256(raw).hexdigest(), "observations.csv")
    return usable(ADAPTER.parse(raw, context).observations)


def joined(table: pa.Table) -> Assigned:
    """Join them, with no sensor about."""
    origin = min(table["phenomenon_start"].cast("int64").to_pylist()) * 1000
    evidence = evidence_of(table, origin)
    none = np.zeros(0)
    nothing = Incidents(none, none, none, none, np.zeros((0, 3)), none, none)
    return assign(evidence, nothing, float(evidence.end_s.max()), AREA_M2)


def matrix(cov: tuple[float, float, float]) -> list[list[float]]:
    """Give a covariance as a matrix."""
    return [[cov[0], cov[1]], [cov[1], cov[2]]]


def drawing(table: pa.Table, found: Assigned) -> str:
    """Draw observers, sectors and the ellipse."""
    middle = (37.80, 48.085)
    parts = [
        (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-260 -260 520 520" font-family="sans-serif" '
            'font-size="13" role="img" aria-label="Three sectors and the ellipse in which they meet">'
        ),
        '<rect x="-260" y="-260" width="520" height="520" fill="#fff"/>',
    ]
    seen: set[Any] = set()
    for row in table.to_pylist():
        key = (row["datastream"], row["bearing_deg"])
        if key not in seen:
            seen.add(key)
            parts.append(sector(row, middle))
    for where in found.own.meeting:
        values, vectors = np.linalg.eigh(matrix(where.cov_m2))
        (x,), (y,) = to_plane(*middle, [where.lon], [where.lat])
        rx, ry = np.sqrt(values[::-1] * CHI2_90) * SCALE
        turn = -np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1]))
        parts.append(
            f'<ellipse transform="translate({x * SCALE:.1f} {-y * SCALE:.1f}) rotate({turn:.1f})" '
            f'rx="{rx:.1f}" ry="{ry:.1f}" fill="#b3261e33" stroke="#b3261e" stroke-width="2"/>'
        )
    for name in PLACES:
        place = gazetteer()[name.lower()]
        (x,), (y,) = to_plane(*middle, [place.lon], [place.lat])
        at = f'x="{x * SCALE + 8:.1f}" y="{-y * SCALE - 6:.1f}"'
        parts.append(f'<circle cx="{x * SCALE:.1f}" cy="{-y * SCALE:.1f}" r="4" fill="#222"/>')
        parts.append(f'<text {at} fill="#222">{name}</text>')
    bar = 5000 * SCALE
    parts.append(f'<path d="M-240 235h{bar:.0f}" stroke="#222" stroke-width="2"/>')
    parts.append('<text x="-240" y="228" fill="#222">5 km</text>')
    return "\n".join([*parts, "</svg>\n"])


def sector(row: dict[str, Any], middle: tuple[float, float]) -> str:
    """Draw a sector of one standard error of the bearing on each side."""
    (x,), (y,) = to_plane(*middle, [row["lon"]], [row["lat"]])
    turn = row["bearing_deg"] + row["bearing_sigma_deg"] * np.linspace(-1, 1, 13)
    outline = [
        (r, a)
        for r, way in ((row["range_max_m"], turn), (row["range_min_m"], turn[::-1]))
        for a in way
    ]
    points = " ".join(
        f"{(x + r * np.sin(np.radians(a))) * SCALE:.1f},{-(y + r * np.cos(np.radians(a))) * SCALE:.1f}"
        for r, a in outline
    )
    return f'<polygon points="{points}" fill="#1f5fa622" stroke="#1f5fa6"/>'


if __name__ == "__main__":
    main()
