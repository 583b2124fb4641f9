"""Who pledged what, and on which condition: where outlets differ about one event."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from truceline.guarantees.contradiction_text import Scene, all_of, disagreement, firsts
from truceline.guarantees.reading.pledge_actors import ALLIES, FORCE, LEADS, OTHERS
from truceline.model.article import Disagreement, PledgeProposal, Side

_CLASSES: Final = {
    "pledged": "gives",
    "conditional": "gives",
    "considered": "open",
    "undecided": "open",
    "ruled_out": "refuses",
}
_NOBODY: Final = frozenset({FORCE, ALLIES, OTHERS, LEADS})
"""Who is not named cannot be held against anybody."""
_PART: Final = {"other": "part", "political": "part"}
"""A role, a part and backing in words are one thing, whatever an outlet calls it."""
_FORCE: Final = re.compile(
    r"\b(?:troops?|forces?|soldiers?|deploy\w*|contingents?|peacekeep\w*|reassurance|pledge[ds]?)\b",
    re.IGNORECASE,
)
_WHEN: Final = re.compile(
    r"\b(?:(?:the |a )?day after|immediately after|right after|after|once|following|in the event of|"
    r"in case of|upon|if and when|as soon as|as part of|lead to|when)\s+"
    r"(?:(?:a|an|any|the|some|possible|eventual|future|credible|comprehensive|agreed|there is|"
    r"there’s|full|final|lasting|genuine)\s+){0,4}"
    r"(?P<what>ceasefire|cease-fire|truce|cessation of hostilities|hostilities (?:end|cease|stop)|"
    r"(?:end of|end to) (?:the )?(?:hostilities|fighting)|fighting (?:ends|stops)|"
    r"peace (?:deal|agreement|settlement|accord|treaty)|peace is (?:agreed|reached)|"
    r"(?:war|conflict) (?:ends|is over|has ended)|end of the (?:war|conflict))\b",
    re.IGNORECASE,
)


def pledge_contradictions(scene: Scene) -> Iterator[Disagreement]:
    """Give obligors whose undertaking of one type has another strength in another outlet.

    Giving, keeping open and refusing contradict one another; a promise with a condition and one
    without do not. Several ways of not having decided, and one article that tells of a promise and
    of a mere thought, are compatible, and shown as that.
    """
    found: dict[tuple[int, str, str], list[PledgeProposal]] = defaultdict(list)
    for pledge in scene.reading.pledges:
        for obligor in (name for name in pledge.obligor if name not in _NOBODY):
            for kind in dict.fromkeys(_PART.get(kind, kind) for kind in pledge.types):
                found[scene.event_of[pledge.doc], obligor, kind].append(pledge)
    seen = set()
    for (_, obligor, kind), rows in sorted(found.items(), key=lambda row: row[0]):
        told = _how(rows)
        sides = all_of(Side(f"{obligor}: {kind} {one.status}", one.doc, one.span) for one in rows)
        where = tuple((side.doc, side.span) for side in sides)
        if told and where not in seen:
            seen.add(where)
            yield disagreement(told, "pledge_status", sides)


def _how(rows: list[PledgeProposal]) -> str | None:
    """Say how the rows of one obligor and type differ; null where they do not."""
    classes = {_CLASSES[one.status] for one in rows}
    outlets = {one.doc for one in rows}
    if len(classes) > 1 and len(outlets) > 1 and _differ(rows):
        return "true"
    if classes == {"open"} and len(outlets) > 1:
        return "compatible"
    return "compatible" if len(outlets) == 1 and classes == {"gives", "open"} else None


def _differ(rows: list[PledgeProposal]) -> bool:
    """Tell whether two documents, and not one document in itself, differ."""
    by_doc: dict[str, set[str]] = defaultdict(set)
    for one in rows:
        by_doc[one.doc].add(_CLASSES[one.status])
    sets = list(by_doc.values())
    apart = any(not one & other for one in sets for other in sets)
    # Who promises in one outlet, and in another only thinks, differs, even if the first tells both.
    promised = [one for one in sets if "gives" in one]
    return apart or (bool(promised) and {"open"} in sets)


def member_contradictions(scene: Scene) -> Iterator[Disagreement]:
    """Give promises of one force at one event that are told of these states, and of these with others."""
    found: dict[tuple[int, str], list[PledgeProposal]] = defaultdict(list)
    for pledge in scene.reading.pledges:
        named = set(pledge.obligor) - _NOBODY
        if len(named) > 1 and _CLASSES[pledge.status] == "gives" and "troops_land" in pledge.types:
            found[scene.event_of[pledge.doc], "troops_land"].append(pledge)
    for _, rows in sorted(found.items(), key=lambda row: row[0]):
        for one, other in combinations(rows, 2):
            if set(one.obligor) < set(other.obligor) or set(other.obligor) < set(one.obligor):
                sides = (Side(", ".join(p.obligor), p.doc, p.span) for p in rows)
                yield disagreement("true", "member", all_of(sides))
                break


def condition_contradictions(scene: Scene) -> Iterator[Disagreement]:
    """Give the events after which one force is said to come, where outlets name other ones."""
    found: dict[int, list[Side]] = defaultdict(list)
    for sentence in scene.sentences:
        if not _FORCE.search(sentence.text):
            continue
        for match in _WHEN.finditer(sentence.text):
            found[scene.event_of[sentence.doc]].append(sentence.side(_condition(match), match))
    for _, sides in sorted(found.items()):
        by_doc: dict[str, set[str]] = defaultdict(set)
        for side in sides:
            by_doc[side.doc].add(side.value)
        if any(not one & other for one in by_doc.values() for other in by_doc.values()):
            yield disagreement("true", "condition", firsts(sides))


def _condition(match: re.Match[str]) -> str:
    """Name the event: the guns fall silent, or there is a peace."""
    what = match["what"].lower()
    if "peace" in what or "war" in what or "conflict" in what:
        return "after a peace deal"
    return "after a ceasefire" if "fire" in what or "truce" in what else "after hostilities end"
