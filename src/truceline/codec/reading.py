"""A reading of articles as the interchange for statements: one JSON object, offsets of the file."""

from __future__ import annotations

from typing import Any

from truceline.model.article import (
    Disagreement,
    Document,
    PledgeProposal,
    Position,
    Proposal,
    Reading,
    Span,
    Statement,
)


def reading_to_plain(reading: Reading) -> dict[str, Any]:
    """Give a reading as JSON-able values; what is not known is left out."""
    return {
        "documents": [_document(d) for d in reading.documents],
        "statements": [_statement(s) for s in reading.statements],
        "pledges": [_pledge(p) for p in reading.pledges],
        "positions": [_position(p) for p in reading.positions],
        "alignments": [{"members": list(a.members)} for a in reading.alignments],
        "contradictions": [_disagreement(c) for c in reading.contradictions],
        "refused": [{"file": name, "why": why} for name, why in reading.refused],
    }


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _span(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


def _proposal(one: Proposal) -> dict[str, Any]:
    return {
        "id": one.id,
        "doc": one.doc,
        **_span(one.span),
        "confidence": one.confidence,
        "rule": one.rule,
    }


def _document(document: Document) -> dict[str, Any]:
    return _known(
        {
            "name": document.name,
            "sha256": document.sha256,
            "language": document.language,
            "published": document.published,
            "outlet": document.outlet,
            "agency": document.agency,
            "author": document.author,
            "boilerplate": [
                {**_span(b.span), "kind": b.kind, "rule": b.rule} for b in document.boilerplate
            ],
        }
    )


def _statement(s: Statement) -> dict[str, Any]:
    names = ("speaker", "name_as_given", "role_as_given", "verb", "date_said", "date_basis",
             "place", "topic")  # fmt: skip
    return _known(
        {
            **_proposal(s),
            "mode": s.mode.value,
            **{name: getattr(s, name) for name in names},
            "quotes": [_span(q) for q in s.quotes],
        }
    )


def _pledge(p: PledgeProposal) -> dict[str, Any]:
    names = ("beneficiary", "role", "size", "trigger", "limits", "status", "date", "statement")
    return _known(
        {
            **_proposal(p),
            "obligor": list(p.obligor),
            "types": list(p.types),
            **{name: getattr(p, name) for name in names},
        }
    )


def _position(p: Position) -> dict[str, Any]:
    return _known({**_proposal(p), "party": p.party, "kind": p.kind, "date": p.date})


def _disagreement(c: Disagreement) -> dict[str, Any]:
    sides = [{"value": s.value, "doc": s.doc, **_span(s.span)} for s in c.sides]
    return {"type": c.type, "field": c.field, "sides": sides}
