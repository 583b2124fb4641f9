"""Persons whom the tables do not hold: capitalised names with a role, an apposition or a speech."""

from __future__ import annotations

import re
from collections.abc import Sequence

from truceline.guarantees.reading.roles import role_before
from truceline.guarantees.reading.sentences import Sentence
from truceline.guarantees.reading.verbs import starts_with_speech
from truceline.model.article import Span

_APPOSITION = re.compile(
    r",\s(?:an?|the|who|\d\d\b|[A-Z][\w’]+\s(?:president|prime|foreign|defen))"
)
_NOT_NAMES = frozenset(
    [
        "The",
        "A",
        "An",
        "In",
        "On",
        "At",
        "By",
        "For",
        "From",
        "With",
        "After",
        "Before",
        "When",
        "While",
        "As",
        "If",
        "But",
        "And",
        "Or",
        "Yet",
        "So",
        "This",
        "That",
        "These",
        "Those",
        "His",
        "Her",
        "Its",
        "Their",
        "Our",
        "Your",
        "My",
        "He",
        "She",
        "It",
        "They",
        "We",
        "You",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "North",
        "South",
        "East",
        "West",
        "Black",
        "Sea",
        "Air",
        "Army",
        "Navy",
        "Force",
        "Forces",
        "Council",
        "Ministry",
        "Minister",
        "President",
        "Prime",
        "Foreign",
        "Defence",
        "Defense",
        "Security",
        "House",
        "White",
        "Palace",
        "Forum",
        "Summit",
        "Group",
        "Union",
        "Nations",
        "Party",
        "Parliament",
        "Congress",
        "Senate",
        "Department",
        "Office",
        "Agency",
        "Service",
        "University",
        "Institute",
        "Center",
        "Centre",
        "Foundation",
        "Bank",
        "News",
        "Times",
        "Post",
        "Street",
        "Square",
        "Peninsula",
        "Region",
        "District",
        "Guard",
        "Coalition",
        "Willing",
        "Agreement",
        "Declaration",
        "Treaty",
        "Peace",
        "Nobel",
        "Prize",
        "Economic",
        "European",
        "Eastern",
        "Western",
        "Northern",
        "Southern",
        "Central",
        "General",
        "Chancellor",
        "Secretary",
        "Spokesman",
        "Special",
        "Envoy",
        "Chief",
        "State",
        "National",
        "International",
        "United",
        "Ambassador",
        "Committee",
        "Commission",
        "Analyst",
        "Professor",
        "Colonel",
        "Lieutenant",
        "Major",
        "Captain",
        "Senator",
        "Deputy",
        "Lawmaker",
        "Correspondent",
        "Historian",
        "Economist",
        "Commander",
        "Admiral",
        "Marshal",
        "Governor",
        "Mayor",
        "Speaker",
        "Representative",
        "Congressman",
        "Congresswoman",
        "Expert",
        "Researcher",
        "Former",
        "Opposition",
        "Reporter",
        "Editor",
        "Journalist",
        "Strategist",
        "Retired",
        "Mr",
        "Mrs",
        "Ms",
        "Dr",
        "Sir",
        "Dame",
        "Lord",
        "Lady",
        "King",
        "Queen",
        "Prince",
        "Pope",
        "Leader",
        "Premier",
        "Vice",
        "Shadow",
        "Interior",
        "Finance",
        "Energy",
        "Writing",
        "Addressing",
        "Posting",
        "Reporting",
        "Writer",
        "Director",
        "Veteran",
        "Diplomat",
        "Source",
        "Quote",
        "Details",
        "Background",
        "Meanwhile",
        "However",
        "Speaking",
        "Asked",
        "Despite",
        "Although",
        "Both",
        "Some",
        "Many",
        "Several",
        "Most",
    ]
)

_PART = (
    rf"(?!(?:{'|'.join(sorted(_NOT_NAMES))})\b)(?:al-)?"
    r"[A-ZÀ-Þ][a-zà-ÿā-ž]*[A-ZÀ-Þa-zà-ÿā-ž’-]*[a-zà-ÿā-ž]"
)
_LINK = r"(?:(?:de|van|von|der|den|la|al|bin|el)\s)*"
_NAME = re.compile(rf"\b({_PART}(?:\s(?:[A-Z]\.\s)?{_LINK}{_PART}){{1,2}})")


def strangers_in(
    text: str, sentences: Sequence[Sentence], taken: Sequence[Span]
) -> list[tuple[Span, str]]:
    """Find them and later mentions by their family name.

    Args:
        text: the prose.
        sentences: of that prose.
        taken: stretches that already stand for somebody, in order.
    """
    full: dict[str, str] = {}
    found: list[tuple[Span, str]] = []
    for sentence in sentences:
        if sentence.kind == "heading":
            continue
        found += _introduced(text, sentence, taken, full)
        found += _named_again(text, sentence, [*taken, *(s for s, _ in found)], full)
    return found


def _introduced(
    text: str, sentence: Sentence, taken: Sequence[Span], full: dict[str, str]
) -> list[tuple[Span, str]]:
    found = []
    for match in _NAME.finditer(text, sentence.span.start, sentence.span.end):
        start, end = _trimmed(text, match.start(1), match.end(1))
        span = Span(start, end)
        name = text[start:end]
        if " " not in name or any(t.overlap(span) for t in taken):
            continue
        if any(word in _NOT_NAMES for word in name.split()):
            continue
        if name.rpartition(" ")[2] not in full and not _is_person(text, span, sentence):
            continue
        full.setdefault(name.rpartition(" ")[2], name)
        found.append((span, full[name.rpartition(" ")[2]]))
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = [(m.start() + start, m.group()) for m in re.finditer(r"\S+", text[start:end])]
    while words and words[0][1] in _NOT_NAMES:
        words.pop(0)
    if not words:
        return start, start
    last = re.sub(r"[’']s?$", "", text[words[0][0] : end])
    return words[0][0], words[0][0] + len(last)


def _is_person(text: str, span: Span, sentence: Sentence) -> bool:
    role = role_before(text, span.start, sentence.span.start)
    said_before = re.search(
        r"[,”\"]\s(?:said|told|[a-z]{3,}s|[a-z]{2,}ed)\s$", text[: span.start][-14:]
    )
    return bool(
        role
        or said_before
        or _APPOSITION.match(text, span.end)
        or starts_with_speech(text, span.end, sentence.span.end)
    )


def _named_again(
    text: str, sentence: Sentence, taken: Sequence[Span], full: dict[str, str]
) -> list[tuple[Span, str]]:
    if not full:
        return []
    again = re.compile(r"\b(" + "|".join(map(re.escape, full)) + r")\b")
    found = []
    for match in again.finditer(text, sentence.span.start, sentence.span.end):
        span = Span(match.start(), match.end())
        if not any(t.overlap(span) for t in taken):
            found.append((span, full[match.group(1)]))
    return found
