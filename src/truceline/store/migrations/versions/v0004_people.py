"""Tables of people, of how they prove who they are, and of what they looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _logged()
    _secrets()
    _tokens()


def _logged() -> None:
    op.create_table(
        "person_versions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("person_id", sa.String(64), nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("nationality", sa.String(2), nullable=False),
        sa.Column("grants", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False, unique=True),
    )
    op.create_table(
        "access_changes",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False, index=True),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False, unique=True),
    )
    op.create_table(
        "sensitive_reads",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("operation", sa.String(32), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False, index=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("how", sa.String(16), nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False, unique=True),
    )


def _secrets() -> None:
    op.create_table(
        "person_secrets",
        sa.Column("person_id", sa.String(64), primary_key=True),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("totp", sa.Text, nullable=False),
        sa.Column("totp_confirmed", sa.Boolean, nullable=False),
        sa.Column("totp_last", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("person_id", sa.String(64), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
    )
    op.create_table(
        "login_failures",
        sa.Column("person_id", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("not_before", sa.String(32), nullable=False),
    )


def _tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("token_id", sa.String(16), primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("person_id", sa.String(64), nullable=False, index=True),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("how", sa.String(16), nullable=False),
        sa.Column("single_use", sa.Boolean, nullable=False),
        sa.Column("issued", sa.String(32), nullable=False),
        sa.Column("expires", sa.String(32), nullable=False),
        sa.Column("last_used", sa.String(32), nullable=False),
        sa.Column("revoked", sa.String(32), nullable=False),
    )
    op.create_table(
        "openid_identities",
        sa.Column("issuer", sa.String(255), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("person_id", sa.String(64), nullable=False, index=True),
    )
