"""The sensors, weather and detections of a network as the arrays that coverage works on."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truceline.fusion.association.arrays import Air, Floats, Ints, Sensors
from truceline.fusion.association.learn import AREA_PER_SENSOR_M2
from truceline.fusion.association.neighbours import neighbours
from truceline.fusion.association.ordering import clutter_of, ordered, sensors_of
from truceline.fusion.association.prior import prior_model
from truceline.fusion.association.solve import World
from truceline.fusion.association.weather import air_of, still_air
from truceline.pipeline.association_files import AssociationInput, index_of, numbers, seconds

_HOUR_S: Final = 3600.0
_FIRST_RATE_PER_DAY: Final = 2.0
"""Events a day and sensor from which the engine begins to learn."""


def in_order(given: AssociationInput) -> AssociationInput:
    """Put sensors in the order of their names, so that the order of rows is moot."""
    order = pc.sort_indices(given.sensors, sort_keys=[("sensor_id", "ascending")])
    return AssociationInput(
        given.sensors.take(order), given.detections, given.outages, given.weather, given.reports,
        given.fires, given.remarks,
    )  # fmt: skip


def world_of(given: AssociationInput, origin: int, duration: float) -> World:
    """Put together what the engine works on, with what it assumes before it has learned."""
    table, ids = given.detections, given.sensors["sensor_id"].combine_chunks()
    heard, _ = ordered(
        index_of(table["sensor_id"], ids),
        seconds(table["time"], origin),
        numbers(table, "level_db"),
        numbers(table, "azimuth_deg"),
        np.asarray(table["detection_id"].to_numpy(zero_copy_only=False), np.int64),
        given.sensors.num_rows,
    )
    stated = numbers(given.sensors, "false_alarm_per_h") / _HOUR_S
    sensors = sensors_of(
        numbers(given.sensors, "lon"),
        numbers(given.sensors, "lat"),
        numbers(given.sensors, "time_sigma_s"),
        numbers(given.sensors, "azimuth_sigma_deg"),
        clutter_of(heard, stated, max(duration, 60.0)),
        np.clip(numbers(given.sensors, "uptime", 1.0), 0.0, 1.0),
        _outages(given, ids, origin),
    )
    air = _air(given, sensors, origin, duration)
    uptime = float(np.mean(sensors.uptime))
    rate = float(np.log(_FIRST_RATE_PER_DAY / 86400.0 / AREA_PER_SENSOR_M2))
    model = prior_model(heard.level_db, uptime, rate, weather=given.weather is not None)
    return World(sensors, heard, neighbours(sensors.lon, sensors.lat), air, model)


def _outages(
    given: AssociationInput, ids: pa.Array[Any], origin: int
) -> tuple[Ints, Floats, Floats] | None:
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
