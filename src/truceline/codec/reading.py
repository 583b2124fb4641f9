"""A reading of articles as the interchange for statements: one JSON object, offsets of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from truceline.model.article import (
    Disagreement,
    Document,
    Group,
    LoneProposal,
    PledgeProposal,
    Position,
    Proposal,
    Reading,
    RoleFinding,
    Span,
    Statement,
)


def reading_to_plain(reading: Reading, groups: Mapping[str, Group] | None = None) -> dict[str, Any]:
    """Give a reading as JSON-able values; what is not known is left out.

    Args:
        reading: to be written.
        groups: independence groups by document (``guarantees.independence``), where they are wanted.
    """
    told = groups or {}
    return {
        "documents": [_document(d) | _group(told.get(d.name)) for d in reading.documents],
        "statements": [_statement(s) for s in reading.statements],
        "pledges": [_pledge(p) for p in reading.pledges],
        "positions": [_position(p) for p in reading.positions],
        "alignments": [{"members": list(a.members)} for a in reading.alignments],
        "contradictions": [_disagreement(c) for c in reading.contradictions],
        "findings": [_finding(f) for f in reading.findings],
        "refused": [{"file": name, "why": why} for name, why in reading.refused],
        **_plug_ins(reading),
    }


def _group(group: Group | None) -> dict[str, Any]:
    return {} if group is None else {"group": {"key": group.key, "basis": group.basis}}


def _plug_ins(reading: Reading) -> dict[str, Any]:
    """Give what plug-in proposers said; nothing where none was asked."""
    if not reading.proposers:
        return {}
    reports = [
        {**asdict(one), "failed": [{"file": name, "why": why} for name, why in one.failed]}
        for one in reading.proposers
    ]
    return {"alone": [_lone(one) for one in reading.alone], "proposers": reports}


def _lone(one: LoneProposal) -> dict[str, Any]:
    values = {name: value for name, value in asdict(one).items() if name not in {"span", "quotes"}}
    quotes = [_span(quote) for quote in one.quotes]
    return _known({**values, **_span(one.span), "quotes": quotes})


def target_to_plain(target: Proposal | Disagreement) -> dict[str, Any]:
    """Give one proposal or contradiction as the interchange writes it: what a person reviews.

    Raises:
        TypeError: for a kind of proposal that the interchange does not know.
    """
    if isinstance(target, Disagreement):
        return _disagreement(target)
    if isinstance(target, Statement):
        return _statement(target)
    if isinstance(target, PledgeProposal):
        return _pledge(target)
    if isinstance(target, Position):
        return _position(target)
    raise TypeError(f"the interchange has no form for a {type(target).__name__}")


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
        **({"seconded_by": list(one.seconded_by)} if one.seconded_by else {}),
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


def _finding(f: RoleFinding) -> dict[str, Any]:
    return {
        "id": f.id,
        "doc": f.doc,
        **_span(f.span),
        "person": f.person,
        "role_as_given": f.role_as_given,
        "kind": f.kind,
        "days": list(f.days),
        "held": list(f.held),
    }
