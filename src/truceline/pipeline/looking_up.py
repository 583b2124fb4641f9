"""Filling what finds records quickly, where they come from an earlier version, and checking it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from truceline.pipeline.desk import Desk
from truceline.pipeline.events import LoggedRun, recorded, runs
from truceline.pipeline.holdings import holdings
from truceline.pipeline.raw_places import raw_places
from truceline.store import database, lookup, places, records, schema, schema_lookup


def ensure(desk: Desk) -> None:
    """Fill the derived columns where they are empty.

    Raises:
        EvidenceError: when the archive is damaged.
        WorkspaceError: when the records cannot be changed.
    """
    with database.reading(desk.engine) as connection:
        if lookup.is_filled(connection):
            return
        current = records.current_incidents(connection)
    chain = recorded(runs(desk.events()))
    raw = raw_places(holdings(desk), current, chain[-1].made.index if chain else None)
    members = {
        (m.observation_id, i.incident_id): raw[m.observation_id, m.version]
        for i in current
        for m in i.members
        if (m.observation_id, m.version) in raw
    }
    with database.writing(desk.engine) as connection:
        places.put(connection, current)
        lookup.fill(connection, findings_of(chain), revisions_of(chain), members)


def findings_of(chain: Sequence[LoggedRun]) -> dict[str, int]:
    """Give the leaf index of every finding of the newest run."""
    newest = chain[-1].of_type("finding.made") if chain else ()
    return {str(e.fields["finding_id"]): e.index for e in newest}


def revisions_of(chain: Sequence[LoggedRun]) -> dict[tuple[str, int], int]:
    """Give the leaf index of every revision of an incident."""
    return {
        (str(e.fields["incident_id"]), int(e.fields["revision"])): e.index
        for run in chain
        for e in run.of_type("incident.revised")
    }


def check_lookup(desk: Desk, connection: Connection, chain: Sequence[LoggedRun]) -> Iterator[str]:
    """Say which derived rows do not follow from log and archive.

    Args:
        desk: the workspace.
        connection: to its records.
        chain: the runs that count.

    Raises:
        EvidenceError: when the archive is damaged.
    """
    if not lookup.is_filled(connection):
        return
    name = desk.workspace.records_name
    held = {r["finding_id"]: r["log_index"] for r in records.rows(connection, schema.findings)}
    yield from _differ(name, "leaf index of finding", held, findings_of(chain))
    revisions = {
        (r["incident_id"], r["revision"]): r["log_index"]
        for r in records.rows(connection, schema.incident_revisions)
    }
    yield from _differ(name, "leaf index of incident", revisions, revisions_of(chain))
    current = records.current_incidents(connection)
    wanted = {i.incident_id: places.place_of(i) for i in current}
    lies = {r["incident_id"]: dict(r) for r in records.rows(connection, schema_lookup.places)}
    yield from _differ(name, "place of incident", lies, wanted)
    if not places.indexed(connection):
        yield f"{name}: the index of places is not that of its table; {_ADVICE}"
    raw = raw_places(holdings(desk), current, chain[-1].made.index if chain else None)
    rows = {
        (r["observation_id"], r["incident_id"]): tuple(r[c] for c in lookup.COLUMNS)
        for r in records.rows(connection, schema.members)
    }
    follow = {
        (m.observation_id, i.incident_id): tuple(
            lookup.columns(raw.get((m.observation_id, m.version))).values()
        )
        for i in current
        for m in i.members
    }
    yield from _differ(name, "raw row of member", rows, follow)


_ADVICE = "put back a backup, or export and import the workspace: that makes it anew"


def _differ(
    name: str, what: str, held: Mapping[Any, Any], follows: Mapping[Any, Any]
) -> Iterator[str]:
    for key in sorted(held.keys() | follows.keys(), key=str):
        if held.get(key) != follows.get(key):
            named = " ".join(map(str, key)) if isinstance(key, tuple) else key
            yield f"{name}: {what} {named} is not what follows from the log; {_ADVICE}"
