"""Reports and fires of the interchange, given to the incidents of a network of sensors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from truceline.fusion.assignment.evidence import (
    FOOTPRINT,
    SECTOR,
    Evidence,
    Floats,
    Incidents,
    Longs,
    no_evidence,
    together,
)
from truceline.fusion.assignment.run import Assigned, assign
from truceline.geodesy import to_plane
from truceline.pipeline.association_files import AssociationInput, numbers, seconds

WATCH_SIGMA_S: Final = 30.0
"""Error of a report's time where none is given: it is written to the minute. A judgement."""
TURN_SIGMA_DEG: Final = 12.0
"""Error of a bearing where none is given: one of sixteen points, judged by ear. A judgement."""
JOINED: Final = (
    "report_members",
    "fire_members",
    "salvo_members",
    "reported_incidents",
    "reported_members",
)
"""Tables that are made here."""
_MARGIN_M: Final = 5000.0
_FARTHEST_M: Final = 200_000.0
"""No range and no pixel is larger."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Which incidents reports and fires speak of."""

    report_members: pa.Table
    fire_members: pa.Table
    salvo_members: pa.Table
    """Which incidents are of one salvo, and that it is real."""
    reported_incidents: pa.Table
    """Incidents that only reports and fires tell of."""
    reported_members: pa.Table
    remarks: tuple[str, ...]
    """What was left out, and why; one sentence each."""


def joined(given: AssociationInput, incidents: pa.Table) -> Joined:
    """Give reports and fires to incidents, and make incidents of those that meet elsewhere.

    Args:
        given: the tables of one set.
        incidents: what the sensors heard, as :mod:`truceline.pipeline.association` writes it.
    """
    remarks: list[str] = []
    given = replace(
        given,
        reports=_usable(given.reports, "report", remarks),
        fires=_usable(given.fires, "fire", remarks),
    )
    origin = _origin(given)
    reports = _reports(given.reports, origin)
    fires = _fires(given.fires, origin, reports)
    evidence = together([reports, fires])
    known = Incidents(
        seconds(incidents["time"], origin),
        numbers(incidents, "time_sigma_s"),
        numbers(incidents, "lon"),
        numbers(incidents, "lat"),
        np.column_stack([numbers(incidents, f"cov_{c}_m2") for c in ("ee", "en", "nn")]),
        numbers(incidents, "probability"),
        numbers(incidents, "n_detections"),
    )
    found = assign(evidence, known, _span_s(given, evidence, origin), _area_m2(given, evidence))
    names = [*_names(given.reports, "report_id"), *_names(given.fires, "fire_id")]
    number = incidents["incident_id"].to_numpy()
    reported = len(reports.kind)
    return Joined(
        _members(found, "report_id", names, number, slice(0, reported)),
        _members(found, "fire_id", names, number, slice(reported, len(names))),
        pa.table(
            {
                "incident_id": pa.array(number, pa.int64()),
                "salvo_id": pa.array(found.salvo, pa.int64()),
                "salvo_probability": found.salvo_probability[found.salvo],
            }
        ),
        _own_incidents(found, origin),
        _own_members(found, names, reported),
        tuple(remarks),
    )


def _usable(table: pa.Table | None, noun: str, remarks: list[str]) -> pa.Table | None:
    """Leave out rows without a time, or whose sizes or errors are none; say how many."""
    if table is None:
        return None
    good = pc.is_valid(table["time"]).to_numpy(zero_copy_only=False)
    for name in ("time_sigma_s", "bearing_sigma_deg", "observer_sigma_m", "range_min_m"):
        good &= ~(numbers(table, name) < 0.0)
    for name in ("range_max_m", "pixel_m"):
        good &= ~((numbers(table, name) <= 0.0) | (numbers(table, name) > _FARTHEST_M))
    good &= ~(numbers(table, "range_min_m") > numbers(table, "range_max_m"))
    good &= ~(numbers(table, "count_min") > numbers(table, "count_max"))
    good &= (np.abs(numbers(table, "lat")) <= 90.0) & (np.abs(numbers(table, "lon")) <= 360.0)
    gone = int(len(good) - np.count_nonzero(good))
    if gone:
        why = "no time, a negative error, a size of none, or a range or place out of bounds"
        remarks.append(f"{gone} {noun}(s) left out: {why}")
    return table.filter(pa.array(good))


def _origin(given: AssociationInput) -> int:
    """Give the first instant of all tables. Unit: ns."""
    tables = [given.detections, given.reports, given.fires]
    times = [table["time"].cast(pa.int64()).to_numpy() for table in tables if table is not None]
    return int(min((t.min() for t in times if len(t)), default=0))


def _span_s(given: AssociationInput, evidence: Evidence, origin: int) -> float:
    heard = seconds(given.detections["time"], origin)
    return max(float(heard.max(initial=0.0)), float(evidence.end_s.max(initial=0.0)), 60.0)


def _area_m2(given: AssociationInput, evidence: Evidence) -> float:
    """Give the ground about sensors and evidence."""
    lon = np.concatenate([numbers(given.sensors, "lon"), evidence.lon])
    lat = np.concatenate([numbers(given.sensors, "lat"), evidence.lat])
    if not len(lon):
        return 1e8
    # sorted, so that the order of rows does not change the last digit
    lon, lat = np.unique(np.column_stack((lon, lat)), axis=0).T
    east, north = to_plane(float(lon.mean()), float(lat.mean()), lon, lat)
    hull = shapely.MultiPoint(np.column_stack((east, north))).convex_hull
    return float(hull.buffer(_MARGIN_M).area)


