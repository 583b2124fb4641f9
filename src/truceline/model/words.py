"""Words for probabilities, after ICD 203; generated from the number, never chosen by hand."""

from __future__ import annotations

from typing import Final

_LADDER: Final = (
    (0.95, "almost certain"),
    (0.80, "very likely"),
    (0.55, "likely"),
    (0.45, "roughly even chance"),
    (0.20, "unlikely"),
    (0.05, "very unlikely"),
    (0.0, "almost no chance"),
)
LADDER_TEXT: Final = (
    "almost no chance 1-5 %, very unlikely 5-20 %, unlikely 20-45 %, roughly even chance 45-55 %, "
    "likely 55-80 %, very likely 80-95 %, almost certain 95-99 %"
)
"""The whole ladder, for the method section of a report."""


def words_for(probability: float) -> str:
    """Give the words of a probability; each range holds its lower end.

    The standard stops at 1 and 99 %: nothing is ever called impossible or certain.

    Args:
        probability: 0..1.

    Raises:
        ValueError: when it lies outside 0..1 or is not a number.

    Source: Intelligence Community Directive 203, Analytic Standards (2015), D.6.e(2)(a).

    >>> words_for(0.55), words_for(0.9999), words_for(0.0)
    ('likely', 'almost certain', 'almost no chance')
    """
    _check(probability)
    return next(words for low, words in _LADDER if probability >= low)


def percent(probability: float) -> str:
    """Write a probability in per cent, without ever saying 0 or 100.

    Raises:
        ValueError: when it lies outside 0..1 or is not a number.

    >>> percent(0.375), percent(0.0), percent(0.9999)
    ('38 %', 'under 1 %', 'over 99 %')
    """
    _check(probability)
    if probability < 0.01:
        return "under 1 %"
    if probability > 0.99:
        return "over 99 %"
    return f"{int(100 * probability + 0.5)} %"


def _check(probability: float) -> None:
    if not 0.0 <= probability <= 1.0:  # also refuses nan
        raise ValueError(f"a probability lies between 0 and 1, not at {probability}")
