"""Rows that have their entry in the evidence log: one table a kind, only ever added to.

Such a row is numbered 1, 2, ... within its table and bears the leaf index of its entry. What the
log says and what the row says are the same; the pipeline logs first and records afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection


class LoggedRow(Protocol):
    """A frozen dataclass whose fields are the columns of its table."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def number(self) -> int:
        """1, 2, ...; never reused."""

    @property
    def log_index(self) -> int:
        """Leaf index of its entry."""


R = TypeVar("R", bound=LoggedRow)


def fields_of(row: LoggedRow) -> dict[str, Any]:
    """Give the fields of a row as its entry of the log has them: all but the index."""
    return {f.name: getattr(row, f.name) for f in fields(row) if f.name != "log_index"}


@dataclass(frozen=True, slots=True)
class Kind(Generic[R]):
    """How one type of entry is recorded."""

    event: str
    """Type of the log's record, such as ``finding.step``."""
    row: type[R]
    table: sa.Table
    name: str
    """What a person calls it, for messages."""
    to_event: Callable[[R], dict[str, Any]] = fields_of
    """Gives the fields of the entry, without its type."""
    from_event: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict
    """Gives the fields of the row, without its index; what the row does not have is left out."""
    beside: Callable[[R], dict[str, Any]] | None = None
    """Gives the record that is logged right behind the entry, in the same batch: with what the entry
    binds by ``sha256`` only, so that each of the two can be shown without the other."""

    def row_of(self, entry: Mapping[str, Any], log_index: int) -> R:
        """Give the row that an entry of the log tells of."""
        values = self.from_event(entry)
        names = (f.name for f in fields(self.row) if f.name != "log_index")
        row: Callable[..., R] = self.row
        return row(**{name: values.get(name) for name in names}, log_index=log_index)


def add(connection: Connection, kind: Kind[R], row: R) -> None:
    """Record one row."""
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    connection.execute(sa.insert(kind.table).values(values))


def every(connection: Connection, kind: Kind[R], *where: sa.ColumnElement[bool]) -> tuple[R, ...]:
    """Give the rows of a kind, oldest first: all, or those that fulfil every condition."""
    query = sa.select(kind.table).where(*where).order_by(kind.table.c.number)
    return tuple(kind.row(**row) for row in connection.execute(query).mappings())


def next_number(connection: Connection, kind: Kind[Any]) -> int:
    """Give the first number that was never used."""
    return (connection.scalar(sa.select(sa.func.max(kind.table.c.number))) or 0) + 1


def last_index(connection: Connection, kinds: Iterable[Kind[Any]]) -> int:
    """Give the highest index of the log that a row of any of the kinds has; -1 where none has."""
    tops = [sa.select(sa.func.max(kind.table.c.log_index).label("top")) for kind in kinds]
    if not tops:
        return -1
    top = connection.scalar(sa.select(sa.func.max(sa.union_all(*tops).subquery().c.top)))
    return -1 if top is None else int(top)
