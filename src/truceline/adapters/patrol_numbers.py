"""Numbers of a patrol's sentence: how many, and how far."""

from __future__ import annotations

import math
import re
from typing import Final

from truceline.errors import RejectedRow

NEAR_COUNT_SHARE: Final = 0.2
"""What "about 30" may be off by, as a share. A judgement."""
SINGLE_RANGE_SHARE: Final = 0.25
"""What a single distance is widened by on both sides. A judgement: the intervals that monitors
give themselves (3-4, 3-5, 2-3, 8-10 km) have half widths of 0.1 to 0.25 of their middle."""
NEAR_RANGE_SHARE: Final = 0.35
"""The same for "about 4 km"."""
_MOST: Final = 100_000

_ONES: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES: Final = {word: value for value, word in enumerate(_ONES)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_BELOW: Final = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[-\s](?:{'|'.join(_ONES[1:10])}))?"
    rf"|{'|'.join(sorted(_ONES, key=len, reverse=True))})\b"
)
_WORD: Final = rf"(?:(?:a|{'|'.join(_ONES[1:10])})\s+hundred(?:\s+(?:and\s+)?{_BELOW})?\b|{_BELOW})"
_DIGITS: Final = r"(?<![\d.,:])(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\d:]|[.,]\d)"
NUMBER: Final = rf"(?>{_DIGITS}|\b{_WORD})"
"""Atomic: twenty-five is no interval from twenty to five."""
_KM: Final = r"(?:kilomet(?:re|er)s?|kms?)"
_UNIT: Final = rf"(?:{_KM}|met(?:re|er)s?|m)\b"
_NEAR: Final = r"(?:~|\b(?:about|approximately|approx\.?|around|roughly|circa|some)\s)"
_TO: Final = r"(?:\s*-\s*|\s+to\s+)"


def _qualified(below: str, above: str) -> str:
    return rf"(?:(?P<near>{_NEAR})\s*|\b(?P<below>{below})\s+|\b(?P<above>{above})\s+)?"


RANGE: Final = re.compile(
    _qualified(r"less\s+than|within|under|up\s+to", r"more\s+than|over|beyond|at\s+least")
    + rf"(?:(?:\bfrom\s+)?(?P<low>{NUMBER})\s*(?P<low_unit>{_UNIT})?{_TO}"
    rf"(?P<high>{NUMBER})[\s-]*(?P<high_unit>{_UNIT})"
    rf"|\bbetween\s+(?P<low2>{NUMBER})\s*(?P<low_unit2>{_UNIT})?\s+and\s+"
    rf"(?P<high2>{NUMBER})[\s-]*(?P<high_unit2>{_UNIT})"
    rf"|(?P<one>{NUMBER})[\s-]*(?P<one_unit>{_UNIT}))",
    re.IGNORECASE,
)
COUNT: Final = re.compile(
    _qualified(r"up\s+to|at\s+most", r"more\s+than|over|at\s+least|no\s+fewer\s+than|>=")
    + rf"(?:(?:\bfrom\s+)?(?P<low>{NUMBER})(?:{_TO}|\s+or\s+)(?P<high>{NUMBER})"
    rf"|\bbetween\s+(?P<low2>{NUMBER})\s+and\s+(?P<high2>{NUMBER})"
    rf"|(?P<dozen>(?:half\s+)?a|{NUMBER})\s+dozen\b"
    rf"|(?P<one>{NUMBER})"
    r"|(?P<single>\ba\s+single\b)|(?P<pair>\b(?:a\s+)?(?:couple|pair)\s+of\b)"
    r"|(?P<vague>\b(?:several|multiple|numerous|many|a\s+few|dozens(?:\s+of)?"
    r"|a\s+(?:number|series)\s+of)\b))",
    re.IGNORECASE,
)


