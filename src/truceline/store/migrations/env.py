"""Entry point of Alembic: the caller brings the connection."""

from __future__ import annotations

from alembic import context

from truceline.store import (
    schema_cases,
    schema_custody,
    schema_lookup,
    schema_notices,
    schema_people,
    schema_statements,
)
from truceline.store.schema import metadata

# their tables belong to the records too
assert schema_statements.documents.metadata is metadata
assert schema_notices.notice_records.metadata is metadata
_TABLES = (schema_people, schema_cases, schema_lookup, schema_custody)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite can, if the driver is kept from beginning by itself
)
with context.begin_transaction():
    context.run_migrations()
