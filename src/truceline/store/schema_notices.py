"""Tables of persons' steps on findings, of drills, and of what became of notices.

All but ``notice_attempts`` are only ever added to, and each row has its entry in the evidence log.
``notice_attempts`` is how far sending has come: it is written over and proves nothing.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from truceline.store.schema import metadata

finding_steps = Table(
    "finding_steps",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("finding_id", String(96), nullable=False, index=True),
    Column("incident_revision", Integer, nullable=False),
    Column("step", String(16), nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("time", String(32), nullable=False),
    Column("content", Text, nullable=False),
    Column("log_index", BigInteger, nullable=False, unique=True),
    Column("case_revision", Integer, nullable=False, server_default="1"),
    Column("person_id", String(64), nullable=False, server_default=""),
    Column("nationality", String(2), nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default="{}"),
    Column("signature", Text, nullable=False, server_default=""),
)
"""``content`` is the finding as the person saw it, before the step; the last five came later."""

drills = Table(
    "drills",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("procedure", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("time", String(32), nullable=False),
    Column("log_index", BigInteger, nullable=False, unique=True),
)

ONCE = "what in ('sent', 'acknowledged')"
"""What may stand once for a notice and carrier; a failure may come again."""

notice_records = Table(
    "notice_records",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("notice_id", Text, nullable=False),
    Column("what", String(16), nullable=False),
    Column("by", Text, nullable=False),
    Column("carrier", String(64), nullable=False),
    Column("time", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("log_index", BigInteger, nullable=False, unique=True),
    Index(
        "notice_records_once",
        "notice_id",
        "what",
        "carrier",
        unique=True,
        sqlite_where=text(ONCE),
        postgresql_where=text(ONCE),
    ),
)

notice_attempts = Table(
    "notice_attempts",
    metadata,
    Column("notice_id", Text, primary_key=True),
    Column("carrier", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("first", String(32), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try", String(32), nullable=False),
    Column("destination", String(64), nullable=False),
    Column("said", Text, nullable=False),
)
