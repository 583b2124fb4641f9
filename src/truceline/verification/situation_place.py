"""Where a case of the shared form says that something was, and how well that is known."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from truceline.codec.case_words import WordsRead
from truceline.verification.question import ANY_LINE, Behind

_SIGMA_FIELD: Final = re.compile(r"(?:sigma|error)\w*_km$|^sigma_km$")
"""Fields that give an error; several add in quadrature."""


def sigma_of(situation: Mapping[str, Any], words: WordsRead) -> tuple[float, float]:
    """Give the error to the east and to the north: of place and line, in quadrature. Unit: m."""
    said = situation.get("sigma_km")
    if isinstance(said, list):
        return 1000 * float(said[0]), 1000 * float(said[-1])
    if isinstance(said, dict):
        said = math.hypot(*(float(one) for one in said.values()))
    fields = {name: value for name, value in situation.items() if _SIGMA_FIELD.search(str(name))}
    stated = [float(one) for one in ({**fields, "sigma_km": said}).values() if one is not None]
    one = 1000 * math.hypot(*stated) if stated else words.figures.sigma_m or 0.0
    return one, one


def behind_of(
    situation: Mapping[str, Any], words: WordsRead, sigma_m: float, *, placed: bool
) -> dict[str, Behind]:
    """Give the distances that are stated; one in words is from whichever line a clause means."""
    said = situation.get("km_behind")
    if said:
        return {
            str(line): Behind(1000 * float(km), sigma_m)
            for line, km in said.items()
            if km is not None
        }
    in_words = words.figures.behind_m
    return {} if in_words is None or placed else {ANY_LINE: Behind(in_words, sigma_m)}


def from_centre_of(situation: Mapping[str, Any], words: WordsRead) -> tuple[float, float] | None:
    """Give the offset, east and north, from the centre of an area; null where none is stated."""
    said = situation.get("offset_from_area_centre_km")
    if said:
        return 1000 * float(said[0]), 1000 * float(said[1])
    return words.figures.from_centre_m
