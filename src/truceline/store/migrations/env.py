"""Entry point of Alembic: the caller brings the connection."""

from __future__ import annotations

from alembic import context

from truceline.store import schema_statements
from truceline.store.schema import metadata

assert schema_statements.documents.metadata is metadata  # its tables belong to the records too

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite can, if the driver is kept from beginning by itself
)
with context.begin_transaction():
    context.run_migrations()
