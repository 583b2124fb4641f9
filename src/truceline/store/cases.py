"""Steps of one finding at a time, and which findings have any: what a case is made of."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from truceline.store import schema
from truceline.store.notices import FindingStep
from truceline.store.schema_notices import finding_steps

_AT_ONCE = 500
"""Ids that one query names at most."""


def steps_of(connection: Connection, finding_id: str) -> tuple[FindingStep, ...]:
    """Give the steps on one finding, oldest first."""
    query = sa.select(finding_steps).where(finding_steps.c.finding_id == finding_id)
    return _rows(connection, query)


def steps_on(
    connection: Connection, finding_ids: Iterable[str]
) -> dict[str, tuple[FindingStep, ...]]:
    """Give the steps on some findings, oldest first; a finding without any is left out."""
    ids, found = sorted(set(finding_ids)), dict[str, tuple[FindingStep, ...]]()
    for start in range(0, len(ids), _AT_ONCE):
        some = finding_steps.c.finding_id.in_(ids[start : start + _AT_ONCE])
        for row in _rows(connection, sa.select(finding_steps).where(some)):
            found[row.finding_id] = (*found.get(row.finding_id, ()), row)
    return found


def touched(connection: Connection) -> tuple[str, ...]:
    """Give the ids of the findings on which somebody has taken a step, in order."""
    query = sa.select(finding_steps.c.finding_id).distinct()
    return tuple(sorted(connection.scalars(query)))


def untouched(
    connection: Connection, outcomes: Iterable[str], limit: int
) -> tuple[tuple[str, float], ...]:
    """Give findings on which nobody has taken a step, the most probable breach first.

    Args:
        connection: to the records.
        outcomes: those that count.
        limit: how many at most.
    """
    table = schema.findings
    query = (
        sa.select(table.c.finding_id, table.c.probability)
        .where(table.c.outcome.in_(sorted(outcomes)), ~_has_steps(table.c.finding_id))
        .order_by(table.c.probability.desc(), table.c.finding_id)
        .limit(limit)
    )
    return tuple((str(key), float(p)) for key, p in connection.execute(query))


def count_untouched(connection: Connection, outcomes: Iterable[str]) -> int:
    """Count the findings on which nobody has taken a step."""
    table = schema.findings
    query = (
        sa.select(sa.func.count())
        .select_from(table)
        .where(table.c.outcome.in_(sorted(outcomes)), ~_has_steps(table.c.finding_id))
    )
    return int(connection.scalar(query) or 0)


def _has_steps(finding_id: sa.Column[str]) -> sa.Exists:
    return sa.exists().where(finding_steps.c.finding_id == finding_id)


def _rows(connection: Connection, query: sa.Select[tuple[object, ...]]) -> tuple[FindingStep, ...]:
    rows = connection.execute(query.order_by(finding_steps.c.number)).mappings()
    return tuple(FindingStep(**row) for row in rows)
