"""Records in SQL: what was taken in, runs, incidents with their revisions, findings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from truceline.codec.canonical import canonical, plain, rfc3339
from truceline.codec.nouns import (
    finding_from_plain,
    finding_to_plain,
    incident_from_plain,
    incident_to_plain,
)
from truceline.model.finding import Finding
from truceline.model.incident import Incident
from truceline.model.interval import Interval
from truceline.store import lookup, places, schema


@dataclass(frozen=True, slots=True)
class RawInput:
    """One raw file that was taken in."""

    source: str
    sha256: str
    file_name: str
    size: int
    """Unit: bytes."""
    received: str
    """RFC 3339, UTC."""
    adapter_version: str
    rows: int
    rejected: int
    log_index: int


def add_raw_input(connection: Connection, item: RawInput) -> None:
    """Record one raw file."""
    values = {name: getattr(item, name) for name in RawInput.__slots__}
    connection.execute(sa.insert(schema.raw_inputs).values(values))


def raw_inputs(connection: Connection) -> tuple[RawInput, ...]:
    """Give all raw files, in the order of the log."""
    table = schema.raw_inputs
    query = sa.select(table).order_by(table.c.log_index)
    return tuple(RawInput(**row) for row in connection.execute(query).mappings())


def raw_input(connection: Connection, source: str, sha256: str) -> RawInput | None:
    """Give one raw file, or None."""
    table = schema.raw_inputs
    query = sa.select(table).where(table.c.source == source, table.c.sha256 == sha256)
    row = connection.execute(query).mappings().first()
    return None if row is None else RawInput(**row)


def last_run(connection: Connection) -> Mapping[str, Any] | None:
    """Give the newest run, or None."""
    query = sa.select(schema.runs).order_by(schema.runs.c.run_id.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def add_run(connection: Connection, values: Mapping[str, Any]) -> int:
    """Record a run and give its number."""
    number = (connection.scalar(sa.select(sa.func.max(schema.runs.c.run_id))) or 0) + 1
    connection.execute(sa.insert(schema.runs).values({**values, "run_id": number}))
    return number


def next_incident_number(connection: Connection) -> int:
    """Give the first incident number that was never used."""
    key = schema.incidents.c.incident_id
    longest = sa.func.length(key).desc()  # INC-1000000 comes after INC-999999
    top = connection.scalar(sa.select(key).order_by(longest, key.desc()).limit(1))
    return number_of(top) + 1 if top else 1


def number_of(incident_id: str) -> int:
    """Give the number in an incident id.

    >>> number_of("INC-000012")
    12
    """
    return int(incident_id.removeprefix("INC-"))


def current_incidents(
    connection: Connection, window: Interval | None = None
) -> tuple[Incident, ...]:
    """Give the latest revision of each incident that is alive, by time; those touching ``window``."""
    head, body = schema.incidents, schema.incident_revisions
    query = (
        sa.select(body.c.content)
        .join(
            head, (head.c.incident_id == body.c.incident_id) & (head.c.revision == body.c.revision)
        )
        .where(head.c.state == "current")
        .order_by(head.c.start, head.c.incident_id)
    )
    if window is not None:
        query = query.where(
            head.c.start < _key(window.end),
            (head.c.end > _key(window.start)) | (head.c.start >= _key(window.start)),
        )
    return tuple(_incident(text) for text in connection.scalars(query))


def incident_history(connection: Connection, incident_id: str) -> tuple[Incident, ...]:
    """Give all revisions of an incident, oldest first."""
    body = schema.incident_revisions
    query = (
        sa.select(body.c.content).where(body.c.incident_id == incident_id).order_by(body.c.revision)
    )
    return tuple(_incident(text) for text in connection.scalars(query))


def put_revisions(
    connection: Connection, incidents: Sequence[Incident], run_id: int, first: int | None = None
) -> None:
    """Record revisions and make them the current ones.

    Args:
        connection: to the records.
        incidents: new and changed ones, in the order of the log.
        run_id: the run that made them.
        first: leaf index of the entry of the first; the others follow.
    """
    heads = [head_of(incident) for incident in incidents]
    new = [h for h in heads if h["revision"] == 1]
    changed = [{**h, "key": h["incident_id"]} for h in heads if h["revision"] > 1]
    if new:
        connection.execute(sa.insert(schema.incidents), new)
    for head in changed:
        where = schema.incidents.c.incident_id == head.pop("key")
        connection.execute(sa.update(schema.incidents).where(where).values(head))
    bodies = [
        {
            "incident_id": incident.incident_id,
            "revision": incident.revision,
            "run_id": run_id,
            "content": canonical(incident_to_plain(incident)).decode(),
            "log_index": None if first is None else first + at,
        }
        for at, incident in enumerate(incidents)
    ]
    if bodies:
        connection.execute(sa.insert(schema.incident_revisions), bodies)
    places.put(connection, incidents)


def head_of(incident: Incident) -> dict[str, Any]:
    """Give the columns by which a living incident is found."""
    return {
        "incident_id": incident.incident_id,
        "revision": incident.revision,
        "state": "current",
        "start": _key(incident.time.start),
        "end": _key(incident.time.end),
        "kind": incident.kind,
        "probability": plain(incident.probability),
    }


STATES: Final[Mapping[str, str]] = {"merged_into": "merged", "retired": "retired"}
"""Step of lineage that ends the life of an incident, and the state that it leaves."""


def close_incident(
    connection: Connection, run_id: int, incident_id: str, relation: str, other: str
) -> None:
    """Record a step of lineage; an incident that was merged or retired is no longer current."""
    connection.execute(
        sa.insert(schema.lineage).values(
            run_id=run_id, incident_id=incident_id, relation=relation, other=other
        )
    )
    if relation in STATES:
        where = schema.incidents.c.incident_id == incident_id
        state = STATES[relation]
        connection.execute(sa.update(schema.incidents).where(where).values(state=state))
        places.remove(connection, [incident_id])


def replace_members(
    connection: Connection,
    incidents: Iterable[Incident],
    raw: Mapping[lookup.Key, lookup.RawPlace] = MappingProxyType({}),
) -> None:
    """Make the look-up from observation to incident match the current incidents.

    Args:
        connection: to the records.
        incidents: the current ones.
        raw: where the raw row lies, by observation and version.
    """
    connection.execute(sa.delete(schema.members))
    rows = [
        {
            "observation_id": m.observation_id,
            "incident_id": i.incident_id,
            **lookup.columns(raw.get((m.observation_id, m.version))),
        }
        for i in incidents
        for m in i.members
    ]
    if rows:
        connection.execute(sa.insert(schema.members), rows)


def replace_findings(
    connection: Connection, findings: Sequence[Finding], first: int | None = None
) -> None:
    """Put the automatic, preliminary findings of a run in place of those before.

    Args:
        connection: to the records.
        findings: in the order of the log.
        first: leaf index of the entry of the first; the others follow.
    """
    connection.execute(sa.delete(schema.findings).where(schema.findings.c.status == "preliminary"))
    rows = [
        {
            **finding_columns(f),
            "content": canonical(finding_to_plain(f)).decode(),
            "log_index": None if first is None else first + at,
        }
        for at, f in enumerate(findings)
    ]
    if rows:
        connection.execute(sa.insert(schema.findings), rows)


def finding_columns(finding: Finding) -> dict[str, Any]:
    """Give the columns by which a finding is found."""
    return {
        "finding_id": finding.finding_id,
        "incident_id": finding.incident_id,
        "clause_id": finding.clause_id,
        "outcome": finding.outcome.value,
        "probability": plain(finding.probability),
        "status": finding.status.value,
    }


def finding(connection: Connection, finding_id: str) -> Finding | None:
    """Give one finding, or None."""
    table = schema.findings
    text = connection.scalar(sa.select(table.c.content).where(table.c.finding_id == finding_id))
    return None if text is None else _finding(text)


def findings(
    connection: Connection, incident_ids: Iterable[str] | None = None
) -> tuple[Finding, ...]:
    """Give findings by id, of all incidents or of those named."""
    table = schema.findings
    query = sa.select(table.c.content).order_by(table.c.finding_id)
    if incident_ids is None:
        return tuple(_finding(text) for text in connection.scalars(query))
    wanted = sorted(set(incident_ids))
    found = [
        _finding(text)
        for at in range(0, len(wanted), _AT_ONCE)
        for text in connection.scalars(
            query.where(table.c.incident_id.in_(wanted[at : at + _AT_ONCE]))
        )
    ]
    return tuple(sorted(found, key=lambda one: one.finding_id))


_AT_ONCE: Final = 500
"""Ids in one question; a database takes only so many."""


def findings_page(
    connection: Connection, limit: int, after: tuple[float, str] | None = None, outcome: str = ""
) -> tuple[Finding, ...]:
    """Give the next findings, most probable breach first, ids backwards where they are equal.

    Args:
        connection: to the records.
        limit: how many at most.
        after: probability and id of the last finding of the page before; null for the first page.
        outcome: only of this outcome; empty: any.
    """
    table = schema.findings
    by = (table.c.probability, table.c.finding_id)
    query = sa.select(table.c.content).order_by(*(column.desc() for column in by)).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(*by) < sa.tuple_(*(sa.literal(value) for value in after)))
    if outcome:
        query = query.where(table.c.outcome == outcome)
    return tuple(_finding(text) for text in connection.scalars(query))


def rows(connection: Connection, table: sa.Table) -> tuple[Mapping[str, Any], ...]:
    """Give every row of a table, by primary key, for a check of them all."""
    query = sa.select(table).order_by(*table.primary_key)
    return tuple(dict(row) for row in connection.execute(query).mappings())


def _key(moment: datetime) -> str:
    """Write a time so that text order is time order."""
    return rfc3339(moment.replace(microsecond=0))


def _incident(text: str) -> Incident:
    return incident_from_plain(json.loads(text))


def _finding(text: str) -> Finding:
    return finding_from_plain(json.loads(text))
