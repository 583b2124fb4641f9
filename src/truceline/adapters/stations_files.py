"""CSV and Parquet files of sensors and detections as one kind of record."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from truceline.adapters.parquet import read_parquet
from truceline.adapters.rows import Record, csv_records, header_of
from truceline.errors import WrongKindOfFile

_MAGIC = b"PAR1"


def columns_of(raw: bytes) -> tuple[str, ...]:
    """Give the column names; empty where there is no readable header.

    Raises:
        WrongKindOfFile: when it looks like Parquet and cannot be read.
    """
    if not _is_parquet(raw):
        return header_of(raw)
    try:
        return tuple(pq.read_schema(io.BytesIO(raw)).names)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise WrongKindOfFile(_broken(error)) from None


def records_of(raw: bytes, required: tuple[str, ...], expected: str) -> Iterator[Record]:
    """Yield the records of either format; of Parquet with the row number as line.

    Raises:
        WrongKindOfFile: when a required column is missing or the file is broken.
    """
    if not _is_parquet(raw):
        yield from csv_records(raw, required, expected)
        return
    try:
        rows = _in_microseconds(read_parquet(raw)).to_pylist()
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise WrongKindOfFile(_broken(error)) from None
    for line, row in enumerate(rows, start=1):
        yield Record(line, 0, len(raw), {name: _text(value) for name, value in row.items()})


def _is_parquet(raw: bytes) -> bool:
    return raw.startswith(_MAGIC)


def _broken(error: Exception) -> str:
    return f"this Parquet file cannot be read ({error}). Nothing was ingested; write it again."


def _in_microseconds(table: pa.Table) -> pa.Table:
    """Cut nanoseconds off: sound goes 0.3 mm in a microsecond."""
    fields = [
        pa.field(field.name, pa.timestamp("us", tz=field.type.tz))
        if pa.types.is_timestamp(field.type)
        else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields), safe=False)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)
