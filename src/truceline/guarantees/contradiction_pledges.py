"""Who pledged what, and on which condition: where outlets differ about one event."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from truceline.guarantees.contradiction_text import Scene, disagreement, firsts
from truceline.model.article import Disagreement, PledgeProposal, Side

_CLASSES: Final = {
    "pledged": "gives",
    "conditional": "gives",
    "considered": "open",
    "undecided": "open",
    "ruled_out": "refuses",
}
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
    without do not, nor do two ways of not having decided.
    """
    found: dict[tuple[int, str, str], list[PledgeProposal]] = defaultdict(list)
    for pledge in scene.reading.pledges:
        for obligor in pledge.obligor:
            for kind in pledge.types:
                found[scene.event_of[pledge.doc], obligor, kind].append(pledge)
    seen = set()
    for (_, obligor, kind), rows in sorted(found.items(), key=lambda row: row[0]):
        if len({_CLASSES[one.status] for one in rows}) < 2 or len({one.doc for one in rows}) < 2:
            continue
        sides = firsts(Side(f"{obligor}: {kind} {one.status}", one.doc, one.span) for one in rows)
        where = tuple((side.doc, side.span) for side in sides)
        if _differ(rows) and where not in seen:
            seen.add(where)
            yield disagreement("true", "pledge_status", sides)


def _differ(rows: list[PledgeProposal]) -> bool:
    """Tell whether two documents, and not one document in itself, differ."""
    by_doc: dict[str, set[str]] = defaultdict(set)
    for one in rows:
        by_doc[one.doc].add(_CLASSES[one.status])
    sets = list(by_doc.values())
    return any(not one & other for one in sets for other in sets)


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
