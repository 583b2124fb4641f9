"""Tables of what finds records quickly: where incidents lie, and whose records these are."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Integer, String, Table, Text

from truceline.store.schema import metadata

places = Table(
    "places",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("incident_id", String(16), nullable=False, unique=True),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    info={"derived": True},
)
"""Of every current incident. SQLite has an R*Tree over it, PostgreSQL a point under GiST."""

belonging = Table(
    "belonging",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("looked_up", Boolean, nullable=False),
    info={"derived": True},
)
"""One row: the log whose records these are, and whether the derived columns are filled."""
