"""Tables of who handed in what, and what became of it; rows are only ever added."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from truceline.store.schema import metadata

custody_received = Table(
    "custody_received",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("handed_in_by", Text, nullable=False),
    Column("side", String(64), nullable=False),
    Column("areas", Text, nullable=False),
    Column("taken", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("about", String(96), nullable=False),
    Column("derived_from", String(64), nullable=False, index=True),
    Column("papers", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("person_id", String(64), nullable=False),
    Column("time", String(32), nullable=False),
    Column("log_index", BigInteger, nullable=False, unique=True),
)
"""``areas`` and ``papers`` are canonical JSON."""

custody_steps = Table(
    "custody_steps",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("step", String(16), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("about", String(96), nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("person_id", String(64), nullable=False),
    Column("time", String(32), nullable=False),
    Column("log_index", BigInteger, nullable=False, unique=True),
)

custody_copies = Table(
    "custody_copies",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("person_id", String(64), nullable=False),
    Column("time", String(32), nullable=False),
    Column("log_index", BigInteger, nullable=False, unique=True),
)

custody_checks = Table(
    "custody_checks",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("paper", String(16), nullable=False),
    Column("paper_sha256", String(64), nullable=False),
    Column("checker", String(96), nullable=False),
    Column("roots_sha256", String(64), nullable=False),
    Column("outcome", String(64), nullable=False),
    Column("report", Text, nullable=False),
    Column("time", String(32), nullable=False),
    Column("log_index", BigInteger, nullable=False, unique=True),
)
"""``paper_sha256`` is empty for a manifest inside the item; ``report`` is canonical JSON."""

custody_fields = Table(
    "custody_fields",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("fields", Integer, nullable=False),
    Column("root", String(64), nullable=False),
    Column("person", Text, nullable=False),
    Column("person_id", String(64), nullable=False),
    Column("time", String(32), nullable=False),
    Column("log_index", BigInteger, nullable=False, unique=True),
)
