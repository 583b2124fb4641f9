"""Directions as people say them, turned into a circular centre and its standard error."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise

from truceline.errors import RejectedRow

POINTS = (
    "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE",
    "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW",
)  # fmt: skip
POINT_WIDTH_DEG = 22.5
"""What one word of the 16-point compass stands for."""
HUMAN_SIGMA_DEG = 10.0
"""Standard error of a direction judged by ear or eye outdoors, added to the width of the word.
A judgement: no figure of the mission is published; rooms and open fields in the literature give
5 to 15 deg for a sound out of sight."""
_MOST_DEG = 270.0
"""A list that covers more of the horizon than this is no direction."""

_WORD = r"(?:north|south|east|west)"
_JOIN = r"[-\s]?"
WORDS = rf"\b{_WORD}(?:{_JOIN}{_WORD}){{0,2}}(?:erly|ern|wards?)?\b"
LETTERS = r"(?:(?-i:\b[NSEW]\b)|\b(?:NNE|ENE|ESE|SSE|SSW|WSW|WNW|NNW|NE|SE|SW|NW)\b)"
DIRECTION = rf"(?:{WORDS}|{LETTERS})"
_LETTER_OF = {"north": "N", "south": "S", "east": "E", "west": "W"}


@dataclass(frozen=True, slots=True)
class Arc:
    """A stretch of the horizon, clockwise from ``start_deg`` over ``width_deg``."""

    start_deg: float
    width_deg: float


@dataclass(frozen=True, slots=True)
class Bearing:
    """One direction with its error."""

    centre_deg: float
    """Clockwise from true north, 0 <= centre < 360. Unit: deg."""
    sigma_deg: float
    """Standard error. Unit: deg."""


def direction_deg(text: str) -> float | None:
    """Give the bearing of a word or letters of the 16-point compass; null for anything else.

    >>> direction_deg("west-north-west"), direction_deg("WNW"), direction_deg("north-south")
    (292.5, 292.5, None)
    """
    plain = re.sub(r"(?:erly|ern|wards?)$", "", text.strip().lower())
    letters = "".join(_LETTER_OF[word] for word in re.findall(_WORD, plain)) or plain.upper()
    return POINTS.index(letters) * POINT_WIDTH_DEG if letters in POINTS else None


def point_arc(text: str) -> Arc:
    """Give the stretch that one word stands for.

    Raises:
        RejectedRow: when it is no point of the compass.
    """
    centre = direction_deg(text)
    if centre is None:
        raise RejectedRow(f"{text!r} is no direction of the 16-point compass")
    return Arc((centre - POINT_WIDTH_DEG / 2) % 360.0, POINT_WIDTH_DEG)


def arc_between(first: str, second: str) -> Arc:
    """Give the stretch from one word to another, the shorter way round, both words included.

    Raises:
        RejectedRow: when a word is no direction, or the two are opposite.
    """
    one, two = point_arc(first), point_arc(second)
    turn = (two.start_deg - one.start_deg) % 360.0
    if turn == 180.0:
        raise RejectedRow(f"{first} to {second} can be read either way round: name one between")
    start, turn = (one.start_deg, turn) if turn < 180.0 else (two.start_deg, 360.0 - turn)
    return Arc(start, turn + POINT_WIDTH_DEG)


def degrees_arc(first: float, second: float) -> Arc:
    """Give the stretch from one bearing in degrees to another, clockwise.

    Raises:
        RejectedRow: when a bearing is outside 0..360.
    """
    for value in (first, second):
        if not 0.0 <= value <= 360.0:
            raise RejectedRow(f"bearing {value:g} deg is outside 0..360")
    return Arc(first % 360.0, (second - first) % 360.0)


def bearing_of(arcs: list[Arc]) -> Bearing:
    """Give the centre and error of the shortest stretch that covers all of them.

    Raises:
        RejectedRow: when the list is empty, covers the horizon or could be covered two ways.

    Source: a uniform distribution over a width w has standard deviation w / sqrt(12).

    >>> bearing_of([point_arc("NNW"), point_arc("NNE")]).centre_deg
    0.0
    """
    start, width = _cover(arcs)
    centre = round((start + width / 2) % 360.0, 6) % 360.0
    return Bearing(centre, round(math.hypot(width / math.sqrt(12.0), HUMAN_SIGMA_DEG), 6))


def _cover(arcs: list[Arc]) -> tuple[float, float]:
    if not arcs:
        raise RejectedRow("no direction is given")
    spans: list[tuple[float, float]] = []
    for arc in sorted(arcs, key=lambda item: item.start_deg):
        end = arc.start_deg + arc.width_deg
        if spans and arc.start_deg <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((arc.start_deg, end))
    first = spans[0]
    reach, gaps = max(end for _, end in spans) - 360.0, []
    for (_, end), (start, _) in pairwise([*spans, (first[0] + 360.0, 0.0)]):
        reach = max(reach, end)
        gaps.append((start - reach, start % 360.0))
    gap, start = max(gaps)
    if 360.0 - gap > _MOST_DEG or sum(abs(other - gap) < 1e-6 for other, _ in gaps) > 1:
        raise RejectedRow("the directions cover too much of the horizon: one row per direction")
    return start, 360.0 - gap


_ITEM = re.compile(rf"({DIRECTION})(?:\s*(?:\.\.|-|\bto\b)\s*({DIRECTION}))?", re.IGNORECASE)
_DEGREES = re.compile(
    r"(\d+(?:\.\d+)?)(?:\s*(?:\.\.|-|to)\s*(\d+(?:\.\d+)?))?\s*(?:°|deg)?", re.IGNORECASE
)


def cell_arcs(text: str) -> list[Arc]:
    """Read a cell such as ``N|NNE|SE``, ``WNW..NE``, ``285`` or ``280-290``.

    Raises:
        RejectedRow: when a part of it is no direction.
    """
    return [_item(part) for part in re.split(r"[|,;/]", text) if part.strip()]


def _item(text: str) -> Arc:
    part = text.strip().replace("\u2013", "-")
    match = _ITEM.fullmatch(part)
    if match:
        return arc_between(match[1], match[2]) if match[2] else point_arc(match[1])
    match = _DEGREES.fullmatch(part)
    if match:
        return degrees_arc(float(match[1]), float(match[2] or match[1]))
    raise RejectedRow(f"direction {part!r} was not understood: write NW, WNW..NE or 285")
