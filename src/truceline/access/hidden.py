"""Secrets as values that do not show themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Draw = Callable[[int], bytes]
"""Gives that many secret random bytes, as :func:`secrets.token_bytes` does."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A secret text: nothing that prints, logs or formats it tells what it is.

    >>> print(Hidden("correct horse"), [Hidden("correct horse")])
    (hidden) [(hidden)]
    """

    text: str = field(repr=False)
    """For the one place that needs it."""

    def __repr__(self) -> str:
        return "(hidden)"

    __str__ = __repr__

    def __format__(self, _how: str) -> str:
        return "(hidden)"
