"""Proposals and disagreements back from the interchange of a reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from truceline.model.article import (
    Boilerplate,
    Disagreement,
    Document,
    Mode,
    PledgeProposal,
    Position,
    RoleFinding,
    Side,
    Span,
    Statement,
)

Plain = Mapping[str, Any]


def document_from_plain(values: Plain, text: str) -> Document:
    """Give a document.

    Args:
        values: as ``codec.reading`` writes it, and ``about`` where it is known.
        text: decoded text of the file.

    Raises:
        KeyError: when a value is missing.
    """
    return Document(
        name=values["name"],
        sha256=values["sha256"],
        text=text,
        language=values["language"],
        published=values.get("published"),
        outlet=values.get("outlet"),
        agency=values.get("agency"),
        author=values.get("author"),
        boilerplate=tuple(
            Boilerplate(_span(b), b["kind"], b["rule"]) for b in values["boilerplate"]
        ),
        about=tuple(values.get("about", ())),
    )


def statement_from_plain(values: Plain) -> Statement:
    """Give a statement.

    Raises:
        KeyError: when a value is missing.
    """
    return Statement(
        **_proposal(values),
        mode=Mode(values["mode"]),
        speaker=values["speaker"],
        name_as_given=values["name_as_given"],
        role_as_given=values.get("role_as_given"),
        verb=values.get("verb"),
        date_said=values.get("date_said"),
        date_basis=values.get("date_basis"),
        place=values.get("place"),
        topic=values.get("topic"),
        quotes=tuple(_span(q) for q in values["quotes"]),
    )


def pledge_from_plain(values: Plain) -> PledgeProposal:
    """Give a proposed pledge.

    Raises:
        KeyError: when a value is missing.
    """
    return PledgeProposal(
        **_proposal(values),
        obligor=tuple(values["obligor"]),
        beneficiary=values.get("beneficiary"),
        types=tuple(values["types"]),
        role=values.get("role"),
        size=values.get("size"),
        trigger=values.get("trigger"),
        limits=values.get("limits"),
        status=values["status"],
        date=values.get("date"),
        statement=values.get("statement"),
    )


def position_from_plain(values: Plain) -> Position:
    """Give a position.

    Raises:
        KeyError: when a value is missing.
    """
    return Position(
        **_proposal(values), party=values["party"], kind=values["kind"], date=values.get("date")
    )


def disagreement_from_plain(values: Plain) -> Disagreement:
    """Give a place where documents differ.

    Raises:
        KeyError: when a value is missing.
    """
    sides = tuple(Side(side["value"], side["doc"], _span(side)) for side in values["sides"])
    return Disagreement(values["type"], values["field"], sides)


def finding_from_plain(values: Plain) -> RoleFinding:
    """Give a finding about a role.

    Raises:
        KeyError: when a value is missing.
    """
    names = ("id", "doc", "person", "role_as_given", "kind")
    return RoleFinding(
        **{name: values[name] for name in names},
        span=_span(values),
        days=tuple(values["days"]),
        held=tuple(values["held"]),
    )


def _proposal(values: Plain) -> dict[str, Any]:
    return {
        "id": values["id"],
        "doc": values["doc"],
        "span": _span(values),
        "confidence": float(values["confidence"]),
        "rule": values["rule"],
        "seconded_by": tuple(values.get("seconded_by", ())),
    }


def _span(values: Plain) -> Span:
    return Span(values["start"], values["end"])
