"""Which news agencies a document says it is taken from: sidecar, dateline, credit line.

An agency that is only spoken of (``he told Reuters``) or credited for a picture is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import yaml

from truceline.model.article import Document

UNNAMED = "agencies"
"""Stands for agencies that a document leans on without naming them."""
_EDGE = 8
"""Lines at either end of an article where a dateline or a bare name of an agency is a credit."""
_CREDIT_LENGTH = 160
_CREDIT_WORDS = 14
_DATELINE = re.compile(
    r"^[^\n(]{0,70}\((?P<name>[^()\n]{2,40})\)\s*[-–—:]|"
    r"^[A-ZÀ-Þ][^\n(]{1,60}?,\s+(?P<name2>[A-Za-z-]{2,20})\s*[-–—]\s"
)
_LETTERS = re.compile(r"[A-Z]{2,5}")
_LEAD = re.compile(
    r"^(?:with|from|sources?|via|agency|by|text|wire|copyright|inputs?|(?:additional )?reporting|"
    r"this (?:story|article|report)|©)(?:\W+(?:\d{4}|inputs?|additional|reporting|reports?|files|"
    r"material|information|of|the|was|originally|published|written|in|by|from|and))*\W+(?=\w)",
    re.IGNORECASE,
)
_CONTRIBUTED = re.compile(
    r"^(.{2,80}?)\s+(?:have |has )?contributed (?:to|reporting)", re.IGNORECASE
)
_LAST_BRACKET = re.compile(r"\(([^()]{2,80})\)[\s.]*$")
_PICTURE = re.compile(r"\b(?:photo|image|picture|photograph|getty|file|video)\b", re.IGNORECASE)
_INPUT = re.compile(
    r"\bwith\s+(?:news\s+)?(?:agency|agencies|wires?)\b|"
    r"\b(?:inputs?|reporting|material|files|reports)\s+(?:from|by)\s+(?:news\s+)?(?:agencies|wires)\b|"
    r"^\W*(?:news )?agencies\W*$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*(?:[,;/&+|]|\b(?:and|with|inputs?|from|by)\b)\s*", re.IGNORECASE)


@cache
def _names() -> dict[str, str]:
    """Give the canonical name of each form; short forms count as written, long ones in any case."""
    text = files("truceline.guarantees.entities").joinpath("agencies.yaml").read_text("utf-8")
    rows = yaml.safe_load(text)["agencies"].items()
    return {_key(form): name for name, forms in rows for form in (name, *forms)}


def _key(form: str) -> str:
    return form if len(form) <= 4 else form.casefold()


def agency_named(words: str) -> str | None:
    """Give the agency that these words are the name of, and nothing else.

    >>> agency_named("Agence France-Presse"), agency_named("ap"), agency_named("told Reuters")
    ('AFP', None, None)
    """
    return _names().get(_key(words.strip(" .()[]*_")))


def agencies_in(words: str) -> tuple[str, ...]:
    """Give the agencies of a list, in its order.

    >>> agencies_in("AFP, AP and Nobody")
    ('AFP', 'AP')
    """
    found = (agency_named(part) for part in _PARTS.split(words))
    return tuple(dict.fromkeys(name for name in found if name))


def agencies_of(document: Document, prose: str) -> tuple[tuple[str, ...], str]:
    """Say which agencies a document is taken from, and how that is known.

    Args:
        document: with what its sidecar says.
        prose: its text without markup, with its credits.

    Returns:
        Names in the order given, ``UNNAMED`` for agencies without a name, empty for none; and the
        words that tell it.
    """
    if document.agency:
        named = agencies_in(document.agency)
        return named or (document.agency.strip(),), f"agency {document.agency} by the sidecar"
    own = agency_named(document.outlet) if document.outlet else None
    if own:
        return (own,), f"outlet {document.outlet} is an agency"
    lines = [line for line in map(str.strip, prose.splitlines()) if line]
    told = next(_told(lines), None)
    if told is None:
        return (), ""
    return told[0], f"credited in the text: {' '.join(told[1].split())[:80]}"


def _told(lines: list[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    for line in lines[:_EDGE]:
        match = _DATELINE.match(line)
        name = _of_dateline(match) if match else None
        if match and name:
            yield (name,), match.group()
    for number, line in enumerate(lines):
        names = _credited(line, edge=number < _EDGE or number >= len(lines) - _EDGE)
        if names:
            yield names, line[-_CREDIT_LENGTH:]
    for line in lines:
        bracket = _LAST_BRACKET.search(line)
        words = line if len(line) <= _CREDIT_LENGTH else bracket.group(1) if bracket else ""
        if _INPUT.search(words):
            yield (UNNAMED,), words


def _of_dateline(match: re.Match[str]) -> str | None:
    """Give the agency of a dateline; letters in brackets are one, known or not (``(ZNA) —``)."""
    name = match["name"] or match["name2"]
    letters = match["name"] if _LETTERS.fullmatch(match["name"] or "") else None
    return agency_named(name) or letters


def _credited(line: str, *, edge: bool) -> tuple[str, ...]:
    """Read a line that is a credit, or that ends in one in brackets."""
    bracket = _LAST_BRACKET.search(line) if edge else None
    closing = bracket.group(1) if bracket and not _PICTURE.search(bracket.group(1)) else ""
    if _all_agencies(closing):
        return _all_agencies(closing)
    if len(line) > _CREDIT_LENGTH or _PICTURE.search(line):
        return ()
    helped = _CONTRIBUTED.match(line)
    if helped:
        return agencies_in(helped.group(1))
    bare = line.strip(" ()[]*_.")
    lead = _LEAD.match(bare)
    named = agencies_in(bare[lead.end() :]) if lead else ()
    if named and len(bare.split()) <= _CREDIT_WORDS:
        return named
    return _all_agencies(bare) if edge else ()


def _all_agencies(words: str) -> tuple[str, ...]:
    """Give the agencies of words that name nothing else."""
    lead = _LEAD.match(words)
    rest = words[lead.end() :] if lead else words
    named = agencies_in(rest)
    parts = [part for part in _PARTS.split(rest) if part.strip()]
    return named if len(named) == len(parts) else ()
