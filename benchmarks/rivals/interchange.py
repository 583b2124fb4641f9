"""What the rivals get of an interchange folder, and their incidents written back as one.

They get places on a plane, times, and one speed of sound: the mean of the weather table where there is
one, else 340 m/s. They get neither wind, nor azimuth, nor level, nor rates of false alarms, since none of
them has a place for these.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pyproj import Proj

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
STILL_M_S = 340.0
"""Speed of sound where no weather is given. Unit: m/s."""
NO_COVARIANCE_M2 = 1e4
"""Stands for the covariance that a rival does not give; never scored."""


@dataclass(frozen=True, slots=True)
class Given:
    """One set as the rivals see it; detections in order of time."""

    x_m: Floats
    """Of the sensors, on the plane, shape (n,)."""
    y_m: Floats
    sensor: Longs
    """Row of the sensor of each detection, shape (m,)."""
    time_s: Floats
    """Since the first detection."""
    detection_id: Longs
    speed_m_s: float
    origin_ns: int
    plane: Proj


class Found(NamedTuple):
    """Incidents (shape e) and their members (shape k)."""

    x_m: Floats
    y_m: Floats
    time_s: Floats
    owner: Longs
    """Row of the incident of each member."""
    member: Longs
    """Row of the detection of each member."""


def read_given(folder: Path) -> Given:
    """Read the two files that a rival can use, and the mean speed of sound."""
    sensors = pq.read_table(folder / "sensors.parquet")
    heard = pq.read_table(folder / "detections.parquet")
    lon, lat = (sensors[name].to_numpy() for name in ("lon", "lat"))
    plane = Proj(proj="aeqd", lon_0=round(float(lon.mean()), 3), lat_0=round(float(lat.mean()), 3))
    x, y = plane(lon, lat)
    ns = heard["time"].cast(pa.int64()).to_numpy()
    order = np.lexsort([heard["detection_id"].to_numpy(), ns])
    known: Any = sensors["sensor_id"].combine_chunks()
    row: Any = pc.index_in(heard["sensor_id"].combine_chunks(), value_set=known)
    origin = int(ns.min()) if len(ns) else 0
    return Given(
        np.asarray(x, float),
        np.asarray(y, float),
        np.asarray(row.to_numpy(zero_copy_only=False), np.int64)[order],
        (ns[order] - origin) / 1e9,
        heard["detection_id"].to_numpy()[order],
        speed_in(folder),
        origin,
        plane,
    )


def speed_in(folder: Path) -> float:
    """Give the mean speed of sound of the weather table."""
    table = folder / "weather.parquet"
    if not table.is_file():
        return STILL_M_S
    column = pq.read_table(table, columns=["sound_speed_m_s"])["sound_speed_m_s"].to_numpy()
    return float(column.mean()) if len(column) else STILL_M_S


def write_found(folder: Path, given: Given, found: Found) -> None:
    """Write ``incidents`` and ``members``, each incident with probability 1."""
    folder.mkdir(parents=True, exist_ok=True)
    count = len(found.x_m)
    lon, lat = given.plane(found.x_m, found.y_m, inverse=True)
    incidents = {
        "incident_id": np.arange(count),
        "time": given.origin_ns + np.round(found.time_s * 1e9).astype(np.int64),
        "time_sigma_s": np.ones(count),
        "lon": np.asarray(lon, float),
        "lat": np.asarray(lat, float),
        "cov_ee_m2": np.full(count, NO_COVARIANCE_M2),
        "cov_en_m2": np.zeros(count),
        "cov_nn_m2": np.full(count, NO_COVARIANCE_M2),
        "probability": np.ones(count),
        "n_detections": np.bincount(found.owner, minlength=count).astype(np.int64),
    }
    pq.write_table(pa.table(incidents), folder / "incidents.parquet")
    members = {
        "incident_id": found.owner,
        "detection_id": given.detection_id[found.member],
        "residual_s": residuals(given, found),
    }
    pq.write_table(pa.table(members), folder / "members.parquet")


def residuals(given: Given, found: Found) -> Floats:
    """Give observed minus expected times of all members. Unit: s."""
    sensor = given.sensor[found.member]
    away = np.hypot(
        given.x_m[sensor] - found.x_m[found.owner], given.y_m[sensor] - found.y_m[found.owner]
    )
    return given.time_s[found.member] - found.time_s[found.owner] - away / given.speed_m_s
