"""The tables of a set as a network and its detections, sensors in the order of their ids."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from truceline.fusion.association.arrays import Longs, Sensors
from truceline.fusion.association.ordering import sensors_of
from truceline.fusion.blockwise.air import Weather, weather_of
from truceline.fusion.blockwise.network import Network, Outages, network_of, unknown_to
from truceline.fusion.blockwise.recorded import Recorded, recorded
from truceline.fusion.calibration_network.content import NetworkCalibration
from truceline.pipeline.association_files import AssociationInput, index_of, numbers

SECONDS_PER_HOUR = 3600.0
_AIR = ("sound_speed_m_s", "wind_east_m_s", "wind_north_m_s")


def sorted_ids(given: AssociationInput) -> list[str]:
    """Give the ids of the sensors, sorted."""
    return sorted(str(name) for name in given.sensors["sensor_id"].to_pylist())


def network_in(
    given: AssociationInput, calibration: NetworkCalibration
) -> tuple[Network, tuple[str, ...]]:
    """Give the network under a calibration, and what is to be said of it.

    Args:
        given: the tables of one set.
        calibration: what was learned.
    """
    ids = sorted_ids(given)
    sensors = sensors_in(given)
    network = network_of(
        ids, sensors, outages_in(given, ids), weather_in(given, sensors), calibration
    )
    return network, _unknown(calibration, ids)


def sensors_in(given: AssociationInput) -> Sensors:
    """Give the sensors by id, their clutter as stated (NaN: not), without outages."""
    table = given.sensors.sort_by("sensor_id")
    with np.errstate(divide="ignore"):
        stated = np.log(np.maximum(numbers(table, "false_alarm_per_h") / SECONDS_PER_HOUR, 1e-7))
    return sensors_of(
        numbers(table, "lon"),
        numbers(table, "lat"),
        numbers(table, "time_sigma_s"),
        numbers(table, "azimuth_sigma_deg"),
        stated,
        np.clip(numbers(table, "uptime", 1.0), 0.0, 1.0),
    )


def recorded_in(detections: pa.Table, ids: list[str]) -> Recorded:
    """Give the detections by time.

    Args:
        detections: read and checked.
        ids: of the sensors, sorted.
    """
    return recorded(
        nanoseconds(detections["time"]),
        np.asarray(detections["detection_id"].to_numpy(zero_copy_only=False), np.int64),
        index_of(detections["sensor_id"], pa.array(ids, pa.string())),
        numbers(detections, "level_db"),
        numbers(detections, "azimuth_deg"),
    )


def outages_in(given: AssociationInput, ids: list[str]) -> Outages:
    """Give the known outages by sensor, then start."""
    table = given.outages
    if table is None:
        none = np.zeros(0, np.int64)
        return Outages(none.astype(np.int32), none, none)
    sensor = index_of(table["sensor_id"].cast(pa.string()), pa.array(ids, pa.string()))
    start, end = nanoseconds(table["start"]), nanoseconds(table["end"])
    order = np.lexsort((end, start, sensor))
    return Outages(sensor[order], start[order], end[order])


def weather_in(given: AssociationInput, sensors: Sensors) -> Weather | None:
    """Give the table of weather; null where there is none or it has no row."""
    table = given.weather
    if table is None or not table.num_rows:
        return None
    return weather_of(
        nanoseconds(table["time"]),
        numbers(table, "lon"),
        numbers(table, "lat"),
        np.column_stack([numbers(table, name) for name in _AIR]),
        sensors.lon,
        sensors.lat,
    )


def nanoseconds(column: pa.ChunkedArray[Any]) -> Longs:
    """Give times as whole nanoseconds since 1970."""
    zoned = column.type.tz is not None
    exact = column.cast(pa.timestamp("ns", "UTC") if zoned else pa.timestamp("ns"))
    return np.asarray(exact.cast(pa.int64()).to_numpy(zero_copy_only=False), np.int64)


def _unknown(calibration: NetworkCalibration, ids: list[str]) -> tuple[str, ...]:
    new = [name for name, gone in zip(ids, unknown_to(calibration, ids), strict=True) if gone]
    if not new:
        return ()
    few = ", ".join(new[:5]) + (", ..." if len(new) > 5 else "")
    said = (
        f"{len(new)} sensor(s) are not in calibration {calibration.version} ({few}): their false "
        "alarms are as stated, or as those of the others where nothing is stated"
    )
    return (said,)
