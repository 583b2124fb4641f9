"""Read the truth of a simulated network, and what an engine made of it, for the score."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from truceline.errors import SourceError
from truceline.simulation.network.numbers import Bools, Floats, Ints
from truceline.simulation.network.picks import DIRECT, MARKS
from truceline.simulation.network.write import TRUTH


@dataclass(frozen=True, slots=True)
class TrueEvents:
    """What happened."""

    event_id: Ints
    time_s: Floats
    """Since 1970."""
    lon: Floats
    lat: Floats
    salvo: Ints
    bound_m2: Floats
    """Columns ee, en, nn; NaN where there is no bound."""
    direct: Ints
    """Direct arrivals, gross outliers not among them."""


@dataclass(frozen=True, slots=True)
class Truth:
    """All that the score needs to know."""

    events: TrueEvents
    detections: int
    """They are numbered from 1."""
    event_of: Ints
    """Row of the event of each detection number; -1 for a false alarm. Row 0 is not used."""
    mark_of: Ints
    """Row of MARKS of each detection number."""
    sensors: frozenset[str]
    sick: frozenset[str]
    """Sensors with a wrong clock or a wrong position."""
    report_event: dict[str, int | None]
    """Row of the event of each report; null for one of nothing."""
    fire_event: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Output:
    """What an engine said."""

    incident_id: list[str]
    time_s: Floats
    lon: Floats
    lat: Floats
    cov_m2: Floats
    """Columns ee, en, nn."""
    probability: Floats
    n_detections: Ints
    member_incident: list[str]
    member_detection: Ints
    report_members: list[tuple[str, str]]
    """Incident, report."""
    fire_members: list[tuple[str, str]]
    sick: frozenset[str] | None
    """Sensors named as sick in ``sick_sensors``; null when the engine wrote no such file."""


def read_truth(folder: Path) -> Truth:
    """Read the told files' numbers and the folder ``truth``; takes either of the two folders.

    Raises:
        SourceError: when a file or a column is missing.
    """
    told = folder.parent if folder.name == TRUTH else folder
    events = _table(told / TRUTH / "events.parquet")
    members = _table(told / TRUTH / "members.parquet")
    count = pq.read_metadata(_there(told / "detections.parquet")).num_rows
    sensors = _table(told / TRUTH / "sensors.parquet")
    rows = {int(number): row for row, number in enumerate(_column(events, "event_id"))}
    event_of, mark_of = np.full(count + 1, -1), np.zeros(count + 1, dtype=np.int64)
    detection = _column(members, "detection_id").astype(np.int64)
    event_of[detection] = [rows[int(number)] for number in _column(members, "event_id")]
    mark_of[detection] = [MARKS.index(mark) for mark in members["mark"].to_pylist()]
    sick = _flag(sensors, "sick_clock") | _flag(sensors, "sick_position")
    direct = np.bincount(event_of[mark_of == DIRECT], minlength=len(rows))
    return Truth(
        _events(events, direct),
        count,
        event_of,
        mark_of,
        frozenset(_names(sensors)),
        frozenset(name for name, ill in zip(_names(sensors), sick, strict=True) if ill),
        _links(told / TRUTH / "reports.parquet", "report_id", rows),
        _links(told / TRUTH / "fires.parquet", "fire_id", rows),
    )


def _events(table: pa.Table, direct: Ints) -> TrueEvents:
    return TrueEvents(
        _column(table, "event_id").astype(np.int64),
        _seconds(table, "time"),
        _column(table, "lon"),
        _column(table, "lat"),
        _column(table, "salvo").astype(np.int64),
        np.stack([_column(table, f"bound_{name}_m2") for name in ("ee", "en", "nn")], axis=1),
        direct,
    )


def _links(file: Path, name: str, rows: dict[int, int]) -> dict[str, int | None]:
    if not file.exists():
        return {}
    table = pq.read_table(file)
    pairs = zip(table[name].to_pylist(), table["event_id"].to_pylist(), strict=True)
    return {str(key): None if event is None else rows[event] for key, event in pairs}


def read_output(folder: Path) -> Output:
    """Read the Parquet files that an engine wrote: ``incidents``, ``members`` and what else there is.

    Raises:
        SourceError: when ``incidents`` or ``members``, or a column, is missing.
    """
    incidents, members = _table(folder / "incidents.parquet"), _table(folder / "members.parquet")
    sick = folder / "sick_sensors.parquet"
    return Output(
        _names(incidents, "incident_id"),
        _seconds(incidents, "time"),
        _column(incidents, "lon"),
        _column(incidents, "lat"),
        np.stack([_column(incidents, f"cov_{name}_m2") for name in ("ee", "en", "nn")], axis=1),
        _column(incidents, "probability"),
        _column(incidents, "n_detections").astype(np.int64),
        _names(members, "incident_id"),
        _column(members, "detection_id").astype(np.int64),
        _members(folder / "report_members.parquet", "report_id"),
        _members(folder / "fire_members.parquet", "fire_id"),
        frozenset(_names(_table(sick))) if sick.exists() else None,
    )


def _members(file: Path, name: str) -> list[tuple[str, str]]:
    if not file.exists():
        return []
    table = pq.read_table(file)
    return list(zip(_names(table, "incident_id"), _names(table, name), strict=True))


def _there(file: Path) -> Path:
    if not file.is_file():
        raise SourceError(f"{file}: there is no such file; give the folder that was written")
    return file


def _table(file: Path) -> pa.Table:
    return pq.read_table(_there(file))


def _raw(table: pa.Table, name: str) -> pa.ChunkedArray[Any]:
    if name not in table.column_names:
        raise SourceError(
            f"a table has no column {name!r}, only {', '.join(table.column_names)}; "
            "write every column of the interchange format"
        )
    return table[name]


def _column(table: pa.Table, name: str) -> Floats:
    return np.asarray(_raw(table, name).to_numpy(), dtype=np.float64)


def _flag(table: pa.Table, name: str) -> Bools:
    return np.asarray(_raw(table, name).to_numpy(), dtype=bool)


def _names(table: pa.Table, name: str = "sensor_id") -> list[str]:
    return [str(value) for value in _raw(table, name).to_pylist()]


def _seconds(table: pa.Table, name: str) -> Floats:
    """Give instants, or integers of nanoseconds, as seconds since 1970."""
    column = _raw(table, name)
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("ns", tz=column.type.tz)).cast(pa.int64())
    return np.asarray(column.to_numpy(), dtype=np.float64) / 1e9
