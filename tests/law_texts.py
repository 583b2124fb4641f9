"""A small agreement with lines and zones, and a way to change one thing of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from truceline.codec.agreement import agreement_files, parse_agreement
from truceline.errors import AgreementError
from truceline.model.agreement import Agreement

ROOT = Path(__file__).parents[1]
# without its rules of review, which name the parties of riverline
PROCEDURE = agreement_files(ROOT / "agreements" / "riverline")["procedure.yaml"].split(
    b"# How persons decide"
)[0]
HEAD = """\
id: law
title: A law for the tests
version: "1"
kind: ceasefire
status: invented
parties:
  - {id: A, name: Side A}
  - {id: B, name: Side B}
  - {id: T, name: A third party, role: third_party}
bodies: [{id: MISSION, name: The mission}]
theatre: {west: 20, south: 40, east: 30, north: 50}
in_force: {start: 2026-05-01T00:00, zone: Europe/Kyiv, verified: {window: partly}}
sources: {S1: a text, S2: another text}
"""
CLAUSE = """\
clauses:
  - id: C-1
    ref: article 1
    summary: No fire.
    mode: prohibited
    binds: ALL
    acts: [fire]
    area: everywhere
    grade: serious
"""


def feature(geometry: dict[str, Any] | None, **said: Any) -> dict[str, Any]:
    """Give a feature of GeoJSON with what every feature says."""
    kept = {"sigma_m": 0, "disputed": False, "label": "L", "source": "s", **said}
    return {"type": "Feature", "properties": kept, "geometry": geometry}


def line(name: str = "front", **said: Any) -> dict[str, Any]:
    """Give a line that runs east along 45 degrees, A to the north of it."""
    drawn = {"type": "LineString", "coordinates": [[21, 45], [29, 45]]}
    return feature(drawn, id=name, role="line", sides={"left": "A", "right": "B"}, **said)


def box(name: str, west: float, south: float, east: float, north: float, **said: Any) -> Any:
    """Give a zone with four corners."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return feature({"type": "Polygon", "coordinates": [ring]}, id=name, role="zone", **said)


def files(
    law: str = CLAUSE,
    *features: dict[str, Any],
    head: str = HEAD,
    texts: dict[str, str] | None = None,
    **more: str,
) -> dict[str, bytes]:
    """Give the files of an agreement."""
    made = {"agreement.yaml": (head + law).encode(), "procedure.yaml": PROCEDURE}
    if features:
        drawn = {"type": "FeatureCollection", "features": list(features)}
        made["geometry.geojson"] = json.dumps(drawn).encode()
    made.update({f"texts/{name}.yaml": text.encode() for name, text in (texts or {}).items()})
    made.update({f"{name}.yaml": text.encode() for name, text in more.items()})
    return made


def read(*args: Any, **kwargs: Any) -> Agreement:
    """Parse an agreement that must be good."""
    return parse_agreement(files(*args, **kwargs), "law")


def problems(*args: Any, **kwargs: Any) -> list[str]:
    """Give the problems of an agreement that must be refused."""
    try:
        parse_agreement(files(*args, **kwargs), "law")
    except AgreementError as error:
        return error.problems
    raise AssertionError("it was read without a problem")
