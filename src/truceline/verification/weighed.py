"""One factor of the probability of breach, with what follows under other readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from truceline.model.finding import Factor


@dataclass(frozen=True, slots=True)
class Weighed:
    """A factor with the lowest and highest value that it may have."""

    factor: Factor
    low: float
    high: float

    @classmethod
    def sure(cls, name: str, probability: float, reason: str) -> Self:
        """Weigh what is known to be as likely as ``probability``."""
        return cls(Factor(name, probability, True, reason), probability, probability)

    @classmethod
    def unknown(cls, name: str, reason: str, probability: float = 0.5) -> Self:
        """Weigh what may hold or not; ``probability`` is shown, nothing rests on it."""
        return cls(Factor(name, probability, False, reason), 0.0, 1.0)

    @classmethod
    def readings(cls, name: str, values: Sequence[float], reason: str) -> Self:
        """Weigh several readings of one figure: known where all of them say the same.

        Raises:
            ValueError: when there is no reading.
        """
        low, high = min(values), max(values)
        middle = low if low == high else round((low + high) / 2, 9)
        return cls(Factor(name, middle, low == high, reason), low, high)
