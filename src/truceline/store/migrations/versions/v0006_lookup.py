"""Tables of what finds records quickly: places, members' raw rows, leaf indices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and the columns; those of records that exist are filled later."""
    for table in ("incident_revisions", "findings"):
        op.add_column(table, sa.Column("log_index", sa.BigInteger))
    op.create_index("findings_by_probability", "findings", ["probability", "finding_id"])
    _members()
    _places()
    op.create_table(
        "belonging",
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("looked_up", sa.Boolean, nullable=False),
    )


def _members() -> None:
    op.add_column("members", sa.Column("source", sa.String(32)))
    op.add_column("members", sa.Column("raw_sha256", sa.String(64)))
    for name in ("raw_offset", "raw_length", "raw_line"):
        op.add_column("members", sa.Column(name, sa.BigInteger))


def _places() -> None:
    op.create_table(
        "places",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("incident_id", sa.String(16), nullable=False, unique=True),
        sa.Column("lon", sa.Float, nullable=False),
        sa.Column("lat", sa.Float, nullable=False),
    )
    if op.get_context().dialect.name == "postgresql":
        _point()
    else:
        _tree()


def _point() -> None:
    """Add a point that follows from the columns, and its index."""
    from geoalchemy2 import Geometry  # noqa: PLC0415 - an extra that only servers need

    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    kind = Geometry("POINT", srid=4326, spatial_index=False)
    made = sa.Computed("ST_SetSRID(ST_MakePoint(lon, lat), 4326)", persisted=True)
    op.add_column("places", sa.Column("point", kind, made))
    op.create_index("places_point", "places", ["point"], postgresql_using="gist")


def _tree() -> None:
    """Add an R*Tree that follows the table."""
    op.execute("CREATE VIRTUAL TABLE places_tree USING rtree(number, west, east, south, north)")
    new = "INSERT INTO places_tree VALUES (new.number, new.lon, new.lon, new.lat, new.lat);"
    old = "DELETE FROM places_tree WHERE number = old.number;"
    for event, steps in (("INSERT", new), ("DELETE", old), ("UPDATE", old + " " + new)):
        op.execute(
            f"CREATE TRIGGER places_{event.lower()} AFTER {event} ON places BEGIN {steps} END"
        )
