"""The time line as a drawing: lanes for events, for each status and for statements.

Time runs in steps: a stretch of more than three weeks in which nothing is known is drawn short and
marked by a break with its length, so that a plan of 2022 and a week of 2026 fit on one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from truceline.publication.register import STATUS_SIGNS
from truceline.publication.register_moments import Moment
from truceline.publication.register_words import SHORT_STATUS, day_words
from truceline.publication.svg import INK, MUTED, RULE, el, figure, rule, words

LANES: Final = ("event", *STATUS_SIGNS, "statement")
"""Lanes from top to bottom (wide) or left to right (tall)."""
LANE_WORDS: Final = {"event": "events", **SHORT_STATUS, "statement": "statements"}
_LONGEST_DAYS: Final = 21
"""Days without anything beyond this are drawn as one break."""
_BREAK_DAYS: Final = 12
"""Length of a break, as if it were so many days."""
_LANE: Final = 38.0
_LEFT: Final = 92.0
_WIDTH: Final = 1120.0
_ROW: Final = 22.0


def wide(moments: Sequence[Moment]) -> Markup:
    """Draw the time line from left to right, for a screen or a sheet."""
    at, breaks = _scale([m.start.toordinal() for m in moments], _WIDTH - _LEFT - 40)
    height = 34 + _LANE * len(LANES) + 40
    parts: list[Markup] = []
    for number, lane in enumerate(LANES):
        y = 34 + _LANE * (number + 0.5)
        parts += [rule(_LEFT - 8, y, _WIDTH - 10, y), words(LANE_WORDS[lane], 2, y + 4, size=12)]
    for x, days in breaks:
        parts += _break(_LEFT + x, 22, height - 40, days)
    labelled = -100.0
    for place, moment in zip(at, moments, strict=True):
        x = _LEFT + place
        if x - labelled > 76:
            parts.append(words(_short(moment.key), x, height - 10, size=11, anchor="middle"))
            parts.append(rule(x, height - 36, x, height - 23, stroke=MUTED))
            labelled = x
        for number, lane in enumerate(LANES):
            parts += _marks(moment, lane, x, 34 + _LANE * (number + 0.5))
    return _figure(parts, _WIDTH, height, moments, "wide")


def tall(moments: Sequence[Moment]) -> Markup:
    """Draw the time line from top to bottom, for a phone."""
    step, left, width = 35.0, 86.0, 340.0
    parts: list[Markup] = []
    y, before = 62.0, None
    for number, lane in enumerate(LANES):
        x = left + step * (number + 0.5)
        sign = {"event": "◆", "statement": "“ ”"}.get(lane) or STATUS_SIGNS[lane]
        parts.append(words(sign, x, 20, size=15, anchor="middle", fill=INK))
        parts.append(words(_LANE_SHORT[lane], x, 36, size=9, anchor="middle"))
    for moment in moments:
        day = moment.start.toordinal()
        if before is not None and day - before > _LONGEST_DAYS:
            parts.append(words(f"⋮ {_gap(day - before)}", 2, y, size=10))
            y += _ROW
        parts.append(words(_short(moment.key), 2, y, size=11, fill=INK))
        parts.append(rule(left, y + 6, width, y + 6))
        for number, lane in enumerate(LANES):
            parts.append(_count(moment, lane, left + step * (number + 0.5), y))
        y, before = y + _ROW + 4, day
    return _figure(parts, width, y, moments, "tall")


_LANE_SHORT: Final = {
    "event": "event",
    "pledged": "pledged",
    "conditional": "condit.",
    "considered": "consid.",
    "undecided": "undec.",
    "ruled_out": "ruled out",
    "statement": "said",
}


def _scale(days: Sequence[int], width: float) -> tuple[list[float], list[tuple[float, int]]]:
    """Place days on a line of a width; give the middle and the length of each break too."""
    steps = [0.0]
    for before, after in pairwise(days):
        gap = after - before
        steps.append(steps[-1] + (gap + 1 if gap <= _LONGEST_DAYS else _BREAK_DAYS))
    whole = steps[-1] or 1.0
    places = [width * step / whole for step in steps]
    breaks = [
        ((places[k] + places[k + 1]) / 2, days[k + 1] - days[k])
        for k in range(len(days) - 1)
        if days[k + 1] - days[k] > _LONGEST_DAYS
    ]
    return places, breaks


def _break(x: float, top: float, bottom: float, days: int) -> list[Markup]:
    return [
        rule(x, top, x, bottom, stroke=MUTED, dash="2 4"),
        words(_gap(days), x, top - 8, size=10, anchor="middle"),
    ]


def _gap(days: int) -> str:
    """Say how long nothing is known.

    >>> _gap(30), _gap(90), _gap(800)
    ('30 days', '3 months', '2 years')
    """
    if days >= 700:
        return f"{days / 365.25:.0f} years"
    return f"{days / 30.4:.0f} months" if days >= 60 else f"{days} days"


def _marks(moment: Moment, lane: str, x: float, y: float) -> list[Markup]:
    """Signs of a lane: what people wrote above the line, what is only proposed below, in brackets."""
    people, proposed = _numbers(moment, lane)
    sign = {"event": "◆", "statement": "“”"}.get(lane) or STATUS_SIGNS[lane]
    title = el("title", _title(moment, lane, people, proposed))
    found = []
    if people:
        text = sign if people == 1 else f"{sign}{people}"
        found.append(words(text, x, y - 3, size=13, anchor="middle", fill=INK))
    if proposed:
        text = f"({sign})" if proposed == 1 else f"({sign}){proposed}"
        found.append(words(text, x, y + 14, size=11, anchor="middle", fill=MUTED))
    return [el("g", title, *found)] if found else []


def _count(moment: Moment, lane: str, x: float, y: float) -> Markup:
    people, proposed = _numbers(moment, lane)
    text = " ".join(
        filter(None, (str(people) if people else "", f"({proposed})" if proposed else ""))
    )
    return words(text, x, y, size=11, anchor="middle", fill=INK, bold=bool(people))


def _numbers(moment: Moment, lane: str) -> tuple[int, int]:
    """Count what people wrote and what is only proposed. Statements are always proposals."""
    if lane == "event":
        return len(moment.events), 0
    if lane == "statement":
        return 0, len(moment.told)
    return (
        len(moment.with_status(lane, proposed=False)),
        len(moment.with_status(lane, proposed=True)),
    )


def _title(moment: Moment, lane: str, people: int, proposed: int) -> str:
    if lane == "event":
        return f"{day_words(moment.key)}: {'; '.join(e.name for e in moment.events)}"
    counts = [f"{people} coded or confirmed"] if people else []
    counts += [f"{proposed} proposed"] if proposed else []
    return f"{day_words(moment.key)}, {LANE_WORDS[lane]}: {', '.join(counts)}"


def _short(key: str) -> str:
    """Write a day short, as exact as it is known.

    >>> _short("2026-01-06"), _short("2022-03"), _short("2014")
    ('6 Jan 2026', 'Mar 2022', '2014')
    """
    return " ".join(w[:3] if w.isalpha() else w for w in day_words(key).split())


def _figure(
    parts: list[Markup], width: float, height: float, moments: Sequence[Moment], key: str
) -> Markup:
    first, last = (day_words(m.key) for m in (moments[0], moments[-1]))
    return figure(
        [el("rect", x=0, y=0, width=width, height=height, fill="#ffffff", stroke=RULE), *parts],
        width,
        height,
        "Time line",
        f"From {first} to {last}; the table below says the same.",
        f"time-{key}",
    )