def number_of(text: str) -> float:
    """Read digits or words below a thousand.

    >>> number_of("1,200"), number_of("Twenty-five"), number_of("two hundred and ten")
    (1200.0, 25.0, 210.0)
    """
    if text[0].isdigit():
        return float(text.replace(",", ""))
    hundreds, _, rest = text.lower().rpartition("hundred")
    value = sum(_VALUES[word] for word in re.split(r"[-\s]+", rest.strip()) if word in _VALUES)
    return float(value + 100 * _VALUES.get(hundreds.strip(), 1 if hundreds else 0))


def count_range(match: re.Match[str]) -> tuple[int, int | None]:
    """Give the lowest and the highest count that the words allow; null where they set no bound.

    Raises:
        RejectedRow: for zero, a fraction, a bound below the other, or more than 100,000.
    """
    group = match.groupdict()
    if group["single"]:
        return 1, 1
    if group["pair"]:
        return 2, 2
    if group["vague"]:
        return 2, None
    if group["dozen"]:
        return _bounded(match, *(2 * (_dozen(group["dozen"]),)))
    low = group["low"] or group["low2"] or group["one"]
    high = group["high"] or group["high2"] or low
    return _bounded(match, _whole(low), _whole(high))


def _dozen(text: str) -> int:
    return {"a": 12, "half a": 6}.get(" ".join(text.lower().split())) or 12 * _whole(text)


def _bounded(match: re.Match[str], low: int, high: int) -> tuple[int, int | None]:
    if high < low:
        raise RejectedRow(f"{match[0].strip()!r}: the second figure is below the first")
    if match["near"]:
        wider = math.ceil(high * NEAR_COUNT_SHARE)
        return max(low - math.ceil(low * NEAR_COUNT_SHARE), 1), high + wider
    if match["below"]:
        return 1, high
    if match["above"]:
        strict = match["above"].lower().split()[0] in {"more", "over"}
        return low + strict, None
    return low, high


def _whole(text: str) -> int:
    value = number_of(text)
    if value != int(value):
        raise RejectedRow(f"{text!r} is no whole number of sounds")
    if value == 0:
        raise RejectedRow(
            "nothing heard is no observation: it belongs to coverage (where and when you listened)"
        )
    if value > _MOST:
        raise RejectedRow(f"{text!r} is more than {_MOST}: check the figure")
    return int(value)


def range_m(match: re.Match[str]) -> tuple[float | None, float | None, str]:
    """Give the nearest and the farthest distance and how they were had. Unit: m.

    A null bound is one that the words leave open; earshot closes it later.

    Raises:
        RejectedRow: when the far end is not beyond the near end, or both are zero.
    """
    group = match.groupdict()
    if group["one"]:
        low = high = number_of(group["one"]) * _metres(group["one_unit"])
    else:
        unit = group["high_unit"] or group["high_unit2"]
        low_unit = group["low_unit"] or group["low_unit2"] or unit
        low = number_of(group["low"] or group["low2"]) * _metres(low_unit)
        high = number_of(group["high"] or group["high2"]) * _metres(unit)
    if high < low or high == 0.0:
        raise RejectedRow(f"{match[0].strip()!r}: the far distance must be above the near one")
    if group["below"]:
        return None, high, "stated upper bound"
    if group["above"]:
        return low, None, "stated lower bound"
    near = NEAR_RANGE_SHARE if group["near"] else None
    return (*widened_m(low, high, near), "stated" if high > low and not near else "widened")


def widened_m(low_m: float, high_m: float, share: float | None = None) -> tuple[float, float]:
    """Widen a single distance by its share; an interval stays as it is unless a share is given.

    >>> widened_m(4000.0, 4000.0), widened_m(3000.0, 5000.0)
    ((3000.0, 5000.0), (3000.0, 5000.0))
    """
    if share is None:
        share = SINGLE_RANGE_SHARE if low_m == high_m else 0.0
    return low_m * (1.0 - share), high_m * (1.0 + share)


def _metres(unit: str) -> float:
    return 1000.0 if unit.lower().startswith("k") else 1.0
