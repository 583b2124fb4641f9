"""Tables of the records. Content columns hold canonical JSON; the others are for finding it.

A table whose ``info`` says ``secret`` goes into a backup and, unless it is asked for, into no
export; one that says ``derived`` follows from the others and the log and goes into neither.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

raw_inputs = Table(
    "raw_inputs",
    metadata,
    Column("source", String(32), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received", String(32), nullable=False),
    Column("adapter_version", String(32), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("log_index", BigInteger, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", Integer, primary_key=True),
    Column("made", String(32), nullable=False),
    Column("calibration", String(16), nullable=False),
    Column("inputs", String(64), nullable=False),
    Column("results", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("log_index", BigInteger, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("incident_id", String(16), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("start", String(32), nullable=False, index=True),
    Column("end", String(32), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("probability", Float, nullable=False),
)

incident_revisions = Table(
    "incident_revisions",
    metadata,
    Column("incident_id", String(16), ForeignKey("incidents.incident_id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("runs.run_id"), nullable=False),
    Column("content", Text, nullable=False),
    Column("log_index", BigInteger, info={"derived": True}),
)

members = Table(
    "members",
    metadata,
    Column("observation_id", Text, primary_key=True),
    Column("incident_id", String(16), primary_key=True, index=True),
    # where its raw row lies; empty until it is looked up (records of an earlier version)
    Column("source", String(32), info={"derived": True}),
    Column("raw_sha256", String(64), info={"derived": True}),
    Column("raw_offset", BigInteger, info={"derived": True}),
    Column("raw_length", BigInteger, info={"derived": True}),
    Column("raw_line", BigInteger, info={"derived": True}),
)

lineage = Table(
    "lineage",
    metadata,
    Column("run_id", Integer, ForeignKey("runs.run_id"), primary_key=True),
    Column("incident_id", String(16), primary_key=True),
    Column("relation", String(16), primary_key=True),
    Column("other", String(16), primary_key=True),
)

findings = Table(
    "findings",
    metadata,
    Column("finding_id", String(96), primary_key=True),
    Column("incident_id", String(16), nullable=False, index=True),
    Column("clause_id", String(64), nullable=False),
    Column("outcome", String(16), nullable=False, index=True),
    Column("probability", Float, nullable=False),
    Column("status", String(16), nullable=False),
    Column("content", Text, nullable=False),
    Column("log_index", BigInteger, info={"derived": True}),
)

Index("findings_by_probability", findings.c.probability, findings.c.finding_id)
