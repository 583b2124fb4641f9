"""Tables as lines of canonical JSON: the same lines from SQLite and from PostgreSQL, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from truceline.codec.canonical import canonical
from truceline.errors import SourceError
from truceline.store import (
    schema,
    schema_cases,
    schema_custody,
    schema_lookup,
    schema_notices,
    schema_people,
    schema_statements,
)

_MADE_BY: Final = (
    schema, schema_cases, schema_custody, schema_lookup, schema_notices,
    schema_people, schema_statements,
)  # fmt: skip
"""Where tables are made; to be imported is all that they are here for."""
_ROWS: Final = 1000
"""Rows that are read or written at once."""


def tables(*, secret: bool) -> tuple[sa.Table, ...]:
    """Give the tables that are kept outside of a database, each after those it refers to.

    Args:
        secret: also those that hold secrets.
    """
    hidden = {table.name for table in schema_people.SECRET}
    return tuple(
        table
        for table in schema.metadata.sorted_tables
        if not table.info.get("derived")
        and (secret or not (table.info.get("secret") or table.name in hidden))
    )


def columns(table: sa.Table) -> tuple[sa.Column[Any], ...]:
    """Give the columns that do not follow from others."""
    return tuple(column for column in table.columns if not column.info.get("derived"))


def lines(connection: Connection, table: sa.Table) -> Iterator[bytes]:
    """Give each row of a table as a line, by primary key; few are in memory at once."""
    query = sa.select(*columns(table)).order_by(*table.primary_key)
    found = connection.execution_options(yield_per=_ROWS).execute(query)
    for row in found.mappings():
        yield canonical(dict(row)) + b"\n"


def load(connection: Connection, table: sa.Table, given: Iterable[bytes]) -> int:
    """Record the rows that lines tell of, and say how many.

    Raises:
        SourceError: when a line is no row of this table.
    """
    expected = {column.name: column for column in columns(table)}
    count, batch = 0, []
    for number, line in enumerate(given, start=1):
        batch.append(_row(table.name, number, line, expected))
        count += 1
        if len(batch) == _ROWS:
            connection.execute(sa.insert(table), batch)
            batch = []
    if batch:
        connection.execute(sa.insert(table), batch)
    return count


def _row(
    name: str, number: int, line: bytes, expected: dict[str, sa.Column[Any]]
) -> dict[str, Any]:
    where = f"rows/{name}.jsonl line {number}"
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise SourceError(f"{where} is no JSON; use an archive that is whole.") from None
    if not isinstance(row, dict) or row.keys() != expected.keys():
        raise SourceError(
            f"{where} has not the columns of that table; use the version of Truceline that wrote it."
        )
    for key, value in row.items():
        if not _fits(expected[key], value):
            raise SourceError(f"{where}: {key} is of another kind; use an archive that is whole.")
    return row


def _fits(column: sa.Column[Any], value: object) -> bool:
    """Tell whether a value can stand in a column; SQLite would take anything."""
    if value is None:
        return bool(column.nullable)
    if isinstance(column.type, sa.Boolean):
        return isinstance(value, bool)
    if isinstance(column.type, sa.Integer):
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    if isinstance(column.type, sa.Float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str) and not any("\ud800" <= c <= "\udfff" for c in value)
