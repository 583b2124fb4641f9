"""Tables of persons' steps on findings, of drills and of notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of notices."""
    _steps()
    _notices()


def _steps() -> None:
    op.create_table(
        "finding_steps",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("finding_id", sa.String(96), nullable=False, index=True),
        sa.Column("incident_revision", sa.Integer, nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False, unique=True),
    )
    op.create_table(
        "drills",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("procedure", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False, unique=True),
    )


def _notices() -> None:
    op.create_table(
        "notice_records",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("notice_id", sa.Text, nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("carrier", sa.String(64), nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False, unique=True),
    )
    once = sa.text("what in ('sent', 'acknowledged')")
    op.create_index(
        "notice_records_once",
        "notice_records",
        ["notice_id", "what", "carrier"],
        unique=True,
        sqlite_where=once,
        postgresql_where=once,
    )
    op.create_table(
        "notice_attempts",
        sa.Column("notice_id", sa.Text, primary_key=True),
        sa.Column("carrier", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("first", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try", sa.String(32), nullable=False),
        sa.Column("destination", sa.String(64), nullable=False),
        sa.Column("said", sa.Text, nullable=False),
    )
