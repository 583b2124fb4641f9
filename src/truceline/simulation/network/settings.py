"""What may be varied from one simulated network to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

FAULTS: Final = {
    "echo": "a second arrival 0.3-3 s later",
    "tails": "Student-t timing (3 degrees of freedom) and 2 % gross outliers",
    "weather": "the weather table is three hours stale and coarser than the wind",
    "clock": "1 % of the clocks off by 0.2-2 s or drifting",
    "position": "1 % of the stated positions wrong by 200-800 m",
    "level": "the levels of each sensor off by up to 6 dB",
    "shadow": "sectors that hill or building shadow from a sensor",
    "persons": "people as further sensors: 1 s, no level",
    "pairs": "the impact of each round as a further event",
    "three": "further events so quiet that exactly three sensors hear them",
}
"""Each fault and what it does."""
BESIDE: Final = {
    "no-azimuth": "no sensor gives an azimuth",
    "no-weather": "no weather table",
    "flat": "sound goes as far as on a flat map (transverse Mercator), not as on the earth",
}
"""What else may be switched; not part of ``all``."""
START: Final = datetime(2026, 5, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Size and difficulty of a simulated network.

    Raises:
        ValueError: when a figure is out of its range or a fault is unknown.
    """

    network: str = "line"
    """``line`` along a front, or ``country`` over an area."""
    sensors: int = 1000
    """Sensors, persons not counted; at least 1."""
    events: int = 1100
    """Events; those of the faults ``pairs`` and ``three`` come on top."""
    hours: float = 24.0
    """Time observed. Unit: h."""
    faults: frozenset[str] = field(default_factory=frozenset)
    """Names of FAULTS and BESIDE."""
    seed: int = 7
    length_km: float | None = None
    """Length of a line; null for one kilometre a sensor, 1,000 at most. Unit: km."""
    start: datetime = START
    """First instant observed, UTC."""
    sick_share: float = 0.01
    """Share of sensors with a sick clock, and of those with a wrong position, 0..1."""

    def __post_init__(self) -> None:
        if self.network not in ("line", "country"):
            raise ValueError(f"a network is `line` or `country`, not {self.network!r}")
        if self.sensors < 1 or self.events < 0 or self.seed < 0:
            raise ValueError("a network needs at least one sensor, and no events or seed below 0")
        if not 0.0 < self.hours <= 24.0 * 366:
            raise ValueError(f"hours must lie above 0 and within a year, not {self.hours}")
        if self.length_km is not None and not 1.0 <= self.length_km <= 2000.0:
            raise ValueError(f"length_km must lie in 1..2000, not {self.length_km}")
        if not 0.0 <= self.sick_share <= 1.0:
            raise ValueError(f"sick_share is a share of 0..1, not {self.sick_share}")
        if unknown := sorted(self.faults - set(FAULTS) - set(BESIDE)):
            known = ", ".join([*FAULTS, *BESIDE])
            raise ValueError(
                f"unknown fault {unknown[0]!r}; write some of {known}, or all, or none"
            )

    @property
    def seconds(self) -> float:
        """Time observed. Unit: s."""
        return self.hours * 3600.0


def faults_of(text: str) -> frozenset[str]:
    """Read a list of faults: ``all``, ``none`` or names with commas between.

    >>> sorted(faults_of("echo, clock"))
    ['clock', 'echo']
    >>> len(faults_of("all,no-azimuth")), len(faults_of("none"))
    (11, 0)
    """
    words = {word.strip() for word in text.split(",")} - {"", "none"}
    if "all" in words:
        words = (words - {"all"}) | set(FAULTS)
    return frozenset(words)
