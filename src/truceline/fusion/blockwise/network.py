"""A network under a calibration: what any of its blocks is judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truceline.fusion.association.arrays import Air, Floats, Ints, Longs, Model, Near, Sensors
from truceline.fusion.association.neighbours import neighbours
from truceline.fusion.association.ordering import ordered, sensors_of
from truceline.fusion.association.solve import World
from truceline.fusion.blockwise.air import Weather, air_from, hourly, hours_about
from truceline.fusion.blockwise.recorded import BLOCK_NS, Recorded
from truceline.fusion.calibration_network.content import NetworkCalibration


@dataclass(frozen=True, slots=True)
class Outages:
    """Times in which sensors are known to have been dead, by sensor, then start."""

    sensor: Ints
    start_ns: Longs
    end_ns: Longs


@dataclass(frozen=True, slots=True)
class Network:
    """Sensors by id, and what is known of them and of the air."""

    sensor_ids: tuple[str, ...]
    sensors: Sensors
    """Without outages: those are cut to each block."""
    near: Near
    outages: Outages
    weather: Weather | None
    calibration: NetworkCalibration
    correction: Floats
    """Of the air at these sensors, on the hours of the calibration, shape (hours, 3, n). Unit: m/s."""
    version: str
    """Of the calibration."""


def network_of(
    sensor_ids: Sequence[str],
    sensors: Sensors,
    outages: Outages,
    weather: Weather | None,
    calibration: NetworkCalibration,
) -> Network:
    """Put a network under a calibration.

    A sensor that the calibration does not know keeps the clutter that it was given with, or takes
    the typical one of its fellows where that is NaN; its air is corrected by their mean.

    Args:
        sensor_ids: sorted.
        sensors: in that order, with what is stated of their clutter; NaN: nothing.
        outages: known ones.
        weather: null where there is no table.
        calibration: what was learned.
    """
    known = {name: row for row, name in enumerate(calibration.sensor_ids)}
    row = np.array([known.get(name, 0) for name in sensor_ids], np.int64)
    new = unknown_to(calibration, sensor_ids)
    typical = float(np.median(calibration.log_clutter))
    stated = np.where(np.isnan(sensors.log_clutter), typical, sensors.log_clutter)
    clutter = np.where(new, stated, calibration.log_clutter[row])
    grid = calibration.air.mm_s / 1000.0
    mean = grid.mean(axis=2, keepdims=True)
    return Network(
        tuple(sensor_ids),
        sensors._replace(log_clutter=np.asarray(clutter, float)),
        neighbours(sensors.lon, sensors.lat),
        outages,
        weather,
        calibration,
        np.where(new, mean, grid[:, :, row]),
        calibration.version,
    )


def unknown_to(calibration: NetworkCalibration, sensor_ids: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which sensors a calibration does not know."""
    known = frozenset(calibration.sensor_ids)
    return np.array([name not in known for name in sensor_ids], bool)


def world_of(
    network: Network, given: Recorded, start_ns: int, end_ns: int, origin_ns: int
) -> World:
    """Give what was heard about a block with all that it is judged by.

    Args:
        network: under its calibration.
        given: what was heard in the span.
        start_ns: of the span about the block. Unit: ns since 1970.
        end_ns: of the span. Unit: ns since 1970.
        origin_ns: start of the block, from which the seconds of the world count.
    """
    sensors = with_outages(network, start_ns, end_ns, origin_ns)
    heard, _order = ordered(
        given.sensor,
        (given.time_ns - origin_ns) / 1e9,
        given.level_db,
        given.azimuth_deg,
        given.key,
        len(network.sensor_ids),
    )
    air = air_about(network, start_ns, end_ns, origin_ns)
    model = model_at(network, origin_ns, origin_ns + BLOCK_NS)
    return World(sensors, heard, network.near, air, model)


def with_outages(network: Network, start_ns: int, end_ns: int, origin_ns: int) -> Sensors:
    """Give the sensors with the outages that touch a span of time."""
    known = network.outages
    touch = (known.start_ns < end_ns) & (known.end_ns > start_ns)
    own = network.sensors
    return sensors_of(
        own.lon, own.lat, own.time_sigma_s, own.azimuth_sigma_deg, own.log_clutter, own.uptime,
        (
            known.sensor[touch],
            (known.start_ns[touch] - origin_ns) / 1e9,
            (known.end_ns[touch] - origin_ns) / 1e9,
        ),
    )  # fmt: skip


def air_about(network: Network, start_ns: int, end_ns: int, origin_ns: int) -> Air:
    """Give the corrected air of a span of time."""
    first, rows = hours_about(start_ns, end_ns)
    grid = hourly(network.weather, first, rows, len(network.sensor_ids))
    learned = network.calibration.air
    row = first + np.arange(rows) - learned.first_hour
    known = (row >= 0) & (row < len(network.correction))
    grid[~known] += learned.beyond()[None, :, None]
    grid[known] += network.correction[row[known]]
    return air_from(grid, first, origin_ns)


def model_at(network: Network, start_ns: int, end_ns: int) -> Model:
    """Give the model for a span of time; where the air was not learned, it may be farther off.

    Source: the law of total variance: the spread about the corrected air, and that of what was
    corrected about its mean.
    """
    first, rows = hours_about(start_ns, end_ns)
    learned, model = network.calibration.air, network.calibration.model
    inside = learned.first_hour <= first and first + rows <= learned.first_hour + len(learned.mm_s)
    if inside:
        return model
    speed, east, north = learned.spread()
    return model._replace(
        speed_sigma_m_s=float(np.hypot(model.speed_sigma_m_s, speed)),
        wind_sigma_m_s=float(np.hypot(model.wind_sigma_m_s, np.hypot(east, north) / np.sqrt(2.0))),
    )
