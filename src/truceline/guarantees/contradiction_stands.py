"""What a party said at one event and again at another: demands that grew or shrank, threats renewed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from truceline.guarantees.align_words import words
from truceline.guarantees.contradiction_text import Scene, all_of, disagreement, firsts
from truceline.model.article import Disagreement, Position, Side, Statement

_EXTENT: Final = re.compile(
    r"\b(?:all|whole|rest|remainder|entire|entirety)\s+(?:of\s+)?(?:the\s+)?(?:rest\s+of\s+the\s+)?(?:eastern\s+|western\s+|northern\s+|southern\s+)?"
    r"(?P<place>[A-Z]\w+)|\b(?P<count>two|three|four|five|six)\s+(?:[\w-]+\s+){0,2}?(?:regions|provinces|oblasts|districts)\b"
)
"""How much land a demand is about."""
_ALIKE: Final = 2
"""Content words that two threats must share."""
_NOT_TOLD: Final = "unknown"


def demand_contradictions(scene: Scene) -> Iterator[Disagreement]:
    """Give demands for land of one party that are of different extent: other demands, not one told wrongly."""
    found: dict[str, list[Side]] = defaultdict(list)
    for one in scene.reading.positions:
        if one.kind == "territorial_demand":
            text = _text(scene, one)
            for match in _EXTENT.finditer(text):
                value = match["place"] or f"{match['count'].lower()} regions"
                found[one.party].append(Side(value, one.doc, one.span))
    for _, sides in sorted(found.items()):
        if len({side.value for side in sides}) > 1:
            yield disagreement("different_facts", "wording", firsts(sides))


def threat_contradictions(scene: Scene) -> Iterator[Disagreement]:
    """Give threats of one party that two of its speakers uttered in like words at different events."""
    said: dict[str, list[Statement]] = defaultdict(list)
    for statement in scene.reading.statements:
        said[statement.doc].append(statement)
    threats: dict[str, list[tuple[str, Position, frozenset[str]]]] = defaultdict(list)
    for one in scene.reading.positions:
        speaker = _speaker(said[one.doc], one) if one.kind == "threat" else _NOT_TOLD
        if speaker != _NOT_TOLD:
            threats[one.party].append((speaker, one, _own(scene, one)))
    for _, rows in sorted(threats.items()):
        sides = {
            side
            for (who, one, mine), (whom, other, theirs) in combinations(rows, 2)
            if who != whom
            and scene.event_of[one.doc] != scene.event_of[other.doc]
            and len(mine & theirs) >= _ALIKE
            for side in (Side(who, one.doc, one.span), Side(whom, other.doc, other.span))
        }
        if sides:
            yield disagreement("different_facts", "attribution", all_of(sides))


def _own(scene: Scene, one: Position) -> frozenset[str]:
    return frozenset(words(_text(scene, one)))


def _speaker(said: Sequence[Statement], one: Position) -> str:
    """Give who utters a stand, as the statements of its article tell."""
    here = [s for s in said if s.span.overlap(one.span)]
    best = max(here, key=lambda s: s.span.overlap(one.span), default=None)
    return best.speaker if best else _NOT_TOLD


def _text(scene: Scene, one: Position) -> str:
    return scene.by_name[one.doc].text[one.span.start : one.span.end]
