"""What persons ruled on proposals and contradictions, held against what a reading says now.

A review is bound to what the person saw by a digest. Where a later reading says something else
under the same id, the review is stale: it is shown, and decides nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from truceline.codec.canonical import canonical
from truceline.codec.reading import target_to_plain
from truceline.errors import WorkflowError
from truceline.guarantees.register import DOMAINS, STRENGTH
from truceline.model.article import Disagreement, PledgeProposal, Proposal, Reading
from truceline.model.register import Review

CORRECTABLE = (
    "obligor",
    "beneficiary",
    "types",
    "role",
    "size",
    "trigger",
    "limits",
    "status",
    "date",
)
"""Fields of a pledge that a person may correct. Several obligors are parted by ``;``, types by ``,``."""
ROLES = ("", "lead", "contribute", "host")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A proposal or contradiction with what persons said of it."""

    id: str
    target: Proposal | Disagreement | None
    """Null where the reading no longer holds it."""
    ruling: Review | None
    """The latest review that still fits what the reading says; null: open."""
    reviews: tuple[Review, ...]
    """All of them, oldest first."""
    stale: tuple[Review, ...]
    """Those whose target has changed, or is gone, since."""


def disagreement_id(d: Disagreement) -> str:
    """Name a contradiction: the same field and sides have the same name, in every order."""
    sides = sorted([s.doc, s.span.start, s.span.end, s.value] for s in d.sides)
    return "contradiction-" + hashlib.sha256(canonical([d.field, sides])).hexdigest()[:16]


def digest_of(target: Proposal | Disagreement) -> str:
    """Give the SHA-256, in hex, of the canonical JSON of a proposal or contradiction."""
    return hashlib.sha256(canonical(target_to_plain(target))).hexdigest()


def reviewed(reading: Reading, reviews: Iterable[Review]) -> tuple[Reviewed, ...]:
    """Give the state of each proposal and contradiction, in the order of the reading.

    Reviews of something that the reading no longer holds stand at the end, by id.
    """
    by_target: dict[str, list[Review]] = defaultdict(list)
    for review in sorted(reviews, key=lambda one: one.number):
        by_target[review.target].append(review)
    found = [_reviewed(key, target, by_target.pop(key, [])) for key, target in _targets(reading)]
    gone = [_reviewed(key, None, by_target[key]) for key in sorted(by_target)]
    return (*found, *gone)


def _targets(reading: Reading) -> Iterator[tuple[str, Proposal | Disagreement]]:
    for proposal in (*reading.statements, *reading.pledges, *reading.positions):
        yield proposal.id, proposal
    for one in reading.contradictions:
        yield disagreement_id(one), one


def _reviewed(key: str, target: Proposal | Disagreement | None, own: list[Review]) -> Reviewed:
    digest = digest_of(target) if target is not None and own else ""
    fresh = [one for one in own if one.target_sha256 == digest]
    stale = tuple(one for one in own if one.target_sha256 != digest)
    return Reviewed(key, target, fresh[-1] if fresh else None, tuple(own), stale)


def corrected(proposal: PledgeProposal, values: Mapping[str, str]) -> PledgeProposal:
    """Put a person's values in place of the reader's; id, span and rule stay.

    Raises:
        WorkflowError: for a field that cannot be corrected or a value that it cannot have.
    """
    obligor, beneficiary, types = proposal.obligor, proposal.beneficiary, proposal.types
    for field, text in values.items():
        _check(proposal, field, text)
    if "obligor" in values:
        obligor = tuple(name.strip() for name in values["obligor"].split(";") if name.strip())
    if "types" in values:
        given = {name.strip() for name in values["types"].split(",")}
        types = tuple(domain for domain in DOMAINS if domain in given)
    if "beneficiary" in values:
        beneficiary = values["beneficiary"].strip() or None
    made = replace(proposal, obligor=obligor, beneficiary=beneficiary, types=types)
    made = replace(
        made,
        role=_value(values, "role", made.role),
        size=_value(values, "size", made.size),
        trigger=_value(values, "trigger", made.trigger),
        limits=_value(values, "limits", made.limits),
        status=values.get("status", made.status).strip(),
        date=_value(values, "date", made.date),
    )
    if made.status == "conditional" and not made.trigger and "status" in values:
        raise WorkflowError(
            f"{proposal.id} would be conditional without a condition; give trigger as well"
        )
    if made.status == "pledged" and made.trigger:
        raise WorkflowError(
            f"{proposal.id} would be pledged under the condition {made.trigger!r}; write "
            "status: conditional, or an empty trigger where the source states none"
        )
    return made


def _value(values: Mapping[str, str], field: str, own: str | None) -> str | None:
    """Give the corrected value; an empty one means that the source states none."""
    return (values[field].strip() or None) if field in values else own


def _check(proposal: PledgeProposal, field: str, text: str) -> None:
    if field not in CORRECTABLE:
        known = ", ".join(CORRECTABLE)
        raise WorkflowError(f"{proposal.id} has no field {field!r} to correct; one of: {known}")
    choice = {"types": DOMAINS, "status": STRENGTH, "role": ROLES}.get(field)
    given = [word.strip() for word in text.split(",")] if field == "types" else [text.strip()]
    for word in given if choice is not None else ():
        if word not in (choice or ()):
            known = ", ".join(choice or ())
            raise WorkflowError(f"{field} of {proposal.id} cannot be {word!r}; one of: {known}")
    if field == "obligor" and not text.replace(";", "").strip():
        raise WorkflowError(f"{proposal.id} needs an obligor; reject it where nobody owes anything")
    if field == "date" and text.strip() and not _is_day(text.strip()):
        raise WorkflowError(f"date of {proposal.id} cannot be {text!r}; write it as 2026-01-06")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
