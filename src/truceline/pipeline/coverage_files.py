"""Where a network was listening and what it did not hear: files in, files out (`truceline coverage`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from truceline.errors import SourceError
from truceline.fusion.association.arrays import Air, Floats, Ints, Longs, Model, Sensors
from truceline.fusion.association.learn import AREA_PER_SENSOR_M2
from truceline.fusion.association.neighbours import neighbours
from truceline.fusion.association.ordering import clutter_of, ordered, sensors_of
from truceline.fusion.association.prior import prior_model
from truceline.fusion.association.run import taught
from truceline.fusion.association.solve import World
from truceline.fusion.association.weather import air_of, still_air
from truceline.fusion.coverage.comparing import Compared, compared
from truceline.fusion.coverage.hearing import hearing_of
from truceline.fusion.coverage.run import Incidents, Rules, Watch, watch
from truceline.pipeline.association_files import (
    AssociationInput,
    index_of,
    numbers,
    read_input,
    seconds,
)
from truceline.pipeline.coverage_tables import cells_table, coverage_table, rates_table

HOUR_S: Final = 3600.0
FOUND: Final = (0.0, 0.0, 0.0, 0.03, 0.42, 0.72, 0.78, 0.87, 0.92, 0.93, 0.95, 0.98)
"""Expected probability that the engine gives an event with 0, 1, ... arrivals; measured on simulated
days of 150 sensors, 200 events, 4 hours, seeds 951 to 953, half with no fault and half with all."""
FOUND_ERROR: Final = 0.05
"""Half of the difference between no fault and all."""
_FIRST_RATE_PER_DAY: Final = 2.0
"""Events a day and sensor from which the engine begins to learn."""
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "incidents": ("incident_id", "time", "lon", "lat", "probability"),
    "members": ("incident_id", "detection_id"),
}


@dataclass(frozen=True, slots=True)
class CoverageOptions:
    """What a person may choose."""

    size_m: float = 1000.0
    """Side of a cell of the grid."""
    reach_m: float = 10_000.0
    """Farthest sensor of a cell."""
    area_m: float = 10_000.0
    """Side of the squares that rates are told for."""
    start_ns: int | None = None
    """First instant, UTC; null: the hour of the first detection."""
    end_ns: int | None = None
    """Last instant, UTC; null: the end of the hour of the last detection."""
    split_ns: int | None = None
    """Instant before and after which rates are compared."""
    complete: bool = False
    """Every event that four sensors heard is among the incidents; false: as the engine finds them."""


@dataclass(frozen=True, slots=True)
class CoverageResult:
    """What came out."""

    watch: Watch
    origin_ns: int
    coverage: pa.Table
    cells: pa.Table
    rates: pa.Table
    comparison: Compared | None
    remarks: tuple[str, ...]


def coverage_files(
    paths: Mapping[str, Path],
    incidents: Path,
    out: Path,
    options: CoverageOptions,
    threads: int = 2,
    model: Model | None = None,
) -> CoverageResult:
    """Read a network and its incidents, compute where it was listening, write the tables.

    Args:
        paths: table of the interchange format to file.
        incidents: folder with ``incidents`` and ``members``, as `truceline associate` writes them.
        out: folder that receives a Parquet file of each table; made if missing.
        options: what to compute.
        threads: how many blocks are worked on at once.
        model: what an engine learned of hearing; null: it is learned from the detections.

    Raises:
        SourceError: when a file is missing or cannot be used, or no period can be told.
        OSError: when the folder cannot be written.
    """
    given = read_input(paths)
    found = tuple(_read(incidents / f"{name}.parquet", name) for name in ("incidents", "members"))
    result = covered(given, (found[0], found[1]), options, threads, model)
    out.mkdir(parents=True, exist_ok=True)
    for name in ("coverage", "cells", "rates"):
        pq.write_table(getattr(result, name), out / f"{name}.parquet")
    return result


def covered(
    given: AssociationInput,
    found: tuple[pa.Table, pa.Table],
    options: CoverageOptions,
    threads: int = 2,
    model: Model | None = None,
) -> CoverageResult:
    """Compute the coverage of tables that were read; arguments as of :func:`coverage_files`.

    Raises:
        SourceError: when no period can be told, or it is empty.
    """
    given = _in_order(given)
    borders = _hours_ns(given, options)
    origin = int(borders[0])
    world = _world(given, origin, float(borders[-1] - origin) / 1e9)
    if model is None:
        world = taught(world, threads) if len(world.heard.time_s) else world
    else:
        world = World(world.sensors, world.heard, world.near, world.air, model)
    remarks = list(given.remarks)
    incidents = _incidents(given, found, origin, remarks)
    rules = Rules(options.size_m, options.reach_m)
    if not options.complete:
        rules = rules._replace(found=FOUND, found_error=FOUND_ERROR)
    hours_s = (borders - origin) / 1e9
    hearing = hearing_of(world.model)
    seen = watch(world.sensors, world.air, hearing, incidents, hours_s, rules, threads)
    split = options.split_ns
    return CoverageResult(
        watch=seen,
        origin_ns=origin,
        coverage=coverage_table(seen, origin),
        cells=cells_table(seen),
        rates=rates_table(seen, origin, options.area_m),
        comparison=compared(seen, (split - origin) / 1e9) if split is not None else None,
        remarks=tuple(remarks),
    )


def _read(path: Path, name: str) -> pa.Table:
    """Read what an engine wrote."""
    if not path.is_file():
        raise SourceError(f"{path} is missing; `truceline associate` writes it.")
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        said = str(error).splitlines()[0]
        raise SourceError(f"{path} cannot be read as Parquet ({said}); write it again.") from None
    missing = [column for column in _COLUMNS[name] if column not in table.column_names]
    if missing:
        raise SourceError(
            f"{path} lacks the column(s) {', '.join(missing)}; docs/associate.md lists them all."
        )
    return table


def _in_order(given: AssociationInput) -> AssociationInput:
    """Put sensors in the order of their names, so that the order of rows is moot."""
    order = pc.sort_indices(given.sensors, sort_keys=[("sensor_id", "ascending")])
    return AssociationInput(
        given.sensors.take(order), given.detections, given.outages, given.weather, given.reports,
        given.fires, given.remarks,
    )  # fmt: skip


def _hours_ns(given: AssociationInput, options: CoverageOptions) -> Longs:
    """Give the borders of the hours of the period; the instant of comparison is one of them."""
    start, end, hour = options.start_ns, options.end_ns, 3600 * 10**9
    if given.detections.num_rows:
        times = given.detections["time"].cast(pa.int64()).to_numpy()
        start = int(times.min()) // hour * hour if start is None else start
        end = -(-(int(times.max()) + 1) // hour) * hour if end is None else end
    if start is None or end is None:
        raise SourceError(
            "There are no detections, so the period is unknown; say it with --from and --to."
        )
    if end <= start:
        raise SourceError("The period ends before it begins; --from must be earlier than --to.")
    inner = np.arange(-(-(start + 1) // hour) * hour, end, hour, dtype=np.int64)
    split = [options.split_ns] if options.split_ns is not None else []
    if split and not start < split[0] < end:
        raise SourceError("The instant of --split lies outside the period; give one within it.")
    return np.unique(np.array([start, *inner, *split, end], np.int64))


def _world(given: AssociationInput, origin: int, duration: float) -> World:
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
    stated = numbers(given.sensors, "false_alarm_per_h") / HOUR_S
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
    uptime = float(np.mean(sensors.uptime)) if len(sensors.lon) else 1.0
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


def _incidents(
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
