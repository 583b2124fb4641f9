"""Tables of who handed in what, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _received()
    _steps()
    _checks()


def _received() -> None:
    op.create_table(
        "custody_received",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.String(64), nullable=False, index=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("handed_in_by", sa.Text, nullable=False),
        sa.Column("side", sa.String(64), nullable=False),
        sa.Column("areas", sa.Text, nullable=False),
        sa.Column("taken", sa.String(32), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("about", sa.String(96), nullable=False),
        sa.Column("derived_from", sa.String(64), nullable=False, index=True),
        sa.Column("papers", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False, unique=True),
    )


def _steps() -> None:
    op.create_table(
        "custody_steps",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.String(64), nullable=False, index=True),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("about", sa.String(96), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False, unique=True),
    )
    op.create_table(
        "custody_copies",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.String(64), nullable=False, index=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False, unique=True),
    )


def _checks() -> None:
    op.create_table(
        "custody_checks",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.String(64), nullable=False, index=True),
        sa.Column("paper", sa.String(16), nullable=False),
        sa.Column("paper_sha256", sa.String(64), nullable=False),
        sa.Column("checker", sa.String(96), nullable=False),
        sa.Column("roots_sha256", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False, unique=True),
    )
    op.create_table(
        "custody_fields",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.String(64), nullable=False, index=True),
        sa.Column("fields", sa.Integer, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False, unique=True),
    )
