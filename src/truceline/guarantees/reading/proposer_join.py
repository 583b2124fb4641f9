"""Lay the proposals of plug-ins beside those of the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from truceline.errors import WrongKindOfFile
from truceline.guarantees.reading.proposer import Plugged
from truceline.guarantees.reading.proposer_checks import Checked, Checker, Refused
from truceline.guarantees.reading.proposer_child import Child, ProposerFailed
from truceline.guarantees.reading.reader import Prepared, prepared
from truceline.guarantees.reading.tables import Tables, shipped_tables
from truceline.model.article import (
    LoneProposal,
    PledgeProposal,
    Position,
    Proposal,
    ProposerReport,
    Reading,
    Span,
    Statement,
)

_HALF: Final = 0.5
"""Share of the shorter span that two proposals must have in common to be of the same words."""


@dataclass(slots=True)
class _Tally:
    """What became of one proposer's proposals."""

    asked: int = 0
    agreed: int = 0
    alone: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[str, str]] = field(default_factory=list)


def second(
    reading: Reading,
    files: Mapping[str, bytes],
    sidecar: Mapping[str, Mapping[str, Any]],
    plugged: Sequence[Plugged],
    tables: Tables | None = None,
) -> Reading:
    """Ask plug-ins about the articles that the rules read, one article after the other.

    The rules' proposals stay as they are, but for ``seconded_by`` and a confidence that may rise by
    measured figures. What a plug-in proposes beyond them goes to ``alone``. An article on which a
    plug-in fails keeps the rules' reading.

    Args:
        reading: of the rules.
        files: bytes by file name.
        sidecar: what is known besides, by file name.
        plugged: proposers, each of another name.
        tables: who is who; the shipped tables where null.
    """
    who = tables or shipped_tables()
    known = frozenset(p.name for p in who.persons) | frozenset(b.name for b in who.bodies)
    own = _by_document(reading)
    alone: list[LoneProposal] = []
    reports = []
    for one in sorted(plugged, key=lambda each: each.proposer.name):
        tally = _Tally()
        with Child(one) as child:
            for document in reading.documents:
                if document.name not in own:
                    continue
                ready = _again(document.name, files, sidecar, who)
                if ready is None:
                    continue
                checked = _checked(ready, child, known, tally)
                rules = own[document.name]
                own[document.name], lone = _joined(ready, rules, checked, one)
                tally.agreed += len(checked) - len(lone)
                tally.alone += len(lone)
                alone += lone
        reports.append(
            ProposerReport(
                one.proposer.name, tally.asked, tally.agreed, tally.alone,
                dict(sorted(tally.refused.items())), tuple(tally.failed),
            )
        )  # fmt: skip
    return replace(
        reading,
        statements=_put_back(reading.statements, own),
        pledges=_put_back(reading.pledges, own),
        positions=_put_back(reading.positions, own),
        alone=tuple(sorted(alone, key=lambda each: (each.doc, each.span, each.id))),
        proposers=tuple(reports),
    )


def _by_document(reading: Reading) -> dict[str, dict[str, Proposal]]:
    """Give the proposals of the rules by document and id; unread documents are left out."""
    unread = {name for name, _ in reading.refused}
    found: dict[str, dict[str, Proposal]] = {
        one.name: {} for one in reading.documents if one.name not in unread
    }
    for proposal in (*reading.statements, *reading.pledges, *reading.positions):
        found[proposal.doc][proposal.id] = proposal
    return found


def _again(
    name: str, files: Mapping[str, bytes], sidecar: Mapping[str, Mapping[str, Any]], tables: Tables
) -> Prepared | None:
    try:
        return prepared(name, files[name], sidecar.get(name), tables)
    except WrongKindOfFile:
        return None


def _checked(ready: Prepared, child: Child, known: frozenset[str], tally: _Tally) -> list[Checked]:
    """Ask about one article and keep what it bears out; the same proposal counts once."""
    tally.asked += 1
    try:
        suggested = child.ask(ready.document, ready.sentences)
    except ProposerFailed as error:
        tally.failed.append((ready.document.name, str(error)))
        return []
    checker = Checker(ready.document.text, ready.sentences, ready.mentions, known)
    found: list[Checked] = []
    for one in suggested:
        try:
            checked = checker.checked(one)
        except Refused as refused:
            tally.refused[str(refused)] += 1
            continue
        if checked in found:
            tally.refused["proposed twice"] += 1
        else:
            found.append(checked)
    return sorted(found, key=lambda each: (each.span, each.kind, sorted(each.values.items())))


def _joined(
    ready: Prepared, rules: Mapping[str, Proposal], checked: Iterable[Checked], plugged: Plugged
) -> tuple[dict[str, Proposal], list[LoneProposal]]:
    """Mark what the rules propose too, and give what they do not; one to one."""
    kept = dict(rules)
    left = list(rules.values())
    lone: list[LoneProposal] = []
    name = plugged.proposer.name
    for one in checked:
        in_file = ready.opened.prose.in_file(one.span)
        near = [p for p in left if _same_words(p.span, in_file) and _kind_of(p) == one.kind]
        same = next((p for p in near if _AGREE[one.kind](p, one.values)), None)
        if same is None:
            beside = near[0].id if near else None
            lone.append(_lone(ready, one, in_file, plugged, beside, len(lone)))
            continue
        left.remove(same)
        kept[same.id] = replace(
            same,
            seconded_by=tuple(sorted({*same.seconded_by, name})),
            confidence=plugged.figures.of_agreed(same.rule, same.confidence),
        )
    return kept, lone


def _lone(
    ready: Prepared, one: Checked, span: Span, plugged: Plugged, beside: str | None, number: int
) -> LoneProposal:
    name, doc = plugged.proposer.name, ready.document.name
    return LoneProposal(
        id=f"{doc}#alone-{name}-{one.kind}{span.start}.{number}",
        doc=doc,
        span=span,
        kind=one.kind,
        proposer=name,
        confidence=plugged.figures.of_alone(one.kind),
        values={field: "; ".join(items) for field, items in sorted(one.values.items())},
        quotes=tuple(ready.opened.prose.in_file(quote) for quote in one.quotes),
        beside=beside,
    )


def _same_words(one: Span, other: Span) -> bool:
    shorter = min(one.end - one.start, other.end - other.start)
    return one.overlap(other) >= _HALF * shorter


def _kind_of(proposal: Proposal) -> str:
    kinds = {Statement: "statement", PledgeProposal: "pledge", Position: "position"}
    return kinds[type(proposal)]


Values = Mapping[str, tuple[str, ...]]


def _of_statement(rule: Any, values: Values) -> bool:
    return values["speaker"] in {(rule.speaker,), (rule.name_as_given,)}


def _of_pledge(rule: Any, values: Values) -> bool:
    owed = set(values["obligor"]) == set(rule.obligor) and set(values["types"]) & set(rule.types)
    return bool(owed) and values["status"] == (rule.status,)


def _of_position(rule: Any, values: Values) -> bool:
    return values["party"] == (rule.party,) and values["stand"] == (rule.kind,)


_AGREE: Final[Mapping[str, Callable[[Any, Values], bool]]] = {
    "statement": _of_statement,
    "pledge": _of_pledge,
    "position": _of_position,
}
_P = TypeVar("_P", bound=Proposal)


def _put_back(proposals: Iterable[_P], own: Mapping[str, Mapping[str, Proposal]]) -> tuple[_P, ...]:
    """Give proposals in their order, each as it stands after the plug-ins."""
    return tuple(own[one.doc][one.id] for one in proposals)  # type: ignore[misc]
