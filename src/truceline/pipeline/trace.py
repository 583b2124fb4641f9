"""From a finding or incident back to the raw bytes, and the hold before a sharp position opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from truceline.access.rules import Operation, may_somewhere
from truceline.codec.canonical import rfc3339
from truceline.codec.nouns import finding_to_plain, incident_to_plain
from truceline.errors import EvidenceError, WorkflowError
from truceline.model.finding import Finding
from truceline.model.incident import Incident
from truceline.model.person import Principal
from truceline.model.place import ellipse_of
from truceline.pipeline.acting import AT_DESK, allow
from truceline.pipeline.desk import Desk
from truceline.pipeline.looking_up import ensure
from truceline.pipeline.reads import open_sensitive
from truceline.pipeline.subjects import of_incident
from truceline.store import archive, database, lookup, records


@dataclass(frozen=True, slots=True)
class RawRow:
    """One member and the bytes behind it."""

    observation_id: str
    role: str
    worth: float
    """What it adds to the log-odds."""
    file_name: str
    sha256: str
    line: int
    text: str
    """The raw record, as it lies in the file."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything behind one incident."""

    incident: Incident
    ellipse: str
    findings: tuple[Finding, ...]
    rows: tuple[RawRow, ...]

    def as_plain(self) -> dict[str, Any]:
        """Give the trace as JSON-able values."""
        rows = [{name: getattr(r, name) for name in RawRow.__slots__} for r in self.rows]
        return {
            "incident": incident_to_plain(self.incident),
            "findings": [finding_to_plain(f) for f in self.findings],
            "rows": rows,
        }


def trace(desk: Desk, key: str, now: datetime, principal: Principal = AT_DESK) -> Trace:
    """Trace a finding (``INC-000001/CLAUSE``) or an incident to its raw rows; logged.

    Args:
        desk: the workspace.
        key: id of the finding or incident.
        now: UTC.
        principal: who reads.

    Raises:
        AccessError: when who reads may not see sharp positions there.
        WorkflowError: when there is none of that id, or its hold has not passed.
        EvidenceError: when a raw file is missing or was changed.
    """
    if not may_somewhere(principal, Operation.OPEN_POSITION):  # nor be told what there is
        allow(desk, principal, Operation.OPEN_POSITION, now)
    ensure(desk)
    incident_id = key.split("/", 1)[0]
    with database.reading(desk.engine) as connection:
        history = records.incident_history(connection, incident_id)
        findings = records.findings(connection, [incident_id])
    if not history or ("/" in key and key not in {f.finding_id for f in findings}):
        raise WorkflowError(f"nothing is called {key}; `truceline findings list WS` names all.")
    incident = history[-1]
    subject = of_incident(desk.agreement, incident, findings)
    allow(desk, principal, Operation.OPEN_POSITION, now, subject)
    opens = incident.time.end + desk.agreement.procedure.hold
    if now < opens:
        raise WorkflowError(
            f"{incident_id} is still held: sharp positions open when people can go and look, at "
            f"{rfc3339(opens)}; until then use the report, which shows it coarse."
        )
    open_sensitive(desk, principal, Operation.OPEN_POSITION, incident_id, now, subject)
    ellipse = ellipse_of(incident.cov_ee_m2, incident.cov_en_m2, incident.cov_nn_m2)
    words = (
        f"{ellipse.semi_major_m:.0f} x {ellipse.semi_minor_m:.0f} m towards "
        f"{ellipse.azimuth_deg:.0f} deg"
    )
    return Trace(incident, words, findings, raw_rows(desk, incident))


def raw_rows(desk: Desk, incident: Incident) -> tuple[RawRow, ...]:
    """Give the raw rows on which the newest revision of an incident rests; reads only their files.

    Raises:
        EvidenceError: when a raw file is missing or was changed, or a row is not found.
    """
    with database.reading(desk.engine) as connection:
        known = lookup.raw_rows(connection, incident.incident_id)
        sources = {(row.source, row.raw_sha256) for row in known.values()}
        names = {
            sha256: item.file_name
            for source, sha256 in sources
            if (item := records.raw_input(connection, source, sha256)) is not None
        }
    texts = archive.read_rows(desk.workspace, known.values())
    rows = []
    for member in incident.members:
        row = known.get(member.observation_id)
        if row is None or row.raw_sha256 not in names:
            raise EvidenceError(
                f"the raw row of {member.observation_id} is not found; `truceline evidence verify` "
                "says what is wrong with the workspace."
            )
        text = texts[row].decode("utf-8", errors="replace")
        rows.append(
            RawRow(
                member.observation_id,
                member.role.value,
                member.log_likelihood_ratio,
                names[row.raw_sha256],
                row.raw_sha256,
                row.raw_line,
                text if row.raw_length < 4000 else f"({row.raw_length} bytes)",
            )
        )
    return tuple(rows)
