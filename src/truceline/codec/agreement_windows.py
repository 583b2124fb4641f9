"""Whether every time and place of an agreement can be meant: windows, clock changes, theatre."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from truceline.codec.agreement_documents import Documents, items, part
from truceline.codec.agreement_time import local_to_utc, parse_local, zone_named
from truceline.codec.clause_links import inside
from truceline.codec.located_yaml import Located, Path, Problems
from truceline.model.place import BoundingBox


def check_windows(docs: Documents, problems: Problems) -> None:
    """Add every time that cannot be meant and every place outside the theatre."""
    zone, theatre = zone_of(docs.agreement), theatre_of(docs.agreement)
    if docs.agreement is not None:
        _theatre(docs.agreement, problems)
    for where, path, item in _timed(docs):
        check_window(where, path, item, zone, problems)
    for where in docs.law:
        own = zone_of(where) if part(where, "in_force") else zone
        for path, item, named in _timed_law(where, own):
            check_window(where, path, item, named, problems)
    for where, path, item in _placed(docs):
        check_place(where, path, item, theatre, problems)


def zone_of(where: Located | None) -> str | None:
    """Give the zone of the agreement's own time; UTC where no text is in force; null where wrong."""
    own = part(where, "in_force")
    zone = own.get("zone") if own else "UTC"
    return zone if _good_zone(zone) else None


def theatre_of(where: Located | None) -> BoundingBox | None:
    """Give the theatre; null where it is absent, cannot be read or is upside down."""
    box = _box(where)
    return box if box and box.west < box.east and box.south < box.north else None


def check_window(
    where: Located, path: Path, item: dict[str, Any], zone: str | None, problems: Problems
) -> None:
    """Add what is wrong with the times of one item; a malformed time is the shape's report."""
    given = item.get("zone") or zone
    if not isinstance(given, str) or not _good_zone(given):
        return
    found: dict[str, datetime] = {}
    for name in ("start", "end", "at", "from", "to", "notified", "time", "since", "due"):
        text = item.get(name)
        if not isinstance(text, str) or not _well_formed(text):
            continue
        try:
            found[name] = local_to_utc(text, given)
        except ValueError as error:
            what, _, advice = str(error).partition("; ")
            problems.add(where, (*path, name), what, advice)
    for first, last in (("start", "end"), ("from", "to"), ("start", "due")):
        if first in found and last in found and found[last] <= found[first]:
            what = f"the end {item[last]} is not after the start {item[first]}"
            advice = "write a later end, or leave it out if it is open"
            problems.add(where, (*path, last), what, advice)


def check_place(
    where: Located,
    path: Path,
    item: dict[str, Any],
    theatre: BoundingBox | None,
    problems: Problems,
) -> None:
    """Add a place that lies outside the theatre, and say so where lon and lat look swapped."""
    try:
        lon, lat = float(item["lon"]), float(item["lat"])
    except (KeyError, TypeError, ValueError):
        return
    if theatre is not None and not theatre.contains(lon, lat):
        what, advice = outside(theatre, lon, lat)
        problems.add(where, (*path, "lon"), what, advice, path)


def outside(theatre: BoundingBox, lon: float, lat: float) -> tuple[str, str]:
    """Say that a point lies outside, and what to do about it."""
    what = f"the point lon {lon:g}, lat {lat:g} lies outside the theatre"
    if theatre.contains(lat, lon):
        return what, "longitude comes first: swap the two"
    box = f"lon {theatre.west:g}..{theatre.east:g}, lat {theatre.south:g}..{theatre.north:g}"
    return what, f"write a point inside {box}, or widen the theatre"


def _theatre(where: Located, problems: Problems) -> None:
    box = _box(where)
    if box is None:
        return
    for low, high, low_at, high_at in (
        (box.west, box.east, "west", "east"),
        (box.south, box.north, "south", "north"),
    ):
        if low >= high:
            what = f"{low_at} ({low:g}) is not below {high_at} ({high:g})"
            problems.add(where, ("theatre", high_at), what, "write them the other way round")


def _box(where: Located | None) -> BoundingBox | None:
    box = part(where, "theatre")
    try:
        return BoundingBox(*(float(box[side]) for side in ("west", "south", "east", "north")))
    except (KeyError, TypeError, ValueError):
        return None


def _timed(docs: Documents) -> Iterator[tuple[Located, Path, dict[str, Any]]]:
    """Give what has a time and stands in no text: geometry and cases."""
    for path, item in items(docs.geometry, "features"):
        if docs.geometry is not None and isinstance(item.get("properties"), dict):
            yield docs.geometry, (*path, "properties"), item["properties"]
    for path, item in items(docs.cases, "cases"):
        if docs.cases is not None and isinstance(item.get("situation"), dict):
            yield docs.cases, (*path, "situation"), item["situation"]


def _timed_law(
    where: Located, zone: str | None
) -> Iterator[tuple[Path, dict[str, Any], str | None]]:
    """Give what has a time in one text, with the zone that its times are in."""
    yield ("in_force",), part(where, "in_force"), zone
    for name in ("clauses", "exemptions", "windows"):
        for path, item in items(where, name):
            yield path, item, zone
            named = item["zone"] if isinstance(item.get("zone"), str) else zone
            for field in ("deadlines", "stages"):
                for inner, one in inside(item, "schedule", field):
                    yield (*path, *inner), one, named
            if isinstance(item.get("schedule"), dict):
                yield (*path, "schedule"), item["schedule"], named


def _placed(docs: Documents) -> Iterator[tuple[Located, Path, dict[str, Any]]]:
    for path, item in items(docs.agreement, "exemptions"):
        if docs.agreement is not None:
            yield docs.agreement, path, item
    for path, item in items(docs.cases, "cases"):
        if docs.cases is not None and isinstance(item.get("situation"), dict):
            yield docs.cases, (*path, "situation"), item["situation"]


def _good_zone(name: object) -> bool:
    try:
        return isinstance(name, str) and bool(zone_named(name))
    except ValueError:
        return False


def _well_formed(text: str) -> bool:
    try:
        return bool(parse_local(text))
    except ValueError:
        return False
