"""Where something was said and what it is about, in the article's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from truceline.guarantees.reading.sentences import Sentence
from truceline.model.article import Span

_PLACE = re.compile(
    r"\b(?:[Ss]peaking|said|told\s[\w\s]{1,30}?|remarks|news conference|press conference|interview|"
    r"address|summit|forum|conference)\b[^“”\"«».;]{0,40}?\b(?:at|in)\s+"
    r"((?:the\s|a\s|an\s)?(?:[A-Z][\w’-]*\s)*?[A-Z][\w’-]*(?:\s(?:[A-Z][\w’-]*|summit|forum|"
    r"conference))*(?:\sin\s[A-Z][\w’-]+)?|the\s(?:\w+\s)?summit|a\s[A-Z]\w+\snews\sconference)"
)
_MONTHS = re.compile(
    r"^(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December|\w+day)\b"
)
_TOPICS = (
    ("troops", r"troops?|soldiers?|forces\b|deploy|contingents?|boots on the ground|peacekeep"),
    ("territory", r"territor|Donbas|Crimea|borders?\b|front line|withdraw|cede|land swap"),
    ("ceasefire", r"ceasefire|cease-fire|truce|cessation of hostilities|armistice"),
    ("monitoring", r"monitor|verif|drones|sensors|satellites"),
    ("security guarantees", r"guarantee|assurance|reassurance|security protocols"),
    ("NATO", r"\bNATO\b"),
    ("sanctions", r"sanction|oil\b|tariff|economic pressure"),
    ("support", r"train|weapons|ammunition|air defen[cs]e|air support|equip|financ|fund"),
    ("talks", r"talks|negotiat|summit|meet(?:ing)?\b|dialogue|peace deal|settlement|peace\b"),
)
_TOPIC = tuple((name, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for name, words in _TOPICS)


def place_of(text: str, sentence: Sentence, quotes: Sequence[Span]) -> str | None:
    """Give the place that a sentence names for the speaking, as given."""
    for match in _PLACE.finditer(text, sentence.span.start, sentence.span.end):
        inside = any(q.start <= match.start(1) < q.end for q in quotes)
        if not inside and not _MONTHS.match(match.group(1)):
            return match.group(1)
    return None


def topic_of(words: str) -> str | None:
    """Give the topic with most words in a statement; the earlier of the list where two tie.

    >>> topic_of("no troops on our soil")
    'troops'
    >>> topic_of("") is None
    True
    """
    counts = [
        (len(pattern.findall(words)), -rank, name) for rank, (name, pattern) in enumerate(_TOPIC)
    ]
    best = max(counts)
    return best[2] if best[0] else None
