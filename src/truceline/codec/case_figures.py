"""Figures that stand in the words of a situation: dates, distances, counts, places on a square."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH: Final = "|".join(f"{m[:3]}(?:{m[3:]})?" if len(m) > 3 else m for m in _MONTHS)
_SMALL: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_WORDS: Final[Mapping[str, float]] = {
    **{word: float(value) for value, word in enumerate(_SMALL)},
    "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "half a": 0.5, "a": 1.0, "an": 1.0,
}  # fmt: skip
_N: Final = rf"(\d+(?:[.,]\d+)?|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_UNIT: Final = r" ?-?(km|kilomet(?:re|er)s?|m|met(?:re|er)s?)\b"
_LENGTH: Final = rf"(?<![\w.]){_N}{_UNIT}"

_DATE: Final = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})\b(?:,? (\d{{4}}))?"
    rf"|({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (\d{{4}}))?"
    r"|(\d{4})-(\d\d)-(\d\d)|(\d{1,2})\.(\d{1,2})\.(\d{4}))\b"
)
_DAY: Final = re.compile(r"\bday (\d+)(?:,? (?:at )?(\d\d?):(\d\d)(?::(\d\d))?)?")
_GRADE: Final = re.compile(r"\b(serious|grave|minor|light|lesser|relevant)\b")
_BEHIND: Final = re.compile(
    rf"{_LENGTH} (?:behind|from|off|away from|back from|short of|of|to|west of|east of|north of|"
    r"south of) (?:the |its |their |his )?(?:own (?:side of the )?)?(?:contact |front |actual )?line\b"
    rf"|(?:still|standing|stands?|kept|back) (?:at|only)? ?{_LENGTH}"
    rf"|{_LENGTH} (?:back|behind)\b"
)
_AWAY: Final = re.compile(
    rf"{_LENGTH} (?:away )?(?:from|off|beyond|outside|north of|south of|east of|west of) (?:the |its )?"
    r"(?:\w+ )?(?:notified|announced|place|site|spot|point|location|position|area of work|bridge|notice)"
)
_SIGMA: Final = re.compile(
    r"(?:error circle|circular error|standard (?:error|deviation)|sigma|error|fix good to|accura\w+)"
    rf"(?: of| is| to| about)* {_LENGTH}"
)
_SIZE: Final = re.compile(rf"{_N} ?(?:km)? ?(?:x|by|×) ?{_N} ?km\b")
_SQUARE: Final = re.compile(r"\b(?:square|area|zone)\b")
_CORNER: Final = re.compile(r"\bcorner\b")
_MID_SIDE: Final = re.compile(
    r"\b(?:middle|midpoint|centre|center) of (?:\w+ ){0,2}?(?:side|edge)\b"
)
_EDGE: Final = re.compile(r"\b(?:on|at) (?:the|its|an|one) (?:edge|side) of the\b")
_CENTRE: Final = re.compile(r"\b(?:centre|center|middle) of\b")
_PAST_EDGE: Final = re.compile(
    rf"{_LENGTH} (outside|beyond|inside|within) (?:the |its |one )?(?:edge|side)"
)
_COUNT: Final = re.compile(
    rf"(more than )?{_N} (?:or more )?(?:serious |grave |minor )?(?:findings? |breach(?:es)? |"
    rf"violations? |incidents? )?(?:in|within|per) (?:any |a )?{_N}[ -]days?\b"
)
_QUIET: Final = re.compile(
    rf"(?<![\w.]){_N} (?:full |whole |consecutive |straight |quiet )*days? (?:in a row )?"
    r"(?:of (?:full )?(?:quiet|silence|calm)|quiet|without)"
)
_HOURS: Final = re.compile(rf"(?<![\w.]){_N} hours?\b")
_AREA: Final = re.compile(r"\b(stanytsia|zolote|petrivske|katerynivka|bohdanivka)")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the words give in figures."""

    dates: tuple[date, ...] = ()
    """Dates that are named, in order; of a year that is not said, year 1."""
    offsets: tuple[timedelta, ...] = ()
    """Times given as *day 3 12:00:00*, from the start of day 0; minor ones are left out."""
    behind_m: float | None = None
    """Distance from *the line*, whichever it is. Unit: m."""
    from_notified_m: float | None = None
    """Distance from a place that was notified. Unit: m."""
    sigma_m: float | None = None
    square_m: tuple[float, float] | None = None
    """Sides of an area, as in *2 x 2 km*. Unit: m."""
    from_centre_m: tuple[float, float] | None = None
    """Place on that area, from its centre. Unit: m."""
    count: tuple[int, timedelta] | None = None
    """*3 serious in 7 days*."""
    quiet_days: int | None = None
    hours: float | None = None
    """The largest number of hours that is named."""


