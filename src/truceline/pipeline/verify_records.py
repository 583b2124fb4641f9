"""Every row of the records against the log: nothing changed, nothing gone, nothing added."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from truceline.codec.nouns import finding_from_plain, incident_from_plain
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event, LoggedRun, received
from truceline.pipeline.ingest import raw_input
from truceline.pipeline.looking_up import check_lookup
from truceline.pipeline.verify_recorded import check_recorded
from truceline.pipeline.verify_statements import check_statements
from truceline.pipeline.verify_steps import check_steps
from truceline.store import database, records, schema

Rows = Mapping[Any, Any]


def check_records(
    desk: Desk, events: Sequence[Event], chain: Sequence[LoggedRun], *, derived: bool = True
) -> Iterator[str]:
    """Hold the records against the log.

    Args:
        desk: the workspace.
        events: of the log.
        chain: the runs that count, oldest first.
        derived: also what follows from the archive; that reads all of it.

    Raises:
        WorkspaceError: when the records cannot be read.
        EvidenceError: when the archive is damaged.
    """
    name = desk.workspace.records_name
    with database.reading(desk.engine) as connection:
        of_runs = [
            *_inputs(name, connection, events),
            *_runs(name, connection, chain),
            *_incidents(name, connection, chain),
            *_findings(name, connection, chain),
        ]
        yield from of_runs
        if derived and not of_runs:  # what is derived from wrong rows is wrong with them
            yield from check_lookup(desk, connection, chain)
        yield from check_recorded(name, connection, events)
        yield from check_steps(desk.agreement, events)
        yield from check_statements(name, connection, events)


def _compare(name: str, what: str, held: Rows, logged: Rows, cut_off: str) -> Iterator[str]:
    """Say which rows are not those of the log."""
    for key in sorted(held.keys() | logged.keys(), key=str):
        if key not in held:
            yield f"{name}: {what} {_named(key)} is in the log and not in the records; {cut_off}"
        elif key not in logged:
            yield f"{name}: {what} {_named(key)} is in the records and not in the log"
        elif held[key] != logged[key]:
            yield f"{name}: {what} {_named(key)} is not what was logged"


def _named(key: Hashable) -> str:
    return " ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


def _inputs(name: str, connection: Connection, events: Sequence[Event]) -> Iterator[str]:
    held = {(r.source, r.sha256): r for r in records.raw_inputs(connection)}
    logged = {key: raw_input(event) for key, event in received(events).items()}
    advice = "if taking it in was cut off, ingest the same file again"
    yield from _compare(name, "raw file", held, logged, advice)


_RUN_AGAIN = "if the run was cut off, do `truceline run` again"


def _runs(name: str, connection: Connection, chain: Sequence[LoggedRun]) -> Iterator[str]:
    held = {
        row["log_index"]: (
            *(row[column] for column in ("made", "calibration", "inputs", "results")),
            hashlib.sha256(row["content"].encode()).hexdigest(),
        )
        for row in records.rows(connection, schema.runs)
    }
    names = ("time", "calibration", "inputs", "results", "content_sha256")
    logged = {run.made.index: tuple(run.made.fields[n] for n in names) for run in chain}
    yield from _compare(name, "run of entry", held, logged, _RUN_AGAIN)


def _incidents(name: str, connection: Connection, chain: Sequence[LoggedRun]) -> Iterator[str]:
    """Check revisions and lineage against the log, and what is derived from them."""
    at = {row["run_id"]: row["log_index"] for row in records.rows(connection, schema.runs)}
    rows = records.rows(connection, schema.incident_revisions)
    held = {
        (row["incident_id"], row["revision"]): (at.get(row["run_id"]), _sha256(row["content"]))
        for row in rows
    }
    logged = {
        (e.fields["incident_id"], e.fields["revision"]): (run.made.index, e.fields["sha256"])
        for run in chain
        for e in run.of_type("incident.revised")
    }
    wrong = list(_compare(name, "incident", held, logged, _RUN_AGAIN))
    wrong += _lineage(name, connection, chain, at)
    yield from wrong
    if not wrong:
        yield from _heads(name, connection, {r["incident_id"]: r["content"] for r in rows})


def _lineage(
    name: str, connection: Connection, chain: Sequence[LoggedRun], at: Mapping[int, int]
) -> Iterator[str]:
    columns = ("incident_id", "relation", "other")
    held = {
        (at.get(row["run_id"]), *(row[c] for c in columns)): True
        for row in records.rows(connection, schema.lineage)
    }
    logged = {
        (run.made.index, *(e.fields[c] for c in columns)): True
        for run in chain
        for e in run.of_type("incident.lineage")
    }
    yield from _compare(name, "lineage", held, logged, _RUN_AGAIN)


def _heads(name: str, connection: Connection, newest: Mapping[str, str]) -> Iterator[str]:
    """Check the columns by which incidents are found, their states and their members."""
    closed = {
        row["incident_id"]: records.STATES[row["relation"]]
        for row in records.rows(connection, schema.lineage)
        if row["relation"] in records.STATES
    }
    incidents = [incident_from_plain(json.loads(text)) for text in newest.values()]
    wanted = {
        i.incident_id: {
            **records.head_of(i),
            "state": closed.get(i.incident_id, records.head_of(i)["state"]),
        }
        for i in incidents
    }
    held = {row["incident_id"]: dict(row) for row in records.rows(connection, schema.incidents)}
    yield from _compare(name, "head of incident", held, wanted, _RUN_AGAIN)
    members = {
        (row["observation_id"], row["incident_id"]): True
        for row in records.rows(connection, schema.members)
    }
    alive = [i for i in incidents if i.incident_id not in closed]
    follows = {(m.observation_id, i.incident_id): True for i in alive for m in i.members}
    yield from _compare(name, "member", members, follows, _RUN_AGAIN)


def _findings(name: str, connection: Connection, chain: Sequence[LoggedRun]) -> Iterator[str]:
    rows = records.rows(connection, schema.findings)
    held = {row["finding_id"]: _sha256(row["content"]) for row in rows}
    newest = chain[-1].of_type("finding.made") if chain else ()
    logged = {e.fields["finding_id"]: e.fields["sha256"] for e in newest}
    wrong = list(_compare(name, "finding", held, logged, _RUN_AGAIN))
    yield from wrong
    if wrong:
        return
    for row in rows:
        columns = records.finding_columns(finding_from_plain(json.loads(row["content"])))
        if {key: row[key] for key in columns} != columns:
            yield f"{name}: the columns of finding {row['finding_id']} are not those of its content"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
