"""Observations of all sources as evidence for the assignment."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truceline.fusion.assignment.evidence import FOOTPRINT, PLACE, SECTOR, Evidence, no_evidence
from truceline.fusion.assignment.likeness import SOUND_M_S
from truceline.model.observation import Measurement, TimePrecision
from truceline.pipeline.association_files import numbers, seconds

KINDS: Final = {
    Measurement.SECTOR.value: SECTOR,
    Measurement.FOOTPRINT.value: FOOTPRINT,
    Measurement.PLACE.value: PLACE,
    Measurement.POINT.value: PLACE,
}
"""Measurement to the kind of its likelihood; a point is a place of little extent."""


def usable(table: pa.Table) -> pa.Table:
    """Keep the rows that are evidence over time and place, sorted by id.

    Args:
        table: of the observation schema.
    """
    known = pc.is_in(table["measurement"], value_set=pa.array(sorted(KINDS)))
    placed = pc.and_(pc.is_valid(table["lon"]), pc.is_valid(table["lat"]))
    kept: pa.Table = table.filter(pc.and_(known, placed)).sort_by("observation_id")
    return kept


def evidence_of(table: pa.Table, origin_ns: int = 0) -> Evidence:
    """Give rows of :func:`usable` as evidence.

    What was heard over hours was fired up to the sound's travel time before.

    Args:
        table: usable rows.
        origin_ns: instant from which seconds count. Unit: ns since 1970.
    """
    count = table.num_rows
    if not count:
        return no_evidence()
    kind = np.array([KINDS[str(word)] for word in table["measurement"].to_pylist()], np.int64)
    start, end = (seconds(table[f"phenomenon_{which}"], origin_ns) for which in ("start", "end"))
    instant = np.array(table["time_precision"].to_pylist()) == TimePrecision.INSTANT.value
    middle, late = (start + end) / 2, np.nan_to_num(numbers(table, "range_max_m")) / SOUND_M_S
    variance = (numbers(table, "cov_ee_m2", 0.0) + numbers(table, "cov_nn_m2", 0.0)) / 2
    size = np.sqrt(numbers(table, "scan_m") * numbers(table, "track_m"))
    heat = kind == FOOTPRINT
    return no_evidence(count)._replace(
        kind=kind,
        lon=numbers(table, "lon"),
        lat=numbers(table, "lat"),
        sigma_m=np.where(heat & ~np.isnan(size), 0.0, np.sqrt(variance)),
        start_s=np.where(instant | heat, middle, start - late),
        end_s=np.where(instant | heat, middle, end),
        time_sigma_s=np.maximum(numbers(table, "time_sigma_s", 0.0), 1.0),
        bearing_deg=numbers(table, "bearing_deg"),
        bearing_sigma_deg=numbers(table, "bearing_sigma_deg"),
        range_min_m=numbers(table, "range_min_m"),
        range_max_m=numbers(table, "range_max_m"),
        size_m=np.where(heat, np.where(np.isnan(size), np.sqrt(12 * variance), size), np.nan),
        count_min=numbers(table, "count_min"),
        count_max=numbers(table, "count_max"),
        observer=_numbered([_observer(row) for row in _rows(table)]),
        group=_numbered([tuple(sorted(row["independence_groups"])) for row in _rows(table)]),
        stream=_numbered([(row["measurement"], row["source"]) for row in _rows(table)]),
    )


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    names = ["measurement", "source", "datastream", "lon", "lat", "independence_groups"]
    rows: list[dict[str, Any]] = table.select(names).to_pylist()
    return rows


def _observer(row: dict[str, Any]) -> tuple[str, ...]:
    """Name who saw it: a post by where it stands, else the datastream."""
    where = (f"{row['lon']:.5f}", f"{row['lat']:.5f}") if row["measurement"] == "sector" else ()
    return row["source"], row["datastream"], *where


def _numbered(names: list[tuple[str, ...]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Number names in their order."""
    rank = {name: number for number, name in enumerate(sorted(set(names)))}
    return np.array([rank[name] for name in names], np.int64)
