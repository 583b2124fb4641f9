"""What makes the noise, how loud, and how many rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Weapon:
    """A kind of event and its habits."""

    kind: str
    """Act of the taxonomy."""
    level_1km_db: float
    """Level at 1 km over hard ground in still air, in the band of the sensors. Unit: dB."""
    share: float
    """How often a salvo, duel or single shot is of this weapon."""
    guns: tuple[int, int]
    """Barrels that fire together, fewest and most."""
    rounds: tuple[int, int]
    """Rounds of a salvo, fewest and most."""
    spacing_s: tuple[float, float]
    """Middle time between two rounds of a salvo. Unit: s."""
    range_m: tuple[float, float]
    """How far it fires; nothing for an explosion where it stands. Unit: m."""


WEAPONS: Final = {
    "mortar": Weapon("fire.mortar", 93.0, 0.30, (1, 4), (2, 16), (2.5, 15.0), (1500.0, 6500.0)),
    "howitzer": Weapon("fire.artillery", 102.0, 0.34, (1, 6), (2, 24), (4.0, 30.0), (4e3, 16e3)),
    "tank": Weapon("fire.tank", 99.0, 0.10, (1, 2), (2, 10), (6.0, 25.0), (1e3, 4e3)),
    "rockets": Weapon("fire.mlrs", 97.0, 0.06, (1, 2), (8, 40), (0.5, 1.2), (6e3, 18e3)),
    "strike": Weapon("explosion", 104.0, 0.20, (1, 1), (2, 5), (20.0, 120.0), (0.0, 0.0)),
}
"""Orders of magnitude, no measurements.

Source: the peak pressure of W kt at R km is 6.5 W^0.37 R^-1.1 kPa (ANSI S2.20-1983; Reed 1972). A
shell of 7 kg of explosive gives some 134 dB peak at 1 km by it; a sensor that looks at 50-500 Hz
with a time constant of 125 ms shows some 30 dB less. A muzzle blast carries a few per cent to half
of that energy. Ranges are those of field manuals, shortened to what a front needs.
"""
IMPACT_1KM_DB: Final = {"mortar": 97.0, "howitzer": 104.0, "tank": 98.0, "rockets": 103.0}
"""Level of the impact, for pairs. Unit: dB."""
SPREAD_DB: Final = 2.5
"""Standard deviation of the level of a round (charge, barrel, direction). Unit: dB."""