def _reports(table: pa.Table | None, origin: int) -> Evidence:
    if table is None or not table.num_rows:
        return no_evidence()
    count = table.num_rows
    start = seconds(table["time"], origin)
    end = seconds(table["end"], origin) if "end" in table.column_names else start
    lon, lat = numbers(table, "lon"), numbers(table, "lat")
    _, post = np.unique(np.column_stack((lon, lat)), axis=0, return_inverse=True)
    observer = _numbered(table, "observer", post.reshape(-1))
    return no_evidence(count)._replace(
        kind=np.full(count, SECTOR, np.int64),
        lon=lon,
        lat=lat,
        sigma_m=numbers(table, "observer_sigma_m", 50.0),
        start_s=start,
        end_s=end,
        time_sigma_s=numbers(table, "time_sigma_s", WATCH_SIGMA_S),
        bearing_deg=numbers(table, "bearing_deg"),
        bearing_sigma_deg=numbers(table, "bearing_sigma_deg", TURN_SIGMA_DEG),
        range_min_m=numbers(table, "range_min_m"),
        range_max_m=numbers(table, "range_max_m"),
        count_min=numbers(table, "count_min"),
        count_max=numbers(table, "count_max"),
        observer=observer,
        group=_numbered(table, "independence_group", observer),
    )


def _fires(table: pa.Table | None, origin: int, reports: Evidence) -> Evidence:
    if table is None or not table.num_rows:
        return no_evidence()
    count = table.num_rows
    time, pixel = seconds(table["time"], origin), numbers(table, "pixel_m")
    _, size = np.unique(pixel, return_inverse=True)
    first = int(reports.observer.max(initial=-1)) + 1
    stream = _numbered(table, "datastream", size) + 1
    return no_evidence(count)._replace(
        kind=np.full(count, FOOTPRINT, np.int64),
        lon=numbers(table, "lon"),
        lat=numbers(table, "lat"),
        start_s=time,
        end_s=time,
        time_sigma_s=np.ones(count),
        size_m=pixel,
        observer=first + stream,
        group=_fire_groups(table, int(reports.group.max(initial=-1)) + 1),
        stream=stream,
    )


def _fire_groups(table: pa.Table, first: int) -> Longs:
    """Number fires as they are named: each is a group of its own unless it says otherwise."""
    name = "independence_group" if "independence_group" in table.column_names else "fire_id"
    return _numbered(table, name, np.zeros(0, np.int64)) + first


def _numbered(table: pa.Table, column: str, otherwise: Longs) -> Longs:
    """Number what a column names, in the order of names; ``otherwise`` where there is none."""
    if column not in table.column_names:
        return np.asarray(otherwise, np.int64)
    names = np.array([str(value) for value in table[column].to_pylist()])
    return np.unique(names, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _names(table: pa.Table | None, column: str) -> list[Any]:
    return [] if table is None else table[column].to_pylist()


def _members(
    found: Assigned, column: str, names: list[Any], number: np.ndarray[Any, Any], rows: slice
) -> pa.Table:
    links = found.links
    mine = (links.evidence >= rows.start) & (links.evidence < rows.stop)
    at = links.evidence[mine]
    order = np.lexsort((-links.probability[mine], np.array([str(names[one]) for one in at], str)))
    ids = [names[one] for one in at[order]]
    return pa.table(
        {
            "incident_id": pa.array(number[links.incident[mine][order]], pa.int64()),
            column: pa.array(ids, None if ids else pa.string()),
            "probability": links.probability[mine][order],
        }
    )


def _own_incidents(found: Assigned, origin: int) -> pa.Table:
    """Give the incidents of evidence alone, by time."""
    meets, own = found.own.meeting, found.own
    ns = np.array([origin + round(one.time_s * 1e9) for one in meets], np.int64)
    cov = np.array([one.cov_m2 for one in meets]).reshape(-1, 3)
    rounds = np.array(own.rounds, float).reshape(-1, 2)
    return pa.table(
        {
            "reported_id": pa.array(np.arange(len(meets)), pa.int64()),
            "time": pa.array(ns).cast(pa.timestamp("ns", "UTC")),
            "time_sigma_s": _floats([one.time_sigma_s for one in meets]),
            "lon": _floats([one.lon for one in meets]),
            "lat": _floats([one.lat for one in meets]),
            "cov_ee_m2": cov[:, 0],
            "cov_en_m2": cov[:, 1],
            "cov_nn_m2": cov[:, 2],
            "probability": own.probability,
            "rounds_min": _unknown(rounds[:, 0]),
            "rounds_max": _unknown(rounds[:, 1]),
        }
    )


def _own_members(found: Assigned, names: list[Any], reported: int) -> pa.Table:
    own = found.own
    pairs = [(k, one) for k, members in enumerate(own.members) for one in members]
    chance = [value for members in own.member_probability for value in members]
    told = [names[one] if one < reported else None for _, one in pairs]
    seen = [names[one] if one >= reported else None for _, one in pairs]
    return pa.table(
        {
            "reported_id": pa.array([k for k, _ in pairs], pa.int64()),
            "report_id": pa.array(told, None if any(told) else pa.string()),
            "fire_id": pa.array(seen, None if any(seen) else pa.string()),
            "probability": _floats(chance),
        }
    )


def _floats(values: list[float]) -> Floats:
    return np.array(values, float)


def _unknown(values: Floats) -> pa.Array[Any]:
    return pa.array(values, mask=np.isnan(values))
