"""Entries of the register and reviews as JSON-able values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from truceline.codec.canonical import rfc3339
from truceline.model.article import Span
from truceline.model.register import Citation, Entry, Origin, Review, Verdict
from truceline.model.verified import Verified

Plain = Mapping[str, Any]

_PARTS: Final = frozenset({"origin", "citations", "verified", "reviews"})
"""Fields of an entry that are neither text nor lists of texts."""


def entry_to_plain(entry: Entry) -> dict[str, Any]:
    """Give an entry as JSON-able values."""
    return {
        **{name: _given(getattr(entry, name)) for name in Entry.__slots__ if name not in _PARTS},
        "origin": entry.origin.value,
        "citations": [_citation(one) for one in entry.citations],
        "verified": [_verified(one) for one in entry.verified],
        "reviews": [review_to_plain(one) for one in entry.reviews],
    }


def entry_from_plain(values: Plain) -> Entry:
    """Give an entry back.

    Raises:
        TypeError: when a value is missing, or one too many.
        ValueError: when a value is none of those that may stand there.
    """
    made = {name: _back(value) for name, value in values.items() if name not in _PARTS}
    return Entry(
        **made,
        origin=Origin(values["origin"]),
        citations=tuple(_citation_back(one) for one in values["citations"]),
        verified=tuple(Verified(**one) for one in values["verified"]),
        reviews=tuple(review_from_plain(one) for one in values["reviews"]),
    )


def _given(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _back(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def review_to_plain(review: Review) -> dict[str, Any]:
    """Give a review as JSON-able values."""
    return {
        "number": review.number,
        "verdict": review.verdict.value,
        "target": review.target,
        "target_sha256": review.target_sha256,
        "person": review.person,
        "time": rfc3339(review.time),
        "reason": review.reason,
        "values": dict(review.values),
    }


def review_from_plain(values: Plain) -> Review:
    """Give a review back.

    Raises:
        KeyError: when a value is missing.
        ValueError: when the verdict or the time is none.
    """
    return Review(
        number=values["number"],
        verdict=Verdict(values["verdict"]),
        target=values["target"],
        target_sha256=values["target_sha256"],
        person=values["person"],
        time=datetime.fromisoformat(values["time"]),
        reason=values["reason"],
        values=dict(values["values"]),
    )


def _citation(one: Citation) -> dict[str, Any]:
    span = None if one.span is None else [one.span.start, one.span.end]
    made = {n: _given(getattr(one, n)) for n in Citation.__slots__ if n != "span"}
    return {**made, "span": span}


def _citation_back(values: Plain) -> Citation:
    span = values["span"]
    made = {name: _back(value) for name, value in values.items() if name != "span"}
    return Citation(**made, span=None if span is None else Span(*span))


def _verified(one: Verified) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Verified.__slots__}
