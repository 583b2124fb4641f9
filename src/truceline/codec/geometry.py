"""Lines and zones of an agreement from GeoJSON (RFC 7946, WGS 84, longitude first)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import shapely

from truceline.codec.agreement_parse import parse_shape
from truceline.codec.agreement_time import OPEN_END, local_to_utc
from truceline.codec.agreement_windows import outside
from truceline.codec.geometry_shape import (
    CollectionShape,
    FeatureShape,
    PropertiesShape,
    made_from_words,
)
from truceline.codec.located_yaml import Located, Path, Problems
from truceline.model.agreement import Geometry
from truceline.model.interval import Interval
from truceline.model.place import BoundingBox

_DEPTH = {"LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_ZONES = ("Polygon", "MultiPolygon")


_Version = tuple[PropertiesShape, Interval, Path]


def read_geometry(
    where: Located,
    own: Interval | None,
    zone: str | None,
    theatre: BoundingBox | None,
    problems: Problems,
    needed: Mapping[str, Interval] | None = None,
) -> tuple[Geometry, ...]:
    """Build the zones and lines of a file whose times were checked before.

    Args:
        where: the located GeoJSON.
        own: the agreement's own time; the validity of a feature that gives none.
        zone: time zone of the agreement.
        theatre: where every point must lie.
        problems: receives invalid polygons, swapped or far coordinates, gaps between versions.
        needed: of a family: the line to the time in which some text measures from it; null: every
            line is needed for as long as the agreement is in force.
    """
    shape = parse_shape(where, CollectionShape, problems)
    if shape is None:
        return ()
    found: list[Geometry] = []
    dated: list[_Version] = []
    for index, feature in enumerate(shape.features):
        path: Path = ("features", index)
        wkb = _wkb(where, path, feature, theatre, problems)
        valid = _validity(feature.properties, own, zone)
        if valid is not None:
            dated.append((feature.properties, valid, path))
        elif not problems.found:  # else its times, or those it leans on, were reported already
            advice = "add start: to its properties"
            problems.add(where, path, "start is missing and no text is in force", advice)
        if wkb is not None and valid is not None:
            found.append(_noun(feature.properties, valid, wkb))
    _versions(where, dated, own, needed, problems)
    return tuple(sorted(found, key=lambda one: (one.id, one.valid)))


def _noun(said: PropertiesShape, valid: Interval, wkb: bytes) -> Geometry:
    return Geometry(
        id=said.id,
        role=said.role,
        valid=valid,
        wkb=wkb,
        sigma_m=said.sigma_m,
        disputed=said.disputed,
        label=said.label,
        source=said.source,
        sides=(said.sides.left, said.sides.right) if said.sides else (),
        made_from=made_from_words(said.made_from) if said.made_from else "",
    )


def _validity(said: PropertiesShape, own: Interval | None, zone: str | None) -> Interval | None:
    """Give the validity in UTC; null where its times were already reported as wrong."""
    named = said.zone or zone
    try:
        start = own.start if own is not None else None
        end = own.end if own is not None else OPEN_END
        if said.start is not None and named is not None:
            start = local_to_utc(said.start, named)
        if said.end is not None and named is not None:
            end = local_to_utc(said.end, named)
        return None if start is None else Interval(start, end)
    except ValueError:
        return None


def _wkb(
    where: Located,
    path: Path,
    feature: FeatureShape,
    theatre: BoundingBox | None,
    problems: Problems,
) -> bytes | None:
    if not feature.properties.known:
        if feature.geometry is not None:
            what, advice = (
                "a place that is not known is drawn",
                "write known: true, or geometry: null",
            )
            problems.add(where, (*path, "geometry"), what, advice, path)
        return b""
    if feature.geometry is None:
        what = "the geometry is missing"
        advice = "draw it, or write known: false where it was agreed and not published"
        problems.add(where, path, what, advice)
        return None
    at = (*path, "geometry", "coordinates")
    kind, role = feature.geometry.type, feature.properties.role
    if (kind in _ZONES) != (role == "zone"):
        advice = "draw a zone as a Polygon and a line as a LineString or MultiLineString"
        problems.add(where, (*path, "geometry"), f"a {role} cannot be a {kind}", advice)
        return None
    points = _numbers(feature.geometry.coordinates, _DEPTH[kind])
    if points is None:
        advice = "write pairs of numbers [longitude, latitude], nested as GeoJSON asks"
        problems.add(where, at, f"these are no coordinates of a {kind}", advice)
        return None
    if theatre is not None:
        for lon, lat in _flat(points):
            if not theatre.contains(lon, lat):
                problems.add(where, at, *outside(theatre, lon, lat))
                return None
    return _valid_wkb(where, at, kind, points, problems)


def _valid_wkb(
    where: Located, at: Path, kind: str, points: Any, problems: Problems
) -> bytes | None:
    rings = {"Polygon": points, "MultiPolygon": [ring for one in points for ring in one]}
    if any(ring[0] != ring[-1] or len(ring) < 4 for ring in rings.get(kind, ())):
        advice = "repeat the first point at the end; a ring has four points or more"
        problems.add(where, at, "a ring of the polygon is not closed", advice)
        return None
    lines = rings.get(kind, points if kind == "MultiLineString" else [points])
    if any(len(set(line)) < 2 for line in lines):
        problems.add(where, at, "a line needs two points that differ", "add a point")
        return None
    round_the_world = _round_the_world(lines)
    if round_the_world is not None:
        what = f"the edge from {round_the_world} runs round the world"
        advice = "across the antimeridian let longitudes run on: 179, 181 (or -179, -181)"
        problems.add(where, at, what, advice)
        return None
    drawn = _drawn(kind, points)
    if not drawn.is_valid:
        reason = shapely.is_valid_reason(drawn)
        problems.add(where, at, f"the {kind} is not valid ({reason})", "move or remove that point")
        return None
    written: bytes = shapely.to_wkb(drawn, byte_order=1)
    return written


def _drawn(kind: str, points: Any) -> shapely.Geometry:
    if kind == "Polygon":
        return shapely.Polygon(points[0], points[1:])
    if kind == "MultiPolygon":
        return shapely.MultiPolygon([(one[0], one[1:]) for one in points])
    return shapely.LineString(points) if kind == "LineString" else shapely.MultiLineString(points)


def _round_the_world(lines: Sequence[Sequence[tuple[float, float]]]) -> str | None:
    for line in lines:
        for a, b in pairwise(line):
            if abs(a[0] - b[0]) > 180:
                return f"{a[0]:g}, {a[1]:g} to {b[0]:g}, {b[1]:g}"
    return None


def _numbers(raw: Any, depth: int) -> Any:
    """Turn nested text into lists of (lon, lat); null where the nesting or a number is wrong."""
    if not isinstance(raw, list) or not raw:
        return None
    if depth > 0:
        inner = [_numbers(one, depth - 1) for one in raw]
        return None if any(one is None for one in inner) else inner
    try:
        pair = tuple(float(one) for one in raw)
    except (TypeError, ValueError):
        return None
    good = len(pair) in (2, 3) and all(map(math.isfinite, pair))
    return pair[:2] if good else None


def _flat(points: Any) -> Iterator[tuple[float, float]]:
    if isinstance(points, tuple):
        yield points[0], points[1]
        return
    for one in points:
        yield from _flat(one)


def _versions(
    where: Located,
    dated: Sequence[_Version],
    own: Interval | None,
    needed: Mapping[str, Interval] | None,
    problems: Problems,
) -> None:
    """Add gaps and overlaps between the dated versions of one line or zone."""
    for name in sorted({said.id for said, _, _ in dated}):
        versions = sorted((one for one in dated if one[0].id == name), key=lambda one: one[1])
        for (_, before, _), (_, after, path) in pairwise(versions):
            if before.end != after.start:
                word = "a gap" if before.end < after.start else "an overlap"
                what = f"there is {word} between two versions of {name!r}"
                advice = "let each version start when the one before ends"
                problems.add(where, (*path, "properties", "start"), what, advice, path)
        for_time = own if needed is None else needed.get(name)
        if for_time is not None and versions[0][0].role == "line":
            _covers(where, versions, for_time, needed is not None, problems)


def _covers(
    where: Located,
    versions: Sequence[_Version],
    own: Interval,
    of_text: bool,
    problems: Problems,
) -> None:
    (said, first, first_path), (_, last, last_path) = versions[0], versions[-1]
    what = "a text that measures from it" if of_text else "the agreement"
    none_holds = f"there is a gap: no version of {said.id!r} holds when {what}"
    if first.start > own.start:
        at = (*first_path, "properties", "start")
        advice = "start the first version no later"
        problems.add(where, at, f"{none_holds} enters into force", advice, first_path)
    if last.end < own.end:
        at = (*last_path, "properties", "end")
        advice = "let the last version run on, or leave out its end"
        problems.add(where, at, f"{none_holds} ends", advice, last_path)
