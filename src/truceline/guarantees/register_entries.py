"""Coded pledges and a reader's proposals as entries of one register, each with its citations.

Several proposals are one entry where they say the same of the same: one obligor, status, role,
condition and event, with domains that overlap. What differs in any of these stays apart; nothing is
shown stronger than a source says it, and nothing as looked at by a person that was not.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from truceline.codec.canonical import canonical
from truceline.errors import WorkflowError
from truceline.guarantees.align_time import months_of
from truceline.guarantees.independence import groups_of
from truceline.guarantees.register import DOMAINS
from truceline.guarantees.register_conditions import condition_class
from truceline.guarantees.register_sources import coded_citation, named_document
from truceline.guarantees.reviews import Reviewed, corrected, reviewed
from truceline.model.agreement import Agreement, Pledge
from truceline.model.article import (
    Document,
    Group,
    Mode,
    PledgeProposal,
    Reading,
    Span,
    Statement,
)
from truceline.model.register import Citation, Entry, Origin, Review, Verdict

_ORIGIN: Final = {
    Verdict.CONFIRM: Origin.CONFIRMED,
    Verdict.CORRECT: Origin.CONFIRMED,
    Verdict.REJECT: Origin.REJECTED,
}


@dataclass(frozen=True, slots=True)
class _Said:
    """One proposal for one obligor, with what a person made of it."""

    proposal: PledgeProposal
    obligor: str
    name: str
    origin: Origin
    citation: Citation
    months: tuple[str, ...]
    reviews: tuple[Review, ...]

    @property
    def key(self) -> tuple[object, ...]:
        """What must be the same for two to be one entry, besides domains and event."""
        p = self.proposal
        kind = condition_class(p.trigger or "")
        whose = self.proposal.id if self.origin is Origin.REJECTED else ""
        return self.obligor, p.status, p.role or "", kind, self.origin.value, whose

    @property
    def event(self) -> str:
        """The month; the document where the month is not known or not one."""
        return self.months[0] if len(self.months) == 1 else f"{self.citation.source}"


def entries(agreement: Agreement, reading: Reading, reviews: Sequence[Review]) -> tuple[Entry, ...]:
    """Give the register of an agreement and a reading, under the reviews of persons.

    The order of documents, proposals and reviews does not matter.

    Raises:
        WorkflowError: when a review that fits its proposal gives it a value that it cannot have.
        ValueError: when a proposal names a document that the reading does not hold.
    """
    voices = groups_of(reading.documents)
    coded = [_coded(agreement, one, reading.documents, voices) for one in agreement.pledges]
    groups: dict[tuple[object, ...], list[_Said]] = defaultdict(list)
    for said in _said(agreement, reading, reviews, voices):
        groups[*said.key, said.event].append(said)
    made = [_entry(one) for group in groups.values() for one in _same_event(group)]
    order = {party.id: number for number, party in enumerate(agreement.parties)}

    made.sort(
        key=lambda one: (order.get(one.obligor, len(order)), one.obligor, _where(one), one.id)
    )
    return (*coded, *made)


def party_ids(agreement: Agreement) -> Mapping[str, str]:
    """Give the party id of each name by which the agreement knows a party."""
    found: dict[str, str] = {}
    for party in agreement.parties:
        for name in (party.id, party.name, *party.names):
            found.setdefault(name, party.id)
    return found


def _where(entry: Entry) -> tuple[str, int, int]:
    first = entry.citations[0]
    return first.source, first.span.start if first.span else 0, first.span.end if first.span else 0


def _coded(
    agreement: Agreement,
    pledge: Pledge,
    documents: Sequence[Document],
    voices: Mapping[str, Group],
) -> Entry:
    names = {party.id: party.name for party in agreement.parties}
    cited = (
        coded_citation(key, agreement.sources[key], documents, voices) for key in pledge.sources
    )
    citations = tuple(sorted(cited, key=lambda one: one.source))
    date = None if pledge.date == "unknown" else pledge.date
    return Entry(
        id=pledge.id,
        obligor=pledge.obligor,
        name=names.get(pledge.obligor, pledge.obligor),
        types=_ordered(pledge.types),
        role=pledge.role,
        status=pledge.status,
        condition=pledge.condition,
        condition_class=pledge.condition_class or condition_class(pledge.condition),
        limits=pledge.limits,
        size="",
        date=date,
        known_by=date or _earliest(citations),
        origin=Origin.CODED,
        citations=citations,
        summary=pledge.summary,
        beneficiary=pledge.beneficiary,
        verified=pledge.verified,
        months=(date[:7],) if date else _reported(pledge, agreement, documents),
    )


def _reported(
    pledge: Pledge, agreement: Agreement, documents: Sequence[Document]
) -> tuple[str, ...]:
    """Give the months of the articles that tell of a pledge without a day; none if any is unknown."""
    months: set[str] = set()
    for key in pledge.sources:
        document = named_document(agreement.sources[key], documents)
        own = months_of_document(document) if document else frozenset[str]()
        if not own:
            return ()
        months |= own
    return tuple(sorted(months))


def _said(
    agreement: Agreement,
    reading: Reading,
    reviews: Sequence[Review],
    voices: Mapping[str, Group],
) -> Iterator[_Said]:
    """Give each proposal once for each of its obligors, with a person's correction in place."""
    known = party_ids(agreement)
    names = {party.id: party.name for party in agreement.parties}
    documents = {one.name: one for one in reading.documents}
    missing = sorted({one.doc for one in reading.pledges} - set(documents))
    if missing:
        raise ValueError(f"the documents {missing} of pledges are not given; give them as well")
    statements = {one.id: one for one in reading.statements}
    for one in reviewed(replace(reading, statements=(), positions=(), contradictions=()), reviews):
        if not isinstance(one.target, PledgeProposal):
            continue
        proposal, origin = _ruled(one.target, one)
        document = documents[proposal.doc]
        months = _months(proposal, one.target, statements, document)
        citation = _cited(proposal, document, voices[document.name].key)
        for obligor in dict.fromkeys(known.get(name, name) for name in proposal.obligor):
            name = names.get(obligor, obligor)
            yield _Said(proposal, obligor, name, origin, citation, months, one.reviews)


