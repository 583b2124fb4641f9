"""Recorded detections to incidents: files in, files out (`truceline associate`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from truceline.fusion.association.arrays import Air, Events, Sensors
from truceline.fusion.association.neighbours import neighbours
from truceline.fusion.association.ordering import clutter_of, ordered, sensors_of
from truceline.fusion.association.run import Associated, associate
from truceline.fusion.association.sick import KINDS, Sick
from truceline.fusion.association.solve import BLOCK_S
from truceline.fusion.association.weather import air_of, still_air
from truceline.pipeline.association_files import (
    AssociationInput,
    index_of,
    numbers,
    read_input,
    seconds,
)
from truceline.pipeline.association_held import refuse_held
from truceline.pipeline.association_joining import JOINED, Joined, joined

FILES = ("sensors", "detections", "outages", "weather", "reports", "fires")


@dataclass(frozen=True, slots=True)
class AssociationResult:
    """What came out."""

    incidents: pa.Table
    members: pa.Table
    sick_sensors: pa.Table
    joined: Joined
    """What reports and fires speak of."""
    remarks: tuple[str, ...]


def paths_in(folder: Path) -> dict[str, Path]:
    """Give the files of a folder by table."""
    every = {name: folder / f"{name}.parquet" for name in FILES}
    return {name: path for name, path in every.items() if path.is_file()}


def associate_files(paths: Mapping[str, Path], out: Path, threads: int) -> AssociationResult:
    """Read the tables, find the incidents, write them.

    Args:
        paths: table to file.
        out: folder that receives a Parquet file of each table; made if missing.
        threads: how many blocks of detections are worked on at once.

    Raises:
        SourceError: when a file is missing or cannot be read.
        WorkspaceError: when the folder holds incidents with ids given under a calibration.
        OSError: when the folder cannot be written.
    """
    refuse_held(out)
    result = associated(read_input(paths), threads)
    out.mkdir(parents=True, exist_ok=True)
    for name in ("incidents", "members", "sick_sensors"):
        pq.write_table(getattr(result, name), out / f"{name}.parquet")
    for name in JOINED:
        pq.write_table(getattr(result.joined, name), out / f"{name}.parquet")
    return result


def associated(given: AssociationInput, threads: int) -> AssociationResult:
    """Find the incidents in tables that were read and checked."""
    if not given.detections.num_rows or not given.sensors.num_rows:
        nothing = _empty()
        told = joined(given, nothing[0])
        return AssociationResult(*nothing, told, given.remarks + told.remarks)
    ids = given.sensors["sensor_id"].combine_chunks()
    earliest = int(given.detections["time"].cast(pa.int64()).to_numpy().min())
    origin = earliest - earliest % int(BLOCK_S * 1e9)  # so that blocks of time are the same ones
    times = seconds(given.detections["time"], origin)
    keys = given.detections["detection_id"].to_numpy(zero_copy_only=False)
    heard, order = ordered(
        index_of(given.detections["sensor_id"], ids),
        times,
        numbers(given.detections, "level_db"),
        numbers(given.detections, "azimuth_deg"),
        np.asarray(keys, np.int64),
        given.sensors.num_rows,
    )
    duration = max(float(times.max() - times.min()), 60.0)
    stated = numbers(given.sensors, "false_alarm_per_h") / 3600.0
    sensors = sensors_of(
        numbers(given.sensors, "lon"),
        numbers(given.sensors, "lat"),
        numbers(given.sensors, "time_sigma_s"),
        numbers(given.sensors, "azimuth_sigma_deg"),
        clutter_of(heard, stated, duration),
        np.clip(numbers(given.sensors, "uptime", 1.0), 0.0, 1.0),
        _outages(given, ids, origin),
    )
    near = neighbours(sensors.lon, sensors.lat)
    air = _air(given, sensors, origin, float(times.max()))
    found = associate(sensors, heard, near, air, weather=given.weather is not None, threads=threads)
    incidents, members = _tables(found, np.asarray(keys, np.int64)[order], origin)
    sick = _sick(found.sick, ids)
    told = joined(given, incidents)
    return AssociationResult(incidents, members, sick, told, given.remarks + told.remarks)


def _outages(
    given: AssociationInput, ids: pa.Array[Any], origin: int
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]] | None:
    table = given.outages
    if table is None or not table.num_rows:
        return None
    sensor = index_of(table["sensor_id"].cast(pa.string()), ids)
    return sensor, seconds(table["start"], origin), seconds(table["end"], origin)


def _air(given: AssociationInput, sensors: Sensors, origin: int, duration: float) -> Air:
    table = given.weather
    if table is None or not table.num_rows:
        return still_air(0.0, duration, len(sensors.lon))
    columns = ("sound_speed_m_s", "wind_east_m_s", "wind_north_m_s")
    return air_of(
        seconds(table["time"], origin),
        numbers(table, "lon"),
        numbers(table, "lat"),
        np.column_stack([numbers(table, name) for name in columns]),
        sensors.lon,
        sensors.lat,
    )


def _tables(
    found: Associated,
    detection: NDArray[np.int64],
    origin: int,
) -> tuple[pa.Table, pa.Table]:
    events = found.events
    count = len(events.anchor)
    incident = np.arange(count, dtype=np.int64)
    time_ns = origin + np.round(events.time_s * 1e9).astype(np.int64)
    incidents = pa.table(
        {
            "incident_id": pa.array(incident),
            "time": pa.array(time_ns).cast(pa.timestamp("ns", "UTC")),
            "time_sigma_s": np.sqrt(events.cov[:, 2, 2]),
            "lon": found.lon,
            "lat": found.lat,
            "cov_ee_m2": events.cov[:, 0, 0],
            "cov_en_m2": events.cov[:, 0, 1],
            "cov_nn_m2": events.cov[:, 1, 1],
            "probability": found.probability,
            "n_detections": events.size.astype(np.int64),
            "log_odds": events.log_odds,
        }
    )
    return incidents, _members(events, incident, detection)


def _sick(sick: Sick, ids: pa.Array[Any]) -> pa.Table:
    return pa.table(
        {
            "sensor_id": pa.array([ids[row].as_py() for row in sick.sensor], pa.string()),
            "kind": pa.array([KINDS[kind] for kind in sick.kind], pa.string()),
            "size": sick.size,
            "sigma": sick.sigma,
        }
    )


def _members(events: Events, incident: NDArray[np.int64], detection: NDArray[np.int64]) -> pa.Table:
    there = events.member >= 0
    return pa.table(
        {
            "incident_id": np.repeat(incident, events.size),
            "detection_id": detection[events.member[there]],
            "residual_s": events.residual_s[there],
        }
    )


def _empty() -> tuple[pa.Table, pa.Table, pa.Table]:
    """Give tables without rows, of the same columns."""
    none = np.zeros(0)
    floats = ("time_sigma_s", "lon", "lat", "cov_ee_m2", "cov_en_m2", "cov_nn_m2", "probability")
    whole = np.zeros(0, np.int64)
    time = pa.array(whole).cast(pa.timestamp("ns", "UTC"))
    incidents = {
        "incident_id": whole,
        "time": time,
        **dict.fromkeys(floats, none),
        "n_detections": whole,
        "log_odds": none,
    }
    members = {"incident_id": whole, "detection_id": whole, "residual_s": none}
    text = pa.array([], pa.string())
    sick = {"sensor_id": text, "kind": text, "size": none, "sigma": none}
    return pa.table(incidents), pa.table(members), pa.table(sick)
