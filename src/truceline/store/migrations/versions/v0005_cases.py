"""Columns of steps on findings: who signed, for which revision of the case, and what was said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; a step of before has the first revision of its case and no signature."""
    for name, kind, given in (
        ("case_revision", sa.Integer, "1"),
        ("person_id", sa.String(64), ""),
        ("nationality", sa.String(2), ""),
        ("detail", sa.Text, "{}"),
        ("signature", sa.Text, ""),
    ):
        op.add_column("finding_steps", sa.Column(name, kind, nullable=False, server_default=given))
