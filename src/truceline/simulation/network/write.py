"""Write a simulated network in the interchange format for association, and its truth apart.

Times are Parquet timestamps in UTC with nanoseconds; what is unknown is null.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truceline.simulation.network.numbers import Bools, Floats
from truceline.simulation.network.picks import MARKS
from truceline.simulation.network.plane import moved
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.world import Network

TRUTH = "truth"
"""Folder beside the told files; an engine never reads it."""


def write_network(folder: Path, network: Network) -> list[Path]:
    """Write every file of a network into a folder that exists; give their paths."""
    (folder / TRUTH).mkdir()
    tables = {**_told(network), **{f"{TRUTH}/{n}": t for n, t in _true(network).items()}}
    paths = []
    for name, table in tables.items():
        paths.append(folder / f"{name}.parquet")
        pq.write_table(table, paths[-1])
    paths.append(folder / TRUTH / "settings.json")
    paths[-1].write_text(_settings(network.settings), encoding="utf-8")
    return paths


def _told(network: Network) -> dict[str, pa.Table]:
    tables = {
        "sensors": _sensors(network),
        "detections": _detections(network),
        "outages": _outages(network),
    }
    if network.weather is not None:
        table = network.weather
        columns = {name: getattr(table, name) for name in table.__dataclass_fields__}
        time = timestamps(network.settings, columns.pop("time_s"))
        tables["weather"] = pa.table({"time": time, **columns})
    return tables


def timestamps(settings: NetworkSettings, seconds: Floats) -> pa.Array:
    """Give instants, UTC, to the nanosecond of seconds since the start."""
    start = round(settings.start.timestamp()) * 10**9
    whole = np.floor(seconds)
    part = np.round((seconds - whole) * 1e9).astype(np.int64)
    return pa.array(start + whole.astype(np.int64) * 10**9 + part).cast(
        pa.timestamp("ns", tz="UTC")
    )


def _known(values: Floats, known: Bools | None = None) -> pa.Array:
    """Write null for what is not a number."""
    unknown = np.isnan(values) if known is None else ~known
    return pa.array(np.nan_to_num(values), mask=unknown)


def _sensors(network: Network) -> pa.Table:
    one, sick = network.sensors, network.sickness
    lon, lat = moved(one.lon, one.lat, sick.shift_east_m, sick.shift_north_m)
    return pa.table(
        {
            "sensor_id": pa.array(one.sensor_id),
            "lon": np.where(sick.position, lon.round(6), one.lon),
            "lat": np.where(sick.position, lat.round(6), one.lat),
            "elevation_m": one.elevation_m,
            "time_sigma_s": one.time_sigma_s,
            "azimuth_sigma_deg": _known(one.azimuth_sigma_deg),
            "false_alarm_per_h": one.false_alarm_per_h,
            "uptime": one.uptime,
        }
    )


def _detections(network: Network) -> pa.Table:
    picks = network.picks
    names = pa.DictionaryArray.from_arrays(
        pa.array(picks.sensor.astype(np.int32)), pa.array(network.sensors.sensor_id)
    )
    return pa.table(
        {
            "detection_id": np.arange(1, len(picks) + 1),
            "sensor_id": names.cast(pa.string()),
            "time": timestamps(network.settings, picks.time_s),
            "level_db": _known(picks.level_db.round(1)),
            "azimuth_deg": _known(picks.azimuth_deg.round(1) % 360.0),
        }
    )


def _outages(network: Network) -> pa.Table:
    one = network.sensors
    rows = np.flatnonzero(~np.isnan(one.outage_start_s))
    return pa.table(
        {
            "sensor_id": pa.array([one.sensor_id[i] for i in rows], pa.string()),
            "start": timestamps(network.settings, one.outage_start_s[rows]),
            "end": timestamps(network.settings, one.outage_end_s[rows]),
        }
    )


def _true(network: Network) -> dict[str, pa.Table]:
    return {"events": _events(network), "members": _members(network), "sensors": _sick(network)}


def _events(network: Network) -> pa.Table:
    events, bound = network.events, network.bound_m2
    return pa.table(
        {
            "event_id": np.arange(1, len(events) + 1),
            "time": timestamps(network.settings, events.time_s),
            "lon": events.lon,
            "lat": events.lat,
            "elevation_m": events.elevation_m,
            "kind": pa.array(events.kind, pa.string()),
            "weapon": pa.array(events.weapon, pa.string()),
            "level_1km_db": events.level_1km_db,
            "salvo": events.salvo,
            "pair": events.pair,
            "bound_ee_m2": _known(bound[:, 0]),
            "bound_en_m2": _known(bound[:, 1]),
            "bound_nn_m2": _known(bound[:, 2]),
        }
    )


def _members(network: Network) -> pa.Table:
    """List the detections that are not false alarms."""
    picks = network.picks
    rows = np.flatnonzero(picks.event)
    marks = pa.DictionaryArray.from_arrays(
        pa.array(picks.mark[rows].astype(np.int8)), pa.array(MARKS)
    )
    return pa.table(
        {
            "detection_id": rows + 1,
            "event_id": picks.event[rows],
            "mark": marks.cast(pa.string()),
        }
    )


def _sick(network: Network) -> pa.Table:
    one, sick = network.sensors, network.sickness
    columns = {name: getattr(sick, name) for name in sick.__dataclass_fields__}
    return pa.table(
        {
            "sensor_id": pa.array(one.sensor_id),
            "sick_clock": sick.clock,
            "sick_position": sick.position,
            "person": one.person,
            "threshold_db": one.threshold_db,
            **columns,
        }
    )


def _settings(settings: NetworkSettings) -> str:
    said = {
        "network": settings.network,
        "sensors": settings.sensors,
        "events": settings.events,
        "hours": settings.hours,
        "faults": sorted(settings.faults),
        "seed": settings.seed,
        "length_km": settings.length_km,
        "start": settings.start.isoformat(),
        "sick_share": settings.sick_share,
    }
    return json.dumps(said, indent=2) + "\n"
