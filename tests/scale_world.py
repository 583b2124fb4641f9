"""A small history in two places far apart, for the tests of scale."""

from __future__ import annotations

import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truceline.pipeline.association import paths_in
from truceline.pipeline.association_calibration import calibrated, write_calibration
from truceline.pipeline.association_files import read_input
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.world import simulate_network
from truceline.simulation.network.write import write_network

DAY_NS = 86_400 * 10**9


def days_of(table, folder):
    """Write a table as folders of days."""
    day = table["time"].cast(pa.int64()).to_numpy() // DAY_NS
    for one in np.unique(day):
        into = folder / f"date={np.datetime64(int(one), 'D')}"
        into.mkdir(parents=True)
        pq.write_table(table.filter(pa.array(day == one)), into / "all.parquet")


def a_history(folder, hours=50.0, **changes):
    """Write a set as files and as a history by day, with a calibration; give their folders."""
    flat, by_day = folder / "flat", folder / "by-day"
    flat.mkdir(parents=True)
    by_day.mkdir()
    settings = {"sensors": 24, "events": 250, "seed": 8} | changes
    write_network(flat, simulate_network(NetworkSettings(hours=hours, **settings)))
    moved_apart(flat)
    for name in ("sensors", "outages"):
        shutil.copy(flat / f"{name}.parquet", by_day)
    for name in ("detections", "weather"):
        days_of(pq.read_table(flat / f"{name}.parquet"), by_day / name)
    write_calibration(calibrated(read_input(paths_in(flat)), 1), folder / "c.json")
    return flat, by_day


def moved_apart(flat):
    """Add the same network again, 300 km away and three hours later: a second part of its own."""
    sensors = pq.read_table(flat / "sensors.parquet")
    ids = pa.array([f"far-{name}" for name in sensors["sensor_id"].to_pylist()])
    far = sensors.set_column(0, "sensor_id", ids)
    at = sensors.column_names.index("lat")
    far = far.set_column(at, "lat", pa.array(sensors["lat"].to_numpy() - 2.7))
    pq.write_table(pa.concat_tables([sensors, far]), flat / "sensors.parquet")
    heard = pq.read_table(flat / "detections.parquet")
    ns = heard["time"].cast(pa.int64()).to_numpy() + 3 * 3600 * 10**9
    moved = {
        "detection_id": pa.array(heard["detection_id"].to_numpy() + 5_000_000),
        "sensor_id": pa.array([f"far-{name}" for name in heard["sensor_id"].to_pylist()]),
        "time": pa.array(ns).cast(pa.timestamp("ns", "UTC")),
    }
    later = heard
    for name, column in moved.items():
        later = later.set_column(later.column_names.index(name), name, column)
    later = later.cast(heard.schema)
    inside = ns < ns.min() + 47 * 3600 * 10**9
    pq.write_table(
        pa.concat_tables([heard, later.filter(pa.array(inside))]), flat / "detections.parquet"
    )
