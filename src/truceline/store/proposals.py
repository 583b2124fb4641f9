"""Records of the newest reading: what was proposed, what is one statement, what differs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from truceline.codec.canonical import canonical
from truceline.codec.reading import reading_to_plain
from truceline.model.article import Reading
from truceline.store import schema_statements as schema

Rows = dict[sa.Table, list[dict[str, Any]]]

TABLES: Final = (
    schema.pledge_items,  # before the pledges that they point to, when they are taken away
    schema.pledges,
    schema.statements,
    schema.positions,
    schema.alignments,
    schema.disagreements,
)
"""Tables that one reading fills, in the order in which they are emptied."""

_AT_ONCE: Final = 20_000


def rows_of(reading: Reading, disagreement_ids: Sequence[str]) -> Rows:
    """Give the rows of a reading, by table.

    Args:
        reading: with alignments and contradictions.
        disagreement_ids: id of each contradiction, in their order.
    """
    made = reading_to_plain(reading)
    return {
        schema.pledges: [
            _common("pledge_id", n, p) for n, p in enumerate(made["pledges"])
        ],
        schema.pledge_items: [
            {"pledge_id": p.id, "obligor": who, "domain": kind, "status": p.status,
             "day": p.date or ""}
            for p in reading.pledges
            for who in dict.fromkeys(p.obligor)
            for kind in dict.fromkeys(p.types)
        ],
        schema.statements: [
            {**_common("statement_id", n, s), "speaker": s["speaker"],
             "day": s.get("date_said", "")}
            for n, s in enumerate(made["statements"])
        ],
        schema.positions: [
            {**_common("position_id", n, p), "party": p["party"], "kind": p["kind"]}
            for n, p in enumerate(made["positions"])
        ],
        schema.alignments: [
            {"statement_id": member, "alignment": n}
            for n, group in enumerate(reading.alignments)
            for member in group.members
        ],
        schema.disagreements: [
            {"disagreement_id": key, "position": n, "type": c["type"], "field": c["field"],
             "content": canonical(c).decode()}
            for n, (key, c) in enumerate(
                zip(disagreement_ids, made["contradictions"], strict=True)
            )
        ],
    }  # fmt: skip


def _common(key: str, position: int, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: values["id"],
        "position": position,
        "doc": values["doc"],
        "content": canonical(values).decode(),
    }


def replace(connection: Connection, rows: Rows) -> None:
    """Put the rows of a reading in place of those before."""
    for table in TABLES:
        connection.execute(sa.delete(table))
    for table in reversed(TABLES):
        insert(connection, table, rows[table])


def insert(connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows, so many at once that memory stays bounded."""
    for first in range(0, len(rows), _AT_ONCE):
        connection.execute(sa.insert(table), rows[first : first + _AT_ONCE])


def contents(connection: Connection, table: sa.Table) -> list[dict[str, Any]]:
    """Give what the rows of a table hold, in the order of the reading."""
    query = sa.select(table.c.content).order_by(table.c.position)
    return [json.loads(text) for text in connection.scalars(query)]


def disagreement_ids(connection: Connection) -> tuple[str, ...]:
    """Give the ids of the contradictions, in the order of the reading."""
    table = schema.disagreements
    return tuple(connection.scalars(sa.select(table.c.disagreement_id).order_by(table.c.position)))


def alignments(connection: Connection) -> tuple[tuple[str, ...], ...]:
    """Give the ids of the statements that are one, group by group."""
    table = schema.alignments
    query = sa.select(table).order_by(table.c.alignment, table.c.statement_id)
    groups: dict[int, list[str]] = {}
    for row in connection.execute(query).mappings():
        groups.setdefault(row["alignment"], []).append(row["statement_id"])
    return tuple(tuple(members) for members in groups.values())
