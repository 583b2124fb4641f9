"""A history on disk: detections by day, the other tables beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from truceline.errors import SourceError
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
    given = read_input(here | {"detections": first})
    return replace(given, detections=given.detections.slice(0, 0))


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
    parts = [_day(history, day, start_ns, end_ns) for day in history.days if first <= day <= last]
    known = static.sensors["sensor_id"].combine_chunks()
    usable = [usable_detections(part, known, remarks) for part in parts]
    table = pa.concat_tables(usable, promote_options="permissive") if usable else static.detections
    weather = static.weather
    if history.weather_days:
        days = [day for day in history.weather_days if first - 1 <= day <= last + 1]
        weather = _weather(history, days)
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


def _day(history: History, day: int, start_ns: int, end_ns: int) -> pa.Table:
    files = _files(history.folder / "detections", day)
    table = pa.concat_tables([_read("detections", file) for file in files])
    table = table.filter(pc.is_valid(table["time"]))
    ns = nanoseconds(table["time"])
    if len(ns) and not day * DAY_NS <= ns.min() <= ns.max() < (day + 1) * DAY_NS:
        raise SourceError(
            f"{files[0].parent} holds detections of another day; put each row in the folder of "
            "the UTC day of its time."
        )
    return table.filter(pa.array((ns >= start_ns) & (ns < end_ns)))


def _weather(history: History, days: Sequence[int]) -> pa.Table | None:
    files = [file for day in days for file in _files(history.folder / "weather", day)]
    parts = [_read("weather", file) for file in files]
    return pa.concat_tables(parts) if parts else None


def _read(name: str, path: Path) -> pa.Table:
    """Read one file.

    Raises:
        SourceError: when it is no Parquet or lacks a column.
    """
    try:
        table = pq.read_table(path, partitioning=None)
    except (pa.ArrowInvalid, OSError) as error:
        said = str(error).splitlines()[0]
        raise SourceError(f"{path} cannot be read as Parquet ({said}); write it again.") from None
    return checked_table(name, path, table)
