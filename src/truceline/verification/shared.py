"""Run cases of the shared form, each under the texts that it names and no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from truceline.model.acts import Taxonomy
from truceline.model.agreement import Agreement
from truceline.model.ruling import Ruling
from truceline.model.shared_case import SharedCase
from truceline.verification.judge import judge
from truceline.verification.situation import question_from

_RANK = {"violated": 3, "undetermined": 2, "not_applicable": 1, "permitted": 1}
_TOLERANCE = 0.01
_PUBLISHED = frozenset({"published_judgement", "published_claim"})
"""Bases of a verdict by somebody who measured from the true line, not from a coarse copy of it."""
NOT_UNDERSTOOD = "not_understood"
"""Outcome of a case whose words or texts could not be read."""


@dataclass(frozen=True, slots=True)
class SharedResult:
    """What the engine says of a case, and whether that is what was expected."""

    case: SharedCase
    outcome: str
    """Against a published verdict the likelier side, since the case states the error of our coarse
    copy of the line and the verdict had none; else the outcome at the thresholds."""
    at_thresholds: str
    """The outcome by the thresholds of the procedure, always."""
    clause: str
    p_violation: float | None
    """Null where nothing was computed."""
    low: float | None
    high: float | None
    passed: bool
    reason: str
    also: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    """Figures on which the outcome hangs and that are not fully verified."""
    values: Mapping[str, object] = field(default_factory=dict)


def run_shared(
    case: SharedCase, agreements: Sequence[Agreement], taxonomy: Taxonomy
) -> SharedResult:
    """Judge one case.

    Args:
        case: the case.
        agreements: where its texts are looked for, the first that has one goes before.
        taxonomy: of acts.
    """
    missing = [one for one in case.texts if _home(one, agreements) is None]
    if missing:
        return _unread(case, f"no agreement holds the text {', '.join(missing)}")
    try:
        question = question_from(case.situation, taxonomy)
    except (KeyError, TypeError, ValueError) as error:
        return _unread(case, f"the situation cannot be read: {error}")
    if isinstance(question, str):
        return _unread(case, question)
    homes = dict.fromkeys(_home(one, agreements) for one in case.texts)
    rulings = [
        judge(
            agreements[home],
            replace(question, side=_party(agreements[home], question.side)),
            taxonomy,
            _texts(agreements[home], case.texts),
        )
        for home in homes
        if home is not None
    ]
    ruling = max(rulings, key=lambda one: (_RANK[one.outcome], one.clause_id != "none"))
    return _result(case, ruling)


def _party(agreement: Agreement, side: str) -> str:
    """Give the id of a party that is meant by one of its names; else the words as they are."""
    for one in agreement.parties:
        if side.casefold() in {
            one.id.casefold(),
            one.name.casefold(),
            *map(str.casefold, one.names),
        }:
            return one.id
    return side


def _home(text: str, agreements: Sequence[Agreement]) -> int | None:
    """Find the agreement that holds a text; an agreement of one text is that text."""
    for place, one in enumerate(agreements):
        if text in {known.id for known in one.texts} or (not one.texts and text == one.id):
            return place
    return None


def _texts(agreement: Agreement, named: Sequence[str]) -> frozenset[str]:
    known = {one.id for one in agreement.texts}
    return frozenset(one for one in named if one in known) if known else frozenset({""})


def _result(case: SharedCase, ruling: Ruling) -> SharedResult:
    outcome = _likelier(ruling) if case.basis in _PUBLISHED else ruling.outcome
    return SharedResult(
        case=case,
        outcome=outcome,
        at_thresholds=ruling.outcome,
        clause=ruling.clause_id,
        p_violation=ruling.probability,
        low=ruling.low,
        high=ruling.high,
        passed=_passed(case, ruling, outcome),
        reason=ruling.reason,
        also=ruling.also,
        unverified=ruling.unverified,
        values=ruling.values,
    )


def _likelier(ruling: Ruling) -> str:
    """Give the likelier side where nothing but the error of the place leaves the outcome open."""
    open_place = ruling.outcome == "undetermined" and ruling.low == ruling.high
    if not open_place or ruling.probability == 0.5:
        return ruling.outcome
    return "violated" if ruling.probability > 0.5 else "permitted"


def _passed(case: SharedCase, ruling: Ruling, outcome: str) -> bool:
    """Compare with what is expected.

    Where the case says that its geometry is coarse, the published verdict cannot be reached to the
    threshold: then the probability must pass the bar that the case gives.
    """
    expected = case.expected
    clause = str(expected.get("clause") or "none")
    if clause != ruling.clause_id:
        return False
    coarse = expected.get("coarse_geometry_check")
    if coarse:
        wanted = coarse.get("p_violation_party_baseline")
        near = wanted is None or abs(ruling.probability - float(wanted)) <= _TOLERANCE
        bar = str(coarse.get("pass_if") or "> 0.5").split()
        above = ruling.probability > float(bar[-1])
        return near and above
    wanted = float(expected.get("p_violation", ruling.probability))
    return abs(ruling.probability - wanted) <= _TOLERANCE and outcome == str(
        expected.get("outcome")
    )


def _unread(case: SharedCase, why: str) -> SharedResult:
    return SharedResult(
        case, NOT_UNDERSTOOD, NOT_UNDERSTOOD, "none", None, None, None, passed=False, reason=why
    )
