"""Tables of documents, readings, the register and reviews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of statements."""
    _documents()
    _proposals()
    _between_documents()
    _register()


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("log_index", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(255), nullable=False, index=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sidecar", sa.Text, nullable=False),
        sa.Column("received", sa.String(32), nullable=False),
    )
    op.create_table(
        "readings",
        sa.Column("reading_id", sa.Integer, primary_key=True),
        sa.Column("made", sa.String(32), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("documents", sa.String(64), nullable=False),
        sa.Column("result", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False),
    )


def _proposals() -> None:
    op.create_table(
        "statements",
        sa.Column("statement_id", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("doc", sa.String(255), nullable=False, index=True),
        sa.Column("speaker", sa.Text, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_index("ix_statements_speaker_day", "statements", ["speaker", "day"])
    op.create_table(
        "pledges",
        sa.Column("pledge_id", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("doc", sa.String(255), nullable=False, index=True),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "pledge_items",
        sa.Column("pledge_id", sa.Text, sa.ForeignKey("pledges.pledge_id"), primary_key=True),
        sa.Column("obligor", sa.String(255), primary_key=True),
        sa.Column("domain", sa.String(32), primary_key=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
    )
    op.create_index("ix_pledge_items_obligor", "pledge_items", ["obligor", "domain", "day"])
    op.create_table(
        "positions",
        sa.Column("position_id", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("doc", sa.String(255), nullable=False, index=True),
        sa.Column("party", sa.Text, nullable=False, index=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )


def _between_documents() -> None:
    op.create_table(
        "alignments",
        sa.Column("statement_id", sa.Text, primary_key=True),
        sa.Column("alignment", sa.Integer, nullable=False, index=True),
    )
    op.create_table(
        "disagreements",
        sa.Column("disagreement_id", sa.String(96), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )


def _register() -> None:
    op.create_table(
        "register_entries",
        sa.Column("entry_id", sa.String(255), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("obligor", sa.String(255), nullable=False, index=True),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "register_cells",
        sa.Column("obligor", sa.String(255), primary_key=True),
        sa.Column("domain", sa.String(32), primary_key=True),
        sa.Column("entry_id", sa.String(255), primary_key=True),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("precedence", sa.String(260), nullable=False),
        sa.Column("voice", sa.String(255), nullable=False),
    )
    op.create_index(
        "ix_register_cells_newest", "register_cells", ["obligor", "domain", "first_day", "day"]
    )
    op.create_index(
        "ix_register_cells_latest",
        "register_cells",
        ["obligor", "domain", "last_day", "day", "precedence"],
    )
    op.create_index(
        "ix_register_cells_status",
        "register_cells",
        ["obligor", "domain", "status", "day", "voice"],
    )
    op.create_table(
        "reviews",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("target", sa.Text, nullable=False, index=True),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False),
    )
