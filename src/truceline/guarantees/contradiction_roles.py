"""One person under several roles: which of them he held on the day is asked of the offices.

A role is never corrected. The side says what the article says, and what the table of offices says
of that day; where the table says nothing, only roles that exclude one another are shown.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from truceline.guarantees.contradiction_text import Scene, Sentence, disagreement, firsts
from truceline.guarantees.reading.tables import Office, Person, Tables
from truceline.model.article import Disagreement, Side, Span

_TOP: Final = ("president", "prime minister", "chancellor")
_ROLE: Final = re.compile(
    r"(?P<then>\bthen[- ])?(?P<former>\b(?:[Ff]ormer|[Ee]x)[- ])?(?:the\s+)?"
    r"(?:(?:[A-Z][\w.]*|new|current|incumbent|sitting|outgoing)\s+){0,2}?"
    r"(?P<office>[Pp]resident(?:ial candidate|ial nominee|[- ]elect)?|[Pp]rime [Mm]inister|"
    r"[Pp]remier|[Cc]hancellor)\s+(?:Sir\s+)?$"
)
_OTHER: Final = re.compile(
    r"\b(?:[Vv]ice|[Dd]eputy|Council|Commission|Parliament|Senate|European|Bundestag)\b"
)
"""Words that make another office of it."""
_REACH: Final = 60
"""Characters before a name in which its role is looked for."""


def role_contradictions(scene: Scene, tables: Tables) -> Iterator[Disagreement]:
    """Give the persons whose office articles of one event give differently.

    A single article that gives an office not held on its day is a contradiction too, with the
    table of offices; then it has one side.
    """
    found: dict[tuple[int, str], list[tuple[str, bool | None, Side]]] = defaultdict(list)
    names = _names(tables)
    for sentence in scene.sentences:
        for person, role, span in _roles(sentence, names):
            day = scene.dated(sentence.doc)
            held = holds(person, role, day, tables.checked)
            shown = f"{role} ({_said(held, day)})"
            side = Side(shown, sentence.doc, span)
            found[scene.event_of[sentence.doc], person.name].append((role, held, side))
    for _, rows in sorted(found.items()):
        sides = firsts(side for _, _, side in rows)
        wrong = any(held is False for _, held, _ in rows)
        unclear = len({role for role, _, _ in rows}) > 1 and any(h is None for _, h, _ in rows)
        if wrong or unclear:
            yield disagreement("stale_or_wrong", "role", sides)


def holds(person: Person, role: str, day: str | None, checked: str) -> bool | None:
    """Tell whether a role is right on a day; null where the table does not know.

    Args:
        person: with offices by date.
        role: ``president``, ``former president``, ``candidate for president``, ...
        day: ISO date; null where it is not known.
        checked: day up to which the table is known.
    """
    if day is None or day > checked:
        return None
    kind = role.removeprefix("former ").removeprefix("candidate for ")
    own = [office for office in person.offices if office.kind == kind]
    now = any(_on(office, day) for office in own)
    if role.startswith("former "):
        return not now and any((office.end or "9") < day for office in own)
    if role.startswith("candidate for "):
        return any(office.kind == "candidate" and _on(office, day) for office in person.offices)
    return now if person.offices else None


def _on(office: Office, day: str) -> bool:
    """Tell whether an office is held on a day; a month or year counts whole."""
    start, end = office.start or "", office.end
    return start[: len(day)] <= day and (end is None or day[: len(end)] <= end)


def _said(held: bool | None, day: str | None) -> str:
    if held is None:
        return "not known whether on the day" if day is None else f"not known on {day}"
    return f"held on {day}" if held else f"not so on {day}"


def _names(tables: Tables) -> list[tuple[Person, re.Pattern[str]]]:
    """Give a pattern for the name of each person who holds or held one of the top offices."""
    return [
        (person, re.compile(
            rf"\b(?:(?:{'|'.join(map(re.escape, person.given))})\s+)?"
            rf"(?:{'|'.join(map(re.escape, person.family))})\b"
        ))
        for person in tables.persons
        if any(office.kind in _TOP for office in person.offices)
    ]  # fmt: skip


def _roles(
    sentence: Sentence, names: Sequence[tuple[Person, re.Pattern[str]]]
) -> Iterator[tuple[Person, str, Span]]:
    for person, pattern in names:
        if not any(family in sentence.text for family in person.family):
            continue
        for match in pattern.finditer(sentence.text):
            low = max(match.start() - _REACH, 0)
            given = _ROLE.search(sentence.text[low : match.start()])
            if given is None or given["then"] or _OTHER.search(given[0]):
                continue
            start = sentence.start + low + given.start()
            yield person, _kind(given), Span(start, sentence.start + match.end())


def _kind(match: re.Match[str]) -> str:
    """Name a role: office, with what the article puts before or after it."""
    office = match["office"].lower().replace("premier", "prime minister")
    if office.startswith("presidential") or office.endswith("elect"):
        return "candidate for president"
    return f"former {office}" if match["former"] else office
