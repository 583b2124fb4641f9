"""Conditions as data: of which kinds they are, and which pledges given facts would make due.

=====================  =====================================================================
``ceasefire``          a ceasefire or truce is in force
``peace_deal``         a peace agreement is concluded
``end_of_hostilities`` the fighting has stopped
``end_of_war``         the war is over
``new_attack``         an attack after the ceasefire; the fact: a person confirmed such a finding
``request``            the beneficiary asks for it
``approval``           a parliament, government or ally consents
``clarity``            open questions are settled first
``other``              words that fit none of these; nothing is concluded from them
=====================  =====================================================================

A condition of several kinds is written as ``request and end_of_hostilities`` (all of them) or
``ceasefire or peace_deal`` (one of them). Facts bear the same names. Nothing here decides anything:
it tells people which pledges they may now call upon, and what still stands in the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from truceline.model.register import Entry, Origin

CLASSES: Final = {
    "ceasefire": "a ceasefire",
    "peace_deal": "a peace agreement",
    "end_of_hostilities": "an end of hostilities",
    "end_of_war": "the end of the war",
    "new_attack": "a new attack",
    "request": "a request",
    "approval": "an approval",
    "clarity": "clear conditions",
    "other": "a condition of no known kind",
}
"""Each kind of condition, in words."""
FACTS: Final = frozenset(CLASSES) - {"other"}
"""What may be given as a fact."""
_CLASS: Final = re.compile(
    r"(?P<new_attack>attack\w*|aggression|invasion|renewed)"
    r"|(?P<request>request\w*|\basks?\b)"
    r"|(?P<approval>approv\w*|mandate|\bvotes?\b|parliament\w*|Bundestag|Congress|lawmakers|backing|"
    r"backstop|consent)"
    r"|(?P<clarity>conditions)"
    r"|(?P<ceasefire>(?:cease-?fire|truce|armistice)s?(?:\s+(?:deal|agreement|accord))?)"
    r"|(?P<end_of_hostilities>(?:(?:cessation|end)\s+of\s+)?(?:the\s+)?(?:hostilities|fighting)|guns|"
    r"cessation)"
    r"|(?P<peace_deal>(?:peace\s+)?(?:deal|agreement|accord|settlement|treaty)|"
    r"peace(?!\s+(?:talks|efforts|process|conference)))"
    r"|(?P<end_of_war>\bwar\b|conflict)",
    re.IGNORECASE,
)
_OR: Final = re.compile(r"\bor\b", re.IGNORECASE)
_LIKE: Final = {
    "ceasefire": frozenset({"peace_deal", "end_of_hostilities", "end_of_war"}),
    "end_of_hostilities": frozenset({"ceasefire", "peace_deal", "end_of_war"}),
    "end_of_war": frozenset({"ceasefire", "peace_deal", "end_of_hostilities"}),
    "clarity": frozenset({"ceasefire", "peace_deal"}),
}
"""Kind of condition to the facts of which people may say that they amount to it."""


class Due(StrEnum):
    """How a pledge stands towards the facts."""

    DUE = "due"
    """Every condition is met by the facts."""
    UNCONDITIONAL = "unconditional"
    """It was pledged without a condition; no fact is needed."""
    WAITS = "waits"
    """A condition is not met."""
    UNCLEAR = "unclear"
    """Whether the facts meet it cannot be told; a person has to say."""
    NOT_PROMISED = "not_promised"
    """It was only considered: no fact makes it due."""


@dataclass(frozen=True, slots=True)
class Met:
    """One entry before the facts."""

    entry: Entry
    due: Due
    met: tuple[str, ...]
    """Kinds of its condition that the facts meet."""
    missing: tuple[str, ...]
    """Kinds that they do not meet; alternatives are joined by ``or``."""
    unclear: tuple[str, ...]
    """Kinds of which it cannot be told."""
    why: str
    """One sentence."""


def condition_class(words: str) -> str:
    """Read the kinds of a condition from its words; empty where there are none.

    Kinds joined by "or" are alternatives; all others are needed together.

    >>> condition_class("the day after a ceasefire is agreed")
    'ceasefire'
    >>> condition_class("at the request of Ukraine, after a credible end of hostilities")
    'request and end_of_hostilities'
    >>> condition_class("after a ceasefire or a peace"), condition_class("in spring"), condition_class("")
    ('ceasefire or peace_deal', 'other', '')
    """
    if not words.strip():
        return ""
    needed: list[list[str]] = []
    end = 0
    for match in _CLASS.finditer(words):
        kind = str(match.lastgroup)
        if needed and _OR.search(words[end : match.start()]):
            if kind not in needed[-1]:
                needed[-1].append(kind)
        elif [kind] not in needed:
            needed.append([kind])
        end = match.end()
    return " and ".join(" or ".join(one) for one in needed) or "other"


def classes_of(expression: str) -> tuple[tuple[str, ...], ...]:
    """Part a class of conditions: all of the outer, one of each inner tuple.

    >>> classes_of("request and ceasefire or peace_deal")
    (('request',), ('ceasefire', 'peace_deal'))

    Raises:
        ValueError: for a word that is no kind of condition.
    """
    parts = [one.split(" or ") for one in expression.split(" and ")] if expression else []
    unknown = sorted({kind for one in parts for kind in one} - set(CLASSES))
    if unknown:
        known = ", ".join(CLASSES)
        raise ValueError(f"{unknown[0]!r} is no kind of condition; write one of: {known}")
    return tuple(tuple(one) for one in parts)


def in_words(expression: str) -> str:
    """Write a class of conditions for a reader.

    >>> in_words("request and ceasefire or peace_deal"), in_words("")
    ('a request, and a ceasefire or a peace agreement', '')
    """
    return ", and ".join(
        " or ".join(CLASSES[kind] for kind in one) for one in classes_of(expression)
    )


def met(entries: Iterable[Entry], facts: frozenset[str]) -> tuple[Met, ...]:
    """Tell which entries the facts would make due, which wait, and which cannot be told.

    Rejected entries, refusals and what is undecided are left out: no fact makes them due. A proposal
    of the reader stays one; its origin goes with it.

    Args:
        entries: of the register.
        facts: kinds of condition that hold (``ceasefire``: one is in force; ``new_attack``: a finding
            of one is confirmed; ``request``: it was made; ...).

    Raises:
        ValueError: for a fact that is no kind of condition.
    """
    unknown = sorted(facts - FACTS)
    if unknown:
        known = ", ".join(kind for kind in CLASSES if kind in FACTS)
        raise ValueError(f"{unknown[0]!r} is no fact that a condition asks; write one of: {known}")
    left_out = ("ruled_out", "undecided")
    return tuple(
        _met(entry, facts)
        for entry in entries
        if entry.origin is not Origin.REJECTED and entry.status not in left_out
    )


def _met(entry: Entry, facts: frozenset[str]) -> Met:
    holds: list[str] = []
    missing: list[str] = []
    unclear: list[str] = []
    for one in classes_of(entry.condition_class):
        kinds = set(one)
        if kinds & facts:
            holds += sorted(kinds & facts)
        elif "other" in kinds or any(_LIKE.get(kind, frozenset()) & facts for kind in kinds):
            unclear.append(" or ".join(one))
        else:
            missing.append(" or ".join(one))
    due = _due(entry, missing, unclear)
    why = _why(entry, due, missing, unclear)
    return Met(entry, due, tuple(holds), tuple(missing), tuple(unclear), why)


def _due(entry: Entry, missing: list[str], unclear: list[str]) -> Due:
    if entry.status == "considered":
        return Due.NOT_PROMISED
    if not entry.condition_class:
        return Due.UNCONDITIONAL if entry.status == "pledged" else Due.UNCLEAR
    if missing:
        return Due.WAITS
    return Due.UNCLEAR if unclear else Due.DUE


def _why(entry: Entry, due: Due, missing: list[str], unclear: list[str]) -> str:
    if due is Due.NOT_PROMISED:
        return "It was considered, not promised."
    if due is Due.UNCONDITIONAL:
        return "It was pledged without a condition."
    if due is Due.WAITS:
        stands = in_words(" and ".join(missing))
        return f"{stands[0].upper()}{stands[1:]} is not among the facts."
    if due is Due.DUE:
        return f"Met: {in_words(entry.condition_class)}."
    if not entry.condition_class:
        return "The source gives a condition without saying which."
    return f"Whether the facts amount to {in_words(' and '.join(unclear))} is for people to say."
