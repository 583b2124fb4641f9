"""Records of the register, and the register on a day by seeks in their indexes.

What heads a cell is said in ``guarantees.register_time``; :data:`_HEADS` asks the same of the
tables, so that the answer does not need every undertaking that was ever read. Both are held
against one another by a test.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from truceline.codec.canonical import canonical
from truceline.codec.register_plain import entry_from_plain, entry_to_plain
from truceline.model.register import Entry, Origin
from truceline.store.proposals import insert
from truceline.store.schema_statements import register_cells, register_entries

_ORDER: Final = {"coded": 0, "confirmed": 1, "proposed": 2}
"""Of two undertakings that say the same, people's come first."""


@dataclass(frozen=True, slots=True)
class Head:
    """What heads the cell of one obligor and domain on a day."""

    domain: str
    entry: Entry
    differs: bool
    """Sources give different statuses."""
    single: bool
    """Only one independent voice tells of the status in this domain."""


def entry_rows(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Give the row of each entry, in the order of the register."""
    return [
        {
            "entry_id": one.id,
            "position": position,
            "obligor": one.obligor,
            "content": canonical(entry_to_plain(one)).decode(),
        }
        for position, one in enumerate(entries)
    ]


def cell_rows(entries: Iterable[Entry], strength: Sequence[str]) -> list[dict[str, Any]]:
    """Give the rows by which entries that count are found.

    Args:
        entries: of the register.
        strength: statuses from the weakest to the strongest.
    """
    return [
        row
        for one in entries
        if one.origin is not Origin.REJECTED
        for row in _cells(one, strength.index(one.status))
    ]


def _cells(entry: Entry, strength: int) -> Iterator[dict[str, Any]]:
    months = entry.months
    first = entry.date or (f"{months[0]}-01" if months else "")
    last = entry.date or (f"{months[-1]}-31" if months else "")
    by = entry.known_by or (f"{months[0]}-00" if months else "")
    for domain in entry.types:
        voices = set(entry.groups_for(domain))
        yield {
            "obligor": entry.obligor,
            "domain": domain,
            "entry_id": entry.id,
            "day": by,
            "first_day": first,
            "last_day": last,
            "status": entry.status,
            "precedence": f"{strength * len(_ORDER) + _ORDER[entry.origin.value]:02d} {entry.id}",
            "voice": voices.pop() if len(voices) == 1 else "",
        }


def replace(connection: Connection, entries: Sequence[Entry], strength: Sequence[str]) -> None:
    """Put the entries of a register in place of those before."""
    for table in (register_cells, register_entries):
        connection.execute(sa.delete(table))
    insert(connection, register_entries, entry_rows(entries))
    insert(connection, register_cells, cell_rows(entries, strength))


def every(connection: Connection) -> tuple[Entry, ...]:
    """Give all entries, rejected ones too, in the order of the register."""
    table = register_entries
    query = sa.select(table.c.content).order_by(table.c.position)
    return tuple(_entry(text) for text in connection.scalars(query))


def of_obligor(connection: Connection, obligor: str) -> tuple[Entry, ...]:
    """Give all entries of one obligor, in the order of the register."""
    table = register_entries
    query = sa.select(table.c.content).where(table.c.obligor == obligor).order_by(table.c.position)
    return tuple(_entry(text) for text in connection.scalars(query))


def obligors(connection: Connection) -> tuple[str, ...]:
    """Give every obligor that the register names, sorted."""
    column = register_entries.c.obligor
    found: list[str] = []
    while True:  # a seek each: there are far more entries than obligors
        query = sa.select(sa.func.min(column)).where(column > (found[-1] if found else ""))
        following = connection.scalar(query)
        if following is None:
            return tuple(found)
        found.append(following)


_HEADS: Final = """
WITH cells AS (SELECT DISTINCT obligor, domain FROM register_cells {whose}),
tops AS (
  SELECT obligor, domain, (
    SELECT c.first_day FROM register_cells c
    WHERE c.obligor = cells.obligor AND c.domain = cells.domain AND c.day <= :day {kinds}
    ORDER BY c.first_day DESC LIMIT 1) AS newest
  FROM cells),
firsts AS (
  SELECT obligor, domain, (
    SELECT MIN(c.precedence) FROM register_cells c
    WHERE c.obligor = tops.obligor AND c.domain = tops.domain
      AND c.last_day >= tops.newest AND c.day <= :day {kinds}) AS precedence
  FROM tops)
SELECT h.obligor, h.domain, h.entry_id, e.content{besides}
FROM firsts f
JOIN register_cells h
  ON h.obligor = f.obligor AND h.domain = f.domain AND h.entry_id = SUBSTR(f.precedence, 4)
JOIN register_entries e ON e.entry_id = h.entry_id
ORDER BY h.obligor, h.domain
"""
_BESIDES: Final = """,
  EXISTS (
    SELECT 1 FROM register_cells c WHERE c.obligor = h.obligor AND c.domain = h.domain
      AND c.status < h.status AND c.day <= :day
  ) OR EXISTS (
    SELECT 1 FROM register_cells c WHERE c.obligor = h.obligor AND c.domain = h.domain
      AND c.status > h.status AND c.day <= :day
  ) AS differs,
  h.voice <> '' AND NOT EXISTS (
    SELECT 1 FROM register_cells c WHERE c.obligor = h.obligor AND c.domain = h.domain
      AND c.status = h.status AND c.day <= :day AND c.voice <> h.voice
  ) AS single"""
_PROPOSED: Final = ", ".join(
    f"'{number:02d}'" for number in range(_ORDER["proposed"], 100, len(_ORDER))
)
_OF_PEOPLE: Final = f"AND SUBSTR(c.precedence, 1, 2) NOT IN ({_PROPOSED})"
"""Leaves proposals out of :data:`_HEADS`."""
_ALWAYS: Final = "9999-12-31"
"""A day on which everything is known."""


def heads(
    connection: Connection, day: str | None, *, obligor: str | None = None, people: bool = False
) -> tuple[Head, ...]:
    """Give what heads each cell on a day, by obligor and domain.

    Args:
        connection: to the records.
        day: ISO day; null: everything known.
        obligor: only this one; null: all.
        people: leave proposals out, and give what heads each cell of what people wrote or confirmed.
    """
    return tuple(
        Head(row["domain"], _entry(row["content"]), bool(row["differs"]), bool(row["single"]))
        for row in _heads(connection, day, obligor, people=people)
    )


def moves(
    connection: Connection,
    first: str,
    last: str,
    *,
    obligor: str | None = None,
    people: bool = False,
) -> tuple[tuple[str, Entry | None, Entry], ...]:
    """Give domain, entry before and entry after of each cell that something else heads since.

    Args:
        connection: to the records.
        first: ISO day.
        last: ISO day, not before ``first``.
        obligor: only this one; null: all.
        people: leave proposals out.
    """
    older = _heads(connection, first, obligor, "", people=people)
    before = {(row["obligor"], row["domain"]): row for row in older}
    found = []
    for row in _heads(connection, last, obligor, "", people=people):
        old = before.get((row["obligor"], row["domain"]))
        if old is None or old["entry_id"] != row["entry_id"]:
            earlier = None if old is None else _entry(old["content"])
            found.append((row["domain"], earlier, _entry(row["content"])))
    return tuple(found)


def _heads(
    connection: Connection,
    day: str | None,
    obligor: str | None,
    besides: str = _BESIDES,
    *,
    people: bool = False,
) -> tuple[sa.RowMapping, ...]:
    values = {"day": day or _ALWAYS, "obligor": obligor}
    query = sa.text(_query(obligor, besides, _OF_PEOPLE if people else ""))
    return tuple(connection.execute(query, values).mappings())


def _query(obligor: str | None, besides: str = _BESIDES, kinds: str = "") -> str:
    whose = "" if obligor is None else "WHERE obligor = :obligor"
    return _HEADS.format(whose=whose, besides=besides, kinds=kinds)


def _entry(text: str) -> Entry:
    return entry_from_plain(json.loads(text))
