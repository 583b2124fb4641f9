"""Quotation marks that quote nobody: names, labels, so-called things."""

from __future__ import annotations

import re

from truceline.model.article import Span

_LABELS = frozenset(
    [
        "reassurance force",
        "coalition of the willing",
        "special military operation",
        "multinational force",
        "peacekeeping force",
        "boots on the ground",
        "shadow fleet",
        "grey zone",
        "gray zone",
        "no man's land",
    ]
)
_SO_CALLED = re.compile(
    r"\b(?:so-called|dubbed|known as|called the|named|titled|entitled|termed|nicknamed|codenamed|"
    r"the word|the term|the phrase)\s+(?:the\s+|a\s+)?[“\"«‘]?$",
    re.IGNORECASE,
)
_CALLED_SO = re.compile(
    r"\bwhat (?:(?:s?he|they|it|the \w+|[A-Z]\w+) )?(?:has |had |have )?"
    r"(?:called|described as|termed|branded)\b[^.;“”\"]*[“\"«‘]?$"
)
"""``what she called a plan for “...”``: words of hers, whatever stands before them."""
_PROJECT = re.compile(
    r"\b(?:(?:proposals?|plans?|idea|creation|deployment|notion|concept|part|talk)\s+(?:for|of)|"
    r"(?:establish|create|form|deploy|send|forming|creating|deploying|sending|build|join|support)"
    r")\s+(?:a|an|the|such\s+a)\s+(?:(?!real\b|genuine\b|true\b)[\w-]+\s+)?[“\"«‘']?$|"
    r"\b(?:a|the)\s+(?:proposed|planned|future|possible|potential)\s+[“\"«‘']?$",
    re.IGNORECASE,
)
_SMALL = frozenset(
    ["of", "the", "a", "an", "and", "for", "in", "on", "to", "by", "with", "at", "from", "de", "la"]
)


_THINGS = frozenset(
    ["reassurance force", "multinational force", "peacekeeping force", "boots on the ground"]
)


def is_common(text: str, quote: Span) -> bool:
    """Tell whether a label is a common noun, so that a speaker may be quoted with it.

    >>> is_common("a “reassurance force”", Span(3, 20))
    True
    """
    return text[quote.start : quote.end].strip(" ,.;:!?").lower() in _THINGS


def is_label(text: str, quote: Span) -> bool:
    """Tell whether a quoted stretch is a name or a label and no words of a speaker.

    >>> is_label("the “Coalition of the Willing” met", Span(5, 29))
    True
    >>> is_label("he said “no” to it", Span(9, 11))
    False
    """
    words = text[quote.start : quote.end].strip(" ,.;:!?").replace("’", "'")
    if words.lower() in _LABELS:
        return True
    if _CALLED_SO.search(text, max(quote.start - 90, 0), quote.start):
        return False
    if _SO_CALLED.search(text, max(quote.start - 30, 0), quote.start):
        return True
    if len(words.split()) <= 3 and _PROJECT.search(text, max(quote.start - 50, 0), quote.start):
        return True
    parts = [w for w in words.split() if w.lower() not in _SMALL]
    capital = len(parts) > 1 and all(w[0].isupper() or w[0].isdigit() for w in parts)
    return capital and text[quote.end - 1] not in "!?"
