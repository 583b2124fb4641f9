"""Days that do not agree: of one statement, of one meeting, of a war's years, of the calendar."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

from truceline.guarantees.align_time import events_of
from truceline.guarantees.contradiction_text import Scene, disagreement, firsts
from truceline.model.article import Disagreement, Side

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS: Final = ("january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december")  # fmt: skip
_WEEKDAY: Final = r"(?P<day>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_MEETING: Final = re.compile(
    rf"\b{_WEEKDAY}['’]s\s+(?:[\w-]+\s+){{0,5}}?(?:summit|meeting)\b"
    rf"|\b(?:summit|meeting)\s+(?:in\s+\w+\s+)?on\s+"
    r"(?P<later>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)
_FULL: Final = re.compile(
    rf"\b{_WEEKDAY},?\s+(?:(?P<d1>\d{{1,2}})\s+(?P<m1>[A-Z]\w+)|(?P<m2>[A-Z]\w+)\s+(?P<d2>\d{{1,2}}))"
    r"(?:,?\s+(?P<year>\d{4}))?"
)
_ORDINALS: Final = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7}
_YEARS: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_WAR: Final = re.compile(
    r"\b(?P<how>in|enters|entered|entering|into|approaches|approaching|nears|nearing)\s+its\s+"
    rf"(?P<nth>{'|'.join(_ORDINALS)})\s+year\b"
    rf"|\b(?P<more>[Mm]ore than|[Oo]ver|[Nn]early|[Aa]lmost)?\s*(?P<n>{'|'.join(_YEARS)})"
    r"(?P<half>-and-a-half|(?: and a half))?[ -]years?\b(?=\s+(?:into the )?(?:of )?(?:the )?"
    r"(?:full-scale )?(?:war|conflict|invasion|fighting))"
)


def date_contradictions(scene: Scene) -> Iterator[Disagreement]:
    """Give the days, weekdays and lengths of a war that cannot all be right."""
    yield from _statements(scene)
    yield from _meetings(scene)
    yield from _calendar(scene)
    yield from _war_years(scene)


def _statements(scene: Scene) -> Iterator[Disagreement]:
    """Give aligned statements that have different days."""
    by_id = {one.id: one for one in scene.reading.statements}
    for group in scene.reading.alignments:
        dated = [one for member in group.members if (one := by_id.get(member)) and one.date_said]
        if len({one.date_said for one in dated}) > 1:
            sides = (Side(str(one.date_said), one.doc, one.span) for one in dated)
            yield disagreement("true", "date", firsts(sides))


def _meetings(scene: Scene) -> Iterator[Disagreement]:
    """Give the meeting of one event that outlets put on different weekdays."""
    found: dict[int, list[Side]] = defaultdict(list)
    for sentence in scene.sentences:
        for match in _MEETING.finditer(sentence.text):
            value = match["day"] or match["later"]
            found[scene.event_of[sentence.doc]].append(sentence.side(value, match))
    for _, sides in sorted(found.items()):
        days: dict[str, set[str]] = defaultdict(set)
        for side in sides:
            days[side.doc].add(side.value)
        if any(not one & other for one in days.values() for other in days.values()):
            yield disagreement("true", "date", firsts(sides))


def _calendar(scene: Scene) -> Iterator[Disagreement]:
    """Give dates whose weekday the calendar does not have; the year may be the event's."""
    for sentence in scene.sentences:
        events = events_of(scene.by_name[sentence.doc])
        for match in _FULL.finditer(sentence.text):
            name = (match["m1"] or match["m2"]).lower()
            year = match["year"] or (str(events[-1].year) if events else None)
            if name not in _MONTHS or year is None:
                continue
            try:
                day = date(int(year), _MONTHS.index(name) + 1, int(match["d1"] or match["d2"]))
            except ValueError:
                continue
            right = _DAYS[day.weekday()].capitalize()
            if right != match["day"]:
                value = f"{match['day']} (the calendar says {right} for {day.isoformat()})"
                yield disagreement("stale_or_wrong", "date", [sentence.side(value, match)])


def _war_years(scene: Scene) -> Iterator[Disagreement]:
    """Give lengths of one war of which no start day makes all true; each is a range of years."""
    rows = []
    for sentence in scene.sentences:
        day = scene.dated(sentence.doc)
        for match in _WAR.finditer(sentence.text) if day else ():
            low, high = _length(match)
            told = date.fromisoformat(str(day)).toordinal() / 365.25
            rows.append((told - high, told - low, sentence.side(match[0].strip(), match)))
    wrong = {
        side
        for first, last, side in rows
        for first2, last2, _ in rows
        if last < first2 - _SLACK or last2 < first - _SLACK
    }
    if len({side.doc for side in wrong}) > 1:
        yield disagreement("true", "duration", firsts(wrong))


_SLACK: Final = 0.1
"""Loose use of a year's end that is no contradiction. Unit: years."""


def _length(match: re.Match[str]) -> tuple[float, float]:
    """Give the least and the longest length that words allow. Unit: years."""
    if match["nth"]:
        nth = _ORDINALS[match["nth"]]
        return (nth - 1.5, nth - 1.0) if match["how"].startswith(("appr", "near")) else (
            nth - 1.0, float(nth))  # fmt: skip
    length = _YEARS[match["n"]] + (0.5 if match["half"] else 0.0)
    more = (match["more"] or "").lower()
    if more in ("nearly", "almost"):
        return length - 0.5, length
    return (length, length + 0.5) if more else (length - 0.25, length + 0.5)