def _ruled(proposal: PledgeProposal, one: Reviewed) -> tuple[PledgeProposal, Origin]:
    ruling = one.ruling
    if ruling is None:
        return proposal, Origin.PROPOSED
    origin = _ORIGIN.get(ruling.verdict, Origin.PROPOSED)
    if ruling.verdict is Verdict.CORRECT:
        try:
            return corrected(proposal, ruling.values), origin
        except WorkflowError as error:
            advice = "add a review with values that fit"
            raise WorkflowError(f"review {ruling.number}: {error}; {advice}") from error
    return proposal, origin


def _months(
    proposal: PledgeProposal,
    as_read: PledgeProposal,
    statements: Mapping[str, Statement],
    document: Document,
) -> tuple[str, ...]:
    """Give the months in which a pledge may have been spoken; a person's date goes first."""
    if proposal.date:
        return (proposal.date[:7],)
    carrier = statements.get(as_read.statement or "") or _as_statement(as_read)
    return tuple(sorted(months_of(carrier, document)))


def months_of_document(document: Document) -> frozenset[str]:
    """Give the months in which something that a document reports may have been said."""
    nowhere = Statement("", document.name, Span(0, 0), 0.0, "", Mode.PARAPHRASE, "unknown", "", None,
        None, None, None, None, None, ())  # fmt: skip
    return months_of(nowhere, document)


def _as_statement(p: PledgeProposal) -> Statement:
    """Let a pledge that no statement carries be asked for its month as if it were one."""
    return Statement(p.id, p.doc, p.span, p.confidence, p.rule, Mode.PARAPHRASE, "unknown", "", None,
        None, None, None, None, None, ())  # fmt: skip


def _cited(proposal: PledgeProposal, document: Document, voice: str) -> Citation:
    return Citation(
        source=document.name,
        outlet=document.outlet or document.name,
        group=voice,
        reported=document.published,
        span=proposal.span,
        proposal=proposal.id,
        types=_ordered(proposal.types),
    )


def _same_event(group: list[_Said]) -> Iterator[list[_Said]]:
    """Part what is of one month by day and by domains; what has no day joins the only day there is."""
    days = sorted({one.proposal.date for one in group if one.proposal.date})
    if len(days) < 2:
        yield from _overlapping(group)
        return
    for day in (*days, None):
        yield from _overlapping([one for one in group if one.proposal.date == day])


def _overlapping(group: list[_Said]) -> list[list[_Said]]:
    """Group what is joined by common domains."""
    parts: list[tuple[set[str], list[_Said]]] = []
    for one in group:
        own = set(one.proposal.types)
        joined = [part for part in parts if part[0] & own]
        parts = [part for part in parts if not part[0] & own]
        types = own.union(*(part[0] for part in joined))
        parts.append((types, [*(said for part in joined for said in part[1]), one]))
    return [members for _, members in parts]


def _entry(group: list[_Said]) -> Entry:
    group = sorted(group, key=lambda one: (one.citation.source, one.citation.span, one.proposal.id))
    first = group[0]
    citations = tuple(one.citation for one in group)
    date = next((one.proposal.date for one in group if one.proposal.date), None)
    types = {domain for one in group for domain in one.proposal.types}
    return Entry(
        id=_id(first),
        obligor=first.obligor,
        name=first.name,
        types=_ordered(types),
        role=first.proposal.role or "",
        status=first.proposal.status,
        condition=_all(one.proposal.trigger for one in group),
        condition_class=condition_class(first.proposal.trigger or ""),
        limits=_all(one.proposal.limits for one in group),
        size=_all(one.proposal.size for one in group),
        date=date,
        known_by=date or _earliest(citations),
        origin=first.origin,
        citations=citations,
        beneficiary=_all(one.proposal.beneficiary for one in group),
        reviews=tuple(sorted({r.number: r for one in group for r in one.reviews}.values(),
                             key=lambda r: r.number)),
        months=first.months,
    )  # fmt: skip


def _id(first: _Said) -> str:
    """Name an entry by its first citation, which belongs to no other entry of this obligor."""
    told = canonical([first.obligor, first.proposal.id])
    return "entry-" + hashlib.sha256(told).hexdigest()[:12]


def _all(texts: Iterable[str | None]) -> str:
    """Give every different wording, in order: no condition and no limit is lost by joining."""
    return "; ".join(dict.fromkeys(text for text in texts if text))


def _ordered(types: Iterable[str]) -> tuple[str, ...]:
    given = set(types)
    return tuple(domain for domain in DOMAINS if domain in given)


def _earliest(citations: Iterable[Citation]) -> str | None:
    return min((one.reported for one in citations if one.reported), default=None)
