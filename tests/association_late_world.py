"""A small network with a calibration of its own, for the tests of late data and of history."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from truceline.pipeline.association import paths_in
from truceline.pipeline.association_files import read_input
from truceline.pipeline.association_held import Held
from truceline.pipeline.association_late import brought_up
from truceline.pipeline.association_projection import projection
from truceline.simulation.network.settings import NetworkSettings
from truceline.simulation.network.world import simulate_network
from truceline.simulation.network.write import write_network

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def a_set(folder, **changes):
    """Write a simulated set, and give its tables as they are read."""
    settings = {"sensors": 24, "events": 120, "hours": 1.6, "seed": 5} | changes
    folder.mkdir(parents=True, exist_ok=True)
    write_network(folder, simulate_network(NetworkSettings(**settings)))
    return read_input(paths_in(folder))


def with_detections(given, table):
    return dataclasses.replace(given, detections=table)


def batch(given, calibration, held=None, threads=1):
    return brought_up(given, held or Held({}, {}), calibration, AT, threads)


def said(late):
    """Give the canonical projection of a result."""
    return projection(late.result.incidents, late.result.members)


def moved(table, rows, seconds):
    """Give detections some of which have another time."""
    ns = table["time"].cast(pa.int64()).to_numpy().copy()
    ns[rows] += np.asarray(np.asarray(seconds) * 1e9, np.int64)
    at = table.column_names.index("time")
    return table.set_column(at, "time", pa.array(ns).cast(pa.timestamp("ns", "UTC")))
