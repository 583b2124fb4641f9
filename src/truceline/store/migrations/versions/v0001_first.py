"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table of the first version."""
    _inputs_and_runs()
    _incidents()
    _findings()


def _inputs_and_runs() -> None:
    op.create_table(
        "raw_inputs",
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("received", sa.String(32), nullable=False),
        sa.Column("adapter_version", sa.String(32), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Integer, primary_key=True),
        sa.Column("made", sa.String(32), nullable=False),
        sa.Column("calibration", sa.String(16), nullable=False),
        sa.Column("inputs", sa.String(64), nullable=False),
        sa.Column("results", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False),
    )


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("incident_id", sa.String(16), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("start", sa.String(32), nullable=False, index=True),
        sa.Column("end", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("probability", sa.Float, nullable=False),
    )
    op.create_table(
        "incident_revisions",
        sa.Column(
            "incident_id", sa.String(16), sa.ForeignKey("incidents.incident_id"), primary_key=True
        ),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "members",
        sa.Column("observation_id", sa.Text, primary_key=True),
        sa.Column("incident_id", sa.String(16), primary_key=True, index=True),
    )
    op.create_table(
        "lineage",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.run_id"), primary_key=True),
        sa.Column("incident_id", sa.String(16), primary_key=True),
        sa.Column("relation", sa.String(16), primary_key=True),
        sa.Column("other", sa.String(16), primary_key=True),
    )


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("finding_id", sa.String(96), primary_key=True),
        sa.Column("incident_id", sa.String(16), nullable=False, index=True),
        sa.Column("clause_id", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False, index=True),
        sa.Column("probability", sa.Float, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
