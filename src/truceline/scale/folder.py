"""A history on disk: detections by day, the other tables beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truceline.errors import SourceError
from truceline.fusion.association.arrays import Longs
from truceline.pipeline.association_files import (
    AssociationInput,
    checked_table,
    read_input,
    usable_detections,
)
from truceline.pipeline.association_network import nanoseconds

DAY_NS: Final = 86_400 * 10**9
_NAME: Final = re.compile(r"date=(\d{4}-\d{2}-\d{2})")
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class History:
    """Where the tables of a history are."""

    folder: Path
    days: tuple[int, ...]
    """With detections, sorted. Unit: days since 1970, UTC."""
    weather_days: tuple[int, ...]
    """With a table of weather of their own; empty where one file holds all of it, or none."""


def history_in(folder: Path) -> History:
    """Find the days of a history.

    Raises:
        SourceError: when there is none, or a folder is not named as a day.
    """
    days = _days(folder / "detections")
    if not days:
        raise SourceError(
            f"{folder / 'detections'} holds no day; write the detections of each UTC day as "
            "detections/date=YYYY-MM-DD/NAME.parquet."
        )
    return History(folder, days, _days(folder / "weather"))


def day_name(day: int) -> str:
    """Write a day as its date.

    >>> day_name(20585)
    '2026-05-12'
    """
    return date.fromordinal(_EPOCH.toordinal() + day).isoformat()


def static_input(history: History) -> AssociationInput:
    """Read what is not by day: sensors, outages, and weather where one file holds it.

    Raises:
        SourceError: when a file is missing or cannot be read.
    """
    names = ("sensors", "outages", "weather")
    paths = {name: history.folder / f"{name}.parquet" for name in names}
    first = _files(history.folder / "detections", history.days[0])[0]
    here = {name: path for name, path in paths.items() if path.is_file()}
    none = _schema(first).empty_table()
    return read_input(here, {"detections": checked_table("detections", first, none)})


def input_between(
    history: History, static: AssociationInput, start_ns: int, end_ns: int
) -> AssociationInput:
    """Read the detections of a span of time, and the weather of its days and those beside them.

    Args:
        history: where they are.
        static: of :func:`static_input`.
        start_ns: first instant. Unit: ns since 1970.
        end_ns: first instant that is not wanted any more.

    Raises:
        SourceError: when a file cannot be read, or holds times of another day than its folder says.
    """
    first, last = start_ns // DAY_NS, (end_ns - 1) // DAY_NS
    remarks: list[str] = []
    days = [day for day in history.days if first <= day <= last]
    parts = [part for day in days for part in _day(history, day, start_ns, end_ns, remarks)]
    known = static.sensors["sensor_id"].combine_chunks()
    usable = [usable_detections(part, known, remarks) for part in parts]
    table = pa.concat_tables(usable, promote_options="permissive") if usable else static.detections
    weather = static.weather
    if history.weather_days:
        near = [day for day in history.weather_days if first - 1 <= day <= last + 1]
        weather = _weather(history, near)
    return replace(static, detections=table, weather=weather, remarks=tuple(remarks))


def _days(folder: Path) -> tuple[int, ...]:
    """List the days of a table.

    Raises:
        SourceError: when a folder has another name.
    """
    days = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        found = _NAME.fullmatch(path.name)
        try:
            if found is None:
                raise ValueError(path.name)
            days.append(date.fromisoformat(found[1]).toordinal() - _EPOCH.toordinal())
        except ValueError:
            raise SourceError(
                f"{path} is not the folder of a day; name it date=YYYY-MM-DD."
            ) from None
        if not _files(folder, days[-1]):
            raise SourceError(f"{path} holds no Parquet file; write one, or remove the folder.")
    return tuple(days)


def _files(folder: Path, day: int) -> list[Path]:
    return sorted((folder / f"date={day_name(day)}").glob("*.parquet"))


def _day(
    history: History, day: int, start_ns: int, end_ns: int, remarks: list[str]
) -> list[pa.Table]:
    """Read the rows of a day that lie in a span of time.

    Raises:
        SourceError: when a file cannot be read or holds times of another day.
    """
    parts = []
    for file in _files(history.folder / "detections", day):
        time = _read("detections", file, ["time"])["time"]
        if time.null_count:
            remarks.append(f"{time.null_count} detection(s) of {file} left out: it has no time")
            time = time.drop_null()
        ns = _exact(time)
        if len(ns) and not day * DAY_NS <= ns.min() <= ns.max() < (day + 1) * DAY_NS:
            raise SourceError(
                f"{file} holds detections of another day; put each row in the folder of the UTC "
                "day of its time."
            )
        inside = np.flatnonzero((ns >= start_ns) & (ns < end_ns))
        if len(inside):  # only these rows are unpacked, since a country's day is large
            ends = (
                time[int(inside[np.argmin(ns[inside])])],
                time[int(inside[np.argmax(ns[inside])])],
            )
            within = (pc.field("time") >= ends[0]) & (pc.field("time") <= ends[1])
            parts.append(checked_table("detections", file, _read("detections", file, None, within)))
    return parts


def _exact(time: pa.ChunkedArray[Any]) -> Longs:
    if pa.types.is_integer(time.type):
        return np.asarray(time.cast(pa.int64()).to_numpy(), np.int64)
    return nanoseconds(time)


def _weather(history: History, days: Sequence[int]) -> pa.Table | None:
    files = [file for day in days for file in _files(history.folder / "weather", day)]
    parts = [checked_table("weather", file, _read("weather", file)) for file in files]
    return pa.concat_tables(parts, promote_options="permissive") if parts else None


def _read(
    name: str, path: Path, columns: list[str] | None = None, within: pc.Expression | None = None
) -> pa.Table:
    """Read one file, or some columns or rows of it.

    Raises:
        SourceError: when it is no Parquet or lacks a column.
    """
    checked_table(name, path, _schema(path).empty_table())
    try:
        return pq.read_table(path, partitioning=None, columns=columns, filters=within)
    except (pa.ArrowInvalid, OSError) as error:
        raise _unreadable(path, error) from None


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> SourceError:
    said = str(error).splitlines()[0]
    return SourceError(f"{path} cannot be read as Parquet ({said}); write it again.")
