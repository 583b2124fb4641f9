"""The told files as tables: the interchange format for association."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from truceline.simulation.network.numbers import Bools, Floats, Ints
from truceline.simulation.network.plane import moved
from truceline.simulation.network.reports import BEARING_SIGMA_DEG, TIME_SIGMA_S
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.world import Network

REPORT, FIRE = "R", "F"
"""First letters of the numbers of reports and fires."""


def told(network: Network) -> dict[str, pa.Table]:
    """Give each table by the name of its file; a table that is not told is not there."""
    tables = {
        "sensors": _sensors(network),
        "detections": _detections(network),
        "outages": _outages(network),
        "reports": _reports(network),
        "fires": _fires(network),
    }
    if network.weather is not None:
        table = network.weather
        columns = {name: getattr(table, name) for name in table.__dataclass_fields__}
        time = timestamps(network.settings, columns.pop("time_s"))
        tables["weather"] = pa.table({"time": time, **columns})
    return tables


def timestamps(settings: NetworkSettings, seconds: Floats) -> pa.Array[Any]:
    """Give instants, UTC, to the nanosecond of seconds since the start."""
    start = round(settings.start.timestamp()) * 10**9
    whole = np.floor(seconds)
    part = np.round((seconds - whole) * 1e9).astype(np.int64)
    instants = pa.array(start + whole.astype(np.int64) * 10**9 + part)
    told: pa.Array[Any] = instants.cast(pa.timestamp("ns", tz="UTC"))
    return told


def known(values: Floats) -> pa.Array[Any]:
    """Write null for what is not a number."""
    unknown: Bools = np.isnan(values)
    return pa.array(np.nan_to_num(values), mask=unknown)


def words(rows: Ints, names: list[str] | tuple[str, ...]) -> pa.Array[Any]:
    """Write the name of each row as text."""
    table = pa.array(list(names), pa.string())
    return table.take(pa.array(rows, pa.int64()))


def numbered(letter: str, count: int) -> pa.Array[Any]:
    """Number reports or fires from 1."""
    return pa.array([f"{letter}{n:06}" for n in range(1, count + 1)], pa.string())


def _sensors(network: Network) -> pa.Table:
    one, sick = network.sensors, network.sickness
    lon, lat = moved(one.lon, one.lat, sick.shift_east_m, sick.shift_north_m)
    return pa.table(
        {
            "sensor_id": pa.array(one.sensor_id, pa.string()),
            "lon": np.where(sick.position, lon.round(6), one.lon),
            "lat": np.where(sick.position, lat.round(6), one.lat),
            "elevation_m": one.elevation_m,
            "time_sigma_s": one.time_sigma_s,
            "azimuth_sigma_deg": known(one.azimuth_sigma_deg),
            "false_alarm_per_h": one.false_alarm_per_h,
            "uptime": one.uptime,
        }
    )


def _detections(network: Network) -> pa.Table:
    picks = network.picks
    return pa.table(
        {
            "detection_id": np.arange(1, len(picks) + 1),
            "sensor_id": words(picks.sensor, network.sensors.sensor_id),
            "time": timestamps(network.settings, picks.time_s),
            "level_db": known(picks.level_db.round(1)),
            "azimuth_deg": known(picks.azimuth_deg.round(1) % 360.0),
        }
    )


def _outages(network: Network) -> pa.Table:
    one = network.sensors
    rows = np.flatnonzero(~np.isnan(one.outage_start_s))
    return pa.table(
        {
            "sensor_id": words(rows, one.sensor_id),
            "start": timestamps(network.settings, one.outage_start_s[rows]),
            "end": timestamps(network.settings, one.outage_end_s[rows]),
        }
    )


def _reports(network: Network) -> pa.Table:
    one = network.reports
    count = len(one.time_s)
    return pa.table(
        {
            "report_id": numbered(REPORT, count),
            "lon": one.lon,
            "lat": one.lat,
            "time": timestamps(network.settings, one.time_s),
            "time_sigma_s": np.full(count, TIME_SIGMA_S),
            "bearing_deg": one.bearing_deg,
            "bearing_sigma_deg": np.full(count, BEARING_SIGMA_DEG),
            "range_min_m": one.range_min_m,
            "range_max_m": one.range_max_m,
        }
    )


def _fires(network: Network) -> pa.Table:
    one = network.fires
    return pa.table(
        {
            "fire_id": numbered(FIRE, len(one.time_s)),
            "time": timestamps(network.settings, one.time_s),
            "lon": one.lon,
            "lat": one.lat,
            "pixel_m": one.pixel_m,
            "frp_mw": one.frp_mw,
        }
    )
