"""What finds the chain behind a finding without reading everything: leaf indices and raw rows.

All of it follows from the log and the archive. It is filled with the records, filled anew where
they come from an earlier version, and compared with what follows by the verification.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from truceline.errors import WorkspaceError
from truceline.store import database, schema
from truceline.store.schema_lookup import belonging


@dataclass(frozen=True, slots=True)
class RawPlace:
    """Where the raw row of an observation lies."""

    source: str
    raw_sha256: str
    raw_offset: int
    """Unit: bytes."""
    raw_length: int
    """Unit: bytes."""
    raw_line: int
    """1-based."""


Key = tuple[str, str]
"""Observation and its version, or observation and incident."""
COLUMNS: Final = RawPlace.__slots__


def belong(engine: Engine, origin: str) -> None:
    """See that the records are those of a log, and say so in them where nothing says it yet.

    Raises:
        WorkspaceError: when they are those of another log, or cannot be used.
    """
    with database.reading(engine) as connection:
        found = connection.scalar(sa.select(belonging.c.origin))
        empty = connection.scalar(sa.select(schema.runs.c.run_id).limit(1)) is None
    if found is None and database.is_writable(engine):
        with database.writing(engine) as connection:
            # records without a run have nothing that is still to be looked up
            connection.execute(sa.insert(belonging).values(origin=origin, looked_up=empty))
    elif found is not None and found != origin:
        raise WorkspaceError(
            f"{database.place(engine)}: these are the records of another workspace, {found}; "
            "correct the address in truceline.toml, each workspace has its own database."
        )


def is_filled(connection: Connection) -> bool:
    """Tell whether the derived columns are filled."""
    return bool(connection.scalar(sa.select(belonging.c.looked_up)))


def set_filled(connection: Connection) -> None:
    """Say that the derived columns are filled."""
    connection.execute(sa.update(belonging).values(looked_up=True))


def raw_rows(connection: Connection, incident_id: str) -> dict[str, RawPlace]:
    """Give the raw rows of an incident's members, by observation."""
    table = schema.members
    query = sa.select(table.c.observation_id, *(table.c[name] for name in COLUMNS)).where(
        table.c.incident_id == incident_id, table.c.raw_sha256.is_not(None)
    )
    return {
        row.observation_id: RawPlace(*(getattr(row, name) for name in COLUMNS))
        for row in connection.execute(query)
    }


def finding_index(connection: Connection, finding_id: str) -> int | None:
    """Give the leaf index of a finding's entry."""
    table = schema.findings
    return connection.scalar(sa.select(table.c.log_index).where(table.c.finding_id == finding_id))


def revision_indices(connection: Connection, incident_id: str) -> tuple[int | None, ...]:
    """Give the leaf index of each revision of an incident, oldest first."""
    table = schema.incident_revisions
    query = (
        sa.select(table.c.log_index)
        .where(table.c.incident_id == incident_id)
        .order_by(table.c.revision)
    )
    return tuple(connection.scalars(query))


def fill(
    connection: Connection,
    findings: Mapping[str, int],
    revisions: Mapping[tuple[str, int], int],
    members: Mapping[Key, RawPlace],
) -> None:
    """Fill the derived columns of records that came without them.

    Args:
        connection: to change them with.
        findings: leaf index by finding.
        revisions: leaf index by incident and revision.
        members: raw row by observation and incident.
    """
    f, r, m = schema.findings, schema.incident_revisions, schema.members
    _update(
        connection,
        sa.update(f).where(f.c.finding_id == sa.bindparam("k0")),
        ({"k0": key, "log_index": at} for key, at in findings.items()),
    )
    _update(
        connection,
        sa.update(r).where(
            r.c.incident_id == sa.bindparam("k0"), r.c.revision == sa.bindparam("k1")
        ),
        ({"k0": k0, "k1": k1, "log_index": at} for (k0, k1), at in revisions.items()),
    )
    _update(
        connection,
        sa.update(m).where(
            m.c.observation_id == sa.bindparam("k0"), m.c.incident_id == sa.bindparam("k1")
        ),
        ({"k0": k0, "k1": k1, **columns(row)} for (k0, k1), row in members.items()),
    )
    set_filled(connection)


def columns(row: RawPlace | None) -> dict[str, Any]:
    """Give the columns of a raw row; empty where it is not known."""
    return {name: None if row is None else getattr(row, name) for name in COLUMNS}


def _update(connection: Connection, change: sa.Update, rows: Iterable[dict[str, Any]]) -> None:
    values = list(rows)
    if values:
        names = [name for name in values[0] if not name.startswith("k")]
        connection.execute(change.values({n: sa.bindparam(n) for n in names}), values)
