"""Claims that something happened for the first time, against an earlier article that has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from truceline.guarantees.align_words import words
from truceline.guarantees.contradiction_text import Scene, disagreement
from truceline.model.article import Disagreement

_FIRST: Final = re.compile(
    r"\bfirst time\b(?:\s+that)?\s+(?P<who>[^.;]{3,60}?)\s+"
    r"(?:had |have |has )?(?:participated|took part|taken part|attended|joined|were represented)\b"
)
_THERE: Final = re.compile(
    r"(?P<who>[^.;,]{3,60}?)\s+(?:was|were)\s+represented\b[^.;]*|"
    r"(?P<who2>[^.;]{3,80}?),?\s+(?:attended|took part in|participated in|joined)\b[^.;]*"
)
_MEETING: Final = re.compile(r"\b(?:summit|meeting|talks|gathering)\b")
_ENVOY: Final = re.compile(r"\benvoys?\b|\brepresentatives?\b", re.IGNORECASE)


def first_contradictions(scene: Scene) -> Iterator[Disagreement]:
    """Give each "first time" that an article of an earlier event already tells of."""
    for claim in scene.sentences:
        match = _FIRST.search(claim.text)
        day = scene.dated(claim.doc)
        if match is None or day is None:
            continue
        who = frozenset(words(_ENVOY.sub("", match["who"])))
        for other in scene.sentences:
            earlier = scene.dated(other.doc)
            there = _THERE.search(other.text)
            if earlier is None or not earlier < day or there is None:
                continue
            named = frozenset(words(there["who"] or there["who2"]))
            if who and who <= named and _MEETING.search(other.text):
                sides = [claim.side("for the first time", match), other.side("before", there)]
                yield disagreement("true", "member", sides)
                break