_NONE: Final = Figures()


def read_figures(plain: str) -> Figures:
    """Read the figures of a text in lower case.

    >>> read_figures("clause: 3 serious in 7 days").count
    (3, datetime.timedelta(days=7))
    >>> read_figures("howitzers still at 10 km").behind_m
    10000.0
    """
    square = _SIZE.search(plain)
    size = (1000 * _number(square[1]), 1000 * _number(square[2])) if square else None
    hours = [_number(m[1]) for m in _HOURS.finditer(plain)]
    quiet = _QUIET.search(plain)
    return Figures(
        _dates(plain),
        _offsets(plain),
        _length(_BEHIND, plain),
        _length(_AWAY, plain),
        _error(plain),
        size,
        _on_square(plain, size or (2000.0, 2000.0)),
        _count(plain),
        int(_number(quiet[1])) if quiet else None,
        max(hours, default=None),
    )


def _number(word: str) -> float:
    return _WORDS[word] if word in _WORDS else float(word.replace(",", "."))


def _length(pattern: re.Pattern[str], plain: str) -> float | None:
    found = pattern.search(plain)
    if found is None:
        return None
    size, unit = [one for one in found.groups() if one is not None][:2]
    return _number(size) * (1000.0 if unit.startswith("k") else 1.0)


def _error(plain: str) -> float | None:
    """Give the error that the words state; several, as of a place and of a line, in quadrature."""
    found = [
        _number(m[1]) * (1000.0 if m[2].startswith("k") else 1.0) for m in _SIGMA.finditer(plain)
    ]
    return math.hypot(*found) if found else None


def _count(plain: str) -> tuple[int, timedelta] | None:
    found = _COUNT.search(plain)
    if found is None:
        return None
    return int(_number(found[2])) + bool(found[1]), timedelta(days=_number(found[3]))


def _on_square(plain: str, size: tuple[float, float]) -> tuple[float, float] | None:
    """Give a place on a square from words; null where they give none."""
    if not _SQUARE.search(plain):
        return None
    half, half_north = size[0] / 2, size[1] / 2
    past = _PAST_EDGE.search(plain)
    if past:
        away = _number(past[1]) * (1000.0 if past[2].startswith("k") else 1.0)
        return (half + (away if past[3] in {"outside", "beyond"} else -away), 0.0)
    if _CORNER.search(plain):
        return (half, half_north)
    if _MID_SIDE.search(plain) or _EDGE.search(plain):
        return (half, 0.0)
    return (0.0, 0.0) if _CENTRE.search(plain) else None


def _dates(plain: str) -> tuple[date, ...]:
    """Give the dates; those in a passage on another area than the first one do not count."""
    first = _AREA.search(plain)
    found = []
    for passage in re.split(r"[;?]|\.(?!\d)|, (?:while|but|and) ", plain):
        areas = _AREA.findall(passage)
        if first is not None and areas and first[1] not in areas:
            continue
        found += [_date(m) for m in _DATE.finditer(passage)]
    return tuple(one for one in found if one is not None)


def _date(m: re.Match[str]) -> date | None:
    day, month, year = m[1] or m[5] or m[9] or m[10], m[8] or m[11], m[3] or m[6] or m[7] or m[12]
    name = m[2] or m[4]
    number = int(month) if month else 1 + [one[:3] for one in _MONTHS].index(name[:3])
    try:
        return date(int(year or 1), number, int(day))
    except ValueError:  # the 31st of June
        return None


def _offsets(plain: str) -> tuple[timedelta, ...]:
    return tuple(
        timedelta(
            days=int(m[1]), hours=int(m[2] or 0), minutes=int(m[3] or 0), seconds=int(m[4] or 0)
        )
        for m in _DAY.finditer(plain)
        if _grade_before(plain, m.start()) in {"", "serious", "grave"}
    )


def _grade_before(plain: str, at: int) -> str:
    grades = _GRADE.findall(plain[:at])
    return grades[-1] if grades else ""
