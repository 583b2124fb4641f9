"""A mention: a stretch of the prose that stands for somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from truceline.model.article import Span

POSSESSIVE = re.compile(r"[’']s?\b|[’'](?=\s)")
_PREPOSITION = re.compile(
    r"\b(?:by|of|with|to|from|between|for|against|on|than|like|including|toward|towards|about|over|"
    r"at|in|into|alongside|among|despite|under)\s+(?:the\s+|both\s+|a\s+|an\s+)?(?:(?!wh)[a-z]+\s+)?$"
)

_OPENING = re.compile(r"(?:On|At|In|From|Under|Like|Unlike)\s+(?:the\s+)?$")
"""Opens a sentence with a place: ``On Palace Hill, Senator Bell said``."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the prose that stands for an entity."""

    span: Span
    text: str
    entity: str
    """Canonical name; the name as given for somebody whom the tables do not hold."""
    kind: str
    """``person``, ``state``, ``group``, ``body``."""
    party: str | None
    """State or group for which the entity speaks; null where not known."""
    how: str
    """``full``, ``family``, ``short``, ``name``, ``metonym``, ``demonym``, ``description``,
    ``pronoun``, ``stranger`` (not in the tables)."""
    role: Span | None = None
    """Role as the article gives it here."""
    possessive: bool = False
    """Followed by ``’s``: whose thing it is, not who acts."""
    quoted: bool = False
    """Inside quotation marks."""


def within(mentions: Iterable[Mention], span: Span) -> list[Mention]:
    """Give the mentions that lie in a span."""
    return [m for m in mentions if span.start <= m.span.start and m.span.end <= span.end]


def acts(text: str, mention: Mention, floor: int) -> bool:
    """Tell whether a mention can be who acts: not possessive, quoted, or behind a preposition."""
    if mention.possessive or mention.quoted or mention.how == "demonym":
        return False
    start = mention.role.start if mention.role else mention.span.start
    start = min(start, mention.span.start)
    if mention.role is None and _OPENING.search(text, max(start - 12, floor), start):
        return False
    return not _PREPOSITION.search(text, max(start - 24, floor), start)
