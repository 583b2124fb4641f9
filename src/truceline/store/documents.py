"""Records of the documents that a desk holds and of the readings made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from truceline.codec.canonical import canonical
from truceline.store import schema_statements as schema


@dataclass(frozen=True, slots=True)
class Held:
    """One version of a document."""

    log_index: int
    name: str
    """File name without folder."""
    sha256: str
    size: int
    """Unit: bytes."""
    sidecar: Mapping[str, Any]
    """What was said of it besides its text; empty where nothing."""
    received: str
    """RFC 3339, UTC."""


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One reading of all documents that were current."""

    made: str
    """RFC 3339, UTC."""
    code: str
    """Version of the program, and of its rules."""
    documents: str
    """Digest of what was read."""
    result: str
    """Digest of what came out."""
    content: str
    """Canonical JSON of the documents as they were read, and of what was refused; empty where the
    records were cut off before it, and another reading came after."""
    log_index: int


def document_row(item: Held) -> dict[str, Any]:
    """Give the row of a version of a document."""
    values = {name: getattr(item, name) for name in Held.__slots__}
    return values | {"sidecar": canonical(dict(item.sidecar)).decode()}


def add_document(connection: Connection, item: Held) -> None:
    """Record a version of a document."""
    connection.execute(sa.insert(schema.documents).values(document_row(item)))


def versions(connection: Connection) -> tuple[Held, ...]:
    """Give every version of every document, in the order of the log."""
    table = schema.documents
    found = connection.execute(sa.select(table).order_by(table.c.log_index)).mappings()
    return tuple(Held(**{**row, "sidecar": json.loads(row["sidecar"])}) for row in found)


def current(connection: Connection) -> tuple[Held, ...]:
    """Give the newest version of each document, by name."""
    newest = {item.name: item for item in versions(connection)}
    return tuple(newest[name] for name in sorted(newest))


def add_reading(connection: Connection, item: ReadingRow) -> None:
    """Record a reading."""
    table = schema.readings
    number = (connection.scalar(sa.select(sa.func.max(table.c.reading_id))) or 0) + 1
    values = {name: getattr(item, name) for name in ReadingRow.__slots__}
    connection.execute(sa.insert(table).values(values | {"reading_id": number}))


def set_content(connection: Connection, log_index: int, content: str) -> None:
    """Record what a reading holds."""
    table = schema.readings
    where = table.c.log_index == log_index
    connection.execute(sa.update(table).where(where).values(content=content))


def last_reading(connection: Connection) -> ReadingRow | None:
    """Give the newest reading; null where nothing was read."""
    table = schema.readings
    columns = [table.c[name] for name in ReadingRow.__slots__]
    query = sa.select(*columns).order_by(table.c.reading_id.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else ReadingRow(**row)


def readings_at(connection: Connection) -> tuple[int, ...]:
    """Give the leaf index of each reading that is recorded."""
    return tuple(connection.scalars(sa.select(schema.readings.c.log_index)))
