"""One quotation in other words, or given to another speaker."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from truceline.guarantees.align_words import words
from truceline.guarantees.contradiction_text import Scene, disagreement, firsts
from truceline.guarantees.reading.tables import Tables
from truceline.model.article import Disagreement, Side, Span, Statement

_PLAIN: Final = re.compile(r"[^\W_]+")
_ENGLISH: Final = frozenset({"United States", "United Kingdom"})
"""Parties whose words reach an English article without translation."""
_ALIKE: Final = 0.3
"""Share of common content words from which two quotations are versions of one."""
_LEAST: Final = 4
"""Words in a row that make a quotation somebody's own."""


def wording_contradictions(scene: Scene, tables: Tables) -> Iterator[Disagreement]:
    """Give aligned statements that put other words between quotation marks."""
    by_id = {one.id: one for one in scene.reading.statements}
    for group in scene.reading.alignments:
        members = [by_id[member] for member in group.members if member in by_id]
        sides = _versions(scene, members)
        if len({side.doc for side in sides}) > 1:
            person = tables.person(members[0].speaker)
            own = person is not None and person.party in _ENGLISH
            yield disagreement("true" if own else "translation_variant", "wording", sides)


def _versions(scene: Scene, members: Sequence[Statement]) -> list[Side]:
    """Give the quotations of which another document has a version, none twice."""
    quotes = [(one.doc, span) for one in members for span in one.quotes]
    sides = [Side(_text(scene, doc, span), doc, span) for doc, span in quotes]
    kept = [
        side
        for side in sides
        if any(side.doc != other.doc and _version(side.value, other.value) for other in sides)
    ]
    return firsts(kept)


def _version(one: str, other: str) -> bool:
    """Tell whether two quotations are one in other words: alike, and neither a cut of the other.

    >>> _version("a first serious step", "the first serious move"), _version("no", "no veto")
    (True, False)
    """
    mine, theirs = _row(one), _row(other)
    if mine in theirs or theirs in mine:
        return False
    left, right = frozenset(words(one)), frozenset(words(other))
    return len(left & right) >= max(2, _ALIKE * min(len(left), len(right)))


def speaker_contradictions(scene: Scene, tables: Tables) -> Iterator[Disagreement]:
    """Give quotations that articles put into the mouths of different speakers.

    Within one event it is a question of attribution; a body and a person who speaks for it are no
    contradiction. Over events two speakers may well have said the same: different facts.
    """
    said: dict[str, list[tuple[Statement, Span]]] = defaultdict(list)
    for one in scene.reading.statements:
        for span in one.quotes:
            row = _row(_text(scene, one.doc, span)).strip()
            if len(row.split()) >= _LEAST and len(words(row)) >= 2 and one.speaker != "unknown":
                said[row].append((one, span))
    holding = _by_run(said)
    for row in sorted(said):
        others = sorted(holding[tuple(row.split()[:_LEAST])])
        near = [more for other in others if f" {row} " in f" {other} " for more in said[other]]
        speakers = {one.speaker for one, _ in near}
        if len(speakers) < 2 or len({one.doc for one, _ in near}) < 2 or _one_voice(near, tables):
            continue
        events = {scene.event_of[one.doc] for one, _ in near}
        kind = "attribution" if len(events) == 1 else "different_facts"
        sides = (Side(one.speaker, one.doc, span) for one, span in near)
        yield disagreement(kind, "attribution", firsts(sides))


def _by_run(rows: Iterable[str]) -> Mapping[tuple[str, ...], set[str]]:
    """Give the quotations that hold each run of ``_LEAST`` words."""
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in rows:
        parts = row.split()
        for at in range(len(parts) - _LEAST + 1):
            found[tuple(parts[at : at + _LEAST])].add(row)
    return found


def _one_voice(rows: Sequence[tuple[Statement, Span]], tables: Tables) -> bool:
    """Tell whether all speakers speak for one party and one of them is a body or the party."""
    parties, plain = set(), False
    for one, _ in rows:
        person, body = tables.person(one.speaker), tables.body(one.speaker)
        parties.add(person.party if person else body.party if body else one.speaker)
        plain = plain or person is None
    return plain and len(parties) == 1


def _row(text: str) -> str:
    """Give the words of a text with single spaces, so that a cut can be told."""
    return f" {' '.join(_PLAIN.findall(text.lower()))} "


def _text(scene: Scene, doc: str, span: Span) -> str:
    return scene.by_name[doc].text[span.start : span.end]
