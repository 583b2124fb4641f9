"""Rounding of what leaves: times to quarters of an hour, coordinates inside texts to the grid."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from truceline.model.interval import Interval

QUARTER: Final = timedelta(minutes=15)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_METRES_PER_DEG: Final = 111_320.0
_NARROW: Final = 0.5
"""Share of a degree of latitude that a degree of longitude still has at 60 deg."""
_DEGREES_MINUTES: Final = re.compile(r"\d{1,3}\s*°\s*\d{1,2}\s*['′’][^;,.\s]*(?:\s*\d[^;,\s]*)?")
_MGRS: Final = re.compile(r"\b\d{1,2}\s?[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?\d{2,5}\s?\d{2,5}\b")
WITHHELD: Final = "[position withheld]"


def quarters(time: Interval) -> Interval:
    """Round the start down and the end up to quarters of an hour; never an instant.

    >>> moment = datetime(2026, 1, 1, 12, 7, 31, tzinfo=UTC)
    >>> str(quarters(Interval(moment, moment)).end.time())
    '12:15:00'
    """
    start = _EPOCH + (time.start - _EPOCH) // QUARTER * QUARTER
    end = _EPOCH + -((_EPOCH - time.end) // QUARTER) * QUARTER
    return Interval(start, max(end, start + QUARTER))


def local_hour(moment: datetime, zone: str) -> datetime:
    """Give the start of the local hour that holds a moment, in UTC.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: when the zone is unknown.
    """
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    hour = timedelta(hours=1)
    return _EPOCH + (moment - _EPOCH + offset) // hour * hour - offset


def decimals_of(grid_m: float) -> int:
    """How many decimals of a degree are no sharper than the grid, up to 60 deg of latitude.

    >>> decimals_of(1000.0), decimals_of(100.0)
    (1, 2)
    """
    return max(0, math.floor(-math.log10(grid_m / (_METRES_PER_DEG * _NARROW))))


def blunt(text: str, grid_m: float, *, keep_below_one: bool = False) -> str:
    """Cut every decimal number in a text to as many places as a degree may have.

    Degrees with minutes and MGRS references are withheld whole. Words that name a place are not
    touched: they are as sharp as the settlement they name.

    Args:
        text: any text.
        grid_m: the procedure's grid. Unit: m.
        keep_below_one: leave numbers such as ``0.97`` as they are; only for texts that a program
            made, in which they are probabilities, and where no place has such a coordinate.

    >>> blunt("48.52728 E is outside 22..41", 1000.0)
    '48.5… E is outside 22..41'
    """
    places = decimals_of(grid_m)

    def cut(found: re.Match[str]) -> str:
        whole, part = found.group(1), found.group(2)
        if len(part) <= places or (keep_below_one and whole == "0"):
            return found.group(0)
        return f"{whole}.{part[:places]}…" if places else f"{whole}…"

    text = _MGRS.sub(WITHHELD, _DEGREES_MINUTES.sub(WITHHELD, text))
    return re.sub(r"(\d+)\.(\d+)", cut, text)
