"""Numbers of states: a number belongs to an event and to what its states did there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from truceline.guarantees.contradiction_text import Scene, Sentence, all_of, disagreement
from truceline.model.article import Disagreement, Side

_TENS: Final = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_UNITS: Final = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), 1
    )
}
_COUNT: Final = re.compile(
    r"(?P<more>\b(?:more than|over|at least|some|about|around|nearly|almost|up to)\s+)?"
    r"\b(?P<number>\d{1,3}|(?:twenty|thirty|forty|fifty)(?:-(?:one|two|three|four|five|six|seven|"
    r"eight|nine))?|(?:(?:a|one|two|three|four)\s+)?dozen)\s+"
    r"(?:other\s+|different\s+)?(?P<which>(?:[Ww]estern|European|allied|NATO|Western-allied)\s+)?"
    r"(?:or so\s+)?(?:countries|nations|states|allies|governments|members|partners|participants|signatories)\b"
)
_BARE: Final = re.compile(
    r"(?P<more>(?!x)x)?\b(?:the|all|and|after)\s+(?P<number>\d{2})(?=\s+(?:had|have|has|will|would|endorsed|pledged|promised|"
    r"agreed|signed|committed|of\s+(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December))\b)(?P<which>(?!x)x)?",
)
"""A number of states that stands without the word."""
_AT: Final = re.compile(
    r"\b(?:summit|meeting|talks|conference)\s+(?:\w+\s+){0,2}?(?:involving|attended\s+by|of|with|between|that\s+gathered)\s+(?:\w+\s+)?$"
)
_PLEDGED: Final = re.compile(
    r"\b(?:pledg|commit|agree|promis|contribut|deploy|send|provid|ready|willing)\w*", re.IGNORECASE
)
_NAMES: Final = ("January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December")  # fmt: skip
_MONTHS: Final = re.compile(rf"\b(?:[Ll]ast|[Ii]n|[Oo]f|[Bb]ack in)\s({'|'.join(_NAMES)})\b")
_MONTH_AFTER: Final = re.compile(rf"\s(?:of|in|last)\s({'|'.join(_NAMES)})\b")
_NEAR: Final = 60
"""Characters before a number in which a month may tell its event."""
_LEAST: Final = 10
"""Fewer states than this are parts of a group, not its number."""


@dataclass(frozen=True, slots=True)
class _Count:
    side: Side
    low: int
    high: int
    """Equal to ``low`` where the number is exact."""
    did: str
    """``pledged`` or ``met``: what its sentence says of them."""
    event: int
    which: str
    at: bool = False
    """Told as the number of those who sat at a meeting."""


def number_contradictions(scene: Scene) -> Iterator[Disagreement]:
    """Give differing numbers of states: of one event, or of different ones.

    Exact numbers of one event that did the same thing contradict; an inexact one that holds the
    exact one is compatible with it; numbers of other events, or of other deeds, are other facts.
    """
    counts = [one for one in _counts(scene) if one.high >= _LEAST]
    by_event: dict[int, list[_Count]] = defaultdict(list)
    for one in counts:
        by_event[one.event].append(one)
    for group in by_event.values():
        yield from _same_event(group)
        yield from _who(group)
    exact = [one for one in counts if one.low == one.high]
    if len({one.event for one in exact}) > 1:
        usual = [min(firsts_of(exact, event), key=lambda c: c.side.span) for event in sorted(
            {one.event for one in exact})]  # fmt: skip
        if len({one.low for one in usual}) > 1:
            values = {(one.event, one.low) for one in usual}
            sides = [one.side for one in exact if (one.event, one.low) in values]
            yield disagreement("different_facts", "number", all_of(sides))


def firsts_of(counts: Sequence[_Count], event: int) -> list[_Count]:
    """Give the counts of an event that its documents give most often."""
    own = [one for one in counts if one.event == event]
    often = max(own, key=lambda one: (sum(o.low == one.low for o in own), -one.side.span.start))
    return [one for one in own if one.low == often.low]


def _same_event(group: Sequence[_Count]) -> Iterator[Disagreement]:
    exact = [one for one in group if one.low == one.high]
    for did in ("pledged", "met"):
        same = [one for one in exact if one.did == did]
        if len({one.low for one in same}) > 1 and len({one.side.doc for one in same}) > 1:
            yield disagreement("true", "number", all_of(one.side for one in same))
    if len({one.low for one in exact}) > 1 and len({one.did for one in exact}) > 1:
        pledged, met = ({o.low for o in exact if o.did == did} for did in ("pledged", "met"))
        if pledged and met and not pledged & met:
            yield disagreement("different_facts", "number", all_of(one.side for one in exact))
    yield from _met_as_pledged(exact)
    for loose in (one for one in group if one.low != one.high):
        fit = [one for one in exact if one.side != loose.side]
        inside = [one.side for one in fit if loose.low <= one.low <= loose.high]
        outside = [one.side for one in fit if not loose.low <= one.low <= loose.high]
        if inside:
            yield disagreement("compatible", "number", [loose.side, *all_of(inside)])
        elif outside:
            yield disagreement("true", "number", [loose.side, *all_of(outside)])


def _met_as_pledged(exact: Sequence[_Count]) -> Iterator[Disagreement]:
    """Give a number that one outlet tells of a meeting and all others of those who pledged."""
    for number in sorted({one.low for one in exact if one.at}):
        same = [one for one in exact if one.low == number]
        met = [one for one in same if one.at]
        pledged = [one for one in same if one.did == "pledged"]
        others = {one.side.doc for one in pledged} - {one.side.doc for one in met}
        if others and not {one.side.doc for one in same if one.did == "met"} & others:
            sides = [one.side for one in (*met, *pledged) if one.side.doc in others or one.at]
            yield disagreement("stale_or_wrong", "participants", all_of(sides))


def _who(group: Sequence[_Count]) -> Iterator[Disagreement]:
    """Give groups of one number that are called by names of different reach."""
    for number in sorted({one.low for one in group}):
        same = [one for one in group if one.low == number and one.which]
        if len({one.which for one in same}) > 1:
            sides = [Side(one.which, one.side.doc, one.side.span) for one in same]
            yield disagreement("true", "member", all_of(sides))


def _counts(scene: Scene) -> Iterator[_Count]:
    for sentence in scene.sentences:
        for match in (*_COUNT.finditer(sentence.text), *_BARE.finditer(sentence.text)):
            low, high = _range(match["number"].lower(), (match["more"] or "").strip())
            value = f"{(match['more'] or '').strip()} {match['number']}".strip()
            at = bool(_AT.search(sentence.text, 0, match.start()))
            did = "pledged" if _PLEDGED.search(sentence.text) and not at else "met"
            which = (match["which"] or "").strip().capitalize()
            side = sentence.side(value, match)
            yield _Count(side, low, high, did, _event(scene, sentence, match), which, at)


def _event(scene: Scene, sentence: Sentence, match: re.Match[str]) -> int:
    """Give the event of a number: that of its article, or of the month told beside it.

    "Last September it was 26 states" in an article of January is of the September event.
    """
    own, day = scene.event_of[sentence.doc], scene.dated(sentence.doc)
    before = _MONTHS.findall(sentence.text[max(match.start() - _NEAR, 0) : match.start()])
    after = _MONTH_AFTER.match(sentence.text, match.end())
    named = after[1] if after else before[-1] if before else None
    if named is None or day is None or _NAMES.index(named) + 1 == int(day[5:7]):
        return own
    month = _NAMES.index(named) + 1
    for doc in sorted(scene.event_of):
        there = scene.dated(doc)
        if there and int(there[5:7]) == month:
            return scene.event_of[doc]
    return -month


def _range(number: str, more: str) -> tuple[int, int]:
    """Turn number words into what they may mean.

    >>> _range("two dozen", "more than"), _range("26", ""), _range("thirty-five", "")
    ((24, 36), (26, 26), (35, 35))
    """
    if number.endswith("dozen"):
        base, step = 12 * _UNITS.get(number.split(maxsplit=1)[0], 1), 12
    elif number.isdigit():
        base, step = int(number), 10
    else:
        tens, _, unit = number.partition("-")
        base, step = _TENS[tens] + _UNITS.get(unit, 0), 10
    if more in ("more than", "over", "at least"):
        return base + (more != "at least") * (not number.endswith("dozen")), base + step
    if more in ("nearly", "almost", "up to"):
        return base - step // 2, base
    if more or number.endswith("dozen"):
        return base - step // 4, base + step // 4
    return base, base
