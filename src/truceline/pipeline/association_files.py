"""The files of the interchange for association, read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from truceline.errors import SourceError

Floats = NDArray[np.float64]
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "sensors": ("sensor_id", "lon", "lat", "time_sigma_s"),
    "detections": ("detection_id", "sensor_id", "time"),
    "outages": ("sensor_id", "start", "end"),
    "weather": ("time", "lon", "lat", "sound_speed_m_s", "wind_east_m_s", "wind_north_m_s"),
    "reports": (
        "report_id", "lon", "lat", "time", "time_sigma_s", "bearing_deg", "bearing_sigma_deg",
        "range_min_m", "range_max_m",
    ),
    "fires": ("fire_id", "time", "lon", "lat", "pixel_m"),
}  # fmt: skip
"""Table to the columns that it must have; the others may be absent."""
_MOST_DAYS: Final = 366.0
_AFAR: Final = (
    "its time is over a year from the middle of all (`truceline history` takes longer spans)"
)
_REQUIRED: Final = ("sensors", "detections")


@dataclass(frozen=True, slots=True)
class AssociationInput:
    """The tables of one set; null where a file is absent."""

    sensors: pa.Table
    detections: pa.Table
    outages: pa.Table | None
    weather: pa.Table | None
    reports: pa.Table | None
    fires: pa.Table | None
    remarks: tuple[str, ...]
    """What was left out, and why; one sentence each."""


def read_input(
    paths: Mapping[str, Path], at_hand: Mapping[str, pa.Table] | None = None
) -> AssociationInput:
    """Read the tables, leave out rows that cannot be used, and say which.

    Args:
        paths: table to file; ``sensors`` and ``detections`` must be there.
        at_hand: tables that were read and checked already, in place of their files.

    Raises:
        SourceError: when a file is missing or is no Parquet, or a column is missing.
    """
    tables: dict[str, pa.Table | None] = {}
    for name in NEEDED:
        path = paths.get(name)
        if at_hand is not None and name in at_hand:
            tables[name] = at_hand[name]
            continue
        if path is None:
            if name in _REQUIRED:
                raise SourceError(f"{name}.parquet is missing; it must be there.")
            tables[name] = None
            continue
        tables[name] = _table(name, path)
    remarks: list[str] = []
    sensors = _usable_sensors(tables["sensors"], remarks)
    known = sensors["sensor_id"].combine_chunks()
    detections = usable_detections(tables["detections"], known, remarks)
    outages = _of_known(tables["outages"], known, "outage", remarks)
    weather = _finite(tables["weather"], NEEDED["weather"][1:], "row of weather", remarks)
    reports = _finite(tables["reports"], NEEDED["reports"][1:3], "report", remarks)
    fires = _finite(tables["fires"], NEEDED["fires"][2:4], "fire", remarks)
    return AssociationInput(sensors, detections, outages, weather, reports, fires, tuple(remarks))


def seconds(column: pa.ChunkedArray[Any], origin_ns: int) -> Floats:
    """Give times as seconds after an origin."""
    ns = column.cast(pa.timestamp("ns", "UTC") if _zoned(column) else pa.timestamp("ns"))
    return np.asarray(ns.cast(pa.int64()).to_numpy() - origin_ns, float) / 1e9


def numbers(table: pa.Table, name: str, absent: float = np.nan) -> Floats:
    """Give a column as floats; ``absent`` where it or a value is missing."""
    if name not in table.column_names:
        return np.full(table.num_rows, absent)
    values = np.array(table[name].cast(pa.float64()).to_numpy(zero_copy_only=False), float)
    values[np.isnan(values)] = absent
    return values


def index_of(names: pa.ChunkedArray[Any], known: pa.Array[Any]) -> NDArray[np.int32]:
    """Give the position of each name among the known ones; -1 where it is none."""
    found: Any = pc.index_in(names.combine_chunks(), value_set=known)
    filled: Any = pc.fill_null(found, -1)
    return np.asarray(filled.to_numpy(zero_copy_only=False), np.int32)


def _table(name: str, path: Path) -> pa.Table:
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        said = str(error).splitlines()[0]
        raise SourceError(f"{path} cannot be read as Parquet ({said}); write it again.") from None
    return checked_table(name, path, table)


def checked_table(name: str, path: Path, table: pa.Table) -> pa.Table:
    """Give a table with its ids as text (whole numbers stay) and its times as times.

    Args:
        name: of :data:`NEEDED`.
        path: its file, for the error.
        table: as it was read.

    Raises:
        SourceError: when a column is missing or its type cannot be a time.
    """
    missing = [column for column in NEEDED[name] if column not in table.column_names]
    if missing:
        raise SourceError(
            f"{path} lacks the column(s) {', '.join(missing)}; docs/associate.md lists them all."
        )
    for column in table.column_names:
        if column.endswith("_id") and not pa.types.is_integer(table[column].type):
            at = table.column_names.index(column)
            table = table.set_column(at, column, table[column].cast(pa.string()))
    return _timed(name, path, table)


def _timed(name: str, path: Path, table: pa.Table) -> pa.Table:
    for column in ("time", "start", "end"):
        if column in NEEDED[name] and not pa.types.is_timestamp(table[column].type):
            if not pa.types.is_integer(table[column].type):
                raise SourceError(
                    f"{path}: {column} is of type {table[column].type}; write times as timestamp[ns] "
                    "in UTC, or as whole nanoseconds since 1970."
                )
            at = table.column_names.index(column)
            as_time = table[column].cast(pa.int64()).cast(pa.timestamp("ns", "UTC"))
            table = table.set_column(at, column, as_time)
    return table


def _usable_sensors(table: pa.Table | None, remarks: list[str]) -> pa.Table:
    assert table is not None
    kept = _finite(table, ("lon", "lat", "time_sigma_s"), "sensor", remarks)
    assert kept is not None
    lon, lat = numbers(kept, "lon"), numbers(kept, "lat")
    sane = (np.abs(lon) <= 180) & (np.abs(lat) <= 90) & (numbers(kept, "time_sigma_s") >= 0)
    kept = _only(kept, sane, "sensor", "its place or error is out of range", remarks)
    names = kept["sensor_id"].cast(pa.string())
    kept = kept.set_column(kept.column_names.index("sensor_id"), "sensor_id", names)
    first = _first_of_each(names.to_pylist())
    return _only(kept, first, "sensor", "its id was given before", remarks)


def usable_detections(table: pa.Table | None, known: pa.Array[Any], remarks: list[str]) -> pa.Table:
    """Give the detections that can be used, and add to the remarks what was left out.

    Args:
        table: read and checked.
        known: ids of the sensors.
        remarks: receives one sentence for each reason.
    """
    assert table is not None
    names = table["sensor_id"].cast(pa.string())
    table = table.set_column(table.column_names.index("sensor_id"), "sensor_id", names)
    table = _only(table, index_of(names, known) >= 0, "detection", "no such sensor", remarks)
    there = np.asarray(pc.is_valid(table["time"]).to_numpy(zero_copy_only=False), bool)
    table = _only(table, there, "detection", "it has no time", remarks)
    table = _only(table, _in_range(table), "detection", _AFAR, remarks)
    ids = table["detection_id"].to_numpy(zero_copy_only=False)
    first = np.zeros(len(ids), bool)
    first[np.unique(ids, return_index=True)[1]] = True
    return _only(table, first, "detection", "its id was given before", remarks)


def _in_range(table: pa.Table) -> NDArray[np.bool_]:
    """Tell which times lie within a year of the middle one.

    A single wrong one would stretch the weather of every hour over the centuries between.
    """
    whole = table["time"].cast(
        pa.timestamp("ns", "UTC") if _zoned(table["time"]) else pa.timestamp("ns")
    )
    days = whole.cast(pa.int64()).to_numpy() / 86_400e9
    return np.asarray(np.abs(days - np.median(days)) <= _MOST_DAYS, bool) if len(days) else days > 0


def _of_known(
    table: pa.Table | None, known: pa.Array[Any], noun: str, remarks: list[str]
) -> pa.Table | None:
    if table is None:
        return None
    names = table["sensor_id"].cast(pa.string())
    return _only(table, index_of(names, known) >= 0, noun, "no such sensor", remarks)


def _finite(
    table: pa.Table | None, columns: Sequence[str], noun: str, remarks: list[str]
) -> pa.Table | None:
    if table is None:
        return None
    good = np.ones(table.num_rows, bool)
    for name in columns:
        if not pa.types.is_timestamp(table[name].type):
            good &= np.isfinite(numbers(table, name))
    return _only(table, good, noun, "a number is missing or not finite", remarks)


def _only(
    table: pa.Table, good: NDArray[np.bool_], noun: str, why: str, remarks: list[str]
) -> pa.Table:
    gone = int(len(good) - np.count_nonzero(good))
    if not gone:
        return table
    remarks.append(f"{gone} {noun}(s) left out: {why}")
    return table.filter(pa.array(good))


def _first_of_each(names: Sequence[Any]) -> NDArray[np.bool_]:
    seen: set[Any] = set()
    first = np.zeros(len(names), bool)
    for at, name in enumerate(names):
        first[at] = name not in seen
        seen.add(name)
    return first


def _zoned(column: pa.ChunkedArray[Any]) -> bool:
    return column.type.tz is not None
