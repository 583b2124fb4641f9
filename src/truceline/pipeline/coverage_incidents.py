"""Incidents and their members as the arrays that coverage works on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from truceline.fusion.association.arrays import Ints
from truceline.fusion.coverage.loudness import Incidents
from truceline.pipeline.association_files import AssociationInput, index_of, numbers, seconds


def incidents_of(
    given: AssociationInput, found: tuple[pa.Table, pa.Table], origin: int, remarks: list[str]
) -> Incidents:
    """Put the incidents in order of time, with the sensors that heard each."""
    table, members = found
    p = numbers(table, "probability")
    good = np.isfinite(p) & np.isfinite(numbers(table, "lon")) & np.isfinite(numbers(table, "lat"))
    if not good.all():
        remarks.append(f"{int(np.sum(~good))} incident(s) left out: a number is missing")
    table = table.filter(pa.array(good))
    keys = pc.sort_indices(table, sort_keys=[("time", "ascending"), ("incident_id", "ascending")])
    table = table.take(keys)
    sensor_of = _sensor_of(given, members["detection_id"])
    incident = index_of(members["incident_id"], table["incident_id"].combine_chunks())
    lost = int(np.sum((sensor_of < 0) | (incident < 0)))
    if lost:
        remarks.append(f"{lost} member(s) left out: no such detection or incident")
    return Incidents(
        lon=numbers(table, "lon"),
        lat=numbers(table, "lat"),
        time_s=seconds(table["time"], origin),
        weight=np.clip(numbers(table, "probability"), 0.0, 1.0),
        member=_rows(incident, sensor_of, table.num_rows),
    )


def _sensor_of(given: AssociationInput, detection: pa.ChunkedArray[Any]) -> Ints:
    """Give the sensor of detections; -1 where there is no such detection."""
    ids = given.sensors["sensor_id"].combine_chunks()
    own = index_of(given.detections["sensor_id"], ids)
    known = given.detections["detection_id"].combine_chunks()
    at = index_of(detection.cast(known.type), known)
    if not len(own):
        return np.full(len(at), -1, np.int32)
    return np.where(at >= 0, own[np.maximum(at, 0)], -1).astype(np.int32)


def _rows(incident: NDArray[np.int32], sensor: Ints, count: int) -> Ints:
    """Give the sensors of each incident in a row, each once; -1 beyond the last."""
    good = (incident >= 0) & (sensor >= 0)
    pairs = np.unique(np.column_stack((incident[good], sensor[good])), axis=0)
    size = np.bincount(pairs[:, 0], minlength=count) if len(pairs) else np.zeros(count, np.int64)
    rows = np.full((count, max(int(size.max(initial=0)), 1)), -1, np.int32)
    slot = np.arange(len(pairs)) - np.repeat(np.cumsum(size) - size, size)
    rows[pairs[:, 0], slot] = pairs[:, 1]
    return rows
