"""Records in SQL: what was taken in, runs, incidents with their revisions, findings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, Engine

from truceline.codec.canonical import canonical, rfc3339
from truceline.codec.nouns import (
    finding_from_plain,
    finding_to_plain,
    incident_from_plain,
    incident_to_plain,
)
from truceline.model.finding import Finding
from truceline.model.incident import Incident
from truceline.model.interval import Interval
from truceline.store import schema


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


def connect(url: str) -> Engine:
    """Open the records, creating or migrating them to the newest schema."""
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _sqlite_pragmas)
    config = Config()
    config.set_main_option("script_location", "truceline.store:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return engine


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def add_raw_input(connection: Connection, item: RawInput) -> None:
    """Record one raw file."""
    values = {name: getattr(item, name) for name in RawInput.__slots__}
    connection.execute(sa.insert(schema.raw_inputs).values(values))


def raw_inputs(connection: Connection) -> tuple[RawInput, ...]:
    """Give all raw files, in the order of the log."""
    table = schema.raw_inputs
    query = sa.select(table).order_by(table.c.log_index)
    return tuple(RawInput(**row) for row in connection.execute(query).mappings())


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
    top = connection.scalar(sa.select(sa.func.max(schema.incidents.c.incident_id)))
    return int(top.split("-")[1]) + 1 if top else 1


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


def put_revisions(connection: Connection, incidents: Sequence[Incident], run_id: int) -> None:
    """Record revisions and make them the current ones."""
    heads = [_head(incident) for incident in incidents]
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
        }
        for incident in incidents
    ]
    if bodies:
        connection.execute(sa.insert(schema.incident_revisions), bodies)


def _head(incident: Incident) -> dict[str, Any]:
    return {
        "incident_id": incident.incident_id,
        "revision": incident.revision,
        "state": "current",
        "start": _key(incident.time.start),
        "end": _key(incident.time.end),
        "kind": incident.kind,
        "probability": incident.probability,
    }


def close_incident(
    connection: Connection, run_id: int, incident_id: str, relation: str, other: str
) -> None:
    """Record a step of lineage; an incident that was merged or retired is no longer current."""
    connection.execute(
        sa.insert(schema.lineage).values(
            run_id=run_id, incident_id=incident_id, relation=relation, other=other
        )
    )
    if relation in {"merged_into", "retired"}:
        where = schema.incidents.c.incident_id == incident_id
        state = "merged" if relation == "merged_into" else "retired"
        connection.execute(sa.update(schema.incidents).where(where).values(state=state))


def replace_members(connection: Connection, incidents: Iterable[Incident]) -> None:
    """Make the look-up from observation to incident match the current incidents."""
    connection.execute(sa.delete(schema.members))
    rows = [
        {"observation_id": m.observation_id, "incident_id": i.incident_id}
        for i in incidents
        for m in i.members
    ]
    if rows:
        connection.execute(sa.insert(schema.members), rows)


def replace_findings(connection: Connection, findings: Sequence[Finding]) -> None:
    """Put the automatic, preliminary findings of a run in place of those before."""
    connection.execute(sa.delete(schema.findings).where(schema.findings.c.status == "preliminary"))
    rows = [
        {
            "finding_id": f.finding_id,
            "incident_id": f.incident_id,
            "clause_id": f.clause_id,
            "outcome": f.outcome.value,
            "probability": f.probability,
            "status": f.status.value,
            "content": canonical(finding_to_plain(f)).decode(),
        }
        for f in findings
    ]
    if rows:
        connection.execute(sa.insert(schema.findings), rows)


def findings(
    connection: Connection, incident_ids: Iterable[str] | None = None
) -> tuple[Finding, ...]:
    """Give findings by id, of all incidents or of those named."""
    query = sa.select(schema.findings.c.content).order_by(schema.findings.c.finding_id)
    found = tuple(_finding(text) for text in connection.scalars(query))
    if incident_ids is None:
        return found
    wanted = set(incident_ids)
    return tuple(f for f in found if f.incident_id in wanted)


def _key(moment: datetime) -> str:
    """Write a time so that text order is time order."""
    return rfc3339(moment.replace(microsecond=0))


def _incident(text: str) -> Incident:
    return incident_from_plain(json.loads(text))


def _finding(text: str) -> Finding:
    return finding_from_plain(json.loads(text))
