"""Records of what persons said of proposals and contradictions; only ever added to."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from truceline.codec.canonical import canonical, rfc3339
from truceline.codec.register_plain import review_from_plain, review_to_plain
from truceline.model.register import Review
from truceline.store.schema_statements import reviews


def review_row(review: Review, log_index: int) -> dict[str, Any]:
    """Give the row of a review."""
    return {
        "number": review.number,
        "target": review.target,
        "verdict": review.verdict.value,
        "person": review.person,
        "time": rfc3339(review.time),
        "content": canonical(review_to_plain(review)).decode(),
        "log_index": log_index,
    }


def add(connection: Connection, review: Review, log_index: int) -> None:
    """Record a review."""
    connection.execute(sa.insert(reviews).values(review_row(review, log_index)))


def every(connection: Connection) -> tuple[Review, ...]:
    """Give all reviews, oldest first."""
    query = sa.select(reviews.c.content).order_by(reviews.c.number)
    return tuple(review_from_plain(json.loads(text)) for text in connection.scalars(query))


def logged_at(connection: Connection) -> tuple[int, ...]:
    """Give the leaf index of each review that is recorded."""
    return tuple(connection.scalars(sa.select(reviews.c.log_index)))
