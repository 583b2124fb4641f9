"""Alembic migrations of the records; :func:`truceline.store.records.connect` applies them."""
